"""An appraisal under uncertainty: draws of all inputs, what they give, and what drives it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import qmc

from landbridge.appraisal.coalitions import alignments_of
from landbridge.appraisal.options import Options
from landbridge.appraisal.pool import Shared, one_thread, run
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.uncertainty.drawer import Coalition, Drawer
from landbridge.appraisal.uncertainty.emulator import Indices, basis_of, quantile_grid, sobol_indices
from landbridge.appraisal.uncertainty.inputs import Uncertain, uncertain_inputs
from landbridge.appraisal.uncertainty.summary import Interval, interval_of
from landbridge.appraisal.work import WorkFile, check_code, code_hash, key_of
from landbridge.economy import draw_elasticities
from landbridge.errors import InputError, LandbridgeError, NotConvergedError, Problem
from landbridge.measures import Case
from landbridge.network import Network
from landbridge.world.economy_base import load_elasticities

# Draws in which the alignments are valued apart and together as well; each takes sixteen coalitions in place of one.
MOST_FOR_SYNERGIES = 32
# Draws that are also valued with all zones.
HELD_AGAINST = 6
FEWEST = 16
WORLD = "WLD"

Row = dict[str, Any]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Headline:
    """One figure with its interval. what: welfare or synergy. alignment: of a synergy. central: at mid values."""

    id: str
    what: str
    iso3: str
    alignment: str | None
    central: float
    interval: Interval


@dataclass(frozen=True)
class Uncertainty:
    """What the draws of a case say.

    draws: how many count; failed: those without an equilibrium or with a way of less than no cost, by reason.
    for_synergies: how many of the draws the synergies have. rejected: of the draws, those in which an elasticity left
    its bounds before it was drawn within them. indices: welfare headline -> by group, as in `uncertain.groups`.
    tornado: (h, g, 2) of the same headlines, groups at low and high. gap: (h,) root mean square of fewer less all
    zones, held_against draws; spread: (h,) standard deviation over the draws. worst_residual: of the equilibria.
    """

    uncertain: Uncertain
    seed: int
    draws: int
    failed: tuple[str, ...]
    for_synergies: int
    rejected: int
    headlines: tuple[Headline, ...]
    indices: dict[str, Indices]
    tornado: np.ndarray
    gap: np.ndarray
    spread: np.ndarray
    held_against: int
    zones: tuple[int, int]
    worst_residual: float
    seconds: float

    @property
    def welfare(self) -> list[Headline]:
        """The headlines of real income."""
        return [one for one in self.headlines if one.what == "welfare"]


def assess(
    appraiser: Appraiser,
    options: Options,
    network: Network | None = None,
    progress: Progress = lambda _: None,
) -> Uncertainty:
    """Appraises all measures of a case, and each alignment, under draws of everything uncertain.

    options: draws, seed, jobs, scheduler, resume. network: the user's own, the shipped one without. Raises InputError
    for fewer than sixteen draws, NotConvergedError when more than one draw in twenty has no result.
    """
    check_draws(options.draws)
    began = time.perf_counter()
    uncertain = uncertain_in(appraiser)
    points = sobol_points(options.draws, len(uncertain.inputs), options.seed)
    drawn = uncertain.drawn(points)
    pairs = alignments_of(appraiser.case.sides)
    pick = _Picked(appraiser)
    some = min(options.draws, MOST_FOR_SYNERGIES) if pairs else 0
    ends = [uncertain.one_at_a_time(group, end) for group in uncertain.groups for end in (0, 1)]
    checked = [int(k) for k in np.linspace(0, options.draws - 1, HELD_AGAINST)]
    jobs = [Job(row, k < some, False) for k, row in enumerate(drawn)]
    jobs += [Job(row, False, False) for row in ends] + [Job(drawn[k], False, True) for k in checked]
    drawer = make_drawer_for(appraiser)
    progress(f"draws: {len(uncertain.inputs)} uncertain inputs, {len(drawer.zones.number)} zones")
    found = _valued(drawer, jobs, appraiser, network, options, progress)
    reasons = {number: str(one["reason"]) for number, one in found.items() if one["reason"]}
    if 20 * len(reasons) > options.draws:
        raise NotConvergedError(
            f"{len(reasons)} of {options.draws} draws have no result: {next(iter(reasons.values()))}"
        )
    values = {number: pick(np.array(one["values"])) for number, one in found.items() if not one["reason"]}
    good = [k for k in range(options.draws) if k in values]
    welfare = np.array([values[k][0] for k in good])
    groups = list(uncertain.groups)
    grid = uncertain.drawn(np.repeat(quantile_grid()[:, None], drawn.shape[1], axis=1))
    basis = basis_of(drawn[good], grid)
    member = [groups.index(one.group) for one in uncertain.inputs]
    indices = {
        f"welfare.{iso3}": sobol_indices(basis, member, column)
        for iso3, column in zip(pick.iso3, welfare.T, strict=True)
    }
    middle = pick(drawer.middle_percents())
    in_pairs = np.array([values[k] for k in good if k < some])
    headlines = _headlines(pick, list(pairs), middle, welfare, in_pairs, options.seed)
    tornado = np.full((len(ends), len(pick.iso3)), np.nan)
    for place in range(len(ends)):
        if options.draws + place in values:
            tornado[place] = values[options.draws + place][0]
    both = [
        (values[k][0], values[number][0])
        for number, k in enumerate(checked, options.draws + len(ends))
        if k in values and number in values
    ]
    progress("draws: intervals and indices done")
    return Uncertainty(
        uncertain=uncertain,
        seed=options.seed,
        draws=len(good),
        failed=tuple(reasons.values()),
        for_synergies=len(in_pairs),
        rejected=_rejected(options.draws, options.seed),
        headlines=headlines,
        indices=indices,
        tornado=tornado.reshape(len(groups), 2, -1).transpose(2, 0, 1),
        gap=np.sqrt(np.mean([(fewer - all_zones) ** 2 for fewer, all_zones in both], axis=0)),
        spread=welfare.std(0),
        held_against=len(both),
        zones=(len(drawer.zones.number), len(appraiser.skimmer.zones)),
        worst_residual=max(float(one["gap"]) for one in found.values()),
        seconds=time.perf_counter() - began,
    )


def check_draws(draws: int) -> None:
    """Raises InputError for a number of draws that gives no interval."""
    if draws < FEWEST:
        message = f"{draws} are too few for an interval"
        raise InputError(Problem("--draws", message, f"give {FEWEST} or more, or 0 for none"))


def uncertain_in(appraiser: Appraiser) -> Uncertain:
    """The uncertain inputs of an appraiser's case; measures are counted by alignment."""
    sides = appraiser.case.sides
    settings = appraiser.settings_of_sides([side.id for side in sides])
    return uncertain_inputs(
        [appraiser.measures[name] for name in settings],
        settings,
        {side.id: side.alignment or side.id for side in sides},
        load_elasticities(),
        tuple(appraiser.classes),
    )


