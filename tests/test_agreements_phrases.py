"""Set phrases, numbered groups and rows of leaders, in sentences written for the test."""

import pytest

from landbridge.agreements import read_text, verify

HEAD = """Joint Statement of Chile and Peru

The President of Chile, Ana Rojas, met the President of Peru, Luis Vega Jr., in Lima on 4 March 2024.

"""


def read(sentence: str) -> list[tuple[str, tuple[str, ...], str]]:
    record = read_text(HEAD + sentence + "\n", name="case")
    return [(c.strength, c.promisors, c.quote) for c in record.commitments]


BOTH = ("CHL", "PER")


@pytest.mark.parametrize(
    ("sentence", "strength", "promisors", "quote"),
    [
        ("The two sides gave the green light to the new ferry.", "agreed", BOTH, "the new ferry"),
        ("They struck a deal to open a bank.", "agreed", BOTH, "open a bank"),
        ("Peru accepted the proposal to set up a fund.", "agreed", ("PER",), "set up a fund"),
        ("It has been decided to hold a fair.", "agreed", BOTH, "hold a fair"),
        ("Both have taken the decision to start a bus service.", "agreed", BOTH, "start a bus service"),
        ("They agreed that their ministers meet twice a year.", "agreed", BOTH, "meet twice a year"),
        ("The leaders instructed that the experts meet in May.", "agreed", BOTH, "meet in May"),
        ("The pact obliges both countries to cut tariffs.", "undertaking", BOTH, "cut tariffs"),
        ("All three vowed to plant trees.", "undertaking", BOTH, "plant trees"),
        ("The two diplomats pledged to plant trees.", "undertaking", BOTH, "plant trees"),
        ("The two countries' airlines will share data.", "undertaking", BOTH, "share data"),
        ("President Vega pledged to open the port.", "undertaking", ("PER",), "open the port"),
        ("Peru is due to open the port in May.", "undertaking", ("PER",), "open the port in May"),
        ("Chile assured Peru of its full support.", "undertaking", ("CHL",), "its full support"),
        (
            "A train is planned to be launched in 2025.",
            "willing",
            BOTH,
            "A train is planned to be launched in 2025",
        ),
        ("Chile aims at doubling its exports.", "willing", ("CHL",), "doubling its exports"),
        (
            "Both sides shared the view that ties should be deepened.",
            "exhortation",
            BOTH,
            "ties should be deepened",
        ),
        ("They stressed that it is necessary to lower costs.", "exhortation", BOTH, "lower costs"),
        ("The two women agreed to open a bank.", "agreed", BOTH, "open a bank"),
        (
            "The President underscored his firm commitment to lowering costs.",
            "undertaking",
            BOTH,
            "lowering costs",
        ),
        (
            "The ministers confirmed on Thursday continuing to share data.",
            "undertaking",
            BOTH,
            "continuing to share data",
        ),
        ("The two sides emphasised harmonising axle loads.", "exhortation", BOTH, "harmonising axle loads"),
        ("President Vega said it is necessary to lower costs.", "exhortation", BOTH, "lower costs"),
        ("It's imperative for us to lower costs.", "exhortation", BOTH, "lower costs"),
        ("Peru for its part pledged to open the port.", "undertaking", ("PER",), "open the port"),
        ("Peru, for its part, will open the port.", "undertaking", ("PER",), "open the port"),
        ("The two sides voiced support for opening a bridge.", "exhortation", BOTH, "opening a bridge"),
        ("The presidents ordered their governments to cut fees.", "agreed", BOTH, "cut fees"),
        ("The two countries are teaming up to build a road.", "undertaking", BOTH, "build a road"),
        ("They agreed that talks need to continue.", "agreed", BOTH, "talks need to continue"),
        (
            "Both sides shared the view that trade should reach a billion.",
            "exhortation",
            BOTH,
            "trade should reach a billion",
        ),
        (
            "Both countries shall to this end endeavour to cut fees.",
            "undertaking",
            BOTH,
            "endeavour to cut fees",
        ),
        ("The commission established under Article 4 shall meet in May.", "undertaking", BOTH, "meet in May"),
        ("Member States were encouraged to ratify the protocol.", "exhortation", BOTH, "ratify the protocol"),
        (
            "The meeting urged Member States to ratify the protocol.",
            "exhortation",
            BOTH,
            "ratify the protocol",
        ),
        ("The provisions of the memorandum included lowering fees.", "undertaking", BOTH, "lowering fees"),
        ("Plans include lowering fees by May.", "willing", BOTH, "lowering fees by May"),
        ("The talks focused on the need to lower fees.", "exhortation", BOTH, "lower fees"),
    ],
)
def test_set_phrases_promise(sentence: str, strength: str, promisors: tuple[str, ...], quote: str) -> None:
    found = [(s, tuple(sorted(p)), q) for s, p, q in read(sentence)]
    assert found == [(strength, tuple(sorted(promisors)), quote)]


