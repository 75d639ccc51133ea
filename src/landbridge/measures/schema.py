"""What a measure is: one quantified change, typed by `kind`; these models alone describe the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

SCHEMA = "measures/0.1"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Clause = Annotated[str, StringConstraints(pattern=r"^[AC]\d{2,}$")]
Iso3 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Level = Literal["low", "mid", "high"]
# Where in a range each level lies; see Setting.
LEVELS: dict[Level, float] = {"low": -1.0, "mid": 0.0, "high": 1.0}
# Unit of a value that is the new tariff itself, and no change of it.
NEW_RATE = "percent ad valorem"
SIDE = r"^(A\d{2,}\.[ab]|S\d{2,})$"


class KeyedError(ValueError):
    """What is wrong with a key that only a look at other keys can tell."""

    def __init__(self, key: str, message: str) -> None:
        self.key = key
        super().__init__(message)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(_Strict):
    """Three values of one quantity; `low` is the smallest effect thought likely, `high` the largest."""

    low: Number
    mid: Number
    high: Number

    @model_validator(mode="after")
    def _monotone(self) -> Self:
        rising = self.low <= self.mid <= self.high
        falling = self.low >= self.mid >= self.high
        if not (rising or falling):
            raise ValueError(f"low {self.low:g}, mid {self.mid:g}, high {self.high:g} do not go one way")
        if self._is_a_change() and self.low * self.high > 0 and abs(self.low) > abs(self.high):
            message = f"low {self.low:g} is a larger effect than high {self.high:g}"
            raise ValueError(f"{message}; low is the smallest effect")
        return self

    def _is_a_change(self) -> bool:
        """Whether the values are changes, so that a larger one does more."""
        return True

    @property
    def levels(self) -> tuple[float, float, float]:
        """The values low, mid and high."""
        return self.low, self.mid, self.high


class Value(Range):
    """A range with its unit."""

    unit: Text

    def _is_a_change(self) -> bool:
        return self.unit != NEW_RATE


class Stage(_Strict):
    """The share of a measure's value that is reached from the first of July of a year on."""

    year: Annotated[int, Field(strict=True)]
    share: Annotated[Number, Field(ge=0, le=1)]


class Cost(_Strict):
    """Money for a measure in million USD (capex: once; opex: a year), with the share each country pays.

    life_years: how long what was built serves. construction_years: the years before the start over which it is spent
    evenly. Both belong to capex alone; left out, the defaults of the appraisal stand in and are flagged.
    """

    usd_million: Annotated[Number, Field(ge=0)]
    payers: dict[Iso3, Annotated[Number, Field(ge=0, le=1)]]
    citation: Text
    life_years: Annotated[Number, Field(gt=0)] | None = None
    construction_years: Annotated[int, Field(strict=True, ge=1)] | None = None

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        total = sum(self.payers.values())
        if abs(total - 1) > 1e-9:
            raise ValueError(f"payer shares sum to {total:g}, not to 1")
        return self


