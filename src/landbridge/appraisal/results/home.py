"""How much of a gain comes from freight at home, whose hauls the model knows least."""

from __future__ import annotations

import numpy as np

from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.results.income import income
from landbridge.economy import solve


def gains_at_home(appraisal: Appraisal) -> dict[str, float]:
    """What the parties would gain less, million USD a year by ISO3, if freight within economies cost what it did.

    Empty where no measure changes that cost.
    """
    appraiser = appraisal.appraiser
    everything = appraiser.settings_of_sides([side.id for side in appraisal.case.sides])
    hat = appraiser.freight_cost_hat(everything).copy()
    own = np.arange(len(hat))
    if (hat[own, own] == 1.0).all():
        return {}
    hat[own, own] = 1.0
    abroad = solve(appraiser.model, appraiser.shock(everything, hat))
    percent = appraisal.everything.percent - 100.0 * (abroad.real_income_hat - 1.0)
    musd = percent / 100.0 * income(appraisal)
    return {iso3: float(musd[appraiser.base.economies.index(iso3)]) for iso3 in appraisal.case.parties}
