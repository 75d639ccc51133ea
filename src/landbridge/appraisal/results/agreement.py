"""What the agreement says, and which measures carry its clauses."""

from __future__ import annotations

from typing import Any

from landbridge.appraisal.appraise import Appraisal


def clauses_with_measures(appraisal: Appraisal) -> dict[str, list[str]]:
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


def agreement(appraisal: Appraisal, carried: dict[str, list[str]]) -> dict[str, Any]:
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