@dataclass(frozen=True)
class Job:
    """One draw to value. row: (d,) what is drawn. pairs: the alignments too. all_zones: as a check on the fewer."""

    row: np.ndarray
    pairs: bool
    all_zones: bool


@dataclass(frozen=True)
class Ready:
    """What a process needs to value draws."""

    drawer: Drawer
    uncertain: Uncertain


def make_drawer_for(appraiser: Appraiser) -> Drawer:
    """A drawer for a case's alignments and all its measures, prepared."""
    with one_thread():
        drawer = Drawer(appraiser)
        drawer.prepare(coalitions_for_draws(appraiser))
    return drawer


def make_ready(case: Case, network: Network | None, code: str) -> Ready:
    """See Ready; a function, so that other processes can import it. code: the program that asks, see code_hash.

    Raises InputError where this process runs another one.
    """
    check_code(code)
    with one_thread():
        appraiser = Appraiser(case, network=network)
    return Ready(make_drawer_for(appraiser), uncertain_in(appraiser))


def coalitions_for_draws(appraiser: Appraiser) -> list[Coalition]:
    """Everyone, then of each alignment side a, side b, and both."""
    sides = appraiser.case.sides
    apart = [one for a, b in alignments_of(sides).values() for one in ((a,), (b,), (a, b))]
    return [frozenset(side.id for side in sides), *(frozenset(one) for one in apart)]


