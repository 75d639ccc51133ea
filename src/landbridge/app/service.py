"""What the server holds: its cases, their engines, the jobs of its users, and the processes that do the work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from landbridge.app import figures, work
from landbridge.app.desk import FULL_SECONDS, Engine, Once, RouteFinder, unfinished
from landbridge.app.http import RefusedError
from landbridge.app.jobs import FAILED, Job, Jobs, TooManyError, not_kept, plain
from landbridge.app.store import Store, key_of
from landbridge.errors import InputError, Problem, nearest
from landbridge.measures import Case, load_case

_LOG = logging.getLogger(__name__)
_MOST_ENGINES = 2


class Held:
    """A case that the server offers: loaded when first asked for."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self._lock = threading.Lock()
        self._case: Case | None = None
        self.about: dict[str, Any] = {}
        self.income = np.zeros(0)
        self.key = ""

    def case(self) -> Case:
        """The case. Raises InputError with its problems."""
        with self._lock:
            if self._case is None:
                case = load_case(self.folder)
                self.about = figures.about(case)
                self.income = np.array(self.about["income"])
                self.key = key_of(case)
                self._case = case
            return self._case


class Service:
    """All that the server holds: cases, engines, jobs, and what is kept on disk."""

    def __init__(self, cases: Mapping[str, Path], store: Store) -> None:
        self.cases = {name: Held(name, folder) for name, folder in cases.items()}
        self.store = store
        self.jobs = Jobs(store)
        self.reader = Once(work.reader, at_once=2, waiting=8)
        self.fulls = Once(work.full, at_once=1, waiting=8)
        self.routes = RouteFinder()
        # Apart from the pool that answers requests, which must not fill with what waits.
        self.background = ThreadPoolExecutor(max_workers=64, thread_name_prefix="landbridge")
        self._engines: dict[str, Engine] = {}
        self._lock = threading.Lock()

    def held(self, name: str) -> Held:
        """A case by name, loaded. Raises RefusedError when there is none, InputError with its problems."""
        held = self.cases.get(name)
        if held is None:
            raise RefusedError(
                404, Problem("case", "there is no such case here", nearest(name[:80], self.cases))
            )
        held.case()
        return held

    def engine(self, held: Held) -> Engine:
        """The engine of a case, started when there is none; the one unused longest gives way."""
        with self._lock:
            found = self._engines.get(held.name)
            if found is not None and found.state == "broken":
                found.close()
                found = None
            if found is None:
                idle = sorted((one.used, name) for name, one in self._engines.items() if not one.waiting)
                if len(self._engines) >= _MOST_ENGINES:
                    if not idle:
                        raise TooManyError(
                            Problem("case", "other cases are computed", "try again in a minute")
                        )
                    self._engines.pop(idle[0][1]).close()
                found = Engine(held.folder, held.key, self.store, self.jobs)
                self._engines[held.name] = found
            found.used = time.monotonic()
            return found

    def running(self, name: str) -> Engine | None:
        """The engine of a case where it is there and well."""
        found = self._engines.get(name)
        if found is None or found.state == "broken":
            return None
        found.used = time.monotonic()
        return found

    def close(self) -> None:
        """Ends every process."""
        for engine in self._engines.values():
            engine.close()
        self.reader.close()
        self.fulls.close()
        self.routes.close()
        self.background.shutdown(wait=False, cancel_futures=True)


def run_full(service: Service, found: Held, scenario: dict[str, Any], quick: bool, job: Job) -> None:
    """Runs a full appraisal in its own process, and keeps what it gives."""

    def heard(message: tuple[Any, ...]) -> None:
        job.change(state="running", progress=message[1], words=message[2])

    def begun(end: Callable[[], None]) -> None:
        job.stop = end
        if not unfinished(job):
            end()

    try:
        answer = service.fulls.run(
            (str(found.folder), scenario, quick), FULL_SECONDS, heard=heard, begun=begun
        )
        if answer[0] == "done":
            service.store.put("page", job.result_name, answer[1])
            service.store.put("zip", job.result_name, answer[2])
            sizes = {"report_bytes": len(answer[1]), "package_bytes": len(answer[2])}
            service.jobs.finish(job, sizes)
        else:
            job.change(state="failed", problems=answer[1])
    except InputError as error:
        job.change(state="failed", problems=plain(error.problems))
    except OSError as error:
        job.change(state="failed", problems=plain((not_kept(error),)))
    except Exception:
        # Nobody looks at what this thread raises.
        _LOG.exception("the report of %s failed", found.name)
        job.change(state="failed", problems=plain((FAILED,)))
