"""What the results say in words: what a measure changes, what a reader must know of the totals, whose data it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landbridge.measures import (
    BorderTime,
    Capacity,
    DigitalCustoms,
    FreightRate,
    Link,
    Measure,
    MeasureBase,
    Ntm,
    PortAccess,
    Productivity,
    Service,
    ServicesCost,
    Tariff,
    Transfer,
)
from landbridge.measures.schema import NEW_RATE
from landbridge.world.data import read_csv

CHAINS = {
    "rail": "by rail",
    "road": "by road",
    "rail_sea": "by rail with a ferry over an inland sea",
    "road_sea": "by road with a ferry over an inland sea",
    "sea": "by sea",
    "short_sea": "by land with a short sea leg",
}

ATTRIBUTION = [
    {
        "name": "OpenStreetMap",
        "text": "Railways and roads are derived from OpenStreetMap, (c) OpenStreetMap contributors",
        "url": "https://www.openstreetmap.org/copyright",
        "licence": "Open Database License 1.0",
    },
    {
        "name": "OECD",
        "text": "The economy base is adapted from the OECD Inter-Country Input-Output Tables, 2025 edition; the OECD"
        " has not endorsed the adaptation",
        "url": "https://www.oecd.org/en/data/datasets/inter-country-input-output-tables.html",
        "licence": "CC BY 4.0",
    },
    {
        "name": "GeoNames",
        "text": "Cities are from GeoNames",
        "url": "https://www.geonames.org",
        "licence": "CC BY 4.0",
    },
    {
        "name": "World Bank",
        "text": "GDP is from the World Development Indicators of the World Bank",
        "url": "https://data.worldbank.org",
        "licence": "CC BY 4.0",
    },
    {
        "name": "DESNZ",
        "text": "Emission factors contain public sector information of the UK Department for Energy Security and Net"
        " Zero",
        "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "licence": "Open Government Licence v3.0",
    },
    {
        "name": "Natural Earth",
        "text": "Country outlines are from Natural Earth and state no view on borders",
        "url": "https://www.naturalearthdata.com",
        "licence": "Public domain",
    },
]


def _amount(measure: MeasureBase) -> str:
    value = measure.value
    return f"{value.mid:+g} {value.unit}".replace("-", "\u2212")


def _sectors(codes: tuple[str, ...]) -> str:
    names = {row["code"]: row["name"] for row in read_csv("sectors.csv")}
    return "; ".join(names.get(code, code) for code in codes)


def _names(codes: tuple[str, ...]) -> str:
    names = {row["iso3"]: row["name"] for row in read_csv("economies.csv")}
    return ", ".join(names.get(code, code) for code in codes)


def freight_of(measure: MeasureBase) -> str:
    """Which freight a network measure acts on, in words."""
    traffic = getattr(measure, "traffic", "all")
    if traffic == "all":
        return "all freight that passes"
    if traffic == "international":
        return "freight that crosses a border"
    assert isinstance(traffic, tuple)
    return f"freight between {_names(traffic)} and abroad"


def change_of(measure: Measure) -> str:
    """What a measure changes at its mid value, where and for whom, in one line."""
    amount = _amount(measure)
    if isinstance(measure, Link):
        way = " - ".join(measure.places)
        what = (
            f"{amount} of speed" if measure.action == "upgrade" else f"a new line of {measure.length_km:g} km"
        )
        return f"{what}, {measure.mode}, {way}, both directions, {freight_of(measure)}"
    if isinstance(measure, BorderTime):
        direction = (
            "both directions" if measure.direction == "both" else measure.direction.replace(">", " to ")
        )
        return (
            f"{amount} at the border, {measure.mode}, {measure.crossing}, {direction}, {freight_of(measure)}"
        )
    if isinstance(measure, Service):
        way = " to ".join((measure.places[0], measure.places[-1]))
        hours = f"{amount} on the way, {measure.mode}, {way}, this direction"
        speed = f"{amount} of speed, {measure.mode}, {' - '.join(measure.places)}, both directions"
        return f"{speed if measure.value.unit == 'percent' else hours}, {freight_of(measure)}"
    if isinstance(measure, Capacity):
        where = measure.crossing or measure.port or " - ".join(measure.places)
        by = f", {measure.mode}" if measure.mode else ""
        return f"{amount} of capacity each way{by}, {where}, {freight_of(measure)}"
    if isinstance(measure, PortAccess):
        return f"{amount} through the port of {measure.port}, {freight_of(measure)}"
    if isinstance(measure, Transfer):
        what = "changing the gauge at" if measure.crossing else "the terminal of"
        return f"{amount} for {what} {measure.crossing or measure.terminal}, {freight_of(measure)}"
    if isinstance(measure, FreightRate):
        where = " - ".join(measure.places) or _names(measure.countries)
        return f"{amount} of the {measure.mode} rate, {where}, both directions, {freight_of(measure)}"
    if isinstance(measure, DigitalCustoms):
        return (
            f"{amount} of border time at all crossings between {_names(measure.pair)}, {freight_of(measure)}"
        )
    if isinstance(measure, Ntm):
        return (
            f"{amount} of non-tariff cost, {_names(measure.exporters)} to {_names(measure.importers)}: "
            f"{_sectors(measure.sectors)}"
        )
    if isinstance(measure, Tariff):
        what = "" if measure.value.unit == NEW_RATE else " of the tariff"
        rate = f"a tariff of {measure.value.mid:g} %" if not what else f"{amount}{what}"
        return (
            f"{rate}, {_names(measure.exporters)} to {_names(measure.importers)}: {_sectors(measure.sectors)}"
        )
    if isinstance(measure, ServicesCost):
        return (
            f"{amount} of the cost of trading services, {_names(measure.exporters)} to "
            f"{_names(measure.importers)}: {_sectors(measure.sectors)}"
        )
    assert isinstance(measure, Productivity)
    return f"{amount} of productivity, {_names((measure.country,))}: {_sectors(measure.sectors)}"


def extras_of(measure: Measure) -> list[dict[str, str]]:
    """What a measure holds beyond its value: documents cost, running cost, the note on its place."""
    extras = []
    documents = getattr(measure, "documents_usd_per_t", None)
    if documents is not None:
        text = f"{documents.mid:g} USD/t (low {documents.low:g}, high {documents.high:g})"
        extras.append({"label": "Documents", "text": text.replace("-", "\u2212")})
    spread = getattr(measure, "spread", None)
    if spread is not None:
        text = f"{spread.mid:+g} {spread.unit} (low {spread.low:+g}, high {spread.high:+g}) of the standard deviation"
        extras.append({"label": "Spread of the dwell", "text": text.replace("-", "\u2212")})
    if measure.stages:
        text = ", ".join(f"{100 * stage.share:g} % from July {stage.year}" for stage in measure.stages)
        extras.append({"label": "Stages", "text": text})
    if measure.ramp_years is not None:
        extras.append({"label": "Ramp", "text": f"in full after {measure.ramp_years:g} years"})
    if measure.opex is not None:
        text = f"USD {measure.opex.usd_million:g} m a year; {measure.opex.citation}"
        extras.append({"label": "Running cost", "text": text})
    if measure.place_note:
        extras.append({"label": "Place", "text": measure.place_note})
    return extras


def remarks_of(
    welfare: list[dict[str, Any]],
    kinds: dict[str, set[str]],
    parties: tuple[str, ...],
    shares: Mapping[str, float] | None = None,
    home: Mapping[str, float] | None = None,
) -> list[str]:
    """Sentences that belong beside the headline: who gets the gain, and how much of it is put in by assumption.

    welfare: rows of the results. kinds: programme side -> kinds of its measures. parties: ISO3. shares: what measures
    of productivity bring of the gain, million USD by ISO3; without, what the sides give that do nothing else. home:
    what freight within an economy brings of it, likewise.
    """
    everything = {row["iso3"]: row for row in welfare if row["measures"] == "all"}
    remarks = []
    world = everything["WLD"]["usd_million"]
    if world > 0:
        own = 100.0 * sum(everything[iso3]["usd_million"] for iso3 in parties) / world
        if own < 99.5:
            remarks.append(
                f"The parties get {own:.0f} % of the world's gain of USD {world:,.0f} m a year; the rest goes to"
                " countries whose trade passes the same lines."
            )
    typed_in = [
        side
        for side, held in kinds.items()
        if held == {"productivity"} or (shares is not None and "productivity" in held)
    ]
    for iso3 in parties:
        row = everything[iso3]
        if shares is None:
            put = sum(
                one["usd_million"] for one in welfare if one["measures"] in typed_in and one["iso3"] == iso3
            )
        else:
            put = shares.get(iso3, 0.0)
        if row["usd_million"] > 0 and put > 0.1 * row["usd_million"]:
            remarks.append(
                f"About USD {put:,.0f} m of the gain of {row['name']} comes straight from assumed gains in productivity"
                f" ({', '.join(typed_in)}); freight and trade measures give the rest."
            )
        inside = (home or {}).get(iso3, 0.0)
        if row["usd_million"] > 0 and inside > 0.1 * row["usd_million"]:
            remarks.append(
                f"About USD {inside:,.0f} m of the gain of {row['name']} comes from freight at home. Goods at home are"
                " spread over cities by population, however far apart, which overstates long hauls and so this part."
            )
    return remarks
