"""The page says what the results say, loads nothing and trusts nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from landbridge.errors import InputError
from landbridge.report import formats, render, summary, svg, write
from landbridge.report.projection import window
from landbridge.report.shape import check
from report_fixture import results as hand_made

HOSTILE = "<script>alert(1)</script>\" onload='alert(2)' {{ 7 * 7 }} & <img src=x onerror=alert(3)>"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page, its text, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def results() -> dict[str, Any]:
    return hand_made()


@pytest.fixture(scope="module")
def html() -> str:
    return render(hand_made())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def spaced(text: str) -> str:
    """Text with plain spaces, as `Page.text` has it."""
    return " ".join(text.split())


# --- what the page says


def test_every_commitment_alignment_and_measure_is_on_the_page(page: Page) -> None:
    anchors = {attributes.get("id") for _, attributes in page.elements}
    assert {"c-C01", "c-C02", "c-C03", "a-A00", "a-A02", "m-M01", "m-M02"} <= anchors
    for commitment in hand_made()["agreement"]["commitments"]:
        assert f"‘{commitment['quote']}’" in page.text
    assert page.text.count("no measure") == 1


def test_coverage_sentence(html: str, results: dict[str, Any]) -> None:
    assert html.count("3 commitments, 2 carry a measure, 0 numbers come from the text") == 1
    results["commitments"]["numbers_from_text"] = 1
    assert "3 commitments, 2 carry a measure, 1 numbers come from the text" in render(results)


def test_figures_on_the_page_are_those_of_the_results(page: Page) -> None:
    shown = [
        "China would gain 0.030 % of real income, USD 5,432 m a year",
        "Kazakhstan would gain 0.51 % of real income, USD 1,051 m a year",
        "+0.050 % of real income for Kazakhstan (USD 102 m a year, 10 % of its gain)",
        "+USD 1,051 m a year. Range with every measure at its low to its high value: +0.20 % to +0.91 %",
        "The programme side that matters most on its own is A02.a, Belt: +0.020 % of real income for China and "
        "+0.11 % of real income for Kazakhstan.",
        "For Kazakhstan it is A02.b, Road. Kazakhstan: +0.35 %, +USD 718 m a year",
        "USD 2,400 m to build",
        "The largest saving of time is Lianyungang to Almaty: 2.3 days (14.2 to 11.9 days); "
        "in per cent it is the same one (−16.2 %).",
        "2 of the 3 commitments carry a measure that can be counted.",
        "M01 saves 10.5 hours at the border (low −4, high −24 h)",
        "USD 16,300 m +1.25 % +USD 204 m",
        "USD 3,000 m −0.10 % −USD 3.0 m",
        "−0.00040 %",
        "3.2 × 10⁻¹²",
    ]
    for figure in shown:
        assert figure in page.text, figure


def test_each_number_of_the_freight_table_stands_in_its_row(page: Page) -> None:
    row = "Lianyungang – Almaty general cargo 14.2 11.9 −16.2 % 131.0 118.3 −9.7 % 92.5 90.1 −2.6 % 61.5 37.0"
    assert row in page.text


def test_loss_is_called_a_loss(results: dict[str, Any]) -> None:
    results["welfare"][1] |= {"percent": -0.25, "usd_million": -512.0}
    text = Page(render(results)).text
    assert "Kazakhstan would lose 0.25 % of real income, USD 512 m a year" in text


def test_what_was_not_computed_is_said(page: Page) -> None:
    for absent in ("Probability of a gain", "Range of the synergy", "Nucleolus", "matters most is"):
        assert absent not in page.text
    for sentence in (
        "What the measures cost is not known or was not computed, and is not subtracted.",
        "How much each measure gives of the whole was not computed in this run.",
        "Fair shares need the gains of all sets of programme sides, which were not computed in this run.",
        "No draws were made in this run",
        "Output by sector was not computed in this run.",
        "Emissions of all freight were not computed in this run",
        "Costs were not set against gains in this run.",
        "Closures were not tried in this run",
        "How much freight each line carries was not computed",
    ):
        assert sentence in page.text, sentence
    assert "None" not in page.text
    assert "nan" not in page.text.split()


def test_computed_probabilities_and_shares_are_shown(results: dict[str, Any]) -> None:
    results["welfare"][0]["p_positive"] = 0.93
    results["shapley"] = [{"side": "A02.a", "iso3": "KAZ", "percent": 0.137}]
    text = Page(render(results)).text
    assert "93 %" in text
    assert "A02.a Belt – +0.14 % –" in text


def test_empty_lists_read_gracefully(results: dict[str, Any]) -> None:
    for key in ("synergy", "freight", "routes", "trade", "provenance", "flags", "left_out"):
        results[key] = []
    results["map"] = {"countries": [], "rail": [], "crossings": [], "ports": []}
    for measure in results["measures"]:
        measure |= {"geometry": [], "capex": None, "note": None, "start": None, "where": None}
    results["timings"] = {}
    text = Page(render(results)).text
    assert "How much of this exists only because both sides act was not computed." in text
    assert "No freight time between the city pairs changes." in text
    assert "No routes were drawn for this case." in text
    assert "None" not in text


def test_largest_savings_in_days_and_in_percent_may_differ(results: dict[str, Any]) -> None:
    results["freight"][1]["with_all"]["days"] = 6.0
    text = Page(render(results)).text
    sentence = (
        "The largest saving of time is Lianyungang to Almaty: 2.3 days (14.2 to 11.9 days); "
        "in per cent it is Almaty to Moscow (−25.0 %)."
    )
    assert sentence in text
    results["freight"][1]["class"] = "ores"
    assert "in per cent it is Almaty to Moscow, ores (−25.0 %)." in Page(render(results)).text


def test_lost_time_is_not_called_a_saving(results: dict[str, Any]) -> None:
    for row, after in zip(results["freight"], (14.2, 8.04), strict=True):
        row["with_all"]["days"] = after
    text = Page(render(results)).text
    assert "The largest loss of time is Almaty to Moscow: 1.0 h (8.00 to 8.04 days)" in text


def test_remarks_stand_right_after_the_gains(results: dict[str, Any]) -> None:
    html = render(results)
    gains, remark = html.index("would gain"), html.index("<p>Of the world&#39;s gain, 84 %")
    assert gains < remark < html.index("Only because both sides act:")
    assert html[gains:remark].count('<div class="answer') == 1


def test_choice_of_way_states_its_equation(results: dict[str, Any], page: Page) -> None:
    assert "here 6, an assumption" in page.text
    assert "its share relative to that one falls by about 6 %" in page.text
    assert "ln Σ" not in page.text
    del results["choice_elasticity"]
    text = Page(render(results)).text
    assert "falls by about e %" in text
    assert "an assumption. If" not in text


def test_ways_have_plain_labels_and_only_modes_have_kilometres(page: Page) -> None:
    assert "Share going mostly by land with a short sea leg" in page.text
    assert "Km, rail" in page.text
    assert "short_sea" not in page.text
    assert "Km, short sea" not in page.text
    row = "Lianyungang – Almaty 62 % 62 % 30 % 30 % 8 % 8 % 4,131 4,131 12 12"
    assert row in page.text
    assert "for one tonne of general cargo between the city pairs" in page.text


def after_legs(results: dict[str, Any]) -> list[dict[str, Any]]:
    legs: list[dict[str, Any]] = results["routes"][1]["legs"]
    return legs


def test_same_route_needs_the_same_line(results: dict[str, Any]) -> None:
    assert "11.9 days after, same route" in Page(render(results)).text
    after_legs(results)[1]["km"] = 2009.0
    assert "11.9 days after, same route" in Page(render(results)).text
    after_legs(results)[1]["km"] = 2011.0
    assert "11.9 days after, another way" in Page(render(results)).text
    after_legs(results)[1] |= {"km": 2000.0, "crossings": ["Khorgos"]}
    text = Page(render(results)).text
    assert "11.9 days after, another way" in text
    assert "60.5 h China Khorgos" in text


def test_measure_cards_speak_plainly(results: dict[str, Any], page: Page) -> None:
    assert "What and where time at a border crossing : Alashankou" in page.text.replace(
        "crossing:", "crossing :"
    )
    assert "Documents USD 3/t less for documents" in page.text
    assert "TIR:" not in page.text
    results["measures"][0] |= {"change": None, "title": "TIR transit", "kind": "unheard_of"}
    results["measures"][0]["value"]["unit"] = "percent"
    text = Page(render(results)).text
    assert "Value −10.5 % (low −4, high −24 %)" in text
    assert "unheard of: Alashankou" in text
    assert "TIR: the United Nations system" in text


def test_general_phrases_of_docking_are_counted_not_tabled(results: dict[str, Any], page: Page) -> None:
    assert "1 general phrase of docking ( A00 ) names no programme and is not appraised." in page.text
    assert "no programme named" not in page.text
    results["agreement"]["alignments"][0]["side_a"] = {"label": "Bridge"}
    text = Page(render(results)).text
    assert "general phrase" not in text
    assert "no programme named" in text


def test_unchecked_quotations_are_admitted(results: dict[str, Any], page: Page) -> None:
    sentence = "In this run the quotations were not checked against the text."
    assert sentence not in page.text
    results["quotations_checked"] = False
    assert sentence in Page(render(results)).text


def test_row_counts_of_one_file_make_one_doubt(results: dict[str, Any]) -> None:
    results["flags"] = [
        "Border crossings: assumption: 58 rows",
        "M04: partly a transfer",
        "Border crossings: regional_default: 171 rows",
    ]
    html = render(results)
    assert "<li>Border crossings: rows by origin: 58 assumption, 171 regional default.</li>" in html
    assert "<li>M04: partly a transfer</li>" in html
    assert html.count("Border crossings:") == 1


def test_certificate_counts_equilibria(results: dict[str, Any], page: Page) -> None:
    assert "Equilibria solved 4 (every combination of sides needed," in page.text
    assert "of which" not in page.text[page.text.index("Equilibria solved") :]
    results["certificate"]["failed"] = 1
    assert "at high values), of which 1 failed" in Page(render(results)).text


def test_attribution_stands_in_the_footer_as_text(page: Page) -> None:
    line = "A railway map: contains information from A railway map https://example.org/railways (ODbL 1.0)"
    assert line in page.text[page.text.index("Made by Landbridge") :]
    assert "https://example.org/railways" not in {attributes.get("href") for _, attributes in page.elements}


NEWER = ("remarks", "credits", "quotations_checked", "chains", "choice_elasticity")


def test_older_results_without_the_newer_keys_still_render(results: dict[str, Any], tmp_path: Path) -> None:
    for key in NEWER:
        del results[key]
    for measure in results["measures"]:
        del measure["change"], measure["extra"]
    for leg in (leg for route in results["routes"] for leg in route["legs"]):
        del leg["crossings"]
    del results["trade"][0]["change_musd"]
    folder = write(results, tmp_path / "out")
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    assert "Share going short sea" in page.text
    assert "None" not in page.text
    assert "licenses" not in json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


# --- what the page must not do


def test_page_loads_nothing(html: str, page: Page) -> None:
    names = [name for name, _ in page.elements]
    assert not {"link", "iframe", "object", "embed", "base", "form", "img", "use", "image"} & set(names)
    assert names.count("script") == names.count("style") == 1
    loading = {"src", "srcset", "data", "poster", "background", "xlink:href", "action", "ping"}
    for name, attributes in page.elements:
        assert not loading & set(attributes), (name, attributes)
        if "href" in attributes:
            assert name == "a"
            assert (attributes["href"] or "").startswith(("#", "https://", "http://"))
        assert not any(key.startswith("on") or key == "style" for key in attributes)
    assert "url(" not in html.lower()
    assert "@import" not in html.lower()


def test_page_states_its_security_policy(html: str, page: Page) -> None:
    policies = [a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    policy = policies[0] or ""
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        content = re.search(f"<{tag}>(.*?)</{tag}>", html, re.S)
        assert content is not None
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}';" in policy


def strings(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of every string of the results."""
    if isinstance(part, str):
        return [path]
    entries = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [found for key, value in entries for found in strings(value, (*path, key))]


