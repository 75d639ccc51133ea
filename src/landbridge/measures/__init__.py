"""Measures: what a clause changes, where, by how much, from when, paid by whom, on which evidence."""

from .case import Case, Document, Side, load_case, quotes_of, shipped_cases
from .check import check_case
from .known import Known, KnownCrossing, load_known
from .load import load_measures
from .schema import (
    KINDS,
    BorderTime,
    Capacity,
    Cost,
    DigitalCustoms,
    FreightRate,
    Link,
    Measure,
    MeasureBase,
    NetworkMeasure,
    Ntm,
    PortAccess,
    Productivity,
    Range,
    Service,
    ServicesCost,
    Transfer,
    Value,
)
from .setting import Setting, position_of, settings_of

__all__ = [
    "KINDS",
    "BorderTime",
    "Capacity",
    "Case",
    "Cost",
    "DigitalCustoms",
    "Document",
    "FreightRate",
    "Known",
    "KnownCrossing",
    "Link",
    "Measure",
    "MeasureBase",
    "NetworkMeasure",
    "Ntm",
    "PortAccess",
    "Productivity",
    "Range",
    "Service",
    "ServicesCost",
    "Setting",
    "Side",
    "Transfer",
    "Value",
    "check_case",
    "load_case",
    "load_known",
    "load_measures",
    "position_of",
    "quotes_of",
    "settings_of",
    "shipped_cases",
]
