"""A case: the folder of an agreement record, the measures that quantify it, and the sides they belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from landbridge.errors import InputError, Problem, nearest

from .load import read_measures
from .problems import problems_of, read_toml
from .schema import Iso3, Measure, Text

if TYPE_CHECKING:
    from landbridge.agreements import Record

CASE_HOLDS = "name, title, baseline_date, parties, economy_year, [document], a [[side]] table a side"
RECORD_HOLDS = "the agreement record that `landbridge read` writes"


class Side(BaseModel):
    """One programme of one country within an alignment: a player of the appraisal."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, StringConstraints(pattern=r"^A\d{2,}\.[ab]$")]
    label: Text
    country: Iso3
    alignment: Annotated[str, StringConstraints(pattern=r"^[AC]\d{2,}$")]


class Document(BaseModel):
    """Where the agreement's text was published."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Text
    publisher: str = ""
    url: str = ""
    date: dt.date | None = None
    note: str = ""


class CaseFile(BaseModel):
    """Keys of case.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Text
    title: Text
    baseline_date: dt.date
    parties: Annotated[tuple[Iso3, ...], Field(min_length=1)]
    neighbours: tuple[Iso3, ...] = ()
    economy_year: int
    record: Text = "record.json"
    measures: Text = "measures.toml"
    side: Annotated[tuple[Side, ...], Field(min_length=1)]
    city_pairs: tuple[tuple[Text, Text], ...] = ()
    left_out: tuple[Text, ...] = ()
    document: Document


@dataclass(frozen=True)
class Case:
    """An agreement ready to appraise; `places` gives the file and line of each measure for messages."""

    name: str
    title: str
    folder: Path
    baseline_date: dt.date
    economy_year: int
    parties: tuple[str, ...]
    neighbours: tuple[str, ...]
    sides: tuple[Side, ...]
    city_pairs: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    document: Document
    record: Record
    measures: tuple[Measure, ...]
    places: Mapping[str, str]

    def measures_of(self, side: str) -> tuple[Measure, ...]:
        """Measures that belong to one programme side."""
        return tuple(measure for measure in self.measures if measure.side == side)


def quotes_of(record: Any) -> dict[str, str]:
    """Quote of every commitment and alignment of an agreement record, by id."""
    return {clause.id: clause.quote for clause in (*record.commitments, *record.alignments)}


def shipped_cases() -> dict[str, Path]:
    """Folder of every case that comes with Landbridge, by name."""
    package = Path(str(resources.files("landbridge")))
    checkout = package.parents[1]
    for folder in (package / "cases", checkout / "cases"):
        if folder == checkout / "cases" and not (checkout / "pyproject.toml").is_file():
            continue
        if folder.is_dir():
            return {path.parent.name: path.parent for path in sorted(folder.glob("*/case.toml"))}
    return {}


def case_folder(name_or_folder: str | Path) -> Path:
    """Folder of a case, given a shipped case's name or a path; raises InputError when there is none."""
    shipped = shipped_cases()
    name = str(name_or_folder)
    if name in shipped:
        return shipped[name]
    folder = Path(name_or_folder)
    if folder.is_dir():
        return folder
    known = ", ".join(shipped) or "none found"
    remedy = f"give a folder, or a shipped case: {known}; {nearest(name, shipped)}"
    raise InputError(Problem(name, "there is no such case", remedy))


def _read_case_file(folder: Path) -> CaseFile:
    path = folder / "case.toml"
    content, _ = read_toml(path, CASE_HOLDS)
    try:
        return CaseFile.model_validate(content)
    except ValidationError as error:
        raise InputError(problems_of(error, CaseFile, str(path))) from None


def _read_record(path: Path) -> Record:
    if not path.is_file():
        raise InputError(Problem(str(path), "the file is missing", f"it should hold {RECORD_HOLDS}"))
    # Deferred: measures can be read and checked without the reader of agreements.
    from landbridge.agreements import load_record

    return load_record(path)


def load_case(name_or_folder: str | Path) -> Case:
    """A case, from a shipped case's name or a folder, with its agreement record and measures.

    Raises InputError carrying the problems of all its files. Names (places, sectors, clauses) are checked by
    `check_case`, which knows the world.
    """
    folder = case_folder(name_or_folder)
    file = _read_case_file(folder)
    problems: list[Problem] = []
    record: Record | None = None
    measures: tuple[Measure, ...] = ()
    places: dict[str, str] = {}
    try:
        record = _read_record(folder / file.record)
    except InputError as error:
        problems.extend(error.problems)
    path = folder / file.measures
    try:
        measures, places = read_measures(path, None if record is None else quotes_of(record))
    except InputError as error:
        problems.extend(error.problems)
    if problems or record is None:
        raise InputError(problems)
    return Case(
        name=file.name,
        title=file.title,
        folder=folder,
        baseline_date=file.baseline_date,
        economy_year=file.economy_year,
        parties=file.parties,
        neighbours=file.neighbours,
        sides=file.side,
        city_pairs=file.city_pairs,
        left_out=file.left_out,
        document=file.document,
        record=record,
        measures=measures,
        places=places,
    )
