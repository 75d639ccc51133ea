"""Tables, members of organisations, agencies, duties and second clauses, in texts written for the test."""

import pytest

from landbridge.agreements import read_text, verify
from landbridge.agreements.record import Record

READOUT = """Readout of talks

The President of Chile, Ana Rojas, met the President of Peru, Luis Vega, in Lima on 4 March 2024.

"""
TREATY = """Agreement between the Government of the Republic of Chile and the Government of the Republic of Peru

The Parties have agreed as follows:

"""
BOTH = ("CHL", "PER")


def _read(text: str) -> Record:
    record = read_text(text, name="case")
    assert verify(record, text) == []
    return record


def _given(text: str) -> list[tuple[str, tuple[str, ...], str]]:
    return [(c.strength, c.promisors, c.quote) for c in _read(text).commitments]


def _parties(text: str) -> set[str]:
    return {party.iso3 for party in _read(text).parties}


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        (
            "It was agreed that banks would be linked and that a new visa would be studied.",
            [("agreed", BOTH, "banks would be linked"), ("agreed", BOTH, "a new visa would be studied")],
        ),
        (
            "They agreed that the bridge be widened, and the customs hours be extended.",
            [("agreed", BOTH, "the bridge be widened"), ("agreed", BOTH, "the customs hours be extended")],
        ),
        (
            "The next round of talks will be held in Arica in May.",
            [("undertaking", BOTH, "The next round of talks will be held in Arica in May")],
        ),
        ("The press conference will be held in Arica in May.", []),
        (
            "They agreed to form a joint committee, which should submit a plan within a month.",
            [
                ("agreed", BOTH, "form a joint committee"),
                ("exhortation", BOTH, "submit a plan within a month"),
            ],
        ),
        (
            "The Chilean side announced that the yard will be paved by May.",
            [("undertaking", ("CHL",), "the yard will be paved by May")],
        ),
        (
            "The ministers instructed their envoys to start, without delay, the survey of the pass.",
            [("agreed", BOTH, "start, without delay, the survey of the pass")],
        ),
        (
            "Both sides were encouraged to use the new port.",
            [("exhortation", BOTH, "use the new port")],
        ),
        (
            "Peru will mend the road, a measure which was long awaited, although costs are high.",
            [("undertaking", ("PER",), "mend the road")],
        ),
        ("Can Peru confirm that it will mend the road?", []),
        (
            "Trucks were stopped in Peru, and Peru will open a second gate.",
            [("undertaking", ("PER",), "open a second gate")],
        ),
        (
            "The universities of the two countries should exchange teachers.",
            [("exhortation", BOTH, "exchange teachers")],
        ),
        (
            "The quarantine authorities will share lists of pests.",
            [("undertaking", BOTH, "share lists of pests")],
        ),
        (
            "Peru Airways will add two flights a week.",
            [("undertaking", ("PER",), "add two flights a week")],
        ),
    ],
)
def test_clauses_of_talks(sentence: str, given: list[tuple[str, tuple[str, ...], str]]) -> None:
    assert _given(READOUT + sentence + "\n") == given


