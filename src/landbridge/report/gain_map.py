"""The map of gains: economies tinted by their change of real income."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from landbridge.report import formats, svg
from landbridge.report.map_marks import OUTLINE
from landbridge.report.projection import WIDTH, content, shapes, window
from landbridge.report.shape import Results
from landbridge.report.texts import word

SEA = "#eef4f8"
NO_FIGURE = "#e3e6e9"
LOSSES = ("#f8e0c8", "#e59a55")
GAINS = ("#d6e8f5", "#9cc9e8", "#4d97cc", "#0a5a94")  # light to dark, as blue as the bars


def draw_gains(results: Results, names: Mapping[str, str]) -> tuple[Markup, list[tuple[Markup, str]]] | None:
    """Economies tinted by their change of real income, with the legend; None where nothing can be drawn."""
    view = window(content(results))
    outlines = shapes(results, view)
    percent = {
        row.iso3: row.percent for row in results.welfare if row.measures == "all" and row.iso3 in outlines
    }
    if not percent:
        return None
    limits = _limits([value for value in percent.values() if value > 0])
    drawn = []
    for iso3 in outlines:
        value = percent.get(iso3)
        fill = NO_FIGURE if value is None else _tint(value, limits)
        shown = word("map.none") if value is None else formats.percent(value)
        hint = word("welfare.map_country", name=names.get(iso3, iso3), percent=shown)
        drawn.append(
            svg.element("path", {"d": outlines[iso3], "fill": fill}, svg.element("title", None, hint))
        )
    order = sorted(percent, key=lambda iso3: -percent[iso3])
    spoken = word(
        "welfare.map_spoken",
        gains=", ".join(f"{names.get(one, one)} {formats.percent(percent[one])}" for one in order[:8]),
        losses=", ".join(
            f"{names.get(one, one)} {formats.percent(percent[one])}" for one in order if percent[one] < 0
        )
        or word("welfare.map_no_loss"),
    )
    sea = svg.element("rect", {"width": WIDTH, "height": view.height, "fill": SEA})
    land = svg.element("g", {"stroke": OUTLINE, "stroke-width": 0.8, "fill-rule": "evenodd"}, *drawn)
    picture = svg.frame(
        "map-gains", WIDTH, view.height, word("welfare.map_title"), spoken, sea, land, kind="map"
    )
    return picture, _gain_legend(limits, any(value < 0 for value in percent.values()))


def _limits(gains: Sequence[float]) -> list[float]:
    """Limits between the classes of gains: a third each of the logarithms, so that small gains are told apart."""
    if not gains:
        return []
    low, high = math.log10(max(min(gains), max(gains) / 1e4)), math.log10(max(gains))
    cuts = [10 ** (low + (high - low) * part / 4) for part in (1, 2, 3)]
    return sorted({float(f"{cut:.1g}") for cut in cuts})


def _tint(value: float, limits: Sequence[float]) -> str:
    if value < 0:
        return LOSSES[bool(limits) and -value >= limits[0]]
    return GAINS[min(sum(value >= limit for limit in limits), len(GAINS) - 1)]


def _gain_legend(limits: Sequence[float], losses: bool) -> list[tuple[Markup, str]]:
    def patch(fill: str) -> Markup:
        box = {"x": 4, "y": -8, "width": 30, "height": 16, "fill": fill, "stroke": OUTLINE}
        return svg.element(
            "svg",
            {"class": "key", "viewBox": "0 -9 38 18", "aria-hidden": "true"},
            svg.element("rect", dict(box)),
        )

    rows = []
    if losses and limits:
        limit = formats.percent(limits[0], signed=False)
        rows.append((patch(LOSSES[1]), word("welfare.legend_loss_more", limit=limit)))
        rows.append((patch(LOSSES[0]), word("welfare.legend_loss_less", limit=limit)))
    elif losses:
        rows.append((patch(LOSSES[0]), word("welfare.legend_loss")))
    if limits:
        rows.append((patch(GAINS[0]), word("welfare.legend_less", limit=formats.percent(limits[0]))))
        for place in range(1, len(limits)):
            between = {"low": formats.percent(limits[place - 1]), "high": formats.percent(limits[place])}
            rows.append((patch(GAINS[place]), word("welfare.legend_between", **between)))
        rows.append(
            (patch(GAINS[len(limits)]), word("welfare.legend_more", limit=formats.percent(limits[-1])))
        )
    return [*rows, (patch(NO_FIGURE), word("welfare.map_none"))]
