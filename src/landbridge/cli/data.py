"""`landbridge data`: what is shipped, from where, under which licence."""

from __future__ import annotations

import argparse
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
    problems = verify()
    if options.json:
        print_json([{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems])
    else:
        for problem in problems:
            print(f"landbridge: {problem}", file=sys.stderr)
        if not problems:
            print(f"{len(resources())} files, all as listed")
    return 1 if problems else 0


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
