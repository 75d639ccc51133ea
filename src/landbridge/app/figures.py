"""What the page shows of a case and of a scenario, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from landbridge.app.scenario import limits
from landbridge.appraisal.drawing import base_map
from landbridge.appraisal.quick import Response
from landbridge.appraisal.results.flows import flow_lines, yearly_flows
from landbridge.appraisal.results.measured import measure_row
from landbridge.appraisal.scenario import Appraiser, Outcome
from landbridge.appraisal.shown import TABLE_CLASS
from landbridge.measures import Case, Setting
from landbridge.network import ClassSkim, Part, hours, usd_per_t
from landbridge.network.closures import closable
from landbridge.world.data import read_csv
from landbridge.world.economy_base import load_economy_base

WORLD = "WLD"
# Lines with less than this share of the busiest line's freight are not sent: the answer stays small.
LEAST_FLOW = 0.03


def about(case: Case) -> dict[str, Any]:
    """What can be said of a case before its network is ready."""
    base = load_economy_base(case.economy_year)
    names = {row["iso3"]: row["name"] for row in read_csv("economies.csv")}
    income = base.final_demand.sum(1)
    record = case.record
    measured = {clause for one in case.measures for clause in one.cites}
    bounds = {one.id: limits(one) for one in case.measures}
    return {
        "name": case.name,
        "title": case.title,
        "document": {"title": case.document.title, "url": case.document.url},
        "baseline_date": case.baseline_date.isoformat(),
        "economy_year": case.economy_year,
        "parties": list(case.parties),
        "neighbours": list(case.neighbours),
        "economies": [
            *({"iso3": code, "name": names[code]} for code in base.economies),
            {"iso3": WORLD, "name": "World"},
        ],
        "income": [*(float(x) for x in income), float(income.sum())],
        "sides": [side.model_dump(mode="json") for side in case.sides],
        "measures": [
            {
                "id": one.id,
                "title": one.title,
                "side": one.side,
                "cites": list(one.cites),
                "kind": one.kind,
                "value": one.value.model_dump(),
                "least": bounds[one.id][0],
                "most": bounds[one.id][1],
                "from": one.from_,
                "citation": one.citation,
                "note": one.note,
                "start": one.start.isoformat(),
                "probability": one.probability,
            }
            for one in case.measures
        ],
        "clauses": [
            {
                "id": one.id,
                "quote": one.quote,
                "measured": one.id in measured or (one.alignment or "") in measured,
            }
            for one in record.commitments
        ],
        "city_pairs": [list(pair) for pair in case.city_pairs],
        "left_out": list(case.left_out),
    }


def drawn(appraiser: Appraiser) -> dict[str, Any]:
    """What the map of a case shows: railways, crossings and ports, and where each measure acts and how, in words."""
    shim = SimpleNamespace(appraiser=appraiser)
    rows = [measure_row(shim, one) for one in appraiser.case.measures]  # type: ignore[arg-type]
    named = {place.name for one in appraiser.network.compiled.values() for place in one.points}
    ground = base_map(appraiser.network.network, named)
    return {
        "measures": {
            row["id"]: {key: row[key] for key in ("geometry", "change", "where", "extra")} for row in rows
        },
        "rail": ground["rail"],
        "crossings": ground["crossings"],
        "ports": ground["ports"],
        "closable": closable(appraiser.network.network),
    }


def with_income(appraiser: Appraiser) -> np.ndarray:
    """Baseline income (n + 1,) in million USD, the world's last."""
    income = appraiser.base.final_demand.sum(1)
    return np.append(income, income.sum())


def with_world(percent: np.ndarray, income: np.ndarray) -> np.ndarray:
    """Changes in per cent (n,) and that of the world after them (n + 1,); income: (n + 1,), the world's last."""
    return np.append(percent, (percent * income[:-1]).sum() / income[-1])


def estimate(response: Response, amounts: np.ndarray, income: np.ndarray) -> dict[str, Any]:
    """The figures of a scenario by a response, each with the largest gap that the response had in its trials."""
    percent = with_world(response.figures(amounts), income)
    return {"kind": "estimate", "percent": _rounded(percent), **stated_error(response, income)}


