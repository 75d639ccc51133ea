"""Final use by seller and buyer: a prior from the intermediate flows, fitted to totals that are known."""

from __future__ import annotations

from typing import Any

import numpy as np

TINY = 1e-9


def shares(values: np.ndarray, axis: int) -> np.ndarray:
    """Values divided by their sum along an axis; zero where the sum is zero."""
    return values / np.maximum(values.sum(axis, keepdims=True), TINY)


def without_home(flow: np.ndarray) -> np.ndarray:
    """A copy of (n, n, ..) flows with the home sales set to zero."""
    copy = flow.copy()
    own = np.arange(len(flow))
    copy[own, own] = 0.0
    return copy


def prior_final_use(
    intermediate: np.ndarray,
    final_sales: np.ndarray,
    home_bias: np.ndarray,
    spending: np.ndarray,
    investment: list[int],
    p: dict[str, Any],
) -> np.ndarray:
    """Prior of final sales (n, n, s) from i to j.

    The odds of foreign against home are those of intermediate use times the sector's home-bias ratio; what final users
    import is a geometric mean of that and of demand expected from national spending (n,); origins follow the
    intermediate imports, tilted a little to the exporters' own pattern.
    """
    n = len(final_sales)
    own = np.arange(n)
    home = intermediate[own, own]
    imported, exported = intermediate.sum(0) - home, intermediate.sum(1) - home
    odds_in = np.clip((imported + TINY) / (home + TINY), 1e-6, 1e4) * home_bias
    odds_out = np.clip((exported + TINY) / (home + TINY), 1e-6, 1e4) * home_bias
    import_share, export_share = odds_in / (1 + odds_in), odds_out / (1 + odds_out)
    home_final = final_sales * (1 - export_share)
    pool = (final_sales * export_share).sum(0)

    def scaled(imports: np.ndarray) -> np.ndarray:
        return imports * (pool / np.maximum(imports.sum(0), TINY))

    total = np.where(1 - import_share > 1e-4, home_final / np.maximum(1 - import_share, 1e-4), home_final)
    observed = 0.5 * scaled(total * import_share) + 0.5 * scaled(imported)
    demand = (final_sales.sum(0) / final_sales.sum())[None, :] * spending[:, None]
    expected = scaled(np.maximum(demand - home_final, 0.02 * demand))
    shortfall = np.maximum(0.0, 1 - home_final / np.maximum(demand, TINY))
    weight = np.clip(p["demand_weight"] + p["demand_weight_gap"] * shortfall, 0, 1)
    weight[:, investment] = np.clip(p["investment_weight"] * shortfall[:, investment], p["demand_weight"], 1)
    imports = scaled(np.exp((1 - weight) * np.log(observed + 1e-6) + weight * np.log(expected + 1e-6)))

    abroad = without_home(intermediate)
    origin = shares(abroad, 0)
    between = abroad.sum(2)
    nearness = shares(between, 0) / np.maximum((between.sum(1) / between.sum())[:, None], TINY)
    pattern = (final_sales * export_share)[:, None, :] * np.sqrt(np.clip(nearness, 1e-3, 1e3))[:, :, None]
    pattern = shares(without_home(pattern), 0)
    mix = p["exporter_weight"]
    final = ((1 - mix) * origin + mix * pattern) * imports[None]
    final[own, own] = home_final
    return final


def fit_totals(
    final: np.ndarray,
    sales: np.ndarray,
    exports: np.ndarray,
    imports: np.ndarray,
    free_sellers: np.ndarray,
    rounds: int,
) -> np.ndarray:
    """Iterative proportional fitting of final sales (N, N, s).

    sales: (N, s) rows to meet exactly. exports, imports: (N,) totals across borders, nan where unknown; the exports of
    `free_sellers` follow from their rows alone.
    """
    final = final.copy()
    own = np.arange(len(final))

    def to_sales() -> None:
        total = final.sum(1)
        final[...] *= np.where(total > 0, sales / np.maximum(total, 1e-30), 0)[:, None, :]

    def factor(target: np.ndarray, total: np.ndarray) -> np.ndarray:
        return np.where(np.isnan(target) | (total <= 0), 1.0, target / np.maximum(total, 1e-30))

    for _ in range(rounds):
        to_sales()
        home = final[own, own].copy()
        out = factor(exports, final.sum((1, 2)) - home.sum(1))
        out[free_sellers] = 1.0
        final *= out[:, None, None]
        final[own, own] = home
        final *= factor(imports, final.sum((0, 2)) - home.sum(1))[None, :, None]
        final[own, own] = home
        if np.abs(final.sum(1) - sales).sum() < 1e-9 * sales.sum():
            break
    to_sales()
    return final
