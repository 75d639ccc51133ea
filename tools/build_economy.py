"""Rebuilds the economy base and its tables in src/landbridge/data: 90 economies, 36 sectors, 2022 and 2017.

    python tools/build_economy.py --wheel sanction_simulator-0.1.4-py3-none-any.whl

Input: the wheel of `sanction-simulator` (PyPI), read as data, and the fact tables in tools/facts/economy. The package
holds the intermediate flows and the output of the OECD's Inter-Country Input-Output Tables; final use by buyer, nine
economies and the rest of the world are estimated here, and the result is fitted to cited totals of trade. The base of
2017 is that of 2022 fitted to the totals of 2017. Takes a minute; the bytes written depend on the inputs alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from economy.accounts import aggregate, assemble, repair
from economy.constructed import net_trade, prior_trade
from economy.earlier import fit_earlier, growth_of_gdp, rounded, trade_aims
from economy.final_use import fit_totals, prior_final_use, without_home
from economy.margins import fit, fit_inputs, goods_flows, import_mixes, pair_totals, valuation
from economy.partners import calibrate, fit_of_shares, published_pairs
from economy.sources import Facts, Flows, read_facts, read_flows, table
from economy.tables import (
    check_margins,
    check_table,
    write_economies,
    write_elasticities,
    write_licence,
    write_sectors,
)
from economy.tariffs import write_tariffs
from network.archive import save_arrays

DATA = Path(__file__).resolve().parent.parent / "src" / "landbridge" / "data"
YEAR = 2022
EARLIER = 2017
FINAL_USE_ESTIMATED, CONSTRUCTED, CALIBRATED, FITTED, OTHER_YEAR = 1, 2, 4, 8, 16


def national_spending(flows: Flows, facts: Facts) -> np.ndarray:
    """Spending (n,) of the source's economies before the fit, from GDP and the trade balance."""
    p = facts.parameters["final_use"]
    n = len(flows.economies)
    gdp = np.where(np.isnan(facts.gdp), p["gdp_where_none"], facts.gdp)[:n]
    spending = p["spending_share_of_gdp"] * gdp
    spending[flows.economies.index("TWN")] = p["spending_chinese_taipei"]
    return spending + p["trade_balance_weight"] * np.nan_to_num(facts.imports - facts.exports)[:n]


def final_trade_totals(flows: Flows, facts: Facts) -> tuple[np.ndarray, np.ndarray]:
    """Exports and imports (N,) for final use across borders; nan where unknown. The two add up to the same total."""
    p = facts.parameters["final_use"]
    n = len(flows.economies)
    across = without_home(flows.intermediate).sum(2)
    kept, least = p["export_gap_kept"], p["least_final_trade"]
    out, into = across.sum(1), across.sum(0)
    exports = np.maximum(kept * (facts.exports[:n] - out), least * out)
    imports = np.maximum(kept * (facts.imports[:n] - into), least * into)
    more_exports, more_imports = net_trade(facts)
    exports, imports = np.r_[exports, more_exports], np.r_[imports, more_imports]
    return exports, imports * np.nansum(exports) / np.nansum(imports)


def estimate_final_use(flows: Flows, facts: Facts) -> np.ndarray:
    """Final use (N, N, s) by seller and buyer, fitted to sales, trade totals and partner shares."""
    p = facts.parameters["final_use"]
    n, total = len(flows.economies), len(facts.economies)
    investment = [flows.sectors.index(code) for code in p["investment_sectors"]]
    prior = np.zeros((total, total, len(flows.sectors)))
    prior[:n, :n] = prior_final_use(
        flows.intermediate, flows.final_sales, facts.home_bias, national_spending(flows, facts), investment, p
    )
    prior_trade(flows, facts, prior)
    exports, imports = final_trade_totals(flows, facts)
    sales = np.vstack([flows.final_sales, exports[n:, None] * facts.export_mix])
    free = np.arange(total) >= n

    def fit(final: np.ndarray, rounds: int) -> np.ndarray:
        return fit_totals(final, sales, exports, imports, free, rounds)

    pairs = published_pairs(facts)
    final = fit(prior, 300)
    before = fit_of_shares(final, flows.intermediate, pairs, flows.goods)
    final = calibrate(
        final,
        flows.intermediate,
        pairs,
        flows.goods,
        lambda moved: fit(moved, 60),
        facts.parameters["partners"],
    )
    final = fit(final, 600)
    after = fit_of_shares(final, flows.intermediate, pairs, flows.goods)
    report(
        f"partner shares: mean gap {before[0]:.3f} -> {after[0]:.3f}, correlation {before[1]:.3f} -> {after[1]:.3f}"
    )
    miss = np.abs(without_home(final).sum((0, 2)) / imports - 1)
    report(f"import totals met within {np.nanmax(miss):.1e}, at the median {np.nanmedian(miss):.1e}")
    return final


