"""Tariff measures: from the rates applied at the baseline date to those of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from landbridge.errors import Problem
from landbridge.measures import MeasureBase, Ntm, ServicesCost, Setting, Tariff
from landbridge.measures.schema import LEVELS, NEW_RATE

# Rates are data to a few digits; what lies this little below zero is a rounded cut to zero.
_ROUNDING = 1e-9


def tariff_cells(
    measure: Tariff, economies: Sequence[str], sectors: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Index of a measure's cells in an array (n, n, s) by exporter, importer and sector."""
    exporters, importers = (
        [economies.index(code) for code in codes] for codes in (measure.exporters, measure.importers)
    )
    rows, columns, depth = np.ix_(exporters, importers, [sectors.index(code) for code in measure.sectors])
    return rows, columns, depth


def acts_on(measure: Ntm | ServicesCost | Tariff) -> np.ndarray:
    """Whether (exporters, importers, sectors) a measure acts on its cells: between economies, none left out."""
    return np.array(
        [
            [
                [
                    seller != buyer and (seller, buyer, code) not in measure.left_out
                    for code in measure.sectors
                ]
                for buyer in measure.importers
            ]
            for seller in measure.exporters
        ]
    )


def rates_after(
    rate: np.ndarray,
    measures: Iterable[MeasureBase],
    settings: Mapping[str, Setting],
    economies: Sequence[str],
    sectors: Sequence[str],
) -> np.ndarray:
    """Ad valorem rates (n, n, s) of a scenario, fractions of the value.

    rate: (n, n, s) at the baseline date. New rates come first, cuts in per cent multiply, points are added last, so
    that the order of measures does not matter. Trade within an economy stays free; no rate falls below zero.
    """
    found = rate.copy()
    scale, points = np.ones_like(rate), np.zeros_like(rate)
    for measure in measures:
        if not isinstance(measure, Tariff) or measure.id not in settings:
            continue
        setting, cells = settings[measure.id], tariff_cells(measure, economies, sectors)
        amount, weight = setting.between(*measure.value.levels) / 100.0, setting.weight * acts_on(measure)
        if measure.value.unit == NEW_RATE:
            found[cells] += weight * (amount - rate[cells])
        elif measure.value.unit == "percent":
            scale[cells] *= 1.0 + weight * amount
        else:
            points[cells] += weight * amount
    found = np.maximum(found * scale + points, 0.0)
    own = np.arange(len(economies))
    found[own, own] = rate[own, own]
    return found


def tariff_hat(
    rate: np.ndarray,
    measures: Iterable[MeasureBase],
    settings: Mapping[str, Setting],
    economies: Sequence[str],
    sectors: Sequence[str],
) -> np.ndarray | None:
    """Change (n, n, s) of one plus the tariff in a scenario; None where no measure changes any.

    Arguments as in rates_after.
    """
    acting = [one for one in measures if isinstance(one, Tariff) and one.id in settings]
    if not acting:
        return None
    after = rates_after(rate, acting, settings, economies, sectors)
    return np.asarray((1.0 + after) / (1.0 + rate))


def tariff_problems(
    rate: np.ndarray,
    measures: Iterable[MeasureBase],
    economies: Sequence[str],
    sectors: Sequence[str],
    places: Mapping[str, str],
) -> list[Problem]:
    """Problems of tariff measures: cuts below zero, measures that change no rate, two new rates of the same goods.

    rate: (n, n, s) at the baseline date. places: measure id -> file and line.
    """
    problems: list[Problem] = []
    owner: dict[tuple[int, int, int], str] = {}
    for measure in measures:
        if not isinstance(measure, Tariff):
            continue
        place = f"{places.get(measure.id, measure.id)} value"
        settings = {level: Setting(position) for level, position in LEVELS.items()}
        changed = False
        for level, setting in settings.items():
            after = rates_after(rate, [measure], {measure.id: setting}, economies, sectors)
            changed |= bool(np.abs(after - rate).max() > 0)
            if measure.value.unit == "percentage points":
                problems += _below_zero(measure, level, setting, rate, economies, sectors, place)[:1]
        if not changed:
            message = "changes no tariff: there is none on these goods at the baseline date"
            problems.append(Problem(place, message, "check exporters, importers and sectors"))
        if measure.value.unit == NEW_RATE:
            problems += _set_twice(measure, economies, sectors, owner, place)
    return problems


def _below_zero(
    measure: Tariff,
    level: str,
    setting: Setting,
    rate: np.ndarray,
    economies: Sequence[str],
    sectors: Sequence[str],
    place: str,
) -> list[Problem]:
    problems = []
    points = setting.between(*measure.value.levels)
    for exporter in measure.exporters:
        for importer in measure.importers:
            if exporter == importer:
                continue
            pair = rate[economies.index(exporter), economies.index(importer)]
            for sector in measure.sectors:
                if (exporter, importer, sector) in measure.left_out:
                    continue
                there = 100.0 * float(pair[sectors.index(sector)])
                if there + points < -_ROUNDING:
                    message = (
                        f"at its {level} value takes {-points:g} points from the tariff of {importer} on {sector}"
                        f" of {exporter}; it is {there:.2f} %"
                    )
                    remedy = (
                        'cut less, name the sectors apart, or write a cut in "percent" (-100 abolishes it)'
                    )
                    problems.append(Problem(place, message, remedy))
    return problems


def _set_twice(
    measure: Tariff,
    economies: Sequence[str],
    sectors: Sequence[str],
    owner: dict[tuple[int, int, int], str],
    place: str,
) -> list[Problem]:
    rows, columns, depth = tariff_cells(measure, economies, sectors)
    for i, j, s in np.broadcast(rows, columns, depth):
        if (economies[int(i)], economies[int(j)], sectors[int(s)]) in measure.left_out:
            continue
        other = owner.setdefault((int(i), int(j), int(s)), measure.id)
        if other != measure.id and i != j:
            message = (
                f"sets the tariff of {economies[int(j)]} on {sectors[int(s)]} of {economies[int(i)]},"
                f" which {other} sets too"
            )
            return [Problem(place, message, "give each tariff one new rate")]
    return []