@pytest.mark.parametrize(
    ("article", "given"),
    [
        (
            "The Parties exchange data on wagons every month.",
            [("undertaking", BOTH, "exchange data on wagons every month")],
        ),
        (
            "The Peruvian Party ensures the supply of wagons.",
            [("undertaking", ("PER",), "ensures the supply of wagons")],
        ),
        ("The Parties recognise the importance of trade.", []),
        ("The Parties agree that goods may be grouped by the rules of the Annex.", []),
        (
            "The customs administration of each Party shall issue rulings on tariffs.",
            [("undertaking", BOTH, "issue rulings on tariffs")],
        ),
        (
            "Customs shall accept a guarantee and release it within a day.",
            [
                ("undertaking", BOTH, "accept a guarantee"),
                ("undertaking", BOTH, "release it within a day"),
            ],
        ),
        (
            "The Secretary General shall maintain a list of carriers.",
            [("undertaking", BOTH, "maintain a list of carriers")],
        ),
        (
            "There shall be freedom of transit through each country.",
            [("undertaking", BOTH, "freedom of transit through each country")],
        ),
        ("The Parties hereby establish a Joint Committee.", []),
        (
            "Each Party shall, within a year of the signature:\n(a) name a focal point;\n(b) open a register.",
            [("undertaking", BOTH, "name a focal point"), ("undertaking", BOTH, "open a register")],
        ),
        (
            "The Parties undertake:\n1. to simplify the papers;\n2. not to levy new charges.",
            [("undertaking", BOTH, "simplify the papers"), ("undertaking", BOTH, "not to levy new charges")],
        ),
        (
            "Each Party shall -\na) set up a road fund;\nb) publish its accounts.",
            [("undertaking", BOTH, "set up a road fund"), ("undertaking", BOTH, "publish its accounts")],
        ),
    ],
)
def test_duties_of_treaties(article: str, given: list[tuple[str, tuple[str, ...], str]]) -> None:
    assert _given(f"{TREATY}Article 1\n\n{article}\n") == given


@pytest.mark.parametrize("mark", [" | ", "\t"])
def test_rows_of_a_table_are_measures_of_whom_they_name(mark: str) -> None:
    rows = [
        ("No.", "Measure", "Deadline", "Responsible"),
        ("1.1", "Construction of a second track to Arica", "2025", "State Railways (Chile)"),
        ("1.2", "Raise the capacity of the port of Matarani", "2026", "Port Authority (Peru)"),
        ("1.3", "Introduce a common consignment note", "2027", "all Parties"),
    ]
    table = "\n".join(mark.join(row) for row in rows)
    given = _given(f"Road map of Chile and Peru for the Andean railway\n\n{table}\n")
    assert given == [
        ("undertaking", ("CHL",), rows[1][1]),
        ("undertaking", ("PER",), rows[2][1]),
        ("undertaking", BOTH, rows[3][1]),
    ]


def test_an_agency_acts_for_its_country() -> None:
    text = "Talks of the United States and Peru\n\nThe two sides met. USAID will build a school in Peru.\n"
    assert _given(text) == [("undertaking", ("USA",), "build a school in Peru")]
    other = "Talks of Chile and Peru\n\nThe two sides met. USAID will build a school in Peru.\n"
    assert _given(other) == []


COUNCIL = """Communique of the Summit of the Heads of State of the Southern African Development Community (SADC)

The Summit was opened by Joao Silva, President of Angola, who took over the Chair from Peter Banda, President of Malawi.

"""


def test_a_member_that_is_charged_promises_and_whoever_presides_is_no_party() -> None:
    text = COUNCIL + "Summit directed Zambia to repair the bridge by May.\n"
    assert _given(text) == [("agreed", ("ZMB",), "repair the bridge by May")]
    assert _parties(text) == {"org:sadc"}


def test_a_member_that_promises_alone_is_a_party_beside_its_organisation() -> None:
    text = COUNCIL + "Zambia offered to host a workshop on ports.\n"
    assert _given(text) == [("willing", ("ZMB",), "host a workshop on ports")]
    assert _parties(text) == {"org:sadc", "ZMB"}


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        (
            'Road map\n\nChile, Peru and Bolivia, hereinafter referred to as "the Parties", shall open a line.\n',
            {"CHL", "PER", "BOL"},
        ),
        (
            "Minutes of the Andean working group\n\nPresent: Chile (Chair), Peru (customs), Bolivia.\n\n"
            "The meeting agreed to open a line.\n",
            {"CHL", "PER", "BOL"},
        ),
        (
            'Financing agreement entered into between PERU ("Recipient") and INTERNATIONAL DEVELOPMENT ASSOCIATION'
            ' ("Association"). The Recipient shall build a road.\n',
            {"PER", "org:ida"},
        ),
        (
            "Talks\n\nThe Chilean side and the Peruvian side met. They agreed to open a line together with the "
            "Bolivian side.\n",
            {"CHL", "PER"},
        ),
        (
            "Decision\n\nThe Assembly,\n\nNoting the report of the AU Commission,\n\n1. DECIDES to open a line.\n",
            {"org:au"},
        ),
    ],
)
def test_parties_that_a_text_lists(text: str, parties: set[str]) -> None:
    assert _parties(text) == parties


