"""What if: measures left out, delayed, in place by a year; countries that join; what the command line takes."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landbridge.appraisal import Options
from landbridge.appraisal.shocks import economic_shock
from landbridge.appraisal.whatif import changed_case, words_of
from landbridge.cli import main
from landbridge.cli.asked import add_what_if, typed_again, what_if_of
from landbridge.errors import InputError
from landbridge.measures import Case, Ntm, Stage, check_case, load_known, settings_of
from landbridge.measures.schema import Value
from landbridge.network import Network, compile_measures
from landbridge.network.closures import PASSAGES
from landbridge.world.economy_base import load_economy_base
from small_case import write_case

ECONOMIES = load_economy_base().economies


def changed(case: Case, **options: object) -> Case:
    return changed_case(case, Options(**options), ECONOMIES)  # type: ignore[arg-type]


def ids(case: Case) -> list[str]:
    return [one.id for one in case.measures]


def small_command(folder: Path, *words: str) -> list[str]:
    """The words that appraise the small case, written into a folder."""
    case, network = write_case(folder)
    quick = ["--quick", "--draws", "0", "--jobs", "1"]
    return ["appraise", str(case), "--network", str(network), "-o", str(folder / "out"), *quick, *words]


def results_in(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "out" / "results.json").read_text(encoding="utf-8")))


class TestSelection:
    def test_nothing_asked_nothing_changed(self, case: Case) -> None:
        assert changed(case) == case

    def test_a_side_an_alignment_a_measure_a_clause(self, case: Case) -> None:
        assert ids(changed(case, only=("A06.b",))) == ["M29", "M30", "M31"]
        assert ids(changed(case, only=("A06",))) == ["M27", "M28", "M29", "M30", "M31"]
        assert set(ids(changed(case, without=("M01", "A05")))) == set(ids(case)) - {
            "M01", "M22", "M23", "M24", "M25", "M26",
        }  # fmt: skip
        assert ids(changed(case, only=("C24",))) == ["M30"]

    def test_only_then_without(self, case: Case) -> None:
        assert ids(changed(case, only=("A06",), without=("A06.a", "M30"))) == ["M29", "M31"]

    def test_sides_without_measures_are_no_players(self, case: Case) -> None:
        assert [side.id for side in changed(case, only=("A06", "M13")).sides] == ["A03.b", "A06.a", "A06.b"]

    def test_unknown_names_name_the_nearest(self, case: Case) -> None:
        with pytest.raises(InputError) as caught:
            changed(case, without=("M1", "A03.c"), only=("A33",))
        text = str(caught.value)
        assert '--without: "A03.c" names no measure' in text
        assert "A03.a" in text
        assert "--only" in text

    def test_something_must_be_left(self, case: Case) -> None:
        with pytest.raises(InputError, match="no measure is left"):
            changed(case, only=("M01",), without=("A02",))


class TestTime:
    def test_a_delay_moves_start_and_stages(self, case: Case) -> None:
        staged = case.measures[0].model_copy(update={"stages": (Stage(year=2019, share=0.5),)})
        with_stages = dataclasses.replace(case, measures=(staged, *case.measures[1:]))
        later = changed(with_stages, delay={"A02.a": 3})
        assert later.measures[0].start == dt.date(2021, 9, 28)
        assert later.measures[0].stages == (Stage(year=2022, share=0.5),)
        assert later.measures[4] == case.measures[4]  # of another side

    def test_stages_move_by_whole_years(self, case: Case) -> None:
        staged = case.measures[0].model_copy(update={"stages": (Stage(year=2019, share=0.5),)})
        with_stages = dataclasses.replace(case, measures=(staged,))
        with pytest.raises(InputError, match="whole years"):
            changed(with_stages, delay={"M01": 1.5})
        assert changed(case, delay={"M01": 0.5}).measures[0].start == dt.date(2019, 3, 29)

    def test_in_a_year_only_what_is_reached(self, case: Case) -> None:
        early = changed(case, in_year=2018)
        assert "M13" not in ids(early)
        assert set(ids(early)) == {one.id for one in case.measures if one.start <= dt.date(2018, 7, 1)}
        assert early.in_year == 2018
        delayed = changed(case, in_year=2018, delay={"M12": 1})
        assert "M12" in ids(early)
        assert "M12" not in ids(delayed)

    def test_a_stage_weighs_the_setting(self, case: Case) -> None:
        staged = case.measures[0].model_copy(
            update={"stages": (Stage(year=2019, share=0.4),), "probability": 0.5}
        )
        assert settings_of([staged], "mid", 2020)["M01"].weight == pytest.approx(0.2)
        assert settings_of([staged])["M01"].weight == 0.5

    def test_years_of_the_case(self, case: Case) -> None:
        for year in (2010, 0, 99_999):
            with pytest.raises(InputError, match="no year of the case"):
                changed(case, in_year=year)

    def test_a_delay_says_what_the_tables_show(self, case: Case) -> None:
        for year, in_full in ((None, True), (2025, False)):
            options = Options(delay={"A02.a": 3}, in_year=year)
            words = " ".join(words_of(changed_case(case, options, ECONOMIES), options))
            assert "A02.a comes 3 years later." in words
            assert ("show the measures in full" in words) == in_full

    @pytest.mark.parametrize("years", [float("nan"), float("inf"), -9_000.0, 9_000.0])
    def test_delays_stay_within_the_calendar(self, years: float, case: Case) -> None:
        with pytest.raises(InputError, match=r"A02\.a cannot be moved by"):
            changed(case, delay={"A02.a": years})


class TestCoalition:
    def test_measures_between_the_parties_extend(self, case: Case, network: Network) -> None:
        joined = {one.id: one for one in changed(case, coalition=("KGZ",)).measures}
        before = {one.id: one for one in case.measures}
        assert joined["M03"].exporters == ("KAZ", "KGZ")
        assert joined["M03"].importers == ("CHN", "KGZ")
        assert joined["M27"].pair == ("CHN", "KAZ", "KGZ")
        # Between a party and a country that is none, or a work on the ground: as before.
        assert joined["M30"] == before["M30"]
        assert joined["M13"] == before["M13"]
        arcs = {
            name: len(compile_measures(network, [ones["M27"]]).touched)
            for name, ones in (("before", before), ("joined", joined))
        }
        assert arcs["joined"] > arcs["before"]

    def test_the_joined_case_is_sound(self, case: Case) -> None:
        base = load_economy_base()
        found = changed(case, coalition=("KGZ", "UZB"))
        assert check_case(found, load_known(base.economies, base.sectors)) == []
        assert "UZB" in found.neighbours

    def test_it_can_be_put_on_the_network(self, case: Case, network: Network) -> None:
        """Border fees to Kyrgyzstan are below what documents save at Kazakhstan's."""
        compiled = compile_measures(network, changed(case, coalition=("KGZ", "UZB")).measures)
        assert (compiled.state(settings_of(case.measures, "high")).parts >= 0).all()

    def test_measures_of_both_directions_hold_once_among_the_joining(self, case: Case) -> None:
        """M03 holds from KAZ to CHN, M04 back by 4 points: from KGZ to UZB M03 alone, elsewhere each one way."""
        there = next(one for one in case.measures if one.id == "M03")
        assert isinstance(there, Ntm)
        value = {"low": -2.0, "mid": -4.0, "high": -6.0, "unit": "percentage points"}
        back = there.model_copy(
            update={"id": "M04", "exporters": ("CHN",), "importers": ("KAZ",), "value": Value(**value)}
        )
        both = dataclasses.replace(case, measures=(there, back))
        options = Options(coalition=("KGZ", "UZB"))
        joined = changed_case(both, options, ECONOMIES)
        base = load_economy_base()
        shape = len(base.economies), len(base.economies), len(base.sectors)
        hat = economic_shock(
            np.ones(shape), {one.id: one for one in joined.measures}, settings_of(joined.measures), np.zeros(shape),
            base.economies, base.sectors,
        ).trade_cost_hat  # fmt: skip
        assert hat is not None
        sector = base.sectors.index(there.sectors[0])
        at = {code: base.economies.index(code) for code in ("CHN", "KAZ", "KGZ", "UZB")}
        first, second = (1 + one.probability * one.value.mid / 100 for one in (there, back))
        for seller, buyer, expected in (
            ("KAZ", "CHN", first), ("CHN", "KAZ", second), ("KGZ", "CHN", first), ("CHN", "UZB", second),
            ("KGZ", "UZB", first), ("UZB", "KGZ", first), ("KGZ", "KGZ", 1.0),
        ):  # fmt: skip
            assert hat[at[seller], at[buyer], sector] == pytest.approx(expected, rel=1e-12), (seller, buyer)
        assert "M04 stands back" in " ".join(words_of(joined, options))
        alone = Options(coalition=("KGZ",))
        assert "stands back" not in " ".join(words_of(changed_case(both, alone, ECONOMIES), alone))

    def test_who_stands_back_is_kept_when_a_case_is_sent(self, case: Case) -> None:
        there = next(one for one in case.measures if one.id == "M03")
        assert isinstance(there, Ntm)
        sent = pickle.loads(pickle.dumps(there.without([("KGZ", "UZB", "C20")])))
        assert sent.left_out == {("KGZ", "UZB", "C20")}

    def test_measures_of_both_sides_on_the_same_trade_all_hold(self, case: Case) -> None:
        found = changed(case, coalition=("KGZ", "UZB")).measures
        assert not any(getattr(one, "left_out", ()) for one in found)

    def test_it_is_said_what_joins(self, case: Case) -> None:
        options = Options(coalition=("KGZ",), shut=("Suez",), without=("M01",), delay={"A03.b": 2})
        words = " ".join(words_of(changed_case(case, options, ECONOMIES), options))
        for part in (
            "KGZ join",
            "(M03, M27, M28, M29, M31)",
            "without M01; 30 measures",
            "A03.b comes 2 years later",
            "Suez",
        ):
            assert part in words

    @pytest.mark.parametrize(("name", "message"), [("KAZ", "party already"), ("KGS", "nearest: KGZ")])
    def test_who_cannot_join(self, name: str, message: str, case: Case) -> None:
        with pytest.raises(InputError, match=message):
            changed(case, coalition=(name,))


