"""A small world under uncertainty: its draws, figures, section and terms."""

from __future__ import annotations

import datetime
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gmns_fixture import SMALL, written
from landbridge.appraisal.options import Options
from landbridge.appraisal.results.emissions import co2
from landbridge.appraisal.results.freight import freight
from landbridge.appraisal.results.uncertainty import uncertainty
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.uncertainty import Uncertainty, assess
from landbridge.appraisal.uncertainty.assess import (
    Drawer,
    Job,
    Ready,
    sobol_points,
    uncertain_in,
)
from landbridge.appraisal.uncertainty.figures import Figures
from landbridge.appraisal.uncertainty.inputs import Uncertain
from landbridge.cli import main
from landbridge.economy import draw_elasticities
from landbridge.errors import InputError
from landbridge.measures import Setting, load_case
from landbridge.measures.schema import Value
from landbridge.network import Skimmer, read_network, trade_cost_hat
from landbridge.network.graph import Kind
from landbridge.network.marginal import expected_co2
from landbridge.network.parts import Part
from landbridge.network.terms import Terms
from landbridge.report import sections
from landbridge.world.economy_base import load_elasticities
from landbridge.world.network_tables import load_cargo_classes

# A road and a rail crossing, a non-tariff measure and two on productivity: all that the small network holds.
MEASURES = ("M01", "M03", "M06", "M10", "M18", "M20")


