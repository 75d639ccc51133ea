"""Trade between the parties and their neighbours."""

from __future__ import annotations

from typing import Any

from landbridge.appraisal.appraise import Appraisal


def trade(appraisal: Appraisal) -> list[dict[str, Any]]:
    base = appraisal.appraiser.base
    before = base.trade.sum(2)
    after = appraisal.everything.solution.trade.sum(2)
    shown = [base.economies.index(iso3) for iso3 in (*appraisal.case.parties, *appraisal.case.neighbours)]
    parties = [base.economies.index(iso3) for iso3 in appraisal.case.parties]
    rows = []
    for i in shown:
        for j in shown:
            if i != j and (i in parties or j in parties) and before[i, j] > 0:
                rows.append(
                    {
                        "exporter": base.economies[i],
                        "importer": base.economies[j],
                        "baseline_musd": float(before[i, j]),
                        "change_musd": float(after[i, j] - before[i, j]),
                        "percent": float(100.0 * (after[i, j] / before[i, j] - 1.0)),
                    }
                )
    return sorted(rows, key=lambda row: -row["baseline_musd"])
