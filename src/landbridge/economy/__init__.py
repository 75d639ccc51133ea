"""Trade equilibrium of many economies and sectors with input-output links, in exact changes from a base year."""

from landbridge.economy.calibrate import balanced, calibrate, rebased
from landbridge.economy.certificate import Certificate, certify
from landbridge.economy.model import Closure, Model, Shock, Solution
from landbridge.economy.solver import solve
from landbridge.economy.welfare import first_order_welfare, real_income_hat

__all__ = [
    "Certificate",
    "Closure",
    "Model",
    "Shock",
    "Solution",
    "balanced",
    "calibrate",
    "certify",
    "first_order_welfare",
    "real_income_hat",
    "rebased",
    "solve",
]
