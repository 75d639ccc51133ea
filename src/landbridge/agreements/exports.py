"""A record as flat tables, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from landbridge.agreements.record import Record

_SEPARATOR = ";"


def to_tables(record: Record) -> dict[str, str]:
    """CSV text of each table, by file name; lists within a cell are set off by semicolons."""
    commitments = [
        {
            "id": item.id,
            "sentence": item.sentence,
            "strength": item.strength,
            "promisors": item.promisors,
            "beneficiaries": item.beneficiaries,
            "areas": item.areas,
            "programmes": item.programmes,
            "corridors": item.corridors,
            "fora": item.fora,
            "alignment": item.alignment,
            "deadline": item.deadline.iso or item.deadline.quote if item.deadline else None,
            "quantities": [quantity.quote for quantity in item.quantities],
            "conditional": item.conditional,
            "origin": item.origin,
            "start": item.start,
            "end": item.end,
            "quote": item.quote,
        }
        for item in record.commitments
    ]
    alignments = [
        {
            "id": item.id,
            "sentence": item.sentence,
            "status": item.status,
            "country_a": item.side_a.country if item.side_a else None,
            "side_a": item.side_a.quote if item.side_a else None,
            "country_b": item.side_b.country if item.side_b else None,
            "side_b": item.side_b.quote if item.side_b else None,
            "areas": item.areas,
            "commitment": item.commitment,
            "origin": item.origin,
            "start": item.start,
            "end": item.end,
            "quote": item.quote,
        }
        for item in record.alignments
    ]
    instruments = [
        {
            "id": item.id,
            "sentence": item.sentence,
            "kind": item.kind,
            "action": item.action,
            "parties": item.parties,
            "count": item.count,
            "areas": item.areas,
            "origin": item.origin,
            "start": item.start,
            "end": item.end,
            "quote": item.quote,
        }
        for item in record.instruments
    ]
    entities = [
        {
            "id": item.id,
            "type": item.type,
            "label": item.label,
            "country": item.country,
            "mentions": len(item.mentions),
        }
        for item in record.entities
    ]
    tables: dict[str, list[dict[str, Any]]] = {
        "commitments.csv": commitments,
        "alignments.csv": alignments,
        "instruments.csv": instruments,
        "entities.csv": entities,
    }
    return {name: _csv(rows) for name, rows in tables.items() if rows}


def _csv(rows: Iterable[Mapping[str, Any]]) -> str:
    rows = list(rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return _SEPARATOR.join(map(str, value))
    words = " ".join(str(value).split())
    # A spreadsheet takes a cell that begins so for a formula.
    return f"'{words}" if words[:1] in "=+-@" and not words[1:2].isdigit() else words
