"""Loops over all pairs of zones that numpy cannot express: the (min, +) product, and the choice between chains."""

from __future__ import annotations

import numpy as np

from landbridge.network.jit import compiled
from landbridge.network.lanes import gather, gather_from, lane_rows

# Elasticities up to this that are whole numbers are raised to by multiplication.
_MOST_FACTORS = 64.0


def min_plus(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The least (a, b) of left (a, k) + right (k, b) over k; infinite where there is none."""
    return min_plus_of(*_entries(left), right)


def min_plus_via(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As min_plus, and the first k (a, b) that gives the least, -1 where there is none."""
    start, column, cost = _entries(left)
    best, by = min_plus_of_via(start, column, cost, right)
    via = np.full(best.shape, -1)
    via[by >= 0] = column[by[by >= 0]]
    return best, via


def min_plus_of(start: np.ndarray, column: np.ndarray, cost: np.ndarray, right: np.ndarray) -> np.ndarray:
    """As min_plus where left has few entries: those of its row i are start[i] to start[i + 1], by column and cost."""
    # The last row of the lanes is where results are gathered.
    lanes = lane_rows(len(right) + 1, np.float64)
    best = np.empty((len(start) - 1, right.shape[1]))
    _min_plus(start, column, cost, np.ascontiguousarray(right), lanes, best)
    return best


def min_plus_of_via(
    start: np.ndarray, column: np.ndarray, cost: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """As min_plus_of, and the first entry (a, b) that gives the least, -1 where there is none."""
    lanes = lane_rows(len(right) + 1, np.float64)
    best = np.empty((len(start) - 1, right.shape[1]))
    by = np.empty(best.shape, np.int32)
    _min_plus_via(start, column, cost, np.ascontiguousarray(right), lanes, best, by)
    return best, by


def _entries(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    row, column = np.nonzero(matrix < np.inf)
    start = np.searchsorted(row, np.arange(len(matrix) + 1))
    return start, column.astype(np.int32), matrix[row, column]


@compiled
def _min_plus(
    start: np.ndarray,
    column: np.ndarray,
    cost: np.ndarray,
    right: np.ndarray,
    lanes: np.ndarray,
    best: np.ndarray,
) -> None:
    inner, width = right.shape
    at_once = lanes.shape[1]
    for block in range(0, width, at_once):
        used = min(at_once, width - block)
        for k in range(inner):
            for lane in range(at_once):
                lanes[k, lane] = right[k, block + lane] if lane < used else np.inf
        for i in range(len(start) - 1):
            gather(lanes, inner, False, start[i], start[i + 1], column, cost)
            for lane in range(used):
                best[i, block + lane] = lanes[inner, lane]


@compiled
def _min_plus_via(
    start: np.ndarray,
    column: np.ndarray,
    cost: np.ndarray,
    right: np.ndarray,
    lanes: np.ndarray,
    best: np.ndarray,
    by: np.ndarray,
) -> None:
    inner, width = right.shape
    at_once = lanes.shape[1]
    entry = np.empty(lanes.shape, np.int32)
    for block in range(0, width, at_once):
        used = min(at_once, width - block)
        for k in range(inner):
            for lane in range(at_once):
                lanes[k, lane] = right[k, block + lane] if lane < used else np.inf
        for i in range(len(start) - 1):
            gather_from(lanes, inner, False, start[i], start[i + 1], column, cost, entry)
            for lane in range(used):
                best[i, block + lane] = lanes[inner, lane]
                by[i, block + lane] = entry[inner, lane]


@compiled
def _power(base: float, exponent: float) -> float:
    if abs(exponent) > _MOST_FACTORS or exponent != np.floor(exponent):
        return float(base**exponent)
    left = int(abs(exponent))
    square, power = base, 1.0
    while left:
        if left & 1:
            power *= square
        square *= square
        left >>= 1
    return 1.0 / power if exponent < 0 else power


@compiled
def expected_costs(
    chain_cost: tuple[np.ndarray, ...],
    unseen: tuple[np.ndarray, ...],
    nest: np.ndarray,
    between: float,
    within: float,
    mask: np.ndarray,
    known_cost: tuple[np.ndarray, ...],
    same: np.ndarray,
    expected: np.ndarray,
) -> int:
    """Puts the expected cost of the choice, see choice.nested_logit, into the masked pairs of `expected` (z, z).

    chain_cost: k arrays, at least (z, z); unseen: k arrays (z, z) added to them, infinite where a chain is no choice.
    nest: (k,) from 0. known_cost: k arrays for which `expected` holds on entry: where nothing differs from them it
    is left alone. same: (k,) chains that differ nowhere. Zero within a zone; not a number where a chain costs nothing
    or less, or none leads. Returns how many pairs these are.
    """
    chains, zones = len(nest), len(mask)
    value, differs, columns = np.empty((chains, zones)), np.empty(zones, np.bool_), np.empty(zones, np.int32)
    least, whole = np.empty(chains), np.empty(chains)
    nests = 0
    for c in range(chains):
        nests = max(nests, nest[c] + 1)
    unsettled = 0
    for i in range(zones):
        count = 0
        for j in range(zones):
            columns[count] = j
            count += mask[i, j]
            differs[j] = False
        if count == 0:
            continue
        # Arrays are taken out of their tuple once a row: taking them out counts references, which is dear.
        for c in range(chains):
            costs, more, known, row = chain_cost[c], unseen[c], known_cost[c], value[c]
            if 2 * count > zones:
                for j in range(zones):
                    row[j] = costs[i, j] + more[i, j]
                    differs[j] |= not same[c] and costs[i, j] != known[i, j]
            else:
                for k in range(count):
                    j = columns[k]
                    row[j] = costs[i, j] + more[i, j]
                    differs[j] |= not same[c] and costs[i, j] != known[i, j]
        for k in range(count):
            j = columns[k]
            if i == j:
                expected[i, j] = 0.0
                continue
            if not differs[j]:
                unsettled += np.isnan(expected[i, j])
                continue
            for n in range(nests):
                least[n], whole[n] = np.inf, 0.0
            lowest = np.inf
            for c in range(chains):
                lowest = min(lowest, value[c, j])
                least[nest[c]] = min(least[nest[c]], value[c, j])
            if not 0.0 < lowest < np.inf:
                expected[i, j] = np.nan
                unsettled += 1
                continue
            for c in range(chains):
                if value[c, j] < np.inf:
                    n = nest[c]
                    whole[n] += 1.0 if value[c, j] == least[n] else _power(value[c, j] / least[n], -within)
            best = np.inf
            for n in range(nests):
                if whole[n] > 1.0:
                    least[n] *= whole[n] ** (-1.0 / within)
                best = min(best, least[n])
            total = 0.0
            for n in range(nests):
                if least[n] < np.inf:
                    total += 1.0 if least[n] == best else _power(least[n] / best, -between)
            expected[i, j] = best * total ** (-1.0 / between)
    return unsettled
