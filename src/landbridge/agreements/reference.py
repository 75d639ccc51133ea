"""Describes the agreement record in words, from its own schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from landbridge.agreements.record import Record


def describe_record() -> str:
    """A table in Markdown for each part of the record: field, type, meaning."""
    schema = Record.model_json_schema(by_alias=True)
    parts = {"Record": schema, **schema.get("$defs", {})}
    lines: list[str] = []
    for name, part in parts.items():
        if part.get("type") != "object" or "properties" not in part:
            continue
        lines += [f"### {name}", "", part.get("description", "").split("\n")[0], ""]
        lines += ["| field | type | meaning |", "|---|---|---|"]
        lines += list(_rows(part))
        lines.append("")
    return "\n".join(lines)


def _rows(part: dict[str, Any]) -> Iterator[str]:
    for key, field in part["properties"].items():
        needed = "" if key in part.get("required", ()) else " (optional)"
        meaning = field.get("description", "").replace("|", "\\|")
        yield f"| `{key}` | {_type(field)}{needed} | {meaning} |"


def _type(field: dict[str, Any]) -> str:
    """The type of a field in words."""
    if "$ref" in field:
        return str(field["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in field:
        return " or ".join(_type(option) for option in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    kind = str(field.get("type", "any"))
    if kind == "array":
        return f"list of {_type(field.get('items', {}))}"
    if kind == "object":
        return f"map to {_type(field.get('additionalProperties', {}))}"
    return kind
