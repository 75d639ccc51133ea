"""The main job: from a case to its results."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from landbridge.appraisal.coalitions import Synergy, needed_coalitions, synergies
from landbridge.appraisal.options import DEFAULT, Options
from landbridge.appraisal.scenario import Appraiser, Outcome
from landbridge.errors import InputError, Problem
from landbridge.measures import Case, check_case, load_known
from landbridge.measures.schema import Level
from landbridge.network import Network, build_network, compile_measures
from landbridge.network.known import known_of
from landbridge.world.economy_base import base_years, load_economy_base

Progress = Callable[[str], None]
EXTREMES: tuple[Level, Level] = ("low", "high")


@dataclass(frozen=True)
class Appraisal:
    """An appraised case: outcomes by coalition, synergies, and what is needed to describe them.

    everything: all measures at mid values; low, high: all measures at their low and high values.
    by_side: programme side -> outcome of that side alone.
    """

    case: Case
    appraiser: Appraiser
    everything: Outcome
    low: Outcome
    high: Outcome
    by_side: dict[str, Outcome]
    synergies: list[Synergy]
    coalitions: int
    options: Options = DEFAULT
    seconds: dict[str, float] = field(default_factory=dict)


def _silent(message: str) -> None:
    del message


def problems_of(case: Case, network: Network | None = None) -> list[Problem]:
    """Everything that keeps a case from being appraised: names, years, places that are not on the network.

    network: the user's own; the shipped one without.
    """
    base = load_economy_base()
    if network is None:
        problems = check_case(case, load_known(base.economies, base.sectors))
    else:
        problems = check_case(case, known_of(network, base.economies, base.sectors))
    file = str(case.folder / "case.toml")
    if not case.measures:
        problems.append(
            Problem(str(case.folder), "the case has no measures", "write at least one in measures.toml")
        )
    if case.economy_year not in base_years():
        message = f"there is no economy base of the year {case.economy_year}"
        problems.append(
            Problem(f"{file} economy_year", message, f"one of {', '.join(map(str, base_years()))}")
        )
    if not problems:
        try:
            compile_measures(network or build_network(case.baseline_date), case.measures)
        except InputError as error:
            problems = [
                Problem(
                    case.places.get(p.place.split()[1], p.place)
                    if p.place.startswith("measure ")
                    else p.place,
                    p.message,
                    p.remedy,
                )
                for p in error.problems
            ]
    return problems


def appraise(
    case: Case, options: Options = DEFAULT, *, progress: Progress = _silent, network: Network | None = None
) -> Appraisal:
    """Appraises a case: every programme side alone, each alignment together and apart, and everything.

    The case is taken as checked, see problems_of. network: the user's own, the shipped one without. Raises InputError
    when a measure cannot be placed in the world, NotConvergedError when an equilibrium is not reached; never returns
    part of the results.
    """
    started = time.perf_counter()
    progress(f"network: preparing {case.baseline_date}, {len(case.measures)} measures")
    appraiser = Appraiser(case, jobs=options.jobs, network=network)
    progress(f"network: {len(appraiser.network.touched)} arcs touched, ready")
    coalitions = needed_coalitions(case.sides)
    values: dict[frozenset[str], np.ndarray] = {}
    for number, coalition in enumerate(coalitions, 1):
        outcome = appraiser.outcome(appraiser.settings_of_sides(coalition))
        values[coalition] = outcome.percent
        progress(
            f"coalition {number} of {len(coalitions)}: {outcome.solution.certificate.iterations} iterations"
        )
    everyone = frozenset(side.id for side in case.sides)
    low, high = (appraiser.outcome(appraiser.settings_of_sides(everyone, level)) for level in EXTREMES)
    all_measures = appraiser.settings_of_sides(everyone)
    appraiser.skims(all_measures, with_parts=True)
    progress("all measures at their low and high values: done")
    return Appraisal(
        case=case,
        appraiser=appraiser,
        everything=appraiser.outcome(all_measures),
        low=low,
        high=high,
        by_side={side.id: appraiser.outcome(appraiser.settings_of_sides([side.id])) for side in case.sides},
        synergies=synergies(case.sides, lambda coalition: values[coalition]),
        coalitions=len(coalitions) + 2,
        options=options,
        seconds={
            **{name: round(spent, 2) for name, spent in appraiser.seconds.items()},
            "total": round(time.perf_counter() - started, 2),
        },
    )
