"""Solves for an equilibrium: wages, prices and spending together, in logs, accelerated, from any start.

Each round evaluates the equations once (`equations.one_round`) and Anderson's method combines the rounds. Where that
fails, the shock is taken in parts, each solved from the last.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from landbridge.economy.anderson import Anderson
from landbridge.economy.certificate import certify
from landbridge.economy.equations import coefficients, one_round, unpack
from landbridge.economy.model import Model
from landbridge.economy.shock import (
    Shock,
    endowed_income,
    new_tariff,
    new_theta,
    reweighted,
    transfers,
    unit_cost_hat,
)
from landbridge.economy.solution import Certificate, Solution
from landbridge.economy.welfare import price_index_hat
from landbridge.errors import InputError, NotConvergedError, Problem

_MEMORY = 12
# A round whose gap exceeds the best so far by this factor restarts the acceleration from the best point.
_WORSE = 1e3
# Rounds without a halving of the best gap after which an attempt is given up.
_PATIENCE = 120
# The smallest part of a shock that is tried on its own.
_LEAST_PART = 1.0 / 256.0


def solve(
    model: Model,
    shock: Shock,
    start: Solution | None = None,
    *,
    tolerance: float = 1e-10,
    max_iterations: int = 2000,
) -> Solution:
    """The equilibrium after a shock.

    start: a nearby solution of the same economies and sectors, to begin from. tolerance: largest relative gap left in
    any price, goods market or labour market. max_iterations: rounds in all, also over the parts of a shock.

    Raises InputError for a shock or a start that does not fit the model, NotConvergedError when the gaps stay above the
    tolerance, or when the equations hold with an income that is not positive.
    """
    return solve_from(model, shock, starting_point(model, start), tolerance, max_iterations)


def solve_from(
    model: Model,
    shock: Shock,
    point: np.ndarray,
    tolerance: float,
    max_iterations: int,
    *,
    by_parts: bool = True,
) -> Solution:
    """As `solve`, from a point (n + 2 n s,).

    by_parts: whether to try parts of the shock, from the base, where the point leads nowhere.
    """
    began = time.perf_counter()
    shock.check(model)
    search = _Search(model, tolerance, max_iterations)
    found = search.attempt(shock, point)
    search.whole = min((gap for gap in search.history if np.isfinite(gap)), default=np.inf)
    if found is None and by_parts:
        found = search.by_parts(shock)
    if found is None:
        raise NotConvergedError(search.complaint(), search.history)
    check_incomes(model, found)
    seconds = time.perf_counter() - began
    return replace(found, certificate=replace(found.certificate, seconds=seconds))


class _Search:
    """Attempts at one equilibrium, and the history of their gaps."""

    def __init__(self, model: Model, tolerance: float, max_iterations: int) -> None:
        self.model = model
        self.tolerance = tolerance
        self.left = max_iterations
        self.history: list[float] = []
        self.whole = np.inf
        self.done = 0.0

    def attempt(self, shock: Shock, point: np.ndarray) -> Solution | None:
        """The solution, or None when the gaps stop falling or the rounds run out."""
        weight = reweighted(self.model, shock)
        c = coefficients(self.model, shock, weight)
        has_tariff = c.net_weight is not c.weight
        memory = Anderson(point.size, _MEMORY)
        best, halved, since = (np.inf, point), np.inf, 0
        damping = 1.0
        goal = self.tolerance / 4.0
        while self.left > 0 and since < _PATIENCE:
            self.left -= 1
            with np.errstate(all="ignore"):
                gap, step = one_round(np, c, point, has_tariff)
            self.history.append(float(gap))
            # The certificate also counts what a gap in prices does to shares, sales and incomes.
            if gap <= goal:
                solution = solution_at(self.model, shock, point, len(self.history), weight)
                if solution.certificate.max_residual <= self.tolerance:
                    return solution
                goal = gap / 4.0
            since = 0 if gap < 0.5 * halved else since + 1
            halved = gap if since == 0 else halved
            if gap < best[0]:
                best = (gap, point)
            if not np.isfinite(gap) or not np.isfinite(step).all() or gap > _WORSE * best[0]:
                # Back to the best point, with shorter steps from there.
                damping *= 0.5
                memory.forget()
                if not np.isfinite(best[0]) or damping < 1e-3:
                    return None
                point = best[1]
                with np.errstate(all="ignore"):
                    _, step = one_round(np, c, point, has_tariff)
            point = memory.next(point, damping * step)
            damping = min(1.0, 1.1 * damping)
        return None

    def by_parts(self, shock: Shock) -> Solution | None:
        """The solution, reached over parts of the shock from the base; None when a small part fails."""
        done, size = 0.0, 0.25
        found: Solution | None = None
        while done < 1.0 and self.left > 0:
            upto = min(1.0, done + size)
            part = shock if upto == 1.0 else shock.part(self.model, upto)
            reached = self.attempt(part, starting_point(self.model, found))
            if reached is None:
                size *= 0.5
                if size < _LEAST_PART:
                    return None
                continue
            found, done, size = reached, upto, 1.5 * size
            self.done = done
        return found if done == 1.0 else None

    def complaint(self) -> str:
        """What happened, and what to try."""
        text = (
            f"no equilibrium within {self.tolerance:g} after {len(self.history)} rounds: the smallest gap was "
            f"{self.whole:.2e}, and {100.0 * self.done:.0f} % of the shock could be solved by parts; split the shock "
            "into smaller ones and start each from the last solution, allow more rounds, or look for very large trade "
            "elasticities and cost changes"
        )
        if self.model.closure.has_deficits:
            text += "; deficits are held, and an economy that cannot trade cannot have one: try the balanced closure"
        return text


def starting_point(model: Model, start: Solution | None) -> np.ndarray:
    """Log wages, prices and spending over base (n + 2 n s,): those of a solution, or zeros."""
    n, s = model.size
    if start is None:
        return np.zeros(n + 2 * n * s)
    if start.expenditure.shape != (n, s):
        raise InputError(
            Problem("start", f"is a solution of size {start.expenditure.shape}", f"one of size {(n, s)}")
        )
    ratio = start.expenditure / np.where(model.bought, model.expenditure, 1.0)
    spending = np.where(model.bought & (ratio > 0), ratio, 1.0)
    price = np.where(model.bought, start.price_hat, 1.0)
    return np.concatenate([np.log(start.wage_hat), np.log(price).ravel(), np.log(spending).ravel()])


def solution_at(
    model: Model, shock: Shock, point: np.ndarray, iterations: int, weight: np.ndarray | None = None
) -> Solution:
    """The arrays of a solved point (n + 2 n s,), with their certificate.

    weight: (n, n, s) of `reweighted`, where it is known.
    """
    if weight is None:
        weight = reweighted(model, shock)
    log_wage, log_price, log_spending = unpack(point, *model.size)
    wage_hat, price_hat = np.exp(log_wage), np.exp(log_price)
    tariff = new_tariff(model, shock)
    cost = unit_cost_hat(model, shock, wage_hat, price_hat)
    theta, log_cost = new_theta(model, shock), np.log(cost)
    # Costs and prices are counted from their mean so that large elasticities do not overflow.
    level = log_cost.mean(0)
    import_share = weight * np.exp(-theta * (log_cost - level))[:, None, :]
    import_share *= np.exp(theta * (log_price - level))
    expenditure = model.expenditure * np.exp(log_spending)
    trade = import_share * expenditure
    labour_income = wage_hat * endowed_income(model, shock)
    rule = model.closure.plus(transfers(model, shock))
    income = labour_income + rule.deficit(labour_income)
    if tariff.any():
        trade = trade / (1.0 + tariff)
        income = income + (tariff * trade).sum((0, 2))
    index = price_index_hat(model, price_hat)
    solution = Solution(
        wage_hat=wage_hat,
        price_hat=price_hat,
        price_index_hat=index,
        expenditure=expenditure,
        import_share=import_share,
        trade=trade,
        real_income_hat=income / model.income / index,
        income=income,
        certificate=Certificate(np.inf, np.inf, np.inf),
    )
    return replace(
        solution, certificate=certify(model, shock, solution, iterations=iterations, weight=weight)
    )


def check_incomes(model: Model, solution: Solution) -> None:
    """Raises NotConvergedError where the equations hold with an income that is not positive: nobody can live on it."""
    poor = ", ".join(model.economies[j] for j in np.flatnonzero(~(solution.income > 0)))
    if poor:
        raise NotConvergedError(
            f"no equilibrium with positive incomes: {poor} would have to give away more than it earns; surpluses and "
            "transfers are held, try the closures own_income or balanced, or smaller transfers"
        )
