"""Which measures of known cost to pay for first, and what a budget buys, for whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from landbridge.appraisal.investment import (
    EXACT_UP_TO,
    Choice,
    best_order,
    bounded_frontier,
    frontier,
    greedy_order,
    members_of,
    pairwise,
)
from landbridge.appraisal.results.finance import cost_lines, gain_of
from landbridge.measures import settings_of

if TYPE_CHECKING:
    from landbridge.appraisal.appraise import Appraisal

Goal = Callable[[np.ndarray], np.ndarray]

WORDS = (
    "Only measures of known cost take part; the others go ahead in every line. Gain is real income a year, in"
    " full, less the annual cost that falls on those it is counted for. The budget is capital, whoever pays it."
    " The order gains most on the way when money comes at an even pace; it holds all measures, also those that"
    " lose."
)
BOUNDED = (
    " There are too many measures to value all sets: sets are chosen by the gains of measures alone and in pairs, those"
    " chosen are valued in full, and no set gains more than the bound in that model, widened by the largest error seen."
)


def investment(appraisal: Appraisal) -> list[dict[str, Any]]:
    """The section `investment` of the results; empty where no measure has a known cost."""
    lines = list(cost_lines(appraisal).values())
    if not lines:
        return []
    case, economies = appraisal.case, appraisal.appraiser.base.economies
    names = [line.measure for line in lines]
    always = [one for one in case.measures if one.id not in names]
    capital = np.array([line.capex or 0.0 for line in lines])
    annual = [line.annual_cost() for line in lines]
    parties = [economies.index(iso3) for iso3 in case.parties]
    base = gain_of(appraisal, settings_of(always, "mid", case.in_year))
    known: dict[int, np.ndarray] = {}

    def value(row: int) -> np.ndarray:
        """Net gains of each party, and the world's last."""
        if row not in known:
            inside = {names[k] for k in members_of(row, len(names))}
            chosen = [one for one in case.measures if one in always or one.id in inside]
            gain = gain_of(appraisal, settings_of(chosen, "mid", case.in_year)) - base
            paid = [
                sum(annual[k].get(iso3, 0.0) for k in members_of(row, len(names))) for iso3 in case.parties
            ]
            whole = sum(sum(annual[k].values()) for k in members_of(row, len(names)))
            known[row] = np.append(gain[parties] - paid, gain.sum() - whole)
        return known[row]

    goals = [*case.parties, *(["joint", "maxmin"] if len(parties) > 1 else []), "world"]
    left_out = [one.id for one in always]
    found = []
    for name in goals:
        goal = partial(_goal, name, case.parties)

        def objectives(row: int, goal: Goal = goal) -> np.ndarray:
            return goal(value(row))

        def least(row: int, goal: Goal = goal) -> float:
            return float(goal(value(row)).min())

        exact = len(names) <= EXACT_UP_TO
        if exact:
            gains = np.array([least(row) for row in range(1 << len(names))])
            order, choices = best_order(gains, capital), frontier(gains, capital)
        else:
            model = pairwise(objectives, len(names))
            order = greedy_order(model, capital.tolist())
            choices, _ = bounded_frontier(model, objectives, capital)
        found.append(
            {
                "for": name,
                "exact": exact,
                "order": _steps(order, names, capital, least),
                "frontier": [_choice(one, names) for one in choices],
                "left_out": left_out,
                "words": WORDS if exact else WORDS + BOUNDED,
            }
        )
    return found


def _goal(name: str, parties: tuple[str, ...], net: np.ndarray) -> np.ndarray:
    """The objectives (d,) whose least counts, of net gains of each party and, last, the world."""
    if name == "world":
        return net[-1:]
    if name == "joint":
        return net[:-1].sum(keepdims=True)
    if name == "maxmin":
        return net[:-1]
    k = parties.index(name)
    return net[k : k + 1]


def _steps(
    order: list[int], names: list[str], capital: np.ndarray, gain: Callable[[int], float]
) -> list[dict[str, Any]]:
    rows, row, spent, reached = [], 0, 0.0, 0.0
    for k in order:
        row |= 1 << k
        now = gain(row)
        spent += float(capital[k])
        rows.append(
            {
                "measure": names[k],
                "cost_musd": float(capital[k]),
                "gain_musd": now - reached,
                "cumulative_cost_musd": spent,
                "cumulative_gain_musd": now,
            }
        )
        reached = now
    return rows


def _choice(one: Choice, names: list[str]) -> dict[str, Any]:
    return {
        "budget_musd": one.budget,
        "cost_musd": one.cost,
        "gain_musd": one.gain,
        "bound_musd": one.bound,
        "measures": [names[k] for k in members_of(one.members, len(names))],
    }
