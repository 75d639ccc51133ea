"""`landbridge read`: from a text to an agreement record."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from landbridge.cli.common import Commands, write_whole


def add_to(commands: Commands) -> None:
    """Declares the command."""
    read = commands.add_parser("read", help="read an agreement's text into a record")
    read.add_argument("file", metavar="FILE", help="a text in English, UTF-8")
    read.add_argument(
        "-o", "--output", type=Path, metavar="RECORD.json", help="write the record to this file"
    )
    read.add_argument("--json", action="store_true", help="print the record on standard output")
    read.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    from landbridge.agreements import dump_record, load_text, read_text

    path = Path(options.file)
    record = read_text(load_text(path), name=path.stem)
    text = dump_record(record)
    if options.output is not None:
        write_whole(options.output, text)
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
