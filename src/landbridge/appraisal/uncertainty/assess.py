"""An appraisal under uncertainty: draws of all inputs, what they give, and what drives it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import qmc

from landbridge.appraisal.options import Options
from landbridge.appraisal.pool import Shared, one_thread, run
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.uncertainty.drawer import Drawer
from landbridge.appraisal.uncertainty.emulator import Basis, Indices, basis_of, quantile_grid, sobol_indices
from landbridge.appraisal.uncertainty.figures import Figure, Figures
from landbridge.appraisal.uncertainty.inputs import Uncertain, uncertain_inputs
from landbridge.appraisal.uncertainty.summary import Interval, interval_of
from landbridge.appraisal.work import WorkFile, check_code, code_hash, key_of
from landbridge.economy import draw_elasticities
from landbridge.errors import InputError, LandbridgeError, NotConvergedError, Problem
from landbridge.measures import Case
from landbridge.network import Network
from landbridge.world.economy_base import load_elasticities
from landbridge.world.memory import keep

# Draws valued in full: the alignments apart and together, and freight. Each takes sixteen coalitions in place of one.
MOST_IN_FULL = 64
# Draws that are also valued with all zones, and those of them in full.
HELD_AGAINST, HELD_IN_FULL = 6, 2
FEWEST = 16

Row = dict[str, Any]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Headline:
    """One figure with its interval. central: at mid values. draws: how many the interval rests on."""

    figure: Figure
    central: float
    interval: Interval
    draws: int

    @property
    def id(self) -> str:
        """The figure's id."""
        return self.figure.id

    @property
    def p_sign(self) -> float | None:
        """The share of draws with the sign of the central figure; None where that is nothing."""
        if not self.central:
            return None
        return self.interval.p_positive if self.central > 0 else self.interval.p_negative


@dataclass(frozen=True)
class Uncertainty:
    """What the draws of a case say.

    draws: how many count; failed: those without an equilibrium or with a way of less than no cost, by reason.
    in_full: how many of the draws the synergies and freight have. rejected: of the draws, those in which an elasticity
    left its bounds before it was drawn within them. indices: headline -> by group, as in `uncertain.groups`.
    tornado: (h, g, 2) of the headlines, groups at low and high. gap: (h,) root mean square of fewer less all
    zones, in held_against draws, of all but real income in held_in_full; not a number without any. spread: (h,)
    standard deviation over the draws. worst_residual: of the equilibria.
    """

    uncertain: Uncertain
    seed: int
    draws: int
    failed: tuple[str, ...]
    in_full: int
    rejected: int
    headlines: tuple[Headline, ...]
    indices: dict[str, Indices]
    tornado: np.ndarray
    gap: np.ndarray
    spread: np.ndarray
    held_against: int
    held_in_full: int
    zones: tuple[int, int]
    worst_residual: float
    seconds: float


def assess(
    appraiser: Appraiser,
    options: Options,
    network: Network | None = None,
    progress: Progress = lambda _: None,
) -> Uncertainty:
    """Appraises all measures of a case, each alignment, and freight, under draws of everything uncertain.

    options: draws, seed, jobs, scheduler, resume. network: the user's own, the shipped one without. Raises InputError
    for fewer than sixteen draws, NotConvergedError when more than one draw in twenty has no result.
    """
    check_draws(options.draws)
    began = time.perf_counter()
    uncertain = uncertain_in(appraiser)
    groups = list(uncertain.groups)
    figures = Figures(appraiser, groups)
    drawn = uncertain.drawn(sobol_points(options.draws, len(uncertain.inputs), options.seed))
    count, some = options.draws, min(options.draws, MOST_IN_FULL)
    every = tuple(figures.sets)
    checked = [int(k) for k in np.linspace(0, some - 1, HELD_AGAINST)]
    jobs = [Job(row, every if k < some else (), k < some, False) for k, row in enumerate(drawn)]
    jobs += [
        Job(uncertain.one_at_a_time(group, end), figures.moved_by(group), True, False)
        for group in groups
        for end in (0, 1)
    ]
    jobs += [
        Job(drawn[k], every if n < HELD_IN_FULL else (), n < HELD_IN_FULL, True)
        for n, k in enumerate(checked)
    ]
    drawer = make_drawer_for(appraiser)
    progress(f"draws: {len(uncertain.inputs)} uncertain inputs, {len(drawer.zones.number)} zones")
    found = _valued(drawer, jobs, appraiser, network, options, progress)
    reasons = {number: str(found[number]["reason"]) for number in range(count) if found[number]["reason"]}
    if 20 * len(reasons) > count:
        raise NotConvergedError(
            f"{len(reasons)} of {count} draws have no result: {next(iter(reasons.values()))}"
        )
    values = np.full((len(jobs), len(figures.list)), np.nan)
    for number, one in found.items():
        if not one["reason"]:
            freight = None if one["freight"] is None else np.array(one["freight"])
            values[number] = figures(np.array(one["percents"]), jobs[number].sets, freight)
    middle = drawer.middle(figures.coalitions(every))
    central = figures(middle.percents, every, middle.freight)
    of_draws, of_ends, of_all_zones = np.split(values, [count, len(jobs) - len(checked)])
    headlines, indices = summed_up(figures.list, uncertain, drawn, of_draws, central, options.seed)
    good = np.isfinite(of_draws[:, 0])
    apart = of_draws[checked] - of_all_zones
    there = np.isfinite(apart).sum(0)
    squares = np.where(np.isfinite(apart), apart, 0.0) ** 2
    progress("draws: intervals and indices done")
    return Uncertainty(
        uncertain=uncertain,
        seed=options.seed,
        draws=int(good.sum()),
        failed=tuple(reasons.values()),
        in_full=int(good[:some].sum()),
        rejected=_rejected(count, options.seed),
        headlines=headlines,
        indices=indices,
        tornado=_tornado(figures.list, groups, of_ends, central),
        gap=np.where(there > 0, np.sqrt(squares.sum(0) / np.maximum(there, 1)), np.nan),
        spread=np.nanstd(of_draws, axis=0),
        held_against=int(np.isfinite(apart[:, 0]).sum()),
        held_in_full=int(np.isfinite(apart[:HELD_IN_FULL, 0]).sum()),
        zones=(len(drawer.zones.number), len(appraiser.skimmer.zones)),
        worst_residual=max(float(one["gap"]) for one in found.values()),
        seconds=time.perf_counter() - began,
    )


