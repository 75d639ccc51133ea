"""Small random worlds for the tests of the economy."""

from __future__ import annotations

import numpy as np

from landbridge.economy import Dataset, Shock, from_arrays


def random_dataset(
    n: int = 4, s: int = 3, seed: int = 1, *, tariffs: bool = True, gaps: bool = True, inputs: bool = True
) -> Dataset:
    """Random accounts with home bias. gaps: the last economy makes none of the last sector, the first buys none."""
    draw = np.random.default_rng(seed)
    trade = draw.uniform(1.0, 20.0, (n, n, s))
    trade[np.arange(n), np.arange(n)] *= 8.0
    if gaps and s > 1:
        trade[-1, :, -1] = 0.0
        trade[:, 0, -1] = 0.0
    use = np.zeros((n, s, s))
    if inputs:
        least = np.minimum(trade.sum(1)[:, None, :], trade.sum(0)[:, :, None])
        use = 0.6 * draw.uniform(0.2, 1.0, (n, s, s)) * least / s
    rates = draw.uniform(0.0, 0.3, (n, n, s)) if tariffs else np.zeros((n, n, s))
    rates[np.arange(n), np.arange(n)] = 0.0
    return from_arrays(
        [f"E{k:02d}" for k in range(n)],
        [f"S{k}" for k in range(s)],
        trade,
        use,
        theta=np.linspace(3.0, 9.0, s),
        tariff=rates,
    )


def everything(n: int, s: int, seed: int, size: float = 0.1, *, tariffs: bool = True) -> Shock:
    """A shock that moves all that a shock can."""
    draw = np.random.default_rng(seed)
    own = np.arange(n)
    hat = np.exp(size * draw.normal(size=(n, n, s)))
    hat[own, own] = 1.0
    rates = draw.uniform(0.0, 0.3, (n, n, s))
    rates[own, own] = 0.0
    transfer = draw.normal(size=n)
    return Shock(
        trade_cost_hat=hat,
        productivity_hat=np.exp(size * draw.normal(size=(n, s))),
        tariff=rates if tariffs else None,
        labour_hat=np.exp(size * draw.normal(size=n)),
        transfer=transfer - transfer.mean(),
        theta=np.linspace(3.3, 8.0, s),
    )
