"""How sure the figures are: inputs, intervals, indices, and what the approximation of the draws costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.uncertainty import Headline, Uncertainty
from landbridge.appraisal.uncertainty.figures import PROGRAMMES, Figure
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
            for row, headline in enumerate(found.headlines)
            for k, group in enumerate(groups)
            if np.isfinite(found.tornado[row, k]).all()
        ],
        "rejected": found.rejected,
        "failed": list(found.failed),
        "network_error": _network_error(found),
        "accuracy": {
            "draws_in_full": found.in_full,
            "zones_drawn": found.zones[0],
            "zones": found.zones[1],
            "draws_checked": found.held_against,
            "draws_checked_in_full": found.held_in_full,
            "max_residual": found.worst_residual,
            "by_headline": [
                {
                    "headline": one.id,
                    "network_error": _number(found.gap[k]),
                    "spread": float(found.spread[k]),
                    "share_explained": found.indices[one.id].explained,
                    "terms": found.indices[one.id].terms,
                }
                for k, one in enumerate(found.headlines)
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


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _headline(one: Headline, names: dict[str, str]) -> dict[str, Any]:
    interval, figure = one.interval, one.figure
    return {
        "id": one.id,
        "iso3": figure.iso3,
        "alignment": figure.alignment,
        "pair": None if figure.pair is None else list(figure.pair),
        "kind": figure.what,
        "what": _what(figure, names),
        "unit": figure.unit,
        "central": one.central,
        "mean": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "p_positive": interval.p_positive,
        "p_sign": one.p_sign,
        "draws": one.draws,
        "mean_error": interval.mean_error,
        "low_error": interval.low_error,
        "high_error": interval.high_error,
        "p_error": interval.p_error,
    }


_OF_A_PAIR = {"days": "Days", "usd_per_t": "Cost", "kgco2e_per_t": "CO2"}
_OF_CO2 = {"total": "", "route_and_mode": " by other ways and modes", "trade": " by more trade"}


def _what(figure: Figure, names: dict[str, str]) -> str:
    """A headline in words."""
    name = names.get(figure.iso3 or "", "")
    if figure.what == "freight":
        assert figure.pair is not None
        assert figure.part is not None
        return f"{_OF_A_PAIR[figure.part]} from {figure.pair[0]} to {figure.pair[1]}, change"
    if figure.what == "co2":
        of = f"counted for {name}" if name else "international" if figure.abroad else "all"
        freight = f"freight {of}" if name else f"{of} freight"
        return f"CO2 of {freight}, change{_OF_CO2[figure.part or 'total']}"
    if figure.what == "synergy":
        return f"Synergy of {figure.alignment} for {name}"
    if figure.what == PROGRAMMES:
        return f"What needs more than one country's sides, for {name}"
    return f"Real income of {name}"


def _network_error(found: Uncertainty) -> str:
    """What the fewer zones of the draws cost, in words with numbers."""
    fewer, all_zones = found.zones
    if fewer == all_zones:
        return f"None: the draws use all {all_zones} zones."
    share = np.divide(found.gap, found.spread, out=np.zeros_like(found.gap), where=found.spread > 0)
    told = []
    for kinds, words, draws in (
        (("welfare",), "the change of real income", found.held_against),
        (("synergy", PROGRAMMES), "what sides bring together beyond apart", found.held_in_full),
        (("co2",), "the change of CO2", found.held_in_full),
    ):
        rows = [
            k for k, one in enumerate(found.headlines) if one.figure.what in kinds and np.isfinite(share[k])
        ]
        if rows:
            worst = max(rows, key=lambda k: float(share[k]))
            told.append(
                f"{words} differs by {100.0 * float(np.median(share[rows])):.1f} % of its standard deviation over the"
                f" draws in the middle of the figures shown, and by {100.0 * float(share[worst]):.1f} % at most"
                f" ({found.headlines[worst].id}; {draws} draws)"
            )
    return (
        f"Draws search the network between {fewer} of {all_zones} zones, set right by all zones at mid values. In draws"
        f" searched with all zones too, {'; '.join(told)}. Ways between the named cities are the same by both."
    )


def range_of(headline: Headline | None) -> dict[str, float | None] | None:
    """The ends of a headline's interval, the probability of the sign shown, and how many draws it rests on."""
    if headline is None:
        return None
    interval = headline.interval
    return {"low": interval.low, "high": interval.high, "p_sign": headline.p_sign, "draws": headline.draws}


def draws_of_headlines(appraisal: Appraisal) -> dict[str, Headline]:
    """The headlines by id; empty where nothing was drawn."""
    found = appraisal.uncertainty
    return {} if found is None else {one.id: one for one in found.headlines}
