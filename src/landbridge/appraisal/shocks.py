"""What a scenario changes in the economy: iceberg costs, tariffs and productivities, from its measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from landbridge.appraisal.duties import acts_on, tariff_hat
from landbridge.economy import Shock
from landbridge.measures import MeasureBase, Ntm, Productivity, ServicesCost, Setting


def economic_shock(
    freight_hat: np.ndarray,
    measures: Mapping[str, MeasureBase],
    settings: Mapping[str, Setting],
    rate: np.ndarray,
    economies: Sequence[str],
    sectors: Sequence[str],
) -> Shock:
    """The shock of a scenario.

    freight_hat: (n, n, s) ratios of iceberg costs that the network measures of the scenario give. measures: by id.
    rate: (n, n, s) tariffs at the baseline date. A measure between economies does nothing within one.
    """
    hat = freight_hat.copy()
    productivity = np.ones((len(economies), len(sectors)))
    for name in sorted(settings):
        measure = measures[name]
        amount = settings[name].of(*measure.value.levels)
        if isinstance(measure, Ntm | ServicesCost):
            # A change in points is taken on a base without the barrier, a change in per cent on the whole cost.
            pairs = np.ix_(
                [economies.index(code) for code in measure.exporters],
                [economies.index(code) for code in measure.importers],
                [sectors.index(code) for code in measure.sectors],
            )
            hat[pairs] *= np.where(acts_on(measure), 1.0 + amount / 100.0, 1.0)
        elif isinstance(measure, Productivity):
            rows = [sectors.index(code) for code in measure.sectors]
            productivity[economies.index(measure.country), rows] *= 1.0 + amount / 100.0
    duties = tariff_hat(rate, measures.values(), settings, economies, sectors)
    return Shock(trade_cost_hat=hat, productivity_hat=productivity, tariff_hat=duties)
