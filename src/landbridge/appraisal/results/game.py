"""The game of programme sides: coalitions, who brings what, what sides are worth to each other, and fair shares."""

from __future__ import annotations

from typing import Any

import numpy as np

from landbridge.appraisal import game
from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.results.attributed import attribution_gap
from landbridge.appraisal.results.income import income
from landbridge.appraisal.shown import WORLD, shown

_MOST_DIVIDENDS = 20
# Per cent of real income: equilibria are solved to 1e-10, and what is no larger than that is no figure.
_LEAST_DIVIDEND = 1e-8


def income_of_shown(appraisal: Appraisal) -> dict[str, float]:
    """Baseline income of the economies that tables show, million USD."""
    codes, _, own = shown(appraisal.appraiser)
    return {iso3: float(musd) for iso3, musd in zip(codes, own, strict=True)}


def _leading(appraisal: Appraisal, codes: list[str]) -> list[int]:
    """Columns of the parties and the world."""
    return [k for k, iso3 in enumerate(codes) if iso3 in (*appraisal.case.parties, WORLD)]


def game_sections(appraisal: Appraisal) -> dict[str, Any]:
    """The keys coalitions, shapley, dividends, interactions, sharing and identities; None where not computed."""
    values = appraisal.values
    sections: dict[str, Any] = dict.fromkeys(
        ("coalitions", "dividends", "interactions", "sharing", "identities")
    )
    sections["shapley"] = []
    codes, weights, own = shown(appraisal.appraiser)
    if not values.complete:
        if appraisal.shapley is not None:
            found = appraisal.shapley
            errors = np.abs(found.standard_errors) @ weights
            sections["shapley"] = _shapley(values.sides, codes, own, found.values @ weights, errors)
            total = (values.of(values.sides) - values.of([])) @ weights
            gap = float(np.abs((found.values @ weights).sum(0) - total).max())
            sections["identities"] = {
                "dividends_gap": None,
                "shapley_gap": gap,
                "attribution_gap": attribution_gap(appraisal),
            }
        return sections
    worth = values.percent @ weights
    shares, parts = game.shapley(worth), game.dividends(worth)
    total = worth[-1] - worth[0]
    sections["coalitions"] = {
        "sides": list(values.sides),
        "economies": codes,
        "percent": worth.tolist(),
        "exact": True,
        "network_states": values.network_states,
    }
    sections["shapley"] = _shapley(values.sides, codes, own, shares, None)
    sections["dividends"] = _dividends(appraisal, codes, own, parts)
    sections["interactions"] = _interactions(appraisal, codes, worth)
    sections["sharing"] = _sharing(appraisal)
    sections["identities"] = {
        "dividends_gap": max(
            float(np.abs(parts[1:].sum(0) - total).max()),
            float(np.abs(game.from_dividends(parts) - worth).max()),
        ),
        "shapley_gap": float(np.abs(shares.sum(0) - total).max()),
        "attribution_gap": attribution_gap(appraisal),
    }
    return sections


def _shapley(
    sides: tuple[str, ...], codes: list[str], own: np.ndarray, shares: np.ndarray, errors: np.ndarray | None
) -> list[dict[str, Any]]:
    return [
        {
            "side": side,
            "iso3": iso3,
            "percent": float(shares[row, column]),
            "usd_million": float(shares[row, column] / 100.0 * own[column]),
            "standard_error": None if errors is None else float(errors[row, column]),
        }
        for row, side in enumerate(sides)
        for column, iso3 in enumerate(codes)
    ]


def _dividends(
    appraisal: Appraisal, codes: list[str], own: np.ndarray, parts: np.ndarray
) -> list[dict[str, Any]]:
    """The largest dividends of two sides and more, by economy; those below the equilibria's tolerance are left out."""
    sides = appraisal.values.sides
    several = np.array([row for row in range(len(parts)) if row.bit_count() > 1], dtype=int)
    rows = []
    for column in _leading(appraisal, codes):
        order = np.argsort(-np.abs(parts[several, column]), kind="stable")[:_MOST_DIVIDENDS]
        for row in several[order].tolist():
            percent = float(parts[row, column])
            if abs(percent) < _LEAST_DIVIDEND:
                break
            rows.append(
                {
                    "sides": [side for bit, side in enumerate(sides) if row >> bit & 1],
                    "iso3": codes[column],
                    "percent": percent,
                    "usd_million": percent / 100.0 * float(own[column]),
                }
            )
    return rows


def _interactions(appraisal: Appraisal, codes: list[str], worth: np.ndarray) -> list[dict[str, Any]]:
    sides = appraisal.values.sides
    found = game.interactions(worth)
    return [
        {
            "side_a": sides[a],
            "side_b": sides[b],
            "iso3": codes[column],
            "alone": float(found.alone[a, b, column]),
            "given_others": float(found.given_others[a, b, column]),
            "mean": float(found.mean[a, b, column]),
        }
        for a in range(len(sides))
        for b in range(a + 1, len(sides))
        for column in _leading(appraisal, codes)
    ]


def _sharing(appraisal: Appraisal) -> dict[str, Any]:
    """How the parties' joint gain could be shared among the sides, and transfers after which no country loses."""
    economies, base = appraisal.appraiser.base.economies, income(appraisal)
    values, parties = appraisal.values, appraisal.case.parties
    columns = [economies.index(iso3) for iso3 in parties]
    joint = values.percent[:, columns] @ (base[columns] / 100.0)
    by_shapley = game.divided(joint, game.shapley(joint))
    fairest = game.nucleolus(joint)
    # Where sides do not meet, what they gain together is nothing but what the equilibria are off by.
    noise = float(base[columns].sum() * values.residual)

    def listed(shares: np.ndarray) -> list[dict[str, Any]]:
        return [
            {"side": side, "usd_million": float(share)}
            for side, share in zip(values.sides, shares, strict=True)
        ]

    gains = values.percent[-1] * base / 100.0
    return {
        "players": "sides",
        "value": f"Change of real income of {' and '.join(parties)} together, million USD a year.",
        "total_musd": float(joint[-1] - joint[0]),
        "shapley": listed(by_shapley.shares),
        "in_core": by_shapley.stable(noise),
        "largest_excess_musd": by_shapley.largest_excess,
        "nucleolus": listed(fairest.shares),
        "nucleolus_largest_excess_musd": fairest.largest_excess,
        "core_empty": not fairest.stable(noise),
        "transfers": {
            "parties": _transfers(list(parties), gains[columns]),
            "everyone": _transfers(list(economies), gains),
            "words": "The smallest payments a year after which none of them is worse off than without the agreement;"
            " positive is received. Those who gain pay in proportion to their gains.",
        },
    }


def _transfers(codes: list[str], gains: np.ndarray) -> list[dict[str, Any]] | None:
    """Transfers of those who pay or receive, the largest payer first; None where the sum of gains is a loss."""
    found = game.least_transfers(gains)
    if found is None:
        return None
    order = np.argsort(found, kind="stable")
    return [{"iso3": codes[k], "usd_million": float(found[k])} for k in order.tolist() if found[k]]
