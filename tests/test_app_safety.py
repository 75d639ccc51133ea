"""What the server refuses, and what it leaves behind when something ends badly."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from landbridge.agreements import load_text
from landbridge.app.desk import Once
from landbridge.app.guard import Guard
from landbridge.app.jobs import FINISHED, Job, Jobs
from landbridge.app.server import serve
from landbridge.app.store import Store
from landbridge.errors import InputError, Problem


def _status(headers: dict[str, str], *, method: str = "GET", path: str = "/api/cases") -> int:
    """The status that the guard of a server named "a", and by mistake "", gives; 0 where it lets a request through."""
    sent = []

    async def app(scope, receive, send):
        return None

    async def send(message):
        sent.append(message)

    given = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "path": path, "method": method, "headers": given}
    with pytest.raises(StopIteration):
        Guard(app, {"a", ""}, None)(scope, None, send).send(None)
    return sent[0]["status"] if sent else 0


def test_no_name_is_no_name_of_the_server() -> None:
    assert _status({"Host": "a"}) == 0
    assert _status({"Host": ""}) == 403
    assert _status({"Host": "a b"}) == 403
    assert _status({}) == 403


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 0), ("none", 0), ("same-site", 403), ("x", 403)]
)
def test_another_site_may_not_read_either(site: str, status: int) -> None:
    headers = {"Host": "a", "Sec-Fetch-Site": site}
    assert _status(headers) == status
    assert _status(headers, path="/") == 0  # a link to the page is no secret
    assert _status(headers, path="/", method="POST") == status


def test_a_token_is_asked_for_on_this_machine_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import uvicorn

    said: list[str] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda _, sockets: [one.close() for one in sockets])

    def address(token: str | None) -> str:
        serve({"a": tmp_path}, first="a", port=0, token=token, cache=tmp_path, say=said.append)
        return said[-1]

    assert address("a-token-of-sufficient-length").endswith("#token=a-token-of-sufficient-length")
    assert address(None).endswith("/")


def test_a_result_that_the_disk_does_not_take_ends_its_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    jobs = Jobs(store)
    job = jobs.add(Job("exact", "case", "name"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    jobs.finish(job, {"percent": 1.0})
    assert job.state == "failed"
    assert "No space left" in job.problems[0]["message"]
    assert job.result is None
    assert job.state in FINISHED


async def _answer(app, path: str, body: bytes) -> int:
    """The status of an answer to a posted body, without a server."""
    found: list[int] = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message) -> None:
        found.extend([message["status"]] if "status" in message else [])

    headers = [(b"host", b"a"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {
        "headers": headers,
        "scheme": "http",
        "http_version": "1.1",
        "server": ("a", 80),
        "root_path": "",
    }
    await app(scope, receive, send)
    return found[0]


def test_an_engine_that_cannot_be_made_ends_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from landbridge.app import service as service_of
    from landbridge.app.api import create_app
    from page_fixture import NAME, small_case

    def fails(*_: object) -> None:
        raise InputError(Problem("case", "has changed since", "load it again"))

    jobs: list[Job] = []
    add = Jobs.add
    monkeypatch.setattr(Jobs, "add", lambda self, job: jobs.append(add(self, job)) or job)
    monkeypatch.setattr(service_of.Service, "engine", fails)
    app = create_app(
        {NAME: Path(small_case(tmp_path / "case"))},
        Store(tmp_path),
        hosts=frozenset({"a"}),
        token=None,
        first=NAME,
    )
    status = asyncio.run(_answer(app, f"/api/cases/{NAME}/exact", b"{}"))
    assert status == 422
    assert [job.state for job in jobs] == ["failed"]
    assert jobs[0].problems[0]["message"] == "has changed since"


def _leave(connection, scratch: str, told: str) -> None:
    """Work that writes a file, says where, and never ends."""
    (Path(scratch) / "document.txt").write_text("secret")
    Path(told).write_text(scratch)
    time.sleep(60)


def test_the_files_of_a_killed_process_go_with_it(tmp_path: Path) -> None:
    once = Once(_leave, at_once=1, waiting=1)
    told = tmp_path / "told"
    state, problems = once.run((str(told),), 8.0)
    assert state == "failed"
    assert "longer than 8 s" in problems[0]["message"]
    assert not Path(told.read_text()).exists()
    once.close()
    assert once.run((str(told),), 8.0)[1][0]["message"] == "is closing"


def test_only_files_of_the_server_are_tidied_away(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    old = time.time() - 90 * 86400
    for name in ("notes.txt", "other.part", "kept-abc.part", f"{'0' * 64}.result"):
        (folder / name).write_text("x")
        os.utime(folder / name, (old, old))
    Store(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["notes.txt", "other.part"]


def test_the_folder_is_tidied_as_it_fills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landbridge.app.store._MOST_BYTES", 20 * 4096)
    monkeypatch.setattr("landbridge.app.store._BYTES_BETWEEN", 10 * 4096)
    store = Store(tmp_path)
    assert store.folder.stat().st_mode & 0o077 == 0
    for number in range(100):
        store.put("result", str(number), b"x")
    held = list(store.folder.iterdir())
    assert 20 <= len(held) < 30  # one byte takes a block
    assert store.get("result", "99") == b"x"


def test_a_page_in_an_encoding_that_cannot_be_is_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(
        b'<meta charset="idna"><p>The two sides agreed to expand trade. ' + b"x" * 70 + b"..</p>"
    )
    assert "agreed to expand trade" in load_text(path)
