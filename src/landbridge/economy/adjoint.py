"""Derivatives of real income by everything at once: one linear solve with the transposed equations.

The equations are linearised at a solution and applied as products with the trade and input arrays; the Jacobian of
2 n s + n unknowns is never formed. GMRES solves the transposed system, preconditioned by the solver's own steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from landbridge.economy.arrays import numbers
from landbridge.economy.certificate import check_belongs
from landbridge.economy.model import Model
from landbridge.economy.shock import (
    Shock,
    delivered_cost_hat,
    endowed_income,
    new_tariff,
    new_theta,
    unit_cost_hat,
)
from landbridge.economy.solution import Solution
from landbridge.errors import InputError, NotConvergedError, Problem, nearest

_TOLERANCE = 1e-11
_RESTART = 80
_ROUNDS = 12


@dataclass(frozen=True)
class Gradient:
    """Derivatives of the weighted sum of log real incomes at a solution.

    trade_cost: (n, n, s) by the logarithm of iceberg costs. tariff: (n, n, s) by the new rate. productivity: (n, s) by
    its logarithm. labour: (n,) by the logarithm of the endowment. transfer: (n,) by million USD received; only
    transfers that add up to zero have a meaning, and the array is given with mean zero. theta: (s,) by the elasticity.
    products: how often the linearised equations were applied.
    """

    trade_cost: np.ndarray
    tariff: np.ndarray
    productivity: np.ndarray
    labour: np.ndarray
    transfer: np.ndarray
    theta: np.ndarray
    products: int


def gradient(
    model: Model, shock: Shock, solution: Solution, weights: str | Mapping[str, float] | np.ndarray
) -> Gradient:
    """Derivatives of sum_j weights_j log(real income of j) by all that a shock can change.

    weights: the name of one economy, {name: weight}, or an array (n,). solution: that of `shock`; derivatives are as
    accurate as it is.

    Raises InputError for unknown economies or a solution that is not of this shock, NotConvergedError when the linear
    solve stalls.
    """
    from scipy.sparse.linalg import LinearOperator, gmres

    omega = _weights(model, weights)
    check_belongs(model, shock, solution)
    lin = _Linearised(model, shock, solution)
    n, s = model.size
    size = n + 2 * n * s
    products = 0

    def transposed(vector: np.ndarray) -> np.ndarray:
        nonlocal products
        products += 1
        return lin.transposed(lin.precondition(vector), np.zeros(n))

    # The direct effect of the unknowns on the objective: through incomes, and through the price index.
    direct = lin.transposed(np.zeros(size), omega / solution.income)
    direct[n : n + n * s] -= (omega[:, None] * model.final_share).ravel()
    scale = float(np.linalg.norm(direct))
    if scale > 0:
        solved, status = gmres(
            LinearOperator((size, size), matvec=transposed, dtype=float),
            -direct / scale,
            rtol=_TOLERANCE,
            restart=_RESTART,
            maxiter=_ROUNDS,
        )
        if status:
            raise NotConvergedError(
                "the derivatives' linear system did not reach its tolerance; solve the shock to a smaller one"
            )
        multipliers = lin.precondition(solved * scale)
    else:
        multipliers = np.zeros(size)
    return lin.parameters(multipliers, omega / solution.income, products)


def _weights(model: Model, weights: str | Mapping[str, float] | np.ndarray) -> np.ndarray:
    if not isinstance(weights, str | Mapping):
        array = numbers("weights", weights)
        if array.shape != (len(model.economies),):
            raise InputError(
                Problem("weights", f"have shape {array.shape}", f"one for each of {len(model.economies)}")
            )
        return _finite(array)
    named = {weights: 1.0} if isinstance(weights, str) else weights
    problems = [
        Problem(f"weights, {name!r}", "is no economy of the model", nearest(name, model.economies))
        for name in named
        if name not in model.economies
    ]
    if problems:
        raise InputError(problems)
    return _finite(np.array([float(named.get(name, 0.0)) for name in model.economies]))


def _finite(weights: np.ndarray) -> np.ndarray:
    if not np.isfinite(weights).all():
        raise InputError(Problem("weights", "are not all finite", "a number for each economy"))
    return weights


class _Linearised:
    """The equations about a solution, for products with their transpose. Sector first where sellers meet buyers.

    Unknowns: log wages (n,), log prices and log spending (n, s). Rows: price gaps, goods gaps over spending, labour
    gaps over labour income. With c, p, x the changes of log cost, price and spending:

        c = beta w + gamma' p          dp_jr = sum_i pi_ijr c_ir
        dY_i = sum_j m_ij (theta (p_j - c_i) + x_j)      dR_j likewise with the tariff's part of each flow
    """

    def __init__(self, model: Model, shock: Shock, solution: Solution) -> None:
        self.model, self.shock, self.solution = model, shock, solution
        self.theta = new_theta(model, shock)
        self.rates = new_tariff(model, shock)
        self.has_tariff = bool(self.rates.any())
        self.share = np.ascontiguousarray(solution.import_share.transpose(2, 0, 1))
        self.net = self.share
        if self.has_tariff:
            net = solution.import_share / (1.0 + self.rates)
            self.net = np.ascontiguousarray(net.transpose(2, 0, 1))
        self.spending = solution.expenditure
        self.output = solution.trade.sum(1)
        self.duty = self.spending - solution.trade.sum(0)
        self.bought = model.bought
        self.safe = np.where(self.bought, self.spending, 1.0)
        self.labour_income = solution.wage_hat * endowed_income(model, shock)
        self.world = self.labour_income.sum()
        own_rate = model.closure.own_rate
        self.own_gap = own_rate - (own_rate * self.labour_income).sum() / self.world
        own = np.arange(model.size[0])
        home, unit = solution.import_share[own, own], np.eye(model.size[1])
        self.costs = np.ascontiguousarray(model.input_share.transpose(0, 2, 1))
        self.price_step_t = np.linalg.inv(unit - home[:, :, None] * self.costs).transpose(0, 2, 1)
        self.spending_step_t = np.linalg.inv(unit - model.input_share * home[:, None, :]).transpose(0, 2, 1)
        exposed = ((1.0 - solution.import_share) * solution.trade).sum(1)
        lost = (model.labour_share**2 * exposed * self.theta).sum(1)
        self.wage_step = 1.0 / (1.0 + lost / self.labour_income)

    def split(self, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        n, s = self.model.size
        return vector[:n], vector[n : n + n * s].reshape(n, s), vector[n + n * s :].reshape(n, s)

    def precondition(self, vector: np.ndarray) -> np.ndarray:
        """The transpose of the solver's plain step: own input-output loops and wages, each by itself."""
        wage, price, spending = self.split(vector)
        goods = np.where(self.bought, spending / self.safe, 0.0)
        goods = np.matmul(self.spending_step_t, goods[:, :, None])[:, :, 0] * self.safe
        return np.concatenate(
            [
                wage * self.wage_step,
                np.matmul(self.price_step_t, price[:, :, None])[:, :, 0].ravel(),
                np.where(self.bought, goods, spending).ravel(),
            ]
        )

    def sources(self, vector: np.ndarray, income: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What a unit of output (n, s), of income (n,) and of unit cost (n, s) is worth to the rows and `income`."""
        model = self.model
        wage, price, spending = self.split(vector)
        goods = np.where(self.bought, spending / self.safe, 0.0)
        price = np.where(self.bought, price, 0.0)
        output = np.matmul(self.costs, goods[:, :, None])[:, :, 0]
        output = output + model.labour_share * (wage / self.labour_income)[:, None]
        income = income + (model.final_share * goods).sum(1)
        cost = np.matmul(self.share, price.T[:, :, None])[:, :, 0].T - self.theta * self.output * output
        if self.has_tariff:
            claim = (self.spending * income[:, None]).T[:, :, None]
            cost = cost - self.theta * np.matmul(self.share - self.net, claim)[:, :, 0].T
        return output, income, cost

    def transposed(self, vector: np.ndarray, income: np.ndarray) -> np.ndarray:
        """The transposed Jacobian times row weights, plus the unknowns' effect on incomes weighted by `income` (n,)."""
        model = self.model
        wage, price, spending = self.split(vector)
        output, income, cost = self.sources(vector, income)
        flow = self.spending * np.matmul(output.T[:, None, :], self.net)[:, 0, :].T
        if self.has_tariff:
            flow = flow + self.duty * income[:, None]
        through_costs = np.matmul(model.input_share, cost[:, :, None])[:, :, 0]
        by_price = np.where(self.bought, self.theta * flow + through_costs, 0.0) - price
        by_spending = flow - spending
        by_wage = (model.labour_share * cost).sum(1) + self.by_labour(wage, income)
        return np.concatenate([by_wage, by_price.ravel(), by_spending.ravel()])

    def by_labour(self, wage: np.ndarray, income: np.ndarray) -> np.ndarray:
        """What a rise of log labour income (n,) is worth: income, deficits, labour rows and the unit of money."""
        share = self.labour_income / self.world
        direct = self.labour_income * income - wage - share * wage.sum()
        if self.own_gap.any():
            direct = direct + self.own_gap * self.labour_income * (income - (share * income).sum())
        return direct

    def parameters(self, vector: np.ndarray, income: np.ndarray, products: int) -> Gradient:
        """Derivatives by every parameter, from the multipliers of the rows."""
        model, shock, solution = self.model, self.shock, self.solution
        wage, price, _ = self.split(vector)
        price = np.where(self.bought, price, 0.0)
        output, income, cost = self.sources(vector, income)
        # A dollar more on the way from i to j: output of i, and the buyer's revenue from its tariff.
        worth = output[:, None, :] + self.rates * income[None, :, None]
        flow = solution.trade * worth
        by_cost = solution.import_share * price - self.theta * flow
        unit = unit_cost_hat(model, shock, solution.wage_hat, solution.price_hat)
        relative = np.log(delivered_cost_hat(model, shock) * unit[:, None, :]) - np.log(solution.price_hat)
        by_theta = (solution.import_share * relative * price / self.theta - flow * relative).sum((0, 1))
        return Gradient(
            trade_cost=by_cost,
            tariff=(by_cost - flow) / (1.0 + self.rates) + solution.trade * income[None, :, None],
            productivity=-cost,
            labour=self.by_labour(wage, income),
            transfer=income - income.mean(),
            theta=by_theta,
            products=products,
        )
