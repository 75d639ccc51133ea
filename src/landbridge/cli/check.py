"""`landbridge check`: everything wrong with a case, at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from landbridge.cli.common import Commands, print_json
from landbridge.errors import InputError, Problem


def add_to(commands: Commands) -> None:
    """Declares the command."""
    check = commands.add_parser(
        "check", help="check a case or a record: quotations, places, sectors, units, sides"
    )
    check.add_argument(
        "case", metavar="CASE", help="a shipped case's name or a folder, or a record's file (.json)"
    )
    check.add_argument(
        "--source", type=Path, metavar="FILE", help="the agreement's text, to check every quotation"
    )
    check.add_argument("--json", action="store_true", help="print the problems as JSON")
    check.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    found = ""
    problems: list[Problem] = []
    try:
        if Path(options.case).suffix == ".json":
            found = _check_record(Path(options.case), options.source, problems)
        else:
            found = _check_case(options.case, options.source, problems)
    except InputError as error:
        problems += error.problems
    if options.json:
        print_json([{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems])
        return 1 if problems else 0
    for problem in problems:
        print(f"landbridge: {problem}", file=sys.stderr)
    if not problems:
        source = "every quotation stands" if options.source else "quotations not checked: no --source"
        print(f"{found}, nothing wrong; {source}")
    return 1 if problems else 0


def _check_case(name: str, source: Path | None, problems: list[Problem]) -> str:
    from landbridge.agreements import load_text, verify
    from landbridge.appraisal import problems_of
    from landbridge.measures import load_case

    case = load_case(name)
    problems += problems_of(case)
    if source is not None:
        problems += verify(case.record, load_text(source))
    return f"{case.name}: {len(case.measures)} measures, {len(case.sides)} sides"


def _check_record(path: Path, source: Path | None, problems: list[Problem]) -> str:
    from landbridge.agreements import load_record, load_text, verify
    from landbridge.agreements.review import edits_of

    record = load_record(path)
    if source is not None:
        problems += verify(record, load_text(source))
    edits = edits_of(record)
    changed = [*edits.edited, *edits.added, *edits.removed, *edits.fields]
    corrected = f", {len(changed)} corrected ({', '.join(changed)})" if changed else ""
    return f"{path}: {len(record.commitments)} commitments, {len(record.alignments)} alignments{corrected}"
