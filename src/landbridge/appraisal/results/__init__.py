"""The results of an appraisal as one plain document, one module a section."""

from landbridge.appraisal.results.document import SCHEMA, to_results

__all__ = ["SCHEMA", "to_results"]
