"""Draws: distributions, the emulator's indices against known ones, intervals, and zones that stand for others."""

from __future__ import annotations

import csv
from typing import ClassVar

import numpy as np
import pytest
from scipy import stats

from landbridge.appraisal.uncertainty.assess import (
    sobol_points,
    summed_up,
)
from landbridge.appraisal.uncertainty.distributions import Ranges, happens, truncated_normal
from landbridge.appraisal.uncertainty.drawer import set_right
from landbridge.appraisal.uncertainty.emulator import Basis, basis_of, quantile_grid, sobol_indices
from landbridge.appraisal.uncertainty.figures import Figure
from landbridge.appraisal.uncertainty.inputs import Input, Uncertain, read_ranges
from landbridge.appraisal.uncertainty.summary import interval_of
from landbridge.appraisal.uncertainty.thinned import thinned, zones_for_draws
from landbridge.world.data import data_folder
from landbridge.world.places import load_zones

RANGES = Ranges(0.05, 0.95)


def even(count: int = 20001) -> np.ndarray:
    """Probabilities in the middle of even steps."""
    return (np.arange(count) + 0.5) / count


class TestDistributions:
    def test_low_mid_and_high_are_the_quantiles_they_are_said_to_be(self) -> None:
        assert RANGES.position(np.array([0.05, 0.5, 0.95])) == pytest.approx([-1.0, 0.0, 1.0])
        assert (read_ranges().low, read_ranges().high) == (0.05, 0.95)
        quantile = RANGES.linear(-2.0, -4.0, -7.0)
        drawn = quantile(even())
        assert (drawn > -2.0).mean() == pytest.approx(0.05, abs=1e-3)
        assert (drawn < -7.0).mean() == pytest.approx(0.05, abs=1e-3)
        assert np.median(drawn) == pytest.approx(-4.0, abs=1e-3)

    def test_two_triangles_end_where_their_sides_meet_nothing(self) -> None:
        # The side of a triangle of half the mass leaves a twentieth beyond one where (1 - 1 / end)^2 / 2 = 0.05.
        end = 1.0 / (1.0 - np.sqrt(0.1))
        assert RANGES.position(np.array([0.0, 1.0])) == pytest.approx([-end, end])
        assert end == pytest.approx(1.4625, abs=1e-4)

    def test_in_logarithms_the_factors_are_the_same_both_ways(self) -> None:
        quantile = RANGES.log(0.5, 1.0, 2.0)
        assert quantile(np.array([0.05, 0.5, 0.95])) == pytest.approx([0.5, 1.0, 2.0])
        assert quantile(np.array([0.2])) * quantile(np.array([0.8])) == pytest.approx(1.0)

    def test_a_truncated_normal_is_what_rejection_leaves(self) -> None:
        quantile = truncated_normal(1.45, 2.8, 0.0, 100.0)
        plain = stats.norm.ppf(even()) * 2.8 + 1.45
        left = plain[plain > 0.0]
        for probability in (0.05, 0.5, 0.95):
            assert quantile(np.array([probability]))[0] == pytest.approx(
                np.quantile(left, probability), abs=0.01
            )
        assert quantile(np.array([0.0]))[0] >= 0.0

    def test_a_gate_opens_as_often_as_it_should(self) -> None:
        assert happens(0.7)(even()).mean() == pytest.approx(0.7, abs=1e-4)


