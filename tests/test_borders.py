"""Hours at borders as the map shows them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from landbridge.appraisal.drawing import base_map
from landbridge.appraisal.results.borders import borders
from landbridge.measures import Case, settings_of
from landbridge.network import Network, compile_measures
from landbridge.network.graph import Kind
from landbridge.world.network_tables import crossing_rows


def test_hours_are_those_of_the_table_and_of_the_measures(network: Network, case: Case) -> None:
    compiled = compile_measures(network, case.measures)
    appraiser = SimpleNamespace(network=compiled, settings_of_sides=lambda sides: settings_of(case.measures))
    appraisal: Any = SimpleNamespace(appraiser=appraiser, case=case)
    names = {"Khorgos/Nur Zholy", "Alashankou/Dostyk", "Samur/Yarag-Kazmalyar"}
    crossings = base_map(compiled.network, names)["crossings"]
    assert crossings
    kt = np.zeros((2, len(compiled.network.tail)))
    kt[:, compiled.network.crossing == "Khorgos/Nur Zholy"] = [[5.0], [7.0]]
    rows = {(row["name"], row["mode"]): row for row in borders(appraisal, crossings, kt)}
    table = crossing_rows("road")["Khorgos/Nur Zholy"]
    road = rows["Khorgos/Nur Zholy", "road"]
    dwell = (float(table["dwell_a_to_b_h"]) + float(table["dwell_b_to_a_h"])) / 2
    assert road["hours_before"] == pytest.approx(dwell + float(table["gauge_change_h"] or 0))
    assert 0 < road["before_kt"] < road["after_kt"]
    # M01 and M06 take hours off one direction each way of writing it; both directions are shown as their mean.
    saved = road["hours_before"] - road["hours_after"]
    assert 0 < saved < road["hours_before"]
    for row in rows.values():
        assert row["hours_after"] <= row["hours_before"] + 1e-9
    arcs = (compiled.network.crossing == "Alashankou/Dostyk") & (compiled.network.kind == Kind.RAIL)
    assert (("Alashankou/Dostyk", "rail") in rows) == bool(arcs.any())
