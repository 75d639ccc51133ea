"""What the measures cost, who pays, and what is left of the gains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from landbridge.appraisal.finance import (
    Assumptions,
    CostLine,
    cost_line,
    gains_by_year,
    load_assumptions,
    present_value,
)
from landbridge.appraisal.results.income import income
from landbridge.measures import Measure, Setting, settings_of
from landbridge.measures.schema import Level

if TYPE_CHECKING:
    from landbridge.appraisal.appraise import Appraisal

_LEVELS: tuple[Level, ...] = ("low", "mid", "high")

WORDS = (
    "Annual cost is the annuity of the capital at the discount rate over the life of the works, with the interest"
    " of their construction, and what they cost to run. Gains are those of the whole package in full; net is gain"
    " less the annual cost that is known. Present values and the benefit-cost ratio compare like with like: the"
    " gain that the measures of known cost add to all others, year by year as they come into place, beside their"
    " own costs by annuity over the same years. A country's ratio sets its gain from the works of all payers"
    " against what it pays itself. Trade does not grow by itself, and money is real; costs are taken in the prices"
    " of their sources. What a measure leaves out of its effects, such as capacity, passengers and safety, is out"
    " of the ratio too; so are loans, taxes that pay for the works, tolls, and what works are worth after the last"
    " year."
)


def cost_lines(appraisal: Appraisal) -> dict[str, CostLine]:
    """The measures whose cost is known, by id."""
    agreed, assumptions = appraisal.case.baseline_date.year, load_assumptions()
    found = {one.id: cost_line(one, assumptions, agreed) for one in appraisal.case.measures}
    return {name: line for name, line in found.items() if line is not None}


def gain_of(appraisal: Appraisal, settings: Mapping[str, Setting]) -> np.ndarray:
    """Change (n,) of real income in million USD in a scenario."""
    return appraisal.appraiser.percent(settings) / 100.0 * income(appraisal)


def finance(appraisal: Appraisal) -> dict[str, Any]:
    """The section `finance` of the results."""
    case, assumptions, lines = appraisal.case, load_assumptions(), cost_lines(appraisal)
    economies = appraisal.appraiser.base.economies
    unknown = [one.id for one in case.measures if one.id not in lines]
    years = range(case.baseline_date.year, case.baseline_date.year + assumptions.years)
    payers = sorted({payer for line in lines.values() for payer in line.annual_cost()})
    shown = list(dict.fromkeys([*case.parties, *case.neighbours, *(p for p in payers if p in economies)]))
    full = {level: gain_of(appraisal, settings_of(case.measures, level, case.in_year)) for level in _LEVELS}
    present = _present_gains(appraisal, lines, years, assumptions.discount_rate)
    annual: dict[str, float] = {}
    discounted: dict[str, float] = {}
    for line in lines.values():
        for payer, amount in line.annual_cost().items():
            annual[payer] = annual.get(payer, 0.0) + amount
        for payer, amounts in line.annuities(years).items():
            value = float(present_value(amounts, assumptions.discount_rate))
            discounted[payer] = discounted.get(payer, 0.0) + value

    def row(iso3: str) -> dict[str, Any]:
        everyone = iso3 == "WLD"

        def at(amounts: np.ndarray) -> float:
            return float(amounts.sum() if everyone else amounts[economies.index(iso3)])

        cost = sum(annual.values()) if everyone else annual.get(iso3, 0.0)
        cost_now = sum(discounted.values()) if everyone else discounted.get(iso3, 0.0)
        net = at(full["mid"]) - cost
        return {
            "iso3": iso3,
            "gain_musd": at(full["mid"]),
            "annual_cost_musd": cost,
            "net_musd": net,
            "net_percent": 100.0 * net / at(income(appraisal)),
            "low": at(full["low"]) - cost,
            "high": at(full["high"]) - cost,
            "gain_of_costed_musd": at(present.in_full),
            "present_gain_musd": at(present.value) if lines else None,
            "present_cost_musd": cost_now if lines else None,
            "npv_musd": at(present.value) - cost_now if lines else None,
            "benefit_cost_ratio": at(present.value) / cost_now if cost_now > 0 else None,
            "cost_unknown": unknown,
        }

    return {
        "assumptions": _assumptions(assumptions, case.measures, lines, years),
        "by_measure": [_measure_row(one, lines.get(one.id)) for one in case.measures],
        "by_country": [row(iso3) for iso3 in shown],
        "total": row("WLD"),
        "fiscal": _fiscal(lines, years),
        "cost_unknown": unknown,
        "words": WORDS,
    }


@dataclass(frozen=True)
class _Present:
    """Gains (n,) in million USD that the measures of known cost add to all others: a year in full, present worth."""

    in_full: np.ndarray
    value: np.ndarray


def _present_gains(
    appraisal: Appraisal, lines: Mapping[str, CostLine], years: range, rate: float
) -> _Present:
    case = appraisal.case
    others = [one for one in case.measures if one.id not in lines]
    if not lines:
        nothing = np.zeros(len(appraisal.appraiser.base.economies))
        return _Present(nothing, nothing)

    def gain(settings: Mapping[str, Setting]) -> np.ndarray:
        return gain_of(appraisal, settings)

    in_full = gain(settings_of(case.measures, "mid", case.in_year)) - gain(
        settings_of(others, "mid", case.in_year)
    )
    ends = {name: line.end for name, line in lines.items()}
    by_year = gains_by_year(case.measures, years, gain, ends) - gains_by_year(others, years, gain)
    return _Present(in_full, present_value(by_year, rate))


def _assumptions(
    assumptions: Assumptions, measures: tuple[Measure, ...], lines: Mapping[str, CostLine], years: range
) -> dict[str, Any]:
    assumed = [one.id for one in measures if one.id in lines and not (one.capex and one.capex.life_years)]
    timed = [one for one in measures if one.stages or one.ramp_years is not None]
    return {
        "discount_rate": assumptions.discount_rate,
        "default_life_years": assumptions.life_years,
        "default_construction_years": assumptions.construction_years,
        "years": len(years),
        "from_year": years[0],
        "ramp_up": "stages and ramps of " + ", ".join(one.id for one in timed)
        if timed
        else "each measure in full from its start",
        "life_assumed": assumed,
        "citations": [f"{name}: {source}" for name, source in assumptions.sources.items()],
        "flag": "assumption",
    }


def _measure_row(measure: Measure, line: CostLine | None) -> dict[str, Any]:
    costs = [cost for cost in (measure.capex, measure.opex) if cost is not None]
    annual = {} if line is None else line.annual_cost()
    total = sum(annual.values())
    return {
        "measure": measure.id,
        "title": measure.title,
        "capex_musd": measure.capex.usd_million if measure.capex else None,
        "opex_musd": measure.opex.usd_million if measure.opex else None,
        "life_years": None if line is None else line.life_years,
        "construction_years": None if line is None else line.construction_years,
        "first_year": None if line is None else line.first_year,
        "annual_cost_musd": None if line is None else total,
        "payers": {payer: amount / total for payer, amount in sorted(annual.items())} if total else {},
        "known": line is not None,
        "citation": "; ".join(cost.citation for cost in costs) or None,
    }


def _fiscal(lines: Mapping[str, CostLine], years: range) -> list[dict[str, Any]]:
    """Money needed by payer and year, from the first year of building on."""
    if not lines:
        return []
    first = min(min(line.first_year - line.construction_years for line in lines.values()), years[0])
    span = range(first, years[-1] + 1)
    need: dict[str, np.ndarray] = {}
    for line in lines.values():
        for payer, amounts in line.cash(span).items():
            need[payer] = need.get(payer, np.zeros(len(span))) + amounts
    return [
        {"iso3": payer, "year": year, "musd": float(amount)}
        for payer in sorted(need)
        for year, amount in zip(span, need[payer], strict=True)
        if amount
    ]
