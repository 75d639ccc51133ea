"""The values of coalitions of programme sides: one network state for many of them, equilibria from fixed starts.

A coalition is a number: bit k is set where the k-th side is in it. Sides that act on the network give it its state;
coalitions that differ only in the other sides share that state and are valued together, as one unit. The states are
taken in the order of a Gray code, in which neighbours differ by one side, so that most of a state is known from the
one before. Where an equilibrium starts from follows from the coalition alone; so nothing depends on the order, the
number of processes, or whether a run was interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from landbridge.appraisal.options import Options
from landbridge.appraisal.pool import Shared, in_a_child, run
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.work import WorkFile
from landbridge.economy import Model, Shock, Solution
from landbridge.economy.solver import solve_from, starting_point
from landbridge.network.apply import concerned_pairs

TOLERANCE = 1e-10
_MOST_ROUNDS = 2000
# What one task holds at most: enough to use what neighbours share, little enough to lose when a run is killed. Few
# coalitions make smaller tasks, so that all processes have some.
_STATES_A_TASK = 8
_COALITIONS_A_TASK = 64
_LEAST_TASKS = 32

Task = tuple[int, ...]
Row = dict[str, object]


@dataclass(frozen=True)
class Values:
    """Coalitions and what they are worth.

    sides: (p,) ids, side k is bit k. rows: (c,) coalitions, rising. percent: (c, n) change of real income in per cent.
    residual, walras, homogeneity: the worst of their certificates. network_states: how many different ones there are.
    """

    sides: tuple[str, ...]
    rows: np.ndarray
    percent: np.ndarray
    residual: float
    walras: float
    homogeneity: float
    network_states: int

    @property
    def complete(self) -> bool:
        """Whether every coalition is valued."""
        return len(self.rows) == 1 << len(self.sides)

    def of(self, sides: Collection[str]) -> np.ndarray:
        """The value (n,) of a coalition given by its sides. Raises KeyError where it was not valued."""
        row = sum(1 << self.sides.index(side) for side in sides)
        at = int(np.searchsorted(self.rows, row))
        if at == len(self.rows) or self.rows[at] != row:
            raise KeyError(f"coalition {sorted(sides)} was not valued")
        return np.asarray(self.percent[at])


@dataclass(frozen=True)
class Plan:
    """How the coalitions of a case are taken.

    sides: ids. network: bits of the sides that act on the network, those that act on the least freight first.
    """

    sides: tuple[str, ...]
    network: tuple[int, ...]

    @property
    def mask(self) -> int:
        """The sides that act on the network, as a coalition."""
        return sum(1 << bit for bit in self.network)

    def rank(self, row: int) -> int:
        """The place of a coalition's network state in the Gray code's order; sides that act widely change least."""
        gray = sum((row >> bit & 1) << place for place, bit in enumerate(self.network))
        rank = 0
        while gray:
            rank ^= gray
            gray >>= 1
        return rank

    def tasks(self, rows: Iterable[int]) -> list[Task]:
        """Coalitions in tasks of neighbouring network states."""
        ordered = sorted(rows, key=lambda row: (self.rank(row), row))
        units = [list(unit) for _, unit in groupby(ordered, key=lambda row: row & self.mask)]
        most_states = min(_STATES_A_TASK, -(-len(units) // _LEAST_TASKS))
        most = min(_COALITIONS_A_TASK, max(most_states, -(-len(ordered) // _LEAST_TASKS)))
        tasks: list[list[int]] = []
        states = 0
        for unit in units:
            for start in range(0, len(unit), most):
                part = unit[start : start + most]
                if not tasks or states == most_states or len(tasks[-1]) + len(part) > most:
                    tasks.append([])
                    states = 0
                tasks[-1] += part
                states += 1
        return [tuple(task) for task in tasks]


def plan_of(appraiser: Appraiser) -> Plan:
    """The plan of an appraiser's case."""
    sides = tuple(side.id for side in appraiser.case.sides)
    reach = {}
    for bit, side in enumerate(sides):
        acting = appraiser.network.acting(appraiser.settings_of_sides([side]))
        if acting:
            traffic = [appraiser.network.compiled[name].traffic for name in acting]
            reach[bit] = max(int(concerned_pairs(one, appraiser.skimmer.zone_iso3).sum()) for one in traffic)
    return Plan(sides, tuple(sorted(reach, key=lambda bit: (reach[bit], bit))))


