"""Each section that an appraisal may add is shown where it is there, with its own numbers and its own table."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from landbridge.errors import InputError
from landbridge.report import render, summary, tables, write
from landbridge.report.charts import Row, bars
from landbridge.report.clauses import marked
from landbridge.report.shape import check
from landbridge.report.svg import fitted_scale
from report_fixture import results as hand_made
from report_sections import with_sections


class Words(HTMLParser):
    """The words of a page by the section they stand in."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: dict[str, list[str]] = {}
        self.here = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self.here = dict(attrs)["id"] or ""

    def handle_data(self, data: str) -> None:
        self.sections.setdefault(self.here, []).append(data)

    def __getitem__(self, section: str) -> str:
        return " ".join(" ".join(self.sections[section]).split())


@pytest.fixture
def results() -> dict[str, Any]:
    return with_sections(hand_made())


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(render(with_sections(hand_made())))


@pytest.mark.parametrize(
    ("section", "shown"),
    [
        (
            "answer",
            "With 90 % probability, given the ranges of all inputs, the gain lies between +0.012 % and",
        ),
        ("answer", "90 % range: +0.20 % to +0.97 %. Probability of a gain: 93 %."),
        (
            "answer",
            "The measure that matters most is M01, Measure M01: +0.020 % of real income for China and +0.34 %",
        ),
        ("answer", "China: +0.020 %, +USD 3,621 m a year, 67 % of its gain"),
        ("answer", "USD 11 m a year known so far"),
        (
            "answer",
            "paid by China USD 5.4 m and Kazakhstan USD 5.4 m; against this stands a gain of USD 6,483 m a year.",
        ),
        ("answer", "The cost of 1 measure is not known and is not subtracted."),
        ("agreed", "What the clause gives, counted once: China +0.015 %, Kazakhstan +0.26 %."),
        ("measures", "Gives China +0.020 % (+USD 3,621 m)"),
        ("map", "rail: 9,000 thousand tonnes a year before, 12,500 with every measure"),
        ("map", "Alashankou (rail): 40.0 h before, 22.0 h with every measure"),
        ("welfare", "an invented channel"),
        ("welfare", "less time on the way"),
        ("synergy", "A02.a with A02.b"),
        ("synergy", "A02.a + A02.b"),
        ("sharing", "could do better on its own, by up to USD 4.2 m a year"),
        ("sharing", "Sharings that keep every group inside do exist; the nucleolus is one of them."),
        ("sharing", "No party loses, so no transfer between the parties is needed."),
        ("sharing", "China pays USD 2.2 m and Kazakhstan receives USD 2.2 m."),
        ("drivers", "In 256 draws"),
        ("drivers", "In 1 draw an elasticity left its bounds and was drawn again."),
        ("co2", "+150, of 1,200"),
        ("answer", "give USD 600.29 of gains for each dollar of cost."),
        ("drivers", "40 % alone, 50 % in all"),
        ("drivers", "+0.26 % to +0.92 %"),
        ("sectors", "Invented sector 19 of some length +0.24 % (+USD 48 m)"),
        ("co2", "−60.0 kt CO2e a year: −110 kt CO2e a year because goods take other ways and modes, +50.0"),
        ("co2", "At a carbon price of USD 50 a tonne, the change is worth +USD 3.0 m a year."),
        ("finance", "with a discount rate of 5 % a year and 30 years where no life is stated"),
        ("finance", "The cost of 1 measure is not known; the net gain is too high by that cost. M02 ."),
        ("finance", "The best order and the best choice for each budget, for the parties together"),
        ("whatif", "Closed: Alashankou. Change of real income"),
        ("method", "Attribution against the whole gain, percentage points 3.0 × 10⁻¹²"),
        ("rerun", "Seed of the random draws 7"),
    ],
)
def test_a_section_shows_its_numbers(words: Words, section: str, shown: str) -> None:
    assert shown in words[section]


def test_nothing_computed_is_called_not_computed(words: Words) -> None:
    for section in ("welfare", "sharing", "drivers", "sectors", "co2", "finance", "whatif"):
        assert "not computed" not in words[section], section
    assert "None" not in " ".join(words[section] for section in words.sections)


def test_what_needs_both_sides_is_the_whole_less_each_country_alone(results: dict[str, Any]) -> None:
    parts = check(results)
    table = results["coalitions"]
    column = table["economies"].index("KAZ")
    percent = [row[column] for row in table["percent"]]
    assert table["sides"] == ["A02.a", "A02.b"]
    expected = percent[3] - percent[1] - percent[2]
    assert summary.beyond_programmes(parts, "KAZ") == pytest.approx(expected, abs=1e-15)
    assert summary.headline(parts).gains[1].both == pytest.approx(expected, abs=1e-15)
    del results["coalitions"]
    assert summary.headline(check(results)).gains[1].both == pytest.approx(0.0499, abs=1e-15)


