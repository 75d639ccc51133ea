"""The whole gain shared out over measures, clauses and channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.attribution import CHANNELS
from landbridge.appraisal.shown import shown

METHOD = (
    "Integral of the derivatives of real income along the straight line, in logarithms, to the whole change of costs,"
    " tariffs and productivities (Aumann and Shapley). On the network a measure's part is the mean of what it changes"
    " as the measures join one by one, in drawn orders and their reverses. Each list adds up to the total. A measure's"
    " value is shared equally among the commitments and alignments that it cites."
)


def attribution_section(appraisal: Appraisal) -> dict[str, Any] | None:
    """The key attribution; None where it was not computed."""
    found = appraisal.attribution
    if found is None:
        return None
    cites = {measure.id: measure.cites for measure in appraisal.case.measures}
    codes, _, own = shown(appraisal.appraiser)
    by_measure = found.summed(lambda measure, _: {measure: 1.0})
    by_channel = found.summed(lambda _, channel: {channel: 1.0})
    by_clause = found.summed(lambda measure, _: dict.fromkeys(cites[measure], 1.0 / len(cites[measure])))

    def rows(label: str, sums: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
        return [
            {
                label: name,
                "iso3": iso3,
                "percent": float(sums[name][column]),
                "usd_million": float(sums[name][column] / 100.0 * own[column]),
            }
            for name in sorted(sums)
            for column, iso3 in enumerate(codes)
        ]

    return {
        "method": METHOD,
        "by_measure": rows("measure", by_measure),
        "by_clause": rows("clause", by_clause),
        "by_channel": rows("channel", by_channel),
        "channels": {name: words for name, words in CHANNELS.items() if name in by_channel},
        "gap": float(found.gap.max()),
        "spread": [
            {"iso3": iso3, "percent": float(most)} for iso3, most in zip(codes, found.spread, strict=True)
        ],
    }


def attribution_gap(appraisal: Appraisal) -> float | None:
    """What the shares miss of the total, per cent points, once they are closed."""
    found = appraisal.attribution
    return None if found is None else float(np.abs(found.percent.sum(0) - found.total).max())


def from_productivity(section: dict[str, Any] | None) -> dict[str, float] | None:
    """What measures of productivity bring, million USD by ISO3; None where the gain was not shared out."""
    if section is None:
        return None
    rows = [row for row in section["by_channel"] if row["channel"] == "productivity"]
    return {row["iso3"]: row["usd_million"] for row in rows}
