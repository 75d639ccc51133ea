"""What runs in processes of their own: a case's exact engine, full appraisals, the route finder, the reader.

Each function here is the whole of such a process. It takes a connection, answers over it, and ends when the other end
is gone. Nothing that a user sent is executed; documents are read under limits of memory and time.
"""

from __future__ import annotations

import contextlib
import io
import os
import traceback
import zipfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from landbridge.errors import InputError, LandbridgeError, Problem

READER_BYTES = 1_500_000_000
READER_SECONDS = 30


class _CancelledError(Exception):
    pass


def _problems(error: Exception) -> list[dict[str, str]]:
    from landbridge.app.jobs import FAILED, plain

    if isinstance(error, InputError):
        return plain(error.problems)
    if isinstance(error, LandbridgeError):
        return plain((Problem("equilibrium", str(error), "take a smaller scenario"),))
    traceback.print_exception(error)
    return plain((FAILED,))


def _quiet() -> None:
    """Leaves an interrupt from the terminal to the server, which ends its processes itself."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def engine(connection: Connection, folder: str, cancelled: Any, known: bool) -> None:
    """A case's exact engine: answers scenarios, and between them fits the quick response where it is not known.

    cancelled: a shared number, that of the request to give up.
    """
    _quiet()
    os.nice(2)
    try:
        connection.send(("words", "loading the case"))
        from landbridge.app import figures
        from landbridge.appraisal.quick import fitting, percent_of, to_bytes
        from landbridge.appraisal.scenario import Appraiser
        from landbridge.measures import load_case

        case = load_case(folder)
        connection.send(("words", "preparing the freight network"))
        appraiser = Appraiser(case)
        connection.send(("drawn", figures.drawn(appraiser)))
        income = figures.with_income(appraiser)
    except (EOFError, BrokenPipeError, OSError):
        return
    except Exception as error:
        with contextlib.suppress(OSError):
            connection.send(("broken", _problems(error)))
        return
    fit = None if known or not case.measures else fitting(case.measures, percent_of(appraiser))
    try:
        while True:
            if fit is not None and not connection.poll(0):
                done, count, response = next(fit)
                connection.send(("fit", done, count, None if response is None else to_bytes(response)))
                if response is not None:
                    fit = None
                continue
            number, (settings, shut) = connection.recv()
            try:
                _exact(connection, appraiser, income, number, settings, shut, cancelled)
            except _CancelledError:
                connection.send(("cancelled", number))
            except (EOFError, BrokenPipeError):
                raise
            except Exception as error:
                connection.send(("failed", number, _problems(error)))
            appraiser.forget()
    except (EOFError, OSError):
        return


def _exact(
    connection: Connection,
    appraiser: Any,
    income: Any,
    number: int,
    settings: Any,
    shut: Any,
    cancelled: Any,
) -> None:
    from landbridge.app import figures
    from landbridge.app.exact import Solved

    def step(share: float, words: str) -> None:
        if cancelled.value == number:
            raise _CancelledError
        connection.send(("progress", number, share, words))

    step(0.05, "freight costs between all cities")
    if not shut:
        appraiser.freight_cost_hat(settings)
        step(0.25, "trade equilibrium")
    solved = Solved(appraiser, settings, shut)
    found = figures.exact(solved.outcome, income)
    connection.send(("partial", number, found))
    step(0.4, "days, money and CO2 between the cities")
    found["freight"] = figures.freight(appraiser, solved.skims())
    found["trade"] = figures.trade(appraiser, solved.outcome)
    step(0.8, "freight on the lines")
    found["flows"] = [] if shut else figures.flows(appraiser, settings, solved.outcome)
    step(0.99, "done")
    connection.send(("done", number, found))


def full(connection: Connection, scratch: str, folder: str, scenario: dict[str, Any], quick: bool) -> None:
    """An appraisal of a scenario: its report, results.json, tables and data package, as one archive.

    scratch: a folder of its own. quick: only the coalitions that the synergies need.
    """
    _quiet()
    os.nice(4)
    try:
        from landbridge.app.scenario import Scenario, case_of
        from landbridge.appraisal import Options, appraise, problems_of, to_results
        from landbridge.measures import load_case
        from landbridge.report import write

        asked = Scenario.model_validate(scenario)
        case = case_of(load_case(folder), asked)
        problems = problems_of(case)
        if problems:
            raise InputError(problems)
        count = 0

        def progress(words: str) -> None:
            nonlocal count
            count += 1
            connection.send(("progress", min(0.95, 0.02 * count), words))

        rerun = f"landbridge serve {case.name}"
        results = to_results(
            appraise(case, Options(quick=quick, shut=asked.shut), progress=progress),
            rerun=rerun,
            quotations_checked=False,
        )
        connection.send(("progress", 0.97, "writing the report"))
        out = write(results, Path(scratch) / "package")
        page = (out / "report.html").read_bytes()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(out.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(out).as_posix())
        connection.send(("done", page, packed.getvalue()))
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:
        with contextlib.suppress(OSError):
            connection.send(("failed", _problems(error)))


def _limit(size: int, seconds: int) -> None:
    """Holds this process to so many bytes and seconds of processor, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the server's own clock still ends the process.
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, 50_000_000))


def reader(connection: Connection, scratch: str, content: bytes, suffix: str) -> None:
    """Reads one document into a record, under limits.

    scratch: a folder of its own. suffix: one of the kinds that `load_text` takes.
    """
    _quiet()
    try:
        _limit(READER_BYTES, READER_SECONDS)
        from landbridge.agreements import load_text, read_text
        from landbridge.agreements.summary import summary_lines
        from landbridge.app.documents import marked

        path = Path(scratch) / f"document{suffix}"
        path.write_bytes(content)
        try:
            text = load_text(path)
        except InputError as error:
            shown = [Problem("document", p.message, p.remedy) for p in error.problems]
            raise InputError(shown) from error
        record = read_text(text, name="document")
        connection.send(("done", marked(record, text, list(summary_lines(record)))))
    except MemoryError:
        with contextlib.suppress(OSError):
            problem = Problem("document", "takes more memory to read than allowed", "send a shorter one")
            connection.send(("failed", _problems(InputError(problem))))
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:
        with contextlib.suppress(OSError):
            connection.send(("failed", _problems(error)))


def router(connection: Connection) -> None:
    """The route finder: keeps the networks of the dates it was asked for, and answers one question after another."""
    _quiet()
    from landbridge.app.routing import Router

    answer: Callable[[dict[str, Any]], dict[str, Any]] = Router().answer
    try:
        while True:
            question = connection.recv()
            try:
                connection.send(("done", answer(question)))
            except Exception as error:
                connection.send(("failed", _problems(error)))
    except (EOFError, OSError):
        return
