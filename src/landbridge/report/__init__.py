"""Results to a page, tables and a folder that describes itself."""

from landbridge.report.page import render
from landbridge.report.pdf import find_browser
from landbridge.report.text_view import render_text
from landbridge.report.writer import check_folder, write

__all__ = ["check_folder", "find_browser", "render", "render_text", "write"]
