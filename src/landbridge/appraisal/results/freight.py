"""Door to door: days, money, CO2 and routes of the named city pairs, before and after."""

from __future__ import annotations

from typing import Any

import numpy as np

from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.drawing import swapped
from landbridge.appraisal.results.uncertainty import draws_of_headlines, range_of
from landbridge.appraisal.shown import TABLE_CLASS, zones_of_pairs
from landbridge.appraisal.uncertainty.freight import OF_A_PAIR
from landbridge.network import Part, describe, find_routes, hours, usd_per_t
from landbridge.network.parts import spread_h


def freight(appraisal: Appraisal) -> list[dict[str, Any]]:
    appraiser = appraisal.appraiser
    everything = appraiser.settings_of_sides([side.id for side in appraisal.case.sides])
    before = appraiser.skims({}, with_parts=True)[TABLE_CLASS]
    after = appraiser.skims(everything, with_parts=True)[TABLE_CLASS]
    drawn = draws_of_headlines(appraisal)
    rows = []
    for names, (a, b) in zip(appraisal.case.city_pairs, zones_of_pairs(appraiser), strict=True):
        row: dict[str, Any] = {"from": names[0], "to": names[1], "class": TABLE_CLASS}
        for key, skim in (("baseline", before), ("with_all", after)):
            assert skim.parts is not None
            parts = skim.parts[a, b]
            shares = {chain: float(share[a, b]) for chain, share in skim.share.items()}
            row[key] = {
                "days": float(hours(parts)) / 24.0,
                "usd_per_t": float(usd_per_t(parts)),
                "kgco2e_per_t": float(parts[Part.CO2_KG]),
                "km": {
                    "rail": float(parts[Part.KM_RAIL]),
                    "road": float(parts[Part.KM_ROAD]),
                    "sea": float(parts[Part.KM_SEA]),
                },
                "chain": max(shares, key=lambda chain: shares[chain]),
                "shares": shares,
                "border_hours": float(parts[Part.BORDER_H] + parts[Part.GAUGE_H]),
                "spread_days": float(spread_h(parts)) / 24.0,
            }
        row["change"] = {
            part: {"central": row["with_all"][part] - row["baseline"][part]}
            | (range_of(drawn.get(f"freight.{'.'.join(names)}.{part}")) or {})
            for part in OF_A_PAIR
        }
        rows.append(row)
    return rows


def routes(appraisal: Appraisal) -> list[dict[str, Any]]:
    """The best route by the chain most goods take at the baseline, for every city pair, before and after."""
    appraiser = appraisal.appraiser
    everything = appraiser.settings_of_sides([side.id for side in appraisal.case.sides])
    cargo = next(one for one in appraiser.classes if one.name == TABLE_CLASS)
    places = appraiser.network.network.atlas.gazetteer
    position = {appraiser.network.network.places[k].key: row for row, k in enumerate(appraiser.skimmer.zones)}
    share = appraiser.baseline_skims[TABLE_CLASS].share
    rows = []
    for names in appraisal.case.city_pairs:
        a, b = (places.find(name, ("zone",)) for name in names)
        pair = position[a.key], position[b.key]
        chain = max(share, key=lambda name: float(share[name][pair]))
        for scenario, active in (("baseline", {}), ("with_all", everything)):
            state = appraiser.network.state_between(active, a.iso3, b.iso3)
            routes = find_routes(
                appraiser.network.network, a, b, cargo, state=state, touched=appraiser.network.touched
            )
            route = next((one for one in routes if one.chain == chain), routes[0])
            figures: dict[str, Any] = describe(route)
            rows.append(
                {
                    "from": names[0],
                    "to": names[1],
                    "class": TABLE_CLASS,
                    "scenario": scenario,
                    **{key: figures[key] for key in ("days", "usd_per_t", "kgco2e_per_t")},
                    "legs": [
                        {
                            "mode": leg["mode"],
                            "from": leg["from"],
                            "to": leg["to"],
                            "km": sum(leg["km"].values()),
                            "hours": sum(leg["hours"].values()),
                            "countries": leg["countries"],
                            "crossings": leg["crossings"],
                        }
                        for leg in figures["legs"]
                    ],
                    "line": swapped(np.concatenate([leg.line for leg in route.legs])),
                }
            )
    return rows


def named_on_the_map(appraisal: Appraisal, routes: list[dict[str, Any]]) -> set[str]:
    """Names of the crossings and ports that a route passes or a measure changes; the others would crowd the map."""
    legs = [leg for route in routes for leg in route["legs"]]
    named = {name for leg in legs for name in (*leg["crossings"], leg["from"], leg["to"])}
    return named | {
        place.name for one in appraisal.appraiser.network.compiled.values() for place in one.points
    }
