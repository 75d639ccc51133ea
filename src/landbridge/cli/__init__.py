"""The command line: parses, calls, prints. Exit status: 0 done, 1 wrong input, 2 usage, 3 did not converge."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from landbridge import __version__
from landbridge.cli import appraise, check, compare, data, network, read, route, serve
from landbridge.errors import InputError, LandbridgeError, NotConvergedError

DESCRIPTION = """\
Turns a cooperation agreement between countries into an appraisal anyone can re-run: what each promised measure does
to freight time, cost and CO2, to trade and to real income, for whom, and how much more the two sides' programmes are
worth together than apart."""

EPILOG = """\
examples:
  landbridge appraise china-kazakhstan-2017          the shipped case; writes out/china-kazakhstan-2017/report.html
  landbridge appraise china-kazakhstan-2017 --shut Suez --without A05    what if; see docs/what-if.md
  landbridge route Lianyungang Almaty                the alternatives between two places, door to door
  landbridge read talks.txt -o record.json           from a text to an agreement record
  landbridge check china-kazakhstan-2017             everything wrong with a case, at once
  landbridge network export mine --countries KAZ,UZB  tables of a part of the network, to edit and appraise on

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

    for command in (read, check, appraise, compare, serve, route, network, data):
        command.add_to(commands)
    return parser


STOPPED = 130  # as shells call a command that Ctrl-C ended


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
    except KeyboardInterrupt:
        print("landbridge: stopped", file=sys.stderr)
        return STOPPED
