"""Turns pydantic's errors and TOML's into problems that name file, line, key and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from landbridge.errors import InputError, Problem, nearest

from .schema import SIDE, KeyedError

_SHAPES = {
    r"^M\d{2,}$": "M and a number of two digits or more, such as M01",
    SIDE: "an alignment and a or b, such as A03.b, or a programme by itself, such as S01",
    r"^[AC]\d{2,}$": "a commitment or an alignment of the record, such as C14 or A03",
    r"^[A-Z]{3}$": "a country's three-letter ISO code, such as KAZ",
    r"^(both|[A-Z]{3}>[A-Z]{3})$": 'both, or from>to such as "CHN>KAZ"',
}


def read_toml(path: Path, should_hold: str) -> tuple[dict[str, Any], str]:
    """The parsed file and its text; InputError when it is missing, not UTF-8 or not TOML."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors put a mark first
    except FileNotFoundError:
        raise InputError(Problem(str(path), "the file is missing", f"it should hold {should_hold}")) from None
    except (UnicodeDecodeError, OSError) as error:
        message = f"the file cannot be read: {error}"
        raise InputError(Problem(str(path), message, "save it as UTF-8 text")) from None
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{path}:{line[1]}" if line else str(path)
        raise InputError(Problem(place, f"not valid TOML: {error}", "see toml.io for the notation")) from None


def table_lines(text: str, name: str) -> list[int]:
    """Line numbers, from 1, of the `[[name]]` headers of a TOML text."""
    header = re.compile(rf"\s*\[\[\s*{re.escape(name)}\s*\]\]")
    lines, inside = [], ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not inside and header.match(line):
            lines.append(number)
        for quote in re.findall(r'"""|\'\'\'', line):
            if not inside:
                inside = quote
            elif inside == quote:
                inside = ""
    return lines


def _field_names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(model: type[BaseModel], keys: Iterable[str | int]) -> type[BaseModel]:
    """The nested model that a key path leads into."""
    for key in keys:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if key not in fields:
            break
        annotation = fields[str(key)].annotation
        choices = [annotation, *get_args(annotation)]
        nested = [c for c in choices if isinstance(c, type) and issubclass(c, BaseModel)]
        if not nested:
            break
        model = nested[0]
    return model


def _message_and_remedy(error: Mapping[str, Any], model: type[BaseModel]) -> tuple[str, str]:
    kind, context, given = error["type"], error.get("ctx", {}), error.get("input")
    key = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        names = _field_names(_model_at(model, error["loc"][:-1]))
        return f'unknown key "{key}"', f"{nearest(key, names)}; allowed: {', '.join(sorted(names))}"
    if kind == "missing":
        return f'the key "{key}" is missing', ""
    if kind == "literal_error":
        return f"{given!r} is not allowed", f"allowed: {context['expected']}"
    if kind == "string_pattern_mismatch":
        shape = _SHAPES.get(context["pattern"], context["pattern"])
        return f"{given!r} has the wrong form", f"it should be {shape}"
    if kind == "value_error":
        message, _, remedy = str(context["error"]).partition("; ")
        return message, remedy
    if kind.startswith("date"):
        return f"{given!r} is not a date", "write year-month-day, such as 2019-01-01"
    return f"{error['msg'][:1].lower()}{error['msg'][1:]}, not {given!r}", ""


def problems_of(error: ValidationError, model: type[BaseModel], place: str) -> list[Problem]:
    """One problem for each error of a validation, at `place` and the key path of the error."""
    problems = []
    for item in error.errors(include_url=False):
        parts = [str(part) for part in item["loc"]]
        raised = item.get("ctx", {}).get("error")
        if isinstance(raised, KeyedError):
            parts.append(raised.key)
        key = ".".join(parts)
        message, remedy = _message_and_remedy(item, model)
        problems.append(Problem(f"{place} {key}".rstrip(), message, remedy))
    return problems
