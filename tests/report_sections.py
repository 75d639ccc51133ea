"""The sections that an appraisal may add to its results, with invented numbers: for the page, not for economics."""

from __future__ import annotations

from itertools import combinations
from typing import Any


def with_sections(results: dict[str, Any]) -> dict[str, Any]:
    """Results with every optional section added; the whole gains stay as they were, all parts are invented."""
    shown = [*results["parties"], *results["neighbours"], "WLD"]
    total = {row["iso3"]: row for row in results["welfare"] if row["measures"] == "all"}
    shown = [iso3 for iso3 in shown if iso3 in total]
    sides = [side["id"] for side in results["sides"]]
    measures = [measure["id"] for measure in results["measures"]]
    return {
        **results,
        "schema": "results/0.2",
        "ranges": "draws",
        "options": {
            "draws": 256,
            "seed": 7,
            "quick": False,
            "year": results["economy_year"],
            "without": [],
            "delay": {},
        },
        "welfare": [
            {**row, "low": 0.4 * row["percent"], "high": 1.9 * row["percent"], "p_positive": 0.93}
            if row["measures"] == "all"
            else row
            for row in results["welfare"]
        ],
        "synergy": [
            {**row, "low": -0.5 * row["synergy"], "high": 2.0 * row["synergy"]} for row in results["synergy"]
        ],
        "coalitions": _coalitions(sides, shown, total),
        "shapley": [
            {
                "side": side,
                "iso3": iso3,
                "percent": total[iso3]["percent"] / len(sides),
                "usd_million": total[iso3]["usd_million"] / len(sides),
                "standard_error": None,
            }
            for side in sides
            for iso3 in shown
        ],
        "dividends": [
            {"sides": list(pair), "iso3": iso3, "percent": 0.0011 * (k + 1), "usd_million": 2.5 * (k + 1)}
            for k, pair in enumerate(list(combinations(sides, 2))[:4])
            for iso3 in [*results["parties"], "WLD"]
        ],
        "interactions": [
            {
                "side_a": a,
                "side_b": b,
                "iso3": iso3,
                "alone": 0.002,
                "given_others": -0.001,
                "mean": 0.0007 * (k + 1),
            }
            for k, (a, b) in enumerate(list(combinations(sides, 2))[:6])
            for iso3 in results["parties"]
        ],
        "sharing": _sharing(sides, results["parties"]),
        "identities": {"dividends_gap": 2e-16, "shapley_gap": 1e-15, "attribution_gap": 3e-12},
        "attribution": _attribution(measures, results, shown, total),
        "credits": results.get("credits", results.get("attribution", [])),
        "finance": _finance(measures, results["parties"], total),
        "uncertainty": _uncertainty(measures, results["parties"], total),
        "co2": _co2(shown),
        "investment": _investment(measures),
        "sectors": [
            {
                "iso3": iso3,
                "sector": f"S{k:02d}",
                "label": f"Invented sector {k} of some length",
                "baseline_musd": 1000.0 * (k + 1),
                "percent": 0.02 * (k - 7),
            }
            for iso3 in results["parties"]
            for k in range(20)
        ],
        "resilience": {
            "shut": ["Alashankou"],
            "baseline_percent": [{"iso3": iso3, "percent": -0.02} for iso3 in shown],
            "with_all_percent": [{"iso3": iso3, "percent": -0.013} for iso3 in shown],
            "words": "The crossing is closed for a year.",
        },
        "flows": [
            {"mode": "rail", "line": [[76.9, 43.2], [82.6, 45.2]], "before_kt": 9000.0, "after_kt": 12500.0},
            {"mode": "road", "line": [[76.9, 43.2], [71.4, 51.1]], "before_kt": 800.0, "after_kt": 700.0},
        ],
        "borders": [
            {
                "name": one["name"],
                "mode": one["mode"] or "rail",
                "lon": one["lon"],
                "lat": one["lat"],
                "hours_before": 40.0 - k,
                "hours_after": 22.0 - k,
                "before_kt": 9000.0,
                "after_kt": 12500.0,
            }
            for k, one in enumerate(results["map"]["crossings"])
        ],
    }


