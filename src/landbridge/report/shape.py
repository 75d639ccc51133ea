"""The shape of `results`: the one description of what the report reads, checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError

from landbridge.errors import InputError, Problem, nearest
from landbridge.report import sections
from landbridge.report.base import Latitude, Line, Longitude, Part, Point
from landbridge.report.sections import Share

SCHEMA = "results/0.2"
__all__ = ["SCHEMA", "Line", "Point", "Results", "Share", "check"]


class Source(Part):
    title: str
    publisher: str | None = None
    url: str | None = None
    sha256: str | None = None


class Area(Part):
    code: str
    label: str


class Commitment(Part):
    id: str
    quote: str
    promisors: list[str]
    strength: str
    areas: list[Area]
    alignment: str | None
    measures: list[str]


class AlignmentSide(Part):
    label: str
    quote: str | None = None
    country: str | None = None


class Alignment(Part):
    id: str
    quote: str
    side_a: AlignmentSide | None
    side_b: AlignmentSide | None
    commitment: str | None = None


class Instrument(Part):
    id: str
    quote: str
    kind: str
    action: str | None = None


class Agreement(Part):
    title: str
    date: str
    place: str | None
    genre: str | None
    binding: str | None
    source: Source
    commitments: list[Commitment]
    alignments: list[Alignment]
    instruments: list[Instrument]


class Coverage(Part):
    total: int
    with_measure: int
    numbers_from_text: int


class Side(Part):
    id: str
    label: str
    country: str
    alignment: str | None
    measures: list[str]


class Value(Part):
    low: float
    mid: float
    high: float
    unit: str


class Capex(Part):
    usd_million: float
    payers: dict[str, float] = {}
    citation: str | None = None


class Extra(Part):
    label: str
    text: str


class Measure(Part):
    id: str
    title: str
    side: str
    cites: list[str]
    kind: str
    where: str | list[str] | None
    value: Value
    origin: Literal["text", "source", "assumption"] = Field(alias="from")
    citation: str
    note: str | None
    start: str | None
    probability: float
    capex: Capex | None
    geometry: list[Line]
    change: str | None = None
    extra: list[Extra] = []


class Welfare(Part):
    iso3: str
    name: str
    group: Literal["party", "neighbour", "other", "world"]
    measures: str
    percent: float
    usd_million: float
    low: float | None = None
    high: float | None = None
    p_positive: float | None = None


class Synergy(Part):
    alignment: str
    iso3: str
    together: float
    side_a: float
    side_b: float
    synergy: float
    synergy_given_others: float | None = None
    low: float | None = None
    high: float | None = None
    p_positive: float | None = None


class Journey(Part):
    days: float
    usd_per_t: float
    kgco2e_per_t: float
    km: dict[str, float] = {}
    chain: str | None = None
    shares: dict[str, float] = {}
    border_hours: float | None = None
    spread_days: float | None = None


class FreightChange(sections.RangeOfChange):
    central: float


class Freight(Part):
    origin: str = Field(alias="from")
    to: str
    cargo: str = Field(alias="class")
    baseline: Journey
    with_all: Journey
    change: dict[str, FreightChange] = {}


class Leg(Part):
    mode: str
    origin: str = Field(alias="from")
    to: str
    km: float
    hours: float
    countries: list[str] = []
    crossings: list[str] = []


class Route(Part):
    origin: str = Field(alias="from")
    to: str
    cargo: str = Field(alias="class")
    scenario: Literal["baseline", "with_all"]
    days: float
    usd_per_t: float
    kgco2e_per_t: float
    legs: list[Leg]
    line: Line


class Trade(Part):
    exporter: str
    importer: str
    baseline_musd: float
    percent: float
    change_musd: float | None = None


class Country(Part):
    iso3: str
    name: str
    rings: list[Line]


class Port(Part):
    name: str
    lon: Longitude
    lat: Latitude


class Crossing(Port):
    mode: str | None = None


class Map(Part):
    countries: list[Country]
    rail: list[Line]
    crossings: list[Crossing]
    ports: list[Port]


class Certificate(Part):
    max_residual: float
    walras: float
    homogeneity: float | None = None
    coalitions: int
    failed: int


class Provenance(Part):
    file: str
    sha256: str
    source: str
    licence: str
    flags: list[str]
    rows: int | None = None


class Credit(Part):
    name: str
    text: str | None = None
    url: str | None = None
    licence: str | None = None


class Results(Part):
    """Everything the report reads: the outcome of one appraisal.

    Percentages are changes of real income (or of trade); money is million USD of `economy_year`.
    """

    results_schema: Literal["results/0.1", "results/0.2"] = Field(alias="schema")
    landbridge: str
    case: str
    title: str
    baseline_date: str
    economy_year: int
    parties: list[str] = Field(min_length=1)
    neighbours: list[str]
    agreement: Agreement
    commitments: Coverage
    sides: list[Side]
    measures: list[Measure]
    welfare: list[Welfare]
    synergy: list[Synergy]
    shapley: list[Share]
    freight: list[Freight]
    routes: list[Route]
    trade: list[Trade]
    map: Map
    certificate: Certificate
    provenance: list[Provenance]
    flags: list[str]
    left_out: list[str]
    how_to_rerun: str
    timings: dict[str, float]
    remarks: list[str] = []
    credits: list[Credit] = []
    quotations_checked: bool | None = None
    chains: dict[str, str] = {}  # plain labels of the ways goods can take
    choice_elasticity: float | None = Field(default=None, gt=0)
    # Sections that are there only where they were computed.
    options: sections.Options | None = None
    ranges: sections.Ranges = "low_to_high"
    income: dict[str, float] = {}
    coalitions: sections.Coalitions | None = None
    dividends: list[sections.Dividend] = []
    interactions: list[sections.Interaction] = []
    sharing: sections.Sharing | None = None
    identities: sections.Identities | None = None
    attribution: sections.Attribution | None = None
    finance: sections.Finance | None = None
    uncertainty: sections.Uncertainty | None = None
    co2: sections.Co2 | None = None
    investment: list[sections.Investment] = []
    sectors: list[sections.SectorChange] = []
    resilience: sections.Resilience | None = None
    flows: list[sections.Flow] = []
    borders: list[sections.Border] = []


def check(results: Mapping[str, Any]) -> Results:
    """The results as typed parts, once every key, number and cross-reference has been checked.

    results: the dict that an appraisal yields and `results.json` holds.
    Raises InputError with every problem: a missing key, a number that is not finite, a reference to an
    unknown commitment, alignment, side or measure, or a count that its own list contradicts.
    """
    given = {key: value for key, value in dict(results).items() if value is not None}  # null: not computed
    if isinstance(given.get("attribution"), list):  # results of 0.1 named the credits so
        given["credits"] = given.pop("attribution")
    try:
        parts = Results.model_validate(given)
    except ValidationError as error:
        raise InputError([_problem(detail) for detail in error.errors()]) from None
    problems = [*_unknown_references(parts), *_contradictions(parts)]
    if problems:
        raise InputError(problems)
    return parts


def _problem(detail: Any) -> Problem:
    where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in detail["loc"])
    place = f"results{where}"
    if detail["type"] == "missing":
        return Problem(place, "this key is missing", f"results must follow {SCHEMA}")
    given = repr(detail["input"])
    shown = given if len(given) <= 60 else given[:57] + "..."
    return Problem(place, f"{detail['msg']}, not {shown}", f"results must follow {SCHEMA}")


def _unknown_references(parts: Results) -> list[Problem]:
    measures = {measure.id for measure in parts.measures}
    sides = {side.id for side in parts.sides}
    alignments = {alignment.id for alignment in parts.agreement.alignments}
    clauses = alignments | {commitment.id for commitment in parts.agreement.commitments}
    references = [
        *(("commitments", c.id, m, measures) for c in parts.agreement.commitments for m in c.measures),
        *(("commitments", c.id, c.alignment, alignments) for c in parts.agreement.commitments if c.alignment),
        *(("alignments", a.id, a.commitment, clauses) for a in parts.agreement.alignments if a.commitment),
        *(("sides", s.id, m, measures) for s in parts.sides for m in s.measures),
        *(("sides", s.id, s.alignment, alignments) for s in parts.sides if s.alignment),
        *(("measures", m.id, m.side, sides) for m in parts.measures),
        *(("measures", m.id, clause, clauses) for m in parts.measures for clause in m.cites),
        *(("synergy", s.iso3, s.alignment, alignments) for s in parts.synergy),
        *(("welfare", w.iso3, w.measures, sides | {"all"}) for w in parts.welfare),
        *(("shapley", s.iso3, s.side, sides) for s in parts.shapley),
        *_unknown_in_sections(parts, sides, measures, clauses),
    ]
    return [
        Problem(f"results.{table} of {row}", f"unknown reference {name!r}", nearest(name, known))
        for table, row, name, known in references
        if name not in known
    ]


def _unknown_in_sections(
    parts: Results, sides: set[str], measures: set[str], clauses: set[str]
) -> list[tuple[str, str, str, set[str]]]:
    found: list[tuple[str, str, str, set[str]]] = []
    if parts.coalitions:
        found += [("coalitions", "sides", side, sides) for side in parts.coalitions.sides]
    found += [("dividends", d.iso3, side, sides) for d in parts.dividends for side in d.sides]
    found += [
        ("interactions", i.iso3, side, sides) for i in parts.interactions for side in (i.side_a, i.side_b)
    ]
    if parts.sharing:
        found += [("sharing", "shapley", one.side, sides) for one in parts.sharing.shapley]
    if parts.attribution:
        found += [("attribution", one.iso3, one.measure, measures) for one in parts.attribution.by_measure]
        found += [("attribution", one.iso3, one.clause, clauses) for one in parts.attribution.by_clause]
    if parts.finance:
        found += [("finance", "by_measure", one.measure, measures) for one in parts.finance.by_measure]
        found += [("finance", "cost_unknown", one, measures) for one in parts.finance.cost_unknown]
        running = parts.finance.running_cost_unknown
        found += [("finance", "running_cost_unknown", one, measures) for one in running]
    for plan in parts.investment:
        found += [("investment", plan.whose, step.measure, measures) for step in plan.order]
    if parts.uncertainty:
        drawn = {one.id for one in parts.uncertainty.inputs}
        told = {one.id for one in parts.uncertainty.headlines}
        pairs = [(row.headline, row.input) for row in parts.uncertainty.indices]
        pairs += [(row.headline, row.input) for row in parts.uncertainty.tornado]
        for headline, name in pairs:
            found += [("uncertainty", headline, name, drawn), ("uncertainty", name, headline, told)]
    return found


def _contradictions(parts: Results) -> list[Problem]:
    problems = []
    listed = parts.agreement.commitments
    counts = {"total": len(listed), "with_measure": sum(bool(c.measures) for c in listed)}
    for key, count in counts.items():
        stated = getattr(parts.commitments, key)
        if stated != count:
            message = f"says {stated}, but the commitments listed give {count}"
            problems.append(Problem(f"results.commitments.{key}", message, "count the list again"))
    table = parts.coalitions
    if table and (
        len(table.percent) != 2 ** len(table.sides)
        or any(len(row) != len(table.economies) for row in table.percent)
    ):
        message = f"{len(table.percent)} rows do not fit {len(table.sides)} sides and {len(table.economies)} economies"
        problems.append(
            Problem("results.coalitions.percent", message, "one row a coalition, one column an economy")
        )
    appraised = {row.iso3 for row in parts.welfare if row.measures == "all"}
    for iso3 in parts.parties:
        if iso3 not in appraised:
            message = f"no row for the party {iso3} with measures 'all'"
            problems.append(Problem("results.welfare", message, "every party needs its total"))
    return problems