KEPT = {"schema", "group", "scenario", "from", "iso3", "parties"}  # the report reads these as codes
KEPT |= {"id", "side", "alignment", "commitment", "cites", "measures"}  # references that must be known


def test_hostile_text_anywhere_is_only_text(results: dict[str, Any]) -> None:
    known = {(name, *sorted(attributes)) for name, attributes in Page(render(results)).elements}
    changed = 0
    for path in strings(results):
        if next(key for key in reversed(path) if isinstance(key, str)) in KEPT:
            continue
        part: Any = results
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = HOSTILE
        changed += 1
    assert changed > 40
    page = Page(render(results))
    assert {(name, *sorted(attributes)) for name, attributes in page.elements} <= known
    assert HOSTILE in page.text
    assert not page.open


def test_hostile_place_names_are_escaped_in_drawings(results: dict[str, Any]) -> None:
    for row in (*results["freight"], *results["routes"]):
        row["from"] = HOSTILE
    html = render(results)
    assert html.count("<script") == 1
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//example.org", "file:///etc/x"]
)
def test_only_web_addresses_become_links(results: dict[str, Any], address: str) -> None:
    results["agreement"]["source"]["url"] = address
    page = Page(render(results))
    assert address not in {attributes.get("href") for _, attributes in page.elements}
    assert address in page.text