class MeasureBase(_Strict):
    """Keys that every measure has, whatever its kind."""

    units: ClassVar[tuple[str, ...]] = ()
    """Units that `value` may have."""

    id: Annotated[str, StringConstraints(pattern=r"^M\d{2,}$")]
    title: Text
    side: Annotated[str, StringConstraints(pattern=SIDE)]
    cites: Annotated[tuple[Clause, ...], Field(min_length=1)]
    start: dt.date
    probability: Annotated[Number, Field(ge=0, le=1)] = 1.0
    stages: tuple[Stage, ...] = ()
    ramp_years: Annotated[Number, Field(gt=0)] | None = None
    value: Value
    from_: Annotated[Literal["text", "source", "assumption"], Field(alias="from")]
    citation: Text
    note: str = ""
    place_note: str = ""
    capex: Cost | None = None
    opex: Cost | None = None
    flags: tuple[Text, ...] = ()

    def allowed_units(self) -> tuple[str, ...]:
        """Units of `value` that fit this measure."""
        return self.units

    @model_validator(mode="after")
    def _unit_and_size(self) -> Self:
        allowed = self.allowed_units()
        if self.value.unit not in allowed:
            raise KeyedError(
                "value.unit", f'unit "{self.value.unit}" does not fit; allowed: {", ".join(allowed)}'
            )
        extremes = (self.value.low, self.value.high)
        if self.value.unit == "percent" and self._leaves_nothing(min(extremes)):
            raise KeyedError("value", "a change of -100 percent or less leaves nothing")
        if self.value.unit == "km/h" and min(extremes) <= 0:
            raise KeyedError("value", "a speed must be above zero")
        return self

    def _leaves_nothing(self, percent: float) -> bool:
        """Whether a change in per cent takes all there is, or more."""
        return percent <= -100

    @model_validator(mode="after")
    def _times(self) -> Self:
        if self.stages and self.ramp_years is not None:
            raise KeyedError("stages", "give stages or ramp_years; both say how the value is reached")
        years = [stage.year for stage in self.stages]
        if years != sorted(set(years)):
            raise KeyedError("stages", "stages go forward; give each year once, in order")
        if years and years[0] < self.start.year:
            raise KeyedError("stages", f"a stage in {years[0]} lies before the start on {self.start}")
        if self.opex is not None and (self.opex.life_years or self.opex.construction_years):
            raise KeyedError("opex", "life_years and construction_years belong to capex")
        return self

    def reached(self, year: int) -> float:
        """The share of the value that is reached on the first of July of a year: 0 before the start.

        After it, that of the last stage; with ramp_years, the share of them that has passed; else 1.
        """
        day = dt.date(year, 7, 1)
        if day < self.start:
            return 0.0
        if self.stages:
            return next((stage.share for stage in reversed(self.stages) if stage.year <= year), 0.0)
        if self.ramp_years is not None:
            return min((day - self.start).days / 365.25 / self.ramp_years, 1.0)
        return 1.0


class NetworkMeasure(MeasureBase):
    """A measure that acts on the freight network, on all freight or on part of it.

    traffic: `all`; `international`, freight that crosses a border on its way; or economies (ISO3), international
    freight from or to one of them. A train or a berth for transit does nothing for the goods that stay at home.
    """

    traffic: Literal["all", "international"] | Annotated[tuple[Iso3, ...], Field(min_length=1)] = "all"


Places = Annotated[tuple[Text, ...], Field(min_length=2)]
Economies = Annotated[tuple[Iso3, ...], Field(min_length=1)]
Sectors = Annotated[tuple[Text, ...], Field(min_length=1)]


class Link(NetworkMeasure):
    """A faster path (`upgrade`, percent of speed on the shortest path) or a new one (`add`, speed)."""

    kind: Literal["link"]
    mode: Literal["rail", "road"]
    action: Literal["upgrade", "add"]
    places: Places
    countries: tuple[Iso3, ...] = ()
    length_km: Annotated[Number, Field(gt=0)] | None = None
    length_citation: Text | None = None

    def allowed_units(self) -> tuple[str, ...]:
        """`percent` for an upgrade, `km/h` for a new link."""
        return ("percent",) if self.action == "upgrade" else ("km/h",)

    @model_validator(mode="after")
    def _length_of_a_new_link(self) -> Self:
        if self.action == "add" and (self.length_km is None or self.length_citation is None):
            raise KeyedError("length_km", 'action "add" needs length_km and length_citation')
        if self.action == "add" and (len(self.places) != 2 or self.places[0] == self.places[1]):
            raise KeyedError("places", 'action "add" joins two different places')
        if self.action == "add" and self.countries:
            raise KeyedError("countries", 'action "add" takes no countries; they follow from its two places')
        if self.action == "add" and self.probability < 1:
            raise KeyedError(
                "probability", 'action "add" takes no probability below 1: a line is there or it is not'
            )
        if self.action == "add" and (self.stages or self.ramp_years is not None):
            raise KeyedError(
                "stages", 'action "add" takes no stages and no ramp: a line is there or it is not'
            )
        if self.action == "upgrade" and (self.length_km is not None or self.length_citation is not None):
            raise KeyedError("length_km", 'length_km and length_citation belong to action "add" only')
        return self


