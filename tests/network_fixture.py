"""The network as a sparse graph, for scipy's Dijkstra as the oracle; scenarios of measures."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import scipy.sparse as sp

from landbridge.measures import Setting
from landbridge.network import Network

# scipy treats a stored zero as no arc at all; a millionth of a cent does not show.
_SMALLEST_COST = 1e-8


def by_rows(network: Network, arcs: np.ndarray, cost: np.ndarray) -> tuple[sp.csr_matrix, np.ndarray]:
    """A sparse graph of the arcs, of parallel ones the cheapest, and the arc behind each stored entry."""
    size = len(network.node)
    tail, head = network.tail[arcs], network.head[arcs]
    order = np.lexsort((cost, head, tail))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    pick = order[first]
    start = np.searchsorted(tail[pick], np.arange(size + 1))
    graph = sp.csr_matrix((np.maximum(cost[pick], _SMALLEST_COST), head[pick], start), shape=(size, size))
    return graph, arcs[pick]


def mid(measures: Iterable[str]) -> dict[str, Setting]:
    """The scenario with the measures of the given ids in full, at their mid values."""
    return {name: Setting() for name in measures}
