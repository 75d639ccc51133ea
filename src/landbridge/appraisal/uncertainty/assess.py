"""An appraisal under uncertainty: draws of all inputs, what they give, and what drives it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import qmc

from landbridge.appraisal.coalitions import alignments_of
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.uncertainty.drawer import Coalition, Drawer
from landbridge.appraisal.uncertainty.emulator import Indices, basis_of, quantile_grid, sobol_indices
from landbridge.appraisal.uncertainty.inputs import Draw, Uncertain, uncertain_inputs
from landbridge.appraisal.uncertainty.summary import Interval, interval_of
from landbridge.economy import draw_elasticities
from landbridge.errors import InputError, LandbridgeError, NotConvergedError, Problem
from landbridge.world.economy_base import load_elasticities

# Draws in which the alignments are valued apart and together as well; each takes sixteen coalitions in place of one.
MOST_FOR_SYNERGIES = 32
# Draws that are also valued with all zones.
HELD_AGAINST = 6
WORLD = "WLD"

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
    for_synergies: how many of the draws the synergies have. rejected: of the draws, those in which an elasticity left its
    bounds before it was drawn within them. indices: welfare headline -> by group, in the order of `uncertain.groups`.
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
    appraiser: Appraiser, *, draws: int, seed: int = 1, jobs: int = 1, progress: Progress = lambda _: None
) -> Uncertainty:
    """Appraises all measures of a case, and each alignment, under draws of everything uncertain.

    jobs: threads; they change no figure. Raises InputError for fewer than eight draws, NotConvergedError when more than
    one draw in twenty has no result.
    """
    if draws < 8:
        raise InputError(
            Problem("--draws", f"{draws} are too few for an interval", "give 8 or more, or 0 for none")
        )
    began = time.perf_counter()
    case = appraiser.case
    everyone = frozenset(side.id for side in case.sides)
    settings = appraiser.settings_of_sides(everyone)
    uncertain = uncertain_inputs(
        [appraiser.measures[name] for name in settings],
        settings,
        {side.id: side.alignment or side.id for side in case.sides},
        load_elasticities(),
        tuple(appraiser.classes),
    )
    drawn = uncertain.drawn(sobol_points(draws, len(uncertain.inputs), seed))
    pairs = alignments_of(case.sides)
    apart: list[Coalition] = [
        frozenset(one) for a, b in pairs.values() for one in ((a,), (b,), (a, b))
    ]
    drawer = Drawer(appraiser)
    progress(f"draws: {len(drawer.zones.number)} zones, {len(uncertain.inputs)} uncertain inputs")
    drawer.prepare([everyone, *apart])
    pick = _Picked(appraiser)
    with ThreadPoolExecutor(jobs) as pool:

        def values(rows: np.ndarray, coalitions: Sequence[Coalition], all_zones: bool = False) -> list[np.ndarray | str]:
            method = drawer.percents_by_all_zones if all_zones else drawer.percents
            found: list[np.ndarray | str] = []
            made = (uncertain.draw(row) for row in rows)
            for result in pool.map(partial(_attempt, method, coalitions), made):
                found.append(result if isinstance(result, str) else pick(result))
                if len(found) % 64 == 0:
                    progress(f"draws: {len(found)} of {len(rows)}")
            return found

        some = min(draws, MOST_FOR_SYNERGIES) if apart else 0
        first = values(drawn[:some], [everyone, *apart])
        rest = values(drawn[some:], [everyone])
        ends = [
            uncertain.one_at_a_time(group, end) for group in uncertain.groups for end in (0, 1)
        ]
        at_ends = values(np.array(ends), [everyone])
        checked = np.linspace(0, draws - 1, HELD_AGAINST).astype(int)
        exact = values(drawn[checked], [everyone], True)
        good = [k for k, one in enumerate([*first, *rest]) if not isinstance(one, str)]
        failed = tuple(one for one in [*first, *rest, *at_ends, *exact] if isinstance(one, str))
        if 20 * len(failed) > draws:
            raise NotConvergedError(f"{len(failed)} of {draws} draws have no result: {failed[0]}")
        welfare = np.array([one[0] for one in [*first, *rest] if not isinstance(one, str)])
        grid = uncertain.drawn(np.repeat(quantile_grid()[:, None], len(uncertain.inputs), axis=1))
        basis = basis_of(drawn[good], grid)
        order = list(uncertain.groups)
        groups = [order.index(one.group) for one in uncertain.inputs]
        indices = list(pool.map(partial(sobol_indices, basis, groups), welfare.T))
    progress("draws: indices done")
    middle = pick(np.array([appraiser.outcome(appraiser.settings_of_sides(one)).percent for one in [everyone, *apart]]))
    headlines = [
        Headline(f"welfare.{iso3}", "welfare", iso3, None, float(central), interval_of(column, seed))
        for iso3, central, column in zip(pick.iso3, middle[0], welfare.T, strict=True)
    ]
    with_pairs = np.array([one for one in first if not isinstance(one, str)])
    for number, alignment in enumerate(pairs):
        of = _synergy(with_pairs, number) if some else np.zeros((0, 0))
        for k in pick.of_synergies:
            headlines.append(
                Headline(
                    f"synergy.{alignment}.{pick.iso3[k]}", "synergy", pick.iso3[k], alignment,
                    float(_synergy(middle[None], number)[0, k]), interval_of(of[:, k], seed),
                )
            )  # fmt: skip
    by_fewer = np.array([first[k][0] if k < some else rest[k - some][0] for k in checked])
    return Uncertainty(
        uncertain=uncertain,
        seed=seed,
        draws=len(good),
        failed=failed,
        for_synergies=len(with_pairs),
        rejected=_rejected(draws, seed),
        headlines=tuple(headlines),
        indices={f"welfare.{iso3}": one for iso3, one in zip(pick.iso3, indices, strict=True)},
        tornado=np.array([one[0] for one in at_ends]).reshape(len(order), 2, -1).transpose(2, 0, 1),
        gap=np.sqrt(np.mean((by_fewer - np.array([one[0] for one in exact])) ** 2, axis=0)),
        spread=welfare.std(0),
        held_against=len(checked),
        zones=(len(drawer.zones.number), len(appraiser.skimmer.zones)),
        worst_residual=drawer.worst_residual,
        seconds=time.perf_counter() - began,
    )


def sobol_points(count: int, dimensions: int, seed: int) -> np.ndarray:
    """Scrambled Sobol points (count, d), the first of a power of two."""
    sampler = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    return np.asarray(sampler.random_base2(int(np.ceil(np.log2(count))))[:count])


def _attempt(
    method: Callable[[Draw, Sequence[Coalition]], np.ndarray], coalitions: Sequence[Coalition], draw: Draw
) -> np.ndarray | str:
    try:
        return method(draw, coalitions)
    except LandbridgeError as error:
        return str(error)


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
