"""The first screen: the answer in words and its four figures, each read from the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from landbridge.report import formats
from landbridge.report.sections import Drawn
from landbridge.report.shape import Freight, Measure, Results, Welfare
from landbridge.report.texts import say, word

WORLD = "WLD"


@dataclass(frozen=True)
class Gain:
    """What one economy gains with every measure, and how much of it needs both sides (percent and million USD)."""

    name: str
    total: Welfare
    both: float | None  # None where not computed
    both_usd: float | None
    both_drawn: Drawn | None = None  # what draws say of it


@dataclass(frozen=True)
class Part:
    """What one measure or side gives to an economy, with its share of the whole gain where that makes sense."""

    iso3: str
    name: str
    percent: float
    usd_million: float
    share: float | None


@dataclass(frozen=True)
class Most:
    """The measure, or the programme side, that matters most to one economy, and what it gives to those shown."""

    id: str
    title: str
    anchor: str
    iso3: str
    name: str
    parts: tuple[Part, ...]

    @property
    def own(self) -> Part:
        """What it gives to the economy that it was chosen for."""
        return next(part for part in self.parts if part.iso3 == self.iso3)


@dataclass(frozen=True)
class Headline:
    """The numbers of the first screen."""

    gains: tuple[Gain, ...]
    programmes: bool  # both sides' part is told by whole programmes, not by single alignments
    alignments: int
    most: tuple[Most, ...]  # for each party
    by_measure: bool  # `most` tells of measures; else of programme sides acting alone
    most_days: Freight | None  # the freight row that saves most days (where none saves, that loses most)
    most_percent: Freight | None  # the same in per cent of the days before
    classes: int  # cargo classes of the freight table
    coverage: str


def names(results: Results) -> dict[str, str]:
    """Names of economies by ISO3, from the welfare rows and the map."""
    known = {country.iso3: country.name for country in results.map.countries}
    known |= {row.iso3: row.name for row in results.welfare}
    return known | {WORLD: word("codes.WLD")}


def totals(results: Results) -> dict[str, Welfare]:
    """The welfare rows with every measure, by economy."""
    return {row.iso3: row for row in results.welfare if row.measures == "all"}


def headline(results: Results) -> Headline:
    """The numbers of the first screen, taken from the results without rounding."""
    total, known = totals(results), names(results)
    programmes = {iso3: beyond_programmes(results, iso3) for iso3 in results.parties}
    by_programme = all(value is not None for value in programmes.values())
    gains = []
    for iso3 in results.parties:
        both = programmes[iso3] if by_programme else _synergy(results, iso3)
        drawn = _drawn(results, f"programmes.{iso3}") if by_programme else None
        gains.append(Gain(known[iso3], total[iso3], both, in_money(both, total[iso3]), drawn))
    most_days, most_percent = _moved_most(results.freight)
    return Headline(
        gains=tuple(gains),
        programmes=by_programme,
        alignments=len({row.alignment for row in results.synergy}),
        most=_most(results, known),
        by_measure=results.attribution is not None and bool(results.attribution.by_measure),
        most_days=most_days,
        most_percent=most_percent,
        classes=len({row.cargo for row in results.freight}),
        coverage=coverage(results),
    )


def beyond_programmes(results: Results, iso3: str) -> float | None:
    """What all sides give together less what each country's own sides give alone, percent; None where not computed."""
    table = results.coalitions
    if table is None or iso3 not in table.economies:
        return None
    column, country = table.economies.index(iso3), {side.id: side.country for side in results.sides}
    own: dict[str, int] = {}
    for bit, side in enumerate(table.sides):
        own[country[side]] = own.get(country[side], 0) | 1 << bit
    if len(own) < 2:
        return None
    apart = sum(table.percent[row][column] for row in own.values())
    return table.percent[2 ** len(table.sides) - 1][column] - apart