def test_a_name_that_the_text_gives_a_party_acts_and_one_of_a_thing_does_not() -> None:
    text = (
        'Agreement between PERU ("Borrower") and CHILE ("Lender")\n\nThe Borrower shall repay a loan (the "Loan") '
        "within ten years. The Loan shall be used for the road.\n"
    )
    assert _given(text) == [
        ("undertaking", ("PER",), 'repay a loan (the "Loan") within ten years'),
        ("undertaking", ("PER", "CHL"), "The Loan shall be used for the road"),
    ]


@pytest.mark.parametrize(
    ("day", "iso"),
    [
        ("the 26th of July, nineteen hundred and fifty-seven", "1957-07-26"),
        ("the second day of the month of June of one thousand nine hundred and ninety two", "1992-06-02"),
        ("the twenty-second day of May, two thousand and eighteen", "2018-05-22"),
        ("the 26th of July of 2005", "2005-07-26"),
    ],
)
def test_dates_in_words(day: str, iso: str) -> None:
    record = _read(f"{TREATY}The Parties shall open a line.\n\nDone at Lima on {day}, in two originals.\n")
    assert record.document.date is not None
    assert record.document.date.iso == iso


def test_a_month_beside_a_place_is_a_date() -> None:
    record = _read(f"{TREATY}The Parties shall open a line.\n\nLima, November 2020\n")
    assert record.document.date is not None
    assert record.document.date.iso == "2020-11"


def test_ordinals_in_capitals_are_one_word() -> None:
    record = _read(
        "THE 9TH SUMMIT OF THE LAKES CORRIDOR was held in Lima. Chile and Peru agreed to open a line.\n"
    )
    assert [c.quote for c in record.commitments] == ["open a line"]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (
            "WE AGREE\n\n1. To open a line.\n\n2. To take note of the report.",
            [("agreed", BOTH, "open a line")],
        ),
        (
            "INSTRUCT:\n\nThe Technical Group to draft a plan.",
            [("agreed", BOTH, "draft a plan")],
        ),
        (
            "REITERATE:\n\nTheir commitment to open a line.",
            [("undertaking", BOTH, "open a line")],
        ),
        (
            "- Chile: to build a dry port.\n- Peru: to pave the pass.",
            [("undertaking", ("CHL",), "build a dry port"), ("undertaking", ("PER",), "pave the pass")],
        ),
    ],
)
def test_lists_of_declarations(text: str, given: list[tuple[str, tuple[str, ...], str]]) -> None:
    head = (
        "Joint declaration and road map\n\nThe Presidents of Chile and Peru met in Lima on 4 March 2024.\n\n"
    )
    assert _given(f"{head}{text}\n") == given


LOAN = (
    "LOAN AGREEMENT\nbetween\nREPUBLIC OF UZBEKISTAN\nand\nASIAN DEVELOPMENT BANK\n\n"
    'AGREEMENT between REPUBLIC OF UZBEKISTAN (the "Borrower") and ASIAN DEVELOPMENT BANK (the "Bank").\n\n'
)


