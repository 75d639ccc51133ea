"""How well the equations hold, and what a reader must know of the data behind the figures."""

from __future__ import annotations

from typing import Any

from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.own_network import files_used, remarks_on_the_network
from landbridge.appraisal.whatif import words_of
from landbridge.measures import Tariff


def certificate(appraisal: Appraisal) -> dict[str, Any]:
    certificates = appraisal.appraiser.certificates
    values = appraisal.values
    return {
        "max_residual": max(values.residual, *(one.max_residual for one in certificates)),
        "walras": max(values.walras, *(one.walras_gap for one in certificates)),
        "homogeneity": max(values.homogeneity, *(one.homogeneity_gap for one in certificates)),
        "coalitions": appraisal.coalitions,
        "failed": 0,
    }


def flags(appraisal: Appraisal) -> list[str]:
    """What a reader must know of the data and values behind the figures."""
    case = appraisal.case
    assumed = sum(measure.from_ == "assumption" for measure in case.measures)
    flags = [
        f"{assumed} of {len(case.measures)} measures have assumed values; the others rest on the sources they cite.",
        _ranges(appraisal),
    ]
    year = appraisal.appraiser.base.year
    if year != case.baseline_date.year:
        flags.insert(
            1,
            f"The agreement is of {case.baseline_date.year}, the economy of {year}: gains are in the trade and prices"
            " of that year.",
        )
    tariffs = appraisal.appraiser.tariffs
    if tariffs.applied.any():
        acting = [measure.id for measure in case.measures if isinstance(measure, Tariff)]
        what = f"{', '.join(acting)} change them from there" if acting else "no measure changes them"
        flags.append(
            f"Tariffs are averages by importer and group of goods, as of {case.baseline_date}; {what}."
        )
    gated = [measure.id for measure in case.measures if measure.probability < 1.0]
    if gated:
        flags.append(
            f"In the central figures the values of {', '.join(gated)} are multiplied by the probability that the"
            " measure happens."
        )
    flags += words_of(case, appraisal.options)
    flags += [f"{m.id}: {flag}" for m in case.measures for flag in m.flags]
    flags += remarks_on_the_network(appraisal)
    return flags + [
        f"{resource.title}: {flag}" for resource in files_used(appraisal) for flag in resource.flags
    ]


def _ranges(appraisal: Appraisal) -> str:
    """What the ranges of the total are."""
    found = appraisal.uncertainty
    if found is None:
        return (
            "Ranges run from all measures at their low to all at their high values;"
            " they are no confidence intervals."
        )
    assumed = sum(bool(one.flag) for one in found.uncertain.inputs)
    return (
        f"Ranges hold nine tenths of {found.draws} draws of {len(found.uncertain.inputs)} uncertain inputs,"
        f" {assumed} of them with assumed ranges; what the model itself leaves out is not in them."
    )