def _most(results: Results, known: dict[str, str]) -> tuple[Most, ...]:
    """For each party what matters most to it, the same thing told once; by measure where attributed, else by side."""
    total = totals(results)
    rows: list[tuple[str, str, float, float]]
    if results.attribution and results.attribution.by_measure:
        titles = {measure.id: measure.title for measure in results.measures}
        rows = [(r.measure, r.iso3, r.percent, r.usd_million) for r in results.attribution.by_measure]
        prefix = "m-"
    else:
        titles = {side.id: side.label for side in results.sides}
        rows = [
            (r.measures, r.iso3, r.percent, r.usd_million) for r in results.welfare if r.measures != "all"
        ]
        prefix = "s-"
    shown = [*results.parties, WORLD]
    found: list[Most] = []
    for iso3 in results.parties:
        own = [row for row in rows if row[1] == iso3]
        if not own:
            continue
        chosen = max(own, key=lambda row: abs(row[2]))[0]
        parts = []
        for other in shown:
            one = next((row for row in rows if row[0] == chosen and row[1] == other), None)
            if one is not None:
                whole = total[other].percent if other in total else 0.0
                share = one[2] / whole if 0 < one[2] <= whole else None
                parts.append(Part(other, known.get(other, other), one[2], one[3], share))
        found.append(Most(chosen, titles[chosen], prefix + chosen, iso3, known[iso3], tuple(parts)))
    return tuple(found)


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


def _drawn(results: Results, headline: str) -> Drawn | None:
    told = results.uncertainty.headlines if results.uncertainty else []
    return next((one for one in told if one.id == headline), None)


def _synergy(results: Results, iso3: str) -> float | None:
    rows = [row.synergy for row in results.synergy if row.iso3 == iso3]
    return sum(rows) if rows else None


def coverage(results: Results) -> str:
    """The coverage sentence: how many commitments carry a measure and how many numbers the text gave."""
    counts = results.commitments
    return word(
        "answer.coverage", total=counts.total, carried=counts.with_measure, numbers=counts.numbers_from_text
    )


def level(results: Results) -> str:
    """The probability that a range from draws holds, such as '90 %'."""
    return formats.share(results.uncertainty.level if results.uncertainty else 0.9)


def known_costs(results: Results) -> tuple[int, float]:
    """How many measures state a cost to build, and the sum in million USD."""
    stated = [measure.capex.usd_million for measure in results.measures if measure.capex]
    return len(stated), sum(stated)


def lead(results: Results, figures: Headline) -> list[Markup]:
    """The sentences that stand before everything else: who gains how much, with what certainty."""
    moved = formats.joined([_moved(gain) for gain in figures.gains])
    return [say("answer.moved", gains=moved), *_interval(results, figures)]


def answer(results: Results, figures: Headline) -> list[Markup]:
    """The answer as a few plain sentences."""
    sentences = lead(results, figures)
    sentences += [Markup("{}").format(remark) for remark in results.remarks]
    shares = [_only_together(gain) for gain in figures.gains if gain.both is not None]
    sentences.append(
        say("answer.both", shares=formats.joined(shares)) if shares else say("answer.both_unknown")
    )
    sentences += [_matters(most, figures) for most in figures.most[:1]]
    sentences += _cost(results)
    sentences.append(_freight(figures))
    sentences.append(_numbers(results))
    return sentences


def _interval(results: Results, figures: Headline) -> list[Markup]:
    if results.ranges != "draws":
        return []
    ranges = [
        word(
            "answer.interval_of",
            low=formats.percent(gain.total.low),
            high=formats.percent(gain.total.high),
            name=gain.name,
        )
        for gain in figures.gains
        if gain.total.low is not None and gain.total.high is not None
    ]
    return (
        [say("answer.interval_draws", level=level(results), ranges=formats.joined(ranges))] if ranges else []
    )


def _matters(most: Most, figures: Headline) -> Markup:
    shares = [
        word("answer.measure_one", percent=formats.percent(part.percent), name=part.name)
        for part in most.parts
        if part.iso3 != WORLD
    ]
    if figures.by_measure:
        return say("answer.measure", id=most.id, title=most.title, shares=formats.joined(shares))
    return say("answer.side", id=most.id, label=most.title, shares=formats.joined(shares))


