"""Real incomes under a draw: freight costs on fewer zones, set right by all zones at mid values, and the equilibrium.

The network is searched anew in every draw, at its rates, dwell times, values and settings. What fewer zones miss is
known where all inputs are at mid values, and is taken to change with the draw as what they see does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.uncertainty.inputs import Draw
from landbridge.appraisal.uncertainty.thinned import Thinned, zones_for_draws
from landbridge.economy import Solution, solve
from landbridge.network import Skimmer, trade_cost_hat
from landbridge.world.places import Zone

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


class Drawer:
    """Values coalitions of programme sides under draws.

    appraiser: of the case, with its scenarios at mid values. worst_residual: of the equilibria since it was last set.
    """

    def __init__(self, appraiser: Appraiser) -> None:
        self.appraiser = appraiser
        case, network = appraiser.case, appraiser.network.network
        self.zones: Thinned = zones_for_draws(network.atlas.zones, case.parties, case.neighbours)
        self.skimmer = Skimmer(
            network,
            appraiser.classes,
            appraiser.network.touched,
            only=self.zones.number,
            kept_bytes=_KEPT_BYTES,
        )
        sectors = appraiser.base.sectors
        self._sector = [sectors.index(cargo.sectors[0]) for cargo in appraiser.classes]
        self._traded = appraiser.base.trade.transpose(2, 0, 1)
        self._middle: dict[Coalition, _Middle] = {}
        self.worst_residual = 0.0

    def prepare(self, coalitions: Sequence[Coalition]) -> None:
        """Solves the coalitions at mid values, with all zones and with fewer."""
        appraiser = self.appraiser
        before = self.skimmer.skim(appraiser.network.states({}, self.skimmer.zone_iso3))
        for coalition in coalitions:
            settings = appraiser.settings_of_sides(coalition)
            after = self.skimmer.skim(appraiser.network.states(settings, self.skimmer.zone_iso3))
            thin = trade_cost_hat(before, after, appraiser.classes, *self._labels, self.zones.zones)
            full = appraiser.freight_cost_hat(settings)
            # Kept, for every draw starts from it.
            solution = appraiser.outcome(settings).solution
            self._middle[coalition] = _Middle(self._by_class(full), self._by_class(thin), solution)

    def middle_percents(self) -> np.ndarray:
        """Changes of real income (k, n) in per cent at mid values, of the coalitions in the order of `prepare`."""
        hats = [one.solution.real_income_hat for one in self._middle.values()]
        return np.asarray(100.0 * (np.array(hats) - 1.0))

    def percents(self, draw: Draw, coalitions: Sequence[Coalition]) -> np.ndarray:
        """Changes of real income (k, n) in per cent of coalitions under a draw, by fewer zones."""
        hats = self._thin_hats(draw, coalitions)
        return np.array([self._percent(draw, one, hat) for one, hat in zip(coalitions, hats, strict=True)])

    def percents_by_all_zones(self, draw: Draw, coalitions: Sequence[Coalition]) -> np.ndarray:
        """The same by all zones: what `percents` is held against."""
        appraiser = self.appraiser
        zones = appraiser.own_zones
        hats = self._hats(appraiser.skimmer, draw, coalitions, zones)
        return np.array([self._percent(draw, one, hat) for one, hat in zip(coalitions, hats, strict=True)])

    @property
    def _labels(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.appraiser.base.economies, self.appraiser.base.sectors

    def _by_class(self, hat: np.ndarray) -> np.ndarray:
        return np.log(hat[:, :, self._sector]).transpose(2, 0, 1)

    def _hats(
        self, skimmer: Skimmer, draw: Draw, coalitions: Sequence[Coalition], zones: Sequence[Zone] | None
    ) -> list[np.ndarray]:
        """Logs (c, n, n) of freight cost ratios of each coalition under a draw, between the zones of a skimmer."""
        network, touched = self.appraiser.network, {}
        priced = skimmer.repriced(draw.terms, draw.classes)
        measures = replace(network, network=priced.network)
        before = priced.skim(measures.states({}, priced.zone_iso3))
        found: list[np.ndarray] = []
        for coalition in coalitions:
            settings = {name: draw.settings[name] for name in self._names(coalition)}
            key = frozenset(measures.acting(settings))
            if key not in touched:
                after = priced.skim(measures.states(settings, priced.zone_iso3)) if key else before
                hat = trade_cost_hat(before, after, draw.classes, *self._labels, zones)
                touched[key] = self._by_class(hat)
            found.append(touched[key])
        return found

    def _thin_hats(self, draw: Draw, coalitions: Sequence[Coalition]) -> list[np.ndarray]:
        hats = self._hats(self.skimmer, draw, coalitions, self.zones.zones)
        return [
            set_right(hat, self._middle[one].full, self._middle[one].thin, self._weights)
            for one, hat in zip(coalitions, hats, strict=True)
        ]

    @property
    def _weights(self) -> np.ndarray:
        return self._traded[self._sector]

    def _names(self, coalition: Coalition) -> list[str]:
        return list(self.appraiser.settings_of_sides(coalition))

    def _percent(self, draw: Draw, coalition: Coalition, by_class: np.ndarray) -> np.ndarray:
        appraiser = self.appraiser
        sectors = appraiser.base.sectors
        hat = np.ones((*by_class.shape[1:], len(sectors)))
        for cargo, logs in zip(appraiser.classes, by_class, strict=True):
            for sector in cargo.sectors:
                hat[:, :, sectors.index(sector)] = np.exp(logs)
        settings = {name: draw.settings[name] for name in self._names(coalition)}
        shock = replace(appraiser.shock(settings, hat), theta=draw.theta)
        solution = solve(appraiser.model, shock, start=self._middle[coalition].solution)
        self.worst_residual = max(self.worst_residual, solution.certificate.max_residual)
        return np.asarray(100.0 * (solution.real_income_hat - 1.0))


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
