"""The order in which a hierarchy contracts the nodes: nested dissection, found once for a topology and kept."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import scipy.sparse as sp

# Part of the key of every kept order: raise it when orders of old are no longer wanted.
_EDITION = b"nested dissection 1"
_KEPT = 64
# Below this a part is not cut further.
_SMALL_PART = 24


def node_order(tail: np.ndarray, head: np.ndarray, node_count: int) -> np.ndarray:
    """Rank (n,) of each node in a nested-dissection order, from the cache when the topology has been met before.

    tail, head: (m,) nodes of the arcs, whose direction does not matter.
    """
    path = _cache_folder() / f"order-{_topology_key(tail, head, node_count)}.npy"
    rank = _read(path, node_count)
    if rank is None:
        rank = nested_dissection(tail, head, node_count)
        _write(path, rank)
    return rank


def nested_dissection(tail: np.ndarray, head: np.ndarray, node_count: int) -> np.ndarray:
    """Rank (n,) of each node: those that separate the graph come last (George 1973).

    By METIS where pymetis has a build for the platform, else by level structures, whose hierarchies are larger.
    """
    graph = _undirected(tail, head, node_count)
    if not graph.nnz:
        return np.arange(node_count, dtype=np.int32)
    try:
        import pymetis
    except ImportError:
        return by_level_structures(graph)
    adjacency = pymetis.CSRAdjacency(graph.indptr, graph.indices)
    _, rank = pymetis.nested_dissection(adjacency)
    return np.asarray(rank, np.int32)


def by_level_structures(graph: sp.csr_matrix) -> np.ndarray:
    """Rank (n,) by automatic nested dissection: the middle level seen from an outermost node separates a part.

    graph: symmetric, without loops. George and Liu (1978), An automatic nested dissection algorithm.
    """
    count = graph.shape[0]
    rank = np.empty(count, np.int32)
    waiting = [np.arange(count)]
    last = count
    while waiting:
        part = waiting.pop()
        inside = graph[part][:, part] if len(part) < count else graph
        separator, pieces = _dissect(inside)
        last -= len(separator)
        rank[part[separator]] = np.arange(last, last + len(separator))
        waiting.extend(part[piece] for piece in pieces)
    return rank


def _dissect(graph: sp.csr_matrix) -> tuple[np.ndarray, list[np.ndarray]]:
    """The nodes that part a graph and the pieces left; all of a small graph is its own separator."""
    count = graph.shape[0]
    if count <= _SMALL_PART:
        return np.arange(count), []
    pieces, label = sp.csgraph.connected_components(graph, directed=False)
    if pieces > 1:
        order = np.argsort(label, kind="stable")
        return np.empty(0, np.int64), np.split(order, np.cumsum(np.bincount(label))[:-1])
    level = _levels(graph, int(np.argmax(_levels(graph, 0))))
    size = np.bincount(level)
    below = np.cumsum(size)
    # The thinnest level of those that leave at least a quarter of the part on either side.
    fair = np.flatnonzero((below - size >= count / 4) & (count - below >= count / 4))
    cut = int(fair[np.argmin(size[fair])]) if len(fair) else int(np.searchsorted(below, count / 2))
    rest = [np.flatnonzero(level < cut), np.flatnonzero(level > cut)]
    return np.flatnonzero(level == cut), [piece for piece in rest if len(piece)]


def _levels(graph: sp.csr_matrix, root: int) -> np.ndarray:
    """Steps (n,) from the root to each node of a connected graph."""
    order, before = sp.csgraph.breadth_first_order(graph, root, directed=False)
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    up = position[before[order[1:]]]
    # In breadth-first order a level ends where the next one's nodes begin to hang from it.
    level = np.zeros(len(order), np.int64)
    start, end, step = 0, 1, 0
    while end < len(order):
        step += 1
        start, end = end, 1 + int(np.searchsorted(up, end))
        level[start:end] = step
    found = np.empty(len(order), np.int64)
    found[order] = level
    return found


def _undirected(tail: np.ndarray, head: np.ndarray, node_count: int) -> sp.csr_matrix:
    """The graph without directions, loops and parallel links."""
    apart = tail != head
    a, b = tail[apart], head[apart]
    graph = sp.csr_matrix(
        (np.ones(2 * len(a), np.int8), (np.r_[a, b], np.r_[b, a])), shape=(node_count, node_count)
    )
    graph.sum_duplicates()
    return graph


def _topology_key(tail: np.ndarray, head: np.ndarray, node_count: int) -> str:
    digest = hashlib.sha256(_EDITION)
    digest.update(str(node_count).encode())
    for ends in (tail, head):
        digest.update(np.ascontiguousarray(ends, "<i8").tobytes())
    return digest.hexdigest()[:32]


def _cache_folder() -> Path:
    """Where the user's caches are: LANDBRIDGE_CACHE, else the platform's usual place."""
    chosen = os.environ.get("LANDBRIDGE_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "~/AppData/Local")
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.path.expanduser(base)) / "landbridge"


def _read(path: Path, node_count: int) -> np.ndarray | None:
    """The kept order, or None when there is none or it is none of this many nodes."""
    try:
        rank = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if rank.shape != (node_count,) or rank.dtype != np.int32 or not node_count:
        return None
    if rank.min() < 0 or rank.max() >= node_count or np.bincount(rank, minlength=node_count).max() > 1:
        return None
    return np.asarray(rank)


def _write(path: Path, rank: np.ndarray) -> None:
    """Keeps an order; where that cannot be done the next process finds it again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.save(file, rank, allow_pickle=False)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        kept = sorted(path.parent.glob("order-*.npy"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return
