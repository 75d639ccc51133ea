"""What takes long to find of the results: each part by itself, in as many processes as were asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from landbridge.appraisal.appraise import Appraisal
from landbridge.appraisal.pool import in_a_child, run_beside
from landbridge.appraisal.results.emissions import co2
from landbridge.appraisal.results.finance import finance
from landbridge.appraisal.results.flows import flows_of_everything
from landbridge.appraisal.results.freight import routes
from landbridge.appraisal.results.investment import investment
from landbridge.economy import Certificate

# The longest first, so that no process is left alone with one at the end.
_COSTLY: dict[str, Callable[[Appraisal], Any]] = {
    "investment": investment,
    "co2": co2,
    "routes": routes,
    "finance": finance,
    "flows": flows_of_everything,
}


def costly_sections(appraisal: Appraisal) -> dict[str, Any]:
    """The sections `finance`, `co2`, `routes` and, unless the run is a quick one, `investment`; `flows` on the arcs.

    The certificates of what is solved for them go to the appraiser's.
    """
    appraiser, options = appraisal.appraiser, appraisal.options
    # Needed by several.
    _ = appraiser.baseline_skims
    names = [name for name in _COSTLY if name != "investment" or not options.quick]
    found = {}
    for name, section, certificates in run_beside(_costly_section, appraisal, names, jobs=options.jobs):
        found[name] = section
        appraiser.certificates += certificates
    return found


def _costly_section(appraisal: Appraisal, name: str) -> tuple[str, Any, list[Certificate]]:
    """A section by name, and the certificates of what was solved for it."""
    appraiser = appraisal.appraiser
    if in_a_child():
        appraiser.skimmer.jobs = 1
    before, appraiser.certificates = appraiser.certificates, []
    section = _COSTLY[name](appraisal)
    fresh, appraiser.certificates = appraiser.certificates, before
    return name, section, fresh
