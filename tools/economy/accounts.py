"""From flows to a consistent base: uses, inputs, aggregation of sectors, single precision with exact signs."""

from __future__ import annotations

import numpy as np

from economy.constructed import donor_technology, output_needed
from economy.final_use import without_home
from economy.sources import Facts, Flows


def trim_inputs(
    flows: Flows, from_constructed: np.ndarray, use_share: np.ndarray, least_value_added: float
) -> np.ndarray:
    """Inputs (n, s, s) of the source's economies with those bought from constructed ones, trimmed where they would
    leave less than the smallest value added; what is trimmed becomes final use of the same good.

    from_constructed: (n, s) sales of the constructed economies to j. use_share: (n, s) share of imports that producers
    buy.
    """
    imported = flows.imported_inputs.sum(2, keepdims=True)
    pattern = flows.imported_inputs / np.maximum(imported, 1e-9)
    any_origin = flows.inputs / np.maximum(flows.inputs.sum(2, keepdims=True), 1e-9)
    pattern = np.where(imported > 0, pattern, any_origin)
    inputs = flows.inputs + (from_constructed * use_share)[:, :, None] * pattern
    limit = np.minimum(1.0, (1 - least_value_added) * flows.output / np.maximum(inputs.sum(1), 1e-9))
    return inputs * np.where(flows.output > 0, limit, 1.0)[:, None, :]


def assemble(flows: Flows, facts: Facts, final: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Trade (N, N, s) and inputs (N, s, s) of the base in the source's sectors. final: (N, N, s) final use."""
    n, total = len(flows.economies), len(facts.economies)
    trade = final.copy()
    trade[:n, :n] += flows.intermediate
    across = without_home(final)
    bought = without_home(flows.intermediate).sum(0)
    use_share = bought / np.maximum(bought + across[:n, :n].sum(0), 1e-9)
    inputs = np.zeros((total, len(flows.sectors), len(flows.sectors)))
    inputs[:n] = trim_inputs(
        flows, final[n:, :n].sum(0), use_share, facts.parameters["constructed"]["least_value_added"]
    )
    # Sectors without output buy nothing.
    inputs[:n] *= (flows.output > 0)[:, None, :]
    demand = trade.sum(0)[:n] - inputs[:n].sum(2)
    spending = facts.parameters["final_use"]["spending_share_of_gdp"]
    for k, (_, donors) in enumerate(facts.donors.items()):
        rows = [flows.economies.index(donor) for donor in donors]
        technology = donor_technology(flows, donors, inputs)
        exports, imports = across[n + k].sum(0), across[:, n + k].sum(0)
        output = output_needed(
            exports,
            imports,
            facts.gdp[n + k] * spending,
            technology,
            demand[rows].clip(0).sum(0),
            flows.goods,
        )
        inputs[n + k] = technology * output
        trade[n + k, n + k] = np.maximum(output, exports) - exports
    return trade, inputs


def aggregate(trade: np.ndarray, inputs: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Trade and inputs in coarser sectors. groups: (s, S) zeros and ones."""
    return trade @ groups, np.einsum("jrs,rk,sl->jkl", inputs, groups, groups, optimize=True)


def repair(trade: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, int]:
    """Inputs in single precision such that value added and final demand, taken as remainders, are nowhere negative.

    Inputs are lowered where they exceed what is used or produced, so that both remainders only grow. Returns the inputs
    and how many (economy, sector) cells were touched.
    """
    flow = trade.astype(np.float32).astype(float)
    uses, output = flow.sum(0), flow.sum(1)
    fixed = inputs.astype(np.float32)
    touched = np.zeros((2, *uses.shape), bool)
    for _ in range(20):
        wide = fixed.astype(float)
        over_use, over_output = wide.sum(2) > uses, wide.sum(1) > output
        if not over_use.any() and not over_output.any():
            break
        touched |= np.stack([over_use, over_output])
        lower_use = np.where(over_use, uses / np.maximum(wide.sum(2), 1e-30), 1.0)
        lower_output = np.where(over_output, output / np.maximum(wide.sum(1), 1e-30), 1.0)
        wide *= np.minimum(lower_use[:, :, None], lower_output[:, None, :])
        # A float32 step down, so that rounding cannot bring the excess back.
        changed = (lower_use < 1)[:, :, None] | (lower_output < 1)[:, None, :]
        single = wide.astype(np.float32)
        fixed = np.where(changed, np.maximum(np.nextafter(single, np.float32(-1)), np.float32(0)), single)
    return fixed, int(touched.sum())
