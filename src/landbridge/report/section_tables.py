"""The tables of the sections that are there only where they were computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from landbridge.report.sections import Co2
from landbridge.report.shape import Results
from landbridge.report.table import SEPARATOR, Field, Table

MONEY = "million USD a year"
KT = "thousand tonnes a year"
PERCENT = "% of real income"


def section_tables(results: Results) -> list[Table]:
    """A table for each list of the sections that were computed, in the order of the page."""
    built = [*_gains(results), *_game(results), *_draws(results), *_world(results), *_costs(results)]
    return [table for table in built if table.rows]


def _table(name: str, title: str, rows: Iterable[Any], *fields: Field) -> Table:
    """A table whose columns are attributes of the rows, named as the fields are."""
    return Table(
        name, title, fields, tuple(tuple(_cell(row, field.name) for field in fields) for row in rows)
    )


def _cell(row: Any, name: str) -> Any:
    value = row.get(name) if isinstance(row, dict) else getattr(row, name)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return SEPARATOR.join(f"{key}:{part}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return SEPARATOR.join(value)
    return value


def _text(name: str, description: str = "") -> Field:
    return Field(name, "string", description=description)


def _number(name: str, unit: str, description: str = "") -> Field:
    return Field(name, "number", unit, description)


ISO3 = _text("iso3", "economy; WLD is the world")
INCOME = (
    _number("percent", PERCENT, "change of real income"),
    _number("usd_million", MONEY, "the same change in money"),
)


def _gains(results: Results) -> list[Table]:
    given = results.attribution
    if given is None:
        return []
    how = f"parts of the whole gain, by {given.method}"
    return [
        _table(
            "attribution_by_measure",
            "Gain by measure",
            given.by_measure,
            _text("measure", how),
            ISO3,
            *INCOME,
        ),
        _table(
            "attribution_by_clause", "Gain by clause", given.by_clause, _text("clause", how), ISO3, *INCOME
        ),
        _table(
            "attribution_by_channel",
            "Gain by channel",
            given.by_channel,
            _text("channel", how),
            ISO3,
            *INCOME,
        ),
    ]


def _game(results: Results) -> list[Table]:
    sides = _text("sides", f"programme sides, separated by '{SEPARATOR}'")
    error = Field("standard_error", "number", PERCENT, "where the value was sampled")
    tables = [
        _table(
            "shapley",
            "Shapley value of each programme side",
            results.shapley,
            _text("side"),
            ISO3,
            *INCOME,
            error,
        ),
        _table("dividends", "Dividends of sets of programme sides", results.dividends, sides, ISO3, *INCOME),
        _table(
            "interactions",
            "Pairs of programme sides",
            results.interactions,
            _text("side_a"),
            _text("side_b"),
            ISO3,
            _number("alone", PERCENT, "the pair beyond the two apart, nobody else acting"),
            _number("given_others", PERCENT, "the same, all others acting"),
            _number("mean", PERCENT, "the same, on average over all orders"),
        ),
    ]
    if results.sharing:
        nucleolus = {row.side: row.usd_million for row in results.sharing.nucleolus or []}
        rows = [
            {"side": row.side, "shapley": row.usd_million, "nucleolus": nucleolus.get(row.side)}
            for row in results.sharing.shapley
        ]
        money = (_number("shapley", MONEY), _number("nucleolus", MONEY))
        tables.append(_table("sharing", "Fair shares of the programme sides", rows, _text("side"), *money))
    if results.coalitions:
        tables.append(_coalitions(results.coalitions))
    return tables


def _coalitions(given: Any) -> Table:
    fields = (
        _text("sides", f"programme sides that act, separated by '{SEPARATOR}'; empty: none"),
        *(_number(iso3, PERCENT, "change of real income") for iso3 in given.economies),
    )
    rows = tuple(
        (SEPARATOR.join(side for bit, side in enumerate(given.sides) if number >> bit & 1), *row)
        for number, row in enumerate(given.percent)
    )
    return Table("coalitions", "Change of real income of every set of programme sides", fields, rows)


def _draws(results: Results) -> list[Table]:
    given = results.uncertainty
    if given is None:
        return []
    ends = [_number(name, "see unit") for name in ("central", "mean", "low", "high")]
    levels = [_number(name, "see unit") for name in ("low", "mid", "high")]
    pair = (_text("headline"), _text("input"))
    share = "share of the variance"
    return [
        _table(
            "uncertainty",
            f"Headline figures from {given.draws} draws",
            given.headlines,
            *(_text("id"), _text("what"), ISO3, *ends, _text("unit")),
            Field("p_positive", "number", "probability", "that the figure is above zero"),
            Field("p_sign", "number", "probability", "that it has the sign of the central one"),
            Field("draws", "integer", "draws", "that the range rests on"),
        ),
        _table(
            "uncertain_inputs",
            "Uncertain inputs and their ranges",
            given.inputs,
            *(
                _text("id"),
                _text("words"),
                *levels,
                _text("unit"),
                _text("distribution"),
                _text("source"),
                _text("flag"),
            ),
        ),
        _table(
            "sobol_indices",
            "Sobol indices",
            given.indices,
            *pair,
            *(_number(name, share) for name in ("first", "first_error", "total", "total_error")),
        ),
        _table(
            "tornado",
            "One input at a time",
            given.tornado,
            *pair,
            _number("at_low", "unit of the headline"),
            _number("at_high", "unit of the headline"),
        ),
    ]


def _flows(results: Results) -> Table:
    """The lines of the map of freight, each as well-known text."""
    fields = (
        _text("mode", "rail, road or sea: over an inland sea"),
        _number("before_kt", KT, "both directions together; model, not counted"),
        _number("after_kt", KT, "with every measure"),
        _text("line", "WKT LINESTRING, longitude and latitude in degrees"),
    )
    rows = tuple(
        (
            flow.mode,
            flow.before_kt,
            flow.after_kt,
            f"LINESTRING ({', '.join(f'{lon:g} {lat:g}' for lon, lat in flow.line)})",
        )
        for flow in sorted(results.flows, key=lambda flow: -max(flow.before_kt, flow.after_kt))
    )
    return Table("flows", "Freight on the lines of the map", fields, rows)


def _co2_split(given: Co2) -> list[dict[str, Any]]:
    abroad = given.international.split if given.international else None
    rows = []
    for freight, split in (("all", given.split), ("international", abroad)):
        for part in ("total", "route_and_mode", "trade") if split else ():
            drawn = (split.ranges or {}).get(part) if split else None
            ends = {end: getattr(drawn, end) if drawn else None for end in ("low", "high", "p_sign")}
            rows.append({"freight": freight, "part": part, "change": getattr(split, part), **ends})
    return rows


def _world(results: Results) -> list[Table]:
    output = (_number("baseline_musd", MONEY, "output before"), _number("percent", "%", "change of output"))
    hours = (_number("hours_before", "h"), _number("hours_after", "h", "with every measure"))
    place = (_number("lon", "degrees"), _number("lat", "degrees"))
    tonnes = (_number("before_kt", KT, "freight that passes"), _number("after_kt", KT, "with every measure"))
    tables = [
        _table(
            "sectors", "Output by sector", results.sectors, ISO3, _text("sector"), _text("label"), *output
        ),
        _table(
            "borders",
            "Hours at border crossings",
            results.borders,
            _text("name"),
            _text("mode"),
            *place,
            *hours,
            *tonnes,
        ),
        _flows(results),
    ]
    if results.co2:
        unit = results.co2.unit
        before = _number("baseline", unit)
        change = _number("change", unit)
        drawn = (
            _number("low", unit, "lower end of the change, from random draws"),
            _number("high", unit, "upper end of the change, from random draws"),
            Field("p_sign", "number", "probability", "that the change has the sign shown"),
        )
        by_mode = (_text("mode"), before, _number("with_all", unit), change)
        tables += [
            _table("co2_by_mode", "Emissions of freight by mode", results.co2.by_mode, *by_mode),
            _table(
                "co2_by_country",
                "Emissions of freight by economy",
                results.co2.by_country,
                ISO3,
                before,
                change,
                *drawn,
            ),
            _table(
                "co2_split",
                "Change of the emissions of freight, split",
                _co2_split(results.co2),
                _text("freight", "all, or international"),
                _text("part", "total, route_and_mode (other ways and modes), trade (more trade)"),
                change,
                *drawn,
            ),
        ]
    if results.resilience:
        before_rows = {row.iso3: row.percent for row in results.resilience.baseline_percent}
        after_rows = {row.iso3: row.percent for row in results.resilience.with_all_percent}
        rows = [
            {"iso3": iso3, "baseline": before_rows.get(iso3), "with_all": after_rows.get(iso3)}
            for iso3 in dict.fromkeys([*before_rows, *after_rows])
        ]
        ends = (
            _number("baseline", PERCENT, "without the measures"),
            _number("with_all", PERCENT, "with every measure"),
        )
        tables.append(_table("resilience", "Loss of real income from a closure", rows, ISO3, *ends))
    return tables


def _costs(results: Results) -> list[Table]:
    tables = []
    if results.finance:
        given = results.finance
        costs = [
            _number("capex_musd", "million USD"),
            _number("opex_musd", MONEY),
            _number("life_years", "years"),
        ]
        costs.append(_number("annual_cost_musd", MONEY))
        balance = [
            _number("gain_musd", MONEY),
            _number("annual_cost_musd", MONEY, "what is known of it"),
            _number("net_musd", MONEY),
            _number("net_percent", PERCENT),
            _number("npv_musd", "million USD", "present value"),
            _number("benefit_cost_ratio", "ratio"),
            _number("low", MONEY),
            _number("high", MONEY),
            _text("cost_unknown", f"measures, separated by '{SEPARATOR}'"),
        ]
        payers = (_text("payers", "economy:share"), _text("known"), _text("citation"))
        countries: Sequence[Any] = given.by_country
        fiscal = (_text("iso3"), Field("year", "integer"), _number("musd", "million USD"))
        tables += [
            _table(
                "finance_by_measure", "Cost by measure", given.by_measure, _text("measure"), *costs, *payers
            ),
            _table("finance_by_country", "Gain and cost by economy", countries, _text("iso3"), *balance),
            _table("finance_fiscal", "Payments by year", given.fiscal, *fiscal),
        ]
    steps = [
        {"for": plan.whose, "step": number, **step.model_dump()}
        for plan in results.investment
        for number, step in enumerate(plan.order, 1)
    ]
    money = [
        _number("cost_musd", "million USD", "capital"),
        _number("gain_musd", MONEY, "what the step adds, less annual cost"),
        _number("cumulative_cost_musd", "million USD", "capital so far"),
        _number("cumulative_gain_musd", MONEY, "net gain so far"),
    ]
    order = (_text("for"), Field("step", "integer"), _text("measure"), *money)
    budgets = [
        {"for": plan.whose, **budget.model_dump()} for plan in results.investment for budget in plan.frontier
    ]
    frontier = [
        _number("budget_musd", "million USD", "capital"),
        _number("gain_musd", MONEY, "net gain"),
        _number("bound_musd", MONEY, "what no choice could exceed"),
    ]
    chosen = _text("measures", f"separated by '{SEPARATOR}'")
    tables.append(_table("investment", "Order of the measures", steps, *order))
    tables.append(
        _table("investment_frontier", "What a budget buys", budgets, _text("for"), *frontier, chosen)
    )
    return tables
