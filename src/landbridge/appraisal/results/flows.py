"""Freight on the lines of the map and through the borders, before and with everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from landbridge.appraisal.drawing import swapped
from landbridge.appraisal.emissions import quantity_hat, yearly_tonnes
from landbridge.network import Network, arc_lines
from landbridge.network.graph import Kind
from landbridge.network.loading import load_freight

if TYPE_CHECKING:
    from landbridge.appraisal.appraise import Appraisal
    from landbridge.appraisal.scenario import Appraiser
    from landbridge.economy import Solution
    from landbridge.measures import Setting

# Lines that carry less than this share of the busiest are not drawn: their width would say nothing.
LEAST_SHARE = 0.01
# Neighbouring links are one line where their tonnes differ by less than this share.
ALIKE = 0.02
# Points closer to a line than this, in degrees, are dropped: less than a pixel on the whole map.
_FINEST = 0.04
_KT = 1e-3
_MODES = {Kind.RAIL: "rail", Kind.ROAD: "road", Kind.SERVICE: "sea", Kind.RORO: "sea"}


def yearly_flows(
    appraiser: Appraiser, parties: Sequence[str], settings: Mapping[str, Setting], solution: Solution
) -> np.ndarray:
    """Kilotonnes a year (2, m) on each arc of the network, without measures and in a scenario.

    Of trade between economies, what crosses a border by land or over an inland sea and starts in, ends in or passes
    through a party. Tonnes in the scenario, of settings and their solution, follow the quantities traded.
    """
    base, skimmer, measures = appraiser.base, appraiser.skimmer, appraiser.network
    growth = quantity_hat(appraiser.model, appraiser.shock(settings), solution, base.trade)
    home = np.array([zone.economy for zone in measures.network.atlas.zones])
    abroad = home[:, None] != home[None, :]
    flows = []
    for trade, active in ((base.trade, {}), (base.trade * growth, settings)):
        tonnes = yearly_tonnes(trade, appraiser.classes, base.sectors, appraiser.weights)
        flows.append(
            load_freight(
                skimmer,
                measures.states(active, skimmer.zone_iso3),
                appraiser.skims(active, with_parts=True),
                {name: np.where(abroad, one, 0.0) for name, one in tonnes.items()},
                foreign_ports_only=True,
                by_way_of=parties,
            ).arcs
        )
    return _KT * np.array(flows)


def flows_of_everything(appraisal: Appraisal) -> np.ndarray:
    """Kilotonnes a year (2, m) on each arc, without measures and with all, see yearly_flows."""
    appraiser, case = appraisal.appraiser, appraisal.case
    everything = appraiser.settings_of_sides([side.id for side in case.sides])
    return yearly_flows(appraiser, case.parties, everything, appraiser.outcome(everything).solution)


@dataclass(frozen=True)
class _Links:
    """Links that carry freight, both directions together. arc: (k,) one arc of each; kt: (2, k)."""

    arc: np.ndarray
    kt: np.ndarray


def _links(network: Network, kt: np.ndarray) -> _Links:
    moving = np.flatnonzero(np.isin(network.kind, list(_MODES)) & (kt.sum(0) > 0))
    ends = np.sort(np.stack([network.tail[moving], network.head[moving]], 1), axis=1)
    mode = np.where(network.kind[moving] == Kind.RORO, Kind.SERVICE, network.kind[moving])
    drawn = network.link[moving] >= 0
    # A link of the tables is known by its number, a ferry or a new line by its ends.
    key = np.where(drawn[:, None], np.stack([network.link[moving], np.full(len(moving), -1)], 1), ends)
    _, first, link = np.unique(np.column_stack([mode, key]), axis=0, return_index=True, return_inverse=True)
    together = np.zeros((2, len(first)))
    for row in range(2):
        np.add.at(together[row], link.ravel(), kt[row, moving])
    return _Links(moving[first], together)


def flow_lines(network: Network, kt: np.ndarray, least: float = LEAST_SHARE) -> list[dict[str, Any]]:
    """The section `flows` of the results: lines of the map with thousand tonnes a year, the busiest last.

    kt: (2, m) on each arc, before and after. least: share of the busiest line's tonnes that a line must carry.
    """
    links = _links(network, kt)
    if not len(links.arc):
        return []
    busy = links.kt.max(0) >= least * links.kt.max()
    links = _Links(links.arc[busy], links.kt[:, busy])
    km = network.parts[links.arc, :3].sum(1)
    rows = []
    for chain in _chains(network, links):
        points: list[np.ndarray] = []
        for number, along in chain:
            line = arc_lines(network, links.arc[[number]])[0]
            points.append(line if along else line[::-1])
        numbers = [number for number, _ in chain]
        weight = (
            km[numbers] / km[numbers].sum()
            if km[numbers].sum() > 0
            else np.full(len(numbers), 1 / len(numbers))
        )
        before, after = (round(float(weight @ one[numbers]), 1) for one in links.kt)
        rows.append(
            {
                "mode": _MODES[Kind(network.kind[links.arc[numbers[0]]])],
                "line": swapped(simplified(np.concatenate(points), _FINEST)),
                "before_kt": before,
                "after_kt": after,
            }
        )
    return sorted(rows, key=lambda row: max(row["before_kt"], row["after_kt"]))


def _chains(network: Network, links: _Links) -> list[list[tuple[int, bool]]]:
    """Links strung together where two of a mode that carry alike meet: their numbers, and whether as the arc runs."""
    at: dict[tuple[int, int], list[int]] = {}
    tail, head = network.tail[links.arc].tolist(), network.head[links.arc].tolist()
    mode = [min(int(kind), int(Kind.SERVICE)) for kind in network.kind[links.arc]]
    for number in range(len(tail)):
        at.setdefault((mode[number], tail[number]), []).append(number)
        at.setdefault((mode[number], head[number]), []).append(number)
    left = set(range(len(tail)))
    chains = []
    for start in range(len(tail)):
        if start not in left:
            continue
        left.discard(start)
        chain = [(start, True)]
        for forward in (True, False):
            node = head[start] if forward else tail[start]
            while True:
                others = [one for one in at[mode[start], node] if one in left]
                if (
                    len(at[mode[start], node]) != 2
                    or len(others) != 1
                    or not _alike(links.kt, start, others[0])
                ):
                    break
                follower = others[0]
                left.discard(follower)
                along = (tail[follower] == node) == forward
                node = head[follower] if (tail[follower] == node) else tail[follower]
                chain = [*chain, (follower, along)] if forward else [(follower, along), *chain]
        chains.append(chain)
    return chains


def _alike(kt: np.ndarray, a: int, b: int) -> bool:
    return bool((np.abs(kt[:, a] - kt[:, b]) <= ALIKE * kt[:, [a, b]].max(1)).all())


def simplified(points: np.ndarray, tolerance: float) -> np.ndarray:
    """The points (n, 2) of a line that matter at a tolerance in their unit: Douglas and Peucker, 1973."""
    kept = np.zeros(len(points), bool)
    kept[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        a, b = spans.pop()
        if b - a < 2:
            continue
        way, off = points[b] - points[a], points[a + 1 : b] - points[a]
        length = float(np.hypot(*way))
        if length > 0:
            along = np.clip(off @ way / length**2, 0.0, 1.0)
            off = off - along[:, None] * way
        gap = np.hypot(off[:, 0], off[:, 1])
        farthest = int(gap.argmax())
        if gap[farthest] > tolerance:
            middle = a + 1 + farthest
            kept[middle] = True
            spans += [(a, middle), (middle, b)]
    return points[kept]
