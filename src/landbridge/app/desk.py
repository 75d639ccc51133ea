"""The server's side of its processes: starts them, hands them work, and ends them."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from landbridge.app import work
from landbridge.app.jobs import (
    FAILED,
    FINISHED,
    Job,
    Jobs,
    TooManyError,
    UnavailableError,
    not_started,
    plain,
)
from landbridge.app.store import Store
from landbridge.appraisal.quick import Response, from_bytes
from landbridge.errors import InputError, Problem

_LOG = logging.getLogger(__name__)
_SPAWN = multiprocessing.get_context("spawn")
FULL_SECONDS = 3600.0
ROUTE_SECONDS = 60.0


def _begin(target: Callable[..., None], *arguments: Any, name: str | None = None) -> tuple[Any, Connection]:
    """A process of ours at work, and our end of the connection to it.

    Raises UnavailableError where the system gives none.
    """
    try:
        ours, theirs = _SPAWN.Pipe()
    except OSError as error:
        raise not_started(error) from error
    try:
        process = _SPAWN.Process(target=target, args=(theirs, *arguments), daemon=True, name=name)
        process.start()
    except OSError as error:
        ours.close()
        raise not_started(error) from error
    finally:
        theirs.close()
    return process, ours


def _end(process: Any) -> None:
    """Ends a process of ours, gently, then not."""
    if process.is_alive():
        process.terminate()
        process.join(2.0)
        if process.is_alive():
            process.kill()
            process.join(2.0)


class Engine:
    """A case's exact engine in a process of its own, its queue of scenarios, and its quick response.

    state: starting, fitting (exact answers, no estimates yet), ready or broken. words, share: how far it is. Raises
    UnavailableError where it gets no process.
    """

    def __init__(self, folder: Path, key: str, store: Store, jobs: Jobs) -> None:
        self.key, self._name = key, folder.name
        self.state, self.words, self.share = "starting", "starting", 0.0
        self.problems: list[dict[str, str]] = []
        self.used = time.monotonic()
        self._store, self._jobs = store, jobs
        self.drawn: dict[str, Any] | None = store.get_json("drawn", key)
        self.response: Response | None = None
        kept = store.get("response", key)
        if kept is not None:
            try:
                self.response = from_bytes(kept)
            except InputError:
                self.response = None
        try:
            self._cancelled = _SPAWN.Value("q", 0)
        except OSError as error:
            raise not_started(error) from error
        self._lock = threading.Lock()
        self._queue: deque[tuple[int, Job]] = deque()
        self._number = 0
        self._now: tuple[int, Job] | None = None
        known = self.response is not None
        self._process, self._ours = _begin(
            work.engine, str(folder), self._cancelled, known, name="landbridge engine"
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def waiting(self) -> int:
        """How many scenarios wait or are computed."""
        return len(self._queue) + (self._now is not None)

    def submit(self, job: Job) -> None:
        """Queues a scenario; job.request are its settings and what is shut."""
        with self._lock:
            if self.state == "broken":
                job.change(state="failed", problems=self.problems)
                return
            self._number += 1
            number = self._number
            self._queue.append((number, job))
            job.stop = lambda: self._cancel(number)
        self._next()

    def _cancel(self, number: int) -> None:
        with self._lock:
            self._queue = deque(one for one in self._queue if one[0] != number)
            if self._now is not None and self._now[0] == number:
                self._cancelled.value = number

    def _next(self) -> None:
        with self._lock:
            while self._now is None and self._queue and self.state not in ("starting", "broken"):
                number, job = self._queue.popleft()
                if job.forsaken:
                    job.change(state="cancelled", words="cancelled: nobody asked for it any more")
                    continue
                # Another user may have asked for the same meanwhile.
                if self._jobs.found(job):
                    continue
                self._now = number, job
                job.change(state="running", words="starting")
                # Where the process has ended, the listener sees it too.
                with contextlib.suppress(OSError):
                    self._ours.send((number, job.request))

    def _listen(self) -> None:
        try:
            while True:
                self._take(self._ours.recv())
        except (EOFError, OSError):
            self._break([{"place": "server", "message": "the engine has ended", "remedy": "start it again"}])
        except Exception:
            _LOG.exception("the engine of %s failed", self._name)
            self._break(plain((FAILED,)))

    def _break(self, problems: list[dict[str, str]]) -> None:
        with self._lock:
            self.state, self.problems = "broken", self.problems or problems
            left = [*([self._now] if self._now else []), *self._queue]
            self._now, self._queue = None, deque()
        for _, job in left:
            job.change(state="failed", problems=self.problems)

    def _take(self, message: tuple[Any, ...]) -> None:
        kind = message[0]
        if kind == "words":
            self.words = message[1]
        elif kind == "drawn":
            self.drawn = message[1]
            self._keep(lambda: self._store.put_json("drawn", self.key, message[1]))
            self.state = "fitting" if self.response is None else "ready"
            self.words = "ready" if self.response is not None else "fitting the quick estimates"
            self._next()
        elif kind == "fit":
            _, done, count, content = message
            self.share = done / count
            if content is not None:
                self.response = from_bytes(content)
                self._keep(lambda: self._store.put("response", self.key, content))
                self.state, self.words = "ready", "ready"
        elif kind == "broken":
            self.problems = message[1]
        else:
            self._of_job(kind, message[1], message[2:])

    def _keep(self, put: Callable[[], None]) -> None:
        """Keeps what the next start would compute again; this one goes on without."""
        try:
            put()
        except OSError as error:
            _LOG.warning("what the engine of %s found is not kept: %s", self._name, error)

    def _of_job(self, kind: str, number: int, rest: tuple[Any, ...]) -> None:
        now = self._now
        if now is None or now[0] != number:
            return
        job = now[1]
        if kind == "progress":
            job.change(progress=rest[0], words=rest[1])
            return
        if kind == "partial":
            job.change(partial=rest[0])
            return
        if kind == "done":
            self._jobs.finish(job, rest[0])
        elif kind == "failed":
            job.change(state="failed", problems=rest[0])
        else:
            job.change(state="cancelled", words="cancelled")
        with self._lock:
            self._now = None
        self._next()

    def close(self) -> None:
        """Ends the process; what was waiting has failed."""
        _end(self._process)
        self._ours.close()


class Once:
    """Work that has a process and a folder to itself for each piece, a few at a time.

    target: takes a connection, the path of the folder, and the arguments. The folder goes even when the process is
    killed.
    """

    def __init__(self, target: Callable[..., None], at_once: int, waiting: int) -> None:
        self._target = target
        self._gate = threading.BoundedSemaphore(at_once)
        self._room = threading.BoundedSemaphore(at_once + waiting)
        self._lock = threading.Lock()
        self._running: set[Any] = set()
        self._closed = False

    def run(
        self,
        arguments: tuple[Any, ...],
        seconds: float,
        *,
        heard: Callable[[tuple[Any, ...]], None] | None = None,
        begun: Callable[[Callable[[], None]], None] | None = None,
    ) -> tuple[Any, ...]:
        """The last message of the process: ("done", ...) or ("failed", problems).

        seconds: after which it is ended. heard: takes the messages before the last. begun: is given what ends it.
        Raises TooManyError when too many wait already, UnavailableError where there is no folder or process to be had.
        """
        if not self._room.acquire(blocking=False):
            raise TooManyError(Problem("server", "too much of this kind is waiting", "try again in a minute"))
        try:
            with self._gate:
                return self._run(arguments, seconds, heard, begun)
        finally:
            self._room.release()

    def _run(self, arguments: Any, seconds: float, heard: Any, begun: Any) -> tuple[Any, ...]:
        try:
            folder = tempfile.TemporaryDirectory(prefix="landbridge-", ignore_cleanup_errors=True)
        except OSError as error:
            raise not_started(error) from error
        with folder as scratch:
            return self._within(scratch, arguments, seconds, heard, begun)

    def _within(
        self, scratch: str, arguments: Any, seconds: float, heard: Any, begun: Any
    ) -> tuple[Any, ...]:
        # Whoever closes sees a process either as running or not started at all.
        with self._lock:
            if self._closed:
                raise UnavailableError(Problem("server", "is closing", "start it again"))
            process, ours = _begin(self._target, scratch, *arguments)
            self._running.add(process)
        until = time.monotonic() + seconds
        try:
            if begun is not None:
                begun(process.kill)
            while True:
                if not ours.poll(max(0.0, until - time.monotonic())):
                    problem = Problem("server", f"took longer than {seconds:g} s", "send something smaller")
                    return ("failed", plain((problem,)))
                message = ours.recv()
                if message[0] in ("done", "failed"):
                    return message
                if heard is not None:
                    heard(message)
        except (EOFError, OSError):
            problem = Problem(
                "server",
                "the work was ended: too much memory or time, or cancelled",
                "send something smaller",
            )
            return ("failed", plain((problem,)))
        finally:
            _end(process)
            self._running.discard(process)
            ours.close()

    def close(self) -> None:
        """Ends what runs; nothing starts any more."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for process in running:
            _end(process)


