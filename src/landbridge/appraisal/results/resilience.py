"""What the package is worth where something is shut, and what that closure costs without the package and with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landbridge.appraisal.results.income import income
from landbridge.appraisal.shocks import economic_shock
from landbridge.appraisal.shown import TABLE_CLASS
from landbridge.economy import solve
from landbridge.network import ClassSkim, Part, cost_hat, hours, iceberg_costs, usd_per_t
from landbridge.network.closures import ShutWorld, find_closures

if TYPE_CHECKING:
    from landbridge.appraisal.appraise import Appraisal

WORDS = (
    "A lasting closure, to which trade and routes have adapted; queues and the shock of the first weeks are no"
    " part of it. Freight takes the next best way at today's prices and capacities, so the cost is a lower bound"
    " where the other ways would fill. Goods of the cargo classes are concerned: oil, gas and coal keep their"
    " costs. Fees that a closed passage would have earned are not lost to anyone here. Percentages are of real"
    " income: closure without the package, with it, and the package in the open and in the shut world."
)


def resilience(appraisal: Appraisal) -> dict[str, Any]:
    """The section `resilience` of the results."""
    appraiser, case = appraisal.appraiser, appraisal.case
    closures = find_closures(appraiser.network.network, appraisal.options.shut)
    world = ShutWorld(appraiser.network, appraiser.skimmer, closures, appraiser.baseline_skims)
    everything = appraiser.settings_of_sides([side.id for side in case.sides])
    economies, sectors = appraiser.base.economies, appraiser.base.sectors

    def real_income(found: dict[str, ClassSkim], settings: dict[str, Any]) -> np.ndarray:
        costs = iceberg_costs(found, appraiser.classes, appraiser.weights)
        hat = cost_hat(appraiser.baseline_iceberg, costs, appraiser.classes, sectors)
        shock = economic_shock(hat, appraiser.measures, settings, appraiser.tariffs.rate, economies, sectors)
        return solve(appraiser.model, shock).real_income_hat

    places = _city_pairs(appraisal)
    journeys: dict[str, list[dict[str, float]]] = {}
    incomes: dict[str, np.ndarray] = {}
    # One scenario at a time: whole skims are large.
    for name, given in (("shut", {}), ("shut_with_all", everything)):
        found = world.skims(given, parts_of=(TABLE_CLASS,))
        incomes[name] = real_income(found, given)
        journeys[name] = _journeys(found[TABLE_CLASS], places)
        del found
    for name, given in (("open", {}), ("open_with_all", everything)):
        journeys[name] = _journeys(appraiser.skims(given, with_parts=True)[TABLE_CLASS], places)
    shut_none, shut_all = incomes["shut"], incomes["shut_with_all"]
    open_all = 1.0 + appraisal.everything.percent / 100.0
    base = income(appraisal)
    # Real incomes over the open world's without measures.
    kinds = {
        "baseline": (shut_none, np.ones_like(open_all)),
        "with_all": (shut_all, open_all),
        "package_open": (open_all, np.ones_like(open_all)),
        "package_shut": (shut_all, shut_none),
    }
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, (after, before) in kinds.items():
        gain = base * (after - before)
        rows[f"{name}_percent"] = [
            {
                "iso3": iso3,
                "percent": float(100.0 * gain.sum() / (base * before).sum())
                if iso3 == "WLD"
                else float(100.0 * (after / before - 1.0)[economies.index(iso3)]),
                "usd_million": float(gain.sum() if iso3 == "WLD" else gain[economies.index(iso3)]),
            }
            for iso3 in [*case.parties, *case.neighbours, "WLD"]
        ]
    return {
        "shut": [closure.name for closure in closures],
        "meaning": [closure.words for closure in closures],
        "stranded": list(world.stranded),
        **rows,
        "freight": [
            {
                "from": names[0],
                "to": names[1],
                "class": TABLE_CLASS,
                **{name: journeys[name][k] for name in ("open", "open_with_all", "shut", "shut_with_all")},
            }
            for k, names in enumerate(case.city_pairs)
        ],
        "words": WORDS,
    }


def _city_pairs(appraisal: Appraisal) -> list[tuple[int, int]]:
    """The rows of the case's city pairs among the zones."""
    appraiser = appraisal.appraiser
    network = appraiser.network.network
    position = {network.places[k].key: row for row, k in enumerate(appraiser.skimmer.zones)}

    def row(name: str) -> int:
        return position[network.atlas.gazetteer.find(name, ("zone",)).key]

    return [(row(a), row(b)) for a, b in appraisal.case.city_pairs]


def _journeys(skim: ClassSkim, pairs: list[tuple[int, int]]) -> list[dict[str, float]]:
    """Days, USD and CO2 a tonne of some zone pairs."""
    assert skim.parts is not None
    found = []
    for a, b in pairs:
        parts = skim.parts[a, b]
        found.append(
            {
                "days": float(hours(parts)) / 24.0,
                "usd_per_t": float(usd_per_t(parts)),
                "kgco2e_per_t": float(parts[Part.CO2_KG]),
            }
        )
    return found
