"""What is wrong with a dataset, and what is only unusual; nothing is mended here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from landbridge.economy.dataset import Dataset
from landbridge.errors import InputError, Problem, nearest

# Above this, a small change of costs moves nearly all trade; published estimates end near 65 (petroleum).
LARGE_THETA = 100.0
# Published tables hold input cells a little below zero; the model takes them up to this share of output.
SMALL_NEGATIVE_INPUT = 0.01
_SHOWN = 5


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    problems: what must be mended before a model can be made. notes: what is unusual but has a meaning. gaps: how far
    accounts are from adding up, relative to the largest of their kind.
    """

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    gaps: dict[str, float]

    def check(self) -> None:
        """Raises InputError with every problem."""
        if self.problems:
            raise InputError(self.problems)


def audit(data: Dataset, *, tolerance: float = 1e-6, uses_add_up: bool = True) -> Audit:
    """Looks for everything that keeps a dataset from being a model, at once.

    tolerance: largest gap, relative to the cell's own output or purchases (or to a millionth of the largest), that
    counts as rounding. uses_add_up: whether purchases must equal input use and final demand in every cell.
    """
    problems = [*_labels("economy", data.economies), *_labels("sector", data.sectors)]
    cells = (
        ("trade", data.trade, 0.0, "repairs.zero_negative_flows"),
        ("inputs", data.inputs, 0.0, "repairs.zero_negative_flows"),
        ("value added", data.value_added, 0.0, "inputs may not exceed output: repairs.scaled_costs"),
        ("final demand", data.final_demand, 0.0, "repairs.zero_negative_final_demand"),
        ("tariff", data.tariff, -1.0, "rates are shares: 0.05 for 5 %"),
    )
    for name, array, least, remedy in cells:
        problems += _cells(
            data, name, ~np.isfinite(array), "not a finite number", "fill or drop the cell", array
        )
        wrong = np.isfinite(array) & ((array < least) if least == 0.0 else (array <= least))
        what = "negative" if least == 0.0 else "-100 % or less"
        if name == "inputs":
            wrong &= array < -SMALL_NEGATIVE_INPUT * np.abs(data.output)[:, None, :]
        elif name in ("value added", "final demand"):
            # A remainder can miss zero by rounding.
            whole = data.output if name == "value added" else data.expenditure
            wrong &= array < -tolerance * np.abs(whole)
        problems += _cells(data, name, wrong, what, remedy, array)
    problems += _elasticities(data)
    gaps: dict[str, float] = {}
    if all(np.isfinite(array).all() for _, array, _, _ in cells):
        output, bought = data.output, data.expenditure
        checks = [("costs", data.inputs.sum(1) + data.value_added, output, "repairs.scaled_costs")]
        uses = ("uses", data.inputs.sum(2) + data.final_demand, bought, "repairs.residual_final_demand")
        gaps["uses"] = float(_gap(*uses[1:3]).max(initial=0.0))
        checks += [uses] if uses_add_up else []
        for name, parts, whole, remedy in checks:
            gap = _gap(parts, whole)
            gaps[name] = float(gap.max(initial=0.0))
            problems += _unbalanced(data, name, gap > tolerance, parts, whole, remedy)
        earns = (output.sum(1) > 0) & (data.value_added.sum(1) > 0)
        final = np.where(bought > 0, np.maximum(data.final_demand, 0.0), 0.0).sum(1)
        for kept, what in (
            (earns, "sells nothing or has no value added"),
            (final > 0, "has no final demand"),
        ):
            problems += [
                Problem(f"economy {data.economies[k]}", what, "drop or merge it")
                for k in np.flatnonzero(~kept)
            ]
        problems += [
            Problem(f"sector {data.sectors[r]}", "is sold by nobody", "drop or merge it")
            for r in np.flatnonzero(~(output.sum(0) > 0))
        ]
    return Audit(tuple(problems), _notes(data), gaps)


