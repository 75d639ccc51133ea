"""Loops of the assignment: shortest path trees, the store of paths, and shifts of flow between paths.

Arcs are sorted by their tail. A path is a run of `line` (its arcs in order) and of `stop` (the facilities among them).
The paths of an origin-destination pair of a class hang on a list: `top[pair]`, then `below[path]`, -1 at its end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landbridge.network.congestion import delay_and_slope
from landbridge.network.jit import compiled


class Graph(NamedTuple):
    """Arcs by tail: arcs first[v] to first[v + 1] leave node v.

    tail, head: (m,). fixed: (k, m) hours without delay by class. facility: (m,) -1 where nothing congests.
    passable: (n,) false for nodes where paths may only begin or end.
    """

    first: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    fixed: np.ndarray
    facility: np.ndarray
    passable: np.ndarray


class Demand(NamedTuple):
    """Pairs grouped by class and origin: group g has the pairs group[g] to group[g + 1].

    source, kind: (g,) node and class. target: (w,) node. amount: (w,) load units a day.
    """

    group: np.ndarray
    source: np.ndarray
    kind: np.ndarray
    target: np.ndarray
    amount: np.ndarray


class Loads(NamedTuple):
    """The facilities' parameters (see congestion.Facilities) and, at the present flows, volume, delay and slope."""

    capacity: np.ndarray
    curve: np.ndarray
    first: np.ndarray
    second: np.ndarray
    volume: np.ndarray
    delay: np.ndarray
    slope: np.ndarray


class Paths(NamedTuple):
    """The store of paths; size: (3,) how much of paths, line and stop is used."""

    top: np.ndarray
    below: np.ndarray
    flow: np.ndarray
    fixed: np.ndarray
    stop_from: np.ndarray
    stop_to: np.ndarray
    line_from: np.ndarray
    line_to: np.ndarray
    mark: np.ndarray
    stop: np.ndarray
    line: np.ndarray
    size: np.ndarray


class Scratch(NamedTuple):
    """Work space: of the search by node and arc, of the shifts by facility (`net`, all zero between uses)."""

    cost: np.ndarray
    distance: np.ndarray
    via: np.ndarray
    slot: np.ndarray
    key: np.ndarray
    heap: np.ndarray
    run: np.ndarray
    net: np.ndarray


@compiled
def shortest_tree(
    source: int,
    first: np.ndarray,
    head: np.ndarray,
    passable: np.ndarray,
    cost: np.ndarray,
    distance: np.ndarray,
    via: np.ndarray,
    slot: np.ndarray,
    key: np.ndarray,
    heap: np.ndarray,
) -> None:
    """Dijkstra's algorithm with a heap of four children a node; fills distance and via, the arc into each node."""
    distance[:] = np.inf
    slot[:] = -1
    size = 1
    key[0], heap[0] = 0.0, source
    distance[source], slot[source], via[source] = 0.0, 0, -1
    while size > 0:
        node = heap[0]
        near = key[0]
        size -= 1
        if size > 0:
            last_key, last = key[size], heap[size]
            at = 0
            while True:
                child = 4 * at + 1
                if child >= size:
                    break
                least = child
                for k in range(child + 1, min(child + 4, size)):
                    if key[k] < key[least]:
                        least = k
                if key[least] >= last_key:
                    break
                key[at], heap[at] = key[least], heap[least]
                slot[heap[at]] = at
                at = least
            key[at], heap[at] = last_key, last
            slot[last] = at
        if not passable[node] and node != source:
            continue
        for arc in range(first[node], first[node + 1]):
            onward = head[arc]
            length = near + cost[arc]
            if length < distance[onward]:
                distance[onward] = length
                via[onward] = arc
                at = slot[onward]
                if at < 0:
                    at = size
                    size += 1
                while at > 0:
                    parent = (at - 1) >> 2
                    if key[parent] <= length:
                        break
                    key[at], heap[at] = key[parent], heap[parent]
                    slot[heap[at]] = at
                    at = parent
                key[at], heap[at] = length, onward
                slot[onward] = at


@compiled
def refresh(loads: Loads, facility: int) -> None:
    """Delay and slope of one facility at its present volume."""
    loads.delay[facility], loads.slope[facility] = delay_and_slope(
        loads.volume[facility],
        loads.capacity[facility],
        loads.curve[facility],
        loads.first[facility],
        loads.second[facility],
    )


@compiled
def _grow_tree(graph: Graph, source: int, kind: int, loads: Loads, work: Scratch) -> None:
    for arc in range(len(graph.head)):
        facility = graph.facility[arc]
        hours = graph.fixed[kind, arc]
        work.cost[arc] = hours + loads.delay[facility] if facility >= 0 else hours
    shortest_tree(
        source,
        graph.first,
        graph.head,
        graph.passable,
        work.cost,
        work.distance,
        work.via,
        work.slot,
        work.key,
        work.heap,
    )