@pytest.mark.parametrize(
    "sentence",
    [
        "They expressed the hope that the line will be completed soon.",
        "Last year Chile announced a grant of USD 5 million for Peru.",
        "The two agreements were discussed.",
        "The port, which includes storing and handling grain, is busy.",
        "The agreement includes a preamble.",
        "Creating jobs is an aim of partnerships aimed at developing ports.",
    ],
)
def test_hopes_and_reports_promise_nothing(sentence: str) -> None:
    assert read(sentence) == []


def test_a_purpose_after_a_comma_is_no_act_of_its_own() -> None:
    (promise,) = read("The two sides plan to meet in May, in Lima, to discuss trade.")
    assert promise[2] == "meet in May, in Lima, to discuss trade"


def test_presidents_named_beside_their_countries() -> None:
    text = "The presidents of Chile, Ana Rojas, and Peru, Luis Vega, met in Lima. Rojas and Vega agreed to open a road."
    (promise,) = read_text(text, name="row").commitments
    assert (set(promise.promisors), promise.quote) == (set(BOTH), "open a road")


def test_a_word_beside_the_matter_gives_no_area_but_an_item_does() -> None:
    text = (
        HEAD + "They agreed to finance a railway. They agreed to cooperate in finance, mining and tourism.\n"
    )
    first, second = read_text(text, name="areas").commitments
    assert first.areas == ("21030",)
    assert set(second.areas) == {"240", "322", "332"}


def test_a_row_of_acts_and_of_modals_is_cut() -> None:
    assert [quote for *_, quote in read("They decided to open talks, and to that end to meet in May.")] == [
        "open talks",
        "meet in May",
    ]
    assert [
        quote
        for *_, quote in read("Both countries committed to: (i) opening a bank; and (ii) lowering fees.")
    ] == [
        "opening a bank",
        "lowering fees",
    ]


def test_a_right_to_agree_is_no_promise() -> None:
    assert read("The two delegations may agree to meet in a special session.") == []


def test_a_list_of_subjects_keeps_the_promise_above_it_and_gives_its_areas() -> None:
    record = read_text(
        "Memorandum of Understanding between Japan and Viet Nam\n\nThe Parties shall cooperate in the following sectors"
        " and areas:\n1. Road transport;\n2. Education and training;\n",
        name="case",
    )
    assert [c.quote for c in record.commitments] == ["cooperate in the following sectors and areas"]
    assert {"21020", "111"} <= set(record.commitments[0].areas)


def test_a_treaty_clause_goes_on_with_a_second_modal() -> None:
    record = read_text(
        "Agreement between Nepal and Bhutan on transit\n\nArticle 1\nGoods in transit shall not be subject to duties"
        " and shall enjoy freedom of passage.\n",
        name="case",
    )
    assert [c.quote for c in record.commitments] == [
        "Goods in transit shall not be subject to duties",
        "enjoy freedom of passage",
    ]


def test_the_only_two_states_of_an_excerpt_are_its_parties() -> None:
    record = read_text(
        "ARTICLE 5\n\nThe Parties shall enhance their cooperation on goods transiting Korea or Peru.\n",
        name="case",
    )
    assert {p.iso3 for p in record.parties} == {"KOR", "PER"}


def test_leaders_that_the_text_gives_no_country_have_that_of_the_table() -> None:
    record = read_text(
        "Xi Jinping and Vladimir Putin held talks. Xi is ready to open a bridge. Putin pledged to build a road.\n",
        name="case",
    )
    assert [(c.promisors, c.quote) for c in record.commitments] == [
        (("CHN",), "open a bridge"),
        (("RUS",), "build a road"),
    ]


def test_a_lone_leader_of_the_table_makes_no_party() -> None:
    record = read_text(
        "Narendra Modi attended the BIMSTEC summit. The members will build a road.\n", name="case"
    )
    assert "IND" not in {p.iso3 for p in record.parties}


def test_owners_between_the_verb_and_the_noun() -> None:
    assert read("The ministers reaffirmed the Peruvian commitment to cut fees.") == [
        ("undertaking", ("PER",), "cut fees")
    ]
    assert read("The ministers agreed on a fund, as well as on a bank.") == [
        ("agreed", BOTH, "a fund"),
        ("agreed", BOTH, "a bank"),
    ]
    assert read("They vowed not to raise duties.") == [("undertaking", BOTH, "raise duties")]


