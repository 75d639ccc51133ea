"""The room of agreements: reading promises, checking quotations, refusing what is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from agreement_texts import COMMUNIQUE, MEMORANDUM, NEWS, SUMMIT
from landbridge.agreements import (
    Record,
    dump_record,
    load_record,
    load_text,
    read_text,
    save_record,
    verify,
)
from landbridge.agreements.sentences import segment
from landbridge.agreements.tables import country_names
from landbridge.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SHIPPED = ROOT / "cases" / "china-kazakhstan-2017" / "record.json"


def heads(record: Record) -> list[tuple[str, ...]]:
    """First three words, promisors and strength of each commitment."""
    return [(" ".join(c.quote.split()[:3]), "+".join(c.promisors), c.strength) for c in record.commitments]


# Reading


def test_communique_with_bullets() -> None:
    record = read_text(COMMUNIQUE, name="communique")
    assert heads(record) == [
        ("increase the capacity", "UZB+GEO", "agreed"),
        ("reduce the time", "UZB+GEO", "agreed"),
        ("introduce a single", "UZB+GEO", "agreed"),
        ("establish a joint", "UZB+GEO", "agreed"),
        ("regular consultations between", "UZB+GEO", "agreed"),
        ("use the ports", "UZB", "willing"),
        ("apply reduced tariffs", "GEO", "undertaking"),
        ("simplifying visa procedures", "GEO", "undertaking"),
        ("expanding scholarships for", "GEO", "undertaking"),
        ("a feasibility study", "UZB+GEO", "agreed"),
    ]
    assert record.document.genre == "communique"
    assert record.document.date is not None
    assert (record.document.date.iso, record.document.date.role) == ("2019-03-14", "event")
    assert record.document.place is not None
    assert record.document.place.quote == "Tbilisi"
    assert [(p.iso3, p.role) for p in record.parties] == [("UZB", "party"), ("GEO", "host")]
    assert [i.kind for i in record.instruments] == ["agreement", "mou"]
    assert record.corridors == ("corr:btk",)


def test_quantities_deadlines_and_conditions() -> None:
    record = read_text(COMMUNIQUE, name="communique")
    first, second, last = record.commitments[0], record.commitments[1], record.commitments[-1]
    assert [(q.value, q.unit) for q in first.quantities] == [(5e6, "t")]
    assert first.deadline is not None
    assert first.deadline.iso == "2025"
    assert [(q.value, q.unit) for q in second.quantities] == [(30.0, "percent")]
    assert last.conditional
    assert last.deadline is not None
    assert last.deadline.quote == "within six months"
    assert not first.conditional


def test_memorandum_with_wrapped_lines() -> None:
    record = read_text(MEMORANDUM, name="mou")
    assert heads(record) == [
        ("exchange information on", "KEN+TZA", "undertaking"),
        ("jointly develop the", "KEN+TZA", "undertaking"),
        ("provide training for", "KEN", "undertaking"),
        ("grant access to", "TZA", "undertaking"),
        ("harmonise tariffs", "KEN+TZA", "willing"),
        ("align the Kenya", "KEN+TZA", "willing"),
    ]
    assert record.commitments[2].beneficiaries == ("TZA",)
    (alignment,) = record.alignments
    assert alignment.side_a is not None
    assert alignment.side_b is not None
    assert (alignment.side_a.country, alignment.side_b.country) == ("KEN", "TZA")
    assert alignment.commitment == "C06"
    assert (record.document.genre, record.document.binding) == ("mou", "political")
    assert record.document.date is not None
    assert record.document.date.iso == "2021-07-05"


def test_an_organisation_may_be_a_party_and_transit_countries_are_not() -> None:
    record = read_text(NEWS, name="news")
    assert [p.iso3 for p in record.parties] == ["org:eu", "KAZ"]
    assert [c.modality for c in record.commitments] == ["will", "intend to", "plans to"]
    (alignment,) = record.alignments
    assert alignment.side_a is not None
    assert (alignment.side_a.country, alignment.side_a.country_from) == ("org:eu", "table")


def test_a_summit_of_three_whose_verbs_are_joined() -> None:
    record = read_text(SUMMIT, name="summit")
    assert [p.iso3 for p in record.parties] == ["VNM", "LAO", "KHM"]
    assert heads(record) == [
        ("open the East-West", "VNM+LAO+KHM", "agreed"),
        ("launch a dialogue", "VNM+LAO+KHM", "agreed"),
        ("continue to implement", "VNM+LAO+KHM", "undertaking"),
        ("report to the", "VNM+LAO+KHM", "undertaking"),
        ("share its experience", "VNM", "willing"),
    ]
    assert record.commitments[2].quote.endswith("strategies, plans and projects")
    assert record.commitments[4].beneficiaries == ("LAO", "KHM")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "China and Mongolia agreed to expand trade, transit and finance.",
            ["expand trade, transit and finance"],
        ),
        ("China and Mongolia agreed to deepen and expand trade.", ["deepen and expand trade"]),
        (
            "China and Mongolia agreed on opening a port, building a road.",
            ["opening a port", "building a road"],
        ),
        (
            "Both sides will build a road, so as to bring more trade to the two countries.",
            ["build a road"],
        ),
        (
            "China is ready to work with Mongolia to open the port and upgrade the railway.",
            ["open the port", "upgrade the railway"],
        ),
        (
            "China will open the port, and Mongolia will upgrade the railway.",
            ["open the port", "upgrade the railway"],
        ),
        ("The two sides will not raise the tariffs.", ["not raise the tariffs"]),
        ("The two sides should step up transit, the President said.", ["step up transit"]),
        ("China denied the report, but Mongolia will open the port.", ["open the port"]),
        (
            "China will deny smugglers the port and will build a road.",
            ["deny smugglers the port", "build a road"],
        ),
        (
            "The two sides:\n- agreed to open the port;\n- decided to build a road;\n- noted the growth of trade.",
            ["open the port", "build a road"],
        ),
        # Denied or only told.
        ("It is untrue that the two sides agreed to open the port.", []),
        ("China denied that the two sides will open the port.", []),
        ("According to rumours, the two sides will open the port.", []),
        ("China will reportedly open the port.", []),
        ("Reportedly, the two sides agreed to open the port.", []),
        # Not promises: hopes, assessments, completed acts, conditions, what one asks of the other.
        ("China believes that the two sides will open the port.", []),
        ("The two sides will be good partners of the world.", []),
        ("The road will boost trade of China and Mongolia.", []),
        ("The two sides have opened the port and support the road.", []),
        ("If China will open the port, the trade is to grow.", []),
        ("Mongolia should open the port to the goods of China.", []),
        ("The projects of China will open the port of the country.", []),
    ],
)
def test_grammar_of_promises(words: str, expected: list[str]) -> None:
    parties = (
        "The Government of China and the Government of Mongolia held talks in Beijing on 5 May 2019.\n\n"
    )
    record = read_text(parties + words, name="one")
    assert [c.quote for c in record.commitments] == expected


def test_bullets_under_the_sides_alone_are_theirs() -> None:
    parties = "The Government of China and the Government of Mongolia held talks.\n\n"
    text = f"{parties}The two sides:\n- agreed to open the port of Erenhot."
    (commitment,) = read_text(text, name="x").commitments
    assert commitment.promisors == ("CHN", "MNG")
    assert (commitment.modality, commitment.strength) == ("agreed to", "agreed")


def test_a_leading_condition_makes_a_promise_conditional() -> None:
    parties = "The Government of China and the Government of Mongolia held talks.\n\n"
    words = "If the talks succeed, the two sides will open the port. China will build a road."
    first, second = read_text(parties + words, name="x").commitments
    assert (first.conditional, second.conditional) == (True, False)


def test_each_party_is_never_one_country_alone() -> None:
    head = "AGREEMENT ON TRANSIT\n\n"
    preamble = (
        "The Republic of Armenia and Georgia, hereinafter the Parties, have concluded this Agreement:\n\n"
    )
    clause = "1. Each Party shall open the port to the goods of the other.\n\n"
    record = read_text(head + preamble + clause, name="x")
    assert [c.promisors for c in record.commitments] == [("ARM", "GEO")]
    alone = read_text(head + clause + "2. The Government of Georgia shall build a road.", name="x")
    assert [(c.quote, c.promisors) for c in alone.commitments] == [
        ("open the port to the goods of the other", ()),
        ("build a road", ("GEO",)),
    ]


def test_the_reader_keeps_numbers_whole() -> None:
    text = (
        "The Government of China and the Government of Mongolia held talks.\n\nThe two sides agreed to change "
        "tariffs by -5 percent and by 12,5 percent, and to build 1,500 km of rail."
    )
    record = read_text(text, name="x")
    found = [(q.quote, q.value) for c in record.commitments for q in c.quantities]
    assert found == [("-5 percent", -5.0), ("1,500 km", 1500.0)]
    assert verify(record, text) == []


@pytest.mark.parametrize(
    ("words", "sides"),
    [
        ("dock the Belt and Road Initiative with the Steppe Road", ("CHN", "MNG")),
        (
            "promote the alignment of the Belt and Road Initiative with Mongolia's national strategy",
            ("CHN", "MNG"),
        ),
        ("seek synergy between the steel industry and the needs of Mongolia", ("CHN", "MNG")),
    ],
)
def test_alignments_have_two_sides_with_their_owners(words: str, sides: tuple[str, str]) -> None:
    parties = (
        "The Government of China and the Government of Mongolia held talks in Beijing on 5 May 2019.\n\n"
    )
    record = read_text(f"{parties}The two sides agreed to {words}.", name="one")
    (alignment,) = record.alignments
    assert alignment.side_a is not None
    assert alignment.side_b is not None
    assert (alignment.side_a.country, alignment.side_b.country) == sides
    assert alignment.commitment == "C01"
    assert record.commitments[0].alignment == "A00"


def test_sentences_keep_their_offsets() -> None:
    text = """Talks of Leaders Held in Tokyo
