"""The tables of a network in GMNS, with what freight adds: the one description behind reading, checking, writing, docs.

GMNS is the General Modeling Network Specification of the Zephyr Foundation, version 0.96
(https://github.com/zephyr-data-specs/GMNS). It lets a table hold more fields than it names; those of Landbridge begin
with `lb_`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VERSION = 0.96
Type = Literal["id", "text", "number", "integer", "boolean", "date", "iso3", "line"]
FLAGS = ("source", "regional_default", "assumption", "estimated", "synthetic")


@dataclass(frozen=True)
class Column:
    """A column: what it holds, in which unit, between which bounds, or which of some words."""

    name: str
    type: Type
    description: str
    unit: str = ""
    required: bool = False
    least: float | None = None
    most: float | None = None
    above: bool = False  # the least value itself is out of bounds
    choices: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether the column is an extension of GMNS."""
        return self.name.startswith("lb_")

    @property
    def expected(self) -> str:
        """What a cell should hold, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        kind = {
            "id": "a short name without spaces around it",
            "text": "a text",
            "number": "a number",
            "integer": "a whole number",
            "boolean": "true or false",
            "date": "a date such as 2017-06-08",
            "iso3": "an ISO 3166 code of three letters such as KAZ",
            "line": "LINESTRING (longitude latitude, longitude latitude, ...)",
        }[self.type]
        unit = f" in {self.unit}" if self.unit else ""
        least = "" if self.least is None else f" {'above' if self.above else 'from'} {self.least:g}"
        return kind + unit + least + ("" if self.most is None else f" to {self.most:g}")


@dataclass(frozen=True)
class Table:
    """A table: its file is `name`.csv. key: the column that names a row, '' where there is one row only."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: str = ""
    # Columns of GMNS that say nothing about freight; they may be there and are not read.
    unread: tuple[str, ...] = ()
    most_rows: int = 1_000_000

    @property
    def file(self) -> str:
        """The table's file name."""
        return f"{self.name}.csv"

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


def _evidence() -> tuple[Column, ...]:
    return (
        Column("lb_source", "text", "where the row's figures come from"),
        Column("lb_flag", "text", "how good they are", choices=FLAGS),
    )


CONFIG = Table(
    "config",
    "Units, coordinates and origin of the tables; one row",
    (
        Column("dataset_name", "text", "name of the network", required=True),
        Column("long_length", "text", "unit of lengths", required=True, choices=("km", "mile")),
        Column("speed", "text", "unit of speeds", required=True, choices=("km/h", "mph")),
        Column("crs", "text", "coordinates: longitude and latitude", required=True, choices=("EPSG:4326",)),
        Column("geometry_field_format", "text", "format of lines", choices=("WKT",)),
        Column("currency", "text", "money", required=True, choices=("USD",)),
        Column("version_number", "number", "version of GMNS", least=0.9, most=1.0),
        Column("id_type", "text", "ids are texts or numbers", choices=("string", "integer")),
        Column("lb_date", "date", "the day whose network the tables describe", required=True),
        Column("lb_source", "text", "where the network comes from", required=True),
        Column("lb_licence", "text", "under which terms", required=True),
    ),
    unread=("short_length",),
    most_rows=1,
)

NODE = Table(
    "node",
    "Points of the rail network, of the road network, and named places",
    (
        Column("node_id", "id", "name of the node", required=True),
        Column("name", "text", "name of a place; a port or station is found by it"),
        Column("x_coord", "number", "longitude", "degrees", required=True, least=-180, most=180),
        Column("y_coord", "number", "latitude", "degrees", required=True, least=-90, most=90),
        Column(
            "node_type",
            "text",
            "a point of the rails or roads, or a place: a zone's centre, a port, a station",
            required=True,
            choices=("rail", "road", "zone", "port", "station"),
        ),
        Column("zone_id", "id", "the zone whose centre this is; for node_type zone"),
        Column("lb_iso3", "iso3", "country", required=True),
        Column("lb_gauge_mm", "number", "track gauge; for node_type rail", "mm", least=500, most=2000),
        Column("lb_unlocode", "text", "UN/LOCODE of a port; it is found by it too"),
        Column("lb_sea", "text", "that ships of the ocean call at the port", choices=("ocean",)),
        Column("lb_port_h", "number", "hours through an ocean port", "h", least=0, most=2000),
        Column("lb_port_usd_per_t", "number", "handling in an ocean port", "USD/t", least=0, most=1000),
        Column("lb_opened", "date", "opening day of an ocean port; blank: always open"),
        Column("lb_closed", "date", "first day on which it is closed; blank: never"),
        Column("lb_reopened", "date", "day on which it opens again; blank: never"),
        *_evidence(),
    ),
    key="node_id",
    unread=("z_coord", "ctrl_type", "parent_node_id"),
)

