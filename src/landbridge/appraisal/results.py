"""The results of an appraisal as one plain document, the content of results.json."""

from __future__ import annotations

from typing import Any

import numpy as np

from landbridge import __version__
from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.drawing import base_map, measure_geometry, swapped
from landbridge.appraisal.own_network import files_used, network_used, remarks_on_the_network
from landbridge.appraisal.wording import ATTRIBUTION, CHAINS, change_of, extras_of, remarks_of
from landbridge.measures import MeasureBase
from landbridge.network import Part, describe, find_routes, hours, usd_per_t
from landbridge.world.data import read_csv
from landbridge.world.network_tables import load_choice

SCHEMA = "results/0.1"
# The class whose door-to-door figures stand for container freight in the tables.
TABLE_CLASS = "manufactures"


def to_results(appraisal: Appraisal, *, rerun: str, quotations_checked: bool) -> dict[str, Any]:
    """Everything the report shows, as plain data with the keys of the results schema.

    rerun: the command that gives these results again. quotations_checked: whether the record was held against its text.
    """
    case = appraisal.case
    carried = _clauses_with_measures(appraisal)
    routes = _routes(appraisal)
    welfare = _welfare(appraisal)
    kinds: dict[str, set[str]] = {}
    for measure in case.measures:
        kinds.setdefault(measure.side, set()).add(measure.kind)
    return {
        "schema": SCHEMA,
        "landbridge": __version__,
        "case": case.name,
        "title": case.title,
        "baseline_date": case.baseline_date.isoformat(),
        "economy_year": appraisal.appraiser.base.year,
        "parties": list(case.parties),
        "neighbours": list(case.neighbours),
        "agreement": _agreement(appraisal, carried),
        "commitments": {
            "total": len(case.record.commitments),
            "with_measure": sum(bool(carried.get(c.id)) for c in case.record.commitments),
            "numbers_from_text": sum(measure.from_ == "text" for measure in case.measures),
        },
        "sides": [
            {
                "id": side.id,
                "label": side.label,
                "country": side.country,
                "alignment": side.alignment,
                "measures": [measure.id for measure in case.measures_of(side.id)],
            }
            for side in case.sides
        ],
        "measures": [_measure(appraisal, measure) for measure in case.measures],
        "welfare": welfare,
        "remarks": remarks_of(welfare, kinds, case.parties),
        "synergy": _synergy(appraisal),
        "shapley": [],
        "freight": _freight(appraisal),
        "routes": routes,
        "trade": _trade(appraisal),
        "map": base_map(appraisal.appraiser.network.network, _named_on_the_map(appraisal, routes)),
        "certificate": _certificate(appraisal),
        "network": network_used(appraisal),
        "provenance": [
            {
                "file": resource.file,
                "sha256": resource.sha256,
                "source": resource.source,
                "licence": resource.licence,
                "flags": list(resource.flags),
                "rows": resource.rows,
            }
            for resource in files_used(appraisal)
        ],
        "flags": _flags(appraisal),
        "left_out": list(case.left_out),
        "chains": CHAINS,
        "choice_elasticity": load_choice()["mode_cost_elasticity"],
        "attribution": ATTRIBUTION,
        "quotations_checked": quotations_checked,
        "how_to_rerun": rerun,
        "timings": appraisal.seconds,
    }


def _clauses_with_measures(appraisal: Appraisal) -> dict[str, list[str]]:
    """Measure ids by commitment: those that cite it, or the alignment it announces."""
    by_clause: dict[str, list[str]] = {}
    for measure in appraisal.case.measures:
        for clause in measure.cites:
            by_clause.setdefault(clause, []).append(measure.id)
    carried: dict[str, list[str]] = {}
    for commitment in appraisal.case.record.commitments:
        ids = by_clause.get(commitment.id, []) + by_clause.get(commitment.alignment or "", [])
        carried[commitment.id] = sorted(set(ids))
    return carried


