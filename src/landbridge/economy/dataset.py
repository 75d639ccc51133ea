"""Accounts of economies and sectors with their labels: what a model is calibrated from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.world.economy_base import EconomyBase, load_economy_base, load_elasticities


@dataclass(frozen=True)
class Dataset:
    """Accounts of n economies in s sectors, in one currency unit (million USD where nothing else is said).

    trade: (n, n, s) sales of seller i to buyer j of sector r, tariffs excluded, home sales on the diagonal. inputs:
    (n, s, s) in economy j, input r bought by sector t, tariffs included. value_added: (n, s). final_demand: (n, s),
    tariffs included. tariff: (n, n, s) ad valorem rates. theta: (s,) trade elasticities. theta_se: (s,) their standard
    errors, or None. provenance: where it comes from and every repair made, one line each.

    Made by `from_arrays`, `from_shares`, `from_base` or a reader; `audit` says whether it can be used.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    trade: np.ndarray
    inputs: np.ndarray
    value_added: np.ndarray
    final_demand: np.ndarray
    tariff: np.ndarray
    theta: np.ndarray
    theta_se: np.ndarray | None = None
    provenance: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Numbers of economies and sectors."""
        return len(self.economies), len(self.sectors)

    @property
    def output(self) -> np.ndarray:
        """(n, s) sales of each economy's sectors to everyone."""
        return self.trade.sum(1)

    @property
    def expenditure(self) -> np.ndarray:
        """(n, s) purchases of each economy, tariffs included."""
        return (self.trade * (1.0 + self.tariff)).sum(0)

    def noting(self, line: str, **changes: object) -> Dataset:
        """A copy with other contents and one more line of provenance."""
        return replace(self, provenance=(*self.provenance, line), **changes)  # type: ignore[arg-type]


def from_arrays(
    economies: Sequence[str],
    sectors: Sequence[str],
    trade: np.ndarray,
    inputs: np.ndarray | None = None,
    *,
    theta: np.ndarray | float,
    value_added: np.ndarray | None = None,
    final_demand: np.ndarray | None = None,
    tariff: np.ndarray | None = None,
    theta_se: np.ndarray | None = None,
    provenance: Sequence[str] = (),
) -> Dataset:
    """A dataset from arrays; shapes as in `Dataset`, theta also one number for all sectors.

    Without inputs, labour is the only factor. Value added and final demand that are not given are the remainders of
    output and of purchases, and the provenance says so.

    Raises InputError when shapes do not fit; contents are looked at by `audit`.
    """
    n, s = len(economies), len(sectors)
    notes = list(provenance)
    if inputs is None:
        inputs = np.zeros((n, s, s))
    shapes: dict[str, tuple[object, tuple[int, ...]]] = {
        "trade": (trade, (n, n, s)),
        "inputs": (inputs, (n, s, s)),
        "theta": (np.full(s, theta) if np.ndim(theta) == 0 else theta, (s,)),
        "value_added": (value_added, (n, s)),
        "final_demand": (final_demand, (n, s)),
        "tariff": (np.zeros((n, n, s)) if tariff is None else tariff, (n, n, s)),
        "theta_se": (theta_se, (s,)),
    }
    arrays = {name: None if a is None else np.asarray(a, float) for name, (a, _) in shapes.items()}
    problems = [
        Problem(f"dataset {name}", f"has shape {array.shape}", f"{shape} for {n} economies and {s} sectors")
        for name, (_, shape) in shapes.items()
        if (array := arrays[name]) is not None and array.shape != shape
    ]
    if problems:
        raise InputError(problems)
    flows, used, duty = arrays["trade"], arrays["inputs"], arrays["tariff"]
    assert flows is not None
    assert used is not None
    assert duty is not None
    if value_added is None:
        arrays["value_added"] = flows.sum(1) - used.sum(1)
        notes.append("value added is the remainder of output after inputs")
    if final_demand is None:
        arrays["final_demand"] = (flows * (1.0 + duty)).sum(0) - used.sum(2)
        notes.append("final demand is the remainder of purchases after inputs")
    return Dataset(
        economies=tuple(str(code) for code in economies),
        sectors=tuple(str(code) for code in sectors),
        provenance=tuple(notes),
        **arrays,  # type: ignore[arg-type]
    )


def from_shares(
    economies: Sequence[str],
    sectors: Sequence[str],
    trade: np.ndarray,
    labour_share: np.ndarray,
    input_share: np.ndarray,
    *,
    theta: np.ndarray | float,
    tariff: np.ndarray | None = None,
    theta_se: np.ndarray | None = None,
    provenance: Sequence[str] = (),
) -> Dataset:
    """A dataset from trade and cost shares, the form in which Caliendo and Parro (2015) publish theirs.

    trade, tariff: as in `Dataset`. labour_share: (n, s) value added over output. input_share: (n, s, s) in economy j,
    share of input r in the cost of sector t. Final demand is the remainder of purchases; it can come out negative.
    """
    output = np.asarray(trade, float).sum(1)
    return from_arrays(
        economies,
        sectors,
        trade,
        np.asarray(input_share, float) * output[:, None, :],
        theta=theta,
        value_added=np.asarray(labour_share, float) * output,
        tariff=tariff,
        theta_se=theta_se,
        provenance=provenance,
    )


def from_base(
    base: EconomyBase,
    theta: np.ndarray | float,
    *,
    theta_se: np.ndarray | None = None,
    tariff: np.ndarray | None = None,
) -> Dataset:
    """A dataset from an economy base. Purchases in the base exclude the tariffs given here; final users pay them."""
    paid = 0.0 if tariff is None else (base.trade * tariff).sum(0)
    return from_arrays(
        base.economies,
        base.sectors,
        base.trade,
        base.inputs,
        theta=theta,
        value_added=base.value_added,
        final_demand=base.final_demand + paid,
        tariff=tariff,
        theta_se=theta_se,
        provenance=(f"economy base of {base.year}",),
    )


def shipped() -> Dataset:
    """The shipped base of 90 economies and 36 sectors, 2022, with the shipped elasticities."""
    elasticities = load_elasticities()
    return from_base(load_economy_base(), elasticities.theta, theta_se=elasticities.se)
