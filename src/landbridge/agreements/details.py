"""Reads the numbers and deadlines of a promise."""

from __future__ import annotations

import re

from landbridge.agreements.months import MONTHS
from landbridge.agreements.record import Deadline, Quantity

_SCALE = {"thousand": 1e3, "million": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_UNITS = {
    "percent": "percent",
    "per cent": "percent",
    "%": "percent",
    "percentage points": "percentage points",
    "km": "km",
    "kilometer": "km",
    "kilometre": "km",
    "kilometers": "km",
    "kilometres": "km",
    "km/h": "km/h",
    "tons": "t",
    "tonnes": "t",
    "ton": "t",
    "tonne": "t",
    "metric tons": "t",
    "teu": "TEU",
    "teus": "TEU",
    "containers": "containers",
    "trains": "trains",
    "flights": "flights",
    "hours": "h",
    "hour": "h",
    "days": "d",
    "day": "d",
    "months": "months",
    "years": "years",
    "mw": "MW",
    "gw": "GW",
    "megawatts": "MW",
    "gigawatts": "GW",
    "kwh": "kWh",
    "cubic meters": "m3",
    "cubic metres": "m3",
    "bcm": "bcm",
    "barrels": "bbl",
    "usd": "USD",
    "us dollars": "USD",
    "u.s. dollars": "USD",
    "dollars": "USD",
    "euros": "EUR",
    "euro": "EUR",
    "yuan": "CNY",
    "rmb": "CNY",
    "tenge": "KZT",
    "rubles": "RUB",
    "roubles": "RUB",
    "scholarships": "scholarships",
    "students": "students",
    "people": "people",
    "jobs": "jobs",
}
_CURRENCY = {
    "us$": "USD",
    "$": "USD",
    "usd": "USD",
    "\u20ac": "EUR",
    "eur": "EUR",
    "rmb": "CNY",
    "cny": "CNY",
}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?<![\w.])(?<!\d,)(?P<minus>[-\u2010-\u2013\u2212])?(?P<currency>US\$|USD ?|EUR ?|RMB ?|CNY ?"
    rf"|[$\u20ac])?(?P<number>{_NUMBER})(?![.,]?\d)(?:[ \u00a0-]?(?P<scale>thousand|million|mln|billion|bn|trillion))?"
    rf"(?:[ \u00a0-]?(?P<unit>{'|'.join(re.escape(u) for u in sorted(_UNITS, key=len, reverse=True))})(?!\w))?",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    rf"\b(?:(?:by|until|before|no later than|not later than"
    rf"|prior to)(?: the)?(?: end of)?(?: the year)? (?:(?P<day>\d{{1,2}}) )?"
    rf"(?:(?P<month>{'|'.join(MONTHS)}) )?(?P<year>(?:19|20)\d\d)"
    r"|within (?:the next )?(?:\d+|one|two|three|four|five|six|nine|ten"
    r"|twelve|thirty|sixty|ninety) (?:working )?(?:days|weeks|months|years?)"
    r"|by the end of (?:this|the|next) year|(?:this|next) year)\b",
    re.IGNORECASE,
)


def deadline_in(text: str, start: int, end: int) -> Deadline | None:
    """The first deadline between two offsets."""
    match = _DEADLINE.search(text, start, end)
    if match is None:
        return None
    iso = match["year"]
    if iso and match["month"]:
        iso += f"-{MONTHS.index(match['month'].casefold()) + 1:02d}"
        if match["day"]:
            iso += f"-{int(match['day']):02d}"
    return Deadline(start=match.start(), end=match.end(), quote=match[0], iso=iso)


def quantities_in(text: str, start: int, end: int) -> tuple[Quantity, ...]:
    """Numbers with a unit or a currency between two offsets; `value` with its scale worked out."""
    found = []
    for match in _QUANTITY.finditer(text, start, end):
        currency = (match["currency"] or "").strip().casefold()
        unit = _CURRENCY.get(currency) or _UNITS.get((match["unit"] or "").casefold())
        if unit is None:
            continue
        value = float(match["number"].replace(",", "")) * _SCALE.get((match["scale"] or "").casefold(), 1.0)
        if match["minus"]:
            value = -value
        found.append(Quantity(start=match.start(), end=match.end(), quote=match[0], value=value, unit=unit))
    return tuple(found)