def test_items_of_a_plan_name_whose_act_they_are() -> None:
    record = read_text(
        "Action Plan for the Corridor, 2022-2027\n\n1. Azerbaijan: complete the port.\n2. Georgia: finish the line.\n",
        name="case",
    )
    assert [(c.promisors, c.quote) for c in record.commitments] == [
        (("AZE",), "complete the port"),
        (("GEO",), "finish the line"),
    ]


def test_the_countries_of_two_ports_are_parties_where_no_state_is_named() -> None:
    record = read_text(
        "Memorandum of Cooperation between the Port of Aktau and the Port of Baku on the Trans-Caspian route\n\n"
        "The Parties will share data.\n",
        name="case",
    )
    assert [p.iso3 for p in record.parties] == ["KAZ", "AZE"]


def test_the_date_of_publication_gives_the_year_of_the_talks() -> None:
    text = "Tuesday, {}\n\nChile and Peru agreed to open a bank at a meeting held on May 29th in Lima.\n"
    for published, day in (("June 10, 2025", "2025-05-29"), ("January 4, 2025", "2024-05-29")):
        date = read_text(text.format(published), name="case").document.date
        assert date is not None
        assert (date.iso, date.year_inferred) == (day, True)


def test_a_day_without_any_year_is_no_date() -> None:
    record = read_text(
        "Chile and Peru agreed to open a bank at a meeting held on May 29th in Lima.\n", name="case"
    )
    assert record.document.date is None


@pytest.mark.parametrize(
    "sentence",
    [
        "They are not launching a fund.",
        "They are not ready to open a bank.",
        "They did not urge Member States to ratify the protocol.",
        "The two sides never confirmed continuing to share data.",
        "The Presidents urged all parties to exercise restraint in Gaza.",
        "Other countries were invited to join the bank.",
        "The World Bank recommended that taxes should be raised.",
        "The World Bank programme will provide loans.",
        "They stressed developing countries need help.",
        "They reaffirmed the Kenyan commitment to open a port.",
    ],
)
def test_what_is_denied_or_anothers_promises_nothing(sentence: str) -> None:
    assert read(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "No customs duties shall be levied.",
        "Goods in transit shall, on request, not be charged.",
        "They agreed that tariffs shall not be raised.",
        "They pledged never to raise tariffs.",
        "Both countries will no longer raise tariffs.",
    ],
)
def test_what_is_ruled_out_is_negative(sentence: str) -> None:
    assert [c.negative for c in read_text(HEAD + sentence + "\n", name="case").commitments] == [True]


def test_an_aside_with_on_is_no_row() -> None:
    assert [quote for *_, quote in read("They agreed on a pact on tariffs and on quotas.")] == [
        "a pact on tariffs and on quotas"
    ]
    assert [quote for *_, quote in read("They agreed on extending hours, making rules, and giving aid.")] == [
        "extending hours",
        "making rules",
        "giving aid",
    ]


def test_texts_that_are_cut_off_are_read() -> None:
    for text in (
        "Chile and Peru met. They have",
        "Chile and Peru hereby",
        "Chile and Peru agreed to open a road and to jointly",
        "Joint communique was signed by Chile and Peru in Lima.",
    ):
        record = read_text(text, name="case")
        assert verify(record, text) == []


def test_a_person_of_no_known_country_promises_for_all_with_a_note() -> None:
    text = HEAD + "Moyo pledged to open the port.\n"
    (promise,) = read_text(text, name="moyo").commitments
    assert set(promise.promisors) == set(BOTH)
    assert promise.note == "the text does not say whose promise; taken as all parties"


def test_what_a_bank_promises_is_not_the_parties() -> None:
    assert read("Andean Development Bank pledged to lend the money.") == []


def test_what_a_speaker_urges_in_quotation_marks_is_cut_into_acts() -> None:
    found = read(
        'President Vega met the press, urging the two sides to "lower fees, build trust, and open ports."'
    )
    assert [quote for _, _, quote in found] == ["lower fees", "build trust", "open ports"]


def test_presidents_elect_are_of_their_countries() -> None:
    text = "Chilean President Ana Rojas and Peruvian President-elect Luis Vega agreed on Friday to open a bank.\n"
    record = read_text(text, name="case")
    assert {party.iso3 for party in record.parties} == {"CHL", "PER"}
    assert [(c.strength, c.quote) for c in record.commitments] == [("agreed", "open a bank")]


def test_cooperation_in_nothing_named_is_politics_from_the_context() -> None:
    text = (
        "Chile and Peru held talks in Lima. They agreed to expand cooperation in areas of mutual interest.\n"
    )
    (promise,) = read_text(text, name="case").commitments
    assert (promise.areas, promise.areas_from) == (("X-POL",), "context")