def _agreement(appraisal: Appraisal, carried: dict[str, list[str]]) -> dict[str, Any]:
    record, about = appraisal.case.record, appraisal.case.document
    labels = {side.id: side.label for side in appraisal.case.sides}
    document = record.document

    def side(alignment: Any, letter: str) -> dict[str, Any] | None:
        found = alignment.side_a if letter == "a" else alignment.side_b
        if found is None:
            return None
        label = labels.get(f"{alignment.id}.{letter}", found.quote)
        return {"label": label, "quote": found.quote, "country": found.country}

    return {
        "title": about.title,
        "date": document.date.iso if document.date else appraisal.case.baseline_date.isoformat(),
        "place": document.place.quote if document.place else None,
        "genre": document.genre,
        "binding": document.binding,
        "source": {
            "title": about.title,
            "publisher": about.publisher or None,
            "url": about.url or None,
            "sha256": document.sha256,
        },
        "commitments": [
            {
                "id": commitment.id,
                "quote": commitment.quote,
                "promisors": list(commitment.promisors),
                "strength": commitment.strength,
                "areas": [
                    {"code": code, "label": record.area_labels.get(code, code)} for code in commitment.areas
                ],
                "alignment": commitment.alignment,
                "measures": carried[commitment.id],
            }
            for commitment in record.commitments
        ],
        "alignments": [
            {
                "id": alignment.id,
                "quote": alignment.quote,
                "side_a": side(alignment, "a"),
                "side_b": side(alignment, "b"),
                "commitment": alignment.commitment,
            }
            for alignment in record.alignments
        ],
        "instruments": [
            {"id": one.id, "quote": one.quote, "kind": one.kind, "action": one.action}
            for one in record.instruments
        ],
    }


def _where(measure: MeasureBase) -> str:
    """Where a measure acts, in words."""
    for key in ("crossing", "port", "terminal"):
        if getattr(measure, key, None):
            return str(getattr(measure, key))
    if getattr(measure, "places", ()):
        return " - ".join(measure.places)  # type: ignore[attr-defined]
    if getattr(measure, "pair", ()):
        return "all border crossings " + "-".join(measure.pair)  # type: ignore[attr-defined]
    if getattr(measure, "exporters", ()):
        return (
            f"{', '.join(measure.exporters)} to {', '.join(measure.importers)}: {', '.join(measure.sectors)}"  # type: ignore[attr-defined]
        )
    if getattr(measure, "country", ""):
        return f"{measure.country}: {', '.join(measure.sectors)}"  # type: ignore[attr-defined]
    return ", ".join(getattr(measure, "countries", ()))


def _measure(appraisal: Appraisal, measure: MeasureBase) -> dict[str, Any]:
    compiled = appraisal.appraiser.network.compiled.get(measure.id)
    capex = measure.capex
    return {
        "id": measure.id,
        "title": measure.title,
        "side": measure.side,
        "cites": list(measure.cites),
        "kind": measure.kind,  # type: ignore[attr-defined]
        "where": _where(measure),
        "change": change_of(measure),  # type: ignore[arg-type]
        "extra": extras_of(measure),  # type: ignore[arg-type]
        "value": measure.value.model_dump(),
        "from": measure.from_,
        "citation": measure.citation,
        "note": measure.note or None,
        "start": measure.start.isoformat(),
        "probability": measure.probability,
        "capex": None
        if capex is None
        else {"usd_million": capex.usd_million, "payers": dict(capex.payers), "citation": capex.citation},
        "geometry": measure_geometry(appraisal.appraiser.network.network, compiled),
    }


def _names(appraisal: Appraisal) -> dict[str, str]:
    return {row["iso3"]: row["name"] for row in read_csv("economies.csv")}


def _income(appraisal: Appraisal) -> np.ndarray:
    """Income (n,) of the baseline in million USD: value added and the transfers behind the deficits."""
    return np.asarray(appraisal.appraiser.base.final_demand.sum(1))


def _world_percent(appraisal: Appraisal, percent: np.ndarray) -> float:
    income = _income(appraisal)
    return float((percent * income).sum() / income.sum())