# --- readable by everybody


def test_structure_is_accessible(page: Page) -> None:
    assert not page.open
    assert next(a for name, a in page.elements if name == "html")["lang"] == "en"
    names = [name for name, _ in page.elements]
    assert names.count("h1") == 1
    assert names.count("caption") == names.count("table")
    assert all(attributes.get("scope") for name, attributes in page.elements if name == "th")
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    drawings = [attributes for name, attributes in page.elements if attributes.get("role") == "img"]
    assert len(drawings) >= 5
    for attributes in drawings:
        named = f"{attributes['aria-labelledby']} {attributes.get('aria-describedby') or ''}"
        assert set(named.split()) <= set(ids)
    fragments = [(a["href"] or "")[1:] for n, a in page.elements if n == "a" and (a["href"] or "")[0] == "#"]
    assert set(fragments) <= set(ids)


def test_sections_stand_in_order(page: Page) -> None:
    sections = [attributes["id"] for name, attributes in page.elements if name == "section"]
    assert sections == [
        "answer", "agreed", "measures", "map", "freight", "welfare", "synergy", "sharing", "drivers", "sectors",
        "co2", "finance", "whatif", "left-out", "data", "method", "rerun",
    ]  # fmt: skip


# --- numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0304, "+0.030 %"),
        (0.5123, "+0.51 %"),
        (-1.254, "−1.25 %"),
        (12.34, "+12.3 %"),
        (0.00052, "+0.00052 %"),
        (1e-9, "<0.000001 %"),
        (1.1e-5, "+0.000011 %"),
        (-8.2e-6, "−0.000008 %"),
        (-1e-9, ">−0.000001 %"),
        (0.0, "0 %"),
        (None, "not computed"),
    ],
)
def test_percent(value: float | None, shown: str) -> None:
    assert spaced(formats.percent(value)) == shown


