"""The what-if options that commands share: what they are called, how they are read, and how to type them again."""

from __future__ import annotations

import argparse
from typing import Any

from landbridge.errors import InputError, Problem

_LISTS = ("without", "only", "shut", "coalition")


def add_what_if(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    group = parser.add_argument_group(
        "what if",
        "IDS are measures (M13), sides (A03.b), alignments (A03) or clauses (C14), separated by commas",
    )
    group.add_argument("--without", metavar="IDS", help="leave these out")
    group.add_argument("--only", metavar="IDS", help="keep only these")
    group.add_argument(
        "--delay",
        nargs=2,
        action="append",
        metavar=("ID", "YEARS"),
        help="start a side or measure later; changes present values, and with --in-year what is in place",
    )
    group.add_argument(
        "--in-year", type=int, metavar="YEAR", help="only what is in place on 1 July of that year"
    )
    group.add_argument(
        "--shut",
        metavar="NAMES",
        help="what the package is worth, and the closure costs, where these are shut: a crossing (Khorgos/Altynkol),"
        " a border (CHN-KAZ), a country closed to transit (RUS), a passage (Suez, Hormuz, Caspian), a port, a service,"
        ' a link of railway or road ("rail Aktogay - Dostyk")',
    )
    group.add_argument(
        "--coalition", metavar="ISO3,..", help="countries that join the measures between the parties"
    )
    group.add_argument(
        "--carbon-price",
        type=float,
        metavar="USD",
        help="values the change of CO2 at so many USD a tonne; it enters no cost of freight",
    )


def what_if_of(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of appraisal.Options. Raises InputError with every value that cannot be read."""
    problems = []
    found: dict[str, Any] = {}
    for name in _LISTS:
        given = getattr(options, name)
        found[name] = (
            () if given is None else tuple(part.strip() for part in given.split(",") if part.strip())
        )
        if given is not None and not found[name]:
            problems.append(Problem(f"--{name}", "names nothing", "give names, separated by commas"))
    found["delay"] = {}
    for name, years in options.delay or []:
        if name in found["delay"]:
            problems.append(Problem("--delay", f"{name} is given twice", "give one number of years"))
        try:
            found["delay"][name] = float(years)
        except ValueError:
            problems.append(Problem("--delay", f"{years} is no number of years", "such as --delay A03.b 3"))
    found["in_year"], found["carbon_price"] = options.in_year, options.carbon_price
    price = options.carbon_price
    if price is not None and not 0 <= price < float("inf"):
        problems.append(Problem("--carbon-price", f"{price:g} is no price", "give USD a tonne, zero or more"))
    if problems:
        raise InputError(problems)
    return found


def typed_again(options: argparse.Namespace) -> list[str]:
    """The what-if options as words of a command."""
    words = []
    for name in _LISTS:
        given = getattr(options, name)
        words += [f"--{name}", given] if given else []
    for name, years in options.delay or []:
        words += ["--delay", name, years]
    for name in ("in_year", "carbon_price"):
        given = getattr(options, name)
        words += [f"--{name.replace('_', '-')}", f"{given:.15g}"] if given is not None else []
    return words
