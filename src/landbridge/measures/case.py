"""A case: the folder of an agreement record, the measures that quantify it, and the sides they belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from landbridge.errors import InputError, Problem, nearest

from .load import scan_measures
from .problems import problems_of, read_toml
from .schema import SIDE, Iso3, KeyedError, Measure, Text

if TYPE_CHECKING:
    from landbridge.agreements import Record

CASE_HOLDS = "name, title, baseline_date, parties, economy_year, [document], a [[side]] table a side"
RECORD_HOLDS = "the agreement record that `landbridge read` writes"


class Side(BaseModel):
    """One programme of one country: a player of the appraisal.

    Half of a two-sided alignment, such as A03.b, or a programme of an agreement that pairs none, such as S01.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, StringConstraints(pattern=SIDE)]
    label: Text
    country: Iso3
    alignment: Annotated[str, StringConstraints(pattern=r"^[AC]\d{2,}$")] | None = None

    @model_validator(mode="after")
    def _half_or_whole(self) -> Self:
        if self.id.startswith("A") and self.alignment is None:
            raise KeyedError("alignment", f"side {self.id} is half of an alignment; say which")
        if self.id.startswith("S") and self.alignment is not None:
            raise KeyedError("alignment", f"side {self.id} is no half of an alignment; leave the key out")
        return self


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
    """An agreement ready to appraise; `places` gives the file and line of each measure for messages.

    in_year: the year whose first of July settles what is in place, None for all measures in full.
    """

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
    in_year: int | None = None

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
    known = ", ".join(shipped) or "none found"
    if not name.strip():
        raise InputError(Problem("case", "no case is named", f"give a folder, or a shipped case: {known}"))
    if name in shipped:
        return shipped[name]
    folder = Path(name_or_folder)
    if folder.is_dir():
        return folder
    remedy = f"give a folder, or a shipped case: {known}; {nearest(name, shipped)}"
    raise InputError(Problem(name, "there is no such case", remedy))


def _read_case_file(folder: Path) -> tuple[CaseFile | None, dict[str, Any], list[Problem]]:
    """The case file, its keys as they stand, and its problems; no file when there is one."""
    path = folder / "case.toml"
    content, _ = read_toml(path, CASE_HOLDS)
    try:
        return CaseFile.model_validate(content), content, []
    except ValidationError as error:
        return None, content, problems_of(error, CaseFile, str(path))


def _file_name(content: Mapping[str, Any], key: str) -> str:
    """A file's name that an unsound case file gives, or the usual one."""
    name = content.get(key)
    return name if isinstance(name, str) and name.strip() else str(CaseFile.model_fields[key].default)


def _read_record(path: Path) -> Record:
    if not path.is_file():
        raise InputError(Problem(str(path), "the file is missing", f"it should hold {RECORD_HOLDS}"))
    # Deferred: measures can be read and checked without the reader of agreements.
    from landbridge.agreements import load_record

    return load_record(path)


def _problems_of_names(
    file: CaseFile | None,
    folder: Path,
    clauses: Iterable[str] | None,
    measures: tuple[Measure, ...],
    places: Mapping[str, str],
) -> list[Problem]:
    """Problems of the names in what could be read of an unsound case, so that all problems come at once."""
    # Deferred: the world is needed only here, and `check` needs this module.
    from landbridge.world.economy_base import load_economy_base

    from .check import check_parts
    from .known import load_known

    try:
        base = load_economy_base()
        known = load_known(base.economies, base.sectors)
    except InputError:
        return []
    return check_parts(file, folder, clauses, measures, places, known)


def load_case(name_or_folder: str | Path, *, shipped_names: bool = True) -> Case:
    """A case, from a shipped case's name or a folder, with its agreement record and measures.

    Raises InputError carrying the problems of all its files, among them names that the shipped world does not know,
    unless shipped_names is false. When there is none, names (places, sectors, clauses) are left to `check_case`, which
    is told of the world in use.
    """
    folder = case_folder(name_or_folder)
    file, content, problems = _read_case_file(folder)
    record: Record | None = None
    try:
        record = _read_record(folder / _file_name(content, "record"))
    except InputError as error:
        problems.extend(error.problems)
    quotes = None if record is None else quotes_of(record)
    measures, places, unsound = scan_measures(folder / _file_name(content, "measures"), quotes)
    problems.extend(unsound)
    if problems or file is None or record is None:
        if shipped_names:
            problems.extend(_problems_of_names(file, folder, quotes, measures, places))
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
