"""What the server does where its system gives it nothing more, and what it answers when it fails itself."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landbridge.app import desk, jobs, work
from landbridge.app.api import create_app
from landbridge.app.desk import Engine, Once
from landbridge.app.http import Unforeseen
from landbridge.app.jobs import FAILED, Job, Jobs, UnavailableError, plain
from landbridge.app.service import Service, run_full
from landbridge.app.store import Store
from landbridge.appraisal.quick import Response, to_bytes
from page_fixture import NAME, asked, small_case

TEXT = b"China and Kazakhstan agreed to build a railway to the border."
AS_TEXT = {"content-type": "text/plain"}


def full(*_: object, **__: object) -> None:
    """A disk without room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/var/secret")


def app_of(folder: Path) -> Any:
    return create_app(
        {NAME: small_case(folder / "case")}, Store(folder / "cache"),
        hosts=frozenset({"localhost"}), token=None, first=NAME,
    )  # fmt: skip


# ------------------------------------------------------------------ no room, no process


class Running:
    """A process of which only the connection counts."""

    def is_alive(self) -> bool:
        return False


def test_an_engine_works_on_where_nothing_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = desk._SPAWN.Pipe()
    monkeypatch.setattr(desk, "_begin", lambda *_, **__: (Running(), ours))
    kept = Store(tmp_path)
    monkeypatch.setattr(kept, "put", full)
    engine = Engine(Path("a-case"), "key", kept, Jobs(kept))

    def reaches(state: str) -> bool:
        until = time.monotonic() + 10.0
        while engine.state not in (state, "broken") and time.monotonic() < until:
            time.sleep(0.01)
        return engine.state == state

    theirs.send(("drawn", {"rail": []}))
    assert reaches("fitting")
    response = Response(*(np.zeros((1, 1)) for _ in range(7)))
    theirs.send(("fit", 1, 1, to_bytes(response)))
    assert reaches("ready")
    assert engine.drawn == {"rail": []}
    assert engine.response is not None
    assert [one.levelname for one in caplog.records] == ["WARNING", "WARNING"]
    assert "a-case" in caplog.text
    theirs.close()


