"""A document that a user gave to read: what was found in it, and where it stands."""

from __future__ import annotations

from typing import Any

from landbridge.agreements import Record
from landbridge.errors import InputError, Problem

MOST_BYTES = 5_000_000
_MOST_SHOWN = 200_000
SUFFIXES = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


def suffix_of(content_type: str) -> str:
    """The kind of document that a media type names. Raises InputError for one that cannot be read."""
    kind = content_type.partition(";")[0].strip().casefold()
    if kind not in SUFFIXES:
        message = f"documents of type {kind or 'unknown'} cannot be read"
        raise InputError(Problem("Content-Type", message, f"one of {', '.join(SUFFIXES)}"))
    return SUFFIXES[kind]


def marked(record: Record, text: str, summary: list[str]) -> dict[str, Any]:
    """The record in short, and the text with the marks of what was read; the page shows both as text alone."""
    labels = record.area_labels
    document = record.document
    marks: list[dict[str, Any]] = []
    for item in record.commitments:
        marks.append({"start": item.start, "end": item.end, "kind": "commitment", "id": item.id})
    for alignment in record.alignments:
        marks.append(
            {"start": alignment.start, "end": alignment.end, "kind": "alignment", "id": alignment.id}
        )
    for instrument in record.instruments:
        marks.append(
            {"start": instrument.start, "end": instrument.end, "kind": "instrument", "id": instrument.id}
        )
    shown = text[:_MOST_SHOWN]
    return {
        "summary": summary,
        "title": " ".join(document.title.quote.split()) if document.title else "",
        "date": document.date.iso if document.date else None,
        "place": document.place.quote if document.place else None,
        "genre": document.genre,
        "binding": document.binding,
        "parties": [party.iso3 for party in record.parties],
        "commitments": [
            {
                "id": item.id,
                "quote": item.quote,
                "strength": item.strength,
                "promisors": list(item.promisors),
                "areas": [labels.get(code, code) for code in item.areas],
            }
            for item in record.commitments
        ],
        "alignments": [
            {
                "id": one.id,
                "side_a": one.side_a.quote if one.side_a else None,
                "side_b": one.side_b.quote if one.side_b else None,
            }
            for one in record.alignments
        ],
        "text": shown,
        "shortened": len(shown) < len(text),
        "marks": [mark for mark in marks if mark["end"] <= len(shown)],
    }