At 11:00 a.m., Mr. Sato met Dr. Lee of the U.S. side. He said: "Yes." All left.

- one
- two"""
    assert [text[u.start : u.end] for u in segment(text)] == [
        "Talks of Leaders Held in Tokyo",
        "At 11:00 a.m., Mr. Sato met Dr. Lee of the U.S. side.",
        'He said: "Yes."',
        "All left.",
        "one",
        "two",
    ]


def test_the_record_keeps_no_sentences() -> None:
    record = read_text(COMMUNIQUE, name="communique")
    promised = {part.quote for part in (*record.commitments, *record.alignments, *record.instruments)}
    dumped = dump_record(record)
    for entry in record.sentences:
        words = COMMUNIQUE[entry.start : entry.end].rstrip(".;")
        if (
            words not in promised
            and record.document.title is not None
            and words not in record.document.title.quote
        ):
            assert json.dumps(words, ensure_ascii=False)[1:-1] not in dumped
    assert "growth of trade" not in dumped


def test_every_member_of_the_united_nations_is_known() -> None:
    names = country_names()
    observers_and_others = {"PSE", "VAT", "XKX", "TWN", "HKG", "MAC", "SUN", "YUG", "CSK", "DDR"}
    observers_and_others |= {"GRL", "FRO", "COK", "NIU", "NCL", "PYF"}
    assert len(set(names) - observers_and_others) == 193


# Files


def test_dump_and_load_give_the_same_record(tmp_path: Path) -> None:
    record = read_text(MEMORANDUM, name="mou")
    save_record(record, tmp_path / "record.json")
    assert load_record(tmp_path / "record.json") == record
    assert dump_record(load_record(tmp_path / "record.json")) == dump_record(record)


def test_load_lists_every_problem_with_file_and_key(tmp_path: Path) -> None:
    data = json.loads(dump_record(read_text(MEMORANDUM, name="mou")))
    data["commitments"][0]["strenght"] = "agreed"
    data["commitments"][1]["strength"] = "firm"
    data["commitments"][2]["end"] += 1
    del data["document"]["sha256"]
    path = tmp_path / "record.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_record(path)
    shown = [str(problem) for problem in caught.value.problems]
    assert len(shown) == 4
    assert all(str(path) in line for line in shown)
    assert any('commitments.0.strenght: unknown key "strenght" (nearest: strength' in line for line in shown)
    assert any("commitments.1.strength" in line and "allowed" in line for line in shown)
    assert any("commitments.2" in line and "code points" in line for line in shown)
    assert any("document.sha256" in line and "missing" in line for line in shown)


def test_load_finds_references_that_lead_nowhere(tmp_path: Path) -> None:
    data = json.loads(dump_record(read_text(MEMORANDUM, name="mou")))
    data["commitments"][5]["alignment"] = "A09"
    data["commitments"][1]["id"] = "C01"
    path = tmp_path / "record.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError, match="A09 is not among the alignments") as caught:
        load_record(path)
    assert "the id C01 is used 2 times" in str(caught.value)


def test_load_says_when_a_file_is_missing_or_no_json(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_record(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{\n 'a'", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.json:2: not valid JSON"):
        load_record(tmp_path / "bad.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("123 456 --", "no words"),
        ("\x00\x01\x02PK\x03\x04 the of and", "binary"),
        ("Стороны договорились углублять сотрудничество в области транспорта.", "mostly Cyrillic"),
        ("双方同意加强互联互通。", "mostly Cjk"),
        (
            "Les deux parties ont convenu de renforcer la coopération dans le domaine des transports.",
            "does not look like English",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_text(text, name="file.txt")


def test_binary_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(b"words \xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        load_text(path)


# Quotations


# The hand-made record of the first case


def test_shipped_record() -> None:
    record = load_record(SHIPPED)
    assert [c.id for c in record.commitments] == [f"C{n:02d}" for n in range(1, 35)]
    assert [a.id for a in record.alignments] == [f"A{n:02d}" for n in range(7)]
    assert [a.id for a in record.alignments if a.side_a and a.side_b] == ["A02", "A03", "A04", "A05", "A06"]
    assert [p.iso3 for p in record.parties] == ["CHN", "KAZ"]
    assert max(len(c.quote) for c in record.commitments) < 240


def _overlap(text: str, one: tuple[int, int], other: tuple[int, int]) -> float:
    a, b = ({m.start() for m in re.finditer(r"\w+", text) if s <= m.start() < e} for s, e in (one, other))
    return len(a & b) / len(a | b)


@pytest.mark.reference
@pytest.mark.skipif(not SHARED.exists(), reason="the reference folder is absent")
def test_the_seed_is_read_as_by_hand() -> None:
    gold = json.loads((SHARED / "gold" / "seed_gold.json").read_text(encoding="utf-8"))
    text = load_text(SHARED / "seeds" / gold["document"]["file"])
    record = read_text(text, name="china-kazakhstan-2017")
    assert record == load_record(SHIPPED), "the shipped record is what the reader gives"
    assert verify(record, text) == []
    assert record.document.sha256 == gold["document"]["sha256"]
    assert [(s.start, s.end, s.type) for s in record.sentences] == [
        (s["start"], s["end"], s["type"]) for s in gold["sentences"]
    ]
    assert record.document.date is not None
    assert (record.document.date.iso, record.document.date.role) == ("2017-06-08", "event")
    assert record.document.place is not None
    assert record.document.place.quote == "Astana"
    assert [p.iso3 for p in record.parties] == ["CHN", "KAZ"]
    assert (record.fora, record.programmes, record.corridors) == (
        tuple(gold["fora"]),
        tuple(gold["programmes"]),
        tuple(gold["corridors"]),
    )
    assert len(record.commitments) == len(gold["commitments"])
    for read, wanted in zip(record.commitments, gold["commitments"], strict=True):
        assert read.id == wanted["id"]
        assert _overlap(text, (read.start, read.end), (wanted["start"], wanted["end"])) >= 0.8
        assert (read.strength, read.modality, read.alignment) == (
            wanted["strength"],
            wanted["modality"],
            wanted["alignment"],
        )
        for field in ("promisors", "beneficiaries", "areas", "programmes", "fora"):
            assert set(getattr(read, field)) == set(wanted[field]), (read.id, field)
    for read, wanted in zip(record.alignments, gold["alignments"], strict=True):
        assert (read.id, read.start, read.end, read.status) == (
            wanted["id"],
            wanted["start"],
            wanted["end"],
            wanted["status"],
        )
        for side, hand in ((read.side_a, wanted["side_a"]), (read.side_b, wanted["side_b"])):
            assert (side is None) == (hand is None)
            if side is not None:
                assert (side.quote, side.country, list(side.entities)) == (
                    hand["quote"],
                    hand["country"],
                    hand["entities"],
                )
    assert [(i.start, i.end, i.kind, i.action, set(i.areas)) for i in record.instruments] == [
        (i["start"], i["end"], i["kind"], i["action"], set(i["areas"])) for i in gold["instruments"]
    ]
