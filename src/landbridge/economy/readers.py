"""Readers of users' own accounts: long tables, and the OECD's inter-country input-output tables."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from landbridge.economy.arrays import numbers
from landbridge.economy.audit import same_labels
from landbridge.economy.columns import Columns, Table, filled, label, missing_columns, read_columns
from landbridge.economy.dataset import Dataset, from_arrays
from landbridge.errors import InputError, Problem

# Rows of an ICIO file that are no seller: taxes less subsidies on products, value added, output.
_ROWS_APART = ("TLS", "VA", "VALU", "OUT", "OUTPUT", "TOTAL")


def from_tables(
    trade: Table,
    inputs: Table | None = None,
    *,
    elasticities: Table,
    value_added: Table | None = None,
    final_demand: Table | None = None,
    tariff: Table | None = None,
    economies: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
) -> Dataset:
    """A dataset from long tables: paths of .csv or .parquet files, data frames, or mappings of columns.

    trade: seller, buyer, sector, value (tariffs excluded, home sales included). inputs: economy, input, user, value.
    value_added, final_demand: economy, sector, value; what is not given is the remainder. tariff: seller, buyer,
    sector, rate. elasticities: sector, theta and, if known, se. Rows that are not there are zero. economies, sectors:
    their order, else that of first appearance in trade and in elasticities.

    Raises InputError with every problem of every table.
    """
    layout: dict[str, tuple[Table | None, tuple[str, ...], str]] = {
        "trade": (trade, ("seller", "buyer", "sector"), "value"),
        "inputs": (inputs, ("economy", "input", "user"), "value"),
        "value_added": (value_added, ("economy", "sector"), "value"),
        "final_demand": (final_demand, ("economy", "sector"), "value"),
        "tariff": (tariff, ("seller", "buyer", "sector"), "rate"),
        "elasticities": (elasticities, ("sector",), "theta"),
    }
    tables: dict[str, Columns] = {}
    problems: list[Problem] = []
    for name, (table, keys, value) in layout.items():
        if table is None:
            continue
        try:
            tables[name] = read_columns(table, name)
        except InputError as error:
            problems += error.problems
            continue
        optional = ("se",) if name == "elasticities" else ()
        problems += missing_columns(tables[name], (*keys, value), optional)
    if problems:
        raise InputError(problems)
    flows, thetas = tables["trade"].data, tables["elasticities"].data
    pairs = [name for pair in zip(flows["seller"], flows["buyer"], strict=True) for name in pair]
    # A cell without a name is no economy or sector; its row is reported as it is read.
    countries = list(economies or dict.fromkeys(name for name in map(label, pairs) if name))
    goods = list(sectors or dict.fromkeys(name for name in map(label, thetas["sector"]) if name))
    kinds = {"economy": countries, "seller": countries, "buyer": countries}
    arrays: dict[str, np.ndarray] = {}
    for name, table in tables.items():
        _, keys, value = layout[name]
        axes = [kinds.get(key, goods) for key in keys]
        arrays[name], given, wrong = filled(table, keys, axes, value)
        problems += wrong
        if name == "elasticities":
            problems += [
                Problem(f"{table.name} sector {goods[k]}", "has no elasticity", "give it a row")
                for k in np.flatnonzero(~given)
            ]
            if "se" in table.data:
                arrays["se"], _, wrong = filled(table, keys, axes, "se")
                problems += wrong
    if problems:
        raise InputError(problems)
    return from_arrays(
        countries,
        goods,
        arrays["trade"],
        arrays.get("inputs"),
        theta=arrays["elasticities"],
        theta_se=arrays.get("se"),
        value_added=arrays.get("value_added"),
        final_demand=arrays.get("final_demand"),
        tariff=arrays.get("tariff"),
        provenance=[f"{name}: {table.name}" for name, table in tables.items()],
    )


def from_icio(
    path: str | Path,
    theta: Mapping[str, float] | float,
    *,
    economies: Mapping[str, str] | None = None,
    sectors: Mapping[str, str] | None = None,
    theta_se: Mapping[str, float] | None = None,
) -> Dataset:
    """A dataset from a file of the OECD's Inter-Country Input-Output tables, such as 2022_SML.csv.

    The file has a row for every seller and industry (`KAZ_B05`), then taxes less subsidies (TLS), value added (VA) and
    output (OUT), and a column for every buyer and industry, for every buyer and final use (`KAZ_HFCE`), then output.
    economies, sectors: {code in the file: name here}; codes of one name are merged as they are read, codes not given
    keep their own. theta: by sector as named here, or one number. Value added includes taxes less subsidies on
    products, so that costs add up; final demand is the remainder. Falling inventories can leave negative flows:
    `repairs.zero_negative_flows`.

    Raises InputError for a file of another layout, codes that the file does not have, or missing elasticities.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(Problem(str(path), "is not a file", "an ICIO table, YYYY_SML.csv"))
    try:
        sums, read = _summed(path, economies or {}, sectors or {})
    except UnicodeDecodeError as error:
        raise InputError(Problem(str(path), "is not in UTF-8", "the layout of YYYY_SML.csv")) from error
    values = theta if isinstance(theta, Mapping) else dict.fromkeys(sums.sectors, float(theta))
    unnamed = same_labels("elasticity of sector", values, sums.sectors)
    unnamed += [] if theta_se is None else same_labels("standard error of sector", theta_se, sums.sectors)
    if unnamed:
        raise InputError(unnamed)
    return from_arrays(
        sums.economies,
        sums.sectors,
        sums.trade,
        sums.inputs,
        theta=numbers("theta", [values[name] for name in sums.sectors]),
        theta_se=None if theta_se is None else numbers("theta_se", [theta_se[name] for name in sums.sectors]),
        provenance=(f"OECD ICIO {path.name}, {read} read",),
    )