def test_an_engine_that_sends_nonsense_fails_its_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = desk._SPAWN.Pipe()
    monkeypatch.setattr(desk, "_begin", lambda *_, **__: (Running(), ours))
    kept = Store(tmp_path)
    engine = Engine(Path("a-case"), "key", kept, Jobs(kept))
    job = Job("exact", NAME, "b")
    engine.submit(job)
    theirs.send(("fit", 1, 1, b"no archive"))
    until = time.monotonic() + 10.0
    while job.state == "waiting" and time.monotonic() < until:
        time.sleep(0.01)
    assert (job.state, job.problems) == ("failed", plain((FAILED,)))
    assert "no archive" not in json.dumps(job.problems)
    assert any(one.exc_info for one in caplog.records)
    theirs.close()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/read", TEXT),
        ("POST", "/api/route", b'{"from": "Almaty", "to": "Urumqi"}'),
        ("GET", f"/api/cases/{NAME}/engine", b""),
        ("POST", f"/api/cases/{NAME}/exact", b"{}"),
    ],
)
def test_a_process_that_cannot_be_started_is_said(
    method: str, path: str, body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(tmp_path)
    monkeypatch.setattr(desk._SPAWN, "Process", full)
    headers = AS_TEXT if path == "/api/read" else {}
    # More often than may wait at once: what failed makes room.
    for _ in range(12):
        status, answer = asked(app, method, path, headers, body)
        assert status == 503, answer
    (problem,) = answer["problems"]
    assert problem["message"] == f"the work cannot be started: {os.strerror(errno.ENOSPC)}"
    assert problem["remedy"]
    assert "secret" not in json.dumps(answer)


@pytest.mark.parametrize(("holder", "name"), [(tempfile, "mkdtemp"), (desk._SPAWN, "Pipe")])
def test_a_document_is_read_once_there_is_room_again(
    holder: object, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(tmp_path)
    with monkeypatch.context() as without_room:
        without_room.setattr(holder, name, full)
        status, answer = asked(app, "POST", "/api/read", AS_TEXT, TEXT)
    assert (status, answer["problems"][0]["place"]) == (503, "server")
    assert "secret" not in json.dumps(answer)
    assert asked(app, "POST", "/api/read", AS_TEXT, TEXT)[0] == 200


def waits(connection: Connection, scratch: str) -> None:
    """Does not end by itself."""
    del scratch
    connection.recv()


def test_what_is_just_being_started_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    once = Once(waits, at_once=1, waiting=0)
    starting, closed = threading.Event(), threading.Event()
    start = desk._SPAWN.Process.start

    def slowly(process: Any) -> None:
        starting.set()
        # Time for whoever closes to miss it.
        closed.wait(0.5)
        start(process)

    def close() -> None:
        starting.wait(10.0)
        once.close()
        closed.set()

    monkeypatch.setattr(desk._SPAWN.Process, "start", slowly)
    closing = threading.Thread(target=close)
    closing.start()
    answer = once.run((), 10.0)
    closing.join()
    assert answer[0] == "failed"
    assert "was ended" in answer[1][0]["message"]
    assert not once._running
    with pytest.raises(UnavailableError, match="is closing"):
        once.run((), 10.0)


# ------------------------------------------------------------------ what nobody foresaw


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("/var/secret is no number")


@pytest.mark.parametrize(
    ("where", "method", "path", "body"),
    [
        ("landbridge.app.service.Service.held", "GET", f"/api/cases/{NAME}", b""),
        ("landbridge.app.api._places", "GET", "/api/places", b""),
        ("landbridge.app.api.model", "POST", f"/api/cases/{NAME}/estimate", b"{}"),
        ("landbridge.app.desk.RouteFinder.ask", "POST", "/api/route", b'{"from": "Almaty", "to": "Urumqi"}'),
        ("landbridge.app.jobs.Jobs.get", "GET", "/api/jobs/" + "a" * 32, b""),
        ("landbridge.app.api.assets", "GET", "/", b""),
    ],
)
def test_what_nobody_foresaw_is_logged_and_not_shown(
    where: str, method: str, path: str, body: bytes,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    app = app_of(tmp_path)
    monkeypatch.setattr(where, broken)
    status, answer = asked(app, method, path, body=body, query="q=a")
    assert (status, answer) == (500, {"problems": plain((FAILED,))})
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert f"{method} {path!r}" in record.message
    assert "/var/secret" in caplog.text
    assert "Traceback" in caplog.text


def test_half_an_answer_ends_its_connection() -> None:
    async def half(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        broken()

    with pytest.raises(RuntimeError):
        asked(Unforeseen(half), "GET", "/")


def test_a_caller_who_leaves_is_no_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(tmp_path)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/read", "raw_path": b"/api/read", "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"text/plain")],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 400
    assert caplog.records == []


def crashes(connection: Connection, scratch: str, *_: object) -> None:
    """Meets what nobody foresaw, in a process of its own."""
    try:
        broken(scratch)
    except RuntimeError as error:
        connection.send(("failed", work._problems(error)))


def test_a_reader_that_fails_itself_is_no_fault_of_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "reader", crashes)
    app = app_of(tmp_path)
    assert asked(app, "POST", "/api/read", AS_TEXT, TEXT) == (500, {"problems": plain((FAILED,))})


def test_an_exact_job_that_fails_at_its_start_does_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(tmp_path)
    monkeypatch.setattr(Service, "engine", broken)
    monkeypatch.setattr(jobs, "_MOST_WAITING", 1)
    for _ in range(2):
        assert asked(app, "POST", f"/api/cases/{NAME}/exact", body=b"{}")[0] == 500


@pytest.mark.parametrize(
    ("fails", "message"),
    [(broken, FAILED.message), (full, "the result cannot be kept: No space left on device")],
)
def test_a_report_that_fails_says_so(
    fails: Callable[..., None], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service({NAME: small_case(tmp_path / "case")}, Store(tmp_path / "cache"))
    monkeypatch.setattr(service.fulls, "run", fails)
    job = Job("report", NAME, "b")
    run_full(service, service.cases[NAME], {}, True, job)
    assert (job.state, job.problems[0]["message"]) == ("failed", message)
    service.close()
