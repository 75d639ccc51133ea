"""Writes the small tables beside the economy base, and prints a check against GDP."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from economy.margins import goods_flows, import_mixes, pair_totals
from economy.sources import REST, Facts, Flows, table

ICIO = "OECD Inter-Country Input-Output Tables, 2025 edition"
PAPER = "Caliendo and Parro (2015), Review of Economic Studies 82(1):1-44"
CAP = 20.0
YEAR_OF_MIXES = 2022  # the base that import structures are fitted to and compared with
MEAN_THETA = 8.22
SERVICES_THETA, SERVICES_SE = 5.0, 1.0
# Printed against GDP: the parties' neighbourhood and the largest economies.
CHECKED = [
    *("CHN", "USA", "RUS", "KAZ", "UZB", "KGZ", "TJK", "TKM", "AZE", "GEO"),
    *("MNG", "IRN", "TUR", "DEU", "POL", "BLR", "PAK", "IND", "JPN", "KOR"),
]


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_economies(path: Path, flows: Flows, facts: Facts) -> None:
    """economies.csv: code, name, how the accounts came about, and GDP."""
    macro = {row["iso3"]: row for row in table("macro.csv")}
    rows: list[list[object]] = []
    for iso3 in facts.economies:
        if iso3 == REST:
            gdp = facts.gdp[facts.economies.index(iso3)]
            source = "world GDP less the economies of the base (World Bank WDI, 2022)"
            rows.append([iso3, "Rest of the world", "rest of world", f"{gdp:.0f}", source, "synthetic"])
            continue
        fact = macro[iso3]
        gdp_text = f"{float(fact['gdp_2022_musd']):.0f}" if fact["gdp_2022_musd"] else ""
        if iso3 in flows.economies:
            source = f"accounts: {ICIO}, final use estimated; GDP: {fact['gdp_source']}"
            rows.append([iso3, fact["name"], "icio", gdp_text, source, fact["flag"]])
        else:
            donors = ", ".join(facts.donors[iso3])
            accounts = f"GDP, trade totals and partners, with the technology of {donors}"
            source = f"accounts: {accounts}; GDP: {fact['gdp_source']}"
            rows.append([iso3, fact["name"], "constructed", gdp_text, source, "synthetic"])
    _write(path, ["iso3", "name", "status", "gdp2022_musd", "source", "flag"], rows)


def write_sectors(path: Path) -> None:
    """sectors.csv: the 36 sectors and what they are made of."""
    rows = table("sectors.csv")
    _write(path, list(rows[0]), [list(row.values()) for row in rows])


# Sector of the base -> sectors of the paper; several are averaged.
_PAPER_SECTORS = {
    "A01_02": ["Agriculture"],
    "A03": ["Agriculture"],
    "B05_06": ["Mining"],
    "B07_09": ["Mining"],
    "C10T12": ["Food"],
    "C13T15": ["Textile"],
    "C16": ["Wood"],
    "C17_18": ["Paper"],
    "C19": ["Petroleum"],
    "C20": ["Chemicals"],
    "C21": ["Chemicals"],
    "C22": ["Plastic"],
    "C23": ["Minerals"],
    "C24A": ["Basic metals"],
    "C24B": ["Basic metals"],
    "C25": ["Metal products"],
    "C26": ["Office", "Communication", "Medical"],
    "C27": ["Electrical"],
    "C28": ["Machinery n.e.c."],
    "C29": ["Auto"],
    "C30": ["Other transport"],
    "C31T33": ["Other"],
}


def elasticity(sector: str) -> tuple[float, float, str, str]:
    """Trade elasticity of a sector: theta, standard error, source, flag."""
    paper = {row["sector"]: row for row in table("elasticities_caliendo_parro.csv")}
    if sector not in _PAPER_SECTORS:
        reason = (
            "no estimate for services used; near the paper's aggregate of goods (4.49), the error is a guess"
        )
        return SERVICES_THETA, SERVICES_SE, f"Landbridge; {reason}", "assumption"
    rows = [paper[name] for name in _PAPER_SECTORS[sector]]
    values = np.array([float(row["theta_99pct"]) for row in rows])
    errors = np.array([float(row["se_99pct"]) for row in rows])
    theta, error = float(values.mean()), float(np.sqrt((errors**2).sum()) / len(rows))
    named = " and ".join(row["sector"] for row in rows)
    source = f"{PAPER}, Table 1, 99 % sample: {named}"
    if sector in {"C29", "C30"}:
        kept = paper.keys() - {"Auto", "Other transport", "Petroleum"}
        others = [float(paper[name]["se_99pct"]) for name in sorted(kept)]
        error = float(np.sqrt(np.mean(np.square(others))))
        source = (
            f"{PAPER}: the mean {MEAN_THETA} stands in for an insignificant estimate ({theta:g}), "
            "as in the authors' data; error: root mean square of the other sectors'"
        )
        return MEAN_THETA, error, source, "estimate replaced by mean"
    if theta > CAP:
        error *= CAP / theta
        source += (
            f"; published {theta:g} capped at {CAP:g}, error in proportion: else tiny costs move all trade"
        )
        return CAP, error, source, "capped"
    if len(rows) > 1:
        return theta, error, f"{source}, mean with independent errors", "averaged"
    return theta, error, source, ""


def write_elasticities(path: Path) -> None:
    """elasticities.csv: one row a sector."""
    rows = []
    for row in table("sectors.csv"):
        theta, error, source, flag = elasticity(row["code"])
        rows.append([row["code"], f"{theta:.2f}", f"{error:.2f}", source, flag])
    _write(path, ["sector", "theta", "se", "source", "flag"], rows)


LICENCE = """\
Data derived from the OECD Inter-Country Input-Output Tables, 2025 edition

