"""Freight through border crossings, compared with published tonnes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landbridge.network.graph import Kind, Network, build_network
from landbridge.network.loading import load_freight, through
from landbridge.network.relief import od_tonnes
from landbridge.network.skim import Skimmer
from landbridge.network.tradecost import zone_weights
from landbridge.world.data import read_csv
from landbridge.world.economy_base import load_economy_base
from landbridge.world.network_tables import load_cargo_classes

# The network stands as on this day of each base's year; no base is nearer to a later year than the last.
DATES = {2017: datetime.date(2017, 6, 8), 2022: datetime.date(2022, 7, 1)}
_DAYS = 365.0
_KINDS = {"rail": Kind.RAIL, "road": Kind.ROAD}


@dataclass(frozen=True)
class BorderFlow:
    """Published and modelled million tonnes a year through crossings, both directions together.

    base: year of the economy base and of the network that the model's figure is of.
    """

    crossings: tuple[str, ...]
    mode: str
    published: float
    model: float
    year: str
    base: int
    flag: str
    source: str

    @property
    def ratio(self) -> float:
        """Model over published."""
        return self.model / self.published


def baseline_flows(year: int) -> tuple[Network, np.ndarray]:
    """The shipped network of a base's year and million tonnes a year (m,) of trade between economies on each arc."""
    network, classes, base = build_network(DATES[year]), load_cargo_classes(), load_economy_base(year)
    skimmer = Skimmer(network, classes, np.zeros(0, int))
    home = np.array([zone.economy for zone in network.atlas.zones])
    abroad = home[:, None] != home[None, :]
    tonnes = od_tonnes(_DAYS * base.trade, classes, base.sectors, zone_weights(base.economies))
    tonnes = {name: np.where(abroad, one, 0.0) for name, one in tonnes.items()}
    states = [(np.ones(abroad.shape, bool), skimmer.unchanged())]
    return network, load_freight(skimmer, states, skimmer.skim(states), tonnes).arcs


def border_flows() -> list[BorderFlow]:
    """Every row of border_flows_published.csv beside the model."""
    found, flows = [], {year: baseline_flows(year) for year in DATES}
    for row in read_csv("network/border_flows_published.csv"):
        base = min(DATES, key=lambda year: abs(year - int(row["year"])))
        network, flow = flows[base]
        names = tuple(row["crossings"].split(";"))
        model = sum(float(through(network, flow, name, _KINDS[row["mode"]])) for name in names)
        found.append(
            BorderFlow(
                names,
                row["mode"],
                float(row["published_mt"]),
                model,
                row["year"],
                base,
                row["flag"],
                row["source"],
            )
        )
    return found


def border_flow_lines(flows: Sequence[BorderFlow]) -> list[str]:
    """The comparison as lines of a table in million tonnes a year."""
    lines = [f"{'crossings and mode':52} {'year':>6} {'published':>9} {'base':>6} {'model':>7} {'ratio':>6}"]
    for one in flows:
        name = f"{' + '.join(one.crossings)}, {one.mode}"
        lines.append(
            f"{name[:52]:52} {one.year:>6} {one.published:9.2f} {one.base:>6} {one.model:7.2f} {one.ratio:6.1f}"
        )
    return lines