def stated_error(response: Response, income: np.ndarray) -> dict[str, Any]:
    """How far the response was from exact figures in its trials, per cent of income, by economy and for the world."""
    world = response.gap @ income[:-1] / income[-1]
    return {
        "error": _rounded(np.append(response.largest_gap, np.abs(world).max())),
        "typical_error": _rounded(np.append(response.typical_gap, np.sqrt((world**2).mean()))),
        "trials": len(response.gap),
    }


def exact(outcome: Outcome, income: np.ndarray) -> dict[str, Any]:
    """The figures of a solved scenario, with the certificate of its equilibrium."""
    certificate = outcome.solution.certificate
    return {
        "kind": "exact",
        "percent": with_world(outcome.percent, income).tolist(),
        "certificate": {
            "max_residual": certificate.max_residual,
            "walras": certificate.walras_gap,
            "iterations": certificate.iterations,
        },
    }


def freight(appraiser: Appraiser, skims: Mapping[str, ClassSkim]) -> list[dict[str, Any]]:
    """Door-to-door figures of the case's city pairs, before and by the skims, with parts, of a scenario."""
    before = appraiser.baseline_skims[TABLE_CLASS]
    after = skims[TABLE_CLASS]
    network = appraiser.network.network
    places = network.atlas.gazetteer
    position = {network.places[k].key: row for row, k in enumerate(appraiser.skimmer.zones)}
    rows = []
    for names in appraiser.case.city_pairs:
        a, b = (position[places.find(name, ("zone",)).key] for name in names)
        row: dict[str, Any] = {"from": names[0], "to": names[1], "class": TABLE_CLASS}
        for key, skim in (("baseline", before), ("scenario", after)):
            assert skim.parts is not None
            parts = skim.parts[a, b]
            row[key] = {
                "days": float(hours(parts)) / 24.0,
                "usd_per_t": float(usd_per_t(parts)),
                "kgco2e_per_t": float(parts[Part.CO2_KG]),
                "border_hours": float(parts[Part.BORDER_H] + parts[Part.GAUGE_H]),
            }
        rows.append(row)
    return rows


def flows(appraiser: Appraiser, settings: Mapping[str, Setting], outcome: Outcome) -> list[dict[str, Any]]:
    """Freight on the busier lines, before and in a scenario without closures; thousand tonnes a year."""
    kt = yearly_flows(appraiser, appraiser.case.parties, settings, outcome.solution)
    return flow_lines(appraiser.network.network, kt, LEAST_FLOW)


def trade(appraiser: Appraiser, outcome: Outcome) -> list[dict[str, Any]]:
    """Exports of the parties to each other and to their neighbours, and imports from them, before and after."""
    base, case = appraiser.base, appraiser.case
    before, after = base.trade.sum(2), outcome.solution.trade.sum(2)
    rows = []
    shown = (*case.parties, *case.neighbours)
    for seller in shown:
        for buyer in shown:
            i, j = base.economies.index(seller), base.economies.index(buyer)
            if i != j and {seller, buyer} & set(case.parties) and before[i, j] > 0:
                change = float(after[i, j] - before[i, j])
                rows.append(
                    {
                        "exporter": seller,
                        "importer": buyer,
                        "baseline_musd": float(before[i, j]),
                        "change_musd": change,
                        "percent": 100.0 * change / float(before[i, j]),
                    }
                )
    return sorted(rows, key=lambda row: -abs(row["change_musd"]))


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{x:.6g}") for x in values]


def by_side(
    response: Response, case: Case, amounts: np.ndarray, income: np.ndarray
) -> dict[str, dict[str, float]]:
    """What would be lost if a side that is in place were left out, per cent of income of the parties and the world."""
    economies = load_economy_base(case.economy_year).economies
    rows = {code: economies.index(code) for code in case.parties} | {WORLD: len(economies)}
    whole = with_world(response.figures(amounts), income)
    found = {}
    for side in case.sides:
        mine = np.array([one.side == side.id for one in case.measures])
        if not np.isfinite(amounts[mine]).any():
            continue
        without = with_world(response.figures(np.where(mine, np.nan, amounts)), income)
        found[side.id] = {code: float(f"{whole[k] - without[k]:.6g}") for code, k in rows.items()}
    return found