class BorderTime(NetworkMeasure):
    """A change of the mean dwell at one border crossing; negative saves.

    spread: a change of the standard deviation of the dwell, in hours or per cent of it; negative is more reliable.
    """

    units = ("h", "percent")
    kind: Literal["border_time"]
    crossing: Text
    mode: Literal["rail", "road"]
    direction: Annotated[str, StringConstraints(pattern=r"^(both|[A-Z]{3}>[A-Z]{3})$")] = "both"
    spread: Value | None = None

    @model_validator(mode="after")
    def _spread_that_can_be(self) -> Self:
        if self.spread is None:
            return self
        if self.spread.unit not in self.units:
            message = f'unit "{self.spread.unit}" does not fit; allowed: {", ".join(self.units)}'
            raise KeyedError("spread.unit", message)
        if self.spread.unit == "percent" and min(self.spread.levels) < -100:
            raise KeyedError(
                "spread",
                "a standard deviation cannot be negative; -100 percent is the same wait for everyone",
            )
        return self


class Service(NetworkMeasure):
    """A change of transit speed between places (percent, positive is faster) or of waiting at the origin."""

    units = ("percent", "h")
    kind: Literal["service"]
    mode: Literal["rail", "road", "sea"]
    places: Places

    @model_validator(mode="after")
    def _sea_has_two_ports(self) -> Self:
        if self.mode == "sea" and len(self.places) != 2:
            raise KeyedError("places", "a sea service runs between two ports")
        return self


class Capacity(NetworkMeasure):
    """More capacity, in each direction, of a line or service (`places`), a border crossing or a port; positive adds.

    now: its capacity today in tonnes a day and direction, where the network does not know it. use: the share of it that
    is used today, where it is known better than the model's flows tell it.
    """

    units = ("t/day", "trains/day", "percent")
    kind: Literal["capacity"]
    mode: Literal["rail", "road", "sea"] | None = None
    places: tuple[Text, ...] = ()
    crossing: Text | None = None
    port: Text | None = None
    now: Annotated[Number, Field(gt=0)] | None = None
    now_citation: Text | None = None
    use: Annotated[Number, Field(ge=0, le=1)] | None = None
    use_citation: Text | None = None

    def allowed_units(self) -> tuple[str, ...]:
        """All of them by rail; trains run nowhere else."""
        return self.units if self.mode == "rail" else ("t/day", "percent")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        given = [key for key in ("places", "crossing", "port") if getattr(self, key)]
        if len(given) != 1:
            raise KeyedError("places", "give places, crossing or port, one of them")
        if self.places and len(self.places) < 2:
            raise KeyedError("places", "places needs two places or more")
        if self.mode == "sea" and len(self.places) != 2:
            raise KeyedError("places", "a sea service runs between two ports")
        if self.port is not None and self.mode is not None:
            raise KeyedError("mode", "a port takes no mode; its capacity is that of all who use it")
        if self.port is None and self.mode is None:
            raise KeyedError("mode", "give rail, road or sea")
        for key in ("now", "use"):
            if (getattr(self, key) is None) != (getattr(self, f"{key}_citation") is None):
                raise KeyedError(f"{key}_citation", f"{key} and {key}_citation go together")
        return self


class PortAccess(NetworkMeasure):
    """A change of the hours or the money needed to get through a port; negative saves."""

    units = ("h", "USD/t")
    kind: Literal["port_access"]
    port: Text


class Transfer(NetworkMeasure):
    """A change of the hours or the money of a gauge break or a terminal; negative saves."""

    units = ("h", "USD/t")
    kind: Literal["transfer"]
    crossing: Text | None = None
    terminal: Text | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.crossing is None) == (self.terminal is None):
            raise KeyedError("crossing", "give crossing or terminal, one of them")
        return self


