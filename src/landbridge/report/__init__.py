"""Results to a page, tables and a folder that describes itself."""

from landbridge.report.page import render
from landbridge.report.writer import write

__all__ = ["render", "write"]