# Two of the small network's cities, and back: the way by road passes the crossing that measures change.
PAIRS = (("Urumqi", "Almaty"), ("Almaty", "Urumqi"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Appraiser:
    """The shipped case's measures that the small network holds, appraised on it."""
    whole = load_case("china-kazakhstan-2017")
    measures = []
    for one in whole.measures:
        if one.id in MEASURES:
            changes = {"crossing": "Khorgos"} if one.kind == "border_time" else {}
            measures.append(
                one.model_copy(update=changes | ({"probability": 0.6} if one.id == "M06" else {}))
            )
    sides = {one.side for one in measures}
    case = replace(
        whole,
        measures=tuple(measures),
        sides=tuple(one for one in whole.sides if one.id in sides),
        city_pairs=PAIRS,
    )
    folder = written(tmp_path_factory.mktemp("own") / "small", SMALL)
    return Appraiser(case, network=read_network(folder, datetime.date(2017, 6, 8)))


def assessed(
    world: Appraiser, draws: int, seed: int = 1, jobs: int = 1, resume: Path | None = None
) -> Uncertainty:
    """The small world under uncertainty."""
    own = world.network.network
    return assess(world, Options(draws=draws, seed=seed, jobs=jobs, resume=resume), own)


def all_coalitions(world: Appraiser) -> list[frozenset[str]]:
    """The coalitions of all headlines."""
    figures = Figures(world, uncertain_in(world).groups)
    return figures.coalitions(tuple(figures.sets))


@pytest.fixture(scope="module")
def quick(world: Appraiser) -> Uncertainty:
    """Few draws."""
    return assessed(world, 16)


@pytest.fixture(scope="module")
def full(world: Appraiser) -> Uncertainty:
    """More draws."""
    return assessed(world, 64)


def figures(found: Uncertainty) -> list[float]:
    """Every figure of an assessment."""
    numbers: list[float] = []
    for one in found.headlines:
        numbers += [one.central, *(getattr(one.interval, name) for name in one.interval.__dataclass_fields__)]
    for index in found.indices.values():
        numbers += [*index.first, *index.first_error, *index.total, *index.total_error, index.explained]
    gaps = np.nan_to_num(found.gap, nan=-1.0)
    return [*numbers, *found.tornado.ravel(), *gaps, *found.spread, found.rejected, found.worst_residual]


class TestDraws:
    def test_mid_values_are_the_appraisal_without_draws(self, world: Appraiser) -> None:
        drawer, uncertain = Drawer(world), uncertain_in(world)
        coalitions = all_coalitions(world)
        drawer.prepare(coalitions)
        draw = uncertain.draw(uncertain.middle())
        assert draw.settings == world.settings_of_sides([side.id for side in world.case.sides])
        assert draw.theta == pytest.approx(world.model.theta)
        found, middle = drawer.valued(draw, coalitions, freight=True), drawer.middle(coalitions)
        assert found.percents == pytest.approx(middle.percents, abs=1e-9)
        assert found.freight == pytest.approx(middle.freight, rel=1e-6, abs=1e-9)

    def test_a_draw_on_all_zones_is_the_draw(self, world: Appraiser) -> None:
        # The small network has so few zones that draws use them all; both ways must then agree.
        drawer = Drawer(world)
        coalitions = all_coalitions(world)[:1]
        drawer.prepare(coalitions)
        uncertain = uncertain_in(world)
        drawn = uncertain.drawn(sobol_points(8, len(uncertain.inputs), 5))
        for row in drawn:
            draw = uncertain.draw(row)
            fewer = drawer.valued(draw, coalitions, freight=True)
            every = drawer.valued(draw, coalitions, freight=True, all_zones=True)
            assert fewer.percents == pytest.approx(every.percents, rel=1e-7, abs=1e-10)
            assert fewer.freight == pytest.approx(every.freight, rel=1e-5, abs=1e-9)

    def test_gates_are_open_or_shut_and_places_are_drawn(self, world: Appraiser) -> None:
        uncertain = uncertain_in(world)
        drawn = uncertain.drawn(sobol_points(256, len(uncertain.inputs), 6))
        settings = [uncertain.draw(row).settings for row in drawn]
        weights = np.array([one["M06"].weight for one in settings])
        assert set(weights.tolist()) == {0.0, 1.0}
        assert weights.mean() == pytest.approx(0.6, abs=0.02)
        assert {one["M01"].weight for one in settings} == {1.0}
        places = np.array([one["M01"].position for one in settings])
        assert (places > 1.0).mean() == pytest.approx(0.05, abs=0.02)
        assert min(uncertain.draw(row).theta.min() for row in drawn) > 0.0
        assert all(one.terms.within >= one.terms.between for one in map(uncertain.draw, drawn))

    def test_ends_move_one_group_alone(self, world: Appraiser) -> None:
        uncertain = uncertain_in(world)
        low = uncertain.draw(uncertain.one_at_a_time("A02", 0))
        middle = uncertain.draw(uncertain.middle())
        assert low.settings["M01"] == Setting(-1.0, 1.0)
        assert low.settings["M06"].weight == 0.0
        assert low.settings["M18"] == middle.settings["M18"]
        assert (low.theta == middle.theta).all()
        high = uncertain.draw(uncertain.one_at_a_time("rates", 1))
        assert (high.terms.rail, high.terms.road, high.terms.sea) == pytest.approx((1.71, 1.32, 1.73))
        assert high.settings == middle.settings

    def test_too_few_draws_give_no_interval(self, world: Appraiser) -> None:
        with pytest.raises(InputError, match="too few"):
            assess(world, Options(draws=4))


class TestAssessment:
    def test_the_number_of_jobs_changes_nothing(self, world: Appraiser, quick: Uncertainty) -> None:
        assert figures(assessed(world, 16, jobs=2)) == figures(quick)

    def test_a_run_that_was_cut_off_goes_on_to_the_same_figures(
        self, world: Appraiser, quick: Uncertainty, tmp_path: Path
    ) -> None:
        assessed(world, 16, resume=tmp_path)
        (kept,) = tmp_path.glob("draws-*.jsonl")
        lines = kept.read_bytes().splitlines(keepends=True)
        kept.write_bytes(b"".join(lines[:20]) + lines[20][:30])
        assert figures(assessed(world, 16, resume=tmp_path)) == figures(quick)

    def test_an_end_without_equilibrium_is_no_failed_draw(
        self, world: Appraiser, quick: Uncertainty, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        module = sys.modules[assess.__module__]
        valued = module.value_job

        def one_end_fails(ready: Ready, task: tuple[int, Job]) -> tuple[int, dict]:
            number, row = valued(ready, task)
            return number, {
                "percents": [],
                "freight": None,
                "gap": 0.0,
                "reason": "none",
            } if number == 16 else row

        monkeypatch.setattr(module, "value_job", one_end_fails)
        found = assessed(world, 16)
        assert (found.draws, found.failed) == (16, ())
        assert found.headlines == quick.headlines
        moved = [one.figure.what == "welfare" for one in found.headlines]
        assert np.isnan(found.tornado[moved, 0, 0]).all()
        assert np.isfinite(found.tornado[:, 0, 1]).all()

    def test_another_seed_gives_other_draws_of_the_same(self, world: Appraiser, full: Uncertainty) -> None:
        other = assessed(world, 64, seed=2)
        assert figures(other) != figures(full)
        self.agree(other, full, 4.0)

    def test_few_draws_and_many_agree_within_their_errors(
        self, quick: Uncertainty, full: Uncertainty
    ) -> None:
        self.agree(quick, full, 4.0)
        for headline, few in quick.indices.items():
            many = full.indices[headline]
            error = np.hypot(few.total_error, many.total_error)
            assert (np.abs(few.total - many.total) <= 3.0 * error + 0.02).all(), headline

    @staticmethod
    def agree(one: Uncertainty, other: Uncertainty, times: float) -> None:
        """Whether all headlines agree within so many times their joint errors."""
        for a, b in zip(one.headlines, other.headlines, strict=True):
            assert a.central == b.central
            for name in ("mean", "low", "high", "p_positive"):
                error = "p_error" if name == "p_positive" else f"{name}_error"
                gap = abs(getattr(a.interval, name) - getattr(b.interval, name))
                joint = np.hypot(getattr(a.interval, error), getattr(b.interval, error))
                assert gap <= times * joint + 1e-12, (a.id, name)

    def test_headlines_are_those_of_the_parties_neighbours_and_world(self, full: Uncertainty) -> None:
        ids = [one.id for one in full.headlines]
        assert ids[:2] == ["welfare.CHN", "welfare.KAZ"]
        assert "welfare.WLD" in ids
        assert [one for one in ids if one.startswith("synergy")] == [
            f"synergy.{alignment}.{iso3}" for alignment in ("A02", "A04") for iso3 in ("CHN", "KAZ", "WLD")
        ]
        for one in full.headlines:
            if one.figure.what == "welfare":
                assert one.interval.low <= one.interval.mean <= one.interval.high

    def test_what_needs_both_is_everything_less_each_countrys_own_sides(
        self, world: Appraiser, full: Uncertainty
    ) -> None:
        sides = world.case.sides
        own = [[side.id for side in sides if side.country == iso3] for iso3 in ("CHN", "KAZ")]
        parts = [
            world.outcome(world.settings_of_sides(one)).percent for one in ([side.id for side in sides], *own)
        ]
        for iso3 in ("CHN", "KAZ"):
            row = world.base.economies.index(iso3)
            (found,) = (one for one in full.headlines if one.id == f"programmes.{iso3}")
            assert found.central == pytest.approx(
                float(parts[0][row] - parts[1][row] - parts[2][row]), abs=1e-9
            )
            assert found.draws == full.in_full == 64
            assert found.interval.low <= found.interval.high

    def test_productivity_drives_kazakhstans_gain_here(self, full: Uncertainty) -> None:
        # Both measures of A04 raise productivity in Kazakhstan by per cents; a border post saves hours on one road.
        indices = full.indices["welfare.KAZ"]
        groups = list(full.uncertain.groups)
        assert groups[int(np.argmax(indices.first))] == "A04"
        assert indices.explained > 0.8
        low, high = full.tornado[1, groups.index("A04")]
        central = next(one.central for one in full.headlines if one.id == "welfare.KAZ")
        assert low < central < high

    def test_rejected_draws_are_counted(self, full: Uncertainty) -> None:
        table = load_elasticities()
        drawn = draw_elasticities(table.theta, table.se, 64, seed=1, groups=list(table.source))
        assert full.rejected == int((drawn.theta <= 0).any(1).sum()) > 0

    def test_with_all_zones_nothing_is_missed(self, full: Uncertainty) -> None:
        assert full.zones == (4, 4)
        assert full.gap == pytest.approx(0.0, abs=1e-9)
        assert full.worst_residual < 1e-10
        assert not full.failed


class TestFreight:
    def test_what_costs_a_trace_more_is_what_its_ways_take(self, world: Appraiser) -> None:
        skimmer = world.skimmer
        for settings in ({}, world.settings_of_sides([side.id for side in world.case.sides])):
            states = world.network.states(settings, skimmer.zone_iso3)
            skims, whole = skimmer.skim(states), skimmer.skim(states, with_parts=True)
            for name, kg in expected_co2(skimmer, states, skims).items():
                np.testing.assert_allclose(kg, whole[name].parts[..., Part.CO2_KG], rtol=1e-6, atol=1e-9)

    def test_central_figures_are_those_of_the_sections(self, world: Appraiser, full: Uncertainty) -> None:
        appraisal = SimpleNamespace(
            appraiser=world, case=world.case, options=Options(), uncertainty=full,
            everything=world.outcome(world.settings_of_sides([side.id for side in world.case.sides])),
        )  # fmt: skip
        central = {one.id: one.central for one in full.headlines}
        section = co2(appraisal)
        for part in ("total", "route_and_mode", "trade"):
            assert central[f"co2.{part}"] == pytest.approx(section["split"][part], rel=1e-5, abs=1e-6)
            abroad = section["international"]["split"]
            assert central[f"co2.international.{part}"] == pytest.approx(abroad[part], rel=1e-5, abs=1e-6)
            assert section["split"]["ranges"][part]["draws"] == full.in_full
        for row in section["by_country"]:
            if row["iso3"] != "WLD":
                assert central[f"co2.{row['iso3']}"] == pytest.approx(row["change"], rel=1e-5, abs=1e-6)
        rows = freight(appraisal)
        assert [(row["from"], row["to"]) for row in rows] == list(PAIRS)
        for row in rows:
            for part, told in row["change"].items():
                name = f"freight.{row['from']}.{row['to']}.{part}"
                assert central[name] == pytest.approx(told["central"], rel=1e-4, abs=1e-6)
                assert told["low"] <= told["high"]

    def test_days_saved_at_a_border_have_the_interval_of_the_hours(
        self, world: Appraiser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Bishkek and Almaty are joined by one road alone; its border takes 6 hours that way. A measure saves 1 to 5 of
        # them, 3 at mid, drawn evenly; all else is known. So 90 % of the draws save 1.2 to 4.8 hours.
        road = next(one for one in world.case.measures if one.id == "M01").model_copy(
            update={"crossing": "Korday", "direction": "KGZ>KAZ"}
            | {"value": Value(low=-1.0, mid=-3.0, high=-5.0, unit="h")}
        )
        side = next(one for one in world.case.sides if one.id == road.side)
        case = replace(
            world.case,
            measures=(road,),
            sides=(side,),
            city_pairs=(("Bishkek", "Almaty"), ("Urumqi", "Almaty")),
        )
        alone = Appraiser(case, network=world.network.network)
        module = sys.modules[assess.__module__]

        def only_the_hours(appraiser: Appraiser) -> Uncertain:
            given = uncertain_in(appraiser)
            inputs = []
            for one, mid in zip(given.inputs, given.middle(), strict=True):
                fixed = mid
                inputs.append(
                    replace(
                        one,
                        quantile=(lambda p: 2.0 * np.asarray(p) - 1.0)
                        if one.id == "M01"
                        else (lambda p, fixed=fixed: np.full(np.shape(p), fixed)),
                    )
                )
            return replace(given, inputs=tuple(inputs))

        monkeypatch.setattr(module, "uncertain_in", only_the_hours)
        found = assess(alone, Options(draws=64), alone.network.network)
        headlines = {one.id: one for one in found.headlines}
        days = headlines["freight.Bishkek.Almaty.days"]
        assert days.central == pytest.approx(-3.0 / 24.0, rel=1e-6)
        assert days.interval.low == pytest.approx(-4.8 / 24.0, abs=0.05 / 24.0)
        assert days.interval.high == pytest.approx(-1.2 / 24.0, abs=0.05 / 24.0)
        assert (days.interval.p_positive, days.interval.p_negative, days.p_sign) == (0.0, 1.0, 1.0)
        # The hours cost nothing but time, and what lies off that road does not change.
        for still in ("freight.Bishkek.Almaty.usd_per_t", "freight.Urumqi.Almaty.days"):
            one = headlines[still]
            assert (one.central, one.interval.low, one.interval.high) == (0.0, 0.0, 0.0)
            assert one.p_sign is None
        group = list(found.uncertain.groups).index("A02")
        assert found.indices[days.id].first[group] == pytest.approx(1.0, abs=1e-3)

    def test_emission_factors_move_co2_alone(self, full: Uncertainty) -> None:
        group = list(full.uncertain.groups).index("emission_factors")
        for row, one in enumerate(full.headlines):
            low, high = full.tornado[row, group]
            moved = low != high
            assert (
                moved == (one.figure.what == "co2" or one.figure.part == "kgco2e_per_t") or not one.central
            ), one.id
        assert full.indices["welfare.KAZ"].total[group] == 0.0


class TestSection:
    def test_it_is_what_the_report_reads(self, full: Uncertainty) -> None:
        found = uncertainty(SimpleNamespace(uncertainty=full))
        assert found is not None
        json.dumps(found, allow_nan=False)
        read = sections.Uncertainty.model_validate(found)
        named = {one.id for one in read.inputs}
        told = {one.id for one in read.headlines}
        assert {row.input for row in [*read.indices, *read.tornado]} == set(full.uncertain.groups) <= named
        assert {row.headline for row in [*read.indices, *read.tornado]} <= told
        groups = [one for one in found["inputs"] if one["group"] is None]
        assert sorted(member for one in groups for member in one["members"]) == sorted(
            one.id for one in full.uncertain.inputs
        )
        assert all(one["source"] for one in found["inputs"] if one["group"] is not None)
        assert found["network_error"].startswith("None: the draws use all 4 zones")

    def test_without_draws_there_is_none(self) -> None:
        assert uncertainty(SimpleNamespace(uncertainty=None)) is None

    def test_numbers_that_make_no_draws_are_refused_at_once(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["appraise", "china-kazakhstan-2017", "--draws", "4"]) == 1
        assert "--draws: 4 are too few" in capsys.readouterr().err
        assert main(["appraise", "china-kazakhstan-2017", "--seed", "-1"]) == 1
        assert "--seed" in capsys.readouterr().err


class TestTerms:
    TERMS = Terms(rail=1.5, road=0.8, sea=2.0, border=1.3, between=6.0, within=18.0)

    def test_money_by_mode_and_hours_at_borders_are_scaled(self, world: Appraiser) -> None:
        before = world.network.network
        after = self.TERMS.of(before)
        ratio = {Kind.RAIL: 1.5, Kind.ROAD: 0.8, Kind.RAIL_ACCESS: 0.8}
        for kind, factor in ratio.items():
            rows = before.kind == kind
            assert after.parts[rows, Part.HAUL_USD] == pytest.approx(
                factor * before.parts[rows, Part.HAUL_USD]
            )
        assert after.parts[:, Part.BORDER_H] == pytest.approx(1.3 * before.parts[:, Part.BORDER_H])
        untouched = [part for part in Part if part not in (Part.HAUL_USD, Part.BORDER_H)]
        assert (after.parts[:, untouched] == before.parts[:, untouched]).all()

    def test_repricing_is_the_skim_of_the_network_on_other_terms(self, world: Appraiser) -> None:
        classes = [
            replace(cargo, value_usd_per_t=2.0 * cargo.value_usd_per_t) for cargo in load_cargo_classes()
        ]
        found = world.skimmer.repriced(self.TERMS, classes)
        network = self.TERMS.of(world.network.network)
        anew = Skimmer(network, classes, world.network.touched)
        measures = replace(world.network, network=network)
        settings = world.settings_of_sides(["A02.a", "A02.b", "A03.a"])
        for scenario in ({}, settings):
            states = measures.states(scenario, anew.zone_iso3)
            one, other = found.skim(states), anew.skim(states)
            for cargo in classes:
                np.testing.assert_allclose(one[cargo.name].cost, other[cargo.name].cost, rtol=1e-12)

    def test_keener_choice_gains_more_from_a_cheaper_way(self, world: Appraiser) -> None:
        gains = []
        for between in (3.0, 6.0, 10.0):
            terms = Terms(1.0, 1.0, 1.0, 1.0, between, 3.0 * between)
            skimmer = world.skimmer.repriced(terms, world.classes)
            states = [
                world.network.states(one, skimmer.zone_iso3)
                for one in ({}, world.settings_of_sides(["A03.a"]))
            ]
            before, after = (skimmer.skim(one) for one in states)
            hat = trade_cost_hat(
                before, after, world.classes, world.base.economies, world.base.sectors, world.own_zones
            )
            gains.append(float(-np.log(hat).sum()))
        assert all(gain > 0 for gain in gains)
        assert len(set(gains)) == 3
