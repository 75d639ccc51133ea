"""Two results side by side: what both have, and the difference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from landbridge.errors import InputError, Problem
from landbridge.report.shape import check

RESULTS = "results.json"
# So many files that differ are named.
_MOST_FILES = 5


def load_results(path: Path) -> dict[str, Any]:
    """The results in a file, or in the results.json of a folder.

    Raises InputError where there are none, or where they do not follow the schema.
    """
    file = path / RESULTS if path.is_dir() else path
    try:
        results = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        remedy = "name a results.json, or a folder that `landbridge appraise` wrote"
        raise InputError(Problem(str(file), "the file is missing", remedy)) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(Problem(str(file), f"is no JSON: {error}", "name a results.json")) from None
    if not isinstance(results, dict):
        raise InputError(Problem(str(file), "holds no results", "name a results.json"))
    try:
        check(results)
    except InputError as error:
        raise InputError(
            [Problem(f"{file} {p.place}", p.message, p.remedy) for p in error.problems]
        ) from None
    return results


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Two results side by side.

    cases: name, title, options and size of each. notes: why figures may not be comparable. rows: what, where, unit,
    first, second and difference; None where one of them has no such figure.
    """
    figures = [dict(_figures(results)) for results in (first, second)]
    rows = []
    for key in dict.fromkeys([*figures[0], *figures[1]]):
        a, b = (found.get(key) for found in figures)
        rows.append(
            {
                "what": key[0],
                "where": key[1],
                "unit": key[2],
                "first": a,
                "second": b,
                "difference": None if a is None or b is None else b - a,
            }
        )
    return {"cases": [_about(first), _about(second)], "notes": _notes(first, second), "rows": rows}


def _about(results: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "case": results["case"],
        "title": results["title"],
        "landbridge": results["landbridge"],
        "economy_year": results["economy_year"],
        "parties": results["parties"],
        "measures": len(results["measures"]),
        "sides": len(results["sides"]),
        "options": results.get("options") or {},
    }


def _notes(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    notes = []
    if first["economy_year"] != second["economy_year"]:
        years = f"{first['economy_year']} and {second['economy_year']}"
        notes.append(f"The economies are of {years}: money is in the prices and trade of each.")
    if first["baseline_date"] != second["baseline_date"]:
        dates = f"{first['baseline_date']} and {second['baseline_date']}"
        notes.append(f"The baselines are of {dates}: the networks differ by what opened and closed between.")
    if first["landbridge"] != second["landbridge"]:
        notes.append(f"Versions {first['landbridge']} and {second['landbridge']} wrote them.")
    files = [{one["file"]: one["sha256"] for one in results["provenance"]} for results in (first, second)]
    other = sorted(name for name in {**files[0], **files[1]} if files[0].get(name) != files[1].get(name))
    if other:
        more = f" and {len(other) - _MOST_FILES} more" if len(other) > _MOST_FILES else ""
        notes.append(f"The data differ: {', '.join(other[:_MOST_FILES])}{more}.")
    if first["parties"] != second["parties"]:
        parties = f"{', '.join(first['parties'])} and {', '.join(second['parties'])}"
        notes.append(f"The parties differ: {parties}.")
    return notes


Figure = tuple[tuple[str, str, str], float]


def _figures(results: Mapping[str, Any]) -> Iterator[Figure]:
    """Figures that can stand beside those of other results: what, where, unit, and the number."""
    shown = {*results["parties"], *results["neighbours"], "WLD"}
    for row in results["welfare"]:
        if row["measures"] == "all" and row["iso3"] in shown:
            yield ("real income", row["iso3"], "%"), row["percent"]
            yield ("real income", row["iso3"], "USD m a year"), row["usd_million"]
    gains: dict[str, float] = {}
    for row in results["synergy"]:
        gains[row["iso3"]] = gains.get(row["iso3"], 0.0) + row["synergy"]
    for iso3, synergy in gains.items():
        if iso3 in results["parties"] or iso3 == "WLD":
            yield ("synergy of all alignments", iso3, "%"), synergy
    finance = results.get("finance") or {}
    for row in [*finance.get("by_country", []), *([finance["total"]] if finance.get("total") else [])]:
        if row["iso3"] not in results["parties"] and row["iso3"] != "WLD":
            continue
        for what, key, unit in (
            ("annual cost that is known", "annual_cost_musd", "USD m a year"),
            ("net present value, measures of known cost", "npv_musd", "USD m"),
            ("benefit-cost ratio, measures of known cost", "benefit_cost_ratio", "1"),
        ):
            if row.get(key) is not None:
                yield (what, row["iso3"], unit), row[key]
    if finance:
        yield ("measures of unknown cost", "all", "1"), float(len(finance["cost_unknown"]))
    co2 = results.get("co2") or {}
    for mode in co2.get("by_mode", []):
        yield ("change of CO2 of freight", mode["mode"], "kt CO2e a year"), mode["change"]
    if co2.get("split"):
        yield ("change of CO2 of freight", "all modes", "kt CO2e a year"), co2["split"]["total"]
    for row in results["freight"]:
        where = f"{row['from']} - {row['to']}"
        for key, unit in (("days", "days"), ("usd_per_t", "USD/t"), ("kgco2e_per_t", "kg CO2e/t")):
            yield ("freight with everything", where, unit), row["with_all"][key]


def as_text(compared: Mapping[str, Any]) -> list[str]:
    """The comparison as lines of a table."""
    first, second = compared["cases"]
    lines = []
    for number, case in zip("AB", (first, second), strict=True):
        asked = [
            f"{name} {_said(value)}"
            for name, value in case["options"].items()
            if name not in ("draws", "seed", "year", "quick") and value not in (None, [], {}, False)
        ]
        options = f"; {', '.join(asked)}" if asked else ""
        lines.append(f"{number}: {case['title']} ({case['measures']} measures{options})")
    lines += [f"note: {note}" for note in compared["notes"]]
    lines.append("")
    lines.append(f"{'':44} {'':26} {'A':>14} {'B':>14} {'B - A':>14}  unit")
    before = ""
    for row in compared["rows"]:
        what = row["what"] if row["what"] != before else ""
        before = row["what"]
        numbers = " ".join(f"{_number(row[key]):>14}" for key in ("first", "second", "difference"))
        lines.append(f"{what[:44]:44} {row['where'][:26]:26} {numbers}  {row['unit']}")
    return lines


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name}+{years:g}" for name, years in value.items())
    return " ".join(map(str, value)) if isinstance(value, list) else f"{value}"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
