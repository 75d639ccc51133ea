"""What comes out of an equilibrium."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Certificate:
    """How well the equations of an equilibrium hold.

    max_residual: the largest relative gap over prices, shares, goods markets, labour markets and real income.
    walras_gap: the world's payments to labour less its labour income, over the latter; zero if the books close.
    homogeneity_gap: how much relative gaps or real incomes change when all money doubles. iterations, seconds: effort.
    """

    max_residual: float
    walras_gap: float
    homogeneity_gap: float
    iterations: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Solution:
    """An equilibrium after a shock.

    wage_hat: (n,). price_hat: (n, s), one where the economy does not buy the sector. price_index_hat: (n,) cost of
    final use. expenditure: (n, s) million USD, tariffs included. import_share: (n, n, s). trade: (n, n, s) million USD,
    tariffs excluded. real_income_hat: (n,) exact change of real income. income: (n,) million USD. certificate: how
    well the equations hold.
    """

    wage_hat: np.ndarray
    price_hat: np.ndarray
    price_index_hat: np.ndarray
    expenditure: np.ndarray
    import_share: np.ndarray
    trade: np.ndarray
    real_income_hat: np.ndarray
    income: np.ndarray
    certificate: Certificate

    @property
    def real_wage_hat(self) -> np.ndarray:
        """(n,) change of the wage over the price of final use."""
        return self.wage_hat / self.price_index_hat
