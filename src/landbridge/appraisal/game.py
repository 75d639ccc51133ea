"""The cooperative game of programme sides: dividends, interactions, Shapley values, core, nucleolus, transfers.

A game is an array of values (2^n, ...), one row a coalition: row S has the value of the coalition whose members are the
bits of S, so row 0 is no side at all and the last row all of them. Further axes, such as economies, are carried along.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from landbridge.errors import InputError, NotConvergedError, Problem

EXACT_UP_TO = 12
_TIGHT = 1e-9


def players_of(values: np.ndarray) -> int:
    """The number of players n of a game (2^n, ...). Raises InputError when the rows are no power of two."""
    count = len(values).bit_length() - 1
    if len(values) != 1 << count:
        raise InputError(
            Problem("game", f"{len(values)} coalitions are no power of two", "give all 2^n of them")
        )
    return count


def dividends(values: np.ndarray) -> np.ndarray:
    """Harsanyi dividends (2^n, ...): what each coalition adds beyond the coalitions within it (Harsanyi 1959).

    d(S) = sum over T within S of (-1)^(|S| - |T|) v(T). Summed over the coalitions within S they give v(S) again.
    """
    result = np.array(values, dtype=float)
    for player in range(players_of(result)):
        pairs = result.reshape(-1, 2, 1 << player, *result.shape[1:])
        pairs[:, 1] -= pairs[:, 0]
    return result


def from_dividends(given: np.ndarray) -> np.ndarray:
    """The values (2^n, ...) of the game with the given dividends."""
    result = np.array(given, dtype=float)
    for player in range(players_of(result)):
        pairs = result.reshape(-1, 2, 1 << player, *result.shape[1:])
        pairs[:, 1] += pairs[:, 0]
    return result


def shapley(values: np.ndarray) -> np.ndarray:
    """Shapley values (n, ...): the mean contribution of each player over all orders of joining (Shapley 1953).

    They add up to v(N) - v(empty).
    """
    count = players_of(values)
    game = np.asarray(values, dtype=float)
    weight = _order_weights(count)
    size = _sizes(count)
    rows = np.arange(len(game))
    result = np.empty((count, *game.shape[1:]))
    for player in range(count):
        without = rows[rows >> player & 1 == 0]
        gain = game[without | 1 << player] - game[without]
        result[player] = np.tensordot(weight[size[without]], gain, axes=1)
    return result


def _sizes(count: int) -> np.ndarray:
    return np.array([row.bit_count() for row in range(1 << count)])


def _order_weights(count: int) -> np.ndarray:
    """Weight (n,) of joining after k others: k! (n - k - 1)! / n!."""
    weight = np.ones(max(count, 1))
    weight[0] = 1.0 / max(count, 1)
    for before in range(1, count):
        weight[before] = weight[before - 1] * before / (count - before)
    return weight


def synergy(values: np.ndarray, a: int, b: int, given: int = 0) -> np.ndarray:
    """What players a and b are worth together beyond what each adds, with the coalition `given` (a row) in place.

    v(G+a+b) - v(G+a) - v(G+b) + v(G), shape (...). Raises InputError when a and b are one player or in the coalition.
    """
    first, second = 1 << a, 1 << b
    if a == b or given & (first | second):
        message = f"players {a} and {b} must be two, and not in the coalition they join"
        raise InputError(Problem("game", message, "name two players outside it"))
    game = np.asarray(values, dtype=float)
    return np.asarray(game[given | first | second] - game[given | first] - game[given | second] + game[given])


@dataclass(frozen=True)
class Interactions:
    """Pairwise synergies (n, n, ...), symmetric, zero on the diagonal.

    alone: with nobody else. given_others: with everybody else. mean: the Shapley interaction index, the mean over
    the orders in which the others join (Grabisch and Roubens 1999).
    """

    alone: np.ndarray
    given_others: np.ndarray
    mean: np.ndarray


def interactions(values: np.ndarray) -> Interactions:
    """The full table of pairwise synergies of a game."""
    count = players_of(values)
    game = np.asarray(values, dtype=float)
    shape = (count, count, *game.shape[1:])
    alone, given_others, mean = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    rows, size = np.arange(len(game)), _sizes(count)
    # The others join a pair as if it were one player of n - 1.
    weight = _order_weights(count - 1) if count > 1 else np.ones(1)
    for a in range(count):
        for b in range(a):
            pair = 1 << a | 1 << b
            rest = rows[rows & pair == 0]
            each = game[rest | pair] - game[rest | 1 << a] - game[rest | 1 << b] + game[rest]
            found = (each[0], each[-1], np.tensordot(weight[size[rest]], each, axes=1))
            for table, value in zip((alone, given_others, mean), found, strict=True):
                table[a, b] = table[b, a] = value
    return Interactions(alone, given_others, mean)


@dataclass(frozen=True)
class Sharing:
    """A division of v(N) - v(empty) among the players.

    shares: (n,). largest_excess: the most that any coalition, neither empty nor whole, could get by itself beyond its
    share; not above zero where the division is in the core.
    """

    shares: np.ndarray
    largest_excess: float

    def stable(self, noise: float = 0.0) -> bool:
        """Whether no coalition could do better by itself. noise: how far the values may be off, in their unit."""
        return self.largest_excess <= noise + _TIGHT * max(1.0, float(np.abs(self.shares).max(initial=0.0)))


def excesses(values: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """What each coalition (2^n,) would get by itself beyond the sum of its members' shares (n,)."""
    count = players_of(values)
    member = (np.arange(1 << count)[:, None] >> np.arange(count)) & 1
    game = np.asarray(values, dtype=float)
    return np.asarray(game - game[0] - member @ np.asarray(shares, dtype=float))


