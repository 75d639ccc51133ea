"""Fits the trade of the base to cited totals by pair and to the structure of imports, by minimum cross-entropy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from economy.sources import table

WORLD = "WLD"


@dataclass(frozen=True)
class PairTotal:
    """A cited total of goods trade, million USD at basic prices. `both`: the two directions together."""

    seller: int
    buyer: int
    value: float
    both: bool

    @property
    def ends(self) -> tuple[tuple[int, int], ...]:
        """The flows that the total covers, as (seller, buyer)."""
        there = (self.seller, self.buyer)
        return (there, (self.buyer, self.seller)) if self.both else (there,)


@dataclass(frozen=True)
class ImportMix:
    """Cited shares (they add up to one) of sector groups in the goods imports of an economy."""

    buyer: int
    groups: tuple[tuple[int, ...], ...]
    shares: tuple[float, ...]


def goods_flows(trade: np.ndarray, goods: int) -> np.ndarray:
    """Goods trade across borders (N, N)."""
    flows = trade[:, :, :goods].sum(2)
    np.fill_diagonal(flows, 0.0)
    return flows


def valuation(economies: Sequence[str], flows: np.ndarray, default: float) -> dict[tuple[str, str], float]:
    """(side, economy) -> goods trade of the base over the customs total; side is 'import' or 'export'.

    The base is at basic prices, with trade and transport margins among services: its goods flows are smaller than
    customs values. `default` stands under ('', '').
    """
    factors = {("", ""): default}
    for row in table("trade_totals.csv"):
        if row["use"] != "valuation":
            continue
        if row["exporter"] == WORLD:
            code, side, total = row["importer"], "import", flows[:, economies.index(row["importer"])].sum()
        else:
            code, side, total = row["exporter"], "export", flows[economies.index(row["exporter"])].sum()
        factors[side, code] = total / float(row["value"])
    return factors


def pair_totals(
    economies: Sequence[str],
    year: int,
    factors: dict[tuple[str, str], float],
    flows: np.ndarray,
    use: str = "fit",
) -> list[tuple[PairTotal, dict[str, str]]]:
    """The cited totals of a year at basic prices, with the row each comes from.

    flows: (N, N) goods trade. A row of kind 'share' is a percentage of all the buyer imports, one of kind
    'export_share' of all the seller exports; 'turnover' is both directions, 'flow' one.
    """
    found = []
    for row in table("trade_totals.csv"):
        if int(row["year"]) != year or row["use"] != use:
            continue
        seller, buyer, both = row["exporter"], row["importer"], row["kind"] == "turnover"
        known = [factors[key] for key in (("import", buyer), ("export", seller)) if key in factors]
        if both:
            known += [factors[key] for key in (("import", seller), ("export", buyer)) if key in factors]
        # The share in a known total is kept; the mean where several are known.
        factor = float(np.mean(known)) if known else factors["", ""]
        value = float(row["value"]) * factor
        if row["kind"] in {"share", "export_share"}:
            whole = (
                flows[:, economies.index(buyer)] if row["kind"] == "share" else flows[economies.index(seller)]
            )
            value = float(row["value"]) / 100.0 * whole.sum()
        found.append((PairTotal(economies.index(seller), economies.index(buyer), value, both), row))
    return found


def import_mixes(
    economies: Sequence[str], sectors: Sequence[str], use: str = "fit"
) -> list[tuple[ImportMix, str]]:
    """The cited import structures with their years, one an importer and year. use: 'fit', or 'check' to compare."""
    rows: dict[tuple[str, str], list[tuple[tuple[int, ...], float]]] = {}
    for row in table("import_structure.csv"):
        if row["use"] != use:
            continue
        group = tuple(sectors.index(code) for code in row["sectors"].split(";"))
        rows.setdefault((row["importer"], row["year"]), []).append((group, float(row["value"])))
    mixes = []
    for (code, year), entries in rows.items():
        total = sum(value for _, value in entries)
        mix = ImportMix(
            economies.index(code),
            tuple(group for group, _ in entries),
            tuple(value / total for _, value in entries),
        )
        mixes.append((mix, year))
    return mixes


LEAST_KEPT = 0.02


def _factor(present: float, known: float, first: float, aim: float) -> float:
    """The factor that brings free flows with the known ones to an aim; they keep a small share of their first value."""
    return max(aim - known, LEAST_KEPT * first) / present if present > 0 else 1.0


def mix_aims(mix: ImportMix, floor: np.ndarray, total: float) -> np.ndarray:
    """Imports (groups,) that add up to a total: cited shares, or the known flows (S,) where those are larger."""
    shares = np.array(mix.shares)
    least = np.array([floor[list(group)].sum() for group in mix.groups]) / total
    bound = np.zeros(len(shares), bool)
    aims = shares
    while (more := (aims < least) & ~bound).any():
        bound |= more
        rest = (1.0 - least[bound].sum()) / shares[~bound].sum()
        aims = np.where(bound, least, shares * rest)
    return aims * total


def fit(
    trade: np.ndarray,
    floor: np.ndarray,
    least_uses: np.ndarray,
    pairs: Sequence[PairTotal],
    mixes: Sequence[ImportMix],
    goods: int,
    rounds: int,
) -> np.ndarray:
    """Trade (N, N, S) nearest to the given one, in cross-entropy, that meets the margins.

    Kept: output of each economy and sector, and what each economy buys altogether, so that value added and deficits
    stay. floor: (N, N, S) flows that are known, at most `trade`; only the rest moves. least_uses: (N, S) purchases that
    producers need. Where margins contradict the floors, the floors hold.
    """
    rows, spending = trade.sum(1), trade.sum((0, 2))
    free = np.maximum(trade - floor, 0.0)
    known_rows, known_spending, known_uses = floor.sum(1), floor.sum((0, 2)), floor.sum(0)
    first = free.copy()
    flows = goods_flows(trade, goods)
    aims = [
        mix_aims(mix, np.delete(floor[:, mix.buyer], mix.buyer, 0).sum(0), flows[:, mix.buyer].sum())
        for mix in mixes
    ]

    def between(cells: np.ndarray, pair: PairTotal) -> float:
        return float(sum(cells[i, j, :goods].sum() for i, j in pair.ends))

    for _ in range(rounds):
        for pair in pairs:
            factor = _factor(between(free, pair), between(floor, pair), between(first, pair), pair.value)
            for i, j in pair.ends:
                free[i, j, :goods] *= factor
        for mix, wanted in zip(mixes, aims, strict=True):
            j = mix.buyer
            abroad = np.arange(len(free)) != j
            for group, aim in zip(mix.groups, wanted, strict=True):
                cells = np.ix_(abroad, [j], group)
                free[cells] *= _factor(free[cells].sum(), floor[cells].sum(), first[cells].sum(), aim)
        uses = known_uses + free.sum(0)
        short = (uses < least_uses) & (free.sum(0) > 0)
        more = np.where(short, (least_uses - known_uses) / np.maximum(free.sum(0), 1e-30), 1.0)
        free *= np.maximum(more, 1.0)[None]
        free *= np.maximum((spending - known_spending) / free.sum((0, 2)), 0.0)[None, :, None]
        present_rows = free.sum(1)
        free *= np.where(present_rows > 0, (rows - known_rows) / np.maximum(present_rows, 1e-30), 0.0)[
            :, None
        ]
    return floor + free


def fit_inputs(inputs: np.ndarray, uses: np.ndarray, which: Sequence[int], kept: float) -> np.ndarray:
    """Inputs (N, S, S) of the economies `which` with what they buy in all no more than `kept` of uses (N, S).

    Each sector's total inputs stay, and with them its value added.
    """
    inputs = inputs.copy()
    for j in which:
        columns = inputs[j].sum(0)
        for _ in range(500):
            bought = inputs[j].sum(1)
            inputs[j] *= np.minimum(1.0, kept * uses[j] / np.maximum(bought, 1e-30))[:, None]
            inputs[j] *= (columns / np.maximum(inputs[j].sum(0), 1e-30))[None, :]
    return inputs
