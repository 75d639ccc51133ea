"""What if: a case with measures left out, delayed, or joined by more countries."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from landbridge.appraisal.options import Options
from landbridge.errors import InputError, Problem, nearest
from landbridge.measures import Case, DigitalCustoms, Measure, Ntm, ServicesCost, Stage, Tariff

# The world data and the tariffs end before.
_LAST_YEAR = 2100


def changed_case(case: Case, options: Options, economies: Sequence[str]) -> Case:
    """The case as the options want it: measures alone or left out, later, in place by a year, with joining countries.

    economies: ISO3 codes of the economy base. Sides that have no measure left are no players. Raises InputError with
    every name that is unknown, and where no measure is left.
    """
    problems: list[Problem] = []
    measures = list(case.measures)
    if options.only:
        kept = _named(case, options.only, "--only", problems)
        measures = [one for one in measures if one.id in kept]
    if options.without:
        dropped = _named(case, options.without, "--without", problems)
        measures = [one for one in measures if one.id not in dropped]
    for name, years in options.delay.items():
        late = _named(case, [name], "--delay", problems)
        if not abs(years) <= _LAST_YEAR - case.baseline_date.year:
            most = f"{_LAST_YEAR - case.baseline_date.year} years at most"
            problems.append(Problem("--delay", f"{name} cannot be moved by {years:g} years", most))
            continue
        measures = [_later(one, years, problems) if one.id in late else one for one in measures]
    joining = _joining(case, options.coalition, economies, problems)
    if joining:
        measures = _held_once(
            [_joined(one, case.parties, joining) for one in measures], case.parties, joining
        )
    if options.in_year is not None:
        if case.baseline_date.year <= options.in_year <= _LAST_YEAR:
            measures = [one for one in measures if one.reached(options.in_year)]
        else:
            years_there = f"a year from {case.baseline_date.year} to {_LAST_YEAR}"
            problems.append(Problem("--in-year", f"{options.in_year} is no year of the case", years_there))
    if not problems and not measures:
        remedy = "leave less out" if options.in_year is None else "leave less out, or name a later year"
        problems.append(Problem("case", "no measure is left", remedy))
    if problems:
        raise InputError(problems)
    left = {one.side for one in measures}
    return replace(
        case,
        measures=tuple(measures),
        sides=tuple(side for side in case.sides if side.id in left or not case.measures_of(side.id)),
        neighbours=tuple(dict.fromkeys([*case.neighbours, *joining])),
        in_year=options.in_year,
    )


def _named(case: Case, names: Iterable[str], option: str, problems: list[Problem]) -> set[str]:
    """Ids of the measures that measures, sides, alignments or clauses name."""
    found: set[str] = set()
    for name in names:
        of_name = {
            one.id
            for one in case.measures
            if name in (one.id, one.side, one.side.partition(".")[0]) or name in one.cites
        }
        if not of_name:
            known = {one.id for one in case.measures} | {side.id for side in case.sides}
            known |= {side.alignment for side in case.sides if side.alignment is not None}
            known |= {clause for one in case.measures for clause in one.cites}
            message = f'"{name}" names no measure, side, alignment or clause with a measure'
            problems.append(Problem(option, message, nearest(name, sorted(known))))
        found |= of_name
    return found


def _later(measure: Measure, years: float, problems: list[Problem]) -> Measure:
    """The measure, started some years later; its stages move with it."""
    if measure.stages and years != int(years):
        message = f"{measure.id} has stages by year and cannot be moved by {years:g} years"
        problems.append(Problem("--delay", message, "give whole years"))
        return measure
    whole = int(years // 1)
    start = measure.start
    # There is no 29 February in most years.
    day = min(start.day, 28) if start.month == 2 else start.day
    moved = dt.date(start.year + whole, start.month, day) + dt.timedelta(days=365.25 * (years - whole))
    stages = tuple(Stage(year=stage.year + whole, share=stage.share) for stage in measure.stages)
    return measure.model_copy(update={"start": moved, "stages": stages})


def _joining(
    case: Case, names: Iterable[str], economies: Sequence[str], problems: list[Problem]
) -> tuple[str, ...]:
    found = []
    for name in names:
        if name in case.parties:
            problems.append(Problem("--coalition", f"{name} is a party already", "name others"))
        elif name not in economies:
            problems.append(Problem("--coalition", f'unknown economy "{name}"', nearest(name, economies)))
        else:
            found.append(name)
    return tuple(dict.fromkeys(found))


def extends(measure: Measure, parties: Sequence[str]) -> bool:
    """Whether a measure holds between parties, so that a country which joins them takes part in it."""
    if isinstance(measure, Ntm | ServicesCost | Tariff):
        sellers, buyers = set(measure.exporters) & set(parties), set(measure.importers) & set(parties)
        return bool(sellers and buyers) and len(sellers | buyers) > 1
    return isinstance(measure, DigitalCustoms) and len(set(measure.pair) & set(parties)) > 1


def _joined(measure: Measure, parties: Sequence[str], joining: Sequence[str]) -> Measure:
    """The measure with countries that join the parties: they sell and they buy on its terms."""
    if not extends(measure, parties):
        return measure
    if isinstance(measure, DigitalCustoms):
        return measure.model_copy(update={"pair": tuple(dict.fromkeys([*measure.pair, *joining]))})
    assert isinstance(measure, Ntm | ServicesCost | Tariff)
    return measure.model_copy(
        update={
            "exporters": tuple(dict.fromkeys([*measure.exporters, *joining])),
            "importers": tuple(dict.fromkeys([*measure.importers, *joining])),
        }
    )


def _held_once(measures: Sequence[Measure], parties: Sequence[str], joining: Sequence[str]) -> list[Measure]:
    """The joined measures, each pair of economies under one of those that never meet between the parties.

    Where a joining country takes both roles, measures that hold for different pairs of the parties would act on its
    trade one on top of the other; the first of the file holds there, and the others stand back.
    """
    kept: list[Measure] = []
    for one in measures:
        if isinstance(one, Ntm | ServicesCost | Tariff) and extends(one, parties):
            own, between = _cells(one), _pairs(one, joining)
            for other in kept:
                if type(other) is type(one) and extends(other, parties):
                    assert isinstance(other, Ntm | ServicesCost | Tariff)
                    if not between & _pairs(other, joining):
                        one = one.without(own & _cells(other))
        kept.append(one)
    return kept


def _pairs(measure: Ntm | ServicesCost | Tariff, joining: Sequence[str]) -> set[tuple[str, str]]:
    """The pairs of exporter and importer that a measure holds for without the joining countries."""
    pairs = itertools.product(measure.exporters, measure.importers)
    return {(a, b) for a, b in pairs if a != b and a not in joining and b not in joining}


def _cells(measure: Ntm | ServicesCost | Tariff) -> set[tuple[str, str, str]]:
    """Exporters, importers and sectors that a measure acts on."""
    named = itertools.product(measure.exporters, measure.importers, measure.sectors)
    return {(a, b, sector) for a, b, sector in named if a != b} - measure.left_out


def words_of(case: Case, options: Options) -> list[str]:
    """What was changed of the case, one sentence each. case: the changed one."""
    words = []
    if options.only:
        words.append(f"What if: only {', '.join(options.only)}; {len(case.measures)} measures are left.")
    if options.without:
        words.append(
            f"What if: without {', '.join(options.without)}; {len(case.measures)} measures are left."
        )
    full = (
        " This changes present values, and what is in place in a year; the tables of real income show the measures in"
        " full."
    )
    for name, years in options.delay.items():
        words.append(f"What if: {name} comes {years:g} years later.{full if options.in_year is None else ''}")
    if options.in_year is not None:
        part = [one.id for one in case.measures if one.reached(options.in_year) < 1.0]
        partly = f", {', '.join(part)} in part" if part else ""
        words.append(
            f"Only what is in place on 1 July {options.in_year}: {len(case.measures)} measures{partly}."
        )
    if options.coalition:
        joined = ", ".join(one.id for one in case.measures if extends(one, case.parties)) or "none"
        words.append(
            f"What if: {', '.join(options.coalition)} join. Measures between the parties ({joined}) hold for trade and"
            " borders with and among them too; works, services and productivity stay where they are, and what joining"
            " costs is not known."
        )
        back = [one.id for one in case.measures if getattr(one, "left_out", ())]
        if back:
            words.append(
                f"Where a joining country takes both roles, measures that hold for different pairs of the parties would"
                f" meet on the same goods: the first of the file holds there, and {', '.join(back)} stands back."
            )
    if options.shut:
        words.append(
            f"Shut for comparison: {', '.join(options.shut)}; see resilience. All other tables are of the open world."
        )
    return words