def test_other_numbers() -> None:
    assert spaced(formats.usd_million(1234.4)) == "USD 1,234 m"
    assert spaced(formats.usd_million(-12.0, signed=True)) == "−USD 12 m"
    assert spaced(formats.usd_million(0.02)) == "less than USD 0.1 m"
    assert spaced(formats.usd_million(0.0)) == "USD 0 m"
    assert spaced(formats.days(12.34)) == "12.3 days"
    assert formats.plain(-10.5) == "−10.5"
    assert formats.plain(1200.0) == "1,200"
    assert formats.plain(0.05) == "0.05"
    assert spaced(formats.change(14.2, 11.9)) == "−16.2 %"
    assert formats.change(3.0, 3.0) == "no change"
    assert formats.power_of_ten(0.02) == "0.02"
    assert "e" not in formats.power_of_ten(-1.5e-17)


def test_scale_holds_zero_and_every_value() -> None:
    for values in ([0.00012, 0.0009], [-3.0, 40.0], [0.0], [-1e-7]):
        scale = svg.linear_scale(values, 100, 500)
        assert all(100 <= scale(value) <= 500 for value in (0.0, *values))
        labels = [scale.label(tick) for tick in scale.ticks]
        assert len(set(labels)) == len(labels)


def test_map_window_holds_its_points() -> None:
    points = [(-5.0, 36.0), (121.5, 31.2), (37.6, 55.7), (103.8, 1.3)]
    view = window(points)
    assert all(view.holds(view(point)) for point in points)
    west, east = view(points[0]), view(points[1])
    assert west[0] < east[0]
    assert view(points[2])[1] < view(points[3])[1]


