"""Landbridge turns a cooperation agreement between countries into an appraisal anyone can re-run."""

__version__ = "0.1.0"
