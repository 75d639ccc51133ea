"""`landbridge data`: what is shipped, from where, under which licence."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

from landbridge.cli.common import Commands, print_json
from landbridge.errors import InputError, Problem


def add_to(commands: Commands) -> None:
    """Declares the command."""
    data = commands.add_parser("data", help="the shipped data: list, verify, build")
    data.add_argument(
        "action",
        choices=["list", "verify", "build"],
        help="list files, verify hashes, or rebuild (in a source checkout)",
    )
    data.add_argument(
        "--downloads", type=Path, metavar="DIR", help="for build: the folder of the source packages"
    )
    data.add_argument(
        "--network",
        action="store_true",
        help="for verify: check the network: lengths, connection, detours, what is missing, corridor times",
    )
    data.add_argument("--json", action="store_true", help="print as JSON")
    data.set_defaults(run=run)


# The packages that each script reads, as `tools/README.md` says how to fetch them.
_BUILDERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("build_economy.py", {"--wheel": "sanction_simulator-*.whl"}),
    (
        "build_network.py",
        {
            "--scgraph": "scgraph_data-*.whl",
            "--searoute": "searoute-*.tar.gz",
            "--atlas": "package/countries-10m.json",
            "--atlas-small": "package/countries-50m.json",
        },
    ),
    ("build_datapackage.py", {}),
)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    from landbridge.world.data import resources, verify

    if options.action == "list":
        rows = [vars(resource) | {"flags": list(resource.flags)} for resource in resources().values()]
        if options.json:
            print_json(rows)
        else:
            for row in rows:
                print(
                    f"{row['file']}: {row['title']}\n    {row['rows']} rows; {row['licence']}; {row['source']}"
                )
                for flag in row["flags"]:
                    print(f"    flag: {flag}")
        return 0
    if options.action == "build":
        return _build_data(options.downloads)
    if options.network:
        return _verify_network(options.json)
    problems = verify()
    if options.json:
        print_json([{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems])
    else:
        for problem in problems:
            print(f"landbridge: {problem}", file=sys.stderr)
        if not problems:
            print(f"{len(resources())} files, all as listed")
    return 1 if problems else 0


def _verify_network(as_json: bool) -> int:
    from dataclasses import asdict

    from landbridge.network.border_flows import border_flow_lines, border_flows
    from landbridge.network.quality import LEAST_SHARE, network_quality
    from landbridge.network.shares import mode_share_residuals, residual_lines

    found, by_mode, at_borders = network_quality(), mode_share_residuals(), border_flows()
    status = 1 if found.disconnected else 0
    if as_json:
        rest = {
            "disconnected": [asdict(c) for c in found.disconnected],
            "mode_shares": [asdict(one) for one in by_mode],
            "border_flows": [asdict(one) for one in at_borders],
        }
        print_json(_finite(asdict(found) | rest))
        return status
    print("Rail lines: km in print, as the network counts them, on the map")
    for line in found.lengths:
        name = f"{line.origin}-{line.destination}"
        if line.why_not:
            print(f"  {name:28} {line.published_km:7.0f}   not compared: {line.why_not}")
        else:
            print(
                f"  {name:28} {line.published_km:7.0f} {line.network_km:7.0f} {line.map_km:7.0f} "
                f"{line.error_percent:+6.1f} %"
            )
    print(f"Share of km in the main component (at least {LEAST_SHARE:.0%})")
    for mode in ("rail", "road"):
        shares = [c for c in found.connections if c.mode == mode and c.required]
        print(f"  {mode}: " + ", ".join(f"{c.iso3} {c.share:.1%}" for c in shares))
    print("Detours between near cities: straight km, network km, ratio")
    for detour in found.detours:
        if not detour.explained:
            print(
                f"  {detour.mode} {detour.a} - {detour.b}: {detour.straight_km:.0f} {detour.network_km:.0f} "
                f"{detour.ratio:.1f}"
            )
    known = sum(bool(detour.explained) for detour in found.detours)
    print(f"  and {known} explained in network/known_detours.csv")
    print("Crossings without a link, places that a mode does not reach")
    for kind in ("crossing", "station", "port", "zone"):
        for mode in ("rail", "road"):
            names = [f"{m.name} ({m.iso3})" for m in found.missing if (m.kind, m.mode) == (kind, mode)]
            if names:
                print(f"  {mode}, {kind}: " + ", ".join(names))
    print("Corridors: published, ours with its standard deviation, residual")
    for corridor in found.corridors:
        published = f"{corridor.low:g}" + (f"-{corridor.high:g}" if corridor.high > corridor.low else "")
        head = f"  {corridor.name} ({corridor.mode}, {corridor.year}): {published} {corridor.unit}"
        if not math.isfinite(corridor.ours):
            print(f"{head}, the network of that year has no such way")
            continue
        spread = f" sd {corridor.spread:.1f}" if corridor.unit == "days" else ""
        print(f"{head}, ours {corridor.ours:.1f}{spread}, {corridor.residual_percent:+.0f} %")
    print("Shares of the modes in trade, published and ours")
    for text in residual_lines(by_mode):
        print(f"  {text}")
    print(
        "Freight through borders, million tonnes a year, published and ours; ours without coal, oil and gas"
    )
    for text in border_flow_lines(at_borders):
        print(f"  {text}")
    for connection in found.disconnected:
        message = f"{connection.share:.1%} of {connection.mode} km are in the main component"
        print(f"landbridge: {connection.iso3}: {message}", file=sys.stderr)
    return status


def _finite(value: object) -> object:
    """The document with null for what is infinite or not a number, which JSON does not know."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _build_data(downloads: Path | None) -> int:
    import os
    import subprocess

    from landbridge.world.data import data_folder

    tools = data_folder().parents[2] / "tools"
    if not (tools / "build_network.py").is_file():
        message = "the data can be rebuilt in a source checkout only"
        raise InputError(Problem("data build", message, "clone the repository; see tools/README.md there"))
    if downloads is None:
        raise InputError(
            Problem("--downloads", "is missing", "name the folder of the packages; see tools/README.md")
        )
    commands = []
    for script, inputs in _BUILDERS:
        command = [sys.executable, str(tools / script)]
        for option, pattern in inputs.items():
            found = sorted(downloads.glob(pattern))
            if not found:
                message = f"holds no {pattern}"
                raise InputError(
                    Problem(str(downloads), message, "fetch the packages that tools/README.md names")
                )
            command += [option, str(found[-1])]
        commands.append(command)
    for command in commands:
        print(f"landbridge: {Path(command[1]).name}", file=sys.stderr)
        path = os.pathsep.join([str(tools), str(tools.parent / "src")])
        done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False)
        if done.returncode:
            message = f"stopped with status {done.returncode}"
            raise InputError(Problem(command[1], message, "read its message above"))
    return 0
