"""Checks that every name a case uses exists: places, crossings, ports, sectors, economies, sides, clauses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from landbridge.errors import Problem, nearest
from landbridge.world.places import fold

from .case import Case, quotes_of
from .known import Known
from .schema import BorderTime, DigitalCustoms, MeasureBase, Ntm, ServicesCost, Transfer


def _unknown(place: str, what: str, name: str, known: Iterable[str]) -> Problem:
    return Problem(place, f'unknown {what} "{name}"', nearest(name, known))


def _each_known(place: str, what: str, names: Iterable[str], known: Iterable[str]) -> list[Problem]:
    known = frozenset(known)
    return [_unknown(place, what, name, known) for name in names if name not in known]


def _each_found(place: str, what: str, names: Iterable[str], known: Iterable[str]) -> list[Problem]:
    """As `_each_known`, for names that the network finds by any spelling."""
    known = frozenset(known)
    spellings = {fold(name) for name in known}
    return [_unknown(place, what, name, known) for name in names if fold(name) not in spellings]


def _check_crossing(place: str, name: str, mode: str, direction: str, known: Known) -> list[Problem]:
    same_name = [crossing for crossing in known.crossings if crossing.name == name]
    names = {crossing.name for crossing in known.crossings if crossing.mode == mode}
    if not same_name:
        return [_unknown(f"{place} crossing", f"{mode} crossing", name, names)]
    fitting = [crossing for crossing in same_name if crossing.mode == mode]
    if not fitting:
        modes = ", ".join(sorted({crossing.mode for crossing in same_name}))
        return [Problem(f"{place} mode", f'"{name}" is no {mode} crossing', f"it is known by {modes}")]
    if direction != "both" and set(direction.split(">")) != set(fitting[0].countries):
        a, b = fitting[0].countries
        message = f'"{direction}" does not cross "{name}"'
        return [Problem(f"{place} direction", message, f"allowed: both, {a}>{b}, {b}>{a}")]
    return []


def _check_sectors(place: str, measure: MeasureBase, sectors: Iterable[str], known: Known) -> list[Problem]:
    goods_only, services_only = isinstance(measure, Ntm), isinstance(measure, ServicesCost)
    allowed = known.goods if goods_only else known.services if services_only else known.goods | known.services
    problems = []
    for sector in sectors:
        if sector in allowed:
            continue
        if sector in known.goods | known.services:
            group = "services" if goods_only else "goods"
            remedy = f"allowed: {', '.join(sorted(allowed))}"
            problems.append(Problem(f"{place} sectors", f'"{sector}" is a sector of {group}', remedy))
        else:
            message = f'unknown sector "{sector}"'
            problems.append(Problem(f"{place} sectors", message, _near_sector(sector, allowed)))
    return problems


def _near_sector(sector: str, allowed: Iterable[str]) -> str:
    phrase = nearest(sector, allowed)
    return phrase if phrase.startswith("nearest") else f"{phrase}; allowed: {', '.join(sorted(allowed))}"


def _check_names(measure: Any, place: str, known: Known) -> list[Problem]:
    """Problems of the names in one measure; keys of the same name mean the same in every kind."""
    problems: list[Problem] = []
    if isinstance(measure, BorderTime):
        problems += _check_crossing(place, measure.crossing, measure.mode, measure.direction, known)
    elif isinstance(measure, Transfer) and measure.crossing is not None:
        problems += _check_crossing(place, measure.crossing, "rail", "both", known)
        rail = {
            crossing.name: crossing.gauge_break for crossing in known.crossings if crossing.mode == "rail"
        }
        if not rail.get(measure.crossing, True):
            breaks = ", ".join(sorted(name for name, gauge_break in rail.items() if gauge_break))
            message = f'the gauge does not change at "{measure.crossing}"'
            problems.append(Problem(f"{place} crossing", message, f"it changes at: {breaks}"))
    elif isinstance(measure, Transfer) and measure.terminal is not None:
        problems += _each_found(f"{place} terminal", "place", [measure.terminal], known.places)
    places: tuple[str, ...] = getattr(measure, "places", ())
    if getattr(measure, "mode", "") == "sea":
        problems += _each_found(f"{place} places", "port", places, known.ports)
    else:
        on_land = known.places.union(crossing.name for crossing in known.crossings)
        problems += _each_found(f"{place} places", "place", places, on_land)
    if hasattr(measure, "port"):
        problems += _each_found(f"{place} port", "port", [measure.port], known.ports)
    for key in ("exporters", "importers"):
        problems += _each_known(f"{place} {key}", "economy", getattr(measure, key, ()), known.economies)
    if hasattr(measure, "country"):
        problems += _each_known(f"{place} country", "economy", [measure.country], known.economies)
    traffic = getattr(measure, "traffic", "all")
    if not isinstance(traffic, str):
        problems += _each_known(f"{place} traffic", "country", traffic, known.countries)
    countries: tuple[str, ...] = getattr(measure, "countries", ())
    problems += _each_known(f"{place} countries", "country", countries, known.countries)
    problems += _check_sectors(place, measure, getattr(measure, "sectors", ()), known)
    if isinstance(measure, DigitalCustoms):
        pairs = {frozenset(crossing.countries) for crossing in known.crossings}
        if frozenset(measure.pair) not in pairs:
            listed = ", ".join(sorted("-".join(sorted(pair)) for pair in pairs))
            message = f"no crossing joins {measure.pair[0]} and {measure.pair[1]}"
            problems.append(Problem(f"{place} pair", message, f"pairs with a crossing: {listed}"))
    for key in ("capex", "opex"):
        cost = getattr(measure, key)
        if cost is not None:
            problems += _each_known(f"{place} {key}.payers", "country", cost.payers, known.countries)
    return problems


def _check_case_file(case: Case, clauses: Iterable[str], known: Known) -> list[Problem]:
    file = str(case.folder / "case.toml")
    problems = _each_known(f"{file} parties", "economy", case.parties, known.economies)
    problems += _each_known(f"{file} neighbours", "economy", case.neighbours, known.economies)
    for pair in case.city_pairs:
        problems += _each_found(f"{file} city_pairs", "place", pair, known.places | known.ports)
    seen: set[str] = set()
    for side in case.sides:
        place = f"{file} side {side.id}"
        if side.id in seen:
            problems.append(Problem(place, f"{side.id} is used twice", "give each side its own id"))
        seen.add(side.id)
        problems += _each_known(f"{place} alignment", "clause", [side.alignment], clauses)
        problems += _each_known(f"{place} country", "party", [side.country], case.parties)
        if not side.id.startswith(f"{side.alignment}."):
            remedy = f"write {side.alignment}.a or {side.alignment}.b"
            problems.append(Problem(f"{place} id", f"{side.id} does not belong to {side.alignment}", remedy))
    return problems


def check_case(case: Case, known: Known) -> list[Problem]:
    """Problems of the names and dates a case uses, all of them; an empty list when there is none.

    `known` holds the names of the network and the economy that the case is to be appraised with.
    """
    clauses = frozenset(quotes_of(case.record))
    problems = _check_case_file(case, clauses, known)
    sides = [side.id for side in case.sides]
    for measure in case.measures:
        place = case.places.get(measure.id, measure.id)
        problems += _each_known(f"{place} side", "side", [measure.side], sides)
        problems += _each_known(f"{place} cites", "clause", measure.cites, clauses)
        if measure.start < case.baseline_date:
            message = f"the measure starts on {measure.start}, before the baseline of {case.baseline_date}"
            remedy = "what was there already belongs to the baseline"
            problems.append(Problem(f"{place} start", message, remedy))
        problems += _check_names(measure, place, known)
    return problems
