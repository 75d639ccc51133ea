"""The economy base: trade, input use, value added and final demand of a year, and the trade elasticities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.world.data import load_arrays, read_csv, resources

BASE_YEAR = 2022
_ARRAYS = re.compile(r"economy_(\d{4})\.npz")

# Bits of `trade_flags`.
FINAL_USE_ESTIMATED = 1
CONSTRUCTED = 2
CALIBRATED = 4
FITTED = 8
OTHER_YEAR = 16


@dataclass(frozen=True)
class EconomyBase:
    """Accounts of n economies in s sectors, million USD of `year`.

    trade: (n, n, s) sales of seller i to buyer j of sector r, home sales on the diagonal. inputs: (n, s, s) in economy
    j, input r bought by sector t. value_added, final_demand: (n, s), the remainders of output and of uses, so that the
    accounts add up. trade_flags: (n, n, s) bits (1 final use estimated, 2 a party is constructed, 4 calibrated to
    partner shares, 8 moved to meet cited totals, 16 estimated from another year). synthetic: economies whose accounts
    are constructed.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    year: int
    trade: np.ndarray
    inputs: np.ndarray
    value_added: np.ndarray
    final_demand: np.ndarray
    trade_flags: np.ndarray
    synthetic: tuple[str, ...]


@dataclass(frozen=True)
class Elasticities:
    """Trade elasticities: theta (s,), standard errors se (s,), and where each comes from."""

    sectors: tuple[str, ...]
    theta: np.ndarray
    se: np.ndarray
    source: tuple[str, ...]
    flag: tuple[str, ...]


def economy_base(
    economies: tuple[str, ...],
    sectors: tuple[str, ...],
    year: int,
    trade: np.ndarray,
    inputs: np.ndarray,
    *,
    trade_flags: np.ndarray | None = None,
    synthetic: tuple[str, ...] = (),
) -> EconomyBase:
    """A base from trade (n, n, s) and inputs (n, s, s); value added and final demand are the remainders.

    Raises InputError when shapes do not fit, a flow is negative or not finite, or a remainder is negative.
    """
    n, s = len(economies), len(sectors)
    trade, inputs = np.asarray(trade, float), np.asarray(inputs, float)
    problems = []
    for name, array, shape in (("trade", trade, (n, n, s)), ("inputs", inputs, (n, s, s))):
        if array.shape != shape:
            problems.append(
                Problem(name, f"has shape {array.shape}", f"{shape} for these economies and sectors")
            )
        elif not np.isfinite(array).all() or (array < 0).any():
            problems.append(Problem(name, "has negative or non-finite cells", "flows are zero or more"))
    if problems:
        raise InputError(problems)
    value_added = trade.sum(1) - inputs.sum(1)
    final_demand = trade.sum(0) - inputs.sum(2)
    for name, cells, remedy in (
        ("value added", value_added, "inputs may not exceed output"),
        ("final demand", final_demand, "inputs may not exceed what is bought"),
    ):
        for j, r in zip(*np.nonzero(cells < 0), strict=True):
            place = f"{name} of {economies[j]}, {sectors[r]}"
            problems.append(Problem(place, f"is negative: {cells[j, r]:.6g} million USD", remedy))
    if problems:
        raise InputError(problems)
    if trade_flags is None:
        trade_flags = np.zeros((n, n, s), np.uint8)
    return EconomyBase(
        economies, sectors, year, trade, inputs, value_added, final_demand, trade_flags, synthetic
    )


def base_years() -> tuple[int, ...]:
    """The years of the shipped bases, in order."""
    found = (_ARRAYS.fullmatch(name) for name in resources())
    return tuple(sorted(int(match[1]) for match in found if match))


@cache
def load_economy_base(year: int = BASE_YEAR) -> EconomyBase:
    """A shipped base: 90 economies, 36 sectors; 2022, or an earlier year estimated from it.

    Flows are at basic prices and exclude tariffs: `trade` is what sellers receive.

    Raises InputError for a year without a base, naming those there are.
    """
    if year not in base_years():
        known = ", ".join(map(str, base_years()))
        raise InputError(Problem("economy base", f"there is none for {year}", f"one of {known}"))
    arrays = load_arrays(f"economy_{year}.npz")
    constructed = {row["iso3"] for row in read_csv("economies.csv") if row["status"] != "icio"}
    economies = tuple(str(code) for code in arrays["economies"])
    base = economy_base(
        economies,
        tuple(str(code) for code in arrays["sectors"]),
        int(arrays["year"][0]),
        arrays["T"],
        arrays["U"],
        trade_flags=arrays["flags"],
        synthetic=tuple(code for code in economies if code in constructed),
    )
    for array in (base.trade, base.inputs, base.value_added, base.final_demand, base.trade_flags):
        array.setflags(write=False)
    return base


@cache
def load_elasticities() -> Elasticities:
    """The shipped elasticities, in the order of the base's sectors."""
    rows = read_csv("elasticities.csv")
    elasticities = Elasticities(
        tuple(row["sector"] for row in rows),
        np.array([float(row["theta"]) for row in rows]),
        np.array([float(row["se"]) for row in rows]),
        tuple(row["source"] for row in rows),
        tuple(row["flag"] for row in rows),
    )
    elasticities.theta.setflags(write=False)
    elasticities.se.setflags(write=False)
    return elasticities


def audit(base: EconomyBase) -> dict[str, float]:
    """How far the accounts are from adding up; each gap is relative to world output, or to the largest of its kind.

    output_uses: sales against uses by sector, all economies. costs: inputs and value added against sales by economy
    and sector. uses: inputs and final demand against purchases. deficits: their sum over economies. trade_balance:
    final demand less value added against imports less exports. least_value_added, least_final_demand: smallest cells,
    million USD.
    """
    output, bought = base.trade.sum(1), base.trade.sum(0)
    world = output.sum()
    own = np.arange(len(base.economies))
    home = base.trade[own, own].sum(1)
    deficit = base.final_demand.sum(1) - base.value_added.sum(1)
    net_imports = (bought.sum(1) - home) - (output.sum(1) - home)
    uses = base.inputs.sum(2) + base.final_demand
    return {
        "output_uses": float(np.abs(output.sum(0) - uses.sum(0)).max() / world),
        "costs": float(np.abs(base.inputs.sum(1) + base.value_added - output).max() / output.max()),
        "uses": float(np.abs(uses - bought).max() / bought.max()),
        "deficits": float(abs(deficit.sum()) / world),
        "trade_balance": float(np.abs(deficit - net_imports).max() / np.abs(deficit).max()),
        "least_value_added": float(base.value_added.min()),
        "least_final_demand": float(base.final_demand.min()),
    }
