"""The results of an appraisal as one plain document, the content of results.json."""

from __future__ import annotations

from typing import Any

from landbridge import __version__
from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.drawing import base_map
from landbridge.appraisal.options import Options
from landbridge.appraisal.own_network import files_used, network_used
from landbridge.appraisal.pool import one_thread
from landbridge.appraisal.results.agreement import agreement, clauses_with_measures
from landbridge.appraisal.results.attributed import attribution_section, from_productivity
from landbridge.appraisal.results.borders import borders
from landbridge.appraisal.results.costly import costly_sections
from landbridge.appraisal.results.doubts import certificate, flags
from landbridge.appraisal.results.flows import flow_lines
from landbridge.appraisal.results.freight import freight, named_on_the_map
from landbridge.appraisal.results.game import game_sections, income_of_shown
from landbridge.appraisal.results.home import gains_at_home
from landbridge.appraisal.results.income import synergy, welfare
from landbridge.appraisal.results.measured import measure_row
from landbridge.appraisal.results.resilience import resilience
from landbridge.appraisal.results.sectors import sectors
from landbridge.appraisal.results.trade import trade
from landbridge.appraisal.results.uncertainty import uncertainty
from landbridge.appraisal.wording import ATTRIBUTION, CHAINS, remarks_of
from landbridge.world.network_tables import load_choice

SCHEMA = "results/0.2"


def asked(options: Options, year: int) -> dict[str, Any]:
    """What was asked for, as far as it changes figures."""
    return {
        "quick": options.quick,
        "draws": options.draws,
        "seed": options.seed,
        "year": year,
        "without": list(options.without),
        "only": list(options.only),
        "delay": dict(options.delay),
        "in_year": options.in_year,
        "shut": list(options.shut),
        "coalition": list(options.coalition),
        "carbon_price_usd_per_t": options.carbon_price,
    }


def to_results(appraisal: Appraisal, *, rerun: str, quotations_checked: bool) -> dict[str, Any]:
    """Everything the report shows, as plain data with the keys of the results schema.

    rerun: the command that gives these results again. quotations_checked: whether the record was held against its text.
    """
    with one_thread():
        return _document(appraisal, rerun, quotations_checked)


def _document(appraisal: Appraisal, rerun: str, quotations_checked: bool) -> dict[str, Any]:
    case = appraisal.case
    carried = clauses_with_measures(appraisal)
    costly = costly_sections(appraisal)
    found_routes = costly["routes"]
    welfare_rows = welfare(appraisal)
    shared = attribution_section(appraisal)
    drawn = base_map(appraisal.appraiser.network.network, named_on_the_map(appraisal, found_routes))
    network = appraisal.appraiser.network.network
    kt = costly["flows"]
    kinds: dict[str, set[str]] = {}
    for measure in case.measures:
        kinds.setdefault(measure.side, set()).add(measure.kind)
    return {
        "schema": SCHEMA,
        "landbridge": __version__,
        "case": case.name,
        "title": case.title,
        "baseline_date": case.baseline_date.isoformat(),
        "economy_year": appraisal.appraiser.base.year,
        "options": asked(appraisal.options, appraisal.appraiser.base.year),
        "parties": list(case.parties),
        "neighbours": list(case.neighbours),
        "agreement": agreement(appraisal, carried),
        "commitments": {
            "total": len(case.record.commitments),
            "with_measure": sum(bool(carried.get(c.id)) for c in case.record.commitments),
            "numbers_from_text": sum(measure.from_ == "text" for measure in case.measures),
        },
        "sides": [
            {
                "id": side.id,
                "label": side.label,
                "country": side.country,
                "alignment": side.alignment,
                "measures": [measure.id for measure in case.measures_of(side.id)],
            }
            for side in case.sides
        ],
        "measures": [measure_row(appraisal, measure) for measure in case.measures],
        "income": income_of_shown(appraisal),
        "welfare": welfare_rows,
        "remarks": remarks_of(
            welfare_rows, kinds, case.parties, from_productivity(shared), gains_at_home(appraisal)
        ),
        "synergy": synergy(appraisal),
        "ranges": "low_to_high" if appraisal.uncertainty is None else "draws",
        "uncertainty": uncertainty(appraisal),
        **game_sections(appraisal),
        "attribution": shared,
        "finance": costly["finance"],
        "investment": costly.get("investment", []),
        "co2": costly["co2"],
        "sectors": sectors(appraisal),
        **({"resilience": resilience(appraisal)} if appraisal.options.shut else {}),
        "freight": freight(appraisal),
        "routes": found_routes,
        "trade": trade(appraisal),
        "map": drawn,
        "flows": flow_lines(network, kt),
        "borders": borders(appraisal, drawn["crossings"], kt),
        "certificate": certificate(appraisal),
        "network": network_used(appraisal),
        "provenance": [
            {
                "file": resource.file,
                "sha256": resource.sha256,
                "source": resource.source,
                "licence": resource.licence,
                "flags": list(resource.flags),
                "rows": resource.rows,
            }
            for resource in files_used(appraisal)
        ],
        "flags": flags(appraisal),
        "left_out": list(case.left_out),
        "chains": CHAINS,
        "choice_elasticity": load_choice()["mode_cost_elasticity"],
        "credits": ATTRIBUTION,
        "quotations_checked": quotations_checked,
        "how_to_rerun": rerun,
        "timings": appraisal.seconds,
    }
