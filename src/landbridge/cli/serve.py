"""`landbridge serve`: the page, in a browser on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path

from landbridge.cli.common import Commands
from landbridge.errors import InputError, Problem


def add_to(commands: Commands) -> None:
    """Declares the command."""
    serve = commands.add_parser(
        "serve",
        help="the page: switch measures, see who gains, find routes, read a document",
        description="Serves the page to a browser on this machine until interrupted. It asks nothing of any network.",
        epilog="docs/page.md says what the page shows, how exact it is, and how to let others use it.",
    )
    serve.add_argument(
        "case", metavar="CASE", nargs="?", help="the case to open: a shipped one's name or a folder"
    )
    serve.add_argument("--port", type=int, default=8321, metavar="N", help="default 8321; 0 for a free one")
    serve.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="where to listen (127.0.0.1)")
    serve.add_argument(
        "--remote",
        action="store_true",
        help="let others reach it at ADDRESS; they need the token that is printed, or LANDBRIDGE_TOKEN",
    )
    serve.add_argument(
        "--name", action="append", default=[], metavar="NAME", help="a further name it is reached under"
    )
    serve.add_argument(
        "--cache", type=Path, metavar="DIR", help="where results are kept (default ~/.cache/landbridge)"
    )
    serve.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    from landbridge.measures import load_case, shipped_cases

    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        remedy = 'install "landbridge[app]"'
        raise InputError(Problem("serve", "the page's packages are not installed", remedy)) from None
    from landbridge.app import serve

    if not 0 <= options.port <= 65535:
        raise InputError(Problem("--port", f"{options.port} is no port", "0 to 65535"))
    cases = dict(shipped_cases())
    if options.case is not None:
        case = load_case(options.case)
        cases[case.name] = case.folder
        first = case.name
    elif cases:
        first = "china-kazakhstan-2017" if "china-kazakhstan-2017" in cases else min(cases)
    else:
        raise InputError(Problem("case", "no case is shipped with this installation", "name a folder"))

    def say(address: str) -> None:
        print(f"The page is at {address}", flush=True)
        print("Stop it with Ctrl-C.", file=sys.stderr)

    # Ctrl-C is the way to stop it, after which the server has closed what it had open.
    with suppress(KeyboardInterrupt):
        serve(
            cases,
            first=first,
            host=options.host,
            port=options.port,
            remote=options.remote,
            token=os.environ.get("LANDBRIDGE_TOKEN"),
            names=tuple(options.name),
            cache=options.cache,
            say=say,
        )
    return 0