def trade_flags(flows: Flows, facts: Facts, final: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Bit flags (N, N, S) of the trade cells."""
    n, total = len(flows.economies), len(facts.economies)
    flags = np.where(final @ groups > 0, FINAL_USE_ESTIMATED, 0).astype(np.uint8)
    new = np.arange(total) >= n
    flags[new[:, None] | new[None, :]] |= CONSTRUCTED
    goods = groups[: flows.goods].any(0)
    for i, j in published_pairs(facts):
        flags[i, j, goods & (flags[i, j] > 0)] |= CALIBRATED
    return flags


@dataclass(frozen=True)
class Accounts:
    """Trade (N, N, S), inputs (N, S, S), bit flags of trade, and the valuation of goods against customs."""

    trade: np.ndarray
    inputs: np.ndarray
    flags: np.ndarray
    factors: dict[tuple[str, str], float]


def fit_margins(
    trade: np.ndarray,
    inputs: np.ndarray,
    known: np.ndarray,
    flags: np.ndarray,
    facts: Facts,
    sectors: list[str],
) -> Accounts:
    """The accounts fitted to cited totals of pairs and to import structures. known: (N, N, S) flows of the source."""
    p = facts.parameters["margins"]
    goods = sectors.index("D_E")
    flows = goods_flows(trade, goods)
    factors = valuation(facts.economies, flows, p["basic_over_customs"])
    pairs = [pair for pair, _ in pair_totals(facts.economies, YEAR, factors, flows)]
    made = np.arange(len(trade) - len(facts.donors), len(trade))
    least_uses = np.minimum(inputs.sum(2) / p["producers_most"], trade.sum(0))
    least_uses[made] = 0.0
    fitted = fit(
        trade,
        np.minimum(known, trade),
        least_uses,
        pairs,
        [mix for mix, _ in import_mixes(facts.economies, sectors)],
        goods,
        p["rounds"],
    )
    changed = np.abs(fitted - trade) > p["changed"] * np.maximum(trade, 1e-3)
    report(f"{changed.mean():.1%} of the cells moved by {p['changed']:.0%} or more to meet the margins")
    inputs = fit_inputs(inputs, fitted.sum(0), list(made), p["producers_most"])
    return Accounts(fitted, inputs, flags | np.where(changed, FITTED, 0).astype(np.uint8), factors)


def earlier_accounts(base: Accounts, facts: Facts, goods: int) -> Accounts:
    """The accounts of the earlier year."""
    growth = growth_of_gdp(facts, EARLIER)
    flows = goods_flows(base.trade, goods)
    pairs = [pair for pair, _ in pair_totals(facts.economies, EARLIER, base.factors, flows)]
    aims = trade_aims(facts, base.trade, goods, growth, EARLIER)
    p = facts.parameters["earlier"]
    trade, inputs = fit_earlier(base.trade, base.inputs, growth, aims, pairs, goods, p["rounds"])
    flows = goods_flows(trade, goods)
    for name, aim, axis in (("exports", aims[0], 1), ("imports", aims[1], 0)):
        gap = np.abs(flows.sum(axis) / aim - 1)
        report(f"{EARLIER}: {name} of {np.isfinite(aim).sum()} economies met within {np.nanmax(gap):.1e}")
    bits = p["mantissa_bits"]
    flags = base.flags | np.uint8(OTHER_YEAR)
    return Accounts(
        rounded(trade, bits).astype(float), rounded(inputs, bits).astype(float), flags, base.factors
    )


def save(path: Path, accounts: Accounts, facts: Facts, sectors: list[str], year: int) -> Accounts:
    """Writes the accounts in single precision and returns them as written."""
    inputs, repaired = repair(accounts.trade, accounts.inputs)
    report(
        f"{year}: {repaired} cells of inputs lowered so that value added and final demand stay non-negative"
    )
    trade = accounts.trade.astype(np.float32)
    arrays = {
        "T": trade,
        "U": inputs,
        "flags": accounts.flags,
        "economies": np.array(facts.economies),
        "sectors": np.array(sectors),
        "year": np.array([year]),
    }
    save_arrays(path, arrays)
    return Accounts(trade.astype(float), inputs.astype(float), accounts.flags, accounts.factors)


def report(message: str) -> None:
    print(f"{time.process_time():6.1f} s  {message}", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheel", type=Path, required=True, help="the wheel of sanction-simulator 0.1.4")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write to")
    arguments = parser.parse_args()
    flows = read_flows(arguments.wheel)
    facts = read_facts(flows)
    report(f"{len(flows.economies)} economies, {len(flows.sectors)} sectors read")
    final = estimate_final_use(flows, facts)
    sectors = table("sectors.csv")
    groups = np.array([[float(code in row["icio"].split(";")) for row in sectors] for code in flows.sectors])
    codes = [row["code"] for row in sectors]
    goods = codes.index("D_E")
    before, inputs = aggregate(*assemble(flows, facts, final), groups)
    known = np.zeros_like(before)
    known[: len(flows.economies), : len(flows.economies)] = flows.intermediate @ groups
    base = fit_margins(before, inputs, known, trade_flags(flows, facts, final, groups), facts, codes)
    base = save(arguments.out / f"economy_{YEAR}.npz", base, facts, codes, YEAR)
    earlier = earlier_accounts(base, facts, goods)
    earlier = save(arguments.out / f"economy_{EARLIER}.npz", earlier, facts, codes, EARLIER)
    write_economies(arguments.out / "economies.csv", flows, facts)
    write_sectors(arguments.out / "sectors.csv")
    write_elasticities(arguments.out / "elasticities.csv")
    write_licence(arguments.out / "LICENSE-OECD.txt")
    write_tariffs(arguments.out)
    check_table(base.trade, base.inputs, facts)
    check_margins(before, base.trade, facts, base.factors, codes, YEAR)
    check_margins(base.trade, earlier.trade, facts, base.factors, codes, EARLIER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
