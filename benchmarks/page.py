"""How fast the page's server answers when twenty users move switches at the same time: python benchmarks/page.py

Starts a server on loopback with the first case, waits until its estimates are fitted (minutes, the first time), then
lets users send scenarios, each after a pause for thought. With --exact, they ask for exact figures too, as the page
does.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

CASE = "china-kazakhstan-2017"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument(
        "--pause", type=float, default=0.5, help="mean pause of a user between two moves, seconds"
    )
    parser.add_argument("--exact", action="store_true", help="exact figures are asked for too")
    parser.add_argument("--cache", type=Path, default=None)
    options = parser.parse_args()
    command = [sys.executable, "-m", "landbridge", "serve", CASE, "--port", "0"]
    if options.cache:
        command += ["--cache", str(options.cache)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        try:
            port = int(re.search(r":(\d+)/", server.stdout.readline())[1])
            measure(port, server.pid, options)
        finally:
            server.terminate()


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, document: object = None
) -> tuple[int, dict]:
    body = None if document is None else json.dumps(document)
    connection.request(method, path, body=body, headers={"Content-Type": "application/json"} if body else {})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def processor_seconds(process: int) -> float:
    """Seconds of processor that a process has used; nan where the system does not say."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(port: int, process: int, options: argparse.Namespace) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.monotonic()
    while ask(connection, "GET", f"/api/cases/{CASE}/engine")[1]["state"] != "ready":
        time.sleep(1)
    print(f"ready after {time.monotonic() - began:.0f} s")
    about = ask(connection, "GET", f"/api/cases/{CASE}")[1]
    spent: list[float] = []
    exact: list[float] = []
    until = time.monotonic() + options.seconds

    def user(number: int) -> None:
        draw = random.Random(number)
        own = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        time.sleep(draw.random())
        while time.monotonic() < until:
            one = draw.choice(about["measures"])
            scenario = {
                "without": [side["id"] for side in about["sides"] if draw.random() < 0.4],
                "amounts": {one["id"]: draw.uniform(one["least"], one["most"])},
            }
            start = time.perf_counter()
            status, _ = ask(own, "POST", f"/api/cases/{CASE}/estimate", scenario)
            spent.append(time.perf_counter() - start)
            assert status == 200
            if options.exact:
                job = ask(own, "POST", f"/api/cases/{CASE}/exact", scenario)[1]
                pause = draw.expovariate(1.0 / options.pause)
                job = ask(
                    own, "GET", f"/api/jobs/{job['id']}?wait={min(pause, 15):.2f}&seen={job['version']}"
                )[1]
                if job["state"] == "done":
                    exact.append(1.0)
                else:
                    ask(own, "DELETE", f"/api/jobs/{job['id']}")
            else:
                time.sleep(draw.expovariate(1.0 / options.pause))

    users = [threading.Thread(target=user, args=(number,)) for number in range(options.users)]
    used = processor_seconds(process)
    for one in users:
        one.start()
    for one in users:
        one.join()
    spent.sort()
    at = {share: 1e3 * spent[min(int(share * len(spent)), len(spent) - 1)] for share in (0.5, 0.95, 0.99)}
    print(
        f"{options.users} users, {len(spent) / options.seconds:.0f} estimates a second: "
        + ", ".join(f"p{100 * share:.0f} {value:.0f} ms" for share, value in at.items())
        + f", longest {1e3 * spent[-1]:.0f} ms"
    )
    used = processor_seconds(process) - used
    print(f"the server's own process used {1e3 * used / len(spent):.1f} ms of processor an estimate")
    if options.exact:
        print(f"{len(exact)} exact answers within the pause; the others were given up for the next move")


if __name__ == "__main__":
    main()