class TestCommandLine:
    def parsed(self, *words: str) -> argparse.Namespace:
        parser = argparse.ArgumentParser()
        add_what_if(parser)
        return parser.parse_args(words)

    def test_they_read_and_can_be_typed_again(self) -> None:
        words = [
            "--without",
            "A05, M01",
            "--shut",
            "Suez,CHN-KAZ",
            "--delay",
            "A03.b",
            "3",
            "--carbon-price",
            "85.123456789",
        ]
        options = self.parsed(*words)
        found = what_if_of(options)
        assert found["without"] == ("A05", "M01")
        assert found["shut"] == ("Suez", "CHN-KAZ")
        assert found["delay"] == {"A03.b": 3.0}
        assert found["carbon_price"] == 85.123456789
        assert what_if_of(self.parsed(*typed_again(options))) == found
        assert typed_again(self.parsed()) == []

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--delay", "A03.b", "three"], "no number of years"),
            (["--delay", "A03.b", "3", "--delay", "A03.b", "4"], "is given twice"),
            (["--only", ","], "names nothing"),
            (["--carbon-price", "-5"], "is no price"),
        ],
    )
    def test_what_cannot_be_read(self, words: list[str], message: str) -> None:
        with pytest.raises(InputError, match=message):
            what_if_of(self.parsed(*words))

    def test_exit_status_and_message(self, capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
        assert main(["appraise", "china-kazakhstan-2017", "-o", f"{tmp_path}/out", "--only", "M99"]) == 1
        assert '--only: "M99" names no measure' in capsys.readouterr().err

    def test_cities_without_a_way_are_found_before_anything_is_valued(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        words = small_command(tmp_path, "--shut", "Korday")
        assert main(words) == 1
        said = capsys.readouterr().err
        assert "--shut Korday: leaves Bishkek without any way, 100 % of KGZ (shut less" in said
        assert "coalitions" not in said
        assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "network"]

    def test_cities_that_few_live_in_are_told_at_once(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        names = "Khorgos,rail Almaty - Taldykorgan,road Almaty - Taldykorgan"
        words = small_command(tmp_path, "--shut", names)
        with (tmp_path / "network" / "link.csv").open("a", encoding="utf-8") as links:
            links.write("14,,ha,hd,false,1300,40,road,0.08,5,0.06,20,,,,Direct\n")
        assert main(words) == 0
        said = capsys.readouterr().err
        told = "shut: no way is left to Taldykorgan, whose costs stay as they are"
        assert -1 < said.find(told) < said.find("coalitions")
        assert results_in(tmp_path)["resilience"]["stranded"] == ["Taldykorgan"]

    def test_a_delay_in_a_year_takes_away_what_is_not_there_yet(self, tmp_path: Path) -> None:
        """M01, the only measure of A02.a, is there from 2018 on; later by a year, it is in 2019."""
        found = {}
        for name, words in {
            "there": ["--in-year", "2018"],
            "late": ["--in-year", "2018", "--delay", "A02.a", "1"],
            "without": ["--in-year", "2018", "--without", "A02.a"],
            "a year on": ["--in-year", "2019", "--delay", "A02.a", "1"],
        }.items():
            assert main(small_command(tmp_path / name, *words)) == 0
            found[name] = results_in(tmp_path / name)
        assert [one["id"] for one in found["late"]["measures"]] == [f"M0{k}" for k in range(2, 8)]
        for same in ("welfare", "freight", "measures", "sides"):
            assert found["late"][same] == found["without"][same]
        assert found["a year on"]["welfare"] == found["there"]["welfare"]
        assert found["late"]["welfare"] != found["there"]["welfare"]
        assert found["a year on"]["measures"][0]["start"] == "2019-01-01"

    def test_the_page_lists_every_option(self) -> None:
        page = (Path(__file__).parents[1] / "docs" / "what-if.md").read_text(encoding="utf-8")
        parser = argparse.ArgumentParser()
        add_what_if(parser)
        options = {name for action in parser._actions for name in action.option_strings} - {"-h", "--help"}
        assert {name for name in options if f"`{name}" in page} == options
        for name in PASSAGES:
            assert name in " ".join(page.split())
