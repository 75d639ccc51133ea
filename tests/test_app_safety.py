"""What the server does when it is asked from elsewhere, when its disk is full and when its processes are ended."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from landbridge.agreements import load_text
from landbridge.app import desk, jobs, store, work
from landbridge.app.api import create_app
from landbridge.app.desk import Once
from landbridge.app.guard import Guard
from landbridge.app.jobs import Job, Jobs, TooManyError, UnavailableError
from landbridge.app.service import Service
from landbridge.app.store import Store
from landbridge.cli import main
from landbridge.errors import Problem
from page_fixture import NAME, asked, small_case, start


async def _fine(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def test_no_host_is_no_name_even_where_the_names_hold_nothing() -> None:
    assert asked(Guard(_fine, {"", "localhost"}, None), "GET", "/api/cases", {"host": ""})[0] == 403
    assert asked(Guard(_fine, {"", "localhost"}, None), "GET", "/api/cases")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "site", "status"),
    [
        ("GET", "/api/cases", "cross-site", 403),
        ("GET", "/api/cases", "same-site", 403),
        ("GET", "/api/cases", "same-origin", 200),
        ("GET", "/api/cases", "none", 200),
        ("GET", "/", "cross-site", 200),
        ("POST", "/", "cross-site", 403),
    ],
)
def test_other_pages_may_not_read_either(method: str, path: str, site: str, status: int) -> None:
    guard = Guard(_fine, {"localhost"}, None)
    assert asked(guard, method, path, {"sec-fetch-site": site})[0] == status


def test_an_exact_job_without_an_engine_does_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise TooManyError(Problem("case", "other cases are computed", "try again in a minute"))

    made: list[Job] = []
    add = Jobs.add
    monkeypatch.setattr(Jobs, "add", lambda self, job: made.append(add(self, job)) or made[-1])
    monkeypatch.setattr(Service, "engine", refuses)
    monkeypatch.setattr(jobs, "_MOST_WAITING", 1)
    app = create_app(
        {NAME: small_case(tmp_path / "case")}, Store(tmp_path / "cache"),
        hosts=frozenset({"localhost"}), token=None, first=NAME,
    )  # fmt: skip
    for _ in range(2):
        status, answer = asked(app, "POST", f"/api/cases/{NAME}/exact", body=b"{}")
        assert (status, answer["problems"][0]["message"]) == (429, "other cases are computed")
    assert [one.state for one in made] == ["failed", "failed"]
    assert made[0].problems == answer["problems"]


def test_a_result_that_cannot_be_kept_fails_its_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    kept = Store(tmp_path)
    job = Job("exact", "a", "b")
    monkeypatch.setattr(kept, "put", full)
    Jobs(kept).finish(job, {"percent": []})
    assert job.state == "failed"
    assert job.result is None
    (problem,) = job.problems
    assert problem["place"] == "server"
    assert problem["message"].startswith("the result cannot be kept: ")
    assert problem["remedy"] == "free space on its disk"


# ------------------------------------------------------------------ processes


def leaves(connection: Connection, scratch: str, name: str) -> None:
    """Writes into its folder, says so, and does not end by itself."""
    (Path(scratch) / name).write_bytes(b"x")
    connection.send(("progress", str(Path(scratch) / name)))
    time.sleep(60.0)


def test_the_folder_of_a_killed_process_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ends: list[Callable[[], None]] = []
    written: list[Path] = []

    def heard(message: tuple[Any, ...]) -> None:
        written.append(Path(message[1]))
        assert written[0].read_bytes() == b"x"
        ends[0]()

    answer = Once(leaves, at_once=1, waiting=0).run(("left",), 50.0, heard=heard, begun=ends.append)
    assert answer[0] == "failed"
    assert "was ended" in answer[1][0]["message"]
    assert written[0].is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_documents_are_read_in_the_folder_that_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    text = b"China and Kazakhstan agreed to build a railway to the border."
    answer = Once(work.reader, at_once=1, waiting=0).run((text, ".txt"), 60.0)
    assert answer[0] == "done", answer
    assert answer[1]["text"] == text.decode()
    assert list(tmp_path.iterdir()) == []


def test_a_closed_desk_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> None:
        raise AssertionError("must not be reached")

    closed = Once(leaves, at_once=1, waiting=0)
    closed.close()
    monkeypatch.setattr(desk._SPAWN, "Pipe", opened)
    with pytest.raises(UnavailableError, match="is closing"):
        closed.run(("left",), 5.0)


def test_the_pool_has_room_beside_all_that_may_wait(tmp_path: Path) -> None:
    service = Service({}, Store(tmp_path))
    try:
        # Nine appraisals, ten documents and twenty routes may stand in it at once.
        assert service.background._max_workers >= 64
    finally:
        service.close()


# ------------------------------------------------------------------ the token


def test_a_token_that_is_given_is_asked_for_on_this_machine_too(tmp_path: Path) -> None:
    token = "a-token-of-sufficient-length"
    running = start("china-kazakhstan-2017", tmp_path, LANDBRIDGE_TOKEN=token)
    try:
        assert running.address.endswith(f"#token={token}")
        assert running.ask("GET", "/api/cases")[0] == 401
        assert running.ask("GET", "/api/cases", headers={"Authorization": f"Bearer {token}"})[0] == 200
    finally:
        running.stop()


def test_a_short_token_is_refused_on_this_machine_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    monkeypatch.setenv("LANDBRIDGE_TOKEN", "short")
    assert main(["serve", "--port", "0", "--cache", str(tmp_path)]) == 1
    assert "too short" in capsys.readouterr().err


# ------------------------------------------------------------------ what is kept


@pytest.mark.skipif(os.name != "posix", reason="modes of folders")
def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "before" / "app").mkdir(mode=0o755, parents=True)
    for name in ("before", "new"):
        assert Store(tmp_path / name).folder.stat().st_mode & 0o777 == 0o700


def test_only_own_files_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Store(tmp_path)
    kept.put("result", "a", b"1")
    mine = [*kept.folder.iterdir(), kept.folder / "kept-a1_b.part"]
    others = [kept.folder / name for name in ("thesis.txt", "thesis.part", "a" * 63 + ".result")]
    mine[1].write_bytes(b"x")
    for path in others:
        path.write_bytes(b"x" * 10_000)
    for path in (*mine, *others):
        os.utime(path, (1.0, 1.0))
    monkeypatch.setattr(store, "_MOST_BYTES", 0)
    Store(tmp_path)
    assert sorted(kept.folder.iterdir()) == sorted(others)


def test_what_is_being_written_is_no_file_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Store(tmp_path)
    names: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _: names.extend(path.name for path in kept.folder.iterdir()))
    kept.put("result", "a", b"1")
    assert len(names) == 1
    assert store._UNFINISHED.fullmatch(names[0])


def test_the_folder_stays_within_its_size_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_TIDY_BYTES", 10 * 4096)
    monkeypatch.setattr(store, "_MOST_BYTES", 5 * 4096)
    kept = Store(tmp_path)
    for number in range(20):
        kept.put("result", str(number), b"1")
        written = time.time() - 1000.0 + number
        os.utime(kept._path("result", str(number)), (written, written))
    # Tidied after each tenth: small files count as whole blocks, and the newest stay.
    assert len(list(kept.folder.iterdir())) == 5
    assert kept.get("result", "19") == b"1"
    kept.put("result", "20", b"1")
    assert len(list(kept.folder.iterdir())) == 6


# ------------------------------------------------------------------ documents


def test_a_page_in_an_encoding_that_does_not_read_is_read_as_utf_8(tmp_path: Path) -> None:
    # This codec raises UnicodeError itself, not what decoding raises elsewhere.
    words = "<p>China and Kazakhstan agreed to build a r\u00e5ilway.</p>"
    page = f'<html><meta charset="undefined"><body>{words}</body></html>'
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    assert "r\u00e5ilway" in load_text(path)
