"""A small set of results made by hand: two parties, three commitments, two measures, one alignment."""

from __future__ import annotations

from typing import Any


def results() -> dict[str, Any]:
    """Fresh results on every call, so that a test may change them."""
    return {
        "schema": "results/0.1",
        "landbridge": "0.1.0",
        "case": "hand-made",
        "title": "A hand-made agreement",
        "baseline_date": "2017-06-08",
        "economy_year": 2022,
        "parties": ["CHN", "KAZ"],
        "neighbours": ["UZB"],
        "agreement": _agreement(),
        "commitments": {"total": 3, "with_measure": 2, "numbers_from_text": 0},
        "sides": [
            {"id": "A02.a", "label": "Belt", "country": "CHN", "alignment": "A02", "measures": ["M01"]},
            {"id": "A02.b", "label": "Road", "country": "KAZ", "alignment": "A02", "measures": ["M02"]},
        ],
        "measures": [
            _measure("M01", "A02.a", ["C01", "A02"], "border_time", [[[82.6, 45.2]]]),
            _measure("M02", "A02.b", ["C02"], "link", [[[76.9, 43.2], [71.4, 51.1]]]),
        ],
        "welfare": [
            _welfare("CHN", "China", "party", "all", 0.0304, 5432.1, 0.0101, 0.0612),
            _welfare("KAZ", "Kazakhstan", "party", "all", 0.5123, 1051.0, 0.2, 0.91),
            _welfare("UZB", "Uzbekistan", "neighbour", "all", -0.0004, -0.31, -0.0002, -0.0009),
            _welfare("DEU", "Germany", "other", "all", 0.0, 0.0, 0.0, 0.0),
            _welfare("WLD", "World", "world", "all", 0.0064, 6482.8, 0.002, 0.013),
            _welfare("CHN", "China", "party", "A02.a", 0.0204, 3645.0, None, None),
            _welfare("KAZ", "Kazakhstan", "party", "A02.a", 0.1123, 230.4, None, None),
            _welfare("CHN", "China", "party", "A02.b", 0.0088, 1572.4, None, None),
            _welfare("KAZ", "Kazakhstan", "party", "A02.b", 0.3501, 718.2, None, None),
        ],
        "synergy": [
            _synergy("CHN", 0.0304, 0.0204, 0.0088, 0.0012),
            _synergy("KAZ", 0.5123, 0.1123, 0.3501, 0.0499),
        ],
        "shapley": [],
        "freight": [
            {
                "from": "Lianyungang",
                "to": "Almaty",
                "class": "general_cargo",
                "baseline": _journey(14.2, 131.0, 92.5, 61.5),
                "with_all": _journey(11.9, 118.3, 90.1, 37.0),
            },
            {
                "from": "Almaty",
                "to": "Moscow",
                "class": "general_cargo",
                "baseline": _journey(8.0, 77.0, 60.0, 9.0),
                "with_all": _journey(7.9, 77.0, 60.0, 9.0),
            },
        ],
        "routes": [_route("baseline", 14.2), _route("with_all", 11.9)],
        "trade": [
            {
                "exporter": "CHN",
                "importer": "KAZ",
                "baseline_musd": 16300.0,
                "percent": 1.25,
                "change_musd": 203.5,
            },
            {"exporter": "KAZ", "importer": "UZB", "baseline_musd": 3000.0, "percent": -0.1},
        ],
        "map": {
            "countries": [
                {
                    "iso3": "KAZ",
                    "name": "Kazakhstan",
                    "rings": [[[50, 42], [85, 42], [85, 55], [50, 55], [50, 42]]],
                },
                {
                    "iso3": "XXA",
                    "name": "Far away",
                    "rings": [[[-75, -50], [-60, -50], [-60, -40], [-75, -50]]],
                },
            ],
            "rail": [[[76.9, 43.2], [82.6, 45.2], [119.2, 34.6]]],
            "crossings": [{"name": "Alashankou", "lon": 82.6, "lat": 45.2, "mode": "rail"}],
            "ports": [{"name": "Lianyungang", "lon": 119.2, "lat": 34.6}],
        },
        "certificate": {
            "max_residual": 3.2e-12,
            "walras": 8.9e-16,
            "homogeneity": 2.0e-13,
            "coalitions": 4,
            "failed": 0,
        },
        "provenance": [
            {
                "file": "stations.csv",
                "sha256": "ab" * 32,
                "source": "A named source, https://example.org/data.",
                "licence": "CC BY 4.0",
                "flags": ["estimated", "rounded"],
                "rows": 12,
            }
        ],
        "flags": ["The accounts of one economy are constructed."],
        "left_out": ["Congestion."],
        "how_to_rerun": "landbridge appraise hand-made -o out",
        "timings": {"network": 1.25, "economy": 0.5},
        "remarks": ["Of the world's gain, 84 % falls to China."],
        "credits": [
            {
                "name": "A railway map",
                "text": "contains information from A railway map",
                "url": "https://example.org/railways",
                "licence": "ODbL 1.0",
            },
            {"name": "Own work", "text": "made for this case", "url": "", "licence": "CC BY 4.0"},
        ],
        "quotations_checked": True,
        "chains": {"rail": "by rail", "road": "by road", "short_sea": "mostly by land with a short sea leg"},
        "choice_elasticity": 6.0,
    }


