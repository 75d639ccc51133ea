"""A case and its appraisal in Python: tables as pandas and xarray with units, charts and maps as Altair.

`landbridge.open` leads here. Needs the extra `notebook`; pandas, xarray and Altair are imported when first used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landbridge.errors import InputError, Problem, nearest
from landbridge.report import notebook_charts as charts
from landbridge.report.page import render
from landbridge.report.shape import Results, check
from landbridge.report.table import Table
from landbridge.report.tables import tables
from landbridge.report.writer import write

if TYPE_CHECKING:
    import altair
    import pandas
    import xarray

    from landbridge.agreements import Record
    from landbridge.measures import Case, Measure
    from landbridge.network import Network

DRAWN: dict[str, Callable[[Results], Any]] = {
    "welfare": charts.welfare,
    "synergy": charts.synergy,
    "freight": charts.freight,
    "shapley": charts.shapley,
    "attribution_by_measure": charts.by_measure,
    "tornado": charts.tornado,
}


def open_case(case: str | os.PathLike[str]) -> OpenCase:
    """A shipped case by its name, or a folder with a case. Raises InputError with everything wrong with it."""
    from landbridge.measures import load_case

    return OpenCase(load_case(os.fspath(case)))


def open_results(path: str | os.PathLike[str]) -> OpenAppraisal:
    """An appraisal that was written before. path: its folder, or its results.json.

    Raises InputError where there is none, or where it is not one of ours.
    """
    import json

    file = Path(path)
    file = file / "results.json" if file.is_dir() else file
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"no results can be read: {getattr(error, 'strerror', None) or error}"
        raise InputError(
            Problem(str(file), message, "name a folder that `landbridge appraise` wrote")
        ) from None
    if not isinstance(document, dict):
        raise InputError(Problem(str(file), "this is not a results document", "name a results.json"))
    return OpenAppraisal(document)


@dataclass(frozen=True)
class OpenCase:
    """A case: its agreement record, its measures, and the way to its appraisal."""

    case: Case

    def __repr__(self) -> str:
        return f"<case {self.case.name}: {len(self.case.measures)} measures, parties {', '.join(self.case.parties)}>"

    @property
    def name(self) -> str:
        """The name of the case."""
        return self.case.name

    @property
    def record(self) -> Record:
        """The agreement record: what the text says, every field with its words."""
        return self.case.record

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures, as validated."""
        return tuple(self.case.measures)

    def measure_table(self) -> pandas.DataFrame:
        """A row a measure: low, mid and high in the unit named beside them, and on which evidence."""
        rows = [
            {
                "id": one.id,
                "title": one.title,
                "side": one.side,
                "kind": one.kind,
                "low": one.value.low,
                "mid": one.value.mid,
                "high": one.value.high,
                "unit": one.value.unit,
                "from": one.from_,
                "start": one.start.isoformat(),
                "probability": one.probability,
                "citation": one.citation,
            }
            for one in self.case.measures
        ]
        frame: pandas.DataFrame = _library("pandas").DataFrame(rows).set_index("id")
        frame.attrs = {"title": "Measures", "units": {"probability": "probability", "low": "see unit"}}
        return frame

    def commitment_table(self) -> pandas.DataFrame:
        """A row a commitment: who promises what, how firmly, in the agreement's own words."""
        labels = self.record.area_labels
        rows = [
            {
                "id": one.id,
                "quote": one.quote,
                "promisors": ", ".join(one.promisors),
                "strength": one.strength,
                "areas": ", ".join(labels.get(code, code) for code in one.areas),
                "alignment": one.alignment,
                "measures": ", ".join(
                    m.id for m in self.case.measures if {one.id, one.alignment} & set(m.cites)
                ),
            }
            for one in self.record.commitments
        ]
        frame: pandas.DataFrame = _library("pandas").DataFrame(rows).set_index("id")
        frame.attrs = {"title": "Commitments of the agreement", "units": {}}
        return frame

    def routes(
        self,
        origin: str,
        to: str,
        *,
        cargo: str = "manufactures",
        measures: bool = False,
        avoid: Sequence[str] = (),
        mode: str | None = None,
        most: int = 6,
    ) -> pandas.DataFrame:
        """The alternatives between two places at the case's date, the best first; a row each.

        cargo: a cargo class. measures: with every measure of the case carried out. avoid: economies (ISO3) not to pass.
        mode: rail, road or sea only. Raises InputError for an unknown place or class and where there is no way.
        """
        from landbridge.measures import settings_of
        from landbridge.network import compile_measures, describe, find_alternatives
        from landbridge.world.network_tables import load_cargo_classes
        from landbridge.world.places import gazetteer

        classes = {one.name: one for one in load_cargo_classes()}
        if cargo not in classes:
            raise InputError(Problem("cargo", f"{cargo} is no cargo class", f"one of {', '.join(classes)}"))
        network, start, end = self._network, gazetteer().find(origin), gazetteer().find(to)
        scenario = None
        if measures:
            compiled = compile_measures(network, self.case.measures)
            network = compiled.network
            state = compiled.state_between(settings_of(self.case.measures), start.iso3, end.iso3)
            scenario = (state, compiled.touched)
        found = find_alternatives(
            network, start, end, classes[cargo], avoid=avoid, mode=mode, most=most, scenario=scenario
        )
        rows = []
        for one in found:
            told: dict[str, Any] = describe(one.route)
            legs = told["legs"]
            rows.append(
                {
                    "way": one.label,
                    "days": told["days"],
                    "usd_per_t": told["usd_per_t"],
                    "kgco2e_per_t": told["kgco2e_per_t"],
                    "border_hours": told["hours"]["border"],
                    "spread_hours": told["spread_h"],
                    "km": sum(sum(leg["km"].values()) for leg in legs),
                    "crossings": ", ".join(name for leg in legs for name in leg["crossings"]),
                }
            )
        frame: pandas.DataFrame = _library("pandas").DataFrame(rows)
        units = {"days": "days", "usd_per_t": "USD/t", "kgco2e_per_t": "kg CO2e/t", "km": "km"}
        hours = {"border_hours": "h", "spread_hours": "h, standard deviation"}
        frame.attrs = {"title": f"{origin} to {to}, one tonne of {cargo}", "units": units | hours}
        return frame

    @cached_property
    def _network(self) -> Network:
        from landbridge.network import build_network

        return build_network(self.case.baseline_date)

    def appraise(
        self, *, year: int | None = None, progress: Callable[[str], None] | None = None, **options: Any
    ) -> OpenAppraisal:
        """Appraises the case, as `landbridge appraise` does.

        year: of the economy, the case's own without. progress: told of each step. options: those of
        `landbridge.appraisal.Options`, such as quick=True, jobs=2, draws=64. Raises InputError where the case cannot be
        appraised or an option is unknown, NotConvergedError where an equilibrium is not reached.
        """
        from landbridge.appraisal import Options, appraise, problems_of, to_results
        from landbridge.appraisal.whatif import changed_case
        from landbridge.world.economy_base import load_economy_base

        known = Options.__dataclass_fields__
        unknown = [
            Problem(name, "there is no such option", nearest(name, known))
            for name in options
            if name not in known
        ]
        if unknown:
            raise InputError(unknown)
        chosen = Options(**options)
        case = self.case if year is None else replace(self.case, economy_year=year)
        case = changed_case(case, chosen, load_economy_base().economies)
        problems = problems_of(case)
        if problems:
            raise InputError(problems)
        found = appraise(case, chosen, progress=progress or (lambda message: None))
        asked = "".join(
            f", {name}={value!r}" for name, value in {"year": year, **options}.items() if value is not None
        )
        rerun = f"landbridge.open({self.name!r}).appraise({asked.removeprefix(', ')})"
        return OpenAppraisal(to_results(found, rerun=rerun, quotations_checked=False))


