"""The command line: parses, calls, prints. Exit status: 0 done, 1 wrong input, 2 usage, 3 did not converge."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from landbridge import __version__
from landbridge.errors import InputError, LandbridgeError, NotConvergedError, Problem, nearest

DESCRIPTION = """\
Turns a cooperation agreement between countries into an appraisal anyone can re-run: what each promised measure does
to freight time, cost and CO2, to trade and to real income, for whom, and how much more the two sides' programmes are
worth together than apart."""

EPILOG = """\
examples:
  landbridge appraise china-kazakhstan-2017          the shipped case; writes out/china-kazakhstan-2017/report.html
  landbridge route Lianyungang Almaty                the best way between two places
  landbridge read talks.txt -o record.json           from a text to an agreement record
  landbridge check china-kazakhstan-2017             everything wrong with a case, at once

exit status: 0 done, 1 the input is wrong, 2 usage, 3 an equilibrium was not reached"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="landbridge",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"landbridge {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    read = commands.add_parser("read", help="read an agreement's text into a record")
    read.add_argument("file", metavar="FILE", help="a text in English, UTF-8")
    read.add_argument(
        "-o", "--output", type=Path, metavar="RECORD.json", help="write the record to this file"
    )
    read.add_argument("--json", action="store_true", help="print the record on standard output")
    read.set_defaults(run=_read)

    check = commands.add_parser("check", help="check a case: quotations, places, sectors, units, sides")
    check.add_argument("case", metavar="CASE", help="a shipped case's name or a folder")
    check.add_argument(
        "--source", type=Path, metavar="FILE", help="the agreement's text, to check every quotation"
    )
    check.add_argument("--json", action="store_true", help="print the problems as JSON")
    check.set_defaults(run=_check)

    appraise = commands.add_parser("appraise", help="appraise a case and write its report")
    appraise.add_argument("case", metavar="CASE", help="a shipped case's name or a folder")
    appraise.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="folder to write (default out/CASE)"
    )
    appraise.add_argument(
        "--source", type=Path, metavar="FILE", help="the agreement's text, to check every quotation"
    )
    appraise.add_argument("--jobs", type=int, default=2, metavar="N", help="threads (default 2)")
    appraise.add_argument("--json", action="store_true", help="print results.json on standard output too")
    appraise.set_defaults(run=_appraise)

    route = commands.add_parser("route", help="the best door-to-door route between two places")
    route.add_argument("origin", metavar="FROM", help="a city, port, station or border crossing")
    route.add_argument("destination", metavar="TO", help="likewise")
    route.add_argument(
        "--class",
        dest="cargo",
        default="manufactures",
        metavar="K",
        help="bulk, agrifood, materials, manufactures (default) or equipment",
    )
    route.add_argument("--avoid", default="", metavar="ISO3,..", help="countries not to enter")
    route.add_argument("--mode", choices=["rail", "road", "sea"], help="only ways led by this mode")
    route.add_argument(
        "--at", default="2017-06-08", metavar="DATE", help="the network at a date (default 2017-06-08)"
    )
    route.add_argument("--json", action="store_true", help="print the route as JSON")
    route.set_defaults(run=_route)

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
    data.set_defaults(run=_data)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except InputError as error:
        for problem in error.problems:
            print(f"landbridge: {problem}", file=sys.stderr)
        return 1
    except NotConvergedError as error:
        print(f"landbridge: {error}", file=sys.stderr)
        return 3
    except LandbridgeError as error:
        print(f"landbridge: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=1))


def _read(options: argparse.Namespace) -> int:
    from landbridge.agreements import dump_record, load_text, read_text

    path = Path(options.file)
    record = read_text(load_text(path), name=path.stem)
    text = dump_record(record)
    if options.output is not None:
        _write_whole(options.output, text)
    if options.json:
        print(text, end="")
        return 0
    two_sided = [alignment for alignment in record.alignments if alignment.side_a and alignment.side_b]
    date = record.document.date.iso if record.document.date else "no date in the text"
    if not record.commitments:
        print("landbridge: no commitment found: is this an agreement's text?", file=sys.stderr)
    print(f"{record.document.genre}, {date}; parties: {', '.join(party.iso3 for party in record.parties)}")
    print(
        f"{len(record.commitments)} commitments, {len(two_sided)} two-sided alignments, "
        f"{len(record.instruments)} instruments"
    )
    for commitment in record.commitments:
        print(
            f"  {commitment.id} {commitment.strength:12} {'+'.join(commitment.promisors):9} {commitment.quote}"
        )
    for alignment in two_sided:
        assert alignment.side_a is not None
        assert alignment.side_b is not None
        print(f"  {alignment.id} {alignment.side_a.quote}  <->  {alignment.side_b.quote}")
    return 0


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".part")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(
            Problem(str(path), f"cannot be written: {error.strerror}", "give a writable place")
        ) from error


