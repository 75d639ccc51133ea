"""The room of agreements: reading promises, checking quotations, refusing what is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landbridge.agreements import (
    QuoteVerifier,
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

COMMUNIQUE = """JOINT COMMUNIQUE
on the outcome of the official visit of the President of the Republic of Uzbekistan to Georgia

President of Georgia Nino Beridze and President of Uzbekistan Rustam Karimov held a meeting in Tbilisi on 14 March 2019.

The Parties noted with satisfaction the growth of trade and welcomed the opening of a direct flight.

Following the talks, the Parties agreed to:
- increase the capacity of the Baku-Tbilisi-Kars railway to 5 million tonnes by 2025;
- reduce the time of border crossing for transit trucks by 30 percent and introduce a single window;
- establish a joint working group on ports and logistics;
- regular consultations between the ministries.

Uzbekistan expressed its readiness to use the ports of Poti and Batumi for exports, and Georgia will apply reduced \
tariffs to Uzbek transit cargo until the end of 2021.

The Presidents hope that trade will double in the coming years. The Georgian side is committed to simplifying visa \
procedures and expanding scholarships for students.

The Parties agreed that a feasibility study should be completed within six months, subject to available funding.

An Agreement on international road transport and a Memorandum of Understanding on customs cooperation were signed.
"""

MEMORANDUM = """MEMORANDUM OF UNDERSTANDING BETWEEN THE GOVERNMENT OF THE REPUBLIC OF KENYA AND THE GOVERNMENT OF \
THE UNITED REPUBLIC OF TANZANIA ON COOPERATION IN RAILWAY TRANSPORT

The Government of the Republic of Kenya and the Government of the United Republic of Tanzania
(hereinafter referred to as the "Parties"), desiring to strengthen the friendly relations between
the two countries, have reached the following understanding:

Article 1. Commitments

1. The Parties shall exchange information on rolling stock and jointly develop
the railway link between Voi and Arusha.

2. Kenya shall provide training for 40 railway engineers each year; Tanzania shall grant access to
the port of Tanga.

3. The Parties intend to harmonise tariffs and to align the Kenya Vision 2030 with the Central
Corridor development plan of Tanzania.

Article 2. Final provisions

This Memorandum does not create any legally binding obligations. It shall enter into force on
the date of signature.

Done at Nairobi on 5 July 2021 in two originals in the English language.
"""

NEWS = """EU and Kazakhstan launch partnership on raw materials

BRUSSELS, 7 November 2022 - The European Union and Kazakhstan signed today a \
Memorandum of Understanding on raw materials.

The partnership will boost the green transition. The EU and Kazakhstan will develop a roadmap within six months. Both \
sides intend to promote synergies between the Global Gateway and Kazakhstan's Digital Kazakhstan programme. Kazakhstan \
plans to invest EUR 2.5 billion in rail by 2030. Russia and China are important transit countries.
"""


SUMMIT = """CHAIRMAN'S STATEMENT

We, the Heads of Government of Vietnam, Laos and Cambodia, gathered in Ha Noi on 31 March 2018 for the Summit.

We agreed on the need to open the East-West Economic Corridor and decided to launch a dialogue on customs.

