"""CO2 of freight, before and with everything, by mode and by country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landbridge.appraisal.emissions import Emissions, by_economy, emissions, quantity_hat, yearly_tonnes
from landbridge.appraisal.results.uncertainty import draws_of_headlines, range_of
from landbridge.appraisal.uncertainty.freight import OF_CO2
from landbridge.network import zone_weights
from landbridge.network.emissions import MODES, co2_skims
from landbridge.world.memory import give_back

if TYPE_CHECKING:
    from landbridge.appraisal.appraise import Appraisal

WORDS = (
    "Well-to-wheel, for the goods of the cargo classes: oil, gas and coal, pipelines, air freight and passengers"
    " are left out. Tonnes are the economy's trade over the value densities of the classes, so levels carry their"
    " uncertainty; read the change. Within an economy goods are spread over cities by population, which overstates"
    " long hauls at home; international freight is therefore shown apart. Carbon embodied in what is made is left"
    " out. A country has half of the emissions of what it sends and half of what it receives, at home and abroad."
    " The split is exact: what the same tonnes emit on other ways and modes, and what more tonnes emit, each at"
    " the mean of before and after."
)


def _measured(appraisal: Appraisal) -> Emissions:
    appraiser = appraisal.appraiser
    base, classes = appraiser.base, appraiser.classes
    everything = appraiser.settings_of_sides([side.id for side in appraisal.case.sides])
    skims = []
    for given in ({}, everything):
        skims.append(co2_skims(appraiser.network, appraiser.skimmer, given))
        give_back()
    before, after = skims
    growth = quantity_hat(
        appraiser.model, appraiser.shock(everything), appraiser.outcome(everything).solution, base.trade
    )
    weights = zone_weights(base.economies, appraiser.own_zones)
    tonnes = [
        yearly_tonnes(value, classes, base.sectors, weights) for value in (base.trade, base.trade * growth)
    ]
    return emissions(before, after, *tonnes)


def co2(appraisal: Appraisal) -> dict[str, Any]:
    """The section `co2` of the results."""
    found, case = _measured(appraisal), appraisal.case
    economies = appraisal.appraiser.base.economies
    home = np.array([zone.economy for zone in appraisal.appraiser.network.network.atlas.zones])
    abroad = home[:, None] != home[None, :]
    price = appraisal.options.carbon_price
    drawn = draws_of_headlines(appraisal)

    def modes(pairs: np.ndarray) -> list[dict[str, Any]]:
        before, after = found.before[pairs].sum(0), found.after[pairs].sum(0)
        return [
            {"mode": mode, "baseline": float(b), "with_all": float(a), "change": float(a - b)}
            for mode, b, a in zip(MODES, before, after, strict=True)
        ]

    def split(pairs: np.ndarray, prefix: str = "co2") -> dict[str, Any]:
        route, trade = float(found.route_and_mode[pairs].sum()), float(found.trade[pairs].sum())
        ranges = {part: range_of(drawn.get(f"{prefix}.{part}")) for part in OF_CO2}
        return {
            "route_and_mode": route,
            "trade": trade,
            "total": route + trade,
            "ranges": ranges if drawn else None,
        }

    def countries() -> list[dict[str, Any]]:
        names = ("before", "after", "route_and_mode", "trade")
        amounts = {name: by_economy(getattr(found, name).sum(-1), home.tolist(), economies) for name in names}
        rows = []
        for iso3 in [*case.parties, *case.neighbours, "WLD"]:
            at = {
                name: float(values.sum() if iso3 == "WLD" else values[economies.index(iso3)])
                for name, values in amounts.items()
            }
            rows.append(
                {
                    "iso3": iso3,
                    "baseline": at["before"],
                    "change": at["after"] - at["before"],
                    "route_and_mode": at["route_and_mode"],
                    "trade": at["trade"],
                    **(range_of(drawn.get("co2.total" if iso3 == "WLD" else f"co2.{iso3}")) or {}),
                }
            )
        return rows

    everywhere = np.ones_like(abroad)
    whole = split(everywhere)
    return {
        "unit": "kt CO2e a year",
        "by_mode": modes(everywhere),
        "by_country": countries(),
        "split": whole,
        "international": {"by_mode": modes(abroad), "split": split(abroad, "co2.international")},
        "tonnes": {
            "unit": "Mt a year",
            "baseline": float(found.tonnes_before.sum() / 1e6),
            "change": float((found.tonnes_after - found.tonnes_before).sum() / 1e6),
            "international_baseline": float(found.tonnes_before[abroad].sum() / 1e6),
            "international_change": float((found.tonnes_after - found.tonnes_before)[abroad].sum() / 1e6),
        },
        "carbon_price": None
        if price is None
        else {
            "usd_per_t": price,
            # 1 kt at 1 USD a tonne is a thousand USD.
            "change_musd": whole["total"] * price / 1e3,
            "route_and_mode_musd": whole["route_and_mode"] * price / 1e3,
            "trade_musd": whole["trade"] * price / 1e3,
            "words": "The worth of the change at this price, positive where it does harm; nobody is made to pay it, and"
            " no cost of freight contains it.",
        },
        "words": WORDS,
    }
