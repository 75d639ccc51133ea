"""How well the reader reads: floors on the corpus, the grammar of promises, refusals, tables of one's own, speed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landbridge.agreements import QuoteVerifier, read_text, tables, verify
from landbridge.agreements.scoring import load_corpus, load_gold, score
from landbridge.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "corpus"
SEED = ROOT.parent / "shared" / "gold" / "seed_gold.json"
HEAD = "The Government of China and the Government of Mongolia held talks in Beijing on 5 May 2019.\n\n"


def promised(words: str, head: str = HEAD) -> list[tuple[str, str, str]]:
    """Promisors, strength and words of each commitment of a text with two parties."""
    record = read_text(head + words, name="one")
    return [("+".join(c.promisors), c.strength, c.quote) for c in record.commitments]


# The corpus


def test_every_gold_quotation_is_in_its_text() -> None:
    golds = load_corpus(CORPUS)
    assert len(golds) >= 25
    assert len({gold.text for gold in golds}) == len(golds)
    for gold in golds:
        for wanted in gold.commitments:
            assert gold.text[slice(*wanted.place)].strip()
            assert wanted.promisors <= gold.facts["parties"]
            assert wanted.areas <= set(tables.area_labels())


@pytest.mark.parametrize(
    ("field", "floor"),
    [
        ("commitments", 0.95),
        ("strength", 0.97),
        ("promisors", 0.97),
        ("areas of commitments", 0.80),
        ("areas of documents", 0.85),
        ("parties", 0.97),
        ("dates", 0.97),
        ("genre", 0.95),
        ("programmes", 0.95),
        ("corridors", 0.9),
        ("fora", 0.95),
        ("alignments", 0.95),
    ],
)
def test_the_corpus_is_read_well(field: str, floor: float) -> None:
    assert _corpus_scores()[field] >= floor


def _corpus_scores(found: dict[str, float] = {}) -> dict[str, float]:  # noqa: B006
    if not found:
        found.update({name: count.f1 for name, count in score(load_corpus(CORPUS)).counts.items()})
    return found


@pytest.mark.reference
@pytest.mark.skipif(not SEED.exists(), reason="the reference folder is absent")
def test_the_seed_keeps_its_scores() -> None:
    counts = score([load_gold(SEED)]).counts
    exact = ("parties", "dates", "programmes", "corridors", "fora", "alignments", "instruments", "genre")
    assert {name: counts[name].f1 for name in exact} == dict.fromkeys(exact, 1.0)
    assert counts["commitments"].f1 >= 0.97
    assert counts["areas of documents"].f1 >= 0.95


def test_a_score_counts_what_is_missed_and_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HEAD + "The two sides agreed to open the port.", encoding="utf-8")
    gold = (
        'split = "development"\nparties = ["CHN", "MNG"]\ndate = "2019-05-05"\ncommitments = """\n{}\n"""\n'
    )
    rows = "agreed | * | 21040 | open the port\nagreed | CHN | 331 | held talks in Beijing"
    (tmp_path / "a.toml").write_text(gold.format(rows.splitlines()[0]), encoding="utf-8")
    assert score(load_corpus(tmp_path)).counts["commitments"].f1 == 1.0
    (tmp_path / "a.toml").write_text(gold.format("\n".join(reversed(rows.splitlines()))), encoding="utf-8")
    scores = score(load_corpus(tmp_path))
    assert scores.counts["commitments"].recall == 0.5
    assert scores.counts["commitments"].precision == 1.0
    assert scores.slips == [
        "a: missed: held talks in Beijing",
        "a: areas of documents: +[] -[331]",
    ]
    (tmp_path / "a.toml").write_text(gold.format("agreed | * | | close the port"), encoding="utf-8")
    with pytest.raises(InputError, match="is not in the text"):
        load_corpus(tmp_path)


# The grammar of promises

BOTH = "CHN+MNG"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # Participles, and whose they are.
        (
            "The two sides praised the talks, agreeing to open the port and pledging to build a road.",
            [(BOTH, "agreed", "open the port"), (BOTH, "undertaking", "build a road")],
        ),
        (
            "The two sides discussed trade, with China reiterating its readiness to open the port.",
            [("CHN", "willing", "open the port")],
        ),
        (
            "Reaffirming their commitment to open trade, the two sides agreed to build a road.",
            [(BOTH, "undertaking", "open trade"), (BOTH, "agreed", "build a road")],
        ),
        # Nouns.
        (
            "The two sides agreed on the establishment of a port.",
            [(BOTH, "agreed", "the establishment of a port")],
        ),
        ("The two sides reached consensus on opening the port.", [(BOTH, "agreed", "opening the port")]),
        ("Readiness to open the port was confirmed.", [(BOTH, "willing", "open the port")]),
        ("The two sides stressed the need for a road.", [(BOTH, "exhortation", "a road")]),
        (
            "The two sides are committed to the use of the port.",
            [(BOTH, "undertaking", "the use of the port")],
        ),
        # Passives and the impersonal.
        ("It was agreed that a port be opened in 2025.", [(BOTH, "agreed", "a port be opened in 2025")]),
        ("It was also agreed to open a port.", [(BOTH, "agreed", "open a port")]),
        ("An agreement was reached to open a port.", [(BOTH, "agreed", "open a port")]),
        # Reported speech.
        ("Mongolia said that it would open the port.", [("MNG", "undertaking", "open the port")]),
        ("The two sides agreed that China would open the port.", [("CHN", "agreed", "open the port")]),
        # Readiness of somebody named.
        (
            "The meeting heard China's readiness. The leaders welcomed this. China reiterated Mongolia's commitment to "
            "open the port.",
            [("MNG", "undertaking", "open the port")],
        ),
        # Bodies and styles.
        ("The Chinese Ministry of Transport will build a road.", [("CHN", "undertaking", "build a road")]),
        (
            "The competent authorities of the two countries shall open a port.",
            [(BOTH, "undertaking", "open a port")],
        ),
        ("A joint working group will draft a road map.", [(BOTH, "undertaking", "draft a road map")]),
        ("Ulaanbaatar pledged to build a road.", [("MNG", "undertaking", "build a road")]),
        ("Within one year the two sides shall build a road.", [(BOTH, "undertaking", "build a road")]),
        ("The two sides tasked their ministers to build a road.", [(BOTH, "agreed", "build a road")]),
        ("The two sides shall, on request, open the port.", [(BOTH, "undertaking", "open the port")]),
        ("Neither side shall close the port.", [(BOTH, "undertaking", "close the port")]),
        (
            "The two sides intend to (i) open a port; (ii) build a road.",
            [(BOTH, "willing", "open a port"), (BOTH, "willing", "build a road")],
        ),
        # Not promises.
        ("The two sides agreed on the importance of trade.", []),
        ("The two sides noted the importance of opening the port.", []),
        ("The two sides look forward to opening the port.", []),
        ("China proposed to open the port.", []),
        ("China requested Mongolia to open the port.", []),
        ("China invited Mongolia to visit the port.", []),
        ("The two sides agreed that trade has grown.", []),
        ("China may open the port.", []),
        ("This Memorandum shall enter into force on signature.", []),
        ("The port would be good for both.", []),
        ("Cooperation will bring prosperity to the two peoples.", []),
    ],
)
def test_grammar(words: str, expected: list[tuple[str, str, str]]) -> None:
    assert promised(words) == expected


def test_negative_promises_are_marked() -> None:
    record = read_text(HEAD + "Neither side shall close the port. The two sides shall open a road.", name="x")
    assert [c.negative for c in record.commitments] == [True, False]


def test_what_the_context_says_is_marked_as_inferred() -> None:
    text = (
        HEAD + "Agriculture\n\nThe two sides agreed to hold a meeting. The two sides agreed to trade grain."
    )
    first, second = read_text(text, name="x").commitments
    assert (first.areas, first.areas_from) == (("311",), "context")
    assert second.areas_from == "text"


def test_lists_of_nouns_and_of_mere_subjects() -> None:
    acts = HEAD + "The two sides will cooperate by:\n- exchange of data;\n- opening a port."
    assert [words for *_, words in promised("", acts)] == ["exchange of data", "opening a port"]
    subjects = HEAD + "The two sides will cooperate in the following areas:\n- tourism;\n- energy."
    assert [words for *_, words in promised("", subjects)] == ["cooperate in the following areas"]
    assert read_text(subjects, name="x").commitments[0].areas == ("332", "230")


def test_operative_verbs_on_lines_of_their_own() -> None:
    text = (
        "DECLARATION\n\nWe, the Presidents of Ghana, Togo and Benin, meeting in Accra on 3 May 2021,\n\n"
        "DECIDE to build a road;\n\nUNDERTAKE to open the port;\n\nEXPRESS our thanks to Ghana."
    )
    record = read_text(text, name="x")
    assert [c.quote for c in record.commitments] == ["build a road", "open the port"]
    assert {c.promisors for c in record.commitments} == {("GHA", "TGO", "BEN")}


def test_names_that_the_text_gives_its_parties() -> None:
    text = (
        'The Railway Agency of Mongolia ("RAM") and the Rail Bureau of China (hereinafter "Bureau") held talks.\n\n'
        "RAM agrees to build a road. The Bureau shall open the port."
    )
    assert [who for who, *_ in promised("", text)] == ["MNG", "CHN"]


def test_groups_of_countries_mean_their_members_among_the_parties() -> None:
    text = (
        "The Presidents of Kazakhstan, Uzbekistan and Germany met in Berlin on 3 May 2021.\n\n"
        "The Central Asian states will open the border. Germany will train 40 engineers."
    )
    assert [who for who, *_ in promised("", text)] == ["KAZ+UZB", "DEU"]


def test_sentences_that_promise_something_unread_are_marked() -> None:
    record = read_text(HEAD + "The Moon Company will open the port. Trade has grown.", name="x")
    assert [s.unread for s in record.sentences] == [False, True, False]


def test_dates_in_many_forms() -> None:
    for words, iso in (
        ("Done at Mbeya on the twenty-second day of May, two thousand and eighteen.", "2018-05-22"),
        ("The meeting was held on 17.11.2022 in Beijing.", "2022-11-17"),
        ("On the afternoon of September 12, 2018, the two sides held talks.", "2018-09-12"),
        ("The two sides held talks on 3 and 4 July 2020.", "2020-07-04"),
        ("They held talks from 28 February to 2 March 2020.", "2020-03-02"),
        ("They held talks on November 2-3, 2019.", "2019-11-03"),
    ):
        date = read_text(f"China and Mongolia signed an agreement.\n\n{words}", name="x").document.date
        assert date is not None, words
        assert date.iso == iso


# Refusals


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Les deux parties ont convenu de renforcer la coopération et de créer une commission mixte.",
            "French",
        ),
        (
            "Las dos partes acordaron fortalecer la cooperación y crear una comisión mixta de los ministros.",
            "Spanish",
        ),
        (
            "İki taraf ulaştırma alanında işbirliğini güçlendirmek ve bir komisyon kurmak için anlaştı.",
            "Turkish",
        ),
        ("Екі тарап көлік саласындағы ынтымақтастықты нығайтуға келісті.", "Kazakh"),
        (
            "Eki tarap kólik salasyndaǵy yntymaqtastyqty nyǵaıtýǵa jáne bir komısııa qurýǵa kelisti, bul mańyzdy.",
            "Kazakh",
        ),
        ("Стороны договорились углублять сотрудничество в области транспорта.", "Russian"),
        ("双方同意加强互联互通。", "Chinese"),
    ],
)
def test_other_languages_are_named_and_refused(text: str, language: str) -> None:
    with pytest.raises(InputError, match=language):
        read_text(text, name="file.txt")


PIECES = [
    "shall ",
    "agreed to ",
    "The Parties ",
    "China ",
    ", ",
    "and ",
    "will be ",
    "open ",
    "the port ",
    "to ",
    "it ",
    "with ",
    "of ",
    "that ",
    "in ",
    "agreeing to ",
    "\nby ",
    "following: ",
    "We, ",
    "\n- ",
    "(i) ",
    "is ready to ",
    "committed to ",
    "the need ",
    "for ",
    "Article 1 ",
    "was agreed ",
    "expressed its ",
]


def test_a_text_that_is_too_long_is_refused_at_once() -> None:
    start = time.process_time()
    with pytest.raises(InputError, match="characters, more than"):
        read_text("The Parties shall open the port. " * 400_000, name="x")
    assert time.process_time() - start < 2


@settings(deadline=None, max_examples=120, derandomize=True)
@given(st.lists(st.sampled_from([*"aA1 .,;:()\n-•\"“'ü中\x07", *PIECES]), max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        record = read_text(HEAD + text, name="x")
    except InputError:
        return
    assert verify(record, HEAD + text) == []


# Tables of one's own


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(tables.OWN_TABLES, str(tmp_path))
    tables.forget()
    yield tmp_path
    monkeypatch.delenv(tables.OWN_TABLES)
    tables.forget()


def test_a_folder_of_own_tables_adds_names_verbs_and_subjects(own: Path) -> None:
    (own / "corridors.csv").write_text(
        "id,label,owners,aliases\ncorr:salt,Salt Way,MNG,Salt Way\n", encoding="utf-8"
    )
    (own / "markers.toml").write_text('[to]\nundertaking = "swear"\n', encoding="utf-8")
    (own / "areas.toml").write_text('[phrases]\n"311" = ["camel"]\n', encoding="utf-8")
    tables.forget()
    record = read_text(HEAD + "The two sides swear to build the Salt Way for camels.", name="x")
    (commitment,) = record.commitments
    assert commitment.strength == "undertaking"
    assert commitment.corridors == ("corr:salt",)
    assert "311" in commitment.areas


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("corridors.csv", "id,name\ncorr:x,X\n", "unknown column name"),
        ("areas.toml", "[phrases\n", "not a table of this form"),
        ("areas.toml", '[phrases]\n"311" = "camel"\n', "not a table of this form"),
    ],
)
def test_a_wrong_table_is_an_error(own: Path, name: str, content: str, message: str) -> None:
    (own / name).write_text(content, encoding="utf-8")
    tables.forget()
    with pytest.raises(InputError, match=message):
        read_text(HEAD + "The two sides agreed to open the port.", name="x")


def test_groups_and_organisations_have_known_members() -> None:
    countries = set(tables.country_names())
    for row in (*tables._rows("groups.csv"), *tables._rows("fora.csv")):
        members = {m for m in row["members"].split("|") if m}
        assert members <= countries, row["id"]
    assert all(len(code) == 2 for code in tables.country_codes().values())


# Quotations

WORDS = "The two sides agreed to open the “Port of Tanga” — a 1,500-berth port — before 31 December 2026."


@settings(deadline=None, max_examples=150, derandomize=True)
@given(data=st.data())
def test_one_altered_letter_or_inserted_word_is_rejected(data: st.DataObject) -> None:
    verifier = QuoteVerifier(WORDS)
    letters = [i for i, c in enumerate(WORDS) if c.isalnum()]
    at = data.draw(st.sampled_from(letters))
    letter = data.draw(st.sampled_from([c for c in "abcdefgxyz0123456789" if c != WORDS[at].casefold()]))
    assert verifier.find(WORDS[:at] + letter + WORDS[at + 1 :]) is None
    words = WORDS.split()
    place = data.draw(st.integers(1, len(words) - 1))
    assert verifier.find(" ".join([*words[:place], "not", *words[place:]])) is None


@settings(deadline=None, max_examples=100, derandomize=True)
@given(
    spaces=st.sampled_from([" ", "\u00a0", "\n", "\t ", "\u2009"]),
    marks=st.sampled_from(['"', "\u201e", "\u00ab", "'"]),
    dash=st.sampled_from(["-", "\u2013", "\u2014"]),
    fold=st.sampled_from([str.upper, str.lower, str]),
)
def test_typography_is_accepted(spaces: str, marks: str, dash: str, fold: type[str]) -> None:
    quote = fold(WORDS).replace("\u201c", marks).replace("\u201d", marks).replace(" \u2014 ", f" {dash} ")
    assert QuoteVerifier(WORDS).find(quote.replace(" ", spaces)) == (0, len(WORDS))


# Speed


def test_time_grows_with_length_alone() -> None:
    golds = load_corpus(CORPUS)
    text = "\n\n".join(gold.text for gold in golds)

    def spent(words: str) -> float:
        start = time.process_time()
        read_text(words, name="x")
        return time.process_time() - start

    spent(text)
    once = min(spent(text) for _ in range(3))
    assert min(spent("\n\n".join([text] * 4)) for _ in range(2)) < 4 * 2.0 * once


def test_a_list_that_a_sentence_agrees_to_is_read() -> None:
    text = (
        "Chad and Niger agreed to a list of outcomes in Agadez, and the following are the main ones:\n\n"
        "- Pave the road to the border.\n\n- Open two customs posts.\n"
    )
    assert [c.quote for c in read_text(text, name="x").commitments] == [
        "Pave the road to the border",
        "Open two customs posts",
    ]


@pytest.mark.parametrize(
    ("sentence", "quote", "promisors"),
    [
        ("He said that his country would open the border.", "open the border", ("KAZ",)),
        ("Kazakhstan stands ready for joint work on ports.", "joint work on ports", ("KAZ",)),
        ("Oman will build a port whose piers will be long.", "build a port", ("OMN",)),
    ],
)
def test_whose_promise_and_where_it_ends(sentence: str, quote: str, promisors: tuple[str, ...]) -> None:
    text = (
        "Kazakhstan and Oman held talks in Muscat.\n\nThe President of Kazakhstan met the press. " + sentence
    )
    (found,) = read_text(text, name="x").commitments
    assert (found.quote, found.promisors) == (quote, promisors)


def test_time_grows_with_the_length_of_one_sentence() -> None:
    clause = "they agreed to build a railway in Osh, open roads and cut fees; "

    def spent(times: int) -> float:
        words = "China and Kyrgyzstan met in Bishkek on 5 May 2024. There " + clause * times + "and so on."
        start = time.process_time()
        read_text(words, name="x")
        return time.process_time() - start

    spent(100)
    assert min(spent(1600) for _ in range(2)) < 4 * 2.0 * min(spent(400) for _ in range(3))


def test_the_page_describes_the_record_as_it_is() -> None:
    from landbridge.agreements.reference import describe_record

    page = (ROOT / "docs" / "agreements.md").read_text(encoding="utf-8")
    assert page.endswith(describe_record()), "run tools/describe_record.py"
    assert "| `unread` | boolean (optional) | True when" in page


UNSEEN = (  # one promise each, in constructions of published texts
    ("The Summit directed the Council to harmonise axle loads.", "harmonise axle loads", "agreed"),
    ("The Ministers have been tasked to draw up a list of projects.", "draw up a list of projects", "agreed"),
    ("We welcomed Peru's decision to open its ports.", "open its ports", "agreed"),
    ("They set themselves the goal of opening three schools.", "opening three schools", "willing"),
    ("Chile is planning to build a tunnel.", "build a tunnel", "willing"),
    ("Both sides settled on a single tariff for copper.", "a single tariff for copper", "agreed"),
    (
        "We express our resolve, including in hard times, to keep borders open.",
        "keep borders open",
        "undertaking",
    ),
    ("The leaders gave instructions to speed up the talks.", "speed up the talks", "agreed"),
)


@pytest.mark.parametrize(("sentence", "promise", "strength"), UNSEEN)
def test_reads_constructions_of_published_texts(sentence: str, promise: str, strength: str) -> None:
    text = (
        f"Joint Statement of Chile and Peru\n\nThe Presidents of Chile and Peru met in Lima.\n\n{sentence}\n"
    )
    read = read_text(text, name="statement")
    assert [(c.quote, c.strength) for c in read.commitments] == [(promise, strength)]


def test_titles_without_a_name_and_rows_of_capitals_are_read_in_time() -> None:
    text = (
        "President H.E. of Peru met President H.E. of Chile in Lima.\n\n" + "PORTS AND ROADS AND RAILS " * 300
    )
    start = time.process_time()
    read_text(text, name="capitals")
    assert time.process_time() - start < 5
