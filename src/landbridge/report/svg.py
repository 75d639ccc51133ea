"""Building blocks of the inline drawings: escaped elements, accessible frames, scales with round ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

# Okabe and Ito (2008), "Color universal design": told apart by readers with any common colour blindness.
BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
INK = "#1b1f24"
QUIET = "#57606a"
GRID = "#d0d7de"


def element(name: str, attributes: dict[str, object] | None = None, *children: str) -> Markup:
    """One element; attribute values and text children are escaped, Markup children kept.

    Attribute names and `name` come from this package only, never from results.
    """
    written = "".join(
        f' {key}="{escape(_short(value))}"' for key, value in (attributes or {}).items() if value is not None
    )
    inside = "".join(escape(child) for child in children)
    return Markup(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")


def _short(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def text(
    x: float,
    y: float,
    content: str,
    *,
    size: float = 13,
    anchor: str = "start",
    fill: str = INK,
    weight: str | None = None,
    halo: bool = False,
) -> Markup:
    """A line of text at (x, y) in drawing units; `halo` keeps it readable over a map."""
    attributes: dict[str, object] = {
        "x": x,
        "y": y,
        "font-size": size,
        "text-anchor": None if anchor == "start" else anchor,
        "fill": fill,
        "font-weight": weight,
    }
    if halo:
        attributes |= {
            "stroke": "#ffffff",
            "stroke-width": 3,
            "paint-order": "stroke",
            "stroke-linejoin": "round",
        }
    return element("text", attributes, content)


def frame(
    identity: str,
    width: float,
    height: float,
    title: str,
    description: str,
    *children: str,
    kind: str = "chart",
) -> Markup:
    """An accessible drawing: role img, with a title and a description that say what it shows."""
    return element(
        "svg",
        {
            "viewBox": f"0 0 {width:.0f} {height:.0f}",
            "class": kind,
            "role": "img",
            "aria-labelledby": f"{identity}-title {identity}-desc",
        },
        element("title", {"id": f"{identity}-title"}, title),
        element("desc", {"id": f"{identity}-desc"}, description),
        *children,
    )


def key(shape: Markup) -> Markup:
    """A mark of a legend, drawn in a box of 38 by 18 about its left middle."""
    box: dict[str, object] = {"class": "key", "viewBox": "0 -9 38 18", "aria-hidden": "true"}
    return element("svg", box, shape)


@dataclass(frozen=True)
class Scale:
    """A linear scale from data to drawing units that always shows zero, with round tick values."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def __call__(self, value: float) -> float:
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)

    def label(self, tick: float) -> str:
        """A tick value with as many decimals as the step between ticks needs."""
        step = self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else abs(tick) or 1.0
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        return f"{tick:,.{decimals}f}".replace("-", "−") if tick else "0"


def fitted_scale(values: Sequence[float], start: float, end: float, *, about: int = 5) -> Scale:
    """The scale from the least to the largest value, zero held, with round ticks inside and no room beyond."""
    whole = linear_scale(values, start, end, about=about)
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    if high == low:
        return whole
    room = 1e-9 * (high - low)
    return Scale(low, high, start, end, tuple(t for t in whole.ticks if low - room <= t <= high + room))


def linear_scale(values: Sequence[float], start: float, end: float, *, about: int = 5) -> Scale:
    """The scale that holds zero and every value, with ticks at 1, 2 or 5 times a power of ten."""
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    if high == low:
        high = 1.0
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(step * count for count in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], start, end, ticks)
