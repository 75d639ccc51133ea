"""Tasks in this process, in others on this machine, or on a Dask cluster: the same results, in whatever order."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

from landbridge.errors import InputError, LandbridgeError, Problem

SCHEDULER_ANSWERS_WITHIN = "20s"

# What tasks share, by key: made once in a process, or there before it was forked.
_shared: dict[str, Any] = {}


@dataclass(frozen=True)
class Shared:
    """What all tasks of a run need, made once in each process by build(*arguments).

    key: names it. build: a function that another process can import. Where it was made already, give it to `hold`.
    """

    key: str
    build: Callable[..., Any]
    arguments: tuple[Any, ...]

    def hold(self, made: Any) -> None:
        """Keeps what was made, for this process and those forked from it; of other runs nothing is kept."""
        _shared.clear()
        _shared[self.key] = made

    def get(self) -> Any:
        """What the tasks need, made where it is not there yet."""
        if self.key not in _shared:
            self.hold(self.build(*self.arguments))
        return _shared[self.key]


def one_thread() -> AbstractContextManager[Any]:
    """Linear algebra in one thread: the order of its sums, and so the last digit, must not depend on the machine."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")


def run(
    function: Callable[[Any, Any], Any],
    shared: Shared,
    tasks: Sequence[Any],
    *,
    jobs: int = 1,
    scheduler: str | None = None,
) -> Iterator[Any]:
    """function(what is shared, task) for every task, in the order in which they end.

    function: one that another process can import; its result must not depend on other tasks. jobs: processes on this
    machine. scheduler: address of a Dask scheduler, whose workers are used in their stead.
    Raises what a task raises, InputError where the scheduler cannot be reached, LandbridgeError where processes die.
    """
    if scheduler is not None:
        yield from _on_a_cluster(function, shared, tasks, scheduler)
    elif jobs == 1 or len(tasks) <= 1:
        with one_thread():
            for task in tasks:
                yield function(shared.get(), task)
    else:
        yield from _in_processes(function, shared, tasks, min(jobs, len(tasks)))


def run_beside(
    function: Callable[[Any, Any], Any], made: Any, tasks: Sequence[Any], *, jobs: int = 1
) -> Iterator[Any]:
    """As run, for tasks that need what was made in this process and cannot be made anew in another.

    In processes forked from this one where they can be, else in this one.
    """
    shared = Shared("beside", _never, ())
    shared.hold(made)
    try:
        yield from run(function, shared, tasks, jobs=jobs if _can_fork() else 1)
    finally:
        _shared.clear()


def _never() -> Any:
    raise AssertionError("what tasks beside need is held")


def _can_fork() -> bool:
    """A fork has what is prepared. Not where JAX runs threads that a fork may find holding a lock."""
    return sys.platform == "linux" and "jax" not in sys.modules


def _call(function: Callable[[Any, Any], Any], shared: Shared, task: Any) -> Any:
    with one_thread():
        return function(shared.get(), task)


def in_a_child() -> bool:
    """Whether this process was started by another one for its tasks."""
    return multiprocessing.parent_process() is not None


def _leave_with_the_parent() -> None:
    """Ends this process when the one that started it is gone: otherwise it would wait for tasks for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _in_processes(
    function: Callable[[Any, Any], Any], shared: Shared, tasks: Sequence[Any], jobs: int
) -> Iterator[Any]:
    # Elsewhere each process prepares its own.
    forked = _can_fork()
    if forked:
        shared.get()
    context = multiprocessing.get_context("fork" if forked else "spawn")
    # The fork finds only idle threads of linear algebra, and theirs are made anew.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_leave_with_the_parent)
        futures = [pool.submit(_call, function, _slim(shared, forked), task) for task in tasks]
    try:
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool as error:
        raise LandbridgeError(
            "a process of this run died, perhaps for want of memory; run it again, with fewer --jobs: it goes on where"
            " it was"
        ) from error
    finally:
        _stop(futures)
        pool.shutdown(wait=True, cancel_futures=True)


def _slim(shared: Shared, forked: bool) -> Shared:
    """What goes to a process with each task: a forked one needs the key alone."""
    return Shared(shared.key, shared.build, ()) if forked else shared


def _stop(futures: Sequence[Future[Any]]) -> None:
    for future in futures:
        future.cancel()


def _on_a_cluster(
    function: Callable[[Any, Any], Any], shared: Shared, tasks: Sequence[Any], scheduler: str
) -> Iterator[Any]:
    try:
        from distributed import Client
        from distributed import as_completed as as_they_end
    except ImportError as error:
        message = "needs the package distributed"
        raise InputError(Problem("--scheduler", message, "pip install 'landbridge[dask]'")) from error
    try:
        client = Client(scheduler, timeout=SCHEDULER_ANSWERS_WITHIN, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"no Dask scheduler answers at {scheduler}: {error}"
        raise InputError(
            Problem("--scheduler", message, "give its address, as tcp://10.0.0.1:8786")
        ) from error
    with client:
        futures = [client.submit(_call, function, shared, task, pure=False) for task in tasks]
        for future in as_they_end(futures, loop=client.loop):
            yield future.result()
            future.release()