@dataclass(frozen=True)
class OpenAppraisal:
    """An appraisal's results: tables by name, charts, a map, the report."""

    results: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<appraisal of {self.parts.case}: tables {', '.join(self.names)}>"

    @cached_property
    def parts(self) -> Results:
        """The results as checked parts."""
        return check(self.results)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {table.name: table for table in tables(self.parts)}

    @property
    def names(self) -> list[str]:
        """The names of the tables that were computed."""
        return list(self._tables)

    def __getitem__(self, name: str) -> View:
        """A table by its name. Raises KeyError, with the nearest name, where it was not computed."""
        if name not in self._tables:
            raise KeyError(f"no table {name!r} in this appraisal; {nearest(name, self._tables)}")
        return View(self.parts, self._tables[name])

    @property
    def welfare(self) -> View:
        """Change of real income by economy, for everything and for each programme side alone."""
        return self["welfare"]

    @property
    def synergy(self) -> View:
        """Each alignment's two sides alone and together."""
        return self["synergy"]

    @property
    def freight(self) -> View:
        """Freight between the city pairs, before and after."""
        return self["freight"]

    @property
    def trade(self) -> View:
        """Trade before and its change."""
        return self["trade"]

    @property
    def coalitions(self) -> xarray.DataArray:
        """Change of real income, per cent, by coalition and economy; KeyError where it was not computed.

        A coalition is named by its sides, joined by '+'; the empty one by ''.
        """
        given = self.parts.coalitions
        if given is None:
            raise KeyError("the coalitions were not computed in this appraisal")
        named = [
            "+".join(side for bit, side in enumerate(given.sides) if row >> bit & 1)
            for row in range(len(given.percent))
        ]
        found: xarray.DataArray = _library("xarray").DataArray(
            given.percent,
            dims=("coalition", "economy"),
            coords={"coalition": named, "economy": given.economies},
            name="real_income_change",
            attrs={"units": "percent", "long_name": "change of real income"},
        )
        return found

    def map(self, *, railways: bool = True) -> altair.LayerChart:
        """Routes before and with every measure, where the measures act, and the parties; railways where asked for."""
        _library("altair")
        return charts.routes_map(self.parts, railways=railways)

    def html(self, *, language: str = "en") -> str:
        """The report as one page of HTML."""
        return render(self.results, language=language)

    def write(self, folder: str | os.PathLike[str]) -> Path:
        """Writes report, results, tables and descriptor into a folder, see `landbridge.report.write`."""
        return write(self.results, folder)


