"""`landbridge appraise`: a case's report."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from dataclasses import replace
from pathlib import Path

from landbridge.cli.asked import add_what_if, typed_again, what_if_of
from landbridge.cli.common import Commands, check_jobs, print_json
from landbridge.errors import InputError, Problem

_DRAWS, _QUICK_DRAWS = 128, 32


def add_to(commands: Commands) -> None:
    """Declares the command."""
    appraise = commands.add_parser("appraise", help="appraise a case and write its report")
    appraise.add_argument("case", metavar="CASE", help="a shipped case's name or a folder")
    appraise.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="folder to write (default out/CASE)"
    )
    appraise.add_argument(
        "--source",
        type=Path,
        metavar="FILE",
        help="the agreement's text, to check every quotation and to show it marked",
    )
    appraise.add_argument(
        "--network", type=Path, metavar="DIR", help="GMNS tables of your own network, see docs/own-network.md"
    )
    appraise.add_argument(
        "--year", type=int, metavar="YEAR", help="the economy's year, 2017 or 2022 (default: the case's own)"
    )
    appraise.add_argument(
        "--quick",
        action="store_true",
        help="only the coalitions that the synergies need: no Shapley values; fewer draws",
    )
    appraise.add_argument(
        "--draws",
        type=int,
        metavar="N",
        help=f"draws of what is uncertain, 0 for none (default {_DRAWS}, with --quick {_QUICK_DRAWS})",
    )
    appraise.add_argument("--seed", type=int, default=1, metavar="S", help="of the draws (default 1)")
    appraise.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default 2)")
    appraise.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask scheduler whose workers value the coalitions"
    )
    appraise.add_argument(
        "--resume",
        type=Path,
        metavar="DIR",
        help="folder for results on their way, from which a run that was killed goes on (default OUT.work)",
    )
    appraise.add_argument(
        "--pdf", action="store_true", help="the report as PDF too, printed by Chromium, Chrome or Edge"
    )
    appraise.add_argument(
        "--language", default="en", metavar="LANG", help="language of the report's fixed texts (default en)"
    )
    appraise.add_argument("--json", action="store_true", help="print results.json on standard output too")
    add_what_if(appraise)
    appraise.set_defaults(run=run)


def _command(options: argparse.Namespace) -> str:
    """What to type to have the same run again."""
    words = ["landbridge", "appraise", options.case]
    for option in ("network", "year", "source"):
        given = getattr(options, option)
        words += [f"--{option}", str(given)] if given else []
    words += ["--quick"] if options.quick else []
    words += [] if options.draws is None else ["--draws", str(options.draws)]
    words += ["--seed", str(options.seed)] if options.seed != 1 else []
    words += typed_again(options)
    return shlex.join(words)


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns its exit status."""
    from landbridge.agreements import load_text, verify
    from landbridge.appraisal import Options, appraise, problems_of, to_results
    from landbridge.appraisal.uncertainty import check_draws
    from landbridge.appraisal.whatif import changed_case
    from landbridge.appraisal.work import clear
    from landbridge.measures import load_case
    from landbridge.report import check_folder, find_browser, render_text, texts, write
    from landbridge.world.economy_base import load_economy_base

    started = time.perf_counter()

    def progress(message: str) -> None:
        print(f"{time.perf_counter() - started:6.1f} s  {message}", file=sys.stderr)

    check_jobs(options.jobs)
    draws = options.draws
    if draws is None:
        draws = _QUICK_DRAWS if options.quick else _DRAWS
    if options.seed < 0:
        raise InputError(Problem("--seed", f"{options.seed} is negative", "give 0 or more"))
    if draws:
        check_draws(draws)
    with texts.language(options.language):
        browser = find_browser() if options.pdf else None
    case = load_case(options.case, shipped_names=options.network is None)
    if options.year is not None:
        case = replace(case, economy_year=options.year)
    what_if = what_if_of(options)
    case = changed_case(case, Options(**what_if), load_economy_base().economies)
    network = None
    if options.network is not None:
        from landbridge.network import read_network

        network = read_network(options.network, case.baseline_date)
    folder = options.output or Path("out") / case.name
    target = check_folder(folder)
    problems = problems_of(case, network)
    text = None
    if options.source is not None:
        text = load_text(options.source)
        problems += verify(case.record, text)
    if problems:
        raise InputError(problems)
    progress(f"{case.name}: checked")
    work = options.resume or target.with_name(target.name + ".work")
    asked = Options(
        quick=options.quick,
        jobs=options.jobs,
        draws=draws,
        seed=options.seed,
        scheduler=options.scheduler,
        resume=work,
        **what_if,
    )
    results = to_results(
        appraise(case, asked, progress=progress, network=network),
        rerun=_command(options),
        quotations_checked=options.source is not None,
    )
    write(
        results,
        folder,
        text_page=None if text is None else render_text(case.record, text),
        language=options.language,
        browser=browser,
    )
    if options.resume is None:
        clear(work)
    progress(f"report written: {folder / 'report.html'}")
    if options.json:
        print_json(results)
    return 0
