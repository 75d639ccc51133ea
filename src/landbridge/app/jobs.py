"""Jobs: what takes longer than an answer, with progress, to be cancelled, and kept when finished."""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from landbridge.app.store import Store
from landbridge.errors import InputError, Problem

_LOG = logging.getLogger(__name__)
# What is said of an error that nobody foresaw.
FAILED = Problem("server", "the computation failed", "the server's log says why")
State = Literal["waiting", "running", "done", "failed", "cancelled"]
FINISHED = ("done", "failed", "cancelled")
_MOST_KEPT = 2000
_MOST_WAITING = 200
_SECONDS_KEPT = 3600.0
_SECONDS_WITHOUT_OWNER = 60.0


@dataclass
class Job:
    """One computation. version rises with every change, so that a caller can wait for the next one.

    id: known only to who asked. result_name: under which the store keeps the result.
    """

    what: str
    case: str
    result_name: str
    request: Any = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    state: State = "waiting"
    progress: float = 0.0
    words: str = "waiting"
    partial: Any = None
    result: Any = None
    problems: list[dict[str, str]] = field(default_factory=list)
    version: int = 0
    began: float = field(default_factory=time.monotonic)
    asked: float = field(default_factory=time.monotonic)
    stop: Callable[[], None] | None = None

    def change(self, **changes: Any) -> None:
        """Takes on new values; a finished job does not change any more."""
        if self.state in FINISHED:
            return
        for name, value in changes.items():
            setattr(self, name, value)
        self.version += 1

    @property
    def forsaken(self) -> bool:
        """Whether its owner has not asked for it for long."""
        return time.monotonic() - self.asked > _SECONDS_WITHOUT_OWNER

    def document(self) -> dict[str, Any]:
        """The job as its owner sees it."""
        return {
            "id": self.id,
            "what": self.what,
            "case": self.case,
            "state": self.state,
            "progress": round(self.progress, 3),
            "words": self.words,
            "version": self.version,
            "partial": self.partial if self.state not in FINISHED else None,
            "result": self.result,
            "problems": self.problems,
        }


class Jobs:
    """The jobs of all users, by their ids; finished ones also on disk, by a hash of the id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, job: Job) -> Job:
        """Takes a job in. Raises InputError when too many are waiting."""
        with self._lock:
            now = time.monotonic()
            old = [
                name
                for name, one in self._jobs.items()
                if one.state in FINISHED and now - one.began > _SECONDS_KEPT
            ]
            for name in old:
                del self._jobs[name]
            for name in [name for name, one in self._jobs.items() if one.state in FINISHED]:
                if len(self._jobs) < _MOST_KEPT:
                    break
                del self._jobs[name]
            waiting = sum(one.state not in FINISHED for one in self._jobs.values())
            if waiting >= _MOST_WAITING:
                raise TooManyError(
                    Problem("jobs", f"{waiting} computations are waiting", "try again in a minute")
                )
            self._jobs[job.id] = job
        return job

    def get(self, name: str) -> Job | None:
        """The job of an id, from memory or, finished, from disk; None when there is none."""
        with self._lock:
            job = self._jobs.get(name)
        if job is not None:
            return job
        kept = self._store.get_json("job", name)
        if not isinstance(kept, dict):
            return None
        job = Job(kept["what"], kept["case"], kept["result_name"], id=name)
        job.result = self._store.get_json("result", job.result_name)
        if job.result is None:
            return None
        job.state, job.progress, job.words, job.version = "done", 1.0, "done", 1
        return job

    def finish(self, job: Job, result: Any) -> None:
        """Keeps the result on disk, then says that the job is done; failed where it cannot be kept."""
        try:
            self._store.put_json("result", job.result_name, result)
            self._store.put_json(
                "job", job.id, {"what": job.what, "case": job.case, "result_name": job.result_name}
            )
        except OSError as error:
            job.change(state="failed", problems=plain((not_kept(error),)))
            return
        job.change(state="done", progress=1.0, words="done", result=result)

    def found(self, job: Job) -> bool:
        """Finishes a job whose result is on disk already."""
        kept = self._store.get_json("result", job.result_name)
        if kept is None:
            return False
        self.finish(job, kept)
        return True


class TooManyError(InputError):
    """More was asked for than is taken in at a time."""


class UnavailableError(InputError):
    """The server lacks what a request needs: a process, a folder, room on its disk."""


def cancel(job: Job) -> None:
    """Stops a job that is not finished."""
    stop = job.stop
    job.change(state="cancelled", words="cancelled")
    if stop is not None:
        stop()


def not_kept(error: OSError) -> Problem:
    """That a result finds no room."""
    message = f"the result cannot be kept: {error.strerror or error}"
    return Problem("server", message, "free space on its disk")


def not_started(error: OSError) -> UnavailableError:
    """That work finds no process or no folder. The whole error, which may name folders, stays in the log."""
    _LOG.warning("work cannot be started: %s", error)
    reason = os.strerror(error.errno) if error.errno else "its log says why"
    return UnavailableError(
        Problem("server", f"the work cannot be started: {reason}", "try again in a minute, or free its disk")
    )


def plain(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    """Problems as data: what, where and the remedy."""
    return [{"place": one.place, "message": one.message, "remedy": one.remedy} for one in problems]
