"""The appraisal: what measures are worth to whom, together and apart."""

from landbridge.appraisal.appraise import Appraisal, appraise, problems_of
from landbridge.appraisal.results import to_results

__all__ = ["Appraisal", "appraise", "problems_of", "to_results"]
