"""`landbridge read`: from a text to an agreement record, with what an analyst needs to correct it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landbridge.cli.common import Commands, write_all
from landbridge.errors import InputError, Problem

if TYPE_CHECKING:
    from landbridge.agreements import Record
    from landbridge.agreements.review import Rereading

FORMATS = "a document in English: .txt, .md, .html, .docx or .pdf"
EPILOG = """\
-o RECORD.json also writes RECORD.review.txt (what was read and what was not, to go through with the text at hand)
and, for a web page, Word file or PDF, RECORD.source.txt (the words that were read).
After corrections: landbridge check RECORD.json --source FILE"""


def add_to(commands: Commands) -> None:
    """Declares the command."""
    read = commands.add_parser(
        "read",
        help="read an agreement's text into a record",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    read.add_argument("file", type=Path, metavar="FILE", help=FORMATS)
    read.add_argument(
        "-o", "--output", type=Path, metavar="RECORD.json", help="write the record, and a review of it, here"
    )
    read.add_argument(
        "--keep",
        type=Path,
        metavar="OLD.json",
        help="a corrected record of an earlier text: its corrections stay where their words stand",
    )
    read.add_argument(
        "--measures", type=Path, metavar="MEASURES.toml", help="write measures that the clauses could carry"
    )
    read.add_argument(
        "--html", type=Path, metavar="TEXT.html", help="write the text with all that was read marked"
    )
    read.add_argument(
        "--csv", type=Path, metavar="FOLDER", help="write the record as tables into a new folder"
    )
    read.add_argument(
        "--endpoint",
        metavar="URL",
        help="ask a language model too, at an OpenAI-compatible address; the text is sent there. "
        "Key: LANDBRIDGE_API_KEY. Quotations that are not in the text are dropped",
    )
    read.add_argument("--model", metavar="NAME", help="the model to ask at --endpoint")
    read.add_argument(
        "--timeout", type=float, default=60.0, metavar="S", help="seconds to wait for the model (default 60)"
    )
    read.add_argument("--json", action="store_true", help="print the record on standard output, nothing else")
    read.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    from landbridge.agreements import dump_record, load_record, load_text, read_text
    from landbridge.agreements.review import reread

    if (options.endpoint is None) != (options.model is None):
        missing = "--model" if options.model is None else "--endpoint"
        raise InputError(Problem(missing, "is missing", "--endpoint and --model go together"))
    old = load_record(options.keep) if options.keep is not None else None
    text = load_text(options.file)
    record = read_text(text, name=options.file.stem)
    rereading = reread(old, record, text) if old is not None else None
    record = rereading.record if rereading is not None else record
    if options.endpoint is not None:
        record = _draft(record, text, options)
    write_all(_outputs(record, text, options))
    if not record.commitments:
        print("landbridge: no commitment found: is this an agreement's text?", file=sys.stderr)
    if options.json:
        print(dump_record(record), end="")
        return 0
    _print(record)
    if rereading is not None:
        _print_rereading(rereading)
    return 0


def _draft(record: Record, text: str, options: argparse.Namespace) -> Record:
    from landbridge.agreements.drafting import Endpoint, draft

    drafted = draft(record, text, Endpoint.from_environment(options.endpoint, options.model, options.timeout))
    for item in drafted.dropped:
        quote = " ".join(item.quote.split())
        print(f"landbridge: model's clause left out, {item.reason}: {quote[:120]}", file=sys.stderr)
    print(f"landbridge: {len(drafted.added)} clauses added from {options.model}", file=sys.stderr)
    alone = [item.id for item in record.commitments if item.id not in drafted.confirmed]
    if alone:
        known = f"{options.model} lists {len(drafted.confirmed)} of the rules' {len(record.commitments)} clauses too"
        print(f"landbridge: {known}; look first at {', '.join(alone)}", file=sys.stderr)
    return drafted.record


def _outputs(record: Record, text: str, options: argparse.Namespace) -> dict[Path, str]:
    """What each file to write shall hold."""
    from landbridge.agreements import dump_record
    from landbridge.agreements.exports import to_tables
    from landbridge.agreements.formats import CONVERTED
    from landbridge.agreements.summary import review_text

    files: dict[Path, str] = {}
    if options.output is not None:
        base = options.output.with_suffix("")
        files[options.output] = dump_record(record)
        files[base.with_name(base.name + ".review.txt")] = review_text(
            record, text, record_name=options.output.name
        )
        if options.file.suffix.casefold() in CONVERTED:
            files[base.with_name(base.name + ".source.txt")] = text
    if options.measures is not None:
        from landbridge.measures.suggest import suggestions_file

        files[options.measures] = suggestions_file(record)
    if options.html is not None:
        from landbridge.report import render_text

        files[options.html] = render_text(record, text)
    if options.csv is not None:
        if options.csv.exists():
            raise InputError(Problem(str(options.csv), "exists already", "name a new folder"))
        files |= {options.csv / name: table for name, table in to_tables(record).items()}
    return files


def _print(record: Record) -> None:
    from landbridge.agreements.summary import summary_lines

    for line in summary_lines(record):
        print(line)
    for commitment in record.commitments:
        words = " ".join(commitment.quote.split())
        print(f"  {commitment.id} {commitment.strength:12} {'+'.join(commitment.promisors):9} {words}")
    for alignment in record.alignments:
        if alignment.side_a and alignment.side_b:
            sides = (" ".join(side.quote.split()) for side in (alignment.side_a, alignment.side_b))
            print(f"  {alignment.id} {'  <->  '.join(sides)}")


def _print_rereading(rereading: Rereading) -> None:
    for name, parts in (
        ("corrections kept", rereading.kept),
        ("read only now", rereading.new),
        ("no longer in the text", rereading.gone),
    ):
        print(f"{name}: {', '.join(parts) or 'none'}")
    for item in rereading.fallen:
        print(f'correction {item.id} fell: "{item.quote}" is no longer there; nearest: "{item.nearest}"')