class TestIndices:
    """A function whose indices are known: 3 a + b + 12 (a - 1/2) (c - 1/2) + 2 f^2 of uniform inputs."""

    VARIANCE: ClassVar = {"a": 9 / 12, "b": 1 / 12, "f": 4 * (1 / 5 - 1 / 9), "ac": 1.0}

    @staticmethod
    def basis(points: np.ndarray) -> Basis:
        return basis_of(points, np.repeat(quantile_grid()[:, None], points.shape[1], axis=1))

    @staticmethod
    def result(points: np.ndarray) -> np.ndarray:
        a, b, c, f = points[:, :4].T
        return 3 * a + b + 12 * (a - 0.5) * (c - 0.5) + 2 * f**2

    @pytest.mark.parametrize("inputs", [4, 60])
    def test_first_order_and_total_are_the_known_ones_within_their_errors(self, inputs: int) -> None:
        points = sobol_points(512, inputs, 3)
        found = sobol_indices(self.basis(points), list(range(inputs)), self.result(points))
        whole = sum(self.VARIANCE.values())
        first = np.array([self.VARIANCE[name] for name in ("a", "b")] + [0.0, self.VARIANCE["f"]]) / whole
        total = first + np.array([1.0, 0.0, 1.0, 0.0]) / whole
        assert found.explained > 0.999
        assert (np.abs(found.first[:4] - first) <= np.maximum(3 * found.first_error[:4], 0.01)).all()
        assert (np.abs(found.total[:4] - total) <= np.maximum(3 * found.total_error[:4], 0.01)).all()
        assert (found.total_error < 0.1).all()
        assert found.total[4:] == pytest.approx(0.0, abs=1e-6)

    def test_scipys_estimator_on_many_more_points_agrees(self) -> None:
        points = sobol_points(512, 4, 3)
        found = sobol_indices(self.basis(points), [0, 1, 2, 3], self.result(points))
        other = stats.sobol_indices(
            func=lambda x: self.result(x.T)[None],
            n=4096,
            dists=[stats.uniform()] * 4,
            rng=np.random.default_rng(5),
        )
        assert found.first == pytest.approx(np.ravel(other.first_order), abs=0.02)
        assert found.total == pytest.approx(np.ravel(other.total_order), abs=0.02)

    def test_groups_take_interactions_within_as_their_own(self) -> None:
        points = sobol_points(256, 4, 4)
        found = sobol_indices(self.basis(points), [0, 1, 0, 1], self.result(points))
        assert found.first == pytest.approx(found.total, abs=1e-6)
        assert found.first.sum() == pytest.approx(1.0, abs=0.02)

    def test_a_gate_has_the_variance_of_its_two_values(self) -> None:
        points = sobol_points(512, 2, 5)
        gate = happens(0.3)
        drawn = np.column_stack([gate(points[:, 0]), points[:, 1]])
        grid = np.column_stack([gate(quantile_grid()), quantile_grid()])
        found = sobol_indices(basis_of(drawn, grid), [0, 1], drawn[:, 0] + drawn[:, 1])
        assert found.first[0] == pytest.approx(0.21 / (0.21 + 1 / 12), abs=0.01)

    def test_what_no_polynomial_explains_is_in_the_error(self) -> None:
        points = sobol_points(256, 6, 6)
        noise = np.random.default_rng(7).normal(size=256)
        found = sobol_indices(self.basis(points), list(range(6)), noise)
        assert found.explained < 0.2
        assert (found.total_error > 0.7).all()

    def test_nothing_drives_what_does_not_move(self) -> None:
        points = sobol_points(32, 3, 8)
        found = sobol_indices(self.basis(points), [0, 1, 2], np.full(32, 2.0))
        assert not found.total.any()


class TestSynergyIndices:
    """A synergy that is the sum of 3 times an input of its own alignment and 4 times a general one, both uniform."""

    def test_of_an_additive_synergy_they_are_its_shares_of_the_variance(self) -> None:
        def uniform(probability: np.ndarray) -> np.ndarray:
            return np.asarray(probability)

        inputs = tuple(
            Input(name, group, name, "1", 0.05, 0.5, 0.95, "uniform", "made for a test", "", uniform)
            for name, group in (("own", "A01"), ("general", "rates"), ("other", "A02"))
        )
        groups = {"rates": "rates", "A01": "measures of A01", "A02": "measures of A02"}
        uncertain = Uncertain(inputs, None, np.zeros(0), (), {}, {}, groups)  # type: ignore[arg-type]
        figure = Figure("synergy.A01.KAZ", "synergy", "percent", frozenset({"rates", "A01"}), "KAZ", "A01")
        drawn = sobol_points(64, 3, 11)
        values = np.full((64, 1), np.nan)
        # The last draws were not valued in full.
        values[:48, 0] = drawn[:48] @ np.array([3.0, 4.0, 0.0])
        headlines, indices = summed_up([figure], uncertain, drawn, values, np.array([3.5]), 1)
        found = indices["synergy.A01.KAZ"]
        for index in (found.first, found.total):
            assert index == pytest.approx([16 / 25, 9 / 25, 0.0], abs=0.02)
        # What cannot move it is known not to.
        assert (found.first[2], found.total[2]) == (0.0, 0.0)
        (headline,) = headlines
        assert headline.draws == 48
        assert headline.p_sign == 1.0
        assert headline.interval.mean == pytest.approx(3.5, abs=0.05)