def test_every_list_has_its_table_and_every_column_its_meaning(
    results: dict[str, Any], tmp_path: Path
) -> None:
    built = {table.name: table for table in tables.tables(check(results))}
    sizes = {
        "attribution_by_measure": len(results["attribution"]["by_measure"]),
        "attribution_by_clause": len(results["attribution"]["by_clause"]),
        "attribution_by_channel": len(results["attribution"]["by_channel"]),
        "shapley": len(results["shapley"]),
        "dividends": len(results["dividends"]),
        "interactions": len(results["interactions"]),
        "sharing": len(results["sharing"]["shapley"]),
        "coalitions": len(results["coalitions"]["percent"]),
        "uncertainty": len(results["uncertainty"]["headlines"]),
        "uncertain_inputs": len(results["uncertainty"]["inputs"]),
        "sobol_indices": len(results["uncertainty"]["indices"]),
        "tornado": len(results["uncertainty"]["tornado"]),
        "sectors": len(results["sectors"]),
        "borders": len(results["borders"]),
        "co2_by_mode": len(results["co2"]["by_mode"]),
        "co2_by_country": len(results["co2"]["by_country"]),
        "resilience": len(results["resilience"]["baseline_percent"]),
        "finance_by_measure": len(results["finance"]["by_measure"]),
        "finance_by_country": len(results["finance"]["by_country"]),
        "finance_fiscal": len(results["finance"]["fiscal"]),
        "investment": len(results["investment"][0]["order"]),
        "investment_frontier": len(results["investment"][0]["frontier"]),
    }
    assert {name: len(built[name].rows) for name in sizes} == sizes
    for name in sizes:
        assert all(field.unit for field in built[name].fields if field.type == "number"), name
    folder = write(results, tmp_path / "out")
    page = (folder / "report.html").read_text(encoding="utf-8")
    for name in sizes:
        text = (folder / "tables" / f"{name}.csv").read_text(encoding="utf-8")
        assert len(list(csv.reader(io.StringIO(text)))) == sizes[name] + 1
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    listed = {resource["path"] for resource in package["resources"]}
    named = {part.split("</code>")[0] for part in page.split("<code>tables/")[1:]}
    assert named
    assert {f"tables/{name}" for name in named} <= listed


def test_unknown_reference_in_a_section_is_named(results: dict[str, Any]) -> None:
    results["finance"]["by_measure"][0]["measure"] = "M99"
    results["uncertainty"]["tornado"][0]["input"] = "nobody"
    with pytest.raises(InputError) as raised:
        render(results)
    messages = {problem.message for problem in raised.value.problems}
    assert messages == {"unknown reference 'M99'", "unknown reference 'nobody'"}


def test_coalitions_that_do_not_fit_are_refused(results: dict[str, Any]) -> None:
    results["coalitions"]["percent"].pop()
    with pytest.raises(InputError, match="3 rows do not fit 2 sides"):
        render(results)


def test_what_an_alignment_gives_is_told_with_the_commitment_that_announces_it(
    results: dict[str, Any],
) -> None:
    row = {"clause": "A02", "iso3": "KAZ", "percent": 0.1, "usd_million": 205.0}
    results["attribution"]["by_clause"].append(row)
    shown = Words(render(results))["agreed"]
    assert "Kazakhstan +0.36 %." in shown  # C01 announces A02: 0.256 and 0.1
    assert "Kazakhstan +0.26 %." in shown  # C02 has its own alone


def test_phrases_are_marked_where_they_stand_and_escaped() -> None:
    phrases = [("the <Gate>", "programme"), ("Gate", "document")]
    shown = marked('shorten "the <Gate>" & Gate', phrases)
    assert shown == (
        'shorten &#34;<mark title="programme">the &lt;Gate&gt;</mark>&#34; &amp; <mark title="document">Gate</mark>'
    )
    assert marked("Gate", [("Gate", "document")]) == "Gate"  # a quotation that is all phrase needs no mark


def test_scale_of_a_chart_ends_with_its_values() -> None:
    for values in ([0.152, -0.0002, 0.31], [-3.0, 40.0], [-5.0, -1.0], [2.0], [-1e-7]):
        scale = fitted_scale(values, 2.0, 97.0)
        assert all(2.0 - 1e-9 <= scale(value) <= 97.0 + 1e-9 for value in (0.0, *values))
        ends = [scale(min(0.0, *values, 0.0)), scale(max(0.0, *values, 0.0))]
        assert ends == pytest.approx([2.0, 97.0])
        assert 0.0 in scale.ticks
    assert fitted_scale([0.0], 2.0, 97.0).ticks


def test_a_bar_stands_between_zero_and_its_value() -> None:
    chart = bars("x", [Row("a", 3.0, "3", "#000000"), Row("b", -1.0, "-1", "#000000")], title="t", unit="u")
    assert chart is not None
    assert 'x="25.75%" width="71.25%"' in chart  # zero lies a quarter of the way from -1 to 3
    assert 'x="2.00%" width="23.75%"' in chart
    assert bars("x", [], title="t", unit="u") is None
