"""The economies that tables show: the parties, their neighbours, and the world."""

from __future__ import annotations

import numpy as np

from landbridge.appraisal.scenario import Appraiser

WORLD = "WLD"


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
