"""Changes from the base: what a scenario does to costs, tariffs, productivities, endowments and transfers."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from landbridge.economy.arrays import numbers
from landbridge.economy.model import Model
from landbridge.errors import InputError, Problem


@dataclass(frozen=True)
class Shock:
    """A change from the base; None leaves a thing as it is.

    trade_cost_hat: (n, n, s) new iceberg cost over base. productivity_hat: (n, s) new productivity over base.
    tariff: (n, n, s) new ad valorem rates. tariff_hat: (n, n, s) new 1 + rate over base, instead of `tariff`.
    labour_hat: (n,) new labour endowment over base. transfer: (n,) million USD received on top of the closure's
    deficit, at the base's world labour income; adds up to 0. theta: (s,) trade elasticities in place of the model's
    (alone they change nothing: they say how the rest of the shock works).
    """

    trade_cost_hat: np.ndarray | None = None
    productivity_hat: np.ndarray | None = None
    tariff: np.ndarray | None = None
    tariff_hat: np.ndarray | None = None
    labour_hat: np.ndarray | None = None
    transfer: np.ndarray | None = None
    theta: np.ndarray | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            given = getattr(self, field.name)
            if given is not None:
                object.__setattr__(self, field.name, numbers(f"shock {field.name}", given))

    def check(self, model: Model) -> None:
        """Raises InputError with every array that has a wrong shape or meaningless values."""
        n, s = model.size
        problems = []
        for name, array, shape, least in (
            ("trade_cost_hat", self.trade_cost_hat, (n, n, s), 0.0),
            ("productivity_hat", self.productivity_hat, (n, s), 0.0),
            ("tariff", self.tariff, (n, n, s), -1.0),
            ("tariff_hat", self.tariff_hat, (n, n, s), 0.0),
            ("labour_hat", self.labour_hat, (n,), 0.0),
            ("transfer", self.transfer, (n,), -np.inf),
            ("theta", self.theta, (s,), 0.0),
        ):
            if array is None:
                continue
            place = f"shock {name}"
            if array.shape != shape:
                problems.append(Problem(place, f"has shape {array.shape}", f"{shape} for this model"))
                continue
            wrong = ~(np.isfinite(array) & (array > least))
            if wrong.any():
                first = tuple(int(k) for k in np.argwhere(wrong)[0])
                problems.append(
                    Problem(
                        place,
                        f"has {int(wrong.sum())} cells that are not above {least:g}, the first "
                        f"{array[first]:g} at {_labels(model, name, first)}",
                        "give every cell a finite value above it",
                    )
                )
        if self.tariff is not None and self.tariff_hat is not None:
            problems.append(Problem("shock", "has both tariff and tariff_hat", "give one of them"))
        if not problems and self.transfer is not None:
            left = abs(self.transfer.sum())
            if left > 1e-9 * model.labour_income.sum():
                problems.append(
                    Problem("shock transfer", f"adds up to {left:g}", "what some get, others must pay")
                )
        if problems:
            raise InputError(problems)

    def part(self, model: Model, fraction: float) -> Shock:
        """The point at `fraction` of the way from the base (0) to this shock (1), on a straight line in logs."""

        def power(array: np.ndarray | None) -> np.ndarray | None:
            return None if array is None else array**fraction

        hat = None if self.tariff is None else (1.0 + self.tariff) / (1.0 + model.tariff)
        return Shock(
            trade_cost_hat=power(self.trade_cost_hat),
            productivity_hat=power(self.productivity_hat),
            tariff_hat=power(self.tariff_hat if hat is None else hat),
            labour_hat=power(self.labour_hat),
            transfer=None if self.transfer is None else fraction * self.transfer,
            theta=self.theta,
        )


def _labels(model: Model, name: str, cell: tuple[int, ...]) -> str:
    """The names of a cell's economies and sector."""
    by_sector = name not in ("labour_hat", "transfer")
    last = model.sectors if by_sector else model.economies
    return ", ".join([*(model.economies[k] for k in cell[:-1]), last[cell[-1]]])


def new_tariff(model: Model, shock: Shock) -> np.ndarray:
    """Ad valorem rates (n, n, s) after the shock."""
    if shock.tariff is not None:
        return shock.tariff
    return model.tariff if shock.tariff_hat is None else (1.0 + model.tariff) * shock.tariff_hat - 1.0


def new_theta(model: Model, shock: Shock) -> np.ndarray:
    """Trade elasticities (s,) under the shock."""
    return model.theta if shock.theta is None else shock.theta


def endowed_income(model: Model, shock: Shock) -> np.ndarray:
    """Labour income (n,) at base wages with the endowments of the shock, million USD."""
    return model.labour_income if shock.labour_hat is None else model.labour_income * shock.labour_hat


def transfers(model: Model, shock: Shock) -> np.ndarray:
    """Transfers (n,) over the world's labour income."""
    if shock.transfer is None:
        return np.zeros(len(model.economies))
    return shock.transfer / model.labour_income.sum()


def tariff_cost_hat(model: Model, shock: Shock) -> np.ndarray | None:
    """Change (n, n, s) of one plus the tariff; None for no change."""
    if shock.tariff is None:
        return shock.tariff_hat
    return (1.0 + shock.tariff) / (1.0 + model.tariff)


def delivered_cost_hat(model: Model, shock: Shock) -> np.ndarray:
    """Change kappa (n, n, s) of the cost between factory gate and buyer: iceberg cost and tariff."""
    kappa = np.ones_like(model.import_share) if shock.trade_cost_hat is None else shock.trade_cost_hat
    duty = tariff_cost_hat(model, shock)
    return kappa if duty is None else kappa * duty


def reweighted(model: Model, shock: Shock) -> np.ndarray:
    """pi kappa^-theta (n, n, s): base shares at the new costs of the way, before unit costs move."""
    if shock.trade_cost_hat is None and shock.tariff is None and shock.tariff_hat is None:
        return model.import_share
    theta, kappa = new_theta(model, shock), delivered_cost_hat(model, shock)
    # Most shocks leave most costs alone.
    changed = (kappa != 1.0) & (model.import_share > 0)
    weight = model.import_share.copy()
    with np.errstate(over="ignore"):
        weight[changed] *= np.exp(-np.broadcast_to(theta, kappa.shape)[changed] * np.log(kappa[changed]))
    return weight


def unit_cost_hat(model: Model, shock: Shock, wage_hat: np.ndarray, price_hat: np.ndarray) -> np.ndarray:
    """Change (n, s) of unit costs, Caliendo and Parro (2015), eq. 10."""
    log_cost = model.labour_share * np.log(wage_hat)[:, None] + np.einsum(
        "jrs,jr->js", model.input_share, np.log(price_hat)
    )
    cost = np.exp(log_cost)
    return cost if shock.productivity_hat is None else cost / shock.productivity_hat
