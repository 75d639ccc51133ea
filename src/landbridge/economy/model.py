"""The calibrated economy: shares, spending and labour income of a base year.

Equations: Caliendo and Parro (2015), Review of Economic Studies 82(1), in changes from the base (a hat is new over
base). Indices: seller i, buyer j, sector r or s; n economies, s sectors.

    unit cost     c_js = w_j^beta_js  prod_r P_jr^gamma_jrs  / productivity_js                          (their eq. 10)
    price         P_jr = (sum_i pi_ijr (kappa_ijr c_ir)^-theta_r)^(-1/theta_r)                          (eq. 11)
    share         pi'_ijr = pi_ijr (kappa_ijr c_ir / P_jr)^-theta_r                                     (eq. 12)
    expenditure   X_jr = sum_s gamma_jrs Y_js + alpha_jr I_j,  Y_is = sum_j pi'_ijs X_js / (1 + t_ijs)  (eq. 13)
    income        I_j = w_j L_j + D_j + tariff revenue_j
    labour        w_i L_i = sum_s beta_is Y_is                                                          (for eq. 14)

kappa is the change of the iceberg cost times that of one plus the tariff. Productivity here divides the unit cost.
Money is counted so that the world's labour income keeps its base value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from landbridge.economy.arrays import fitted, frozen
from landbridge.economy.closure import Closure
from landbridge.errors import InputError, Problem


@dataclass(frozen=True)
class Loops:
    """What the solver's steps need of a model, made once.

    cost_share: (n, t, r) inputs by user first. price_step, spending_step: (n, r, r) inverses of one less each economy's
    own input-output loop. exposed: (n, s) sales, weighted by how much of each market others hold.
    """

    cost_share: np.ndarray
    price_step: np.ndarray
    spending_step: np.ndarray
    exposed: np.ndarray


@dataclass(frozen=True)
class Model:
    """An economy calibrated to a base year.

    import_share: (n, n, s) pi, share of j's spending on sector r that goes to seller i, tariffs included; columns of
    sectors that j does not buy are zero. expenditure: (n, s) X in the base, million USD, tariffs included.
    labour_share: (n, s) beta. input_share: (n, s, s) gamma, in economy j, cost share of input r in sector t.
    final_share: (n, s) alpha. labour_income: (n,) w L, million USD. tariff: (n, n, s) ad valorem, in the base.
    theta: (s,) trade elasticities. Arrays are copied and read-only.

    Raises InputError for shapes that do not fit, shares that do not add up, and signs without a meaning.
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
        axes = {
            "theta": "s",
            "import_share": "nns",
            "expenditure": "ns",
            "labour_share": "ns",
            "input_share": "nss",
            "final_share": "ns",
            "labour_income": "n",
            "tariff": "nns",
        }
        given = {name: (getattr(self, name), letters) for name, letters in axes.items()}
        for name, array in fitted("model", n, s, given).items():
            object.__setattr__(self, name, frozen(array))
        rules = {"closure share": (self.closure.share, "n"), "closure own": (self.closure.own_rate, "n")}
        fitted("model", n, s, rules)
        problems = _value_problems(self)
        if problems:
            raise InputError(problems)

    @cached_property
    def bought(self) -> np.ndarray:
        """(n, s) true where an economy buys a sector's goods in the base."""
        return self.expenditure > 0

    @property
    def deficit(self) -> np.ndarray:
        """(n,) trade deficits in the base, million USD."""
        return self.closure.deficit(self.labour_income)

    @cached_property
    def income(self) -> np.ndarray:
        """(n,) income in the base, million USD: labour income, deficit and tariff revenue."""
        duty = self.tariff / (1.0 + self.tariff)
        revenue = np.einsum("ijr,ijr,jr->j", duty, self.import_share, self.expenditure)
        return self.labour_income + self.deficit + revenue

    @cached_property
    def loops(self) -> Loops:
        """The own input-output loops of the economies, for the solver's steps."""
        own, unit = np.arange(self.size[0]), np.eye(self.size[1])
        home = self.import_share[own, own]
        costs = np.ascontiguousarray(self.input_share.transpose(0, 2, 1))
        rest = 1.0 - self.import_share
        return Loops(
            cost_share=costs,
            price_step=np.linalg.inv(unit - home[:, :, None] * costs),
            spending_step=np.linalg.inv(unit - self.input_share * home[:, None, :]),
            exposed=np.einsum("ijr,ijr,jr->ir", self.import_share, rest, self.expenditure),
        )

    @property
    def size(self) -> tuple[int, int]:
        """Numbers of economies and sectors."""
        return len(self.economies), len(self.sectors)

    def with_closure(self, closure: Closure) -> Model:
        """The same calibration under another closure."""
        return replace(self, closure=closure)


def _value_problems(model: Model) -> list[Problem]:
    """Contents that have no meaning: signs, shares that do not add up."""
    problems = []
    arrays = (model.import_share, model.expenditure, model.labour_share, model.final_share)
    # Published tables can hold an input share just below zero.
    least_input = model.input_share.min(initial=0.0)
    if any(not (array >= 0).all() or np.isinf(array).any() for array in arrays) or not least_input > -0.011:
        problems.append(
            Problem("model", "has negative or non-finite shares or spending", "shares are zero or more")
        )
    if not (np.isfinite(model.theta) & (model.theta > 0)).all():
        problems.append(
            Problem(
                "model theta", "has elasticities that are not positive and finite", "give a positive theta"
            )
        )
    for code, income in zip(model.economies, model.labour_income, strict=True):
        if not income > 0:
            problems.append(
                Problem(f"model labour income of {code}", f"is {income:g}", "every economy needs some")
            )
    if not (np.isfinite(model.tariff) & (model.tariff > -1)).all():
        problems.append(
            Problem("model tariff", "has rates of -100 % or less", "tariffs are finite ad valorem shares")
        )
    if not (np.isfinite(model.closure.share).all() and np.isfinite(model.closure.own_rate).all()):
        problems.append(
            Problem("model closure", "has deficits that are not finite", "zero where there is none")
        )
    elif abs(model.closure.share.sum()) > 1e-9:
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
