"""The freight network: generalised cost, skims, routes, and what measures change in them."""

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
from landbridge.network.skim import ClassSkim, Skimmer, State
from landbridge.network.tradecost import trade_cost_hat, zone_weights

__all__ = [
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
    "curve_of",
    "delay_hours",
    "describe",
    "find_routes",
    "generalised_cost",
    "hours",
    "measure_volumes",
    "od_tonnes",
    "read_network",
    "trade_cost_hat",
    "usd_per_t",
    "zone_weights",
]