class TestIntervals:
    def test_of_a_linear_function_they_are_the_known_ones(self) -> None:
        points = sobol_points(1024, 2, 9)
        found = interval_of(1.0 + stats.norm.ppf(points) @ np.array([3.0, 4.0]), 1)
        low, high = stats.norm.ppf([0.05, 0.95], loc=1.0, scale=5.0)
        assert abs(found.low - low) < 3 * found.low_error
        assert abs(found.high - high) < 3 * found.high_error
        assert abs(found.mean - 1.0) < 3 * found.mean_error
        assert abs(found.p_positive - stats.norm.cdf(0.2)) < 3 * found.p_error
        assert found.mean_error == pytest.approx(5.0 / 32.0, rel=0.05)

    def test_errors_shrink_with_the_root_of_the_draws(self) -> None:
        draws = np.random.default_rng(1).normal(size=6400)
        few, many = interval_of(draws[:400], 1), interval_of(draws, 1)
        assert few.mean_error / many.mean_error == pytest.approx(4.0, rel=0.15)
        assert few.low_error / many.low_error == pytest.approx(4.0, rel=0.5)

    def test_a_probability_of_one_is_not_certain(self) -> None:
        assert interval_of(np.linspace(1.0, 2.0, 49), 1).p_error == pytest.approx(0.02)


class TestThinning:
    def test_weights_stay_within_their_economies(self) -> None:
        zones = load_zones()
        found = thinned(zones, {"KAZ": 3}, 1)
        for economy in ("KAZ", "CHN", "KGZ"):
            weight = sum(zone.weight for zone in zones if zone.economy == economy)
            assert sum(z.weight for z in found.zones if z.economy == economy) == pytest.approx(weight)
        assert sum(zone.economy == "KAZ" for zone in found.zones) == 3
        assert len(found.zones) == len({zone.economy for zone in zones}) + 2

    def test_parties_keep_every_zone(self) -> None:
        zones = load_zones()
        found = zones_for_draws(zones, ["CHN", "KAZ"], ["UZB"])
        kept = {zone.key for zone in found.zones}
        assert all(zone.key in kept for zone in zones if zone.economy in ("CHN", "KAZ"))
        assert sum(zone.economy == "UZB" for zone in found.zones) == 4
        assert len(kept) < len(zones) / 2

    def test_cities_of_pairs_are_kept_wherever_they_are(self) -> None:
        zones = load_zones()
        lightest = min(
            (k for k, zone in enumerate(zones) if zone.economy == "DEU"), key=lambda k: zones[k].weight
        )
        assert zones[lightest].key not in {zone.key for zone in zones_for_draws(zones, ["CHN"], []).zones}
        found = zones_for_draws(zones, ["CHN"], [], {lightest})
        assert zones[lightest].key in {zone.key for zone in found.zones}
        german = [
            (old.weight, new.weight)
            for old in zones
            for new in found.zones
            if old.key == new.key == zones[lightest].key
        ]
        # It stands for itself and for what is nearer to it than to the heaviest.
        assert german[0][1] >= german[0][0]
        whole = sum(zone.weight for zone in zones if zone.economy == "DEU")
        assert sum(zone.weight for zone in found.zones if zone.economy == "DEU") == pytest.approx(whole)

    def test_at_mid_values_all_zones_speak(self) -> None:
        rng = np.random.default_rng(2)
        full, thin = rng.normal(size=(2, 2, 4, 4))
        weight = np.ones_like(full)
        assert set_right(thin, full, thin, weight) == pytest.approx(full)
        # An effect twice as large everywhere is taken to be so for what fewer zones miss.
        assert set_right(2.0 * thin, full, thin, weight) == pytest.approx(2.0 * full)
        assert not set_right(0.0 * thin, full, thin, weight).any()

    def test_no_effect_at_mid_values_needs_nothing_set_right(self) -> None:
        nothing = np.zeros((1, 3, 3))
        drawn = np.full((1, 3, 3), 0.1)
        assert set_right(drawn, nothing, nothing, np.ones((1, 3, 3))) == pytest.approx(drawn)


def test_factors_on_rates_are_the_means_of_the_rates_own_ranges() -> None:
    with (data_folder() / "network" / "mode_parameters.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["parameter"] == "rate_usd_per_t_km"]
    with (data_folder() / "uncertainty.csv").open(encoding="utf-8") as stream:
        ranges = {row["parameter"]: row for row in csv.DictReader(stream)}
    for mode in ("rail", "road", "sea"):
        for end in ("low", "high"):
            logs = [np.log(float(r[end]) / float(r["value"])) for r in rows if r["mode"] == mode]
            assert float(ranges[f"rate_{mode}"][end]) == pytest.approx(np.exp(np.mean(logs)), abs=0.006)
