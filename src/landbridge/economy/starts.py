"""Whether another equilibrium can be found: the same shock solved from many starting points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landbridge.economy.model import Model
from landbridge.economy.shock import Shock
from landbridge.economy.solution import Solution
from landbridge.economy.solver import solve_from, starting_point
from landbridge.errors import InputError, NotConvergedError, Problem


@dataclass(frozen=True)
class MultiStart:
    """What several starts led to.

    distinct: solutions whose real incomes differ, the one from the base first. reached: (count,) which of them each
    start led to, -1 where it led nowhere. furthest: largest relative difference of real income among starts that
    reached the same solution. failures: messages of the starts that led nowhere.
    """

    distinct: tuple[Solution, ...]
    reached: np.ndarray
    furthest: float
    failures: tuple[str, ...]

    @property
    def unique(self) -> bool:
        """Whether every start that led anywhere led to the same equilibrium."""
        return len(self.distinct) == 1


def multi_start(
    model: Model,
    shock: Shock,
    *,
    count: int = 8,
    spread: float = 0.5,
    seed: int = 0,
    tolerance: float = 1e-10,
    same: float = 1e-6,
) -> MultiStart:
    """Solves from the base and from count - 1 random points about it.

    spread: standard deviation of log wages, prices and spending at the random points. same: relative difference of real
    income below which two solutions are one. Finding one equilibrium is no proof that there is no other.

    Raises InputError for no starts at all or a spread that is negative or not finite, NotConvergedError when no start
    leads anywhere.
    """
    problems = [] if count >= 1 else [Problem("count", f"is {count}", "1 or more")]
    if not (np.isfinite(spread) and spread >= 0):
        problems.append(Problem("spread", f"is {spread:g}", "a finite number, 0 or more"))
    if problems:
        raise InputError(problems)
    draw = np.random.default_rng(seed)
    origin = starting_point(model, None)
    distinct: list[Solution] = []
    reached = np.full(count, -1)
    failures = []
    furthest = 0.0
    for k in range(count):
        point = origin if k == 0 else origin + spread * draw.normal(size=origin.size)
        try:
            # Parts of the shock would start from the base, and say nothing about this point.
            found = solve_from(model, shock, point, tolerance, 2000, by_parts=k == 0)
        except NotConvergedError as error:
            failures.append(str(error))
            continue
        for index, known in enumerate(distinct):
            apart = float(np.abs(np.log(found.real_income_hat / known.real_income_hat)).max())
            if apart < same:
                reached[k], furthest = index, max(furthest, apart)
                break
        else:
            reached[k] = len(distinct)
            distinct.append(found)
    if not distinct:
        raise NotConvergedError(f"none of {count} starts led to an equilibrium: {failures[0]}")
    return MultiStart(tuple(distinct), reached, furthest, tuple(failures))