def _coalitions(sides: list[str], shown: list[str], total: dict[str, Any]) -> dict[str, Any]:
    players = sides[:4] if len(sides) > 4 else sides
    rows = []
    for bits in range(2 ** len(players)):
        part = bits.bit_count() / len(players)
        rows.append([total[iso3]["percent"] * part**1.2 for iso3 in shown])
    return {"sides": players, "economies": shown, "percent": rows, "exact": True, "seconds_each": 0.1}


def _sharing(sides: list[str], parties: list[str]) -> dict[str, Any]:
    return {
        "players": "sides",
        "value": "the gain of the parties together, million USD a year",
        "total_musd": 100.0 * len(sides),
        "shapley": [{"side": side, "usd_million": 60.0 + 10.0 * k} for k, side in enumerate(sides)],
        "in_core": False,
        "largest_excess_musd": 4.2,
        "nucleolus": [{"side": side, "usd_million": 65.0 + 9.0 * k} for k, side in enumerate(sides)],
        "nucleolus_largest_excess_musd": -0.4,
        "core_empty": False,
        "transfers": {
            "parties": [{"iso3": iso3, "usd_million": 0.0} for iso3 in parties],
            "everyone": [
                {"iso3": parties[0], "usd_million": -2.2},
                {"iso3": parties[-1], "usd_million": 2.2},
            ],
            "words": "Whoever would lose is paid by whoever gains.",
        },
    }


def _attribution(
    measures: list[str], results: dict[str, Any], shown: list[str], total: dict[str, Any]
) -> dict[str, Any]:
    weight = [1.0 / (k + 1) for k in range(len(measures))]
    clauses = [one["id"] for one in results["agreement"]["commitments"] if one["measures"]]

    def split(iso3: str, part: float) -> dict[str, Any]:
        return {
            "iso3": iso3,
            "percent": total[iso3]["percent"] * part,
            "usd_million": total[iso3]["usd_million"] * part,
        }

    return {
        "method": "invented weights",
        "by_measure": [
            {"measure": measure, **split(iso3, w / sum(weight))}
            for measure, w in zip(measures, weight, strict=True)
            for iso3 in shown
        ],
        "by_clause": [
            {"clause": clause, **split(iso3, 1 / len(clauses))} for clause in clauses for iso3 in shown
        ],
        "by_channel": [
            {"channel": channel, **split(iso3, part)}
            for channel, part in (
                ("network_time", 0.5),
                ("network_money", 0.2),
                ("ntm", 0.4),
                ("invented", -0.1),
            )
            for iso3 in shown
        ],
        "channels": {"invented": "an invented channel"},
        "gap": 3e-12,
    }


def _finance(measures: list[str], parties: list[str], total: dict[str, Any]) -> dict[str, Any]:
    def balance(gain: float, cost: float) -> dict[str, Any]:
        return {
            "gain_musd": gain,
            "annual_cost_musd": cost,
            "net_musd": gain - cost,
            "net_percent": 0.01,
            "npv_musd": 12 * (gain - cost),
            "benefit_cost_ratio": gain / cost,
            "cost_unknown": measures[1:],
            "low": None,
            "high": None,
        }

    gains = {iso3: total[iso3]["usd_million"] for iso3 in parties}
    return {
        "assumptions": {
            "discount_rate": 0.05,
            "default_life_years": 30,
            "years": 30,
            "citations": ["An invented handbook"],
        },
        "by_measure": [
            {
                "measure": measure,
                "capex_musd": 120.0 if k == 0 else None,
                "opex_musd": None,
                "life_years": 30.0 if k == 0 else None,
                "annual_cost_musd": 10.8 if k == 0 else None,
                "payers": {parties[0]: 0.25, parties[-1]: 0.75} if k == 0 else {},
                "known": k == 0,
                "citation": "An invented report" if k == 0 else None,
            }
            for k, measure in enumerate(measures)
        ],
        "by_country": [{"iso3": iso3, **balance(gains[iso3], 5.4)} for iso3 in parties],
        "total": balance(sum(gains.values()), 10.8),
        "fiscal": [{"iso3": parties[0], "year": 2018 + k, "musd": -20.0 + 8 * k} for k in range(4)],
        "cost_unknown": measures[1:],
        "running_cost_unknown": measures[:1],
    }


