"""Exact figures of a scenario, with something shut or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from landbridge.appraisal.scenario import Appraiser, Outcome
from landbridge.appraisal.shown import TABLE_CLASS
from landbridge.economy import solve
from landbridge.errors import InputError, Problem
from landbridge.measures import Setting
from landbridge.network import ClassSkim, cost_hat, iceberg_costs
from landbridge.network.closures import ShutWorld, find_closures


class Solved:
    """A scenario solved: the outcome, over the open world without measures, and the skims behind it.

    shut: what is closed, by name. Raises InputError for an unknown name, and where a closure leaves people without any
    way; NotConvergedError where no equilibrium is reached.
    """

    def __init__(self, appraiser: Appraiser, settings: Mapping[str, Setting], shut: Sequence[str]) -> None:
        self._appraiser, self._settings = appraiser, settings
        self._skims: dict[str, ClassSkim] | None = None
        if not shut:
            self.outcome = appraiser.outcome(settings)
            return
        try:
            closures = find_closures(appraiser.network.network, shut)
            world = ShutWorld(appraiser.network, appraiser.skimmer, closures, appraiser.baseline_skims)
        except InputError as error:
            places = [Problem(p.place.removeprefix("--"), p.message, p.remedy) for p in error.problems]
            raise InputError(places) from error
        self._skims = world.skims(settings, parts_of=(TABLE_CLASS,))
        costs = iceberg_costs(self._skims, appraiser.classes, appraiser.weights)
        hat = cost_hat(appraiser.baseline_iceberg, costs, appraiser.classes, appraiser.base.sectors)
        solution = solve(appraiser.model, appraiser.shock(settings, hat))
        self.outcome = Outcome(100.0 * (solution.real_income_hat - 1.0), solution)

    def skims(self) -> dict[str, ClassSkim]:
        """Skims of the scenario, those of the table's class with their parts."""
        if self._skims is None:
            self._skims = self._appraiser.skims(self._settings, with_parts=True)
        return self._skims