LINK = Table(
    "link",
    "Ways between nodes: track, road, terminal, ferry",
    (
        Column("link_id", "id", "name of the link", required=True),
        Column("name", "text", "name of the line, road or service"),
        Column("from_node_id", "id", "node where the link begins", required=True),
        Column("to_node_id", "id", "node where it ends", required=True),
        Column("directed", "boolean", "true: from begin to end only; false: both ways", required=True),
        Column("geometry", "line", "the way on the map, from begin to end"),
        Column("length", "number", "distance", "the long_length of config.csv", required=True, least=0, most=30_000),
        Column(
            "free_speed",
            "number",
            "length over the hours under way, stops and the driver's rest included",
            "the speed unit of config.csv",
            least=0,
            above=True,
            most=200,
        ),
        Column(
            "lb_mode",
            "text",
            "rail and road join nodes of their type; rail_terminal and road_terminal join a place to one of those "
            "(carting and handling); a ferry takes trains and trucks from port to port, a truck_ferry trucks",
            required=True,
            choices=("rail", "road", "rail_terminal", "road_terminal", "ferry", "truck_ferry"),
        ),
        Column("lb_moving_h", "number", "hours under way, in place of free_speed", "h", least=0, most=5000),
        Column("lb_usd_per_t_km", "number", "rate", "USD/t per unit of length", required=True, least=0, most=10),
        Column("lb_fee_usd_per_t", "number", "border, terminal, gauge and port fees", "USD/t", least=0, most=1000),
        Column(
            "lb_kgco2e_per_t_km",
            "number",
            "well-to-wheel emission",
            "kg CO2e/t per unit of length",
            required=True,
            least=0,
            most=5,
        ),
        Column(
            "lb_border_h",
            "number",
            "hours at the border, both sides; required between two countries",
            "h",
            least=0,
            most=2000,
        ),
        Column(
            "lb_border_back_h",
            "number",
            "the same from end to begin; blank: as lb_border_h",
            "h",
            least=0,
            most=2000,
        ),
        Column(
            "lb_gauge_change_h",
            "number",
            "hours to change gauge; required where the gauge changes",
            "h",
            least=0,
            most=500,
        ),
        Column("lb_wait_h", "number", "hours in terminals and ports and for the departure", "h", least=0, most=2000),
        Column("lb_sd_h", "number", "standard deviation of all hours on the link", "h", least=0, most=2000),
        Column("lb_sd_back_h", "number", "the same from end to begin; blank: as lb_sd_h", "h", least=0, most=2000),
        Column("lb_crossing", "text", "name of the border crossing, by which measures find it"),
        Column("lb_opened", "date", "opening day; blank: always there"),
        Column("lb_closed", "date", "first day on which it is closed; blank: never"),
        Column("lb_reopened", "date", "day on which it opens again; blank: never"),
        Column(
            "lb_capacity_t_per_day",
            "number",
            "what can pass a day, each way; blank: no limit known",
            "t/day",
            least=0,
            above=True,
            most=1e7,
        ),
        *_evidence(),
    ),
    key="link_id",
    unread=(
        "geometry_id", "parent_link_id", "dir_flag", "grade", "facility_type", "capacity", "lanes", "bike_facility",
        "ped_facility", "parking", "allowed_uses", "toll", "jurisdiction", "row_width",
    ),
)  # fmt: skip

ZONE = Table(
    "zone",
    "Cities that send and receive the goods of their economy",
    (
        Column("zone_id", "id", "name of the zone", required=True),
        Column("name", "text", "name of the city", required=True),
        Column("lb_iso3", "iso3", "country", required=True),
        Column(
            "lb_economy", "iso3", "economy of the trade model, ROW for the rest of the world; blank: lb_iso3"
        ),
        Column(
            "lb_population", "integer", "the zone's weight in its economy", "people", required=True, least=1
        ),
        Column(
            "lb_weight",
            "number",
            "weight in its economy in place of the people",
            least=0,
            above=True,
            most=1e9,
        ),
        Column("lb_aliases", "text", "other spellings, with | between them"),
        *_evidence(),
    ),
    key="zone_id",
    unread=("boundary", "super_zone"),
    most_rows=5000,
)

TABLES = (CONFIG, NODE, LINK, ZONE)


def to_markdown() -> str:
    """The tables of the documentation, a section a table."""
    parts = []
    for table in TABLES:
        rows = [
            "| " + " | ".join((f"`{c.name}`", "yes" if c.required else "", c.description, c.expected)) + " |"
            for c in table.columns
        ]
        head = [f"### {table.file}", "", f"{table.title}.", ""]
        names = ["| Column | Required | What it is | What a cell holds |", "| --- | --- | --- | --- |"]
        unread = f"Not read, and may be there: {', '.join(f'`{name}`' for name in table.unread)}."
        parts.append("\n".join([*head, *names, *rows, "", unread]))
    return "\n\n".join(parts) + "\n"


def descriptor(table: Table) -> dict[str, object]:
    """The table's schema for datapackage.json (Frictionless Table Schema)."""
    types = {"id": "string", "text": "string", "iso3": "string", "line": "string"}
    fields = []
    for column in table.columns:
        constraints: dict[str, object] = {"required": True} if column.required else {}
        if column.choices:
            constraints["enum"] = list(column.choices)
        if column.least is not None:
            constraints["minimum"] = column.least
        if column.most is not None:
            constraints["maximum"] = column.most
        field: dict[str, object] = {
            "name": column.name,
            "type": types.get(column.type, column.type),
            "description": column.description,
        }
        if column.unit:
            field["unit"] = column.unit
        if constraints:
            field["constraints"] = constraints
        fields.append(field)
    schema: dict[str, object] = {"fields": fields, "missingValues": ["NaN", ""]}
    if table.key:
        schema["primaryKey"] = table.key
    keys = {
        "link": (("from_node_id", "node", "node_id"), ("to_node_id", "node", "node_id")),
        "node": (("zone_id", "zone", "zone_id"),),
    }.get(table.name, ())
    if keys:
        schema["foreignKeys"] = [
            {"fields": own, "reference": {"resource": other, "fields": theirs}} for own, other, theirs in keys
        ]
    return schema
