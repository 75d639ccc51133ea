"""What an equilibrium is made of: the calibrated economy, a shock to it, and the solution.

Equations: Caliendo and Parro (2015), Review of Economic Studies 82(1), in changes from the base (a hat is new over
base). Indices: seller i, buyer j, sector r or s; n economies, s sectors.

    unit cost     c_js = w_j^beta_js  prod_r P_jr^gamma_jrs  / productivity_js                          (their eq. 10)
    price         P_jr = (sum_i pi_ijr (kappa_ijr c_ir)^-theta_r)^(-1/theta_r)                          (eq. 11)
    share         pi'_ijr = pi_ijr (kappa_ijr c_ir / P_jr)^-theta_r                                     (eq. 12)
    expenditure   X_jr = sum_s gamma_jrs Y_js + alpha_jr I_j,  Y_is = sum_j pi'_ijs X_js / (1 + t_ijs)  (eq. 13)
    income        I_j = w_j L_j + D_j + tariff revenue_j
    labour        w_i L_i = sum_s beta_is Y_is                                                          (eq. 14)

kappa is the change of the iceberg cost times that of one plus the tariff. Productivity here divides the unit cost.
Money is counted so that the world's labour income keeps its base value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from landbridge.errors import InputError, Problem

if TYPE_CHECKING:
    from landbridge.economy.certificate import Certificate


@dataclass(frozen=True)
class Closure:
    """What happens to trade deficits. share: (n,) deficit of each economy over the world's labour income; adds up to 0.

    Real incomes move with the shares alone, so a closure is this array and nothing else.
    """

    name: str
    share: np.ndarray


@dataclass(frozen=True)
class Model:
    """An economy calibrated to a base year.

    import_share: (n, n, s) pi, share of j's spending on sector r that goes to seller i, tariffs included; columns of
    sectors that j does not buy are zero. expenditure: (n, s) X in the base, million USD, tariffs included.
    labour_share: (n, s) beta. input_share: (n, s, s) gamma, in economy j, cost share of input r in sector t.
    final_share: (n, s) alpha. labour_income: (n,) w L, million USD. tariff: (n, n, s) ad valorem, in the base.
    theta: (s,) trade elasticities.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    theta: np.ndarray
    import_share: np.ndarray
    expenditure: np.ndarray
    labour_share: np.ndarray
    input_share: np.ndarray
    final_share: np.ndarray
    labour_income: np.ndarray
    tariff: np.ndarray
    closure: Closure

    def __post_init__(self) -> None:
        n, s = len(self.economies), len(self.sectors)
        shapes = {
            "theta": (s,),
            "import_share": (n, n, s),
            "expenditure": (n, s),
            "labour_share": (n, s),
            "input_share": (n, s, s),
            "final_share": (n, s),
            "labour_income": (n,),
            "tariff": (n, n, s),
        }
        problems = [
            Problem(f"model {name}", f"has shape {getattr(self, name).shape}", f"{shape}")
            for name, shape in shapes.items()
            if getattr(self, name).shape != shape
        ]
        if self.closure.share.shape != (n,):
            problems.append(Problem("model closure", f"has shape {self.closure.share.shape}", f"{(n,)}"))
        if not problems:
            problems = _value_problems(self)
        if problems:
            raise InputError(problems)

    @property
    def bought(self) -> np.ndarray:
        """(n, s) true where an economy buys a sector's goods in the base."""
        return self.expenditure > 0

    @property
    def deficit(self) -> np.ndarray:
        """(n,) trade deficits in the base, million USD."""
        return self.closure.share * self.labour_income.sum()

    @property
    def income(self) -> np.ndarray:
        """(n,) income in the base, million USD: labour income, deficit and tariff revenue."""
        duty = self.tariff / (1.0 + self.tariff)
        revenue = np.einsum("ijr,ijr,jr->j", duty, self.import_share, self.expenditure)
        return self.labour_income + self.deficit + revenue

    def with_closure(self, closure: Closure) -> Model:
        """The same calibration under another closure."""
        return replace(self, closure=closure)


