"""The base of an earlier year: the structure of the base year, fitted to that year's GDP, trade totals and pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from economy.margins import PairTotal, goods_flows
from economy.sources import REST, Facts, table


def growth_of_gdp(facts: Facts, year: int) -> np.ndarray:
    """GDP of an earlier year over that of the base year (N,); the rest of the world follows the others together."""
    macro = {row["iso3"]: float(row[f"gdp_{year}_musd"]) for row in table(f"macro_{year}.csv")}
    known = [k for k, code in enumerate(facts.economies) if code != REST]
    before = np.array([macro[facts.economies[k]] for k in known])
    growth = np.full(len(facts.economies), before.sum() / facts.gdp[known].sum())
    growth[known] = before / facts.gdp[known]
    return growth


def trade_aims(
    facts: Facts, trade: np.ndarray, goods: int, growth: np.ndarray, year: int
) -> tuple[np.ndarray, np.ndarray]:
    """Goods exports and imports (N,) of an earlier year at basic prices; nan where no total is used.

    Customs totals are brought to basic prices by the base year's ratio of all trade to the balance of payments. Totals
    whose growth falls outside the bounds of `earlier` are left out; imports are scaled to add up to exports.
    """
    p = facts.parameters["earlier"]
    macro = {row["iso3"]: row for row in table(f"macro_{year}.csv")}
    flows = goods_flows(trade, goods)
    across = trade.sum(2)
    np.fill_diagonal(across, 0.0)
    aims = []
    for side, axis, published in (("exports", 1, facts.exports), ("imports", 0, facts.imports)):
        now, everything = flows.sum(axis), across.sum(axis)
        then = np.array(
            [float(macro.get(code, {}).get(f"goods_{side}_{year}_musd") or "nan") for code in facts.economies]
        )
        aim = then * everything / published
        ratio = aim / now
        aims.append(np.where((ratio > p["least_growth"]) & (ratio < p["largest_growth"]), aim, np.nan))
    exports, imports = aims
    fallback = goods_flows(trade, goods) * growth[:, None]
    sold = np.where(np.isnan(exports), fallback.sum(1), exports).sum()
    bought = np.where(np.isnan(imports), fallback.sum(0), imports).sum()
    return exports, imports * sold / bought


def fit_earlier(
    trade: np.ndarray,
    inputs: np.ndarray,
    growth: np.ndarray,
    aims: tuple[np.ndarray, np.ndarray],
    pairs: Sequence[PairTotal],
    goods: int,
    rounds: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Trade and inputs of an earlier year: output, inputs and value added grow with GDP in every sector; what is bought
    starts from the same and moves to meet trade totals and pairs.
    """
    rows, least_uses = trade.sum(1) * growth[:, None], inputs.sum(2) * growth[:, None]
    own = np.arange(len(trade))
    wanted = trade.sum(0) * growth[:, None]
    wanted *= rows.sum(0) / np.maximum(wanted.sum(0), 1e-30)
    fitted = trade * np.sqrt(growth[:, None, None] * growth[None, :, None])

    def to_rows() -> None:
        fitted[...] *= (rows / np.maximum(fitted.sum(1), 1e-30))[:, None, :]

    def across(totals: np.ndarray, axis: int) -> None:
        home = fitted[own, own].copy()
        flows = goods_flows(fitted, goods)
        factor = np.where(np.isnan(totals), 1.0, totals / np.maximum(flows.sum(axis), 1e-30))
        fitted[:, :, :goods] *= factor[:, None, None] if axis == 1 else factor[None, :, None]
        fitted[own, own] = home

    for k in range(rounds):
        if k < 20:
            fitted *= (wanted / np.maximum(fitted.sum(0), 1e-30))[None]
        across(aims[0], 1)
        across(aims[1], 0)
        for pair in pairs:
            factor = pair.value / sum(fitted[i, j, :goods].sum() for i, j in pair.ends)
            for i, j in pair.ends:
                fitted[i, j, :goods] *= factor
        uses = fitted.sum(0)
        fitted *= np.maximum(least_uses / np.maximum(uses, 1e-30), 1.0)[None]
        to_rows()
    return fitted, inputs * growth[:, None, None]


def rounded(cells: np.ndarray, bits: int) -> np.ndarray:
    """Single precision with the mantissa cut to some bits, which a compressor can use."""
    words = cells.astype(np.float32).view(np.uint32)
    return (words & np.uint32(0xFFFFFFFF << (23 - bits) & 0xFFFFFFFF)).view(np.float32)