def test_parties_of_a_loan_by_the_names_that_it_gives_them() -> None:
    text = LOAN + (
        "Section 1. The Bank agrees to lend one million dollars.\n\n"
        "2. The Borrower shall:\n\n(a) maintain the road; and\n\n(b) not sell the bridge."
    )
    record = _read(text)
    assert [party.iso3 for party in record.parties] == ["UZB", "org:adb"]
    assert [(c.promisors, c.quote, c.negative) for c in record.commitments] == [
        (("org:adb",), "lend one million dollars", False),
        (("UZB",), "maintain the road", False),
        (("UZB",), "not sell the bridge", True),
    ]


def test_numbered_headings_are_no_promises() -> None:
    plan = "Programme\n\nChina and Mongolia have elaborated the present Programme.\n\n"
    prose = plan + (
        "1. Promoting the development of transport\n\nThe Parties will open a post. The Parties will pave a road.\n\n"
        "2. Strengthening the construction of ports\n\nThe Parties will deepen a port."
    )
    assert [c.quote for c in _read(prose).commitments] == [
        "open a post",
        "pave a road",
        "deepen a port",
    ]
    items = plan + (
        "The Parties agreed to pursue the following actions:\n\n1. Integration of value chains\n\n"
        "1.1 Map the deposits.\n1.2 Open a fund.\n\n2. Resilience of supply\n\n2.1 Build a line."
    )
    assert [c.quote for c in _read(items).commitments] == [
        "Map the deposits",
        "Open a fund",
        "Build a line",
    ]


def test_present_duties_that_permit_and_exempt() -> None:
    text = (
        "AGREEMENT between China and Mongolia on transit\n\nThe Contracting Parties have agreed as follows:\n\n"
        "Article 1\n\nThe Government of China permits the movement of bulk cargo by rail.\n\n"
        "Article 2\n\nOn the basis of reciprocity the Parties exempt the vehicles from road taxes.\n\n"
        "Article 3\n\nThe Chinese Side takes note of this intention. The Parties value the importance of dredging."
    )
    assert [c.quote for c in _read(text).commitments] == [
        "permits the movement of bulk cargo by rail",
        "exempt the vehicles from road taxes",
    ]


def test_outcomes_that_a_meeting_reached_are_a_list() -> None:
    text = (
        "China and Mongolia held talks on 3 May 2021.\n\nThe Council reached the following outcomes:\n\n"
        "- Revitalize the working groups;\n- Exchange information on fisheries."
    )
    assert [(c.strength, c.quote) for c in _read(text).commitments] == [
        ("agreed", "Revitalize the working groups"),
        ("agreed", "Exchange information on fisheries"),
    ]


def test_bodies_of_whom_the_sentence_names() -> None:
    text = (
        "China and Mongolia held talks on 3 May 2021.\n\nMinister Wang Yi of China stated that his Ministry stands "
        "ready to receive comments and indicated that his office would open a register."
    )
    assert [c.promisors for c in _read(text).commitments] == [("CHN",), ("CHN",)]


def test_broad_areas_that_a_treaty_of_one_subject_names_once_are_beside_it() -> None:
    clauses = [
        "The Parties shall simplify customs procedures at Arica.",
        "The Parties shall exchange customs data every month.",
        "The Parties shall open their customs posts at night.",
        "Each Party shall publish its tariffs and its investment rules.",
        "The Parties shall meet once a year in Lima.",
    ]
    text = TREATY + "\n\n".join(f"Article {n}\n\n{clause}" for n, clause in enumerate(clauses, start=1))
    areas = [(c.areas, c.areas_from) for c in _read(text).commitments]
    assert areas == [(("33120",), "text")] * 3 + [(("33120",), "context")] * 2
    joint = text.replace("Agreement between", "Joint statement of").replace("have agreed", "have declared")
    assert any("X-INV" in c.areas for c in _read(joint).commitments)