def _value_problems(model: Model) -> list[Problem]:
    """Contents that have no meaning: signs, shares that do not add up."""
    problems = []
    arrays = (model.import_share, model.expenditure, model.labour_share, model.final_share)
    # Published tables can hold an input share just below zero.
    least_input = model.input_share.min(initial=0.0)
    if any(not (array >= 0).all() or np.isinf(array).any() for array in arrays) or not least_input > -0.01:
        problems.append(
            Problem("model", "has negative or non-finite shares or spending", "shares are zero or more")
        )
    if not (model.theta > 0).all():
        problems.append(
            Problem("model theta", "has elasticities that are not positive", "give a positive theta")
        )
    for code, income in zip(model.economies, model.labour_income, strict=True):
        if not income > 0:
            problems.append(
                Problem(f"model labour income of {code}", f"is {income:g}", "every economy needs some")
            )
    if not (model.tariff > -1).all():
        problems.append(
            Problem("model tariff", "has rates of -100 % or less", "tariffs are ad valorem shares")
        )
    if abs(model.closure.share.sum()) > 1e-9:
        problems.append(
            Problem(
                "model closure",
                f"deficits add up to {model.closure.share.sum():.2e}",
                "they must add up to zero",
            )
        )
    gaps = {
        "import_share": np.abs(model.import_share.sum(0) - 1.0)[model.bought],
        "labour_share and input_share": np.abs(model.labour_share + model.input_share.sum(1) - 1.0),
        "final_share": np.abs(model.final_share.sum(1) - 1.0),
    }
    for name, gap in gaps.items():
        if gap.size and gap.max() > 1e-6:
            problems.append(
                Problem(f"model {name}", f"sum to one only within {gap.max():.1e}", "normalise them")
            )
    return problems


@dataclass(frozen=True)
class Shock:
    """A change from the base; None leaves a thing as it is.

    trade_cost_hat: (n, n, s) new iceberg cost over base. productivity_hat: (n, s) new productivity over base.
    tariff: (n, n, s) new ad valorem rates, not changes.
    """

    trade_cost_hat: np.ndarray | None = None
    productivity_hat: np.ndarray | None = None
    tariff: np.ndarray | None = None

    def check(self, model: Model) -> None:
        """Raises InputError for arrays of the wrong shape, or costs and productivities that are not positive."""
        n, s = model.expenditure.shape
        problems = []
        for name, array, shape, least in (
            ("trade_cost_hat", self.trade_cost_hat, (n, n, s), 0.0),
            ("productivity_hat", self.productivity_hat, (n, s), 0.0),
            ("tariff", self.tariff, (n, n, s), -1.0),
        ):
            if array is None:
                continue
            if array.shape != shape:
                problems.append(
                    Problem(f"shock {name}", f"has shape {array.shape}", f"{shape} for this model")
                )
            elif not (np.isfinite(array) & (array > least)).all():
                problems.append(
                    Problem(f"shock {name}", f"has cells that are not above {least:g}", "check the inputs")
                )
        if problems:
            raise InputError(problems)


@dataclass(frozen=True)
class Solution:
    """An equilibrium after a shock.

    wage_hat: (n,). price_hat: (n, s), one where the economy does not buy the sector. expenditure: (n, s) million USD,
    tariffs included. import_share: (n, n, s). trade: (n, n, s) million USD, tariffs excluded. real_income_hat: (n,)
    exact change of real income. income: (n,) million USD. certificate: how well the equations hold.
    """

    wage_hat: np.ndarray
    price_hat: np.ndarray
    expenditure: np.ndarray
    import_share: np.ndarray
    trade: np.ndarray
    real_income_hat: np.ndarray
    income: np.ndarray
    certificate: Certificate


def unit_cost_hat(model: Model, shock: Shock, wage_hat: np.ndarray, price_hat: np.ndarray) -> np.ndarray:
    """Change (n, s) of unit costs, Caliendo and Parro (2015), eq. 10."""
    log_cost = model.labour_share * np.log(wage_hat)[:, None] + np.einsum(
        "jrs,jr->js", model.input_share, np.log(price_hat)
    )
    cost = np.exp(log_cost)
    return cost if shock.productivity_hat is None else cost / shock.productivity_hat


def delivered_cost_hat(model: Model, shock: Shock) -> np.ndarray:
    """Change kappa (n, n, s) of the cost between factory gate and buyer: iceberg cost and tariff."""
    kappa = np.ones_like(model.import_share) if shock.trade_cost_hat is None else shock.trade_cost_hat
    return kappa if shock.tariff is None else kappa * (1.0 + shock.tariff) / (1.0 + model.tariff)
