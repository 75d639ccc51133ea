"""A real browser for the tests: an installed Chromium, Chrome or Edge, driven by playwright, with no network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landbridge.errors import InputError
from landbridge.report import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
WIDTHS = (390, 1280, 1920)


def missing() -> str:
    """Why no browser can be driven here; empty where one can."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "playwright is not installed"
    try:
        find_browser()
    except InputError:
        return "no Chromium, Chrome or Edge is installed"
    return ""


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser for as long as the tests of a session need it."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(find_browser()), args=flags)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page that was opened, with what it said and asked for."""

    page: Page
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def axe(self) -> list[str]:
        """What axe-core finds wrong with the page as it stands, a line each."""
        # The page's own policy keeps foreign scripts out; the driver's world is not bound by it.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['impact']} {one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]

    def sideways(self) -> int:
        """By how many pixels the page can be scrolled sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@contextmanager
def visit(
    browser: Browser, address: str, *, width: int = 1280, height: int = 900, script: bool = True
) -> Iterator[Visit]:
    """Opens an address in a fresh profile and keeps what the console says and what is asked for."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=script, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    seen = Visit(page)
    page.on("console", lambda message: seen.messages.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen.messages.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (seen.messages.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: seen.requests.append(request.url))
    try:
        page.goto(address, wait_until="load")
        yield seen
    finally:
        context.close()
