"""What tables show: the parties, their neighbours and the world; the city pairs and the class of their freight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from landbridge.appraisal.scenario import Appraiser

WORLD = "WLD"
# The class whose door-to-door figures stand for container freight in the tables.
TABLE_CLASS = "manufactures"


def shown(appraiser: Appraiser) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Codes (ISO3), weights (n, m) that make their per cent of those of all economies, income (m,) in million USD."""
    economies = appraiser.base.economies
    codes = [*appraiser.case.parties, *appraiser.case.neighbours]
    base = np.asarray(appraiser.base.final_demand.sum(1))
    weights = np.zeros((len(economies), len(codes) + 1))
    for column, iso3 in enumerate(codes):
        weights[economies.index(iso3), column] = 1.0
    weights[:, -1] = base / base.sum()
    own = np.array([*(base[economies.index(iso3)] for iso3 in codes), base.sum()])
    return [*codes, WORLD], weights, own


def zones_of_pairs(appraiser: Appraiser) -> np.ndarray:
    """Numbers (p, 2) among all zones of the cities of the case's pairs."""
    places, network = appraiser.network.network.atlas.gazetteer, appraiser.network.network
    position = {network.places[k].key: row for row, k in enumerate(appraiser.skimmer.zones)}
    found = [
        [position[places.find(name, ("zone",)).key] for name in pair] for pair in appraiser.case.city_pairs
    ]
    return np.array(found, int).reshape(-1, 2)
