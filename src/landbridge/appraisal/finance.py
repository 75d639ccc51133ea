"""What measures cost, year by year and payer by payer, and what their gains are worth beside it.

Years are whole; a year's money is counted at its end. A measure's first year is the first in which it is in place on
the first of July. All money is real: nothing grows by itself, neither trade nor costs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from landbridge.measures import Cost, MeasureBase, Setting
from landbridge.world.data import read_csv


@dataclass(frozen=True)
class Assumptions:
    """Real discount rate (fraction a year) and, where a measure does not say, its life and construction in years.

    years: of the appraisal, from the year of the agreement on. sources: parameter -> where the shipped value is from.
    """

    discount_rate: float
    life_years: float
    construction_years: int
    years: int
    sources: Mapping[str, str]


@cache
def load_assumptions() -> Assumptions:
    """The shipped assumptions of finance.csv."""
    rows = {row["parameter"]: row for row in read_csv("finance.csv")}
    return Assumptions(
        discount_rate=float(rows["discount_rate"]["value"]) / 100.0,
        life_years=float(rows["life_years"]["value"]),
        construction_years=int(rows["construction_years"]["value"]),
        years=int(rows["appraisal_years"]["value"]),
        sources={name: row["source"] for name, row in rows.items()},
    )


def capital_recovery_factor(rate: float, years: float) -> float:
    """The yearly payment, at the end of each year, that repays one unit over some years: r / (1 - (1 + r)^-n).

    One over the years where the rate is zero.
    """
    return 1.0 / years if rate == 0 else float(rate / -np.expm1(-years * np.log1p(rate)))


def present_value(amounts: Sequence[float] | np.ndarray, rate: float) -> np.ndarray:
    """Present value (...) of yearly amounts (years, ...) at the start of the first year."""
    flows = np.asarray(amounts, float)
    factor = (1.0 + rate) ** -np.arange(1, len(flows) + 1)
    return np.tensordot(factor, flows, axes=1)


@dataclass(frozen=True)
class CostLine:
    """What is known of the cost of one measure, in million USD, times the probability that it happens.

    capex: once, None where none is known; opex: a year, None where none is known. At least one of them is known.
    payers, opex_payers: shares by ISO3. first_year: of its use. rate: real discount rate.
    """

    measure: str
    capex: float | None
    opex: float | None
    payers: Mapping[str, float]
    opex_payers: Mapping[str, float]
    life_years: float
    construction_years: int
    first_year: int
    rate: float

    @property
    def end(self) -> float:
        """The year in which the works have served their time."""
        return self.first_year + self.life_years

    @property
    def at_opening(self) -> float:
        """Capital with the interest of its construction: spent evenly over the years before the first of use."""
        interest = (1.0 + self.rate) ** np.arange(self.construction_years)
        return (self.capex or 0.0) * float(interest.mean())

    def annual_cost(self) -> dict[str, float]:
        """Million USD a year by payer while in use: the annuity of the capital, and what it costs to run."""
        annuity = self.at_opening * capital_recovery_factor(self.rate, self.life_years)
        return _added(_shared(annuity, self.payers), _shared(self.opex or 0.0, self.opex_payers))

    def annuities(self, years: Sequence[int]) -> dict[str, np.ndarray]:
        """Annual costs (years,) by payer in the years of use; over a whole life worth as much as the cash."""
        used = np.array([self.first_year <= year < self.end for year in years])
        return {payer: used * amount for payer, amount in self.annual_cost().items()}

    def cash(self, years: Sequence[int]) -> dict[str, np.ndarray]:
        """Money needed (years,) by payer: capital while it is built, running costs while it is used."""
        found: dict[str, np.ndarray] = {}
        building = np.array([self.first_year - self.construction_years <= y < self.first_year for y in years])
        using = np.array([self.first_year <= y < self.end for y in years])
        for amount, share, when in (
            ((self.capex or 0.0) / self.construction_years, self.payers, building),
            (self.opex or 0.0, self.opex_payers, using),
        ):
            for payer, part in share.items():
                found[payer] = found.get(payer, np.zeros(len(years))) + when * (amount * part)
        return found


def _shared(amount: float, shares: Mapping[str, float]) -> dict[str, float]:
    return {payer: amount * share for payer, share in shares.items()}


def _added(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    return {payer: first.get(payer, 0.0) + second.get(payer, 0.0) for payer in {**first, **second}}


def cost_line(measure: MeasureBase, assumptions: Assumptions, agreed: int) -> CostLine | None:
    """The cost of a measure; None where nothing is known of it, which is not the same as nothing.

    agreed: the year of the agreement. Capital is spent from then on at the earliest, unless the measure says otherwise.
    """
    if measure.capex is None and measure.opex is None:
        return None

    def expected(cost: Cost | None) -> float | None:
        return None if cost is None else measure.probability * cost.usd_million

    capex, first = measure.capex, first_year(measure)
    usual = max(1, min(assumptions.construction_years, first - agreed))
    return CostLine(
        measure.id,
        expected(capex),
        expected(measure.opex),
        {} if capex is None else capex.payers,
        {} if measure.opex is None else measure.opex.payers,
        (capex and capex.life_years) or assumptions.life_years,
        (capex and capex.construction_years) or usual,
        first,
        assumptions.discount_rate,
    )


def first_year(measure: MeasureBase) -> int:
    """The first year in which a measure is in place on the first of July."""
    return measure.start.year + (measure.start > dt.date(measure.start.year, 7, 1))


def settings_in_year(
    measures: Iterable[MeasureBase], year: int, ends: Mapping[str, float] | None = None
) -> dict[str, Setting]:
    """The scenario of what is in place in a year: weights are what has been reached, times the probability.

    ends: measure id -> the year in which its works have served their time.
    """
    weights = {one.id: one.probability * one.reached(year) for one in measures}
    over = {name for name, end in (ends or {}).items() if year >= end}
    return {name: Setting(0.0, weight) for name, weight in weights.items() if weight and name not in over}


def gains_by_year(
    measures: Sequence[MeasureBase],
    years: Sequence[int],
    gain: Callable[[Mapping[str, Setting]], np.ndarray],
    ends: Mapping[str, float] | None = None,
) -> np.ndarray:
    """Gains (years, n) in million USD of what is in place in each year. gain: scenario -> (n,).

    Years with the same measures in place to the same degree are valued once. ends: as in settings_in_year.
    """
    known: dict[frozenset[tuple[str, Setting]], np.ndarray] = {}
    found = []
    for year in years:
        settings = settings_in_year(measures, year, ends)
        key = frozenset(settings.items())
        if key not in known:
            known[key] = gain(settings)
        found.append(known[key])
    return np.array(found)
