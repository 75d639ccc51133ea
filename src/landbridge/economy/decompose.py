"""Exact decompositions of the change of real income: nothing is linearised, the terms add up.

Two are given. `welfare_terms` splits it by what is bought and sold (the discrete counterpart of Caliendo and Parro
2015, eq. 17); `domestic_share_terms` by how much is still bought at home (of Arkolakis, Costinot and Rodriguez-Clare
2012, and Caliendo and Parro 2015, eq. 15). docs/economy-equations.md derives both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landbridge.economy.certificate import check_belongs
from landbridge.economy.model import Model
from landbridge.economy.shock import (
    Shock,
    endowed_income,
    new_tariff,
    new_theta,
    tariff_cost_hat,
    unit_cost_hat,
)
from landbridge.economy.solution import Solution


@dataclass(frozen=True)
class WelfareTerms:
    """The change of the logarithm of real income (n,), and terms (n,) that add up to it.

    terms_of_trade: prices of what is sold less prices of what is bought abroad, before costs of the way and tariffs.
    tariff_revenue: tariffs collected on more or less trade (the volume of trade), net of what rates take from buyers.
    trade_cost: iceberg costs of what is bought. productivity: of what is made. labour: endowment. deficit: transfers
    and deficits received, in units of the world's labour income. total: log change of real income.
    """

    terms_of_trade: np.ndarray
    tariff_revenue: np.ndarray
    trade_cost: np.ndarray
    productivity: np.ndarray
    labour: np.ndarray
    deficit: np.ndarray
    total: np.ndarray

    @property
    def gap(self) -> np.ndarray:
        """(n,) what the terms miss of the total: rounding and the solver's tolerance."""
        parts = (self.terms_of_trade, self.tariff_revenue, self.trade_cost, self.productivity)
        return self.total - sum(parts) - self.labour - self.deficit


@dataclass(frozen=True)
class DomesticShareTerms:
    """The change of the logarithm of real income (n,), and terms by sector (n, s) and economy (n,) that add up to it.

    domestic_share: (n, s) less bought at home, through the price of final use and of inputs. productivity: (n, s).
    home_cost: (n, s) costs and tariffs on home sales. imported_price: (n, s) prices over wages of sectors not made at
    home. labour, tariff_revenue, deficit: (n,) income beside the wage. total: log change of real income.
    """

    domestic_share: np.ndarray
    productivity: np.ndarray
    home_cost: np.ndarray
    imported_price: np.ndarray
    labour: np.ndarray
    tariff_revenue: np.ndarray
    deficit: np.ndarray
    total: np.ndarray

    @property
    def gap(self) -> np.ndarray:
        """(n,) what the terms miss of the total: rounding and the solver's tolerance."""
        by_sector = self.domestic_share + self.productivity + self.home_cost + self.imported_price
        return self.total - by_sector.sum(1) - self.labour - self.tariff_revenue - self.deficit


