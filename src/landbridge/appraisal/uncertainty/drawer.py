"""Real incomes and freight under a draw: on fewer zones, set right by all zones at mid values, and the equilibrium.

The network is searched anew in every draw, at its rates, dwell times, values and settings. What fewer zones miss is
known where all inputs are at mid values, and is taken to change with the draw as what they see does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.appraisal.emissions import quantity_hat
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.shown import zones_of_pairs
from landbridge.appraisal.uncertainty.freight import Measured, Scene, co2_changes, measured, tonnes_by_class
from landbridge.appraisal.uncertainty.inputs import Draw
from landbridge.appraisal.uncertainty.thinned import Thinned, zones_for_draws
from landbridge.economy import Shock, Solution, solve
from landbridge.measures import Setting
from landbridge.network import Skimmer, trade_cost_hat, zone_weights
from landbridge.world.network_tables import CargoClass

Coalition = frozenset[str]
# Relative to the mean effect: below this, a pair's effect on the fewer zones says nothing of how it changes.
_FAINT = 0.1
# Enough for the coalitions of one draw, a quarter of which a draw keeps.
_KEPT_BYTES = 200_000_000


@dataclass(frozen=True)
class _Middle:
    """A coalition at mid values. full, thin: logs (c, n, n) of freight cost ratios by class, all zones or fewer."""

    full: np.ndarray
    thin: np.ndarray
    solution: Solution


@dataclass(frozen=True)
class Valued:
    """What a draw gives. percents: (k, n) changes of real income of k coalitions.

    freight: changes by the first coalition, None where not asked for: of the city pairs as in Measured.changes, then of
    CO2 as in co2_changes, for the economies shown.
    """

    percents: np.ndarray
    freight: np.ndarray | None


class Drawer:
    """Values coalitions of programme sides under draws.

    appraiser: of the case, with its scenarios at mid values. worst_residual: of the equilibria since it was last set.
    """

    def __init__(self, appraiser: Appraiser) -> None:
        self.appraiser = appraiser
        case, network = appraiser.case, appraiser.network.network
        self._pairs = zones_of_pairs(appraiser)
        cities = set(self._pairs.ravel().tolist())
        self.zones: Thinned = zones_for_draws(network.atlas.zones, case.parties, case.neighbours, cities)
        self.skimmer = Skimmer(
            network,
            appraiser.classes,
            appraiser.network.touched,
            only=self.zones.number,
            kept_bytes=_KEPT_BYTES,
        )
        base = appraiser.base
        self._sector = [base.sectors.index(cargo.sectors[0]) for cargo in appraiser.classes]
        self._traded = base.trade.transpose(2, 0, 1)
        self._shown = [base.economies.index(iso3) for iso3 in (*case.parties, *case.neighbours)]
        self._middle: dict[Coalition, _Middle] = {}
        self.worst_residual = 0.0

    def prepare(self, coalitions: Sequence[Coalition]) -> None:
        """Solves the coalitions at mid values, with all zones and with fewer; of the first, freight too."""
        appraiser = self.appraiser
        nothing = appraiser.network.states({}, self.skimmer.zone_iso3)
        before = self.skimmer.skim(nothing)
        for coalition in coalitions:
            settings = appraiser.settings_of_sides(coalition)
            states = appraiser.network.states(settings, self.skimmer.zone_iso3)
            after = self.skimmer.skim(states)
            thin = trade_cost_hat(before, after, appraiser.classes, *self._labels, self.zones.zones)
            full = appraiser.freight_cost_hat(settings)
            # Kept, for every draw starts from it.
            solution = appraiser.outcome(settings).solution
            self._middle[coalition] = _Middle(self._by_class(full), self._by_class(thin), solution)
            if coalition == coalitions[0]:
                scenes = Scene(nothing, before), Scene(states, after)
                self._thin_freight = self._measured(self.skimmer, scenes, all_zones=False)
        everything = appraiser.settings_of_sides(coalitions[0])
        scenes_of_all = [
            Scene(appraiser.network.states(given, appraiser.skimmer.zone_iso3), appraiser.skims(given))
            for given in ({}, everything)
        ]
        self._full_freight = self._measured(appraiser.skimmer, scenes_of_all, all_zones=True)

    def middle(self, coalitions: Sequence[Coalition]) -> Valued:
        """What coalitions give at mid values, by all zones."""
        solutions = [self._middle[one].solution for one in coalitions]
        percents = 100.0 * (np.array([one.real_income_hat for one in solutions]) - 1.0)
        settings = self.appraiser.settings_of_sides(coalitions[0])
        shock, found = self.appraiser.shock(settings), self._full_freight
        co2 = self._co2(found.intensity, self.appraiser.classes, shock, solutions[0])
        return Valued(percents, np.concatenate([found.changes(), co2]))

    def valued(
        self, draw: Draw, coalitions: Sequence[Coalition], *, freight: bool = False, all_zones: bool = False
    ) -> Valued:
        """What coalitions give under a draw.

        freight: that of the first coalition too. all_zones: by all zones, which fewer are held against.
        """
        skimmer = self.appraiser.skimmer if all_zones else self.skimmer
        zones = self.appraiser.own_zones if all_zones else self.zones.zones
        priced = skimmer.repriced(draw.terms, draw.classes)
        measures = replace(self.appraiser.network, network=priced.network)
        nothing = measures.states({}, priced.zone_iso3)
        before = priced.skim(nothing)
        hats: dict[frozenset[str], np.ndarray] = {}
        percents, told = [], None
        for coalition in coalitions:
            settings = {name: draw.settings[name] for name in self._names(coalition)}
            key = frozenset(measures.acting(settings))
            states = measures.states(settings, priced.zone_iso3) if key else nothing
            found: Measured | None = None
            if key not in hats or (freight and coalition == coalitions[0]):
                after = priced.skim(states) if key else before
                hats[key] = self._by_class(trade_cost_hat(before, after, draw.classes, *self._labels, zones))
                if freight and coalition == coalitions[0]:
                    scenes = Scene(nothing, before), Scene(states, after)
                    found = self._measured(priced, scenes, all_zones=all_zones)
            logs = hats[key]
            if not all_zones:
                middle = self._middle[coalition]
                logs = set_right(logs, middle.full, middle.thin, self._traded[self._sector])
            shock, solution = self._equilibrium(draw, coalition, settings, logs)
            percents.append(100.0 * (solution.real_income_hat - 1.0))
            if found is not None:
                intensity = found.intensity if all_zones else self._set_right(found.intensity)
                co2 = self._co2(intensity, draw.classes, shock, solution)
                told = np.concatenate([found.changes(), co2])
        return Valued(np.array(percents), told)

    @property
    def _labels(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.appraiser.base.economies, self.appraiser.base.sectors

    def _by_class(self, hat: np.ndarray) -> np.ndarray:
        return np.log(hat[:, :, self._sector]).transpose(2, 0, 1)

    def _names(self, coalition: Coalition) -> list[str]:
        return list(self.appraiser.settings_of_sides(coalition))

    def _measured(self, skimmer: Skimmer, scenes: Sequence[Scene], *, all_zones: bool) -> Measured:
        pairs, zones = self._pairs, self.appraiser.own_zones
        if not all_zones:
            # Cities of pairs are among the zones that are kept.
            pairs, zones = np.searchsorted(self.zones.number, pairs), self.zones.zones
        return measured(skimmer, scenes, pairs, zone_weights(self.appraiser.base.economies, zones))

    def _set_right(self, drawn: np.ndarray) -> np.ndarray:
        """CO2 a tonne (2, c, n, n) on fewer zones, what they miss of level and change added in proportion."""
        full, thin = self._full_freight.intensity, self._thin_freight.intensity
        weight = tonnes_by_class(
            self.appraiser.base.trade, self.appraiser.classes, self.appraiser.base.sectors
        )
        level = set_right(drawn[0], full[0], thin[0], weight)
        change = set_right(drawn[1] - drawn[0], full[1] - full[0], thin[1] - thin[0], weight)
        return np.array([level, level + change])

    def _co2(
        self, intensity: np.ndarray, classes: Sequence[CargoClass], shock: Shock, solution: Solution
    ) -> np.ndarray:
        trade, sectors = self.appraiser.base.trade, self.appraiser.base.sectors
        growth = quantity_hat(self.appraiser.model, shock, solution, trade)
        tonnes = np.array([tonnes_by_class(value, classes, sectors) for value in (trade, trade * growth)])
        return co2_changes(intensity, tonnes, self._shown)

    def _equilibrium(
        self, draw: Draw, coalition: Coalition, settings: Mapping[str, Setting], by_class: np.ndarray
    ) -> tuple[Shock, Solution]:
        appraiser = self.appraiser
        sectors = appraiser.base.sectors
        hat = np.ones((*by_class.shape[1:], len(sectors)))
        for cargo, logs in zip(appraiser.classes, by_class, strict=True):
            ratio = np.exp(logs)
            for sector in cargo.sectors:
                hat[:, :, sectors.index(sector)] = ratio
        shock = replace(appraiser.shock(settings, hat), theta=draw.theta)
        solution = solve(appraiser.model, shock, start=self._middle[coalition].solution)
        self.worst_residual = max(self.worst_residual, solution.certificate.max_residual)
        return shock, solution


def set_right(drawn: np.ndarray, full: np.ndarray, thin: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Effects (c, n, n) of a draw on fewer zones, with what these miss of the effect at mid values added in proportion.

    full, thin: effects at mid values by all zones and by fewer. weight: (c, n, n). The proportion is that of the pair's
    own effect to the one at mid values; where that is faint, that of the class's mean effect.
    """
    mass = weight.sum((1, 2), keepdims=True)
    mean_thin = (weight * np.abs(thin)).sum((1, 2), keepdims=True) / np.where(mass > 0, mass, 1.0)
    mean_drawn = (weight * np.abs(drawn)).sum((1, 2), keepdims=True) / np.where(mass > 0, mass, 1.0)
    common = np.divide(mean_drawn, mean_thin, out=np.ones_like(mean_thin), where=mean_thin > 0)
    faint = (_FAINT * mean_thin) ** 2
    below = thin**2 + faint
    proportion = np.divide(drawn * thin + common * faint, below, out=np.ones_like(drawn), where=below > 0)
    return np.asarray(drawn + (full - thin) * proportion)
