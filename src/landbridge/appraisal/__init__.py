"""The appraisal: what measures are worth to whom, together and apart."""

from landbridge.appraisal.appraise import Appraisal, appraise, problems_of
from landbridge.appraisal.options import Options
from landbridge.appraisal.results import to_results

__all__ = ["Appraisal", "Options", "appraise", "problems_of", "to_results"]