The files economy_2022.npz, economy_2017.npz, economies.csv and sectors.csv are adapted from:

    OECD Inter-Country Input-Output Tables, 2025 edition. Organisation for Economic Co-operation and Development.
    Reached through the Python package sanction-simulator 0.1.4 (Bhattathiripad and Veetil), whose code is under the
    MIT licence.

The OECD's terms of 1 July 2024 let its data be used, adapted and shared with attribution, on terms like those of the
Creative Commons Attribution 4.0 International licence (CC BY 4.0, https://creativecommons.org/licenses/by/4.0/).
The adapted files are offered under that licence.

Changes made: sectors aggregated from 50 to 36; final use by buyer estimated; inputs trimmed where they would leave too
little value added; nine economies and the rest of the world constructed from other sources; trade fitted to cited
totals; the year 2017 estimated from that of 2022. Single cells are therefore not OECD figures. This is an adaptation of
an original work by the OECD. The opinions expressed and arguments employed in this adaptation should not be reported as
representing the official views of the OECD or of its member countries.
"""


def write_licence(path: Path) -> None:
    """LICENSE-OECD.txt."""
    path.write_text(LICENCE, encoding="utf-8")


def check_table(trade: np.ndarray, inputs: np.ndarray, facts: Facts) -> None:
    """Prints value added against GDP for twenty economies."""
    flow, use = trade.astype(float), inputs.astype(float)
    value_added = (flow.sum(1) - use.sum(1)).sum(1)
    own = np.arange(len(flow))
    exports = flow.sum((1, 2)) - flow[own, own].sum(1)
    print(f"{'':5}{'value added':>14}{'GDP':>14}{'ratio':>8}{'exports/GDP':>13}", file=sys.stderr)
    for iso3 in CHECKED:
        k = facts.economies.index(iso3)
        ratio = value_added[k] / facts.gdp[k]
        print(
            f"{iso3:5}{value_added[k]:14.0f}{facts.gdp[k]:14.0f}{ratio:8.3f}{exports[k] / facts.gdp[k]:13.3f}",
            file=sys.stderr,
        )


def check_margins(
    before: np.ndarray,
    after: np.ndarray,
    facts: Facts,
    factors: dict[tuple[str, str], float],
    sectors: Sequence[str],
    year: int,
) -> None:
    """Prints the cited totals against goods trade before and after the fit; 2017 is compared with 2022."""
    goods = list(sectors).index("D_E")
    flows = [goods_flows(trade, goods) for trade in (before, after)]
    print(f"{year}: goods, million USD at basic prices; cited totals scaled to them", file=sys.stderr)
    for use in ("fit", "mirror"):
        for pair, row in pair_totals(facts.economies, year, factors, flows[0], use):
            i, j = pair.seller, pair.buyer
            values = [flow[i, j] + (flow[j, i] if pair.both else 0.0) for flow in flows]
            sign = "<>" if pair.both else "->"
            text = f"{row['exporter']}{sign}{row['importer']} {use:6} {row['value']:>9} cited"
            print(f"{text}{pair.value:10.0f}{values[0]:10.0f}{values[1]:10.0f}", file=sys.stderr)
    if year != YEAR_OF_MIXES:
        return
    for use in ("fit", "check"):
        for mix, cited_year in import_mixes(facts.economies, sectors, use):
            name = facts.economies[mix.buyer]
            for group, share in zip(mix.groups, mix.shares, strict=True):
                found = [
                    np.delete(trade[:, mix.buyer], mix.buyer, 0)[:, group].sum() / flow[:, mix.buyer].sum()
                    for trade, flow in zip((before, after), flows, strict=True)
                ]
                codes = " ".join(sectors[r] for r in group)
                shares = f"{share:7.1%}{found[0]:7.1%}{found[1]:7.1%}{100 * (found[1] - share):+7.1f}"
                print(f"{name} imports {cited_year} {use:5} {shares}  {codes}", file=sys.stderr)