KG = (
    "JOINT STATEMENT\n\n"
    "The President of Kazakhstan and the President of Georgia held talks in Tbilisi on 5 May 2023.\n\n"
)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Chairman of Gazprom will sell shares.",
        "The Registrar of Companies will register firms.",
        "The second round of the Georgian election will take place in December.",
        "It is not certain that the next session will be held in 2024.",
        "It was suggested that the next meeting will be held in May.",
        "Georgia offers a beautiful coast.",
        "Georgia offered an apology for the delay.",
        "Georgia did not accept the offer of Kazakhstan to buy the port.",
        "Georgian carriers will suffer.",
    ],
)
def test_what_is_no_promise(sentence: str) -> None:
    assert _given(KG + sentence) == []


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        (
            "Kazakhstan and Georgia hereby declare their intention to build a dry port by 2026.",
            "build a dry port by 2026",
        ),
        (
            "Kazakhstan will process applications and requests from carriers.",
            "process applications and requests from carriers",
        ),
        (
            "Georgia will review the tariffs and stresses on the grid.",
            "review the tariffs and stresses on the grid",
        ),
    ],
)
def test_promises_with_words_that_are_nouns_there(sentence: str, quote: str) -> None:
    assert [words for *_, words in _given(KG + sentence)] == [quote]


def test_facts_of_minutes_are_no_duties_and_deadlines_no_dates() -> None:
    minutes = (
        "AGREED MINUTES\nof the meeting of Kazakhstan and Georgia\n\nGeorgia handles 3 million tons a year.\n\n"
        "The Georgian Side provides the data to the Kazakh Side.\n\nThe parties agreed to build a port by May 2025."
    )
    record = _read(minutes)
    assert [c.quote for c in record.commitments] == [
        "provides the data to the Kazakh Side",
        "build a port by May 2025",
    ]
    assert record.document.date is None


def test_rows_that_are_done_and_agencies_that_are_responsible() -> None:
    table = (
        "ROAD MAP of Kazakhstan and Georgia\n\nAction | Status | Comment\n"
        "Open a border post | Completed in 2021 | Georgia reported\nBuild a port | 2025 | KTZ\n"
        "Pave a yard. Georgia will pay for it. | 2026 | Georgia"
    )
    assert _given(table) == [
        ("undertaking", ("KAZ",), "Build a port"),
        ("undertaking", ("GEO",), "Pave a yard"),
        ("undertaking", ("GEO",), "pay for it"),
    ]


def test_rows_that_aim_at_completion_are_promises() -> None:
    table = (
        "ROAD MAP of Kazakhstan and Georgia\n\nActions | Status | Indicators\n"
        "Study the tunnel | Completed feasibility study | Georgia\n"
        "Pave a yard | Completed by 2027 | Closed Joint Stock Company of Georgia"
    )
    assert _given(table) == [
        ("undertaking", ("GEO",), "Study the tunnel"),
        ("undertaking", ("GEO",), "Pave a yard"),
    ]


def test_a_menu_and_a_dateline_with_bars_are_no_table() -> None:
    page = (
        "Home | News | Speeches | Contacts\n\nJoint Statement of Kazakhstan and Georgia\n\n"
        "Tbilisi | 5 May 2023 | 14:20\n\nThe sides agreed to develop trade. Kazakhstan will build a road."
    )
    assert _given(page) == [
        ("agreed", ("KAZ", "GEO"), "develop trade"),
        ("undertaking", ("KAZ",), "build a road"),
    ]


def test_who_promises_alone_does_not_promise_with_all() -> None:
    text = (
        "Leaders' Statement of the ASEAN Summit\n\nWe, the Leaders of the Member States of ASEAN, met in Hanoi on "
        "3 May 2021. Australia will provide 40 million dollars. We agreed to build the power grid."
    )
    assert _parties(text) == {"org:asean", "AUS"}
    assert [who for _, who, _ in _given(text)] == [("AUS",), ("org:asean",)]


def test_charges_of_a_court_are_none_of_the_summit() -> None:
    head = "COMMUNIQUE\n\nThe Heads of State of Kenya, Uganda and Tanzania met in Arusha on 3 May 2021.\n\n"
    assert _given(head + "The Summit took note of a ruling that directed Kenya to pay damages.") == []
    assert _given(head + "The Summit directed Kenya to open a port.") == [("agreed", ("KEN",), "open a port")]


