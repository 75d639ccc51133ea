"""Calibration of goods trade to published partner shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from economy.final_use import without_home
from economy.sources import Facts

Pairs = dict[tuple[int, int], list[tuple[str, float]]]


def published_pairs(facts: Facts) -> Pairs:
    """(seller, buyer) -> the shares published for that flow, each as ('export' or 'import', share)."""
    pairs: Pairs = {}
    for flow in ("import", "export"):
        for reporter, kind, partner, share in facts.partners:
            me, other = facts.economies.index(reporter), facts.economies.index(partner)
            if kind == flow and me != other and share > 0:
                pair = (other, me) if flow == "import" else (me, other)
                pairs.setdefault(pair, []).append((flow, share))
    return pairs


def goods_trade(final: np.ndarray, intermediate: np.ndarray, goods: int) -> np.ndarray:
    """Trade in goods (N, N) across borders, all uses."""
    trade = final[:, :, :goods].sum(2)
    n = len(intermediate)
    trade[:n, :n] += intermediate[:, :, :goods].sum(2)
    return without_home(trade)


def calibrate(
    final: np.ndarray,
    intermediate: np.ndarray,
    pairs: Pairs,
    goods: int,
    refit: Callable[[np.ndarray], np.ndarray],
    p: dict[str, Any],
) -> np.ndarray:
    """Moves the final part of goods flows towards published shares and refits the totals, some rounds long."""
    n = len(intermediate)
    first = goods_trade(final, intermediate, goods)
    for _ in range(p["rounds"]):
        trade = goods_trade(final, intermediate, goods)
        totals = {"import": trade.sum(0), "export": trade.sum(1)}
        for (i, j), published in pairs.items():
            aims = [share * totals[flow][j if flow == "import" else i] for flow, share in published]
            aim = p["weight"] * float(np.mean(aims)) + (1 - p["weight"]) * first[i, j]
            fixed = intermediate[i, j, :goods].sum() if i < n and j < n else 0.0
            present = final[i, j, :goods].sum()
            if present > 0:
                wanted = max(aim - fixed, p["least_kept"] * present)
                final[i, j, :goods] *= np.clip(wanted / present, p["least_factor"], p["largest_factor"])
        final = refit(final)
    return final


def fit_of_shares(
    final: np.ndarray, intermediate: np.ndarray, pairs: Pairs, goods: int
) -> tuple[float, float]:
    """Mean absolute gap to the published shares and their correlation."""
    trade = goods_trade(final, intermediate, goods)
    totals = {"import": trade.sum(0), "export": trade.sum(1)}
    found = [
        (trade[i, j] / totals[flow][j if flow == "import" else i], share)
        for (i, j), published in pairs.items()
        for flow, share in published
    ]
    model, data = np.array(found).T
    return float(np.abs(model - data).mean()), float(np.corrcoef(model, data)[0, 1])