@compiled
def _trace(graph: Graph, source: int, target: int, work: Scratch) -> tuple[int, np.uint64]:
    """Writes the arcs of the tree path, last first, into work.run; its length and a mark to tell paths apart by."""
    length = 0
    mark = np.uint64(1469598103934665603)
    node = target
    while node != source:
        arc = work.via[node]
        work.run[length] = arc
        mark = (mark ^ np.uint64(arc + 1)) * np.uint64(1099511628211)
        length += 1
        node = graph.tail[arc]
    return length, mark


@compiled
def _known(paths: Paths, pair: int, length: int, mark: np.uint64, run: np.ndarray) -> bool:
    path = paths.top[pair]
    while path >= 0:
        if paths.mark[path] == mark and paths.line_to[path] - paths.line_from[path] == length:
            same = True
            for k in range(length):
                if paths.line[paths.line_from[path] + k] != run[length - 1 - k]:
                    same = False
                    break
            if same:
                return True
        path = paths.below[path]
    return False


@compiled
def _add_path(
    graph: Graph, kind: int, paths: Paths, pair: int, length: int, mark: np.uint64, run: np.ndarray
) -> int:
    path = paths.size[0]
    line, stop = paths.size[1], paths.size[2]
    paths.line_from[path], paths.stop_from[path] = line, stop
    hours = 0.0
    for k in range(length - 1, -1, -1):
        arc = run[k]
        paths.line[line] = arc
        line += 1
        hours += graph.fixed[kind, arc]
        if graph.facility[arc] >= 0:
            paths.stop[stop] = graph.facility[arc]
            stop += 1
    paths.line_to[path], paths.stop_to[path] = line, stop
    paths.fixed[path], paths.mark[path], paths.flow[path] = hours, mark, 0.0
    paths.below[path] = paths.top[pair]
    paths.top[pair] = path
    paths.size[0], paths.size[1], paths.size[2] = path + 1, line, stop
    return path


@compiled
def find_paths(
    graph: Graph,
    demand: Demand,
    loads: Loads,
    paths: Paths,
    work: Scratch,
    shortest: np.ndarray,
    begin: int,
) -> int:
    """Adds the shortest path of every pair from group `begin` on; a pair's first path gets all its flow at once.

    shortest: (w,) filled with the hours of those paths, infinite where there is none. Returns the group to go on with
    when the store is full, else their number.
    """
    nodes = len(graph.passable)
    for group in range(begin, len(demand.source)):
        pairs = demand.group[group + 1] - demand.group[group]
        if paths.size[0] + pairs > len(paths.flow):
            return group
        source, kind = demand.source[group], demand.kind[group]
        _grow_tree(graph, source, kind, loads, work)
        for pair in range(demand.group[group], demand.group[group + 1]):
            target = demand.target[pair]
            shortest[pair] = work.distance[target]
            if shortest[pair] == np.inf:
                continue
            if min(len(paths.line) - paths.size[1], len(paths.stop) - paths.size[2]) < nodes:
                return group
            length, mark = _trace(graph, source, target, work)
            if _known(paths, pair, length, mark, work.run):
                continue
            unused = paths.top[pair] < 0
            path = _add_path(graph, kind, paths, pair, length, mark, work.run)
            if unused:
                paths.flow[path] = demand.amount[pair]
                for k in range(paths.stop_from[path], paths.stop_to[path]):
                    loads.volume[paths.stop[k]] += demand.amount[pair]
                    refresh(loads, paths.stop[k])
    return len(demand.source)


@compiled
def _hours(paths: Paths, loads: Loads, path: int) -> float:
    total = paths.fixed[path]
    for k in range(paths.stop_from[path], paths.stop_to[path]):
        total += loads.delay[paths.stop[k]]
    return total


@compiled
def _move(paths: Paths, loads: Loads, net: np.ndarray, path: int, amount: float) -> None:
    """Adds to the volumes of the facilities where the two paths of a shift differ."""
    for k in range(paths.stop_from[path], paths.stop_to[path]):
        facility = paths.stop[k]
        if net[facility] != 0:
            loads.volume[facility] += amount
            refresh(loads, facility)


@compiled
def _shift(paths: Paths, loads: Loads, net: np.ndarray, path: int, best: int) -> None:
    """Moves flow from a path to the best one by Newton's step on their difference in hours.

    net: how often the path passes a facility more than the best one does; the best one's passes are already in.
    """
    dearer, curvature = paths.fixed[path] - paths.fixed[best], 0.0
    for k in range(paths.stop_from[path], paths.stop_to[path]):
        net[paths.stop[k]] += 1
    for k in range(paths.stop_from[path], paths.stop_to[path]):
        facility = paths.stop[k]
        if net[facility] != 0:
            dearer += loads.delay[facility]
            curvature += abs(net[facility]) * loads.slope[facility]
    for k in range(paths.stop_from[best], paths.stop_to[best]):
        facility = paths.stop[k]
        if net[facility] != 0:
            dearer -= loads.delay[facility]
            curvature += abs(net[facility]) * loads.slope[facility]
    if dearer > 0.0:
        step = paths.flow[path]
        if curvature * step > dearer:
            step = dearer / curvature
        _move(paths, loads, net, path, -step)
        _move(paths, loads, net, best, step)
        paths.flow[path] -= step
        paths.flow[best] += step
    for k in range(paths.stop_from[path], paths.stop_to[path]):
        net[paths.stop[k]] -= 1


