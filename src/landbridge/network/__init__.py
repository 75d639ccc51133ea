"""The freight network: generalised cost, skims, routes, and what measures change in them."""

from landbridge.network.apply import NetworkMeasures, compile_measures
from landbridge.network.gmns import read_network
from landbridge.network.graph import Network, build_network
from landbridge.network.hierarchy import Hierarchy, Loading, Prices
from landbridge.network.parts import Part, generalised_cost, hours, usd_per_t
from landbridge.network.route import Route, arc_lines, describe, find_routes
from landbridge.network.skim import ClassSkim, Skimmer, State
from landbridge.network.tradecost import trade_cost_hat, zone_weights

__all__ = [
    "ClassSkim",
    "Hierarchy",
    "Loading",
    "Network",
    "NetworkMeasures",
    "Part",
    "Prices",
    "Route",
    "Skimmer",
    "State",
    "arc_lines",
    "build_network",
    "compile_measures",
    "describe",
    "find_routes",
    "generalised_cost",
    "hours",
    "read_network",
    "trade_cost_hat",
    "usd_per_t",
    "zone_weights",
]