def log_mean(new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """(new - old) / log(new / old), their common value where equal, zero where either is zero (Vartia 1976)."""
    new, old = np.broadcast_arrays(new, old)
    safe_old = np.where(old > 0, old, 1.0)
    ratio = np.where((new > 0) & (old > 0), new / safe_old, 1.0)
    near = np.abs(ratio - 1.0) < 1e-4
    away = np.where(near, 2.0, ratio)
    # The series keeps its digits where new and old nearly agree: (x - 1) / log x about x = 1.
    x = ratio - 1.0
    series = 1.0 + x / 2.0 - x**2 / 12.0 + x**3 / 24.0
    mean = safe_old * np.where(near, series, (away - 1.0) / np.log(away))
    return np.where((new > 0) & (old > 0), mean, 0.0)


def welfare_terms(model: Model, shock: Shock, solution: Solution) -> WelfareTerms:
    """Real income split into terms of trade, tariff revenue and the shock's direct effects, exactly.

    The CES price index is exact with Sato-Vartia weights, sums of incomes with logarithmic means, unit costs are
    Cobb-Douglas; so finite changes obey the same accounting as small ones.

    Raises InputError for a solution that is not of this model and shock.
    """
    check_belongs(model, shock, solution)
    before, after = model.labour_income, endowed_income(model, shock) * solution.wage_hat
    scale = log_mean(solution.income, model.income)
    log_cost = np.log(unit_cost_hat(model, shock, solution.wage_hat, solution.price_hat))
    duty = tariff_cost_hat(model, shock)
    log_duty = np.zeros(()) if duty is None else np.log(duty)
    theta, tariff = new_theta(model, shock), new_tariff(model, shock)

    # Mean output whose wage bill is the mean wage bill, so that no term depends on the unit of money by itself.
    old_trade = model.import_share * model.expenditure / (1.0 + model.tariff)
    output = log_mean(solution.trade.sum(1), old_trade.sum(1))
    wage_bill = log_mean(after, before)
    output *= (wage_bill / (model.labour_share * output).sum(1))[:, None]
    purchases = np.einsum("jrs,js->jr", model.input_share, output) + model.final_share * scale[:, None]

    # Sato-Vartia weights; a seller that falls out leaves a finite share of the price index behind (`lost`).
    mean_share = log_mean(solution.import_share, model.import_share)
    sum_share = np.where(model.bought, mean_share.sum(0), 1.0)
    weight = mean_share / sum_share
    lost = (solution.import_share - model.import_share) / (theta * sum_share)
    log_delivered = weight * np.log(solution.price_hat) - lost
    way = log_delivered - weight * (log_cost[:, None, :] + log_duty)

    bought = purchases * weight
    mean_duty = log_mean(1.0 + tariff, 1.0 + model.tariff)
    net = bought / mean_duty
    own = np.arange(model.size[0])
    sold_abroad = output - net[own, own]
    imports = net.copy()
    imports[own, own] = 0.0
    revenue = (tariff * solution.trade - model.tariff * old_trade).sum((0, 2))
    way_net = purchases * way / mean_duty
    paid_duty = (bought - net) * log_cost[:, None, :] + (purchases * way - way_net) + bought * log_duty
    productivity = 0.0 if shock.productivity_hat is None else output * np.log(shock.productivity_hat)
    endowment = 0.0 if shock.labour_hat is None else np.log(shock.labour_hat)
    received = solution.income - after - (tariff * solution.trade).sum((0, 2)) - model.deficit
    return WelfareTerms(
        terms_of_trade=((sold_abroad * log_cost).sum(1) - (imports * log_cost[:, None, :]).sum((0, 2)))
        / scale,
        tariff_revenue=(revenue - paid_duty.sum((0, 2))) / scale,
        trade_cost=-way_net.sum((0, 2)) / scale,
        productivity=np.sum(np.zeros(model.size) + productivity, axis=1) / scale,
        labour=wage_bill * endowment / scale,
        deficit=received / scale,
        total=np.log(solution.real_income_hat),
    )


def domestic_share_terms(model: Model, shock: Shock, solution: Solution) -> DomesticShareTerms:
    """Real income split by sector into the share still bought at home and the shock's direct effects, exactly.

    log(P/w) of an economy's sectors solves (I - gamma') x = log(home share)/theta - log productivity + log home cost;
    sectors not made at home enter with their imported price instead.

    Raises InputError for a solution that is not of this model and shock.
    """
    check_belongs(model, shock, solution)
    n, s = model.size
    own = np.arange(n)
    old_home, new_home = model.import_share[own, own], solution.import_share[own, own]
    made = (old_home > 0) & (new_home > 0)
    share = np.log(np.where(made, new_home, 1.0) / np.where(made, old_home, 1.0)) / new_theta(model, shock)
    log_kappa = np.zeros((n, s))
    if shock.trade_cost_hat is not None:
        log_kappa = log_kappa + np.log(shock.trade_cost_hat[own, own])
    duty = tariff_cost_hat(model, shock)
    if duty is not None:
        log_kappa = log_kappa + np.log(duty[own, own])
    log_productivity = np.zeros((n, s)) if shock.productivity_hat is None else np.log(shock.productivity_hat)
    price = np.log(solution.price_hat) - np.log(solution.wage_hat)[:, None]
    # Where a sector is not made at home its row is the price itself, and inputs do not pass through it.
    loops = np.eye(s) - np.where(made[:, :, None], model.input_share.transpose(0, 2, 1), 0.0)
    reach = np.linalg.solve(loops.transpose(0, 2, 1), model.final_share[:, :, None])[:, :, 0]

    labour_income = endowed_income(model, shock) * solution.wage_hat
    revenue = (new_tariff(model, shock) * solution.trade).sum((0, 2))
    old_revenue = model.income - model.labour_income - model.deficit
    deficit = solution.income - labour_income - revenue
    scale = log_mean(solution.income / labour_income, model.income / model.labour_income)
    return DomesticShareTerms(
        domestic_share=np.where(made, -reach * share, 0.0),
        productivity=np.where(made, reach * log_productivity, 0.0),
        home_cost=np.where(made, -reach * log_kappa, 0.0),
        imported_price=np.where(made, 0.0, -reach * price),
        labour=np.log(labour_income / (model.labour_income * solution.wage_hat)),
        tariff_revenue=(revenue / labour_income - old_revenue / model.labour_income) / scale,
        deficit=(deficit / labour_income - model.deficit / model.labour_income) / scale,
        total=np.log(solution.real_income_hat),
    )
