"""Many scenarios at once, draws of elasticities, and many starts."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import numpy as np
import pytest

from economy_fixture import everything, random_dataset
from landbridge.economy import (
    Shock,
    calibrate,
    draw_elasticities,
    multi_start,
    solve,
    solve_many,
)
from landbridge.errors import InputError, NotConvergedError
from landbridge.world.economy_base import load_elasticities

HAS_JAX = importlib.util.find_spec("jax") is not None


def scenarios(count: int) -> list[Shock]:
    """Shocks of all kinds, some with tariffs and some without, and none at all."""
    return [Shock(), *(everything(4, 3, seed, 0.15, tariffs=seed % 2 == 0) for seed in range(count - 1))]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_batch_gives_what_single_solves_give(threads: int) -> None:
    model = calibrate(random_dataset(tariffs=False))
    shocks = scenarios(9)
    batch = solve_many(model, shocks, threads=threads, chunk=3)
    np.testing.assert_array_equal(batch.scenario, np.arange(9))
    for k, shock in enumerate(shocks):
        single = solve(model, shock)
        np.testing.assert_allclose(batch.real_income_hat[k], single.real_income_hat, rtol=1e-9)
        rebuilt = batch.solution(model, shocks, k)
        np.testing.assert_allclose(rebuilt.trade, single.trade, rtol=1e-7, atol=1e-9)
        assert rebuilt.certificate.max_residual <= 1e-9
        assert batch.certificates[k].max_residual <= 1e-10


@pytest.mark.skipif(not HAS_JAX, reason="JAX is not installed")
@pytest.mark.parametrize("closure", ["world_share", "own_income"])
def test_jax_gives_the_same_to_nine_digits(closure: str) -> None:
    model = calibrate(random_dataset(), closure=closure)
    shocks = scenarios(7)
    by_numpy = solve_many(model, shocks, tolerance=1e-11)
    by_jax = solve_many(model, shocks, tolerance=1e-11, backend="jax", chunk=4)
    for name in ("real_income_hat", "wage_hat", "price_hat"):
        np.testing.assert_allclose(getattr(by_jax, name), getattr(by_numpy, name), rtol=1e-9)
    assert max(certificate.max_residual for certificate in by_jax.certificates) <= 1e-11


@pytest.mark.skipif(not HAS_JAX, reason="JAX is not installed")
def test_jax_finishes_hard_scenarios_in_numpy() -> None:
    hat = np.full((4, 4, 3), 100.0)
    hat[np.arange(4), np.arange(4)] = 1.0
    model = calibrate(random_dataset(gaps=False), closure="balanced")
    batch = solve_many(model, [Shock(), Shock(trade_cost_hat=hat)], backend="jax", chunk=4)
    single = solve(model, Shock(trade_cost_hat=hat))
    np.testing.assert_allclose(batch.real_income_hat[1], single.real_income_hat, rtol=1e-8)


def test_failures_are_named_or_raised() -> None:
    data = random_dataset(6, 3, seed=3, tariffs=False, gaps=False)
    model = calibrate(data)
    closed = np.full((6, 6, 3), 1e4)
    closed[np.arange(6), np.arange(6)] = 1.0
    shocks = [Shock(), Shock(trade_cost_hat=closed), Shock(labour_hat=np.full(6, 1.1))]
    batch = solve_many(model, shocks, on_failure="report")
    np.testing.assert_array_equal(batch.scenario, [0, 2])
    assert batch.real_income_hat.shape == (2, 6)
    assert [failure.scenario for failure in batch.failures] == [1]
    assert "split the shock" in batch.failures[0].reason
    with pytest.raises(NotConvergedError, match="scenario 1: no equilibrium"):
        solve_many(model, shocks)
    with pytest.raises(InputError, match="scenario 1, shock labour_hat"):
        solve_many(model, [Shock(), Shock(labour_hat=np.ones(3))])
    with pytest.raises(InputError, match=r"'jaxx' is not known.*nearest: jax"):
        solve_many(model, [Shock()], backend="jaxx")
    with pytest.raises(InputError, match="chunk: is -1"):
        solve_many(model, [Shock()], chunk=-1)
    with pytest.raises(InputError, match="threads: is 0"):
        solve_many(model, [Shock()], threads=0)
    with pytest.raises(InputError, match="a list of shocks"):
        solve_many(model, Shock())  # type: ignore[arg-type]
    assert solve_many(model, []).real_income_hat.shape == (0, 6)


def test_draws_follow_their_standard_errors() -> None:
    theta, se = np.array([8.0, 4.0, 4.0, 5.0]), np.array([1.0, 0.5, 1.0, 0.0])
    draws = draw_elasticities(theta, se, 4096, seed=1, groups=["a", "b", "b", "c"])
    np.testing.assert_allclose(draws.theta.mean(0), theta, atol=0.02)
    np.testing.assert_allclose(draws.theta.std(0), se, atol=0.02)
    assert draws.admissible.all()
    # Sectors of one estimate move together, others do not.
    correlation = np.corrcoef(draws.theta[:, :3].T)
    assert correlation[1, 2] == pytest.approx(1.0)
    assert abs(correlation[0, 1]) < 0.03
    np.testing.assert_array_equal(
        draws.theta, draw_elasticities(theta, se, 4096, seed=1, groups=list("abbc")).theta
    )
    joint = draw_elasticities(theta[:2], se[:2], 4096, correlation=np.array([[1.0, -0.6], [-0.6, 1.0]]))
    assert np.corrcoef(joint.theta.T)[0, 1] == pytest.approx(-0.6, abs=0.03)


def test_inadmissible_draws_stay_in_sight() -> None:
    draws = draw_elasticities(np.array([1.67, 8.0]), np.array([2.2, 1.0]), 1024)
    assert draws.theta.shape == (1024, 2)
    assert draws.outside[0] == pytest.approx(0.224, abs=0.01)
    assert draws.outside[1] == 0.0
    assert draws.admissible.mean() == pytest.approx(1.0 - draws.outside[0])
    assert (draws.usable > 0).all()
    assert len(draws.usable) == draws.admissible.sum()
    bounded = draw_elasticities(np.array([1.67, 8.0]), np.array([2.2, 1.0]), 1024, least=1.0, most=9.0)
    assert bounded.usable.min() > 1.0
    assert bounded.usable.max() <= 9.0
    with pytest.raises(InputError, match="lengths"):
        draw_elasticities(np.ones(3), np.ones(2), 4)
    with pytest.raises(InputError, match="correlation"):
        draw_elasticities(np.ones(2), np.ones(2), 4, correlation=np.array([[1.0, 2.0], [2.0, 1.0]]))
    with pytest.raises(InputError, match="symmetric"):
        draw_elasticities(np.ones(2), np.ones(2), 4, correlation=np.array([[1.0, 0.5], [0.0, 1.0]]))
    with pytest.raises(InputError, match="count: is 0"):
        draw_elasticities(np.ones(2), np.ones(2), 0)
    with pytest.raises(InputError, match="theta: has cells that are not finite"):
        draw_elasticities(np.array([1.0, np.nan]), np.ones(2), 4)


def test_shipped_elasticities_can_be_drawn_by_their_source() -> None:
    known = load_elasticities()
    draws = draw_elasticities(known.theta, known.se, 64, groups=known.source)
    same = known.sectors.index("A01_02"), known.sectors.index("A03")
    np.testing.assert_allclose(draws.theta[:, same[0]], draws.theta[:, same[1]])


def test_draws_go_through_a_batch() -> None:
    data = random_dataset()
    model = calibrate(data)
    shock = replace(everything(4, 3, 4), theta=None)
    draws = draw_elasticities(data.theta, 0.1 * data.theta, 8)
    batch = solve_many(model, [replace(shock, theta=theta) for theta in draws.usable])
    assert batch.real_income_hat.std(0).max() > 1e-4


def test_many_starts_lead_to_one_equilibrium() -> None:
    model = calibrate(random_dataset())
    found = multi_start(model, everything(4, 3, 2), count=6)
    assert found.unique
    assert (found.reached == 0).all()
    assert found.furthest < 1e-9
    assert not found.failures


def test_many_starts_tell_where_none_leads() -> None:
    data = random_dataset(3, 1, seed=3, tariffs=False, gaps=False)
    hat = np.full((3, 3, 1), 1e4)
    hat[np.arange(3), np.arange(3)] = 1.0
    with pytest.raises(NotConvergedError, match="none of 2 starts"):
        multi_start(calibrate(data), Shock(trade_cost_hat=hat), count=2)


def test_a_start_that_leads_nowhere_is_not_counted_for_the_base() -> None:
    """A hopeless starting point must not be rescued by a solution that begins at the base."""
    found = multi_start(calibrate(random_dataset()), everything(4, 3, 2), count=3, spread=1e4)
    assert found.reached[0] == 0
    assert (found.reached[1:] == -1).all()
    assert len(found.failures) == 2
    for options in ({"count": 0}, {"spread": np.nan}):
        with pytest.raises(InputError, match="is "):
            multi_start(calibrate(random_dataset()), Shock(), **options)  # type: ignore[arg-type]
