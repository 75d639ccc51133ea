"""Hours and tonnes at the border crossings of the map, before and with everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landbridge.network import Part
from landbridge.network.graph import Kind
from landbridge.network.loading import through

if TYPE_CHECKING:
    from landbridge.appraisal.appraise import Appraisal

_MODES = {"rail": Kind.RAIL, "road": Kind.ROAD}


def borders(appraisal: Appraisal, crossings: list[dict[str, Any]], kt: np.ndarray) -> list[dict[str, Any]]:
    """Hours that freight between the parties loses at each crossing of the map, changes of gauge included, and tonnes.

    crossings: those of the map, with name, mode and place. kt: (2, m) thousand tonnes a year on each arc. The hours
    are the mean of all directions and tracks in use.
    """
    measures, parties = appraisal.appraiser.network, appraisal.case.parties
    network = measures.network
    everything = appraisal.appraiser.settings_of_sides([side.id for side in appraisal.case.sides])
    state = measures.state_between(everything, parties[0], parties[-1])
    after, usable = network.parts.copy(), network.open.copy()
    after[measures.touched], usable[measures.touched] = state.parts, state.open
    rows = []
    for one in crossings:
        arcs = np.flatnonzero((network.crossing == one["name"]) & (network.kind == _MODES[one["mode"]]))
        hours = [
            parts[arcs[used[arcs]]][:, [Part.BORDER_H, Part.GAUGE_H]].sum(1)
            for parts, used in ((network.parts, network.open), (after, usable))
        ]
        if all(len(found) and found.any() for found in hours):
            before, then = (float(found.mean()) for found in hours)
            passing = through(network, kt, one["name"], _MODES[one["mode"]]).round(1).tolist()
            tonnes = dict(zip(("before_kt", "after_kt"), passing, strict=True))
            rows.append({**one, "hours_before": before, "hours_after": then, **tonnes})
    return rows