@compiled
def even_out(paths: Paths, loads: Loads, net: np.ndarray, pair: int, amount: float) -> float:
    """Shifts the flow of a pair towards its best path and drops paths without flow.

    Returns what the flow paid before in excess of the best path, in hours times load units.
    """
    best, least = -1, np.inf
    excess = 0.0
    path = paths.top[pair]
    while path >= 0:
        hours = _hours(paths, loads, path)
        excess += paths.flow[path] * hours
        if hours < least:
            best, least = path, hours
        path = paths.below[path]
    excess -= amount * least
    if excess <= 0.0:
        excess = 0.0
    for k in range(paths.stop_from[best], paths.stop_to[best]):
        net[paths.stop[k]] -= 1
    above = -1
    path = paths.top[pair]
    while path >= 0:
        below = paths.below[path]
        if path != best:
            if paths.flow[path] > 0.0:
                _shift(paths, loads, net, path, best)
            # What is left of a path that was emptied is rounding.
            if paths.flow[path] < 1e-14 * amount:
                paths.flow[best] += paths.flow[path]
                paths.flow[path] = 0.0
                if above < 0:
                    paths.top[pair] = below
                else:
                    paths.below[above] = below
                path = below
                continue
        above = path
        path = below
    for k in range(paths.stop_from[best], paths.stop_to[best]):
        net[paths.stop[k]] += 1
    return excess


@compiled
def even_out_all(
    demand: Demand, paths: Paths, loads: Loads, work: Scratch, wanted: float, most: int, weight: np.ndarray
) -> int:
    """Sweeps over the pairs with several paths until their excess is below `wanted`; returns the sweeps made.

    weight: (w,) each pair's excess when last looked at. Pairs that hardly count are looked at in every fourth sweep.
    """
    pairs = len(demand.amount)
    for sweep in range(most):
        total = 0.0
        floor = 0.0 if sweep % 4 == 0 else 0.02 * wanted / pairs
        for pair in range(pairs):
            top = paths.top[pair]
            if top < 0 or paths.below[top] < 0:
                continue
            if weight[pair] >= floor:
                weight[pair] = even_out(paths, loads, work.net, pair, demand.amount[pair])
            total += weight[pair]
        if total <= wanted:
            return sweep + 1
    return most


@compiled
def reload(paths: Paths, loads: Loads) -> None:
    """Volumes, delays and slopes anew from the flows of the paths, so that no rounding piles up."""
    loads.volume[:] = 0.0
    for pair in range(len(paths.top)):
        path = paths.top[pair]
        while path >= 0:
            for k in range(paths.stop_from[path], paths.stop_to[path]):
                loads.volume[paths.stop[k]] += paths.flow[path]
            path = paths.below[path]
    for facility in range(len(loads.volume)):
        refresh(loads, facility)


@compiled
def copy_paths(old: Paths, new: Paths) -> None:
    """Copies the paths that still hang on a list into an empty store."""
    count, line, stop = 0, 0, 0
    for pair in range(len(old.top)):
        new.top[pair] = -1
        last = -1
        path = old.top[pair]
        while path >= 0:
            new.flow[count], new.fixed[count], new.mark[count] = (
                old.flow[path],
                old.fixed[path],
                old.mark[path],
            )
            new.line_from[count], new.stop_from[count] = line, stop
            for k in range(old.line_from[path], old.line_to[path]):
                new.line[line] = old.line[k]
                line += 1
            for k in range(old.stop_from[path], old.stop_to[path]):
                new.stop[stop] = old.stop[k]
                stop += 1
            new.line_to[count], new.stop_to[count] = line, stop
            new.below[count] = -1
            if last < 0:
                new.top[pair] = count
            else:
                new.below[last] = count
            last = count
            count += 1
            path = old.below[path]
    new.size[0], new.size[1], new.size[2] = count, line, stop


@compiled
def used_hours(paths: Paths, loads: Loads, pair_hours: np.ndarray) -> None:
    """Fills (w,) with the hours times load units that each pair's flow pays."""
    for pair in range(len(paths.top)):
        total = 0.0
        path = paths.top[pair]
        while path >= 0:
            total += paths.flow[path] * _hours(paths, loads, path)
            path = paths.below[path]
        pair_hours[pair] = total


@compiled
def arc_flows(paths: Paths, demand: Demand, flow: np.ndarray) -> None:
    """Adds the flows of the paths to flow (k, m)."""
    for group in range(len(demand.source)):
        kind = demand.kind[group]
        for pair in range(demand.group[group], demand.group[group + 1]):
            path = paths.top[pair]
            while path >= 0:
                for k in range(paths.line_from[path], paths.line_to[path]):
                    flow[kind, paths.line[k]] += paths.flow[path]
                path = paths.below[path]
