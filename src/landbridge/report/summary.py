"""The first screen: the answer in words and its four figures, each read from the results."""

from __future__ import annotations

from dataclasses import dataclass

from landbridge.report import formats
from landbridge.report.shape import Freight, Results, Welfare


@dataclass(frozen=True)
class Gain:
    """What one economy gains with every measure: percent of real income and million USD a year."""

    name: str
    total: Welfare
    synergy: float | None  # percent of real income, summed over alignments; None where not computed
    synergy_usd: float | None  # the same in million USD a year


@dataclass(frozen=True)
class Headline:
    """The numbers of the first screen."""

    gains: tuple[Gain, ...]
    alignments: int
    largest_change: Freight | None  # the freight row whose days change most
    coverage: str


def names(results: Results) -> dict[str, str]:
    """English names of economies by ISO3, from the welfare rows and the map."""
    known = {country.iso3: country.name for country in results.map.countries}
    known |= {row.iso3: row.name for row in results.welfare}
    return {"WLD": "World"} | known


def headline(results: Results) -> Headline:
    """The numbers of the first screen, taken from the results without rounding."""
    totals = {row.iso3: row for row in results.welfare if row.measures == "all"}
    known = names(results)
    gains = []
    for iso3 in results.parties:
        together = _synergy(results, iso3)
        gains.append(Gain(known[iso3], totals[iso3], together, in_money(together, totals[iso3])))
    moved = [row for row in results.freight if row.with_all.days != row.baseline.days]
    most = max(moved, key=lambda row: abs(row.with_all.days - row.baseline.days), default=None)
    return Headline(tuple(gains), len({row.alignment for row in results.synergy}), most, coverage(results))


def in_money(percent: float | None, total: Welfare | None) -> float | None:
    """A percentage of real income in million USD a year, at the rate of the economy's own total."""
    if percent is None or total is None or total.percent == 0:
        return None
    return percent * total.usd_million / total.percent


def _synergy(results: Results, iso3: str) -> float | None:
    rows = [row.synergy for row in results.synergy if row.iso3 == iso3]
    return sum(rows) if rows else None


def coverage(results: Results) -> str:
    """The coverage sentence: how many commitments carry a measure and how many numbers the text gave."""
    counts = results.commitments
    return (
        f"{counts.total} commitments, {counts.with_measure} carry a measure, "
        f"{counts.numbers_from_text} numbers come from the text"
    )


def answer(results: Results, figures: Headline) -> list[str]:
    """The answer as a few plain sentences."""
    moved = formats.joined([_moved(gain) for gain in figures.gains])
    sentences = [f"If every measure on this page were carried out, {moved}."]
    shares = [_only_together(gain) for gain in figures.gains if gain.synergy is not None]
    if shares:
        sentences.append(f"Only because both sides act: {formats.joined(shares)}.")
    else:
        sentences.append(f"How much of this exists only because both sides act was {formats.NOT_COMPUTED}.")
    row = figures.largest_change
    if row:
        change = formats.change(row.baseline.days, row.with_all.days)
        sentences.append(
            f"The freight time that changes most is {row.origin} to {row.to} ({formats.words(row.cargo)}): "
            f"{formats.days(row.baseline.days)} before, {formats.days(row.with_all.days)} after ({change})."
        )
    else:
        sentences.append("No freight time between the city pairs changes.")
    sentences.append(_numbers(results))
    return sentences


def _moved(gain: Gain) -> str:
    total = gain.total
    if total.percent == 0:
        return f"the real income of {gain.name} would not change"
    way = "gain" if total.percent > 0 else "lose"
    size = formats.percent(abs(total.percent), signed=False).replace("<", "less than ")
    money = formats.usd_million(abs(total.usd_million))
    return f"{gain.name} would {way} {size} of real income, {money} a year"


def _only_together(gain: Gain) -> str:
    together, total = gain.synergy or 0.0, gain.total.percent
    shown = f"{formats.percent(together)} of real income for {gain.name}"
    notes = [] if gain.synergy_usd is None else [f"{formats.usd_million(gain.synergy_usd)} a year"]
    if total > 0 and 0 < together <= total:
        notes.append(f"{formats.share(together / total)} of its gain")
    return f"{shown} ({', '.join(notes)})" if notes else shown


def _numbers(results: Results) -> str:
    counts = results.commitments
    given = (
        "The agreement itself gives no number for any of them"
        if counts.numbers_from_text == 0
        else f"The agreement itself gives {counts.numbers_from_text} of the numbers"
    )
    return (
        f"{counts.with_measure} of the {counts.total} commitments carry a measure that can be counted. "
        f"{given}; every other number below comes from a named source or is a stated assumption."
    )