class FreightRate(NetworkMeasure):
    """A change of the rate per tonne-kilometre in countries or between places; negative is cheaper."""

    units = ("percent",)
    kind: Literal["freight_rate"]
    mode: Literal["rail", "road", "sea"]
    countries: tuple[Iso3, ...] = ()
    places: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _one_scope(self) -> Self:
        if bool(self.countries) == bool(self.places):
            raise KeyedError("places", "give countries or places, one of them")
        if self.places and len(self.places) < 2:
            raise KeyedError("places", "places needs two places or more")
        return self


class TradeMeasure(MeasureBase):
    """A measure on what exporters sell to importers, by sector."""

    # Exporter, importer and sector; no key of the file: set where countries join the parties, see `without`.
    _left_out: frozenset[tuple[str, str, str]] = PrivateAttr(default=frozenset())

    @property
    def left_out(self) -> frozenset[tuple[str, str, str]]:
        """Exporters, importers and sectors on which it does not act, though it names each of them."""
        return self._left_out

    def without(self, cells: Iterable[tuple[str, str, str]]) -> Self:
        """The measure without some exporters, importers and sectors."""
        copy = self.model_copy()
        copy._left_out = self._left_out | frozenset(cells)
        return copy


class Ntm(TradeMeasure):
    """A change of the ad valorem equivalent of non-tariff measures; negative is cheaper."""

    units = ("percentage points",)
    kind: Literal["ntm"]
    exporters: Economies
    importers: Economies
    sectors: Sectors


class Tariff(TradeMeasure):
    """A change of the ad valorem tariffs of importers on the goods of exporters; negative is cheaper.

    The unit says which: points of the rate, per cent of it (-100 abolishes it), or the new rate itself. The rates are
    those applied at the baseline date; no rate may fall below zero. The importer loses or gains the revenue.
    """

    units = ("percentage points", "percent", NEW_RATE)
    kind: Literal["tariff"]
    exporters: Economies
    importers: Economies
    sectors: Sectors

    def _leaves_nothing(self, percent: float) -> bool:
        return percent < -100

    @model_validator(mode="after")
    def _no_negative_rate(self) -> Self:
        if self.value.unit == NEW_RATE and min(self.value.levels) < 0:
            raise KeyedError("value", "a tariff cannot be below zero; 0 abolishes it")
        return self


class Productivity(MeasureBase):
    """A change of the productivity of sectors in one country; positive is more productive."""

    units = ("percent",)
    kind: Literal["productivity"]
    country: Iso3
    sectors: Sectors


class ServicesCost(TradeMeasure):
    """A change of the cost of trading services; negative is cheaper."""

    units = ("percent",)
    kind: Literal["services_cost"]
    exporters: Economies
    importers: Economies
    sectors: Sectors


class DigitalCustoms(NetworkMeasure):
    """A change of the border dwell at all crossings of a pair, and of the documents cost in USD a tonne."""

    units = ("percent",)
    kind: Literal["digital_customs"]
    pair: Annotated[tuple[Iso3, ...], Field(min_length=2, max_length=2)]
    documents_usd_per_t: Range | None = None

    @model_validator(mode="after")
    def _two_countries(self) -> Self:
        if self.pair[0] == self.pair[1]:
            raise KeyedError("pair", "a pair is two different countries")
        return self


Measure = Annotated[
    Link
    | BorderTime
    | Service
    | Capacity
    | PortAccess
    | Transfer
    | FreightRate
    | Tariff
    | Ntm
    | Productivity
    | ServicesCost
    | DigitalCustoms,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[MeasureBase]] = {
    "link": Link,
    "border_time": BorderTime,
    "service": Service,
    "capacity": Capacity,
    "port_access": PortAccess,
    "transfer": Transfer,
    "freight_rate": FreightRate,
    "tariff": Tariff,
    "ntm": Ntm,
    "productivity": Productivity,
    "services_cost": ServicesCost,
    "digital_customs": DigitalCustoms,
}
