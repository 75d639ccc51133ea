"""Draws of everything uncertain: intervals, how likely a gain is, and what drives the figures."""

from landbridge.appraisal.uncertainty.assess import Headline, Uncertainty, assess, check_draws

__all__ = ["Headline", "Uncertainty", "assess", "check_draws"]
