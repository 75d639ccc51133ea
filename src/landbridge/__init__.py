"""Landbridge turns a cooperation agreement between countries into an appraisal anyone can re-run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from landbridge.report.notebook import OpenAppraisal, OpenCase

__version__ = "0.1.0"


def open(case: str | os.PathLike[str]) -> OpenCase:
    """A shipped case by its name, or a folder with a case: `open("china-kazakhstan-2017").appraise()`.

    Raises InputError with everything that is wrong with it.
    """
    from landbridge.report.notebook import open_case

    return open_case(case)


def read_results(path: str | os.PathLike[str]) -> OpenAppraisal:
    """An appraisal written before, by its folder or its results.json. Raises InputError where there is none."""
    from landbridge.report.notebook import open_results

    return open_results(path)
