"""What the sections on sharing, uncertainty, sectors, emissions, costs and questions show, from the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from landbridge.report import formats, svg
from landbridge.report.charts import Curve, Row, bars, curves
from landbridge.report.figures import SIDE_COLOURS, Figure, percent_row
from landbridge.report.sections import Co2, Drawn, Investment, RangeOfChange
from landbridge.report.shape import Results
from landbridge.report.texts import lookup, word

MOST_INPUTS = 12
MOST_SECTORS = 8
MOST_PAIRS = 5  # for each economy
MOST_TRANSFERS = 8
FIRST_FIGURES = 2  # headline figures whose charts are open; the others are folded


def _money(value: float) -> str:
    return formats.usd_million(value, signed=True)


# --- sharing


def sharing(results: Results, names: Mapping[str, str]) -> dict[str, Any] | None:
    """Fair shares of the sides: chart, table, core in words, transfers in words; None where not computed."""
    given = results.sharing
    if given is None:
        return None
    labels = {side.id: f"{side.id} {side.label}" for side in results.sides}
    nucleolus = {row.side: row.usd_million for row in given.nucleolus or []}
    drawn = [
        Row(
            labels[row.side],
            row.usd_million,
            formats.usd_million(row.usd_million),
            SIDE_COLOURS.get(row.side[-1:], svg.BLUE),
        )
        for row in given.shapley
    ]
    return {
        "chart": bars("chart-sharing", drawn, title=word("sharing.chart"), unit=word("sharing.unit")),
        "rows": [(labels[row.side], row.usd_million, nucleolus.get(row.side)) for row in given.shapley],
        "transfers": None if given.transfers is None else _transfers(given.transfers, names),
    }


def _transfers(given: Any, names: Mapping[str, str]) -> list[str]:
    sentences = []
    for rows, key, nobody in (
        (given.parties, "sharing.transfers_parties", "sharing.transfers_none_needed"),
        (given.everyone, "sharing.transfers_everyone", "sharing.transfers_nobody"),
    ):
        if rows is None:
            sentences.append(word("sharing.transfers_impossible"))
            continue
        moved = sorted(
            (row for row in rows if abs(row.usd_million) >= 0.05), key=lambda row: -abs(row.usd_million)
        )
        if not moved:
            sentences.append(word(nobody))
            continue
        parts = []
        for row in moved[:MOST_TRANSFERS]:
            paid = {"name": names.get(row.iso3, row.iso3), "money": formats.usd_million(abs(row.usd_million))}
            parts.append(word("sharing.gets" if row.usd_million > 0 else "sharing.pays", **paid))
        if len(moved) > MOST_TRANSFERS:
            most = formats.usd_million(abs(moved[MOST_TRANSFERS].usd_million))
            parts.append(word("sharing.smaller", len(moved) - MOST_TRANSFERS, money=most))
        sentences.append(word(key, words=formats.joined(parts)))
    return list(dict.fromkeys(sentences))


def shapley_by_country(results: Results) -> list[tuple[str, list[Any]]]:
    """For each programme side its Shapley rows of the parties and the world, in that order."""
    rows = {(row.side, row.iso3): row for row in results.shapley}
    shown = [*results.parties, "WLD"]
    return [
        (f"{side.id} {side.label}", [rows.get((side.id, iso3)) for iso3 in shown])
        for side in results.sides
        if any((side.id, iso3) in rows for iso3 in shown)
    ]


def pairs(results: Results, names: Mapping[str, str]) -> list[tuple[str, str, Any]]:
    """The pairs of sides that help or hinder each other most, for each party and the world."""
    found = []
    for iso3 in [*results.parties, "WLD"]:
        rows = [row for row in results.interactions if row.iso3 == iso3]
        for row in sorted(rows, key=lambda row: -abs(row.mean))[:MOST_PAIRS]:
            pair = word("synergy.pair_words", a=row.side_a, b=row.side_b)
            found.append((pair, names.get(iso3, iso3), row))
    return found


# --- uncertainty


def drivers(results: Results) -> dict[str, Any] | None:
    """For each headline figure the tornado and the Sobol bars; None where no draws were made."""
    given = results.uncertainty
    if given is None:
        return None
    labels = {one.id: one.words for one in given.inputs}
    figures: list[tuple[Drawn, list[Figure]]] = []
    for number, one in enumerate(given.headlines):
        if one.kind == "freight" or (one.kind == "co2" and one.iso3):
            # Too many to draw; their indices and ends stand in the tables.
            continue
        charts = [*_tornado(results, one, labels, number), *_sobol(results, one, labels, number)]
        if charts:
            figures.append((one, charts))
    return {"first": figures[:FIRST_FIGURES], "more": figures[FIRST_FIGURES:]}


def amount(value: float, unit: str, *, signed: bool = True) -> str:
    """A figure of the uncertainty section in its own unit."""
    if unit in {"percent", "%"}:
        return formats.percent(value, signed=signed)
    if unit in {"musd", "usd_million"}:
        return formats.usd_million(value, signed=signed)
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2
    return f"{formats.number(value, decimals, signed=signed)}{formats.SPACE}{formats.unit(unit)}"


def _tornado(results: Results, one: Drawn, labels: Mapping[str, str], number: int) -> list[Figure]:
    assert results.uncertainty is not None
    swings = [row for row in results.uncertainty.tornado if row.headline == one.id]
    swings.sort(key=lambda row: -abs(row.at_high - row.at_low))
    drawn = [
        Row(
            labels[row.input],
            row.at_high,
            word(
                "drivers.tornado_ends", low=amount(row.at_low, one.unit), high=amount(row.at_high, one.unit)
            ),
            svg.BLUE,
            start=row.at_low,
            start_colour=svg.SKY,
            split=one.central,
        )
        for row in swings[:MOST_INPUTS]
    ]
    title = word("drivers.tornado", what=one.what)
    chart = bars(f"chart-tornado-{number}", drawn, title=title, unit=formats.unit(one.unit), wide=True)
    return [Figure(chart, title, word("drivers.tornado_caption"))] if chart else []


def _sobol(results: Results, one: Drawn, labels: Mapping[str, str], number: int) -> list[Figure]:
    assert results.uncertainty is not None
    rows = [row for row in results.uncertainty.indices if row.headline == one.id]
    rows.sort(key=lambda row: -row.total)
    drawn = []
    for row in rows[:MOST_INPUTS]:
        error = row.total_error or 0.0
        first, total = max(row.first, 0.0), max(row.total, 0.0)
        shown = word("drivers.sobol_ends", first=formats.share(first), total=formats.share(total))
        drawn.append(
            Row(
                labels[row.input],
                total,
                shown,
                svg.SKY,
                low=max(0.0, total - error) if error else None,
                high=total + error if error else None,
                start_colour=svg.BLUE,
                split=min(first, total),
            )
        )
    title = word("drivers.sobol", what=one.what)
    chart = bars(f"chart-sobol-{number}", drawn, title=title, unit=word("drivers.sobol_unit"), wide=True)
    return [Figure(chart, title, word("drivers.sobol_caption"))] if chart else []


# --- sectors


def sector_charts(results: Results, names: Mapping[str, str]) -> list[Figure]:
    """For each party the sectors whose output changes most in money, gains first."""
    figures: list[Figure] = []
    for iso3 in results.parties:
        rows = [row for row in results.sectors if row.iso3 == iso3]
        moved = sorted(rows, key=lambda row: -row.percent * row.baseline_musd)
        chosen = moved if len(moved) <= 2 * MOST_SECTORS else [*moved[:MOST_SECTORS], *moved[-MOST_SECTORS:]]
        drawn = []
        for row in chosen:
            money = _money(row.percent / 100 * row.baseline_musd)
            shown = word("sectors.shown", percent=formats.percent(row.percent), money=money)
            colour = svg.BLUE if row.percent >= 0 else svg.VERMILLION
            drawn.append(Row(row.label, row.percent, shown, colour))
        title = word("sectors.chart", name=names[iso3])
        chart = bars(
            f"chart-sectors-{len(figures)}", drawn, title=title, unit=word("sectors.unit"), wide=True
        )
        if chart:
            figures.append(Figure(chart, title, word("sectors.caption")))
    return figures


# --- emissions


def co2_chart(results: Results) -> Markup | None:
    """Change of emissions by mode; None where they were not computed."""
    if results.co2 is None:
        return None
    unit = results.co2.unit
    drawn = [
        Row(
            formats.words(row.mode).capitalize(),
            row.change,
            word(
                "co2.chart_value",
                change=formats.number(row.change, signed=True),
                before=formats.number(row.baseline),
            ),
            svg.BLUE if row.change <= 0 else svg.VERMILLION,
        )
        for row in results.co2.by_mode
        if row.mode != "all"
    ]
    return bars("chart-co2", drawn, title=word("co2.chart"), unit=unit, wide=True)


# --- costs


def cost_chart(results: Results, names: Mapping[str, str]) -> Markup | None:
    """Gain and known cost of each country that gains or pays; None where they were not computed."""
    if results.finance is None:
        return None
    rows = [row for row in results.finance.by_country if row.iso3 in results.parties or row.annual_cost_musd]
    drawn = []
    for row in rows:
        cost = row.annual_cost_musd or 0.0
        drawn.append(
            Row(word("finance.chart_gain"), row.gain_musd, formats.usd_million(row.gain_musd), svg.BLUE,
                heading=names.get(row.iso3, row.iso3))
        )  # fmt: skip
        drawn.append(Row(word("finance.chart_cost"), cost, formats.usd_million(cost), svg.ORANGE))
    return bars("chart-finance", drawn, title=word("finance.chart"), unit=word("finance.unit"))


def assumed(results: Results) -> dict[str, Any]:
    """The rate, life and citations that costs were spread with, as far as they were told."""
    assert results.finance is not None
    given = results.finance.assumptions
    rate = given.discount_rate
    if isinstance(rate, dict):
        rates = ", ".join(f"{place} {formats.share(one)}" for place, one in rate.items())
    else:
        rates = formats.plain(round(100 * rate, 6)) + f"{formats.SPACE}%"
    life = given.default_life_years
    return {
        "rate": rates,
        "life": None if life is None else formats.plain(life),
        "citations": given.citations,
    }


def plans(results: Results, names: Mapping[str, str]) -> list[tuple[str, Investment, Figure | None]]:
    """The order of measures for each aim, with the curve of gain over budget."""
    found: list[tuple[str, Investment, Figure | None]] = []
    for plan in results.investment:
        whom = lookup("aims", plan.whose, names.get(plan.whose, plan.whose))
        found.append((whom, plan, _frontier(plan, whom, len(found))))
    return found


def _frontier(plan: Investment, whom: str, number: int) -> Figure | None:
    points = sorted((row.budget_musd, row.gain_musd) for row in plan.frontier)
    if not points:
        points = [(step.cumulative_cost_musd, step.cumulative_gain_musd) for step in plan.order]
    lines = [Curve("gain", points, svg.BLUE, dots=True)]
    bound = sorted((row.budget_musd, row.bound_musd) for row in plan.frontier if row.bound_musd is not None)
    if bound:
        lines.append(Curve("bound", bound, svg.INK, dash="4 3"))
    title = word("finance.order_chart", whom=whom)
    if len(points) < 2:
        return None
    gains = [gain for _, gain in points]
    spoken = word(
        "finance.order_spoken", low=formats.usd_million(min(gains)), high=formats.usd_million(max(gains))
    )
    chart = curves(
        f"chart-plan-{number}",
        lines,
        title=title,
        x_unit=word("finance.order_x"),
        y_unit=word("finance.order_y"),
        description=spoken,
    )
    return Figure(chart, title, word("finance.order_caption")) if chart else None


# --- questions


def asked(results: Results) -> list[str]:
    """What was asked of this run beyond the case itself, in words."""
    given = results.options
    if given is None:
        return []
    said = [word("whatif.without", what=formats.joined(given.without))] if given.without else []
    said += [word("whatif.only", what=formats.joined(given.only))] if given.only else []
    said += [
        word("whatif.delayed", side=side, years=formats.plain(years)) for side, years in given.delay.items()
    ]
    said += [word("whatif.shut", what=formats.joined(given.shut))] if given.shut else []
    said += [word("whatif.joined", what=formats.joined(given.coalition))] if given.coalition else []
    if given.carbon_price_usd_per_t:
        said.append(word("whatif.carbon", price=formats.plain(given.carbon_price_usd_per_t)))
    if given.quick:
        said.append(word("whatif.quick"))
    return said


def closure(results: Results, names: Mapping[str, str]) -> list[tuple[str, float | None, float | None]]:
    """For each economy the loss from a closure without and with the measures, per cent."""
    given = results.resilience
    if given is None:
        return []
    before = {row.iso3: row.percent for row in given.baseline_percent}
    after = {row.iso3: row.percent for row in given.with_all_percent}
    order: Sequence[str] = [*dict.fromkeys([*before, *after])]
    return [(names.get(iso3, iso3), before.get(iso3), after.get(iso3)) for iso3 in order]


__all__ = [
    "amount", "asked", "assumed", "closure", "co2_chart", "cost_chart", "drivers", "pairs", "percent_row", "plans",
    "sector_charts", "shapley_by_country", "sharing",
]  # fmt: skip


def co2_ranges(given: Co2) -> list[tuple[str, float, RangeOfChange]]:
    """The change of emissions and its parts in words, each with its range; empty where nothing was drawn."""
    abroad = given.international.split if given.international else None
    rows = []
    for freight, split in (("all", given.split), ("international", abroad)):
        for part in ("total", "route_and_mode", "trade"):
            if split and split.ranges and part in split.ranges:
                words = word(f"co2.range_{freight}", part=word(f"co2.range_{part}"))
                rows.append((words, getattr(split, part), split.ranges[part]))
    return rows