def _summed(path: Path, economies: Mapping[str, str], sectors: Mapping[str, str]) -> tuple[_Sums, str]:
    """The sums of a file under the names given to its codes, and how many codes there were."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        columns = [_split(code) for code in header[1:]]
        # What sells is an industry; a buyer's column of any other code is a final use.
        sellers = [pair for pair in map(_split, _first_cells(path)) if pair is not None]
        codes = list(dict.fromkeys(pair[0] for pair in sellers))
        industries = list(dict.fromkeys(pair[1] for pair in sellers))
        if not codes or not industries:
            raise InputError(Problem(str(path), "has no rows such as KAZ_B05", "the layout of YYYY_SML.csv"))
        buyers = [pair for pair in columns if pair is not None]
        problems = [
            Problem(f"{path} {kind} {'_'.join(pair)}", f"is there {count} times", "one of each")
            for kind, pairs in (("row", sellers), ("column", buyers))
            for pair, count in Counter(pairs).items()
            if count > 1
        ]
        problems += same_labels("buyer", dict.fromkeys(pair[0] for pair in buyers), codes)
        problems += [
            problem
            for kind, given, known in (("economy", economies, codes), ("sector", sectors, industries))
            for problem in same_labels(kind, given, known)
            if problem.message == "is not known"
        ]
        if problems:
            raise InputError(problems)
        sums = _Sums(codes, industries, economies, sectors, columns)
        for line, row in enumerate(reader, start=2):
            pair = _split(row[0]) if row else None
            if pair is None or pair[1] not in sums.sector_of:
                if row and row[0].strip().upper() not in _ROWS_APART:
                    problems.append(
                        Problem(f"{path} line {line}", f"{row[0]!r} is no seller", "a code such as KAZ_B05")
                    )
                continue
            if len(row) != len(header):
                problems.append(
                    Problem(f"{path} line {line}", f"has {len(row)} cells", f"{len(header)} as in its header")
                )
                continue
            try:
                sums.add(pair, np.array([float(cell or 0.0) for cell in row[1:]]))
            except ValueError:
                problems.append(Problem(f"{path} line {line}", "has cells that are not numbers", "numbers"))
    if problems:
        raise InputError(problems)
    return sums, f"{len(codes)} economies and {len(industries)} industries"


def _first_cells(path: Path) -> list[str]:
    """The first cell of every row after the header."""
    with path.open(encoding="utf-8-sig") as file:
        next(file, None)
        return [line.partition(",")[0].strip().strip('"') for line in file]


def _split(code: str) -> tuple[str, str] | None:
    """KAZ_A01_02 -> ('KAZ', 'A01_02'); None where there is no economy in front."""
    economy, mark, rest = code.strip().partition("_")
    return (economy, rest) if mark and rest else None


class _Sums:
    """Trade and input use summed row by row, so that the file is never held whole."""

    def __init__(
        self,
        codes: list[str],
        industries: list[str],
        economies: Mapping[str, str],
        sectors: Mapping[str, str],
        columns: list[tuple[str, str] | None],
    ) -> None:
        self.economies = list(dict.fromkeys(economies.get(code, code) for code in codes))
        self.sectors = list(dict.fromkeys(sectors.get(code, code) for code in industries))
        self.economy_of = {code: self.economies.index(economies.get(code, code)) for code in codes}
        self.sector_of = {code: self.sectors.index(sectors.get(code, code)) for code in industries}
        n, s = len(self.economies), len(self.sectors)
        self.trade, self.inputs = np.zeros((n, n, s)), np.zeros((n, s, s))
        known = [(k, pair) for k, pair in enumerate(columns) if pair is not None]
        self.columns = np.array([k for k, _ in known])
        self.buyer = np.array([self.economy_of[pair[0]] for _, pair in known])
        used = [(k, pair) for k, pair in known if pair[1] in self.sector_of]
        self.used_columns = np.array([k for k, _ in used])
        # Cells of (buyer, user), flattened.
        self.user = np.array([self.economy_of[pair[0]] * s + self.sector_of[pair[1]] for _, pair in used])

    def add(self, seller: tuple[str, str], values: np.ndarray) -> None:
        """One row of the file: what a seller's industry sells to everyone."""
        n, s = len(self.economies), len(self.sectors)
        i, r = self.economy_of[seller[0]], self.sector_of[seller[1]]
        self.trade[i, :, r] += np.bincount(self.buyer, values[self.columns], n)
        used = np.bincount(self.user, values[self.used_columns], n * s)
        self.inputs[:, r, :] += used.reshape(n, s)
