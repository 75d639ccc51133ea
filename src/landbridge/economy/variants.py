"""Smaller models as datasets: one sector, no materials, no input-output links, fewer economies or sectors.

The equations and the solver stay the same; only the accounts change.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from landbridge.economy.audit import same_labels
from landbridge.economy.dataset import Dataset
from landbridge.errors import InputError


def without_materials(data: Dataset) -> Dataset:
    """Labour is the only factor: value added is output, final demand is all purchases (gamma = 0, beta = 1)."""
    return data.noting(
        "materials taken out: value added is output, final demand is purchases",
        inputs=np.zeros_like(data.inputs),
        value_added=data.output,
        final_demand=data.expenditure,
    )


def without_input_output(data: Dataset) -> Dataset:
    """Sectors buy materials from their own sector alone, as much in all as before.

    Where a sector's materials exceed what the economy buys of it, they are cut to 99 % of that and value added takes
    the rest, so that final demand stays positive; the provenance counts these cells.
    """
    n, s = data.size
    materials = data.inputs.sum(1)
    allowed = np.minimum(materials, 0.99 * data.expenditure)
    inputs = np.zeros_like(data.inputs)
    inputs[:, np.arange(s), np.arange(s)] = allowed
    cut = int((allowed < materials).sum())
    return data.noting(
        f"materials moved to the own sector, cut in {cut} of {n * s} cells",
        inputs=inputs,
        value_added=data.value_added + materials - allowed,
        final_demand=data.expenditure - allowed,
    )


def one_sector(data: Dataset, theta: float | None = None) -> Dataset:
    """All sectors as one, the model of Eaton and Kortum or Armington; theta: its elasticity, else the mean."""
    whole = aggregated(data, sectors=dict.fromkeys(data.sectors, "all"))
    if theta is None:
        return whole
    return whole.noting(f"elasticity set to {theta:g}", theta=np.array([theta]), theta_se=None)


def aggregated(
    data: Dataset,
    *,
    economies: Mapping[str, str] | None = None,
    sectors: Mapping[str, str] | None = None,
) -> Dataset:
    """Economies and sectors merged by {old name: new name}; names not given keep their own.

    Tariffs become average rates weighted by trade (plain where there is none); elasticities and their standard errors
    means weighted by trade between economies.

    Raises InputError for names that are not in the dataset.
    """
    unknown = [
        problem
        for kind, given, known in (
            ("economy", economies or {}, data.economies),
            ("sector", sectors or {}, data.sectors),
        )
        for problem in same_labels(kind, given, known)
        if problem.message == "is not known"
    ]
    if unknown:
        raise InputError(unknown)
    rows, row_names = _groups(data.economies, economies or {})
    columns, column_names = _groups(data.sectors, sectors or {})
    trade = _merged(data.trade, rows, rows, columns)
    revenue = _merged(data.trade * data.tariff, rows, rows, columns)
    cells = _merged(np.ones(data.trade.shape), rows, rows, columns)
    plain = _merged(data.tariff, rows, rows, columns) / cells
    own = np.arange(data.size[0])
    abroad = data.trade.copy()
    abroad[own, own] = 0.0
    weight = abroad.sum((0, 1))
    # A sector that is not traded across borders counts by what is sold at home.
    weight = np.where(weight > 0, weight, 1e-6 * data.trade.sum((0, 1)))
    total = columns @ weight
    theta = (columns @ (weight * data.theta)) / total
    se = None if data.theta_se is None else (columns @ (weight * data.theta_se)) / total
    return data.noting(
        f"merged to {len(row_names)} economies and {len(column_names)} sectors",
        economies=row_names,
        sectors=column_names,
        trade=trade,
        inputs=np.einsum("an,nrt,br,ct->abc", rows, data.inputs, columns, columns, optimize=True),
        value_added=rows @ data.value_added @ columns.T,
        final_demand=rows @ data.final_demand @ columns.T,
        tariff=np.divide(revenue, trade, out=plain, where=trade > 0),
        theta=theta,
        theta_se=se,
    )


def _groups(names: tuple[str, ...], mapping: Mapping[str, str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """A (new, old) matrix of ones and zeros, and the new names in order of first appearance."""
    new = [mapping.get(name, name) for name in names]
    order = tuple(dict.fromkeys(new))
    return np.array([[float(name == group) for name in new] for group in order]), order


def _merged(array: np.ndarray, rows: np.ndarray, columns: np.ndarray, sectors: np.ndarray) -> np.ndarray:
    return np.einsum("ai,ijr,bj,cr->abc", rows, array, columns, sectors, optimize=True)