def divided(values: np.ndarray, shares: np.ndarray) -> Sharing:
    """A division with its largest excess.

    values: (2^n,). shares: (n,). Raises InputError where the shares do not add up to v(N) - v(empty).
    """
    worth = float(values[-1] - values[0])
    if abs(float(np.sum(shares)) - worth) > 1e-6 * max(1.0, abs(worth)):
        raise InputError(Problem("shares", f"they add up to {np.sum(shares):g}, not to {worth:g}"))
    inside = excesses(values, shares)[1:-1]
    return Sharing(np.asarray(shares, dtype=float), float(inside.max(initial=0.0) if len(inside) else 0.0))


def nucleolus(values: np.ndarray) -> Sharing:
    """The division whose excesses, sorted from the largest, are lexicographically smallest (Schmeidler 1969).

    values: (2^n,), of one economy or a sum. It lies in the core where the core is not empty; its largest excess is that
    of the least core. Found by a sequence of linear programmes (Maschler, Peleg and Shapley 1979).
    Raises NotConvergedError when a programme fails.
    """
    count = players_of(values)
    game = np.asarray(values, dtype=float) - float(values[0])
    scale = max(1.0, float(np.abs(game).max()))
    worth = game / scale
    member = ((np.arange(1 << count)[:, None] >> np.arange(count)) & 1).astype(float)
    if count == 1:
        return Sharing(np.array([game[-1]]), 0.0)
    free = list(range(1, (1 << count) - 1))
    fixed_rows, fixed_right = [member[-1]], [worth[-1]]
    shares = np.full(count, worth[-1] / count)
    while free and np.linalg.matrix_rank(np.array(fixed_rows)) < count:
        rows = np.array(free)
        found = linprog(
            np.r_[np.zeros(count), 1.0],
            A_ub=np.c_[-member[rows], -np.ones(len(rows))],
            b_ub=-worth[rows],
            A_eq=np.c_[np.array(fixed_rows), np.zeros(len(fixed_rows))],
            b_eq=np.array(fixed_right),
            bounds=[(None, None)] * (count + 1),
            method="highs",
        )
        if found.status != 0 or found.x is None:
            raise NotConvergedError(f"the nucleolus was not found: {found.message}")
        shares, least = found.x[:count], found.x[count]
        # Coalitions whose multiplier is not zero have this excess in every optimal division.
        binding = rows[np.abs(found.ineqlin.marginals) > 1e-10]
        if not len(binding):
            break
        for row in binding:
            fixed_rows.append(member[row])
            fixed_right.append(worth[row] - least)
        space = np.array(fixed_rows)
        rank = np.linalg.matrix_rank(space)
        free = [row for row in free if np.linalg.matrix_rank(np.vstack([space, member[row]])) > rank]
    return divided(np.asarray(values, dtype=float), shares * scale)