def _uncertainty(measures: list[str], parties: list[str], total: dict[str, Any]) -> dict[str, Any]:
    inputs = [f"value.{measure}" for measure in measures[:6]] + ["theta", "time_value"]
    headlines = [f"gain.{iso3}" for iso3 in parties]
    return {
        "draws": 256,
        "seed": 7,
        "level": 0.9,
        "inputs": [
            {
                "id": name,
                "words": f"Invented input {name}",
                "unit": "h",
                "low": 1.0,
                "mid": 2.0,
                "high": 4.0,
                "distribution": "triangular",
                "source": "https://example.org/input",
                "flag": None,
            }
            for name in inputs
        ],
        "headlines": [
            {
                "id": f"gain.{iso3}",
                "iso3": iso3,
                "what": f"Real income of {iso3}",
                "unit": "percent",
                "central": total[iso3]["percent"],
                "mean": 1.1 * total[iso3]["percent"],
                "low": 0.4 * total[iso3]["percent"],
                "high": 1.9 * total[iso3]["percent"],
                "p_positive": 0.93,
            }
            for iso3 in parties
        ],
        "indices": [
            {
                "headline": headline,
                "input": name,
                "first": 0.4 / (k + 1),
                "first_error": 0.02,
                "total": 0.5 / (k + 1),
                "total_error": 0.03,
            }
            for headline in headlines
            for k, name in enumerate(inputs)
        ],
        "tornado": [
            {
                "headline": f"gain.{iso3}",
                "input": name,
                "at_low": total[iso3]["percent"] * (1 - 0.5 / (k + 1)),
                "at_high": total[iso3]["percent"] * (1 + 0.8 / (k + 1)),
            }
            for iso3 in parties
            for k, name in enumerate(inputs)
        ],
        "rejected": 1,
        "network_error": "an invented figure of 0.1 %",
        "accuracy": {},
    }


def _co2(shown: list[str]) -> dict[str, Any]:
    return {
        "unit": "kt CO2e a year",
        "by_mode": [
            {"mode": "rail", "baseline": 1200.0, "with_all": 1350.0, "change": 150.0},
            {"mode": "road", "baseline": 5400.0, "with_all": 5190.0, "change": -210.0},
        ],
        "by_country": [{"iso3": iso3, "baseline": 300.0, "change": -1.5} for iso3 in shown],
        "split": {"route_and_mode": -110.0, "trade": 50.0, "total": -60.0},
        "carbon_price": {"usd_per_t": 50.0, "change_musd": 3.0},
        "words": "Invented emissions.",
    }


def _investment(measures: list[str]) -> list[dict[str, Any]]:
    steps, cost, gain = [], 0.0, 0.0
    for k, measure in enumerate(measures[:5]):
        cost, gain = cost + 10.0 * (k + 1), gain + 40.0 / (k + 1)
        steps.append(
            {
                "measure": measure,
                "cost_musd": 10.0 * (k + 1),
                "gain_musd": 40.0 / (k + 1),
                "cumulative_cost_musd": cost,
                "cumulative_gain_musd": gain,
            }
        )
    frontier = [
        {
            "budget_musd": step["cumulative_cost_musd"],
            "gain_musd": step["cumulative_gain_musd"],
            "bound_musd": 1.1 * step["cumulative_gain_musd"],
            "measures": [one["measure"] for one in steps[: k + 1]],
        }
        for k, step in enumerate(steps)
    ]
    return [{"for": "joint", "exact": False, "order": steps, "frontier": frontier}]
