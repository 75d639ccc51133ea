"""Named repairs of a dataset. Each returns a copy whose provenance says what was done, and how much it moved."""

from __future__ import annotations

import numpy as np

from landbridge.economy.dataset import Dataset


def zero_negative_flows(data: Dataset) -> Dataset:
    """Sets negative trade and input cells to zero, as those from falling inventories; margins move with them."""
    trade, inputs = np.maximum(data.trade, 0.0), np.maximum(data.inputs, 0.0)
    cells = int((data.trade < 0).sum() + (data.inputs < 0).sum())
    moved = float((trade - data.trade).sum() + (inputs - data.inputs).sum())
    return data.noting(f"{cells} negative flows set to zero, {moved:.6g} in all", trade=trade, inputs=inputs)


def zero_negative_final_demand(data: Dataset) -> Dataset:
    """Sets negative final demand to zero, as Caliendo and Parro (2015) do.

    Purchases then no longer equal uses; calibrate with settle=True to start from the equilibrium these shares imply.
    """
    final = np.maximum(data.final_demand, 0.0)
    cells, moved = int((data.final_demand < 0).sum()), float((final - data.final_demand).sum())
    text = f"{cells} negative cells of final demand set to zero, {moved:.6g} in all"
    return data.noting(text, final_demand=final)


def scaled_costs(data: Dataset) -> Dataset:
    """Scales inputs and value added of every sector so that they add up to its output."""
    costs, output = data.inputs.sum(1) + data.value_added, data.output
    factor = np.where(costs > 0, output / np.where(costs > 0, costs, 1.0), 1.0)
    # A sector that sells but has no recorded cost is all labour.
    value_added = np.where(costs > 0, data.value_added * factor, output)
    largest = float(np.abs(factor - 1.0).max(initial=0.0))
    text = f"costs scaled to output, by at most {100.0 * largest:.3g} %"
    return data.noting(text, inputs=data.inputs * factor[:, None, :], value_added=value_added)


def residual_value_added(data: Dataset) -> Dataset:
    """Takes value added as what is left of output after inputs."""
    value_added = data.output - data.inputs.sum(1)
    moved = float(np.abs(value_added - data.value_added).sum())
    return data.noting(f"value added replaced by the remainder, {moved:.6g} moved", value_added=value_added)


def residual_final_demand(data: Dataset) -> Dataset:
    """Takes final demand as what is left of purchases after inputs."""
    final = data.expenditure - data.inputs.sum(2)
    moved = float(np.abs(final - data.final_demand).sum())
    return data.noting(f"final demand replaced by the remainder, {moved:.6g} moved", final_demand=final)


def capped_elasticities(data: Dataset, most: float) -> Dataset:
    """Lowers trade elasticities above `most` to it."""
    over = [sector for sector, theta in zip(data.sectors, data.theta, strict=True) if theta > most]
    text = f"elasticities capped at {most:g}: {', '.join(over) or 'none'}"
    return data.noting(text, theta=np.minimum(data.theta, most))
