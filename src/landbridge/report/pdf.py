"""The report as PDF, printed by a browser of the Chromium family that is on the machine, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from landbridge.errors import InputError, Problem

# Names under which Chromium, Chrome and Edge are found on a search path, and where they are where they are not on it.
COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"Google\Chrome\Application\chrome.exe",
        r"Microsoft\Edge\Application\msedge.exe",
        r"Chromium\Application\chrome.exe",
    ),
}
VARIABLE = "LANDBRIDGE_BROWSER"
PATIENCE = 120.0  # seconds


def find_browser() -> Path:
    """The browser that prints: the one that LANDBRIDGE_BROWSER names, else the first found.

    Raises InputError where there is none, or where the one named is not there.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            message = f"there is no program {named!r}"
            raise InputError(Problem(VARIABLE, message, "give the path of Chromium, Chrome or Edge"))
        return Path(found)
    for path in _candidates():
        return path
    message = "no browser was found to print with: looked for Chromium, Chrome and Edge"
    remedy = (
        f"install one of them, or name one in {VARIABLE}; or open report.html and print it to PDF yourself"
    )
    raise InputError(Problem("--pdf", message, remedy))


def _candidates() -> Iterator[Path]:
    for command in COMMANDS:
        found = shutil.which(command)
        if found:
            yield Path(found)
    roots = [""]
    if sys.platform == "win32":
        roots = [
            os.environ[name]
            for name in ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")
            if name in os.environ
        ]
    for root in roots:
        for place in PLACES.get(sys.platform, ()):
            path = Path(root) / place
            if path.is_file():
                yield path


def to_pdf(html: str, browser: Path) -> bytes:
    """A page as PDF. browser: of the Chromium family, see `find_browser`; it is given no network.

    Raises InputError where the browser fails or takes longer than two minutes.
    """
    with tempfile.TemporaryDirectory(prefix="landbridge-", ignore_cleanup_errors=True) as scratch:
        page, printed = Path(scratch) / "report.html", Path(scratch) / "report.pdf"
        page.write_text(html, encoding="utf-8")
        command = [str(browser), *_flags(Path(scratch)), f"--print-to-pdf={printed}", page.as_uri()]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failed(
                browser, str(getattr(error, "strerror", None) or "it did not end in time")
            ) from error
        if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF"):
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise _failed(browser, said[-1] if said else f"it ended with status {done.returncode}")
        return printed.read_bytes()


def _flags(scratch: Path) -> list[str]:
    flags = [
        "--headless=new",
        "--disable-gpu",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",  # no name is ever looked up
        "--no-pdf-header-footer",
        f"--user-data-dir={scratch / 'profile'}",
    ]
    # A browser refuses its own sandbox to the superuser; the page is ours, loads nothing and may run no foreign script.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    return flags


def _failed(browser: Path, reason: str) -> InputError:
    remedy = "open report.html and print it to PDF yourself, or name another browser in " + VARIABLE
    return InputError(Problem("--pdf", f"{browser} could not print the report: {reason}", remedy))
