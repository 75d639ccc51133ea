"""The appraisal: synergy algebra on known values, and the shipped case from end to end."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from landbridge.appraisal.coalitions import alignments_of, needed_coalitions, synergies
from landbridge.cli import main
from landbridge.measures import Side


def sides(*ids: str) -> list[Side]:
    """Programme sides by id, the a side of China, the b side of Kazakhstan."""
    return [
        Side(id=one, label=one, country="CHN" if one.endswith("a") else "KAZ", alignment=one[:3])
        for one in ids
    ]


FOUR = sides("A02.a", "A02.b", "A03.a", "A03.b")


class TestSynergy:
    def test_worth_that_adds_up_has_none(self) -> None:
        worth = {"A02.a": 1.0, "A02.b": 2.0, "A03.a": 4.0, "A03.b": 8.0}
        for one in synergies(FOUR, lambda s: np.array([sum(worth[side] for side in s)])):
            assert one.synergy == pytest.approx(0.0)
            assert one.given_others == pytest.approx(0.0)

    def test_a_link_that_needs_both_ends_is_all_synergy(self) -> None:
        both = frozenset({"A02.a", "A02.b"})
        found = {one.alignment: one for one in synergies(FOUR, lambda s: np.array([5.0 * (both <= s)]))}
        assert found["A02"].synergy == pytest.approx(5.0)
        assert found["A02"].side_a == pytest.approx(0.0)
        assert found["A02"].given_others == pytest.approx(5.0)
        assert found["A03"].synergy == pytest.approx(0.0)

    def test_doing_the_same_work_twice_is_negative(self) -> None:
        found = synergies(FOUR, lambda s: np.array([3.0 if s & {"A03.a", "A03.b"} else 0.0]))
        assert found[1].synergy == pytest.approx(-3.0)

    def test_what_others_bring_counts_only_given_others(self) -> None:
        everyone = frozenset(side.id for side in FOUR)
        found = synergies(FOUR, lambda s: np.array([1.0 if s == everyone else 0.0]))
        assert [float(one.synergy[0]) for one in found] == [0.0, 0.0]
        assert [float(one.given_others[0]) for one in found] == [1.0, 1.0]

    def test_every_coalition_that_is_asked_for_is_needed(self) -> None:
        asked: set[frozenset[str]] = set()

        def value(coalition: frozenset[str]) -> np.ndarray:
            asked.add(coalition)
            return np.zeros(1)

        synergies(FOUR, value)
        assert asked <= set(needed_coalitions(FOUR))
        assert len(needed_coalitions(FOUR)) == len(set(needed_coalitions(FOUR)))

    def test_a_single_side_makes_no_alignment(self) -> None:
        assert alignments_of(sides("A02.a", "A03.a", "A03.b")) == {"A03": ("A03.a", "A03.b")}


@pytest.fixture(scope="module")
def appraised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the main job writes."""
    folder = tmp_path_factory.mktemp("appraisal") / "out"
    assert main(["appraise", "china-kazakhstan-2017", "--quick", "--draws", "16", "-o", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def results(appraised: Path) -> dict:
    """results.json of the main job."""
    return json.loads((appraised / "results.json").read_text(encoding="utf-8"))


@pytest.mark.slow
class TestShippedCase:
    def test_all_files_are_there_and_nothing_else(self, appraised: Path) -> None:
        assert {path.name for path in appraised.iterdir()} == {
            "report.html",
            "results.json",
            "datapackage.json",
            "tables",
        }
        assert not list(appraised.parent.glob("*.part"))

    def test_keys_that_others_rely_on(self, results: dict) -> None:
        assert results["case"] == "china-kazakhstan-2017"
        assert results["commitments"]["total"] == 34
        assert results["commitments"]["numbers_from_text"] == 0
        assert results["commitments"]["with_measure"] == sum(
            bool(one["measures"]) for one in results["agreement"]["commitments"]
        )
        assert {row["measures"] for row in results["welfare"]} == {"all"} | {
            side["id"] for side in results["sides"]
        }
        assert len(results["sides"]) == 10
        assert len(results["measures"]) >= 14
        assert len(results["freight"]) >= 10

    def test_the_certificate_is_tight(self, results: dict) -> None:
        certificate = results["certificate"]
        assert certificate["failed"] == 0
        assert certificate["coalitions"] == 34
        assert 0 < certificate["max_residual"] < 1e-9
        assert certificate["walras"] < 1e-9
        assert certificate["homogeneity"] < 1e-9

    def test_synergy_is_together_less_apart(self, results: dict) -> None:
        assert {row["alignment"] for row in results["synergy"]} == {"A02", "A03", "A04", "A05", "A06"}
        for row in results["synergy"]:
            assert row["synergy"] == pytest.approx(row["together"] - row["side_a"] - row["side_b"], abs=1e-12)
        by_side = {(r["measures"], r["iso3"]): r["percent"] for r in results["welfare"]}
        for row in results["synergy"]:
            assert row["side_a"] == pytest.approx(by_side[f"{row['alignment']}.a", row["iso3"]], abs=1e-7)

    def test_larger_values_gain_more_for_the_parties(self, results: dict) -> None:
        for row in results["welfare"]:
            if row["group"] == "party" and row["measures"] == "all":
                assert 0 < row["low"] < row["percent"] < row["high"] < 5.0

    def test_the_world_is_the_sum_of_its_economies(self, results: dict) -> None:
        rows = [row for row in results["welfare"] if row["measures"] == "all"]
        world = next(row for row in rows if row["iso3"] == "WLD")
        assert sum(row["usd_million"] for row in rows if row is not world) == pytest.approx(
            world["usd_million"]
        )

    def test_every_measure_moves_something(self, results: dict) -> None:
        silent = [side["id"] for side in results["sides"] if not any(
            abs(row["percent"]) > 1e-9 for row in results["welfare"] if row["measures"] == side["id"]
        )]  # fmt: skip
        assert silent == []

    def test_freight_along_the_corridor_is_faster_not_slower(self, results: dict) -> None:
        pair = next(
            row for row in results["freight"] if (row["from"], row["to"]) == ("Lianyungang", "Almaty")
        )
        assert pair["with_all"]["days"] < pair["baseline"]["days"]
        assert 0 < pair["baseline"]["spread_days"] < pair["baseline"]["days"]
        for row in results["freight"]:
            for scenario in ("baseline", "with_all"):
                assert sum(row[scenario]["shares"].values()) == pytest.approx(1.0)
                assert 0 < row[scenario]["days"] < 90
                assert 0 < row[scenario]["usd_per_t"] < 3000

    def test_every_table_reads_back_and_every_file_is_listed_with_its_hash(
        self, appraised: Path, results: dict
    ) -> None:
        with (appraised / "tables" / "welfare.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == len(results["welfare"])
        listed = json.loads((appraised / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        assert {one["path"] for one in listed} >= {"results.json", "report.html", "tables/welfare.csv"}

    def test_the_page_shows_the_headline_and_every_commitment(self, appraised: Path, results: dict) -> None:
        page = (appraised / "report.html").read_text(encoding="utf-8")
        n = results["commitments"]["with_measure"]
        assert f"34 commitments, {n} carry a measure, 0 numbers come from the text" in page
        for commitment in results["agreement"]["commitments"]:
            assert commitment["id"] in page

    def test_the_sources_text_is_not_in_the_results(self, results: dict) -> None:
        longest = max(len(one["quote"]) for one in results["agreement"]["commitments"])
        assert longest < 300


@pytest.mark.slow
class TestCostAndCarbon:
    def test_cost_is_known_or_said_to_be_unknown(self, results: dict) -> None:
        finance = results["finance"]
        known = {row["measure"] for row in finance["by_measure"] if row["known"]}
        assert known | set(finance["cost_unknown"]) == {one["id"] for one in results["measures"]}
        assert not known & set(finance["cost_unknown"])
        for row in finance["by_measure"]:
            assert (row["annual_cost_musd"] is None) == (row["measure"] not in known)
        assert finance["assumptions"]["citations"]
        assert set(finance["running_cost_unknown"]) == {
            row["measure"] for row in finance["by_measure"] if row["known"] and row["opex_musd"] is None
        }

    def test_the_world_pays_what_its_payers_pay(self, results: dict) -> None:
        finance = results["finance"]
        assert finance["total"]["annual_cost_musd"] == pytest.approx(
            sum(row["annual_cost_musd"] for row in finance["by_measure"] if row["known"])
        )
        for row in [*finance["by_country"], finance["total"]]:
            assert row["net_musd"] == pytest.approx(row["gain_musd"] - row["annual_cost_musd"])
        capital = sum(row["capex_musd"] or 0.0 for row in finance["by_measure"])
        assert sum(row["musd"] for row in finance["fiscal"]) == pytest.approx(capital)

    def test_gains_are_those_of_the_headline(self, results: dict) -> None:
        headline = {row["iso3"]: row["usd_million"] for row in results["welfare"] if row["measures"] == "all"}
        for row in results["finance"]["by_country"]:
            assert row["gain_musd"] == pytest.approx(headline[row["iso3"]], rel=1e-6, abs=1e-6)

    def test_the_split_of_carbon_adds_up_and_is_small_beside_the_whole(self, results: dict) -> None:
        co2 = results["co2"]
        change = sum(row["change"] for row in co2["by_mode"])
        assert co2["split"]["total"] == pytest.approx(change, rel=1e-6)
        assert co2["split"]["route_and_mode"] < 0 < co2["split"]["trade"]
        assert abs(change) < 1e-3 * sum(row["baseline"] for row in co2["by_mode"])
        (world,) = [row for row in co2["by_country"] if row["iso3"] == "WLD"]
        assert world["change"] == pytest.approx(change, rel=1e-6)
