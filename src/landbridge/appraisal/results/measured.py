"""The measures as rows."""

from __future__ import annotations

from typing import Any

from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.drawing import measure_geometry
from landbridge.appraisal.wording import change_of, extras_of
from landbridge.measures import MeasureBase


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


def measure_row(appraisal: Appraisal, measure: MeasureBase) -> dict[str, Any]:
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