class Valuer:
    """Values coalitions in one process."""

    def __init__(self, appraiser: Appraiser) -> None:
        self.appraiser = appraiser
        self.plan = plan_of(appraiser)
        self._steps: dict[int, np.ndarray] = {}

    def alone(self) -> Appraiser:
        """The appraiser, in one thread where this process is one of several."""
        if in_a_child():
            self.appraiser.skimmer.jobs = 1
        return self.appraiser

    def rows(self, task: Task) -> tuple[dict[int, Row], dict[str, float]]:
        """The rows of a task's coalitions, and the seconds spent on the network and on equilibria."""
        spent = {"network": 0.0, "equilibria": 0.0}
        found: dict[int, Row] = {}
        mask = self.plan.mask
        for state, unit in groupby(task, key=lambda row: row & mask):
            started = time.process_time()
            shock = self.alone().shock(self._settings(state))
            spent["network"] += time.process_time() - started
            started = time.process_time()
            model = self.appraiser.model
            alone = _solved(model, shock, starting_point(model, None))
            point = starting_point(model, alone)
            for row in unit:
                solution = alone
                if row != state:
                    start = point + sum(self._step(bit) for bit in _bits(row & ~mask))
                    solution = _solved(model, self.appraiser.shock(self._settings(row)), start)
                found[row] = _row(solution)
            spent["equilibria"] += time.process_time() - started
        return found, spent

    def _settings(self, row: int) -> dict:
        return self.appraiser.settings_of_sides([self.plan.sides[bit] for bit in _bits(row)])

    def _step(self, bit: int) -> np.ndarray:
        """What a side that does not act on the network changes by itself, as a point of the solver."""
        if bit not in self._steps:
            model = self.appraiser.model
            shock = self.appraiser.shock(self._settings(1 << bit))
            self._steps[bit] = starting_point(model, _solved(model, shock, starting_point(model, None)))
        return self._steps[bit]


def _solved(model: Model, shock: Shock, start: np.ndarray) -> Solution:
    return solve_from(model, shock, start, TOLERANCE, _MOST_ROUNDS)


def _bits(row: int) -> list[int]:
    return [bit for bit in range(row.bit_length()) if row >> bit & 1]


def _row(solution: Solution) -> Row:
    certificate = solution.certificate
    return {
        "percent": (100.0 * (solution.real_income_hat - 1.0)).tolist(),
        "gaps": [certificate.max_residual, certificate.walras_gap, certificate.homogeneity_gap],
    }


def value_task(valuer: Valuer, task: Task) -> tuple[dict[int, Row], dict[str, float]]:
    """See Valuer.rows; a function, so that other processes can import it."""
    return valuer.rows(task)


class Coalitions:
    """Values the coalitions of a case as they are asked for, each once.

    shared: makes a Valuer. work: where rows are kept. said: called with how many of how many are done.
    """

    def __init__(
        self,
        valuer: Valuer,
        shared: Shared,
        work: WorkFile,
        options: Options,
        said: Callable[[int, int], None],
    ) -> None:
        self.plan, self.work = valuer.plan, work
        self.economies = valuer.appraiser.base.economies
        self._valuer, self._shared, self._options, self._said = valuer, shared, options, said
        self.seconds = {"network": 0.0, "equilibria": 0.0}
        self.solved = 0

    def value(self, rows: Sequence[int]) -> None:
        """Values those of some coalitions that are not known yet."""
        missing = self.work.missing(list(dict.fromkeys(rows)))
        if not missing:
            return
        self._shared.hold(self._valuer)
        done = 0
        results = run(
            value_task,
            self._shared,
            self.plan.tasks(missing),
            jobs=self._options.jobs,
            scheduler=self._options.scheduler,
        )
        for found, spent in results:
            self.work.add(found)
            done += len(found)
            self.solved += len(found)
            for what, seconds in spent.items():
                self.seconds[what] += seconds
            self._said(done, len(missing))

    def percent(self, row: int) -> np.ndarray:
        """The value (n,) of a coalition that was valued."""
        return np.array(self.work.rows[row]["percent"])

    def values(self, rows: Iterable[int]) -> Values:
        """The values of some coalitions that were valued."""
        ordered = sorted(set(rows))
        gaps = np.array([self.work.rows[row]["gaps"] for row in ordered]).max(0)
        return Values(
            sides=self.plan.sides,
            rows=np.array(ordered),
            percent=np.array([self.percent(row) for row in ordered]),
            residual=float(gaps[0]),
            walras=float(gaps[1]),
            homogeneity=float(gaps[2]),
            network_states=len({row & self.plan.mask for row in ordered}),
        )
