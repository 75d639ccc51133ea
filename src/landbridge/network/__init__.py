"""The freight network: generalised cost, skims, routes, and what measures change in them.

The names are loaded when they are first used: a route needs neither the compiled kernels nor the measures.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from landbridge.network.alternatives import Alternative, find_alternatives
    from landbridge.network.apply import NetworkMeasures, compile_measures, measure_volumes
    from landbridge.network.assignment import Assignment, PathFlows, assign
    from landbridge.network.assignment_problem import AssignmentProblem
    from landbridge.network.congestion import Curve, Facilities, curve_of, delay_hours
    from landbridge.network.gmns import read_network
    from landbridge.network.graph import Network, build_network
    from landbridge.network.hierarchy import Hierarchy, Loading, Prices
    from landbridge.network.parts import Part, generalised_cost, hours, usd_per_t
    from landbridge.network.relief import od_tonnes
    from landbridge.network.route import Route, arc_lines, describe, find_routes
    from landbridge.network.skim import Skimmer, State
    from landbridge.network.skimmed import ClassSkim
    from landbridge.network.tradecost import cost_hat, iceberg_costs, trade_cost_hat, zone_weights

_HOME = {
    "alternatives": ("Alternative", "find_alternatives"),
    "apply": ("NetworkMeasures", "compile_measures", "measure_volumes"),
    "assignment": ("Assignment", "PathFlows", "assign"),
    "assignment_problem": ("AssignmentProblem",),
    "congestion": ("Curve", "Facilities", "curve_of", "delay_hours"),
    "gmns": ("read_network",),
    "graph": ("Network", "build_network"),
    "hierarchy": ("Hierarchy", "Loading", "Prices"),
    "parts": ("Part", "generalised_cost", "hours", "usd_per_t"),
    "relief": ("od_tonnes",),
    "route": ("Route", "arc_lines", "describe", "find_routes"),
    "skim": ("ClassSkim", "Skimmer", "State"),
    "tradecost": ("cost_hat", "iceberg_costs", "trade_cost_hat", "zone_weights"),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Alternative",
    "Assignment",
    "AssignmentProblem",
    "ClassSkim",
    "Curve",
    "Facilities",
    "Hierarchy",
    "Loading",
    "Network",
    "NetworkMeasures",
    "Part",
    "PathFlows",
    "Prices",
    "Route",
    "Skimmer",
    "State",
    "arc_lines",
    "assign",
    "build_network",
    "compile_measures",
    "cost_hat",
    "curve_of",
    "delay_hours",
    "describe",
    "find_alternatives",
    "find_routes",
    "generalised_cost",
    "hours",
    "iceberg_costs",
    "measure_volumes",
    "od_tonnes",
    "read_network",
    "trade_cost_hat",
    "usd_per_t",
    "zone_weights",
]


def __getattr__(name: str) -> object:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"landbridge.network.{_MODULE[name]}"), name)
