"""Reads measures.toml: every measure validated, all problems of the file shown together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from landbridge.errors import InputError, Problem, nearest

from .problems import problems_of, read_toml, table_lines
from .schema import KINDS, SCHEMA, Measure, MeasureBase

SHOULD_HOLD = f'schema = "{SCHEMA}" and one [[measure]] table for each quantified change'
_NUMBER = re.compile(r"\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


def numbers_in(quote: str) -> list[float]:
    """Numbers written in figures in a quote; thousands may be set off by a comma or a space."""
    return [float(re.sub(r"[, \u00a0\u202f]", "", number)) for number in _NUMBER.findall(quote)]


def _unproven_number(measure: MeasureBase, quotes: Mapping[str, str] | None) -> str:
    """Why a measure that says `from = "text"` has no number in the text; empty when it has."""
    if measure.from_ != "text":
        return ""
    if quotes is None:
        return 'from = "text" cannot be checked without the agreement record'
    cited = [quotes[clause] for clause in measure.cites if clause in quotes]
    wanted = abs(measure.value.mid)
    found = [number for quote in cited for number in numbers_in(quote)]
    if any(abs(number - wanted) <= 1e-9 * max(1.0, wanted) for number in found):
        return ""
    clauses = ", ".join(measure.cites)
    return f'from = "text", but no cited clause ({clauses}) has the number {wanted:g} in its quote'


def _read_one(
    table: Any, place: str, quotes: Mapping[str, str] | None, problems: list[Problem]
) -> MeasureBase | None:
    if not isinstance(table, dict):
        problems.append(Problem(place, "a measure must be a table", "head it with [[measure]]"))
        return None
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        message = 'the key "kind" is missing' if kind is None else f'unknown kind "{kind}"'
        problems.append(Problem(f"{place} kind", message, _kinds(kind)))
        return None
    model = KINDS[kind]
    try:
        measure = model.model_validate(table)
    except ValidationError as error:
        problems.extend(problems_of(error, model, place))
        return None
    reason = _unproven_number(measure, quotes)
    if reason:
        problems.append(Problem(f"{place} from", reason, 'quote a number, or say "source" or "assumption"'))
    return measure


def _kinds(kind: object) -> str:
    near = f"{nearest(kind, KINDS)}; " if isinstance(kind, str) else ""
    return f"{near}allowed: {', '.join(KINDS)}"


def scan_measures(
    path: Path, quotes: Mapping[str, str] | None = None
) -> tuple[tuple[Measure, ...], dict[str, str], list[Problem]]:
    """The sound measures of a file, the place (file:line and id) of each, and the problems of the others."""
    problems: list[Problem] = []
    try:
        content, text = read_toml(path, SHOULD_HOLD)
    except InputError as error:
        return (), {}, list(error.problems)
    if content.get("schema") != SCHEMA:
        found = content.get("schema")
        problems.append(Problem(f"{path} schema", f"found {found!r}", f'write schema = "{SCHEMA}"'))
    for key in sorted(set(content) - {"schema", "measure"}):
        remedy = f"{nearest(key, ['schema', 'measure'])}; allowed: schema, [[measure]]"
        problems.append(Problem(f"{path} {key}", f'unknown key "{key}"', remedy))
    tables = content.get("measure", [])
    if not isinstance(tables, list) or not tables:
        remedy = f"the file should hold {SHOULD_HOLD}"
        problems.append(Problem(str(path), "there is no [[measure]] table", remedy))
        tables = []
    lines = table_lines(text, "measure")
    measures: list[MeasureBase] = []
    places: dict[str, str] = {}
    for index, table in enumerate(tables):
        at = f"{path}:{lines[index]}" if index < len(lines) else str(path)
        name = table.get("id") if isinstance(table, dict) else None
        place = f"{at} {name}" if isinstance(name, str) else f"{at} measure {index + 1}"
        measure = _read_one(table, place, quotes, problems)
        if isinstance(name, str):
            if name in places:
                remedy = f"the other is at {places[name]}"
                problems.append(Problem(f"{place} id", f"{name} is used twice", remedy))
            places.setdefault(name, place)
        if measure is not None:
            measures.append(measure)
    return cast("tuple[Measure, ...]", tuple(measures)), places, problems


def load_measures(path: str | Path, quotes: Mapping[str, str] | None = None) -> tuple[Measure, ...]:
    """Measures of a measures.toml, in the file's order.

    `quotes` maps each clause (C01.., A01..) to its quote; a measure with `from = "text"` needs it, for its
    number must stand in the quote of a clause it cites. Raises InputError carrying every problem found.
    """
    measures, _, problems = scan_measures(Path(path), quotes)
    if problems:
        raise InputError(problems)
    return measures