def _agreement() -> dict[str, Any]:
    area = {"code": "210", "label": "transport"}
    quotes = [
        ("C01", 'shorten the wait at "the Gate"', "A02", ["M01"]),
        ("C02", "build the line, quickly; and well", None, ["M02"]),
        ("C03", "be good neighbours", None, []),
    ]
    return {
        "title": "Readout of the talks",
        "date": "2017-06-08",
        "place": "Astana",
        "genre": "leaders_readout",
        "binding": "political",
        "source": {
            "title": "Readout",
            "publisher": "a ministry",
            "url": "https://example.org/readout",
            "sha256": "cd" * 32,
        },
        "commitments": [
            {
                "id": identity,
                "quote": quote,
                "promisors": ["CHN", "KAZ"],
                "strength": "agreed",
                "areas": [area],
                "alignment": alignment,
                "measures": measures,
            }
            for identity, quote, alignment, measures in quotes
        ],
        "alignments": [
            {"id": "A00", "quote": "docking", "side_a": None, "side_b": None, "commitment": None},
            {
                "id": "A02",
                "quote": "between the Belt and the Road",
                "side_a": {"label": "Belt", "quote": "the Belt", "country": "CHN"},
                "side_b": {"label": "Road", "quote": "the Road", "country": "KAZ"},
                "commitment": "C01",
            },
        ],
        "instruments": [
            {"id": "I01", "quote": "Joint Statement", "kind": "joint_statement", "action": "signed"}
        ],
    }


def _measure(identity: str, side: str, cites: list[str], kind: str, geometry: list[Any]) -> dict[str, Any]:
    return {
        "id": identity,
        "title": f"Measure {identity}",
        "side": side,
        "cites": cites,
        "kind": kind,
        "where": "Alashankou",
        "value": {"low": -4.0, "mid": -10.5, "high": -24.0, "unit": "h"},
        "from": "assumption",
        "citation": "Reasoned from https://example.org/waits.",
        "note": "Leaves out queues.",
        "start": "2018-01-01",
        "probability": 0.8,
        "capex": {"usd_million": 1200.0, "payers": {"KAZ": 0.6, "CHN": 0.4}, "citation": "a report"},
        "geometry": geometry,
        "change": f"{identity} saves 10.5 hours at the border",
        "extra": [{"label": "Documents", "text": "USD 3/t less for documents"}],
    }


def _welfare(
    iso3: str,
    name: str,
    group: str,
    measures: str,
    percent: float,
    usd: float,
    low: float | None,
    high: float | None,
) -> dict[str, Any]:
    numbers = {"percent": percent, "usd_million": usd, "low": low, "high": high, "p_positive": None}
    return {"iso3": iso3, "name": name, "group": group, "measures": measures, **numbers}


def _synergy(iso3: str, together: float, side_a: float, side_b: float, synergy: float) -> dict[str, Any]:
    alone = {"together": together, "side_a": side_a, "side_b": side_b, "synergy": synergy}
    return {
        "alignment": "A02",
        "iso3": iso3,
        **alone,
        "synergy_given_others": synergy,
        "low": None,
        "high": None,
    }


def _journey(days: float, usd: float, carbon: float, border: float) -> dict[str, Any]:
    return {
        "days": days,
        "usd_per_t": usd,
        "kgco2e_per_t": carbon,
        "km": {"rail": 4131.0, "road": 12.0, "sea": 0.0},
        "chain": "rail",
        "shares": {"rail": 0.62, "road": 0.3, "short_sea": 0.08},
        "border_hours": border,
    }


def _route(scenario: str, days: float) -> dict[str, Any]:
    leg = {"mode": "rail", "km": 2000.0, "countries": ["CHN"]}
    return {
        "from": "Lianyungang",
        "to": "Almaty",
        "class": "general_cargo",
        "scenario": scenario,
        "days": days,
        "usd_per_t": 131.0,
        "kgco2e_per_t": 92.5,
        "legs": [
            {**leg, "from": "Lianyungang", "to": "Alashankou", "hours": 90.0, "crossings": []},
            {**leg, "from": "Alashankou", "to": "Almaty", "hours": 60.5, "crossings": ["Alashankou"]},
        ],
        "line": [[119.2, 34.6], [82.6, 45.2], [76.9, 43.2]],
    }