@dataclass(frozen=True)
class View:
    """One table of an appraisal."""

    parts: Results
    table: Table

    def __repr__(self) -> str:
        return f"<table {self.table.name}: {self.table.title}, {len(self.table.rows)} rows>"

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column of numbers."""
        return {field.name: field.unit for field in self.table.fields if field.unit}

    def to_pandas(self) -> pandas.DataFrame:
        """The table; its attrs hold title, units and descriptions by column."""
        names = [field.name for field in self.table.fields]
        frame: pandas.DataFrame = _library("pandas").DataFrame(list(self.table.rows), columns=names)
        frame.attrs = {
            "title": self.table.title,
            "units": self.units,
            "descriptions": {f.name: f.description for f in self.table.fields if f.description},
        }
        return frame

    def to_xarray(self) -> xarray.Dataset:
        """The table as a dataset over its rows; every variable has its unit and meaning in attrs."""
        columns = (
            list(zip(*self.table.rows, strict=True)) if self.table.rows else [()] * len(self.table.fields)
        )
        variables = {}
        for field, column in zip(self.table.fields, columns, strict=True):
            attrs = {"units": field.unit} if field.unit else {}
            attrs |= {"long_name": field.description} if field.description else {}
            cells: Any = list(column)
            if field.type == "number":
                cells = [float("nan") if cell is None else cell for cell in cells]
            variables[field.name] = ("row", cells, attrs)
        found: xarray.Dataset = _library("xarray").Dataset(variables, attrs={"title": self.table.title})
        return found

    def plot(self) -> Any:
        """The table as an Altair chart. Raises NotImplementedError for a table that has none."""
        draw = DRAWN.get(self.table.name)
        if draw is None:
            raise NotImplementedError(
                f"{self.table.name} has no chart; there are charts of {', '.join(DRAWN)}"
            )
        _library("altair")
        return draw(self.parts)

    def _repr_html_(self) -> str:
        return str(self.to_pandas()._repr_html_())


def _library(name: str) -> Any:
    """A package of the extra `notebook`, imported now."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(f"{name} is not installed: pip install 'landbridge[notebook]'") from error