def test_agencies_of_another_country_than_the_table_knows() -> None:
    head = "JOINT STATEMENT of the Philippines and the United States, 1 May 2023\n\n"
    assert _given(head + "The Philippines' Department of State will hold an auction.") == []
    assert _given(head + "The Department of State will open a fund.")[0][1] == ("USA",)


def test_parties_that_brackets_or_attendance_name() -> None:
    bracketed = (
        "TRANSPORT COMMUNITY\n\nThe Ministers of the South East European Parties (Albania, Kosovo*, Montenegro and "
        "Serbia) and the European Commission met on 26 October 2020.\n\n"
        "The South East European Parties commit to opening markets."
    )
    assert {"ALB", "MNE", "SRB"} <= _parties(bracketed)
    attended = (
        "OUTCOMES STATEMENT\n\nThe Meeting was held in Port Vila on 12 August 2022. The Meeting was attended by "
        "Ministers and officials from Australia, Fiji, Tonga and Vanuatu.\n\nMinisters agreed to share data."
    )
    assert _parties(attended) == {"AUS", "FJI", "TON", "VUT"}


def test_functions_of_a_new_body_are_duties() -> None:
    text = (
        TREATY
        + "Article 3\n\nBIRP shall have the following functions:\na) To print maps;\nb) To pave the pass."
    )
    assert [words for *_, words in _given(text)] == ["print maps", "pave the pass"]


def test_quotations_are_never_cut_within_numbers() -> None:
    text = (
        "-6 November 2024)\n\nChina and Chile signed an Agreement on 2,000 buses.\n\nChile will open a port."
    )
    assert [i.quote for i in _read(text).instruments] == ["Agreement on 2,000 buses"]


def test_the_end_of_a_loan_is_not_its_date() -> None:
    text = (
        LOAN + "The Borrower shall pave a road. The Closing Date is 31 December 2026.\n\nDate: 14 July 2021"
    )
    date = _read(text).document.date
    assert date is not None
    assert date.iso == "2021-07-14"


def test_names_of_the_other_side_and_of_an_organisation() -> None:
    minutes = (
        "MINUTES OF MEETING between JICA and the Directorate of Sea Transportation of the Republic of Indonesia\n\n"
        'The Japan International Cooperation Agency (hereinafter "JICA") sent a mission to Indonesia. The Mission met '
        'the Directorate of Sea Transportation (hereinafter "DGST").\n\nDGST shall pave the yard. '
        "JICA requested DGST to waive duties. JICA will send an expert."
    )
    assert [(who, words) for _, who, words in _given(minutes)] == [
        (("IDN",), "pave the yard"),
        (("JPN",), "send an expert"),
    ]
    communique = (
        "COMMUNIQUÉ\nIssued at the Regular Meeting of the Conference of Heads of Government of the Caribbean "
        "Community, Nassau, 17 February 2023\n\nHeads of Government agreed to remove barriers. "
        "The Community will also send police. The CARICOM Secretary-General shall report in May. "
        "Guyana and Barbados will open a ferry."
    )
    assert [(who, words) for _, who, words in _given(communique)] == [
        (("org:caricom",), "remove barriers"),
        (("org:caricom",), "send police"),
        (("org:caricom",), "report in May"),
        (("GUY", "BRB"), "open a ferry"),
    ]


def test_clauses_with_whom_and_past_readiness() -> None:
    assert _given(KG + "Training should get priority, with Georgia to grant fifty places each year.") == [
        ("undertaking", ("GEO",), "grant fifty places each year")
    ]
    assert _given(KG + "They praised the centre and stood ready to widen its capacity.") == [
        ("willing", ("KAZ", "GEO"), "widen its capacity")
    ]
