"""A world of two cities in two countries, small enough to count by hand."""

from __future__ import annotations

import datetime
import json
from typing import Any

import numpy as np

from landbridge.measures import KINDS, MeasureBase
from landbridge.network import Network, Part
from landbridge.network.atlas import Atlas, Lines
from landbridge.network.graph import Kind
from landbridge.network.parts import COUNT
from landbridge.world.network_tables import CargoClass
from landbridge.world.places import Gazetteer, Place, Zone

GOODS = CargoClass("goods", "Goods", ("A",), value_usd_per_t=2400.0, time_value=0.01)
VOT = 2400.0 * 0.01 / 24.0  # USD a tonne and hour
ACCESS = 5.0


def measure(kind: str, value: float, unit: str, name: str = "M01", **keys: Any) -> MeasureBase:
    """A measure with half of the value at low, and twice of it at high."""
    content = {
        "id": name,
        "title": "A test",
        "side": "A01.a",
        "cites": ["C01"],
        "start": "2020-01-01",
        "from": "assumption",
        "citation": "a test",
        "kind": kind,
        "value": {"low": value / 2, "mid": value, "high": value * 2, "unit": unit},
    }
    return KINDS[kind].model_validate_json(json.dumps({**content, **keys}))


def world(*, ship: bool = False) -> Network:
    """Two cities of two countries: by rail over one post, 10 h of running, 60 of dwell, 5 of gauge and 30 USD a tonne,
    or, with ship, by rail to a port, a service of 20 h and 24 in ports for 40 USD, and by rail from a port.

    A station Mid of the western country has a railway over a second post, 2 h, 10 h of dwell and 12 USD, but none to
    the western city.
    """
    found = (
        ("zone", "West", "AAA", 45.0, 140.0),
        ("zone", "East", "BBB", 45.0, 150.0),
        ("port", "Left", "AAA", 44.0, 141.0),
        ("port", "Right", "BBB", 44.0, 149.0),
        ("station", "Mid", "AAA", 46.0, 144.0),
    )
    places = tuple(Place(kind, name, name, iso3, north, east) for kind, name, iso3, north, east in found)
    # Rail nodes: 0 West, 1 East, 2 Mid; places from 3: West, East, Left, Right, Mid.
    rail = np.array([[45.0, 140.1], [45.0, 149.9], [46.0, 144.1]])
    node = np.vstack([rail, [[place.latitude, place.longitude] for place in places]])
    country = np.array(["AAA", "BBB", "AAA", *(place.iso3 for place in places)])
    ways: list[tuple[int, int, Kind, dict[Part, float], str, str]] = [
        (0, 1, Kind.RAIL, {Part.KM_RAIL: 400, Part.MOVING_H: 10, Part.BORDER_H: 60, Part.GAUGE_H: 5, Part.HAUL_USD: 30,
         Part.FIXED_USD: 8}, "Post", ""),
        (2, 1, Kind.RAIL, {Part.KM_RAIL: 80, Part.MOVING_H: 2, Part.BORDER_H: 10, Part.HAUL_USD: 12}, "Second", ""),
        (3, 0, Kind.RAIL_ACCESS, {Part.FIXED_USD: ACCESS, Part.PORT_H: 6}, "", ""),
        (4, 1, Kind.RAIL_ACCESS, {Part.FIXED_USD: ACCESS}, "", ""),
        (5, 0, Kind.RAIL_ACCESS, {Part.FIXED_USD: ACCESS}, "", ""),
        (6, 1, Kind.RAIL_ACCESS, {Part.FIXED_USD: ACCESS}, "", ""),
        (7, 2, Kind.RAIL_ACCESS, {Part.FIXED_USD: ACCESS}, "", ""),
        (5, 6, Kind.SERVICE, {Part.KM_SEA: 500, Part.MOVING_H: 20, Part.PORT_H: 24, Part.HAUL_USD: 40}, "", "Ferry"),
    ]  # fmt: skip
    rows = [(a, b, *rest) for a, b, *rest in ways] + [(b, a, *rest) for a, b, *rest in ways]
    parts = np.zeros((len(rows), COUNT))
    for row, (*_, given, _, _) in enumerate(rows):
        for part, amount in given.items():
            parts[row, part] = amount
    kind = np.array([row[2] for row in rows])
    crossing = np.array([row[4] for row in rows])
    link = np.where(kind == Kind.RAIL, np.arange(len(rows)) % len(ways), -1)
    posts = tuple(Place("crossing", name, name, "AAA", 45.0, 145.0) for name in ("Post", "Second"))
    lines = {mode: Lines(np.zeros((0, 2)), np.zeros(1, int)) for mode in ("rail", "road")}
    zones = tuple(
        Zone(place.name, place.name, place.iso3, place.iso3, place.latitude, place.longitude, 1, 1.0, ())
        for place in places
        if place.kind == "zone"
    )
    return Network(
        date=datetime.date(2017, 6, 8),
        node=node,
        node_country=country,
        node_offset={"rail": 0, "road": 3, "place": 3},
        places=places,
        tail=np.array([row[0] for row in rows]),
        head=np.array([row[1] for row in rows]),
        kind=kind,
        parts=parts,
        link=link,
        forward=np.arange(len(rows)) < len(ways),
        open=(crossing != "Post") if ship else np.array([row[5] == "" for row in rows]),
        crossing=crossing,
        service=np.array([row[5] for row in rows]),
        atlas=Atlas(zones, lines, Gazetteer([(place, ()) for place in (*places, *posts)]), ()),
        capacity=np.where(crossing == "Post", 10_000.0, np.nan),
    )
