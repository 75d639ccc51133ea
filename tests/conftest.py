"""Fixtures that several test files share."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

import browser as web
from gmns_fixture import SMALL, written
from landbridge.measures import Case, load_case
from landbridge.network import Network, build_network

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from page_fixture import Server

REFERENCE = Path(__file__).resolve().parents[1].parent / "shared"
BASELINE = datetime.date(2017, 6, 8)

# The same examples in every run.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips the comparisons with the reference folder, and what needs a browser, where there is none."""
    without = web.missing()
    for item in items:
        if item.get_closest_marker("reference") and not REFERENCE.is_dir():
            item.add_marker(pytest.mark.skip(reason="the reference folder is not beside the repository"))
        if item.get_closest_marker("web") and without:
            item.add_marker(pytest.mark.skip(reason=without))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says aloud that pages were not looked at."""
    without = web.missing()
    skipped = [one for one in terminalreporter.stats.get("skipped", []) if "web" in one.keywords]
    if skipped and without:
        line = f"{len(skipped)} TESTS IN A REAL BROWSER WERE SKIPPED: {without}"
        terminalreporter.write_sep("!", line, red=True, bold=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser; tests that use it are marked `web`."""
    with web.launched() as running:
        yield running


@pytest.fixture(scope="session")
def network() -> Network:
    """The shipped network at the baseline date of the shipped case."""
    return build_network(BASELINE)


@pytest.fixture(scope="session")
def case() -> Case:
    """The shipped case."""
    return load_case("china-kazakhstan-2017")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a small network as GMNS tables."""
    return written(tmp_path / "small", SMALL)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running page on a small case, its estimates ready."""
    from page_fixture import NAME, small_case, start

    folder = tmp_path_factory.mktemp("page")
    running = start(small_case(folder / "case"), folder / "cache")
    try:
        running.ready(NAME)
        yield running
    finally:
        running.stop()
