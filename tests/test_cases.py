"""Every shipped case: nothing wrong with it, sources named, quotations short, and an appraisal that makes sense."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from pathlib import Path

import pytest

from landbridge.cli import main
from landbridge.measures import load_case, quotes_of, shipped_cases

CASES = sorted(shipped_cases())
NEW = ("china-kyrgyzstan-uzbekistan-2024", "middle-corridor-2022")
ROOT = Path(__file__).resolve().parent.parent
A_SOURCE = re.compile(r"https?://|CPMM|\bas M\d\d\b")


def test_three_cases_are_shipped() -> None:
    assert {"china-kazakhstan-2017", *NEW} <= set(CASES)


@pytest.mark.parametrize("name", CASES)
class TestEveryCase:
    def test_check_finds_nothing_wrong(self, name: str) -> None:
        assert main(["check", name]) == 0

    def test_quotations_are_short(self, name: str) -> None:
        case = load_case(name)
        quotes = quotes_of(case.record)
        assert quotes
        assert max(len(quote) for quote in quotes.values()) <= 260
        assert sum(len(quote) for quote in quotes.values()) < case.record.document.n_chars

    def test_every_value_and_cost_names_where_it_comes_from(self, name: str) -> None:
        for measure in load_case(name).measures:
            assert A_SOURCE.search(measure.citation), measure.id
            for cost in (measure.capex, measure.opex):
                assert cost is None or "http" in cost.citation, measure.id

    def test_each_side_has_measures_and_a_party_to_carry_them(self, name: str) -> None:
        case = load_case(name)
        for side in case.sides:
            assert case.measures_of(side.id), side.id
            assert side.country in case.parties

    def test_the_record_says_whence_it_was_read(self, name: str) -> None:
        with (shipped_cases()[name] / "case.toml").open("rb") as stream:
            document = tomllib.load(stream)["document"]
        readme = (shipped_cases()[name] / "README.md").read_text(encoding="utf-8")
        assert document["note"]
        assert "Would an economist of the region believe it?" in readme
        if name in NEW:
            assert document["url"] in readme
            assert "excerpts" in document["note"]
            assert "excerpts" in readme
            assert document["url"].startswith("https://")
        assert f"cases/{name}/README.md" in (ROOT / "README.md").read_text(encoding="utf-8")

    def test_the_readme_lists_the_measures_as_they_are(self, name: str) -> None:
        readme = (shipped_cases()[name] / "README.md").read_text(encoding="utf-8")
        rows = {row[2:5]: row for row in readme.splitlines() if re.match(r"\| M\d\d \|", row)}
        measures = load_case(name).measures
        assert set(rows) == {measure.id for measure in measures}
        for measure in measures:
            value = measure.value
            levels = f"{value.low:g} / {value.mid:g} / {value.high:g}"
            row = rows[measure.id]
            assert f"| {measure.side} |" in row
            assert f"{levels} {value.unit}" in row, row
            assert row.rstrip().endswith(f"| {measure.from_} |")


@pytest.fixture(scope="module", params=NEW)
def appraised(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """results.json of a case that test_appraisal.py does not run."""
    folder = tmp_path_factory.mktemp(request.param) / "out"
    assert main(["appraise", request.param, "--draws", "0", "-o", str(folder), "--quick"]) == 0
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def _welfare(results: dict, measures: str) -> dict[str, dict]:
    return {
        row["iso3"]: row for row in results["welfare"] if row["measures"] == measures and row["iso3"] != "WLD"
    }


@pytest.mark.slow
class TestAppraisals:
    """Signs and orders that hold for any sensible network and economy; sizes are for the case's own README."""

    def test_solved_at_the_case_s_date(self, appraised: dict) -> None:
        assert appraised["certificate"]["failed"] == 0
        assert dt.date.fromisoformat(appraised["baseline_date"]) == load_case(appraised["case"]).baseline_date

    def test_every_party_gains_and_none_absurdly(self, appraised: dict) -> None:
        everything = _welfare(appraised, "all")
        for party in appraised["parties"]:
            assert 0.0 < everything[party]["percent"] < 0.5, party
            assert everything[party]["low"] <= everything[party]["percent"] <= everything[party]["high"]
        for row in everything.values():
            assert abs(row["percent"]) < 0.5, row["iso3"]

    def test_nobody_gains_more_than_the_countries_the_works_lie_in(self, appraised: dict) -> None:
        everything = _welfare(appraised, "all")
        smallest = {"china-kyrgyzstan-uzbekistan-2024": "KGZ", "middle-corridor-2022": "GEO"}[
            appraised["case"]
        ]
        assert max(everything.values(), key=lambda row: row["percent"])["iso3"] == smallest

    def test_half_a_railway_leads_nowhere(self, appraised: dict) -> None:
        if appraised["case"] != "china-kyrgyzstan-uzbekistan-2024":
            pytest.skip("its sides are of use alone")
        everything = sum(row["usd_million"] for row in _welfare(appraised, "all").values())
        assert everything > 20.0
        assert all(abs(row["usd_million"]) < 1e-3 for row in _welfare(appraised, "S01").values())
        alone = [
            sum(row["usd_million"] for row in _welfare(appraised, side).values()) for side in ("S02", "S03")
        ]
        assert max(alone) < 0.05 * everything

    def test_the_new_way_is_taken(self, appraised: dict) -> None:
        """Rail's share grows where the works lie: Lanzhou-Osh by Torugart, Almaty-Istanbul by the Caspian ferry."""
        pair, chain = {
            "china-kyrgyzstan-uzbekistan-2024": (("Lanzhou", "Osh"), "rail"),
            "middle-corridor-2022": (("Almaty", "Istanbul"), "rail_sea"),
        }[appraised["case"]]
        found = next(row for row in appraised["freight"] if (row["from"], row["to"]) == pair)
        assert found["with_all"]["shares"][chain] > found["baseline"]["shares"][chain] + 0.1
        assert found["with_all"]["days"] < found["baseline"]["days"] - 1.0