class RouteFinder:
    """The route finder's process: started when first asked, one question at a time, ended when one takes too long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(20)
        self._process: Any = None
        self._ours: Connection | None = None

    def ask(self, question: dict[str, Any]) -> tuple[Any, ...]:
        """("done", alternatives) or ("failed", problems).

        Raises TooManyError when too many ask at once, UnavailableError where there is no process to be had.
        """
        if not self._room.acquire(blocking=False):
            raise TooManyError(
                Problem("route", "too many routes are asked for at once", "try again in a moment")
            )
        try:
            with self._lock:
                return self._ask(question)
        finally:
            self._room.release()

    def _ask(self, question: dict[str, Any]) -> tuple[Any, ...]:
        if self._process is None or not self._process.is_alive():
            self._process, self._ours = _begin(work.router)
        assert self._ours is not None
        try:
            self._ours.send(question)
            if self._ours.poll(ROUTE_SECONDS):
                return self._ours.recv()
        except (EOFError, OSError):
            pass
        self.close()
        problem = Problem("route", "took too long or was ended", "ask for another pair of places")
        return ("failed", plain((problem,)))

    def close(self) -> None:
        """Ends the process."""
        if self._process is not None:
            _end(self._process)
            self._process = None


def unfinished(job: Job) -> bool:
    """Whether a job may still change."""
    return job.state not in FINISHED
