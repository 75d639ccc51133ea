"""Rebuilds the economy base and its tables in src/landbridge/data: 90 economies, 36 sectors, 2022.

    python tools/build_economy.py --wheel sanction_simulator-0.1.4-py3-none-any.whl

Input: the wheel of `sanction-simulator` (PyPI), read as data, and the fact tables in tools/facts/economy. The package
holds the intermediate flows and the output of the OECD's Inter-Country Input-Output Tables; final use by buyer, nine
economies and the rest of the world are estimated here. Takes some seconds; the bytes written depend on the inputs.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from economy.accounts import aggregate, assemble, repair
from economy.constructed import net_trade, prior_trade
from economy.final_use import fit_totals, prior_final_use, without_home
from economy.partners import calibrate, fit_of_shares, published_pairs
from economy.sources import Facts, Flows, read_facts, read_flows, table
from economy.tables import check_table, write_economies, write_elasticities, write_licence, write_sectors
from network.archive import save_arrays

DATA = Path(__file__).resolve().parent.parent / "src" / "landbridge" / "data"
YEAR = 2022
FINAL_USE_ESTIMATED, CONSTRUCTED, CALIBRATED = 1, 2, 4


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
    trade, inputs = aggregate(*assemble(flows, facts, final), groups)
    inputs, repaired = repair(trade, inputs)
    report(f"{repaired} cells of inputs lowered so that value added and final demand stay non-negative")
    arrays = {
        "T": trade.astype(np.float32),
        "U": inputs,
        "flags": trade_flags(flows, facts, final, groups),
        "economies": np.array(facts.economies),
        "sectors": np.array([row["code"] for row in sectors]),
        "year": np.array([YEAR]),
    }
    save_arrays(arguments.out / "economy_2022.npz", arrays)
    write_economies(arguments.out / "economies.csv", flows, facts)
    write_sectors(arguments.out / "sectors.csv")
    write_elasticities(arguments.out / "elasticities.csv")
    write_licence(arguments.out / "LICENSE-OECD.txt")
    check_table(arrays["T"], arrays["U"], facts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
