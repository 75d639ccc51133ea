"""`landbridge check`: everything wrong with a case, at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from landbridge.cli.common import Commands, print_json
from landbridge.errors import InputError


def add_to(commands: Commands) -> None:
    """Declares the command."""
    check = commands.add_parser("check", help="check a case: quotations, places, sectors, units, sides")
    check.add_argument("case", metavar="CASE", help="a shipped case's name or a folder")
    check.add_argument(
        "--source", type=Path, metavar="FILE", help="the agreement's text, to check every quotation"
    )
    check.add_argument("--json", action="store_true", help="print the problems as JSON")
    check.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
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
        print_json([{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems])
    else:
        for problem in problems:
            print(f"landbridge: {problem}", file=sys.stderr)
        if not problems and case is not None:
            source = "every quotation stands" if options.source else "quotations not checked: no --source"
            print(
                f"{case.name}: {len(case.measures)} measures, {len(case.sides)} sides, nothing wrong; {source}"
            )
    return 1 if problems else 0
