"""Trade and accounts of the economies that the source lacks: nine small ones and the rest of the world."""

from __future__ import annotations

import numpy as np

from economy.final_use import without_home
from economy.sources import REST, Facts, Flows


def partner_weights(facts: Facts, iso3: str, flow: str) -> np.ndarray:
    """Weights (N,) of an economy's partners: published shares, gravity for the rest; they sum to one."""
    p = facts.parameters["constructed"]
    me = facts.economies.index(iso3)
    size = np.where(np.isnan(facts.gdp), facts.parameters["final_use"]["gdp_where_none"], facts.gdp)
    weight = size ** p["gravity_gdp"] / np.maximum(facts.distance_km[me], p["gravity_least_km"])
    weight[me] = 0.0
    if iso3 == REST:
        weight[-len(facts.donors) :] *= p["rest_of_world_to_constructed"]
    weight /= weight.sum()
    known = {facts.economies.index(b): share for a, f, b, share in facts.partners if a == iso3 and f == flow}
    if known:
        listed = np.zeros(len(weight), bool)
        listed[list(known)] = True
        rest = max(1.0 - sum(known.values()), 0.05)
        weight = np.where(listed, 0.0, weight / weight[~listed].sum() * rest)
        for partner, share in known.items():
            weight[partner] = share
        weight /= weight.sum()
    return weight


def net_trade(facts: Facts) -> tuple[np.ndarray, np.ndarray]:
    """Exports and imports (N - n,) of the constructed economies, net of re-exports and of trade inside the rest."""
    p = facts.parameters["constructed"]
    kept = np.full(len(facts.donors), p["trade_kept"])
    kept[list(facts.donors).index(REST)] *= p["rest_of_world_external"]
    n = len(facts.economies) - len(facts.donors)
    return facts.exports[n:] * kept, facts.imports[n:] * kept


def prior_trade(flows: Flows, facts: Facts, prior: np.ndarray) -> None:
    """Fills the rows and columns of the constructed economies in `prior` (N, N, s), in place.

    Exports: the export mix of the economy, to partners by weight and by what they import. Imports: from partners by
    weight and by what they export, tilted to the import mix of the donor economies.
    """
    n = len(flows.economies)
    sectors = len(flows.sectors)
    total = flows.intermediate + prior[:n, :n]
    across = without_home(total)
    bought, sold = across.sum(0), across.sum(1)
    bought_mix = np.vstack(
        [bought / np.maximum(bought.sum(1), 1)[:, None], np.full((len(facts.donors), sectors), 1 / sectors)]
    )
    sold_mix = sold / sold.sum(1, keepdims=True)
    exports, imports = net_trade(facts)
    for k, (iso3, donors) in enumerate(facts.donors.items()):
        to = partner_weights(facts, iso3, "export")[:, None] * bought_mix
        prior[n + k] = exports[k] * facts.export_mix[k] * to / np.maximum(to.sum(0), 1e-12)
        source = partner_weights(facts, iso3, "import")[:n]
        wanted = bought[[flows.economies.index(donor) for donor in donors]].sum(0)
        wanted = wanted / wanted.sum()
        offered = sold_mix.T @ source / source.sum()
        cell = source[:, None] * sold_mix * np.clip(wanted / np.maximum(offered, 1e-6), 0.02, 10)
        prior[:n, n + k] = imports[k] * cell / cell.sum()


def output_needed(
    exports: np.ndarray,
    imports: np.ndarray,
    gdp: float,
    coefficients: np.ndarray,
    spending_mix: np.ndarray,
    goods: int,
) -> np.ndarray:
    """Output (s,) of an economy with given trade (s,), GDP and input coefficients (s, s).

    spending_mix: (s,) final demand of its donors. goods: how many sectors, from the first, make goods.

    Where that spending mix would leave a sector with less output than it exports, final demand moves to that
    sector until it can.
    """
    spending = gdp + imports.sum() - exports.sum()
    mix = spending_mix / spending_mix.sum()
    # Some output stays at home, and no service is mostly imported.
    least = 1.03 * exports + np.where(np.arange(len(mix)) >= goods, imports, 0.0)
    for _ in range(200):
        output = np.linalg.solve(np.eye(len(mix)) - coefficients, exports - imports + mix * spending)
        short = np.minimum(output - least, 0.0)
        if (short >= -1e-6 * spending).all():
            break
        mix = np.maximum(mix - short / spending, 1e-6)
        mix /= mix.sum()
    return np.maximum(output, 0.0)


def donor_technology(flows: Flows, donors: tuple[str, ...], inputs: np.ndarray) -> np.ndarray:
    """Input coefficients (s, s) of some economies together."""
    rows = [flows.economies.index(donor) for donor in donors]
    output = flows.output[rows].sum(0)
    return np.where(output > 0, inputs[rows].sum(0) / np.maximum(output, 1e-9), 0.0)
