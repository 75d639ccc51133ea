"""Accounts of economies and sectors with their labels: what a model is calibrated from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.economy.arrays import fitted, frozen
from landbridge.world.economy_base import BASE_YEAR, EconomyBase, load_economy_base, load_elasticities
from landbridge.world.tariffs import load_tariffs

# Axes of the arrays: n for economies, s for sectors.
_AXES = {
    "trade": "nns",
    "inputs": "nss",
    "value_added": "ns",
    "final_demand": "ns",
    "tariff": "nns",
    "theta": "s",
    "theta_se": "s",
}


@dataclass(frozen=True)
class Dataset:
    """Accounts of n economies in s sectors, in one currency unit (million USD where nothing else is said).

    trade: (n, n, s) sales of seller i to buyer j of sector r, tariffs excluded, home sales on the diagonal. inputs:
    (n, s, s) in economy j, input r bought by sector t, tariffs included. value_added: (n, s). final_demand: (n, s),
    tariffs included. tariff: (n, n, s) ad valorem rates. theta: (s,) trade elasticities. theta_se: (s,) their standard
    errors, or None. provenance: where it comes from and every repair made, one line each.

    Made by `from_arrays`, `from_shares`, `from_base` or a reader; `audit` says whether it can be used. Arrays are
    copied and read-only; other contents are another dataset. Raises InputError when shapes do not fit.
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

    def __post_init__(self) -> None:
        given = {name: (getattr(self, name), axes) for name, axes in _AXES.items()}
        for name, array in fitted("dataset", *self.size, given).items():
            object.__setattr__(self, name, frozen(array))

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
    given = {
        "trade": trade,
        "inputs": np.zeros((n, s, s)) if inputs is None else inputs,
        "value_added": value_added,
        "final_demand": final_demand,
        "tariff": np.zeros((n, n, s)) if tariff is None else tariff,
        "theta": np.full(s, theta) if np.ndim(theta) == 0 else theta,
        "theta_se": theta_se,
    }
    arrays = fitted("dataset", n, s, {name: (array, _AXES[name]) for name, array in given.items()})
    flows, used, duty = arrays["trade"], arrays["inputs"], arrays["tariff"]
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
        **arrays,
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
    given = {
        "trade": (trade, "nns"),
        "labour_share": (labour_share, "ns"),
        "input_share": (input_share, "nss"),
    }
    arrays = fitted("dataset", len(economies), len(sectors), given)
    output = arrays["trade"].sum(1)
    return from_arrays(
        economies,
        sectors,
        arrays["trade"],
        arrays["input_share"] * output[:, None, :],
        theta=theta,
        value_added=arrays["labour_share"] * output,
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
    rates = fitted("dataset", len(base.economies), len(base.sectors), {"tariff": (tariff, "nns")}).get(
        "tariff"
    )
    paid = 0.0 if rates is None else (base.trade * rates).sum(0)
    return from_arrays(
        base.economies,
        base.sectors,
        base.trade,
        base.inputs,
        theta=theta,
        value_added=base.value_added,
        final_demand=base.final_demand + paid,
        tariff=rates,
        theta_se=theta_se,
        provenance=(f"economy base of {base.year}",),
    )


def shipped(year: int = BASE_YEAR, *, tariffs: bool = True) -> Dataset:
    """The shipped base of 90 economies and 36 sectors, with the shipped elasticities and the tariffs of the year.

    tariffs: whether buyers pay tariffs; without them it is a world free of tariffs. Raises InputError for a year that
    has no base.
    """
    base, elasticities = load_economy_base(year), load_elasticities()
    rates = load_tariffs(year, base.economies, base.sectors).rate if tariffs else None
    return from_base(base, elasticities.theta, theta_se=elasticities.se, tariff=rates).noting(
        f"applied tariffs of {year}" if tariffs else "no tariffs"
    )