# --- results that cannot be trusted


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("welfare",), "results.welfare"),
        (("agreement", "commitments", 1, "quote"), "results.agreement.commitments[1].quote"),
        (("freight", 0, "with_all", "days"), "results.freight[0].with_all.days"),
        (("measures", 0, "from"), "results.measures[0].from"),
    ],
)
def test_missing_key_is_named(results: dict[str, Any], path: tuple[Any, ...], place: str) -> None:
    part: Any = results
    for key in path[:-1]:
        part = part[key]
    del part[path[-1]]
    with pytest.raises(InputError) as raised:
        render(results)
    assert [problem.place for problem in raised.value.problems] == [place]
    assert "missing" in raised.value.problems[0].message


def test_every_problem_is_reported_at_once(results: dict[str, Any]) -> None:
    del results["trade"]
    results["welfare"][0]["percent"] = math.nan
    results["schema"] = "results/9"
    with pytest.raises(InputError) as raised:
        render(results)
    places = {problem.place for problem in raised.value.problems}
    assert places == {"results.trade", "results.welfare[0].percent", "results.schema"}


def test_unknown_reference_is_named(results: dict[str, Any]) -> None:
    results["measures"][0]["cites"] = ["C09"]
    with pytest.raises(InputError, match=r"measures of M01: unknown reference 'C09' \(nearest: C0"):
        render(results)


def test_contradicted_count_is_refused(results: dict[str, Any]) -> None:
    results["commitments"]["with_measure"] = 3
    with pytest.raises(InputError, match="says 3, but the commitments listed give 2"):
        render(results)


def test_party_without_a_total_is_refused(results: dict[str, Any]) -> None:
    results["parties"].append("UZB")
    results["welfare"] = [row for row in results["welfare"] if row["iso3"] != "UZB"]
    with pytest.raises(InputError, match="no row for the party UZB"):
        render(results)


def test_headline_sums_synergy_over_alignments(results: dict[str, Any]) -> None:
    other = dict(results["synergy"][1], alignment="A00", synergy=-0.01)
    results["synergy"].append(other)
    figures = summary.headline(check(results))
    assert figures.alignments == 2
    assert figures.gains[1].both == pytest.approx(0.0399, abs=1e-15)
    assert figures.gains[1].both_usd == pytest.approx(0.0399 * 1051.0 / 0.5123, rel=1e-12)
