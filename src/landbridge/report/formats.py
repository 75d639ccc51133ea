"""Numbers as a reader sees them: units always, a true minus, never e-notation, and no false zeros."""

from __future__ import annotations

import math

from landbridge.report.texts import lookup, word

MINUS = "−"
SPACE = "\u00a0"  # keeps a number and its unit on one line

_LEAST_PERCENT = 1e-6
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, decimals: int = 0, *, signed: bool = False) -> str:
    """A number with thousands separators and a true minus sign.

    value: any unit; decimals: digits after the point; signed: put a plus before positive numbers.
    """
    text = _marked(f"{abs(value):,.{decimals}f}")
    if not any(digit in text for digit in "123456789"):
        return text
    if value < 0:
        return MINUS + text
    return f"+{text}" if signed else text


def _marked(text: str) -> str:
    """Digits written in the English way, with the thousands and decimal marks of the language."""
    thousands, decimal = word("format.thousands"), word("format.decimal")
    if (thousands, decimal) == (",", "."):
        return text
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def not_computed() -> str:
    """What stands in place of a number that was not computed."""
    return word("format.not_computed")


def plain(value: float) -> str:
    """A stated number as short as it was stated: 3, 0.5, 1,200, with at most six significant digits."""
    if value == 0:
        return "0"
    decimals = max(0, 5 - math.floor(math.log10(abs(value))))
    text = number(value, decimals)
    mark = word("format.decimal")
    return text.rstrip("0").rstrip(mark) if mark in text else text


def percent(value: float | None, *, signed: bool = True) -> str:
    """A percentage to two digits or so, such as '+0.031 %'.

    One that is smaller than the equilibria are sure of is '<0.000001 %' ('>−0.000001 %' below zero). value: percent, or
    None where it was not computed.
    """
    if value is None:
        return not_computed()
    size = abs(value)
    if size == 0:
        return f"0{SPACE}%"
    if size < _LEAST_PERCENT:
        least = _marked(f"{_LEAST_PERCENT:.6f}")
        return f"<{least}{SPACE}%" if value > 0 else f">{MINUS}{least}{SPACE}%"
    decimals = 1 if size >= 10 else 2 if size >= 0.1 else min(1 - math.floor(math.log10(size)), 6)
    return f"{number(value, decimals, signed=signed)}{SPACE}%"


def percent_range(low: float | None, high: float | None) -> str:
    """The range between two percentages, or that it was not computed."""
    if low is None or high is None:
        return not_computed()
    return word("format.range", low=percent(low), high=percent(high))


def change(before: float, after: float) -> str:
    """The change from `before` to `after` in percent of `before`; both in the same unit."""
    if after == before:
        return word("format.no_change")
    if before == 0:
        return word("format.from_zero")
    moved = 100 * (after - before) / before
    return f"{number(moved, 1, signed=True)}{SPACE}%" if abs(moved) >= 1 else percent(moved)


def usd_million(value: float, *, signed: bool = False) -> str:
    """Money in million USD, such as 'USD 1,234 m'."""
    size = abs(value)
    if 0 < size < 0.1:
        return word("format.tiny_loss" if value < 0 else "format.tiny_gain", amount=_money(_marked("0.1")))
    text = number(size, 1 if 0 < size < 10 else 0)
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    return sign + _money(text)


def _money(amount: str) -> str:
    return word("format.usd_million", amount=amount).replace(" ", SPACE)


def dollars(value: float) -> str:
    """An amount of a few dollars, such as 'USD 0.37'."""
    return word("format.dollars", amount=number(value, 2)).replace(" ", SPACE)


def days(value: float) -> str:
    """A duration in days, such as '12.3 days'."""
    return word("format.days", amount=number(value, 1)).replace(" ", SPACE)


def span(value: float) -> str:
    """The size of a change of time given in days, such as '1.9 days', or '1.2 h' below a tenth of a day."""
    size = abs(value)
    return days(size) if size >= 0.1 else hours(24 * size)


def usd_per_tonne(value: float) -> str:
    """A cost per tonne, such as 'USD 87/t'."""
    return word("format.usd_per_tonne", amount=number(value, 1 if abs(value) < 100 else 0)).replace(
        " ", SPACE
    )


def kg_per_tonne(value: float) -> str:
    """Emissions per tonne carried, such as '120 kg/t' (CO2 equivalent)."""
    return word("format.kg_per_tonne", amount=number(value, 1 if abs(value) < 100 else 0)).replace(" ", SPACE)


def km(value: float) -> str:
    """A length, such as '4,131 km'."""
    return f"{number(value)}{SPACE}km"


def hours(value: float) -> str:
    """A duration in hours, such as '12.5 h'."""
    return f"{number(value, 1)}{SPACE}h"


def share(value: float | None) -> str:
    """A share or probability between 0 and 1 as a whole percentage."""
    if value is None:
        return not_computed()
    if 0 < value < 0.005:
        return f"<1{SPACE}%"
    return f"{number(100 * value)}{SPACE}%"


def power_of_ten(value: float) -> str:
    """A very small number as '3 × 10⁻¹²'."""
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -3 <= exponent < 6:
        return plain(float(f"{value:.2g}"))
    mantissa, power = f"{value:.1e}".split("e")
    return f"{mantissa.replace('-', MINUS)} × 10{str(int(power)).translate(_SUPERSCRIPT)}"


def seconds(value: float) -> str:
    """A computing time, such as '12.3 s'."""
    return f"{number(value, 1 if value >= 1 else 2)}{SPACE}s"


def unit(name: str) -> str:
    """A unit of a measure's value as it stands after a number."""
    return "%" if name == "percent" else name


def words(name: str) -> str:
    """A code name such as `border_time` as words."""
    return lookup("codes", name, name.replace("_", " "))


def joined(names: list[str]) -> str:
    """Names as a list in a sentence: 'A, B and C'."""
    if len(names) < 2:
        return "".join(names)
    return word("format.list", most=", ".join(names[:-1]), last=names[-1])