def _cost(results: Results) -> list[Markup]:
    if results.finance is None or results.finance.total.annual_cost_musd is None:
        return [say("answer.cost_none")]
    known, total = names(results), results.finance.total
    payers = [
        word(
            "answer.cost_payer",
            name=known.get(row.iso3, row.iso3),
            money=formats.usd_million(row.annual_cost_musd),
        )
        for row in results.finance.by_country
        if row.annual_cost_musd
    ]
    sentences = [
        say(
            "answer.cost",
            cost=formats.usd_million(total.annual_cost_musd or 0.0),
            payers=formats.joined(payers) or word("table.none"),
            gain=formats.usd_million(total.gain_musd),
        )
    ]
    if total.benefit_cost_ratio is not None:
        sentences.append(say("answer.cost_ratio", ratio=formats.dollars(total.benefit_cost_ratio)))
    if results.finance.cost_unknown:
        sentences.append(say("answer.cost_unknown", len(results.finance.cost_unknown)))
    return sentences


def _freight(figures: Headline) -> Markup:
    most = figures.most_days
    if most is None:
        return say("answer.freight_none")
    parts = {
        "journey": journey(most, figures),
        "span": formats.span(saved(most)),
        "ends": ends(most),
        "percent": in_percent(figures),
    }
    return say("answer.freight_saving", **parts) if saved(most) > 0 else say("answer.freight_loss", **parts)


def journey(row: Freight, figures: Headline) -> str:
    """The two ends of a freight row, with its cargo class where the table has several."""
    if figures.classes > 1:
        return word("answer.journey_of", origin=row.origin, to=row.to, cargo=formats.words(row.cargo))
    return word("answer.journey", origin=row.origin, to=row.to)


def ends(row: Freight) -> str:
    """Days before and after as '14.0 to 12.1', with as many digits as tell them apart."""
    before, after = row.baseline.days, row.with_all.days
    decimals = 1 if abs(before - after) >= 0.1 else 2
    return word("format.range", low=formats.number(before, decimals), high=formats.number(after, decimals))


def in_percent(figures: Headline) -> str:
    """Which freight row changes most in per cent, as the end of a sentence; '' where nothing changes."""
    most = figures.most_percent
    if most is None:
        return ""
    change = formats.change(most.baseline.days, most.with_all.days)
    if most is figures.most_days:
        return word("answer.same_percent", change=change)
    return word("answer.other_percent", journey=journey(most, figures), change=change)


def _moved(gain: Gain) -> str:
    total = gain.total
    if total.percent == 0:
        return word("answer.still", name=gain.name)
    size = formats.percent(abs(total.percent), signed=False)
    if size.startswith("<"):
        size = word("answer.less_than", amount=size[1:])
    money = formats.usd_million(abs(total.usd_million))
    key = {True: "answer.gain", False: "answer.lose"}[total.percent > 0]
    return word(key, name=gain.name, percent=size, money=money)


def _only_together(gain: Gain) -> str:
    both, total = gain.both or 0.0, gain.total.percent
    shown = word("answer.both_one", percent=formats.percent(both), name=gain.name)
    notes = []
    if gain.both_usd is not None:
        notes.append(word("answer.both_money", money=formats.usd_million(gain.both_usd)))
    if total > 0 and 0 < both <= total:
        notes.append(word("answer.both_share", share=formats.share(both / total)))
    return word("answer.both_notes", shown=shown, notes=", ".join(notes)) if notes else shown


def _numbers(results: Results) -> Markup:
    counts = results.commitments
    given = (
        word("answer.numbers_none")
        if counts.numbers_from_text == 0
        else word("answer.numbers_some", count=counts.numbers_from_text)
    )
    return say("answer.numbers", carried=counts.with_measure, total=counts.total, given=given)


def measures_of(results: Results) -> dict[str, Measure]:
    """The measures by id."""
    return {measure.id: measure for measure in results.measures}
