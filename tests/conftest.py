"""Fixtures that several test files share."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from landbridge.measures import Case, load_case
from landbridge.network import Network, build_network

REFERENCE = Path(__file__).resolve().parents[1].parent / "shared"
BASELINE = datetime.date(2017, 6, 8)

# The same examples in every run.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips the comparisons with the reference folder where there is none."""
    if REFERENCE.is_dir():
        return
    for item in items:
        if item.get_closest_marker("reference"):
            item.add_marker(pytest.mark.skip(reason="the reference folder is not beside the repository"))


@pytest.fixture(scope="session")
def network() -> Network:
    """The shipped network at the baseline date of the shipped case."""
    return build_network(BASELINE)


@pytest.fixture(scope="session")
def case() -> Case:
    """The shipped case."""
    return load_case("china-kazakhstan-2017")