def _gap(parts: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Gap of each cell relative to itself, or to a millionth of the largest where it is smaller than that."""
    return np.abs(parts - whole) / np.maximum(np.abs(whole), 1e-6 * np.abs(whole).max(initial=1e-300))


def _labels(kind: str, names: Iterable[str]) -> list[Problem]:
    counts = Counter(names)
    problems = [
        Problem(f"{kind} {name}", f"is named {count} times", "names must differ")
        for name, count in counts.items()
        if count > 1
    ]
    if "" in counts:
        problems.append(Problem(f"{kind} names", "hold an empty name", "name it"))
    return problems


def _place(data: Dataset, name: str, cell: tuple[int, ...]) -> str:
    if name == "inputs":
        return f"{data.economies[cell[0]]}, {data.sectors[cell[1]]} used by {data.sectors[cell[2]]}"
    if len(cell) == 3:
        return f"{data.economies[cell[0]]} to {data.economies[cell[1]]}, {data.sectors[cell[2]]}"
    return f"{data.economies[cell[0]]}, {data.sectors[cell[1]]}"


def _cells(
    data: Dataset, name: str, wrong: np.ndarray, what: str, remedy: str, array: np.ndarray
) -> list[Problem]:
    """The first few wrong cells by name, and how many more there are."""
    found = np.argwhere(wrong)
    problems = [
        Problem(f"{name} of {_place(data, name, tuple(cell))}", f"is {what}: {array[tuple(cell)]:g}", remedy)
        for cell in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        problems.append(Problem(name, f"has {len(found) - _SHOWN} more cells that are {what}", remedy))
    return problems


def _unbalanced(
    data: Dataset, name: str, wrong: np.ndarray, parts: np.ndarray, whole: np.ndarray, remedy: str
) -> list[Problem]:
    words = {
        "costs": ("inputs and value added", "output"),
        "uses": ("inputs and final demand", "purchases"),
    }[name]
    found = np.argwhere(wrong)
    problems = [
        Problem(
            f"{name} of {_place(data, name, (j, r))}",
            f"do not add up: {words[0]} are {parts[j, r]:.6g}, {words[1]} {whole[j, r]:.6g}",
            remedy,
        )
        for j, r in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        problems.append(Problem(name, f"do not add up in {len(found) - _SHOWN} more cells", remedy))
    return problems


def _elasticities(data: Dataset) -> list[Problem]:
    problems = []
    for k in np.flatnonzero(~(np.isfinite(data.theta) & (data.theta > 0))):
        problems.append(
            Problem(
                f"theta of {data.sectors[k]}",
                f"is {data.theta[k]:g}",
                "a trade elasticity is a finite number above 0",
            )
        )
    if data.theta_se is not None and not (np.isfinite(data.theta_se) & (data.theta_se >= 0)).all():
        problems.append(
            Problem("theta_se", "has negative or non-finite cells", "standard errors are 0 or more")
        )
    for k in np.flatnonzero(data.theta > LARGE_THETA):
        problems.append(
            Problem(
                f"theta of {data.sectors[k]}",
                f"is {data.theta[k]:g}, above {LARGE_THETA:g}",
                "repairs.capped_elasticities",
            )
        )
    return problems


def _notes(data: Dataset) -> tuple[str, ...]:
    """Zero flows and missing sectors, which the model takes as they are: zero stays zero."""
    notes = []
    output, bought = data.trade.sum(1), data.trade.sum(0)
    for text, cells in (
        ("is not made in", ~(output > 0)),
        ("is not bought in", ~(bought > 0)),
    ):
        for r in np.flatnonzero(cells.any(0)):
            where = [data.economies[j] for j in np.flatnonzero(cells[:, r])]
            more = f" and {len(where) - _SHOWN} more" if len(where) > _SHOWN else ""
            notes.append(f"{data.sectors[r]} {text} {', '.join(where[:_SHOWN])}{more}")
    zero = int((data.trade == 0).sum())
    if zero:
        notes.append(f"{zero} of {data.trade.size} trade cells are zero and stay zero")
    below = int((data.inputs < 0).sum())
    if below:
        notes.append(f"{below} input cells are below zero")
    steep = int((data.tariff > 1.0).sum())
    if steep:
        notes.append(f"{steep} tariffs are above 100 %; rates are shares, 0.05 for 5 %")
    own = np.arange(data.size[0])
    if data.tariff[own, own].any():
        notes.append("home sales carry tariffs")
    return tuple(notes)


def same_labels(kind: str, given: Iterable[str], known: Iterable[str]) -> list[Problem]:
    """A problem for every name that is not known, with the nearest that are, and for every known one not given."""
    have, want = list(given), list(known)
    problems = [
        Problem(f"{kind} {name!r}", "is not known", nearest(name, want)) for name in have if name not in want
    ]
    problems += [
        Problem(f"{kind} {name!r}", "is missing", "give it a row") for name in want if name not in have
    ]
    return problems