def _check(options: argparse.Namespace) -> int:
    from landbridge.agreements import load_text, verify
    from landbridge.appraisal import problems_of
    from landbridge.measures import load_case

    case = None
    try:
        case = load_case(options.case)
        problems = problems_of(case)
        if options.source is not None:
            problems += verify(case.record, load_text(options.source))
    except InputError as error:
        problems = list(error.problems)
    if options.json:
        _print_json([{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems])
    else:
        for problem in problems:
            print(f"landbridge: {problem}", file=sys.stderr)
        if not problems and case is not None:
            source = "every quotation stands" if options.source else "quotations not checked: no --source"
            print(
                f"{case.name}: {len(case.measures)} measures, {len(case.sides)} sides, nothing wrong; {source}"
            )
    return 1 if problems else 0


def _appraise(options: argparse.Namespace) -> int:
    from landbridge.agreements import load_text, verify
    from landbridge.appraisal import appraise, problems_of, to_results
    from landbridge.measures import load_case
    from landbridge.report import check_folder, write

    started = time.perf_counter()

    def progress(message: str) -> None:
        print(f"{time.perf_counter() - started:6.1f} s  {message}", file=sys.stderr)

    if options.jobs < 1:
        raise InputError(Problem("--jobs", f"{options.jobs} is less than one", "give one thread or more"))
    case = load_case(options.case)
    folder = options.output or Path("out") / case.name
    check_folder(folder)
    problems = problems_of(case)
    if options.source is not None:
        problems += verify(case.record, load_text(options.source))
    if problems:
        raise InputError(problems)
    progress(f"{case.name}: checked")
    results = to_results(
        appraise(case, jobs=options.jobs, progress=progress),
        rerun=f"landbridge appraise {options.case}"
        + (f" --source {options.source}" if options.source else ""),
        quotations_checked=options.source is not None,
    )
    write(results, folder)
    progress(f"report written: {folder / 'report.html'}")
    if options.json:
        _print_json(results)
    return 0


def _route(options: argparse.Namespace) -> int:
    from landbridge.network import build_network, describe, find_routes
    from landbridge.world.network_tables import load_cargo_classes
    from landbridge.world.places import gazetteer

    classes = {cargo.name: cargo for cargo in load_cargo_classes()}
    if options.cargo not in classes:
        raise InputError(
            Problem("--class", f"{options.cargo} is no cargo class", f"one of {', '.join(classes)}")
        )
    try:
        date = datetime.date.fromisoformat(options.at)
    except ValueError as error:
        raise InputError(Problem("--at", f"{options.at} is not a date", "write it as 2017-06-08")) from error
    avoid = [code.strip().upper() for code in options.avoid.split(",") if code.strip()]
    origin, destination = gazetteer().find(options.origin), gazetteer().find(options.destination)
    network = build_network(date)
    known = set(network.node_country.tolist())
    for code in avoid:
        if code not in known:
            raise InputError(Problem("--avoid", f"{code} is no country of the network", nearest(code, known)))
    routes = [
        describe(route)
        for route in find_routes(network, origin, destination, classes[options.cargo], avoid=avoid)
    ]
    if options.mode is not None:
        routes = [route for route in routes if route["chain"] == options.mode]
        if not routes:
            message = f"no way leads there by {options.mode}"
            raise InputError(Problem(f"{origin.name} to {destination.name}", message, "leave --mode out"))
    best = {
        "from": origin.name,
        "to": destination.name,
        "class": options.cargo,
        "at": date.isoformat(),
        **routes[0],
        "other_chains": routes[1:],
    }
    if options.json:
        _print_json(best)
        return 0
    _print_route(best)
    return 0


def _print_route(best: dict[str, Any]) -> None:
    print(
        f"{best['from']} to {best['to']}, {best['class']}, network of {best['at']}: best by {best['chain']}"
    )
    print(f"  {best['days']:.1f} days, {best['usd_per_t']:.0f} USD/t, {best['kgco2e_per_t']:.0f} kg CO2e/t")
    print(f"  with the value of time: {best['generalised_cost_usd_per_t']:.0f} USD/t")
    for leg in best["legs"]:
        spent = leg["hours"]
        print(
            f"  {leg['mode']:5} {leg['from']} - {leg['to']}: {sum(leg['km'].values()):.0f} km, "
            f"{spent['moving']:.0f} h moving, {spent['border']:.0f} h at borders, {spent['gauge_change']:.0f} h gauge "
            f"change, {spent['port_and_terminal']:.0f} h port and terminal; {leg['usd_per_t']:.0f} USD/t "
            f"[{' '.join(leg['countries'])}]"
            + (f" via {', '.join(leg['crossings'])}" if leg["crossings"] else "")
        )
    worth_naming = 3.0 * best["generalised_cost_usd_per_t"]
    for other in best["other_chains"]:
        if other["generalised_cost_usd_per_t"] > worth_naming:
            continue
        with_time = other["generalised_cost_usd_per_t"]
        print(
            f"  or by {other['chain']}: {other['days']:.1f} days, {other['usd_per_t']:.0f} USD/t, "
            f"with the value of time {with_time:.0f} USD/t"
        )


def _data(options: argparse.Namespace) -> int:
    from landbridge.world.data import resources, verify

    if options.action == "list":
        rows = [vars(resource) | {"flags": list(resource.flags)} for resource in resources().values()]
        if options.json:
            _print_json(rows)
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
        _print_json([{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems])
    else:
        for problem in problems:
            print(f"landbridge: {problem}", file=sys.stderr)
        if not problems:
            print(f"{len(resources())} files, all as listed")
    return 1 if problems else 0


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


if __name__ == "__main__":
    sys.exit(main())
