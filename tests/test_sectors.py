"""Output by sector: nothing moves without a shock; a sector that gets better at its work makes more."""

from __future__ import annotations

import numpy as np
import pytest

from landbridge.appraisal.results.sectors import output_hat
from landbridge.economy import Model, Shock, calibrate, solve
from landbridge.world.economy_base import EconomyBase, load_economy_base, load_elasticities


@pytest.fixture(scope="module")
def world() -> tuple[EconomyBase, Model]:
    base = load_economy_base(2017)
    return base, calibrate(base, load_elasticities().theta, tariff=np.zeros_like(base.trade))


def test_without_a_shock_output_stays(world: tuple[EconomyBase, Model]) -> None:
    base, model = world
    shock = Shock()
    assert output_hat(model, shock, solve(model, shock), base.trade) == pytest.approx(1.0, abs=1e-9)


def test_a_sector_that_works_better_makes_more(world: tuple[EconomyBase, Model]) -> None:
    base, model = world
    row, column = base.economies.index("KAZ"), base.sectors.index("A01_02")
    productivity = np.ones((len(base.economies), len(base.sectors)))
    productivity[row, column] = 1.01
    shock = Shock(productivity_hat=productivity)
    found = output_hat(model, shock, solve(model, shock), base.trade)
    assert found[row, column] > 1.01  # cheaper, so it sells more than the same inputs give
    assert np.abs(np.delete(found, row, axis=0) - 1.0).max() < abs(found[row, column] - 1.0)