def least_transfers(gains: np.ndarray) -> np.ndarray | None:
    """The smallest transfers (n,) after which nobody loses; they add up to nothing, None where the sum is a loss.

    gains: (n,) in money. Those who lose are made whole, no more; those who gain pay in proportion to their gains. No
    smaller sum of payments would do.
    """
    gain = np.asarray(gains, dtype=float)
    lost, won = np.maximum(-gain, 0.0), np.maximum(gain, 0.0)
    if lost.sum() == 0.0:
        return np.zeros_like(gain)
    if won.sum() < lost.sum():
        return None
    return np.asarray(lost - won * (lost.sum() / won.sum()))


@dataclass(frozen=True)
class Sampled:
    """Shapley values from sampled orders: estimates (n, ...), their standard errors, and how many orders were drawn."""

    values: np.ndarray
    standard_errors: np.ndarray
    orders: int


def sampled_shapley(
    value: Callable[[frozenset[int]], np.ndarray],
    count: int,
    *,
    rng: np.random.Generator,
    standard_error: float,
    most_orders: int = 2000,
    least_orders: int = 16,
    batch: int = 2,
    ahead: Callable[[list[frozenset[int]]], None] | None = None,
    strict: bool = True,
) -> Sampled:
    """Shapley values where there are too many coalitions to value all (Castro, Gomez and Tejada 2009).

    value: a coalition of player numbers -> (...). Orders are drawn in pairs, one the reverse of the other, and `batch`
    at a time, until every standard error is at most `standard_error` in the unit of the values. ahead: told of the
    coalitions that a batch will ask for. Raises NotConvergedError when `most_orders` do not suffice; not strict, gives
    what was reached.
    """
    means: list[np.ndarray] = []
    error = np.full(1, np.inf)
    while 2 * len(means) < most_orders:
        pairs = min(max(batch // 2, 1), most_orders // 2 - len(means))
        orders = [rng.permutation(count) for _ in range(max(pairs, 1))]
        if ahead is not None:
            both_ways = [one for order in orders for one in (order, order[::-1])]
            ahead([frozenset(one[:size].tolist()) for one in both_ways for size in range(count + 1)])
        for order in orders:
            means.append(0.5 * (_contributions(value, order) + _contributions(value, order[::-1])))
        if len(means) > 1:
            error = np.array(means).std(axis=0, ddof=1) / np.sqrt(len(means))
        if 2 * len(means) >= max(least_orders, 4) and float(error.max()) <= standard_error:
            return Sampled(np.mean(means, axis=0), error, 2 * len(means))
    if not strict and len(means) > 1:
        return Sampled(np.mean(means, axis=0), error, 2 * len(means))
    raise NotConvergedError(
        f"{2 * len(means)} orders leave a standard error of {float(error.max()):g}, above {standard_error:g}; draw more"
        " orders"
    )


def _contributions(
    value: Callable[[frozenset[int]], np.ndarray], order: Sequence[int] | np.ndarray
) -> np.ndarray:
    before = np.asarray(value(frozenset()), dtype=float)
    result = np.empty((len(order), *before.shape))
    joined: frozenset[int] = frozenset()
    for player in order:
        joined |= {int(player)}
        after = np.asarray(value(joined), dtype=float)
        result[int(player)] = after - before
        before = after
    return result