def summed_up(
    figures: Sequence[Figure],
    uncertain: Uncertain,
    drawn: np.ndarray,
    values: np.ndarray,
    central: np.ndarray,
    seed: int,
) -> tuple[tuple[Headline, ...], dict[str, Indices]]:
    """Intervals and indices of the figures from their values (k, f) in the draws (k, d), as far as they have them."""
    groups = list(uncertain.groups)
    member = [groups.index(one.group) for one in uncertain.inputs]
    grid = uncertain.drawn(np.repeat(quantile_grid()[:, None], drawn.shape[1], axis=1))
    bases: dict[bytes, Basis] = {}
    headlines, indices = [], {}
    for place, figure in enumerate(figures):
        there = np.isfinite(values[:, place])
        column, key = values[there, place], there.tobytes()
        if key not in bases:
            bases[key] = basis_of(drawn[there], grid)
        # What cannot move a figure is no candidate for its polynomial, and has an index of zero for certain.
        moving = [one.group in figure.groups for one in uncertain.inputs]
        indices[figure.id] = sobol_indices(bases[key].only(moving), member, column)
        headlines.append(Headline(figure, float(central[place]), interval_of(column, seed), int(there.sum())))
    return tuple(headlines), indices


def _tornado(
    figures: Sequence[Figure], groups: Sequence[str], ends: np.ndarray, central: np.ndarray
) -> np.ndarray:
    """The figures (f, g, 2) with each group at its ends, from values (2 g, f); central where it cannot move them."""
    found = ends.reshape(len(groups), 2, -1).transpose(2, 0, 1).copy()
    for row, figure in enumerate(figures):
        for column, group in enumerate(groups):
            if group not in figure.groups:
                found[row, column] = central[row]
    return found


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
    """One draw to value. row: (d,) what is drawn. sets: of Figures, to value apart and together. freight: that too.

    all_zones: as a check on the fewer.
    """

    row: np.ndarray
    sets: tuple[str, ...]
    freight: bool
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
        figures = Figures(appraiser, uncertain_in(appraiser).groups)
        drawer.prepare(figures.coalitions(tuple(figures.sets)))
    return drawer


def make_ready(case: Case, network: Network | None, code: str) -> Ready:
    """See Ready; a function, so that other processes can import it. code: the program that asks, see code_hash.

    Raises InputError where this process runs another one.
    """
    check_code(code)
    with one_thread():
        appraiser = Appraiser(case, network=network)
    return Ready(make_drawer_for(appraiser), uncertain_in(appraiser))


def value_job(ready: Ready, task: tuple[int, Job]) -> tuple[int, Row]:
    """The value of a job as a row of plain data; a function, so that other processes can import it."""
    keep()
    number, job = task
    drawer = ready.drawer
    drawer.appraiser.skimmer.jobs = 1
    coalitions = Figures(drawer.appraiser, ready.uncertain.groups).coalitions(job.sets)
    drawer.worst_residual = 0.0
    try:
        draw = ready.uncertain.draw(job.row)
        found = drawer.valued(draw, coalitions, freight=job.freight, all_zones=job.all_zones)
    except LandbridgeError as error:
        return number, {"percents": [], "freight": None, "gap": 0.0, "reason": str(error)}
    freight = None if found.freight is None else found.freight.tolist()
    return number, {
        "percents": found.percents.tolist(),
        "freight": freight,
        "gap": drawer.worst_residual,
        "reason": "",
    }


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
    # The longest first, so that no process is left alone with one at the end.
    longest = sorted(missing, key=lambda k: (not jobs[k].all_zones, -len(jobs[k].sets), k))
    tasks = [(number, jobs[number]) for number in longest]
    began = time.perf_counter()
    step = max(1, len(tasks) // 8)
    results = run(value_job, shared, tasks, jobs=options.jobs, scheduler=options.scheduler)
    for count, (number, row) in enumerate(results, 1):
        work.add({number: row})
        if count % step == 0 or count == len(tasks):
            each = (time.perf_counter() - began) / count
            progress(f"draws: {count} of {len(tasks)}, {each:.3f} s each")
    return work.rows


def sobol_points(count: int, dimensions: int, seed: int) -> np.ndarray:
    """Scrambled Sobol points (count, d), the first of a power of two."""
    sampler = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    return np.asarray(sampler.random_base2(int(np.ceil(np.log2(count))))[:count])


def _rejected(draws: int, seed: int) -> int:
    table = load_elasticities()
    found = draw_elasticities(table.theta, table.se, draws, seed=seed, groups=list(table.source))
    return int((~found.admissible).sum())