def _welfare(appraisal: Appraisal) -> list[dict[str, Any]]:
    economies = appraisal.appraiser.base.economies
    names, income = _names(appraisal), _income(appraisal)
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
                    "usd_million": float(percent[k] / 100.0 * income[k]),
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
                "percent": _world_percent(appraisal, percent),
                "usd_million": float((percent / 100.0 * income).sum()),
                "low": None if low is None else _world_percent(appraisal, low),
                "high": None if high is None else _world_percent(appraisal, high),
                "p_positive": None,
            }
        )
        return found

    result = rows(appraisal.everything.percent, "all", appraisal.low.percent, appraisal.high.percent)
    for side, outcome in appraisal.by_side.items():
        result += rows(outcome.percent, side, None, None)
    return result


def _synergy(appraisal: Appraisal) -> list[dict[str, Any]]:
    economies = appraisal.appraiser.base.economies
    shown = [*appraisal.case.parties, *appraisal.case.neighbours]
    result = []
    for one in appraisal.synergies:
        for iso3 in [*shown, "WLD"]:

            def at(percent: np.ndarray, iso3: str = iso3) -> float:
                return (
                    _world_percent(appraisal, percent)
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
                    "low": None,
                    "high": None,
                }
            )
    return result


def _freight(appraisal: Appraisal) -> list[dict[str, Any]]:
    appraiser = appraisal.appraiser
    everything = appraiser.settings_of_sides([side.id for side in appraisal.case.sides])
    before = appraiser.skims({}, with_parts=True)[TABLE_CLASS]
    after = appraiser.skims(everything, with_parts=True)[TABLE_CLASS]
    places = appraiser.network.network.atlas.gazetteer
    position = {appraiser.network.network.places[k].key: row for row, k in enumerate(appraiser.skimmer.zones)}
    rows = []
    for names in appraisal.case.city_pairs:
        a, b = (position[places.find(name, ("zone",)).key] for name in names)
        row: dict[str, Any] = {"from": names[0], "to": names[1], "class": TABLE_CLASS}
        for key, skim in (("baseline", before), ("with_all", after)):
            assert skim.parts is not None
            parts = skim.parts[a, b]
            shares = {chain: float(share[a, b]) for chain, share in skim.share.items()}
            row[key] = {
                "days": float(hours(parts)) / 24.0,
                "usd_per_t": float(usd_per_t(parts)),
                "kgco2e_per_t": float(parts[Part.CO2_KG]),
                "km": {
                    "rail": float(parts[Part.KM_RAIL]),
                    "road": float(parts[Part.KM_ROAD]),
                    "sea": float(parts[Part.KM_SEA]),
                },
                "chain": max(shares, key=lambda chain: shares[chain]),
                "shares": shares,
                "border_hours": float(parts[Part.BORDER_H] + parts[Part.GAUGE_H]),
            }
        rows.append(row)
    return rows


def _routes(appraisal: Appraisal) -> list[dict[str, Any]]:
    """The best route by the chain most goods take at the baseline, for every city pair, before and after."""
    appraiser = appraisal.appraiser
    everything = appraiser.settings_of_sides([side.id for side in appraisal.case.sides])
    cargo = next(one for one in appraiser.classes if one.name == TABLE_CLASS)
    places = appraiser.network.network.atlas.gazetteer
    position = {appraiser.network.network.places[k].key: row for row, k in enumerate(appraiser.skimmer.zones)}
    share = appraiser.baseline_skims[TABLE_CLASS].share
    rows = []
    for names in appraisal.case.city_pairs:
        a, b = (places.find(name, ("zone",)) for name in names)
        pair = position[a.key], position[b.key]
        chain = max(share, key=lambda name: float(share[name][pair]))
        for scenario, active in (("baseline", {}), ("with_all", everything)):
            state = appraiser.network.state_between(active, a.iso3, b.iso3)
            routes = find_routes(
                appraiser.network.network, a, b, cargo, state=state, touched=appraiser.network.touched
            )
            route = next((one for one in routes if one.chain == chain), routes[0])
            figures: dict[str, Any] = describe(route)
            rows.append(
                {
                    "from": names[0],
                    "to": names[1],
                    "class": TABLE_CLASS,
                    "scenario": scenario,
                    **{key: figures[key] for key in ("days", "usd_per_t", "kgco2e_per_t")},
                    "legs": [
                        {
                            "mode": leg["mode"],
                            "from": leg["from"],
                            "to": leg["to"],
                            "km": sum(leg["km"].values()),
                            "hours": sum(leg["hours"].values()),
                            "countries": leg["countries"],
                            "crossings": leg["crossings"],
                        }
                        for leg in figures["legs"]
                    ],
                    "line": swapped(np.concatenate([leg.line for leg in route.legs])),
                }
            )
    return rows


