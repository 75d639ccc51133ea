"""The shape of the sections of `results` that are there only where they were computed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from landbridge.report.base import Line, Part


class Options(Part):
    """What was asked for, beyond the case itself."""

    draws: int | None = None
    seed: int | None = None
    quick: bool | None = None
    year: int | None = None
    without: list[str] = []
    only: list[str] = []
    delay: dict[str, float] = {}
    shut: list[str] = []
    coalition: list[str] | None = None
    carbon_price_usd_per_t: float | None = None


class Coalitions(Part):
    """Change of real income in per cent of every coalition: row r holds the sides whose bit k is set in r."""

    sides: list[str]
    economies: list[str]
    percent: list[list[float]]
    exact: bool = True
    seconds_each: float | None = None
    network_states: int | None = None


class Share(Part):
    side: str
    iso3: str
    percent: float
    usd_million: float | None = None
    standard_error: float | None = None


class Dividend(Part):
    sides: list[str]
    iso3: str
    percent: float
    usd_million: float | None = None


class Interaction(Part):
    side_a: str
    side_b: str
    iso3: str
    alone: float
    given_others: float
    mean: float


class SideMoney(Part):
    side: str
    usd_million: float


class CountryMoney(Part):
    iso3: str
    usd_million: float


class Transfers(Part):
    parties: list[CountryMoney] | None = None
    everyone: list[CountryMoney] | None = None
    words: str | None = None


class Sharing(Part):
    players: str | None = None
    value: str
    total_musd: float
    shapley: list[SideMoney] = []
    in_core: bool | None = None
    largest_excess_musd: float | None = None
    nucleolus: list[SideMoney] | None = None
    nucleolus_largest_excess_musd: float | None = None
    core_empty: bool | None = None
    transfers: Transfers | None = None


class Identities(Part):
    dividends_gap: float | None = None
    shapley_gap: float | None = None
    attribution_gap: float | None = None


class ByMeasure(Part):
    measure: str
    iso3: str
    percent: float
    usd_million: float


class ByClause(Part):
    clause: str
    iso3: str
    percent: float
    usd_million: float


class ByChannel(Part):
    channel: str
    iso3: str
    percent: float
    usd_million: float


class Attribution(Part):
    """The gain split over measures, clauses and channels; each list adds up to the whole gain."""

    method: str
    by_measure: list[ByMeasure] = []
    by_clause: list[ByClause] = []
    by_channel: list[ByChannel] = []
    channels: dict[str, str] = {}
    gap: float | None = None


class MeasureCost(Part):
    measure: str
    capex_musd: float | None = None
    opex_musd: float | None = None
    life_years: float | None = None
    annual_cost_musd: float | None = None
    payers: dict[str, float] = {}
    known: bool
    citation: str | None = None


class Balance(Part):
    """Gain against cost, a year."""

    gain_musd: float
    annual_cost_musd: float | None = None
    net_musd: float | None = None
    net_percent: float | None = None
    npv_musd: float | None = None
    benefit_cost_ratio: float | None = None
    cost_unknown: list[str] = []
    low: float | None = None
    high: float | None = None


class CountryBalance(Balance):
    iso3: str


class Fiscal(Part):
    iso3: str
    year: int
    musd: float


class FinanceAssumptions(Part):
    discount_rate: float | dict[str, float]
    default_life_years: float | None = None
    years: list[int] | float | None = None
    ramp_up: str | float | None = None
    citations: list[str] = []


class Finance(Part):
    assumptions: FinanceAssumptions
    by_measure: list[MeasureCost] = []
    by_country: list[CountryBalance] = []
    total: Balance
    fiscal: list[Fiscal] = []
    cost_unknown: list[str] = []
    running_cost_unknown: list[str] = []
    words: str | None = None


class DrawnInput(Part):
    id: str
    words: str
    unit: str | None = None
    low: float | None = None
    mid: float | None = None
    high: float | None = None
    distribution: str | None = None
    source: str | None = None
    flag: str | None = None


class Drawn(Part):
    id: str
    iso3: str | None = None
    what: str
    unit: str
    central: float
    mean: float
    low: float
    high: float
    p_positive: float | None = None
    p_sign: float | None = None
    draws: int | None = None
    kind: str | None = None


class Index(Part):
    headline: str
    input: str
    first: float
    first_error: float | None = None
    total: float
    total_error: float | None = None


class Swing(Part):
    headline: str
    input: str
    at_low: float
    at_high: float


class Uncertainty(Part):
    draws: int
    seed: int | None = None
    level: float = 0.9
    inputs: list[DrawnInput] = []
    headlines: list[Drawn] = []
    indices: list[Index] = []
    tornado: list[Swing] = []
    rejected: int | None = None
    network_error: str | None = None


class ModeCo2(Part):
    mode: str
    baseline: float
    with_all: float
    change: float


class RangeOfChange(Part):
    """What draws say of a change: the ends of its range, and how likely it has the sign shown."""

    low: float | None = None
    high: float | None = None
    p_sign: float | None = None
    draws: int | None = None


class CountryCo2(RangeOfChange):
    iso3: str
    baseline: float
    change: float


class Co2Split(Part):
    route_and_mode: float
    trade: float
    total: float
    ranges: dict[str, RangeOfChange] | None = None


class CarbonPrice(Part):
    usd_per_t: float
    change_musd: float | None = None


class International(Part):
    """The same for freight that crosses a border."""

    by_mode: list[ModeCo2] = []
    split: Co2Split | None = None


class Co2(Part):
    unit: str
    by_mode: list[ModeCo2] = []
    by_country: list[CountryCo2] = []
    split: Co2Split | None = None
    international: International | None = None
    carbon_price: CarbonPrice | None = None
    words: str | None = None


class Step(Part):
    measure: str
    cost_musd: float
    gain_musd: float
    cumulative_cost_musd: float
    cumulative_gain_musd: float


class Budget(Part):
    budget_musd: float
    gain_musd: float
    bound_musd: float | None = None
    measures: list[str] = []


class Investment(Part):
    whose: str = Field(alias="for")
    exact: bool = True
    order: list[Step] = []
    frontier: list[Budget] = []
    words: str | None = None


class SectorChange(Part):
    iso3: str
    sector: str
    label: str
    baseline_musd: float
    percent: float


class CountryPercent(Part):
    iso3: str
    percent: float


class Resilience(Part):
    shut: list[str] = []
    baseline_percent: list[CountryPercent] = []
    with_all_percent: list[CountryPercent] = []
    words: str | None = None


class Flow(Part):
    """Freight that one stretch of line carries, before and with every measure, thousand tonnes a year."""

    mode: str
    line: Line
    before_kt: float
    after_kt: float


class Border(Part):
    """Hours a tonne loses at a border crossing and thousand tonnes a year there, before and with every measure."""

    name: str
    mode: str
    lon: float = Field(ge=-360, le=360)
    lat: float = Field(ge=-90, le=90)
    hours_before: float
    hours_after: float
    before_kt: float | None = None
    after_kt: float | None = None


Ranges = Literal["draws", "low_to_high"]
