"""How sure the figures are: inputs, intervals, indices, and what the approximation of the draws costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.uncertainty import Headline, Uncertainty
from landbridge.appraisal.uncertainty.inputs import Input
from landbridge.appraisal.uncertainty.summary import LEVEL
from landbridge.world.data import read_csv


def uncertainty(appraisal: Appraisal) -> dict[str, Any] | None:
    """The section, or nothing where nothing was drawn."""
    found = appraisal.uncertainty
    if found is None:
        return None
    groups = found.uncertain.groups
    names = {row["iso3"]: row["name"] for row in read_csv("economies.csv")} | {"WLD": "the world"}
    return {
        "draws": found.draws,
        "seed": found.seed,
        "level": LEVEL,
        "inputs": [
            *(_group(found, group, words) for group, words in groups.items()),
            *(_input(one) for one in found.uncertain.inputs),
        ],
        "headlines": [_headline(one, names) for one in found.headlines],
        "indices": [
            {
                "headline": headline,
                "input": group,
                "first": float(one.first[k]),
                "first_error": float(one.first_error[k]),
                "total": float(one.total[k]),
                "total_error": float(one.total_error[k]),
            }
            for headline, one in found.indices.items()
            for k, group in enumerate(groups)
        ],
        "tornado": [
            {
                "headline": headline.id,
                "input": group,
                "at_low": float(found.tornado[row, k, 0]),
                "at_high": float(found.tornado[row, k, 1]),
            }
            for row, headline in enumerate(found.welfare)
            for k, group in enumerate(groups)
            if np.isfinite(found.tornado[row, k]).all()
        ],
        "rejected": found.rejected,
        "failed": list(found.failed),
        "network_error": _network_error(found),
        "accuracy": {
            "draws_for_synergies": found.for_synergies,
            "zones_drawn": found.zones[0],
            "zones": found.zones[1],
            "draws_checked": found.held_against,
            "max_residual": found.worst_residual,
            "by_headline": [
                {
                    "headline": one.id,
                    "network_error": float(found.gap[k]),
                    "spread": float(found.spread[k]),
                    "share_explained": found.indices[one.id].explained,
                    "terms": found.indices[one.id].terms,
                }
                for k, one in enumerate(found.welfare)
            ],
        },
    }


def _group(found: Uncertainty, group: str, words: str) -> dict[str, Any]:
    """A group of inputs, which the indices count together and the tornado moves together."""
    members = [one.id for one in found.uncertain.inputs if one.group == group]
    count = f"{len(members)} inputs" if len(members) > 1 else "1 input"
    return {
        "id": group,
        "group": None,
        "words": words,
        "unit": None,
        "low": None,
        "mid": None,
        "high": None,
        "distribution": f"{count}, drawn each by itself; in the tornado all at their low or their high",
        "source": None,
        "flag": None,
        "members": members,
    }


def _input(one: Input) -> dict[str, Any]:
    return {
        "id": one.id,
        "group": one.group,
        "words": one.words,
        "unit": one.unit,
        "low": one.low,
        "mid": one.mid,
        "high": one.high,
        "distribution": one.distribution,
        "source": one.source,
        "flag": one.flag or None,
    }


def _headline(one: Headline, names: dict[str, str]) -> dict[str, Any]:
    interval = one.interval
    name = names[one.iso3]
    what = f"Real income of {name}" if one.alignment is None else f"Synergy of {one.alignment} for {name}"
    return {
        "id": one.id,
        "iso3": one.iso3,
        "alignment": one.alignment,
        "kind": one.what,
        "what": what,
        "unit": "percent",
        "central": one.central,
        "mean": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "p_positive": interval.p_positive,
        "mean_error": interval.mean_error,
        "low_error": interval.low_error,
        "high_error": interval.high_error,
        "p_error": interval.p_error,
    }


def _network_error(found: Uncertainty) -> str:
    """What the fewer zones of the draws cost, in words with numbers."""
    fewer, all_zones = found.zones
    if fewer == all_zones:
        return f"None: the draws use all {all_zones} zones."
    share = np.divide(found.gap, found.spread, out=np.zeros_like(found.gap), where=found.spread > 0)
    worst = int(np.argmax(share))
    return (
        f"Draws search the network between {fewer} of {all_zones} zones, set right by all zones at mid values. In"
        f" {found.held_against} draws searched with all zones too, the change of real income differs by"
        f" {100.0 * float(np.median(share)):.1f} % of its standard deviation over the draws in the middle of the"
        f" economies shown, and by {100.0 * share[worst]:.1f} % at most ({found.welfare[worst].iso3})."
    )


def draws_of_headlines(appraisal: Appraisal) -> dict[str, Headline]:
    """The headlines by id; empty where nothing was drawn."""
    found = appraisal.uncertainty
    return {} if found is None else {one.id: one for one in found.headlines}
