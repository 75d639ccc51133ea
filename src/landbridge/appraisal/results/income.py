"""Real income: who gains, with everything, with a side alone, and together or apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.results.uncertainty import draws_of_headlines
from landbridge.world.data import read_csv


def names_of_economies() -> dict[str, str]:
    return {row["iso3"]: row["name"] for row in read_csv("economies.csv")}


def income(appraisal: Appraisal) -> np.ndarray:
    """Income (n,) of the baseline in million USD: value added and the transfers behind the deficits."""
    return np.asarray(appraisal.appraiser.base.final_demand.sum(1))


def world_percent(appraisal: Appraisal, percent: np.ndarray) -> float:
    base_income = income(appraisal)
    return float((percent * base_income).sum() / base_income.sum())


def welfare(appraisal: Appraisal) -> list[dict[str, Any]]:
    economies = appraisal.appraiser.base.economies
    names, base_income = names_of_economies(), income(appraisal)
    case = appraisal.case

    def rows(
        percent: np.ndarray, measures: str, low: np.ndarray | None, high: np.ndarray | None
    ) -> list[dict[str, Any]]:
        found = []
        for k, iso3 in enumerate(economies):
            group = "party" if iso3 in case.parties else "neighbour" if iso3 in case.neighbours else "other"
            found.append(
                {
                    "iso3": iso3,
                    "name": names[iso3],
                    "group": group,
                    "measures": measures,
                    "percent": float(percent[k]),
                    "usd_million": float(percent[k] / 100.0 * base_income[k]),
                    "low": None if low is None else float(low[k]),
                    "high": None if high is None else float(high[k]),
                    "p_positive": None,
                }
            )
        found.append(
            {
                "iso3": "WLD",
                "name": "World",
                "group": "world",
                "measures": measures,
                "percent": world_percent(appraisal, percent),
                "usd_million": float((percent / 100.0 * base_income).sum()),
                "low": None if low is None else world_percent(appraisal, low),
                "high": None if high is None else world_percent(appraisal, high),
                "p_positive": None,
            }
        )
        return found

    result = rows(appraisal.everything.percent, "all", appraisal.low.percent, appraisal.high.percent)
    drawn = draws_of_headlines(appraisal)
    for row in result if drawn else ():
        headline = drawn.get(f"welfare.{row['iso3']}")
        interval = None if headline is None else headline.interval
        row["low"], row["high"], row["p_positive"] = (
            (None, None, None) if interval is None else (interval.low, interval.high, interval.p_positive)
        )
    for side, percent in appraisal.by_side.items():
        result += rows(percent, side, None, None)
    return result


def synergy(appraisal: Appraisal) -> list[dict[str, Any]]:
    economies = appraisal.appraiser.base.economies
    shown = [*appraisal.case.parties, *appraisal.case.neighbours]
    drawn = draws_of_headlines(appraisal)
    result = []
    for one in appraisal.synergies:
        for iso3 in [*shown, "WLD"]:
            headline = drawn.get(f"synergy.{one.alignment}.{iso3}")
            interval = None if headline is None else headline.interval

            def at(percent: np.ndarray, iso3: str = iso3) -> float:
                return (
                    world_percent(appraisal, percent)
                    if iso3 == "WLD"
                    else float(percent[economies.index(iso3)])
                )

            result.append(
                {
                    "alignment": one.alignment,
                    "iso3": iso3,
                    "together": at(one.together),
                    "side_a": at(one.side_a),
                    "side_b": at(one.side_b),
                    "synergy": at(one.synergy),
                    "synergy_given_others": at(one.given_others),
                    "low": None if interval is None else interval.low,
                    "high": None if interval is None else interval.high,
                    "p_positive": None if interval is None else interval.p_positive,
                }
            )
    return result
