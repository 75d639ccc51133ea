"""The first screen: the answer in words and its four figures, each read from the results."""

from __future__ import annotations

from collections.abc import Sequence
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
    most_days: Freight | None  # the freight row that saves most days (where none saves, that loses most)
    most_percent: Freight | None  # the same in per cent of the days before
    classes: int  # cargo classes of the freight table
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
    most_days, most_percent = _moved_most(results.freight)
    return Headline(
        tuple(gains),
        len({row.alignment for row in results.synergy}),
        most_days,
        most_percent,
        len({row.cargo for row in results.freight}),
        coverage(results),
    )


def _moved_most(rows: Sequence[Freight]) -> tuple[Freight | None, Freight | None]:
    """The rows of the largest saving of time in days and in per cent; of the largest loss where no row saves."""
    faster = [row for row in rows if saved(row) > 0]
    moved = faster or [row for row in rows if saved(row) < 0]

    def relative(row: Freight) -> float:
        return abs(saved(row)) / row.baseline.days if row.baseline.days > 0 else 0.0

    if not moved:
        return None, None
    return max(moved, key=lambda row: abs(saved(row))), max(moved, key=relative)


def saved(row: Freight) -> float:
    """Days saved by every measure together; below zero where the goods take longer."""
    return row.baseline.days - row.with_all.days


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
    sentences = [f"If every measure on this page were carried out, {moved}.", *results.remarks]
    shares = [_only_together(gain) for gain in figures.gains if gain.synergy is not None]
    if shares:
        sentences.append(f"Only because both sides act: {formats.joined(shares)}.")
    else:
        sentences.append(f"How much of this exists only because both sides act was {formats.NOT_COMPUTED}.")
    sentences.append(_freight(figures))
    sentences.append(_numbers(results))
    return sentences


def _freight(figures: Headline) -> str:
    most = figures.most_days
    if most is None:
        return "No freight time between the city pairs changes."
    change = "saving" if saved(most) > 0 else "loss"
    return (
        f"The largest {change} of time is {journey(most, figures)}: {formats.span(saved(most))} ({ends(most)}); "
        f"{in_percent(figures)}."
    )


def journey(row: Freight, figures: Headline) -> str:
    """The two ends of a freight row, with its cargo class where the table has several."""
    between = f"{row.origin} to {row.to}"
    return f"{between}, {formats.words(row.cargo)}" if figures.classes > 1 else between


def ends(row: Freight) -> str:
    """Days before and after as '14.0 to 12.1', with as many digits as tell them apart."""
    before, after = row.baseline.days, row.with_all.days
    decimals = 1 if abs(before - after) >= 0.1 else 2
    return f"{formats.number(before, decimals)} to {formats.number(after, decimals)}"


def in_percent(figures: Headline) -> str:
    """Which freight row changes most in per cent, as the end of a sentence; '' where nothing changes."""
    most = figures.most_percent
    if most is None:
        return ""
    change = formats.change(most.baseline.days, most.with_all.days)
    if most is figures.most_days:
        return f"in per cent it is the same one ({change})"
    return f"in per cent it is {journey(most, figures)} ({change})"


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