def _named_on_the_map(appraisal: Appraisal, routes: list[dict[str, Any]]) -> set[str]:
    """Names of the crossings and ports that a route passes or a measure changes; the others would crowd the map."""
    legs = [leg for route in routes for leg in route["legs"]]
    named = {name for leg in legs for name in (*leg["crossings"], leg["from"], leg["to"])}
    return named | {
        place.name for one in appraisal.appraiser.network.compiled.values() for place in one.points
    }


def _trade(appraisal: Appraisal) -> list[dict[str, Any]]:
    base = appraisal.appraiser.base
    before = base.trade.sum(2)
    after = appraisal.everything.solution.trade.sum(2)
    shown = [base.economies.index(iso3) for iso3 in (*appraisal.case.parties, *appraisal.case.neighbours)]
    parties = [base.economies.index(iso3) for iso3 in appraisal.case.parties]
    rows = []
    for i in shown:
        for j in shown:
            if i != j and (i in parties or j in parties) and before[i, j] > 0:
                rows.append(
                    {
                        "exporter": base.economies[i],
                        "importer": base.economies[j],
                        "baseline_musd": float(before[i, j]),
                        "change_musd": float(after[i, j] - before[i, j]),
                        "percent": float(100.0 * (after[i, j] / before[i, j] - 1.0)),
                    }
                )
    return sorted(rows, key=lambda row: -row["baseline_musd"])


def _certificate(appraisal: Appraisal) -> dict[str, Any]:
    certificates = [outcome.solution.certificate for outcome in appraisal.appraiser.outcomes.values()]
    return {
        "max_residual": max(one.max_residual for one in certificates),
        "walras": max(one.walras_gap for one in certificates),
        "homogeneity": max(one.homogeneity_gap for one in certificates),
        "coalitions": appraisal.coalitions,
        "failed": 0,
    }


def _flags(appraisal: Appraisal) -> list[str]:
    """What a reader must know of the data and values behind the figures."""
    case = appraisal.case
    assumed = sum(measure.from_ == "assumption" for measure in case.measures)
    flags = [
        f"{assumed} of {len(case.measures)} measures have assumed values; the others rest on the sources they cite.",
        "Ranges run from all measures at their low to all at their high values; they are no confidence intervals.",
    ]
    year = appraisal.appraiser.base.year
    if year != case.baseline_date.year:
        flags.insert(
            1,
            f"The agreement is of {case.baseline_date.year}, the economy of {year}: gains are in the trade and prices"
            " of that year.",
        )
    tariffs = appraisal.appraiser.tariffs
    if tariffs.applied.any():
        flags.append(
            f"Tariffs are averages by importer and group of goods, as of {case.baseline_date}; no measure changes them."
        )
    gated = [measure.id for measure in case.measures if measure.probability < 1.0]
    if gated:
        flags.append(
            f"The values of {', '.join(gated)} are multiplied by the probability that the measure happens."
        )
    flags += [f"{m.id}: {flag}" for m in case.measures for flag in m.flags]
    flags += remarks_on_the_network(appraisal)
    return flags + [
        f"{resource.title}: {flag}" for resource in files_used(appraisal) for flag in resource.flags
    ]
