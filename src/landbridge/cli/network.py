"""`landbridge network`: the network as tables to edit or to map, and the check of a user's own."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import Any

from landbridge.cli.common import DEFAULT_DATE, Commands, print_json, read_date
from landbridge.errors import InputError, Problem

_FORMATS = ("gmns", "geopackage", "geoparquet")


def add_to(commands: Commands) -> None:
    """Declares the command."""
    network = commands.add_parser(
        "network", help="export the network as GMNS tables or for a map, check tables of your own"
    )
    actions = network.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser("export", help="write the network, or a part of it")
    export.add_argument(
        "output", type=Path, metavar="OUT", help="folder to write, absent or empty; for geopackage a file"
    )
    export.add_argument(
        "--format", choices=_FORMATS, default="gmns", help="tables to edit (default) or layers to map"
    )
    export.add_argument(
        "--countries", default="", metavar="ISO3,..", help="only what lies in these countries"
    )
    export.add_argument(
        "--at",
        default=DEFAULT_DATE,
        metavar="DATE",
        help=f"the network as it stands at a date (default {DEFAULT_DATE})",
    )
    export.add_argument(
        "--network", type=Path, metavar="DIR", help="for geopackage and geoparquet: GMNS tables of your own"
    )
    export.set_defaults(run=run_export)
    back = actions.add_parser(
        "import", help="a GeoPackage or GeoParquet that export wrote, back to GMNS tables"
    )
    back.add_argument(
        "source", type=Path, metavar="FILE", help="the GeoPackage, or the folder of GeoParquet files"
    )
    back.add_argument("output", type=Path, metavar="OUT", help="folder to write, absent or empty")
    back.set_defaults(run=run_import)
    check = actions.add_parser("check", help="everything wrong with GMNS tables of your own, at once")
    check.add_argument("folder", type=Path, metavar="DIR", help="the folder of the tables")
    check.add_argument(
        "--at",
        default=DEFAULT_DATE,
        metavar="DATE",
        help=f"check connections at a date (default {DEFAULT_DATE})",
    )
    check.add_argument("--json", action="store_true", help="print the problems as JSON")
    check.set_defaults(run=run_check)


def run_export(options: argparse.Namespace) -> int:
    """Writes the tables or layers and returns the exit status."""
    from landbridge.network.gmns_write import config_texts, contents, write_folder

    date = read_date(options.at)
    tables = _tables(options, date)
    config = {name: column[0] for name, column in tables["config"].items()}
    origin = f"{config['lb_source']}. {config['lb_licence']}"
    if options.format == "gmns":
        write_folder(options.output, contents(tables))
        _tell_of_loose_ends(options.output, date)
    else:
        from landbridge.network.geo import (
            CONFIG_LAYER,
            config_parquet,
            layers,
            to_geoparquet,
            write_geopackage,
        )

        found, texts = layers(tables), config_texts(tables)
        if options.format == "geopackage":
            write_geopackage(options.output, found, config=texts, source=origin, date=config["lb_date"])
        else:
            files = {f"{layer.name}.parquet": to_geoparquet(layer, source=origin) for layer in found}
            write_folder(options.output, {**files, f"{CONFIG_LAYER}.parquet": config_parquet(texts)})
    _tell_counts(options.output, tables)
    return 0


def run_import(options: argparse.Namespace) -> int:
    """Writes the tables of a GeoPackage or of GeoParquet files and returns the exit status."""
    from landbridge.network.geo_read import read_layers
    from landbridge.network.gmns_write import contents, write_folder

    tables = read_layers(options.source)
    write_folder(options.output, contents(tables))
    _tell_counts(options.output, tables)
    return 0


def _tell_counts(output: Path, tables: dict[str, dict[str, list[Any]]]) -> None:
    counts = ", ".join(
        f"{len(next(iter(tables[name].values())))} {name}s" for name in ("node", "link", "zone")
    )
    print(f"{output}: {counts}; {tables['config']['lb_licence'][0]}")


def _tell_of_loose_ends(folder: Path, date: datetime.date) -> None:
    """Says on standard error what a part of the network lacks to stand alone: zones that the cut leaves unconnected."""
    from landbridge.network.gmns import read_sound_tables

    try:
        read_sound_tables(folder, date)
    except InputError as error:
        for problem in error.problems:
            print(f"to mend before use: {problem}", file=sys.stderr)


def _tables(options: argparse.Namespace, date: datetime.date) -> dict[str, dict[str, list[Any]]]:
    """The tables to write: of the shipped network, or the user's own."""
    countries = [code.strip().upper() for code in options.countries.split(",") if code.strip()]
    if options.network is None:
        from landbridge.network import build_network
        from landbridge.network.gmns_write import tables_of

        return tables_of(build_network(date), countries)
    if options.format == "gmns" or countries:
        message = "tables of your own are GMNS already, and are written whole"
        raise InputError(
            Problem("--network", message, "give --format geopackage or geoparquet, no --countries")
        )
    from landbridge.network.gmns import read_sound_tables

    return {name: cells.cells for name, cells in read_sound_tables(options.network, date).items()}


def run_check(options: argparse.Namespace) -> int:
    """Prints every problem of a folder of tables and returns the exit status."""
    from landbridge.network.gmns import read_network

    problems: tuple[Problem, ...] = ()
    network = None
    try:
        network = read_network(options.folder, read_date(options.at))
    except InputError as error:
        problems = error.problems
    if options.json:
        print_json([{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems])
    for problem in () if options.json else problems:
        print(f"landbridge: {problem}", file=sys.stderr)
    if network is not None and not options.json:
        zones = len(network.atlas.zones)
        print(
            f"{options.folder}: {len(network.node)} nodes, {len(network.tail)} arcs, {zones} zones, nothing wrong"
        )
        for note in network.atlas.notes:
            print(f"note: {note}")
    return 1 if problems else 0
