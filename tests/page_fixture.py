"""A small case with hostile texts, and a server that shows it."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landbridge.measures import shipped_cases

HOSTILE = "<img src=x onerror=window.hurt=1><script>window.hurt=1</script>\"'&"
# One of each way to act: trade costs, freight, productivity, services.
KEPT = ("M03", "M06", "M18", "M31")
NAME = "hostile"


def small_case(folder: Path) -> Path:
    """The shipped case with four measures, and markup in the texts that its author writes."""
    shutil.copytree(shipped_cases()["china-kazakhstan-2017"], folder)
    head, *blocks = (folder / "measures.toml").read_text(encoding="utf-8").split("[[measure]]\n")
    kept = [block for block in blocks if re.search(r'^id = "(\w+)"', block, re.M)[1] in KEPT]  # type: ignore[index]
    hostile = json.dumps(HOSTILE)
    kept = [re.sub(r'^title = ".*"$', lambda _: f"title = {hostile}", block, flags=re.M) for block in kept]
    (folder / "measures.toml").write_text("[[measure]]\n".join([head, *kept]), encoding="utf-8")
    path = folder / "case.toml"
    text = path.read_text(encoding="utf-8").replace('name = "china-kazakhstan-2017"', f'name = "{NAME}"')
    text = re.sub(r'^title = "China and.*"$', lambda _: f"title = {hostile}", text, flags=re.M)
    text = re.sub(r'^label = "Belt and Road.*"$', lambda _: f"label = {hostile}", text, flags=re.M)
    path.write_text(text, encoding="utf-8")
    return folder


@dataclass
class Server:
    """A running `landbridge serve`."""

    process: subprocess.Popen[str]
    address: str

    @property
    def port(self) -> int:
        return int(re.search(r":(\d+)/", self.address)[1])  # type: ignore[index]

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, body (parsed where it is JSON) and headers of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        found = {name.lower(): value for name, value in answer.getheaders()}
        if found.get("content-type", "").startswith("application/json"):
            return answer.status, json.loads(content), found
        return answer.status, content, found

    def finished(self, job: dict[str, Any], seconds: float = 120.0) -> dict[str, Any]:
        """A job once it has ended."""
        until = time.monotonic() + seconds
        while job["state"] in ("waiting", "running"):
            assert time.monotonic() < until, job
            _, job, _ = self.ask("GET", f"/api/jobs/{job['id']}?wait=5&seen={job['version']}")
        return job

    def ready(self, name: str, seconds: float = 240.0) -> None:
        """Waits until the quick estimates of a case are there."""
        until = time.monotonic() + seconds
        while True:
            _, engine, _ = self.ask("GET", f"/api/cases/{name}/engine")
            if engine["state"] == "ready":
                return
            assert engine["state"] != "broken", engine
            assert time.monotonic() < until, engine
            time.sleep(0.5)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.closed()

    def closed(self) -> None:
        """Lets go of what a process that has ended printed."""
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(case: Path | str, cache: Path, *options: str, **environment: str) -> Server:
    """Starts a server on a free port and waits for the address that it prints."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "landbridge",
            "serve",
            str(case),
            "--port",
            "0",
            "--cache",
            str(cache),
            *options,
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if "The page is at" not in line:
        process.kill()
        raise AssertionError(line)
    return Server(process, line.split()[-1])


def asked(
    app: Any,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    query: str = "",
) -> tuple[int, Any]:
    """Status and document of an answer, without a socket."""
    given = {"host": "localhost", "content-type": "application/json", **(headers or {})}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    content = b"".join(one.get("body", b"") for one in sent)
    return sent[0]["status"], json.loads(content or b"null")
