"""What is assigned: cargo of several classes between zones over arcs, some of which run through facilities."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.network.assignment_kernels import Demand, Graph
from landbridge.network.congestion import Facilities


@dataclass(frozen=True)
class AssignmentProblem:
    """A static assignment of k cargo classes on n nodes, m arcs and f facilities.

    tail, head: (m,) nodes. fixed_usd: (k, m) generalised cost in USD a tonne of passing an arc without congestion,
    infinite where the class may not. vot: (k,) value of time in USD a tonne and hour. zone: (z,) node of each zone.
    tonnes: (k, z, z) a day; the diagonal is left out. facility: (m,) the facility that an arc runs through, -1 for
    none; arcs that share one share its capacity. load: (k,) units of capacity that a tonne takes. passable: (n,)
    false for nodes where cargo may only begin or end.
    """

    tail: np.ndarray
    head: np.ndarray
    fixed_usd: np.ndarray
    vot: np.ndarray
    zone: np.ndarray
    tonnes: np.ndarray
    facility: np.ndarray
    facilities: Facilities
    nodes: int
    load: np.ndarray = field(default_factory=lambda: np.zeros(0))
    passable: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def problems(self) -> list[Problem]:
        """What is wrong with the arrays, all of it."""
        classes, arcs = len(self.vot), len(self.tail)
        zones = len(self.zone)
        shapes = {
            "head": (self.head.shape, (arcs,)),
            "facility": (self.facility.shape, (arcs,)),
            "fixed_usd": (self.fixed_usd.shape, (classes, arcs)),
            "tonnes": (self.tonnes.shape, (classes, zones, zones)),
        }
        if len(self.load):
            shapes["load"] = (self.load.shape, (classes,))
        if len(self.passable):
            shapes["passable"] = (self.passable.shape, (self.nodes,))
        found = [
            Problem(f"assignment {name}", f"has shape {shape}", f"must be {wanted}")
            for name, (shape, wanted) in shapes.items()
            if shape != wanted
        ]
        if found:
            return found
        checks = {
            "tail": (self.tail >= 0) & (self.tail < self.nodes),
            "head": (self.head >= 0) & (self.head < self.nodes),
            "zone": (self.zone >= 0) & (self.zone < self.nodes),
            "facility": (self.facility >= -1) & (self.facility < len(self.facilities)),
            "fixed_usd": self.fixed_usd >= 0,
            "vot": np.isfinite(self.vot) & (self.vot > 0),
            "tonnes": np.isfinite(self.tonnes) & (self.tonnes >= 0),
            "load": np.isfinite(self.load) & (self.load > 0),
        }
        remedy = {
            "vot": "above zero: a class whose time is worth nothing takes the cheapest path, load it apart",
            "fixed_usd": "zero or more; infinite where the class may not pass",
            "tonnes": "zero or more",
            "load": "above zero",
        }
        for name, good in checks.items():
            if not good.all():
                where = tuple(int(i) for i in np.argwhere(~good)[0])
                value = getattr(self, name)[where]
                text = f"is {value:g} at {where}; {int((~good).sum())} such"
                found.append(Problem(f"assignment {name}", text, remedy.get(name, "a number in range")))
        return found + self.facilities.problems()


@dataclass(frozen=True)
class Compiled:
    """A problem as the loops want it. order: (m,) arcs sorted by tail. pair: (w, 3) class, origin, destination."""

    graph: Graph
    demand: Demand
    order: np.ndarray
    pair: np.ndarray
    load: np.ndarray


def compile_problem(problem: AssignmentProblem) -> Compiled:
    """Sorts the arcs by tail, the pairs by class and origin, and turns costs into hours.

    A class's cost in USD over its value of time is an equivalent in hours; its flow times its load is what facilities
    feel. Raises InputError with everything that is wrong.
    """
    if found := problem.problems():
        raise InputError(found)
    order = np.argsort(problem.tail, kind="stable")
    tail = problem.tail[order].astype(np.int32)
    load = problem.load if len(problem.load) else np.ones(len(problem.vot))
    graph = Graph(
        first=np.searchsorted(tail, np.arange(problem.nodes + 1)).astype(np.int64),
        tail=tail,
        head=problem.head[order].astype(np.int32),
        fixed=np.ascontiguousarray(problem.fixed_usd[:, order] / problem.vot[:, None]),
        facility=problem.facility[order].astype(np.int32),
        passable=problem.passable if len(problem.passable) else np.ones(problem.nodes, bool),
    )
    moved = problem.tonnes * load[:, None, None]
    # Two zones at one node have nowhere to travel.
    same = problem.zone[:, None] == problem.zone[None, :]
    kind, origin, destination = np.nonzero(np.where(same, 0.0, moved))
    grouped = kind * len(problem.zone) + origin
    begins = np.flatnonzero(np.r_[True, np.diff(grouped) != 0]) if len(kind) else np.zeros(0, int)
    demand = Demand(
        group=np.r_[begins, len(kind)].astype(np.int64),
        source=problem.zone[origin[begins]].astype(np.int64),
        kind=kind[begins].astype(np.int64),
        target=problem.zone[destination].astype(np.int64),
        amount=moved[kind, origin, destination],
    )
    return Compiled(graph, demand, order, np.stack([kind, origin, destination], axis=1), load)