def value_job(ready: Ready, task: tuple[int, Job]) -> tuple[int, Row]:
    """The value of a job as a row of plain data; a function, so that other processes can import it."""
    number, job = task
    drawer = ready.drawer
    drawer.appraiser.skimmer.jobs = 1
    coalitions = coalitions_for_draws(drawer.appraiser)
    drawer.worst_residual = 0.0
    method = drawer.percents_by_all_zones if job.all_zones else drawer.percents
    try:
        found = method(ready.uncertain.draw(job.row), coalitions if job.pairs else coalitions[:1])
    except LandbridgeError as error:
        return number, {"values": [], "gap": 0.0, "reason": str(error)}
    return number, {"values": found.tolist(), "gap": drawer.worst_residual, "reason": ""}


def _valued(
    drawer: Drawer,
    jobs: Sequence[Job],
    appraiser: Appraiser,
    network: Network | None,
    options: Options,
    progress: Progress,
) -> dict[int, Row]:
    """The rows of all jobs by number, those known from a run that was interrupted among them."""
    of_case = key_of(appraiser.case, network, options)
    key = hashlib.sha256(f"{of_case} draws {options.draws} seed {options.seed}".encode()).hexdigest()
    work = WorkFile(options.resume, "draws", key)
    missing = work.missing(range(len(jobs)))
    if len(missing) < len(jobs):
        progress(f"draws: {len(jobs) - len(missing)} known from a run that was interrupted")
    shared = Shared(key, make_ready, (appraiser.case, network, code_hash()))
    shared.hold(Ready(drawer, uncertain_in(appraiser)))
    tasks = [(number, jobs[number]) for number in missing]
    began = time.perf_counter()
    step = max(1, len(tasks) // 8)
    results = run(value_job, shared, tasks, jobs=options.jobs, scheduler=options.scheduler)
    for count, (number, row) in enumerate(results, 1):
        work.add({number: row})
        if count % step == 0 or count == len(tasks):
            each = (time.perf_counter() - began) / count
            progress(f"draws: {count} of {len(tasks)}, {each:.3f} s each")
    return work.rows


def _headlines(
    pick: _Picked,
    alignments: Sequence[str],
    middle: np.ndarray,
    welfare: np.ndarray,
    in_pairs: np.ndarray,
    seed: int,
) -> tuple[Headline, ...]:
    found = [
        Headline(f"welfare.{iso3}", "welfare", iso3, None, float(central), interval_of(column, seed))
        for iso3, central, column in zip(pick.iso3, middle[0], welfare.T, strict=True)
    ]
    for number, alignment in enumerate(alignments):
        central, drawn = _synergy(middle[None], number)[0], _synergy(in_pairs, number)
        for k in pick.of_synergies:
            iso3 = pick.iso3[k]
            found.append(
                Headline(
                    f"synergy.{alignment}.{iso3}", "synergy", iso3, alignment, float(central[k]),
                    interval_of(drawn[:, k], seed),
                )
            )  # fmt: skip
    return tuple(found)


def sobol_points(count: int, dimensions: int, seed: int) -> np.ndarray:
    """Scrambled Sobol points (count, d), the first of a power of two."""
    sampler = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    return np.asarray(sampler.random_base2(int(np.ceil(np.log2(count))))[:count])


def _synergy(values: np.ndarray, number: int) -> np.ndarray:
    """Synergy (k, e) of an alignment in draws (k, c, e): its coalitions follow that of everyone, three by three."""
    alone_a, alone_b, together = (values[:, 1 + 3 * number + place] for place in range(3))
    return np.asarray(together - alone_a - alone_b)


def _rejected(draws: int, seed: int) -> int:
    table = load_elasticities()
    found = draw_elasticities(table.theta, table.se, draws, seed=seed, groups=list(table.source))
    return int((~found.admissible).sum())


class _Picked:
    """The shown economies and the world, picked from changes of real income (k, n) in per cent."""

    def __init__(self, appraiser: Appraiser) -> None:
        economies, case = appraiser.base.economies, appraiser.case
        shown = [*case.parties, *case.neighbours]
        self.iso3 = [*shown, WORLD]
        self.of_synergies = [k for k, iso3 in enumerate(self.iso3) if iso3 in (*case.parties, WORLD)]
        self._rows = [economies.index(iso3) for iso3 in shown]
        income = appraiser.base.final_demand.sum(1)
        self._share = income / income.sum()

    def __call__(self, percent: np.ndarray) -> np.ndarray:
        return np.concatenate([percent[:, self._rows], (percent @ self._share)[:, None]], axis=1)
