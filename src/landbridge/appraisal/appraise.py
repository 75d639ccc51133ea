"""The main job: from a case to its results."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from landbridge.appraisal.attribution import Attribution, attribute, cost_task, tasks_of
from landbridge.appraisal.channels import pieces_of
from landbridge.appraisal.coalitions import Synergy, needed_coalitions, synergies
from landbridge.appraisal.duties import tariff_problems
from landbridge.appraisal.game import EXACT_UP_TO, Sampled, sampled_shapley
from landbridge.appraisal.options import DEFAULT, Options
from landbridge.appraisal.pool import Shared, one_thread, run
from landbridge.appraisal.scenario import Appraiser, Outcome
from landbridge.appraisal.shown import shown
from landbridge.appraisal.uncertainty import Uncertainty, assess, check_draws
from landbridge.appraisal.values import Coalitions, Valuer, Values
from landbridge.appraisal.work import WorkFile, check_code, code_hash, key_of
from landbridge.errors import InputError, Problem
from landbridge.measures import Case, Tariff, check_case, load_known
from landbridge.measures.schema import Level
from landbridge.network import Network, build_network, compile_measures
from landbridge.network.closures import find_closures, stranded
from landbridge.network.known import known_of
from landbridge.world.economy_base import base_years, load_economy_base
from landbridge.world.memory import give_back
from landbridge.world.tariffs import load_tariffs

Progress = Callable[[str], None]
EXTREMES: tuple[Level, Level] = ("low", "high")

# Beyond EXACT_UP_TO sides, orders are drawn until no standard error of a Shapley value exceeds this share of what the
# party that gains most has of everything, or until so many orders.
SAMPLED_ERROR = 0.01
MOST_ORDERS = 200
ORDERS_A_BATCH = 16


@dataclass(frozen=True)
class Appraisal:
    """An appraised case: outcomes, the values of coalitions, and what is needed to describe them.

    everything: all measures at mid values; low, high: all measures at their low and high values.
    by_side: programme side -> change of real income (n,) in per cent by that side alone. shapley: where not all
    coalitions are valued, from sampled orders; None where it follows from the values, or where it was not asked for.
    coalitions: how many scenarios of sides were solved. uncertainty: what draws say, None where none were asked for.
    """

    case: Case
    appraiser: Appraiser
    everything: Outcome
    low: Outcome
    high: Outcome
    by_side: dict[str, np.ndarray]
    synergies: list[Synergy]
    values: Values
    coalitions: int
    shapley: Sampled | None = None
    uncertainty: Uncertainty | None = None
    attribution: Attribution | None = None
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
    if not problems and any(isinstance(measure, Tariff) for measure in case.measures):
        rates = load_tariffs(case.baseline_date, base.economies, base.sectors).rate
        problems += tariff_problems(rates, case.measures, base.economies, base.sectors, case.places)
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
    if options.draws:
        check_draws(options.draws)
    progress(f"network: preparing {case.baseline_date}, {len(case.measures)} measures")
    with one_thread():
        appraiser = Appraiser(case, jobs=options.jobs, network=network)
    _check_ways(appraiser, options, progress)
    progress(f"network: {len(appraiser.network.touched)} arcs touched, ready")
    key = key_of(case, network, options)
    work = WorkFile(options.resume, "coalitions", key)
    if work.rows:
        progress(f"coalitions: {len(work.rows)} known from a run that was interrupted")
    shared = Shared(key, make_valuer, (case, network, code_hash()))
    coalitions = Coalitions(Valuer(appraiser), shared, work, options, _in_tenths(progress))
    values, sampled = _valued(case, coalitions, options)
    work_seconds = time.perf_counter() - started
    everyone = [side.id for side in case.sides]
    attribution = None
    if not options.quick:
        attribution = _attributed(appraiser, shared, options, values.of(everyone) - values.of([]))
        progress("attribution to measures and channels: done")
    drawn = assess(appraiser, options, network, progress) if options.draws else None
    give_back()
    with one_thread():
        low, high = (appraiser.outcome(appraiser.settings_of_sides(everyone, level)) for level in EXTREMES)
        all_measures = appraiser.settings_of_sides(everyone)
        appraiser.skims(all_measures, with_parts=True)
        everything = appraiser.outcome(all_measures)
    progress("all measures at their low and high values: done")
    return Appraisal(
        case=case,
        appraiser=appraiser,
        # The figures of the game and of the total are the same to the last digit.
        everything=replace(everything, percent=values.of(everyone)),
        low=low,
        high=high,
        by_side={side: values.of([side]) for side in everyone},
        synergies=synergies(case.sides, values.of),
        values=values,
        coalitions=len(values.rows) + 2,
        shapley=sampled,
        uncertainty=drawn,
        attribution=attribution,
        options=options,
        seconds={
            **{name: round(spent, 2) for name, spent in appraiser.seconds.items()},
            **{f"coalitions_{name}_cpu": round(spent, 2) for name, spent in coalitions.seconds.items()},
            "coalitions": round(work_seconds, 2),
            **({} if drawn is None else {"draws": round(drawn.seconds, 2)}),
            "total": round(time.perf_counter() - started, 2),
        },
    )


def _check_ways(appraiser: Appraiser, options: Options, progress: Progress) -> None:
    """Tells of cities that what is shut leaves without a way.

    Raises InputError for unknown names, and where too many people would be left so, before anything is valued.
    """
    closures = find_closures(appraiser.network.network, options.shut)
    if closures:
        with one_thread():
            cities = stranded(appraiser.network, appraiser.skimmer, closures)
        if cities:
            progress(f"shut: no way is left to {', '.join(cities)}, whose costs stay as they are")
        give_back()


def _attributed(appraiser: Appraiser, shared: Shared, options: Options, percent: np.ndarray) -> Attribution:
    """Shares of measures and channels in what everything brings, percent (n,)."""
    settings = appraiser.settings_of_sides([side.id for side in appraiser.case.sides])
    _, _, pieces = pieces_of(appraiser.network, settings)
    costs: dict[tuple[str, ...], np.ndarray] = {}
    if pieces:
        tasks = tasks_of(pieces, options.seed)
        for found in run(cost_task, shared, tasks, jobs=options.jobs, scheduler=options.scheduler):
            costs.update(found)
    _, weights, _ = shown(appraiser)
    with one_thread():
        return attribute(appraiser, settings, costs, weights, percent @ weights, options.seed)


def make_valuer(case: Case, network: Network | None, code: str) -> Valuer:
    """What a process needs to value coalitions. code: the program that asks for it, see code_hash.

    Raises InputError where this process runs another one.
    """
    check_code(code)
    with one_thread():
        return Valuer(Appraiser(case, network=network))


def _in_tenths(progress: Progress) -> Callable[[int, int], None]:
    """Tells of every tenth of the coalitions, and of what one took."""
    began, told = time.perf_counter(), [0]

    def said(done: int, of: int) -> None:
        if done == of or done >= (told[0] + 1) * of / 10:
            told[0] = 10 * done // of
            each = (time.perf_counter() - began) / done
            progress(f"coalitions: {done} of {of}, {each:.3f} s each")

    return said


def _valued(case: Case, coalitions: Coalitions, options: Options) -> tuple[Values, Sampled | None]:
    """The coalitions that are asked for: all where they are few enough, else those that orders pass."""
    bit = {side.id: 1 << k for k, side in enumerate(case.sides)}
    needed = [sum(bit[side] for side in sides) for sides in needed_coalitions(case.sides)]
    count = len(bit)
    if options.quick or count <= EXACT_UP_TO:
        rows = needed if options.quick else range(1 << count)
        coalitions.value(rows)
        return coalitions.values(rows), None
    coalitions.value(needed)
    economies = coalitions.economies
    parties = [economies.index(iso3) for iso3 in case.parties]
    worth = np.abs(coalitions.percent((1 << count) - 1)[parties]).max()
    seen = set(needed)

    def row_of(players: frozenset[int]) -> int:
        return sum(1 << player for player in players)

    def ahead(wanted: list[frozenset[int]]) -> None:
        rows = [row_of(players) for players in wanted]
        seen.update(rows)
        coalitions.value(rows)

    sampled = sampled_shapley(
        lambda players: coalitions.percent(row_of(players)),
        count,
        rng=np.random.default_rng(options.seed),
        standard_error=SAMPLED_ERROR * float(worth),
        most_orders=MOST_ORDERS,
        batch=ORDERS_A_BATCH,
        ahead=ahead,
        strict=False,
    )
    return coalitions.values(seen), sampled
