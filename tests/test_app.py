"""The server: its answers are those of the library, and it keeps its manners."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import time
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from landbridge.app.guard import Guard, host_of
from landbridge.app.store import Store
from landbridge.appraisal.scenario import Appraiser
from landbridge.cli import main
from landbridge.measures import Setting, load_case
from page_fixture import HOSTILE, KEPT, NAME, Server, small_case, start

CASE = f"/api/cases/{NAME}"


@pytest.fixture(scope="module")
def appraiser(tmp_path_factory: pytest.TempPathFactory) -> Appraiser:
    return Appraiser(load_case(small_case(tmp_path_factory.mktemp("library") / "case")))


def problems_of(answer: object) -> str:
    assert isinstance(answer, dict)
    assert all(one.keys() == {"place", "message", "remedy"} for one in answer["problems"])
    return json.dumps(answer["problems"])


# ------------------------------------------------------------------ figures


def test_exact_figures_are_those_of_the_library(server: Server, appraiser: Appraiser) -> None:
    scenario = {"without": ["M31"], "amounts": {"M06": -5.0}}
    status, job, _ = server.ask("POST", f"{CASE}/exact", scenario)
    assert status == 202
    job = server.finished(job)
    assert job["state"] == "done"
    position = (-5.0 + 4.3) / (-6.0 + 4.3)
    settings = {
        one.id: Setting(position if one.id == "M06" else 0.0, one.probability)
        for one in appraiser.case.measures
        if one.id != "M31"
    }
    expected = appraiser.outcome(settings).percent
    assert job["result"]["percent"][:-1] == pytest.approx(expected, abs=1e-9)
    income = appraiser.base.final_demand.sum(1)
    assert job["result"]["percent"][-1] == pytest.approx((expected * income).sum() / income.sum(), abs=1e-9)
    assert len(job["result"]["freight"]) == len(appraiser.case.city_pairs)
    flows = job["result"]["flows"]
    assert flows
    assert {one["mode"] for one in flows} <= {"rail", "road", "sea"}
    assert any(one["after_kt"] != one["before_kt"] for one in flows)
    assert job["result"]["certificate"]["max_residual"] <= 1e-10


def test_estimates_are_within_their_stated_error_of_exact_figures(server: Server) -> None:
    _, about, _ = server.ask("GET", CASE)
    shown = [one["iso3"] for one in about["economies"]]
    rows = [shown.index(code) for code in [*about["parties"], "WLD"]]
    for scenario in (
        {},
        {"without": ["M18"]},
        {"amounts": {"M06": -2.5}},
        {"amounts": {"M03": -2.4, "M18": 0.8}},
    ):
        status, quick, _ = server.ask("POST", f"{CASE}/estimate", scenario)
        assert (status, quick["kind"]) == (200, "estimate")
        exact = server.finished(server.ask("POST", f"{CASE}/exact", scenario)[1])["result"]
        gap = np.abs(np.array(quick["percent"]) - exact["percent"])[rows]
        size = np.abs(exact["percent"])[rows]
        assert (gap <= 2.0 * np.array(quick["error"])[rows] + 0.01 * size).all(), (scenario, gap, size)


def test_all_at_mid_is_exact_and_nothing_is_nothing(server: Server) -> None:
    exact = server.finished(server.ask("POST", f"{CASE}/exact", {})[1])["result"]
    assert server.ask("POST", f"{CASE}/estimate", {})[1]["percent"] == pytest.approx(
        exact["percent"], rel=1e-4
    )
    none = server.ask("POST", f"{CASE}/estimate", {"without": list(KEPT)})[1]
    assert max(map(abs, none["percent"])) < 1e-12
    assert none["in_place"] == []


def test_what_is_shut_is_exact_only(server: Server) -> None:
    scenario = {"shut": ["Khorgos/Nur Zholy"]}
    status, answer, _ = server.ask("POST", f"{CASE}/estimate", scenario)
    assert status == 409
    assert "closures" in problems_of(answer)
    found = server.finished(server.ask("POST", f"{CASE}/exact", scenario)[1])
    assert found["state"] == "done", found
    usual = server.finished(server.ask("POST", f"{CASE}/exact", {})[1])
    _, about, _ = server.ask("GET", CASE)
    kaz = [one["iso3"] for one in about["economies"]].index("KAZ")
    assert found["result"]["percent"][kaz] < usual["result"]["percent"][kaz]
    wrong = server.finished(server.ask("POST", f"{CASE}/exact", {"shut": ["Khorgoss"]})[1])
    assert wrong["state"] == "failed"
    assert "Khorgos" in problems_of(wrong)


def test_links_are_offered_to_be_shut(server: Server) -> None:
    status, drawn, _ = server.ask("GET", f"{CASE}/map")
    assert status == 200
    assert {"rail Aktogay - Dostyk", "CHN-KAZ", "Khorgos/Nur Zholy", "Suez"} <= set(drawn["closable"])


def test_a_report_is_a_whole_package(server: Server, tmp_path: Path) -> None:
    status, job, _ = server.ask("POST", f"{CASE}/report", {"without": ["M18"]})
    assert status == 202
    assert server.ask("GET", f"/api/jobs/{job['id']}/report.html")[0] == 404
    job = server.finished(job, 500.0)
    assert job["state"] == "done", job
    status, page, headers = server.ask("GET", f"/api/jobs/{job['id']}/report.html")
    assert status == 200
    assert b"<!doctype html>" in page[:200].lower()
    assert "sandbox" in headers["content-security-policy"]
    assert "attachment" in headers["content-disposition"]
    assert HOSTILE.encode() not in page
    packed = server.ask("GET", f"/api/jobs/{job['id']}/package.zip")[1]
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert {"report.html", "results.json", "datapackage.json"} <= set(archive.namelist())
        results = json.loads(archive.read("results.json"))
    assert [one["id"] for one in results["measures"]] == ["M03", "M06", "M31"]


def test_routes_are_those_of_the_command(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["route", "Lianyungang", "Almaty", "--json"]) == 0
    expected = json.loads(capsys.readouterr().out)["alternatives"]
    status, found, _ = server.ask(
        "POST", "/api/route", {"from": "Lianyungang", "to": "Almaty", "at": "2017-06-08"}
    )
    assert status == 200
    without_lines = [{k: v for k, v in one.items() if k != "lines"} for one in found["alternatives"]]
    assert without_lines == expected
    assert all(len(one["lines"]) == len(one["legs"]) for one in found["alternatives"])
    status, found, _ = server.ask(
        "POST", "/api/route", {"from": "Urumqi", "to": "Almaty", "case": NAME, "scenario": {}}
    )
    assert status == 200
    assert found["compared"]
    assert "before" in found["alternatives"][0]


def test_a_document_is_read_with_its_marks(server: Server) -> None:
    text = f"China and Kazakhstan agreed to build a railway to the border. Kazakhstan will open a new port. {HOSTILE}"
    status, found, _ = server.ask("POST", "/api/read", text.encode(), {"Content-Type": "text/plain"})
    assert status == 200
    assert found["text"] == text
    assert len(found["commitments"]) >= 2
    for mark in found["marks"]:
        if mark["kind"] == "commitment":
            quote = next(one["quote"] for one in found["commitments"] if one["id"] == mark["id"])
            assert text[mark["start"] : mark["end"]] == quote


# ------------------------------------------------------------------ wrong requests


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "/api/cases/none", None, {}, 404),
        ("GET", "/api/cases/..%2f..%2fetc%2fpasswd", None, {}, 404),
        ("GET", "/static/../../../etc/passwd", None, {}, 404),
        ("GET", "/static/%2e%2e/app.py", None, {}, 404),
        ("GET", "/nothing", None, {}, 404),
        ("PUT", f"{CASE}/estimate", {}, {}, 405),
        ("POST", f"{CASE}/estimate", b"{", {"Content-Type": "application/json"}, 400),
        ("POST", f"{CASE}/estimate", b"[" * 50_000, {"Content-Type": "application/json"}, 400),
        ("POST", f"{CASE}/estimate", b'{"name": "\\ud800"}', {"Content-Type": "application/json"}, 400),
        ("POST", f"{CASE}/estimate", b'{"amounts": {"M06": NaN}}', {"Content-Type": "application/json"}, 400),
        ("POST", f"{CASE}/estimate", b"\xff\xfe", {"Content-Type": "application/json"}, 400),
        ("POST", f"{CASE}/estimate", b"{}", {"Content-Type": "text/plain"}, 415),
        ("POST", f"{CASE}/estimate", b" " * 70_000, {"Content-Type": "application/json"}, 413),
        ("POST", f"{CASE}/estimate", [], {}, 422),
        ("POST", f"{CASE}/estimate", {"unknown": 1}, {}, 422),
        ("POST", f"{CASE}/estimate", {"without": ["M99"]}, {}, 422),
        ("POST", f"{CASE}/estimate", {"amounts": {"M06": 1e300}}, {}, 422),
        ("POST", f"{CASE}/report", {"without": list(KEPT)}, {}, 422),
        ("POST", "/api/route", {"from": "Atlantis", "to": "Almaty"}, {}, 422),
        ("POST", "/api/route", {"from": "Almaty", "to": "Urumqi", "avoid": ["KAZ"]}, {}, 422),
        ("POST", "/api/read", b"x", {"Content-Type": "image/png"}, 415),
        ("POST", "/api/read", b"x" * 5_000_001, {"Content-Type": "text/plain"}, 413),
        ("POST", "/api/read", b"", {"Content-Type": "text/plain"}, 422),
        ("POST", "/api/read", b"%PDF-1.4 cut", {"Content-Type": "application/pdf"}, 422),
        ("GET", "/api/jobs/" + "a" * 32, None, {}, 404),
        ("GET", "/api/jobs/..%2f..%2fsecret", None, {}, 404),
        ("DELETE", "/api/jobs/x", None, {}, 404),
        ("GET", "/api/places", None, {}, 422),
    ],
)
def test_what_is_wrong_is_said(server: Server, method, path, body, headers, status) -> None:
    found, answer, given = server.ask(method, path, body, headers)
    assert found == status, answer
    assert problems_of(answer)
    assert given["x-content-type-options"] == "nosniff"


def test_a_document_that_unpacks_without_end_is_stopped(server: Server) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 1_500_000_000)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert len(packed.getvalue()) < 5_000_000
    status, answer, _ = server.ask("POST", "/api/read", packed.getvalue(), {"Content-Type": kind})
    assert status == 422
    assert problems_of(answer)


def test_the_description_names_every_operation(server: Server) -> None:
    _, document, _ = server.ask("GET", "/openapi.json")
    assert {
        f"/api/cases/{{name}}/{what}" for what in ("estimate", "exact", "report", "engine", "map")
    } <= set(document["paths"])
    body = document["paths"]["/api/cases/{name}/estimate"]["post"]["requestBody"]
    assert set(body["content"]["application/json"]["schema"]["properties"]) == {
        "schema",
        "name",
        "without",
        "amounts",
        "at",
        "delay",
        "shut",
    }


# ------------------------------------------------------------------ who may ask


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "localhost:9999"}, 200),
        ({"Host": "[::1]:80"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_only_the_own_page_may_ask(server: Server, headers: dict[str, str], status: int) -> None:
    found, answer, given = server.ask("POST", f"{CASE}/estimate", {}, headers)
    assert found == status, answer
    assert "default-src 'none'" in given["content-security-policy"]
    assert "unsafe" not in given["content-security-policy"]


def test_hosts_are_taken_apart() -> None:
    assert host_of("localhost:80") == "localhost"
    assert host_of("[::1]:8") == "::1"
    assert [host_of(text) for text in ("a b", "x:y", "[::1", "user@localhost", "")] == [""] * 5


def test_elsewhere_needs_a_flag(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["serve", "--host", "0.0.0.0", "--cache", str(tmp_path)]) == 1
    assert "--remote" in capsys.readouterr().err


def test_elsewhere_needs_the_token(tmp_path: Path) -> None:
    token = "a-token-of-sufficient-length"
    running = start("china-kazakhstan-2017", tmp_path, "--remote", LANDBRIDGE_TOKEN=token)
    try:
        assert running.address.endswith(f"#token={token}")
        assert running.ask("GET", "/")[0] == 200
        status, answer, given = running.ask("GET", "/api/cases")
        assert status == 401
        assert problems_of(answer)
        assert given["www-authenticate"] == "Bearer"
        assert running.ask("GET", "/api/cases", headers={"Authorization": "Bearer wrong"})[0] == 401
        assert running.ask("GET", "/api/cases", headers={"Authorization": f"Bearer {token}"})[0] == 200
    finally:
        running.stop()


def test_a_short_token_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LANDBRIDGE_TOKEN", "short")
    assert main(["serve", "--remote", "--port", "0", "--cache", str(tmp_path)]) == 1
    assert "too short" in capsys.readouterr().err


def test_a_port_in_use_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port), "--cache", str(tmp_path)]) == 1
    assert f"port {port}" in capsys.readouterr().err


def test_two_hosts_are_none() -> None:
    async def app(scope, receive, send):
        raise AssertionError("must not be reached")

    sent = []

    async def send(message):
        sent.append(message)

    hosts = [(b"host", b"a"), (b"host", b"b")]
    scope = {"type": "http", "path": "/api/cases", "method": "GET", "headers": hosts}
    with pytest.raises(StopIteration):
        Guard(app, {"a", "b"}, None)(scope, None, send).send(None)
    assert sent[0]["status"] == 403


# ------------------------------------------------------------------ jobs


def test_a_job_is_cancelled(server: Server) -> None:
    jobs = [server.ask("POST", f"{CASE}/exact", {"amounts": {"M06": -3.0 - 0.01 * k}})[1] for k in range(3)]
    for job in reversed(jobs):
        assert server.ask("DELETE", f"/api/jobs/{job['id']}")[1]["state"] == "cancelled"
    done = server.finished(server.ask("POST", f"{CASE}/exact", {"amounts": {"M06": -3.5}})[1])
    assert done["state"] == "done"
    assert server.ask("DELETE", f"/api/jobs/{done['id']}")[1]["state"] == "done"
    running = server.ask("POST", f"{CASE}/report", {"amounts": {"M06": -3.3}})[1]
    assert server.ask("DELETE", f"/api/jobs/{running['id']}")[1]["state"] == "cancelled"


def test_jobs_have_names_that_nobody_guesses(server: Server) -> None:
    names = {server.ask("POST", f"{CASE}/exact", {})[1]["id"] for _ in range(20)}
    assert len(names) == 20
    assert all(len(name) == 32 for name in names)


def test_a_restart_loses_no_finished_result(tmp_path: Path) -> None:
    case = small_case(tmp_path / "case")
    first = start(case, tmp_path / "cache")
    try:
        job = first.finished(first.ask("POST", f"{CASE}/exact", {"without": ["M06"]})[1])
        assert job["state"] == "done"
    finally:
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(20)
        first.closed()
    second = start(case, tmp_path / "cache")
    try:
        assert second.ask("GET", f"/api/jobs/{job['id']}")[1]["result"] == job["result"]
        again = second.ask("POST", f"{CASE}/exact", {"without": ["M06"]})[1]
        assert (again["state"], again["result"]) == ("done", job["result"])
    finally:
        second.stop()


def test_results_are_kept_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    store.put("result", "a", b"first")

    def fails(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no space"):
        store.put("result", "a", b"second")
    assert store.get("result", "a") == b"first"
    assert [path.suffix for path in store.folder.iterdir()] == [".result"]
    assert store.get_json("result", "a") is None


# ------------------------------------------------------------------ abuse


def _resident(process_id: int) -> int:
    """Bytes of memory that a process holds."""
    with open(f"/proc/{process_id}/statm", encoding="ascii") as stream:
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc to see memory")
def test_ten_thousand_malformed_requests(server: Server) -> None:
    draw = random.Random(1)
    good = json.dumps({"without": ["M03"], "amounts": {"M06": -5.0}, "name": "n"}).encode()
    paths = [f"{CASE}/estimate", f"{CASE}/exact", "/api/route", "/api/cases/none/estimate", f"{CASE}/report"]
    kinds = ["application/json", "text/plain", "", "application/json; charset=utf-16"]

    def broken() -> bytes:
        content = bytearray(good)
        for _ in range(draw.randint(1, 8)):
            where = draw.randrange(len(content))
            change = draw.random()
            if change < 0.4:
                content[where] = draw.randrange(256)
            elif change < 0.7:
                del content[where : where + draw.randint(1, 20)]
                content = content or bytearray(b"x")
            else:
                content[where:where] = draw.randbytes(draw.randint(1, 30))
        # Never a sound scenario: an unknown key at the end.
        return bytes(content[:-1] + b',"unknown":0}')

    import http.client

    seen: dict[int, int] = {}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    before = 0
    for number in range(10_000):
        if number == 500:
            before = _resident(server.process.pid)
        connection.request(
            "POST", draw.choice(paths), body=broken(), headers={"Content-Type": draw.choice(kinds)}
        )
        answer = connection.getresponse()
        content = answer.read()
        seen[answer.status] = seen.get(answer.status, 0) + 1
        assert answer.status in (400, 404, 415, 422), (answer.status, content[:300])
        assert json.loads(content)["problems"]
    connection.close()
    grown = _resident(server.process.pid) - before
    assert grown < 50_000_000, f"{grown / 1e6:.0f} MB more"
    assert server.ask("POST", f"{CASE}/estimate", {})[0] == 200
    print(f"{seen}; {grown / 1e6:.1f} MB more")
    assert {400, 415, 422} <= set(seen)


def test_raw_rubbish_does_not_end_the_server(server: Server) -> None:
    draw = random.Random(2)
    for number in range(60):
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
            rubbish = (
                draw.randbytes(400)
                if number % 2
                else b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 9000
            )
            raw.sendall(rubbish)
            raw.settimeout(0.5)
            try:
                answer = raw.recv(200)
            except (TimeoutError, ConnectionError):
                answer = b""
            assert not answer or answer.split()[1][:1] == b"4", answer
    assert server.ask("GET", "/")[0] == 200


def test_a_body_that_never_ends_is_given_up(server: Server) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        raw.sendall(
            f"POST {CASE}/estimate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 1000\r\n\r\n{".encode()
        )
        answer = raw.recv(4000)
    assert b" 408 " in answer.split(b"\r\n")[0]
    assert time.monotonic() - began < 40
