"""A scenario: the world with a set of measures, carried from the network through the economy."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from landbridge.appraisal.shocks import economic_shock
from landbridge.appraisal.shown import TABLE_CLASS
from landbridge.economy import Certificate, Model, Shock, Solution, calibrate, solve
from landbridge.measures import Case, Measure, Setting, settings_of
from landbridge.measures.schema import Level
from landbridge.network import (
    ClassSkim,
    Network,
    NetworkMeasures,
    Skimmer,
    build_network,
    compile_measures,
    cost_hat,
    iceberg_costs,
    measure_volumes,
    od_tonnes,
    zone_weights,
)
from landbridge.network.recent import Recent
from landbridge.world.economy_base import EconomyBase, load_economy_base, load_elasticities
from landbridge.world.memory import give_back
from landbridge.world.network_tables import load_cargo_classes
from landbridge.world.tariffs import load_tariffs

# Measure ids and their settings.
Scenario = frozenset[tuple[str, Setting]]

_MOST_KEPT_BYTES = 50_000_000
_MOST_SOLUTIONS = 8


@dataclass(frozen=True)
class Outcome:
    """What a set of measures does. percent: (n,) change of real income in per cent. solution: the equilibrium."""

    percent: np.ndarray
    solution: Solution


class Appraiser:
    """Values sets of a case's measures; keeps what scenarios share.

    case: the case. jobs: threads. network: the user's own, the shipped one without. Every solution starts from the
    base, so that nothing depends on what was solved before. What freight costs more or less is kept by the set of
    measures that touch the network; whole skims only where their parts are asked for, for they are large.
    """

    def __init__(self, case: Case, *, jobs: int = 1, network: Network | None = None) -> None:
        self.case = case
        self.classes = load_cargo_classes()
        self.base: EconomyBase = load_economy_base(case.economy_year)
        self.tariffs = load_tariffs(case.baseline_date, self.base.economies, self.base.sectors)
        self.model: Model = calibrate(self.base, load_elasticities().theta, tariff=self.tariffs.rate)
        self.measures: dict[str, Measure] = {measure.id: measure for measure in case.measures}
        self.seconds = {"network": 0.0, "skims": 0.0, "equilibria": 0.0}
        started = time.perf_counter()
        self.own_zones = None if network is None else network.atlas.zones
        self.weights = zone_weights(self.base.economies, self.own_zones)
        if network is None:
            network = build_network(case.baseline_date)
        self.network: NetworkMeasures = compile_measures(network, case.measures)
        self.skimmer = Skimmer(self.network.network, self.classes, self.network.touched, jobs=jobs)
        if self.network.unmeasured:
            tonnes = od_tonnes(1e6 * self.base.trade, self.classes, self.base.sectors, self.weights)
            self.network = measure_volumes(self.network, self.skimmer, tonnes)
        self._skims: dict[Scenario, dict[str, ClassSkim]] = {}
        self._freight = Recent(_MOST_KEPT_BYTES)
        self._outcomes: OrderedDict[Scenario, Outcome] = OrderedDict()
        self._percent: dict[Scenario, np.ndarray] = {}
        self.certificates: list[Certificate] = []
        self.seconds["network"] = time.perf_counter() - started
        self.baseline_iceberg = iceberg_costs(self.skims({}), self.classes, self.weights)

    @property
    def baseline_skims(self) -> dict[str, ClassSkim]:
        """Skims without any measure, those of the table's class with their parts."""
        return self.skims({}, with_parts=True)

    def settings_of_sides(self, sides: Collection[str], level: Level = "mid") -> dict[str, Setting]:
        """The scenario in which some programme sides do all that is theirs, weighted by its probability.

        Where the case names a year, by what is in place then.
        """
        mine = [one for one in self.measures.values() if one.side in sides]
        return settings_of(mine, level, self.case.in_year)

    def skims(self, settings: Mapping[str, Setting], *, with_parts: bool = False) -> dict[str, ClassSkim]:
        """Skims of a scenario, given by measure ids and their settings.

        with_parts: the parts of the table's class too; those of the others nobody is shown.
        """
        key = self._on_the_network(settings)
        kept = self._skims.get(key)
        if kept is None:
            started = time.perf_counter()
            states = self.network.states(dict(key), self.skimmer.zone_iso3)
            kept = self.skimmer.skim(states, with_parts=with_parts, parts_of=(TABLE_CLASS,))
            if with_parts:
                self._skims[key] = kept
                give_back()
            self.seconds["skims"] += time.perf_counter() - started
        return kept

    def freight_cost_hat(self, settings: Mapping[str, Setting]) -> np.ndarray:
        """Ratios (n, n, s) of iceberg costs in a scenario to those without any measure; not to be written to."""
        key = self._on_the_network(settings)

        def make() -> np.ndarray:
            costs = self.baseline_iceberg
            if key:
                costs = iceberg_costs(self.skims(settings), self.classes, self.weights)
            return cost_hat(self.baseline_iceberg, costs, self.classes, self.base.sectors)

        return self._freight.get(key, make)

    def forget(self) -> None:
        """Gives up what is kept of scenarios other than the baseline."""
        self._outcomes.clear()
        self._percent.clear()
        self.certificates.clear()
        self._skims = {key: kept for key, kept in self._skims.items() if not key}

    def _on_the_network(self, settings: Mapping[str, Setting]) -> Scenario:
        return frozenset(self.network.acting(settings).items())

    def shock(self, settings: Mapping[str, Setting], freight: np.ndarray | None = None) -> Shock:
        """What a scenario changes in the economy: trade costs, tariffs and productivities.

        freight: ratios (n, n, s) of iceberg costs, where they are known better than from the scenario alone.
        """
        return economic_shock(
            self.freight_cost_hat(settings) if freight is None else freight,
            self.measures,
            settings,
            self.tariffs.rate,
            self.base.economies,
            self.base.sectors,
        )

    def outcome(self, settings: Mapping[str, Setting]) -> Outcome:
        """The equilibrium of a scenario.

        Raises NotConvergedError when no equilibrium is reached to tolerance.
        """
        key = frozenset(settings.items())
        if key not in self._outcomes:
            shock = self.shock(settings)
            started = time.perf_counter()
            solution = solve(self.model, shock)
            self._percent[key] = 100.0 * (solution.real_income_hat - 1.0)
            self._outcomes[key] = Outcome(self._percent[key], solution)
            self.certificates.append(solution.certificate)
            self.seconds["equilibria"] += time.perf_counter() - started
            if len(self._outcomes) > _MOST_SOLUTIONS:
                self._outcomes.popitem(last=False)
        return self._outcomes[key]

    def percent(self, settings: Mapping[str, Setting]) -> np.ndarray:
        """Change (n,) of real income in per cent in a scenario; kept for all scenarios, whole solutions only for few.

        Raises NotConvergedError when no equilibrium is reached to tolerance.
        """
        known = self._percent.get(frozenset(settings.items()))
        return self.outcome(settings).percent if known is None else known
