"""Trade equilibrium of many economies and sectors with input-output links, in exact changes from a base year."""

from landbridge.economy.adjoint import Gradient, gradient
from landbridge.economy.audit import Audit, audit
from landbridge.economy.batch import Batch, Failure, solve_many
from landbridge.economy.calibrate import balanced, calibrate, rebased
from landbridge.economy.certificate import certify
from landbridge.economy.closure import Closure
from landbridge.economy.dataset import Dataset, from_arrays, from_base, from_shares, shipped
from landbridge.economy.decompose import (
    DomesticShareTerms,
    WelfareTerms,
    domestic_share_terms,
    welfare_terms,
)
from landbridge.economy.draws import ElasticityDraws, draw_elasticities
from landbridge.economy.model import Model
from landbridge.economy.readers import from_icio, from_tables
from landbridge.economy.shock import Shock
from landbridge.economy.solution import Certificate, Solution
from landbridge.economy.solver import solve
from landbridge.economy.starts import MultiStart, multi_start
from landbridge.economy.variants import aggregated, one_sector, without_input_output, without_materials
from landbridge.economy.welfare import first_order_welfare

__all__ = [
    "Audit",
    "Batch",
    "Certificate",
    "Closure",
    "Dataset",
    "DomesticShareTerms",
    "ElasticityDraws",
    "Failure",
    "Gradient",
    "Model",
    "MultiStart",
    "Shock",
    "Solution",
    "WelfareTerms",
    "aggregated",
    "audit",
    "balanced",
    "calibrate",
    "certify",
    "domestic_share_terms",
    "draw_elasticities",
    "first_order_welfare",
    "from_arrays",
    "from_base",
    "from_icio",
    "from_shares",
    "from_tables",
    "gradient",
    "multi_start",
    "one_sector",
    "rebased",
    "shipped",
    "solve",
    "solve_many",
    "welfare_terms",
    "without_input_output",
    "without_materials",
]