We will continue to implement strategies, plans and projects and shall report to the next Summit. Viet Nam stands \
ready to share its experience in e-government with Laos and Cambodia.
"""


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
    observers_and_others = {"PSE", "VAT", "XKX", "TWN", "HKG", "MAC"}
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

QUOTES = [c.quote for text in (COMMUNIQUE, MEMORANDUM) for c in read_text(text, name="x").commitments]
BOTH = COMMUNIQUE + MEMORANDUM


@pytest.mark.parametrize("quote", QUOTES)
def test_typography_white_space_and_case_do_not_matter(quote: str) -> None:
    verifier = QuoteVerifier(BOTH)
    place = verifier.find(quote)
    assert place is not None
    assert BOTH[place[0] : place[1]] == quote
    assert verifier.find(re.sub(r"\s+", "\n  ", quote)) == place
    assert verifier.find(quote.upper()) == place
    assert verifier.find(quote.replace("-", "\u2013").replace("'", "\u2019").replace(" ", "\u00a0")) == place


@settings(deadline=None, max_examples=150, derandomize=True)
@given(quote=st.sampled_from(QUOTES), data=st.data())
def test_changed_words_are_rejected(quote: str, data: st.DataObject) -> None:
    words = quote.split()
    at = data.draw(st.integers(1, max(len(words) - 2, 1))) if len(words) > 2 else 0
    verifier = QuoteVerifier(BOTH)
    if len(words) > 2:
        assert verifier.find(" ".join([*words[:at], *words[at + 1 :]])) is None
    assert verifier.find(" ".join([*words[:at], "pipeline", *words[at + 1 :]])) is None
    assert verifier.find(f"{quote} by 2040") is None
    assert verifier.find(quote[:-2]) is None, "half a word is not a word of the text"


def test_numbers_do_not_change_by_typography() -> None:
    verifier = QuoteVerifier("an area of 10\u00b2 km and the \u201cthree forces\u201d, caf\u00e9s")
    assert verifier.find("102 km") is None
    assert verifier.find('"three forces"') == (26, 40)
    assert verifier.find("cafe\u0301s") == (42, 47)
    assert verifier.find("cafes") is None
    assert verifier.find("") is None


def test_verify_names_the_commitment_and_what_the_text_says() -> None:
    record = read_text(MEMORANDUM, name="mou")
    assert verify(record, MEMORANDUM) == []
    changed = MEMORANDUM.replace("40 railway engineers", "90 railway engineers")
    problems = verify(record, changed)
    assert [p.place for p in problems] == ["commitment C03"]
    assert "90 railway engineers" in problems[0].message
    assert problems[0].remedy == "restore the words, or read the text anew"
    assert "\n" not in str(problems[0])


def test_an_altered_record_is_one_line_with_what_stands_there() -> None:
    record = read_text(MEMORANDUM, name="mou")
    third = record.commitments[2]
    altered = third.model_copy(update={"quote": third.quote.replace("40", "90")})
    commitments = (*record.commitments[:2], altered, *record.commitments[3:])
    (problem,) = verify(record.model_copy(update={"commitments": commitments}), MEMORANDUM)
    assert problem.place == "commitment C03"
    assert f"at {third.start} to {third.end} the text has" in problem.message
    assert "90 railway" in problem.message
    assert "40 railway" in problem.message
    assert problem.remedy == "restore the words, or read the text anew"
    shifted = third.model_copy(update={"start": third.start - 1, "end": third.end - 1})
    commitments = (*record.commitments[:2], shifted, *record.commitments[3:])
    (problem,) = verify(record.model_copy(update={"commitments": commitments}), MEMORANDUM)
    assert f"it stands at {third.start} to {third.end}" in problem.remedy


@pytest.mark.parametrize(
    "text",
    [
        "Note. " + MEMORANDUM,
        MEMORANDUM.replace("\n", "\r\n"),
        COMMUNIQUE.replace("Baku-Tbilisi-Kars", "Baku-\nTbilisi-Kars"),
        COMMUNIQUE.replace(" ", "  "),
    ],
)
def test_the_same_words_elsewhere_are_one_problem(text: str) -> None:
    record = read_text(COMMUNIQUE if "Tbilisi" in text.replace("\n", "") else MEMORANDUM, name="x")
    (problem,) = verify(record, text)
    assert problem.place == "document.sha256"
    assert "same words, other line breaks or offsets" in problem.message
    assert problem.remedy == "read it anew"


def test_words_in_another_order_are_told_from_moved_ones() -> None:
    record = read_text(MEMORANDUM, name="mou")
    parts = MEMORANDUM.split("\n\n")
    (problem,) = verify(record, "\n\n".join([*parts[:2], *parts[:1:-1]]))
    assert "in another order" in problem.message


def test_another_text_is_one_problem() -> None:
    (problem,) = verify(read_text(MEMORANDUM, name="mou"), COMMUNIQUE)
    assert problem.place == "document.sha256"
    assert problem.message.startswith("this is not the text the record was read from (sha256 ")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a line of 1,500 km", "500 km"),
        ("a line of 1,500 km", "a line of 1"),
        ("a line of 1,500 km", "a line of 1,"),
        ("a rise of 1.5 t", "5 t"),
        ("a rise of 1.5 t", "a rise of 1"),
        ("a change of -5 %", "5 %"),
        ("a change of \u22125 %", "5 %"),
        ("to raise tariffs on liabilities", "raise tariffs on liab"),
        ("to coarse", "arse"),
    ],
)
def test_no_word_or_number_is_cut(text: str, quote: str) -> None:
    verifier = QuoteVerifier(text)
    start = text.index(quote)
    assert verifier.find(quote) is None
    assert not verifier.stands_at(quote, start, start + len(quote))


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("from 2016-2020 on", "2020 on"),
        ("a rise \u20145 % a year", "5 % a year"),
        ("in 2017, 500 km", "500 km"),
        ("500 km.", "500 km"),
        ("a change of -5 %", "-5 %"),
        ("the China-\nKazakhstan border", "China-Kazakhstan border"),
        ("the China-Kazakhstan border", "China-\n  Kazakhstan border"),
        ("short-\nand long-term plans", "short- and long-term plans"),
    ],
)
def test_whole_words_and_rewrapped_hyphens_stand(text: str, quote: str) -> None:
    verifier = QuoteVerifier(text)
    place = verifier.find(quote)
    assert place is not None
    assert verifier.stands_at(quote, *place)


def test_a_record_that_cuts_a_number_is_rejected() -> None:
    text = MEMORANDUM.replace("40 railway engineers", "1,500 railway engineers")
    record = read_text(text, name="mou")
    start = text.index("500 railway")
    third = record.commitments[2]
    cut = third.model_copy(update={"start": start, "end": third.end, "quote": text[start : third.end]})
    commitments = (*record.commitments[:2], cut, *record.commitments[3:])
    (problem,) = verify(record.model_copy(update={"commitments": commitments}), text)
    assert problem.place == "commitment C03"


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
