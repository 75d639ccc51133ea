"""The route finder of the page: alternatives between two places, on the network of a date or in a scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from landbridge.app.scenario import Scenario, settings
from landbridge.errors import InputError, Problem, nearest

PlaceName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
FIRST_DAY = dt.date(1992, 1, 1)


class RouteRequest(BaseModel):
    """From where to where, of which cargo, without which countries and by way of which places.

    at: the network as of a day; or case, and scenario, for the network of a case with a scenario's measures.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    origin: PlaceName = Field(alias="from")
    to: PlaceName
    cargo: Annotated[str, StringConstraints(max_length=40)] = Field(default="manufactures", alias="class")
    avoid: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")], ...], Field(max_length=60)
    ] = ()
    via: Annotated[tuple[PlaceName, ...], Field(max_length=5)] = ()
    mode: Literal["rail", "road", "sea"] | None = None
    at: Annotated[dt.date, Field(ge=FIRST_DAY)] | None = None
    case: Annotated[str, StringConstraints(max_length=200)] | None = None
    scenario: Scenario | None = None


class Router:
    """Answers questions for routes; keeps the networks it made, the last few."""

    def __init__(self) -> None:
        self._plain: dict[dt.date, Any] = {}
        self._cases: dict[str, Any] = {}

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """The alternatives as data, with their lines. question: a RouteRequest as data; folder: of its case.

        Raises InputError for unknown names, and where nothing leads there.
        """
        from landbridge.network.alternatives import RULE, described, find_alternatives
        from landbridge.network.geojson import geometry
        from landbridge.world.network_tables import load_cargo_classes, load_land
        from landbridge.world.places import gazetteer

        asked = RouteRequest.model_validate(question["request"])
        problems: list[Problem] = []

        def collected(read: Callable[[], Any]) -> Any:
            try:
                return read()
            except InputError as error:
                problems.extend(error.problems)
                return None

        origin = collected(lambda: gazetteer().find(asked.origin))
        destination = collected(lambda: gazetteer().find(asked.to))
        via = [collected(lambda name=name: gazetteer().find(name)) for name in asked.via]  # type: ignore[misc]
        classes = {cargo.name: cargo for cargo in load_cargo_classes()}
        if asked.cargo not in classes:
            problems.append(
                Problem("class", f"{asked.cargo} is no cargo class", f"one of {', '.join(classes)}")
            )
        if asked.avoid:
            known = {str(code) for mode in ("rail", "road") for code in load_land(mode).country}
            problems += [
                Problem("avoid", f"{code} is no country of the network", nearest(code, known))
                for code in asked.avoid
                if code not in known
            ]
        if problems:
            raise InputError(problems)
        network, scenario = self._network(asked, question.get("folder"), origin, destination)
        found = find_alternatives(
            network, origin, destination, classes[asked.cargo],
            avoid=asked.avoid, via=via, mode=asked.mode, scenario=scenario,
        )  # fmt: skip
        return {
            "from": origin.name,
            "to": destination.name,
            "class": asked.cargo,
            "at": network.date.isoformat(),
            "rule": RULE,
            "compared": scenario is not None,
            "alternatives": [
                {**described(one), "lines": [geometry(leg.line) for leg in one.route.legs]} for one in found
            ],
        }

    def _network(self, asked: RouteRequest, folder: str | None, origin: Any, destination: Any) -> Any:
        from landbridge.measures import load_case
        from landbridge.network.apply import compile_measures
        from landbridge.network.graph import build_network

        if folder is None:
            date = asked.at or dt.date(2017, 6, 8)
            if date not in self._plain:
                while len(self._plain) > 2:
                    del self._plain[next(iter(self._plain))]
                self._plain[date] = build_network(date)
            return self._plain[date], None
        if folder not in self._cases:
            while len(self._cases) > 1:
                del self._cases[next(iter(self._cases))]
            case = load_case(folder)
            self._cases[folder] = case, compile_measures(build_network(case.baseline_date), case.measures)
        case, measures = self._cases[folder]
        chosen = settings(case, asked.scenario or Scenario())
        return measures.network, (
            measures.state_between(chosen, origin.iso3, destination.iso3),
            measures.touched,
        )
