"""`landbridge compare`: two cases, or two results, side by side."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from landbridge.cli.common import Commands, check_jobs, print_json
from landbridge.errors import InputError


def add_to(commands: Commands) -> None:
    """Declares the command."""
    compare = commands.add_parser(
        "compare",
        help="two cases or two results side by side",
        description="Puts two results beside each other: real income, synergy, cost, CO2 and freight. A and B are each"
        " a folder that `landbridge appraise` wrote, its results.json, or a case, which is appraised first (quickly,"
        " and without writing anything).",
        epilog="example: landbridge appraise CASE -o out/all; landbridge appraise CASE -o out/less --without A05;"
        " landbridge compare out/all out/less",
    )
    compare.add_argument("first", metavar="A", help="results, or a case")
    compare.add_argument("second", metavar="B", help="results, or a case")
    compare.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="processes for appraising (default 2)"
    )
    compare.add_argument("--json", action="store_true", help="print the comparison as one JSON document")
    compare.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    from landbridge.report.compare import as_text, compare

    check_jobs(options.jobs)
    results = [_results(name, options.jobs) for name in (options.first, options.second)]
    compared = compare(*results)
    if options.json:
        print_json(compared)
    else:
        print("\n".join(as_text(compared)))
    return 0


def _results(name: str, jobs: int) -> dict[str, Any]:
    """The results of a name: read where they are written, else of the case, which is appraised."""
    from landbridge.measures import shipped_cases
    from landbridge.report.compare import RESULTS, load_results

    path = Path(name)
    if path.is_file() or (path / RESULTS).is_file():
        return load_results(path)
    if name not in shipped_cases() and not (path / "case.toml").is_file():
        # Says what is missing, and of a case's name what comes near.
        if path.is_dir():
            return load_results(path)
        from landbridge.measures import load_case

        load_case(name)
    return _appraised(name, jobs)


def _appraised(name: str, jobs: int) -> dict[str, Any]:
    from landbridge.appraisal import Options, appraise, problems_of, to_results
    from landbridge.measures import load_case

    case = load_case(name)
    problems = problems_of(case)
    if problems:
        raise InputError(problems)
    print(f"{case.name}: appraising", file=sys.stderr)
    found = appraise(case, Options(quick=True, jobs=jobs))
    return to_results(found, rerun=f"landbridge appraise {name} --quick", quotations_checked=False)
