"""The measures of a case on the network: compiled together, and the states that freight meets in a scenario."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from landbridge.errors import InputError, Problem
from landbridge.measures import DigitalCustoms, Link, MeasureBase, NetworkMeasure, Setting
from landbridge.measures.schema import LEVELS, Level
from landbridge.network.compiling import compile_measure
from landbridge.network.effects import Compiled, Traffic
from landbridge.network.graph import Network
from landbridge.network.parts import Part
from landbridge.network.relief import Facility, facility_volumes, total_relief
from landbridge.network.skim import Skimmer, State


@dataclass(frozen=True)
class NetworkMeasures:
    """The network measures of a case, compiled onto the network at its baseline date.

    touched: (t,) arcs that any of them changes. compiled: measure id -> its effects. volumes: tonnes a day at the
    baseline through the facilities that capacity measures widen, by name; see relief.facility_volumes.
    """

    network: Network
    touched: np.ndarray
    compiled: dict[str, Compiled]
    volumes: Mapping[str, float] = field(default_factory=dict)

    @property
    def unmeasured(self) -> list[Facility]:
        """The facilities whose use today only flows can tell."""
        added = [one.facility for compiled in self.compiled.values() for one in compiled.capacities]
        return [facility for facility in added if facility.use is None and facility.name not in self.volumes]

    def with_volumes(self, volumes: Mapping[str, float]) -> NetworkMeasures:
        """The same measures with the tonnes a day through the facilities known."""
        return replace(self, volumes={**self.volumes, **volumes})

    def concerns(self, name: str, leaving: str, entering: str) -> bool:
        """Whether a measure acts on freight from one country (ISO3) to another."""
        return bool(_concerned(self.compiled[name].traffic, np.array([leaving]), np.array([entering]))[0, 0])

    def state_between(self, settings: Mapping[str, Setting], leaving: str, entering: str) -> State:
        """The state that freight from one country to another meets."""
        acting = self.acting(settings)
        return self.state({name: acting[name] for name in acting if self.concerns(name, leaving, entering)})

    def acting(self, settings: Mapping[str, Setting]) -> dict[str, Setting]:
        """The measures of a scenario that are in place on the network, with their settings, by id."""
        return {
            name: settings[name]
            for name in sorted(self.compiled)
            if name in settings and settings[name].weight
        }

    def states(self, settings: Mapping[str, Setting], iso3: np.ndarray) -> list[tuple[np.ndarray, State]]:
        """The states that the parts of freight meet: masks (z, z) of zone pairs, which add up to all, and states.

        settings: measure id -> setting; others than the network's are left aside. iso3: (z,) country of each zone.
        """
        acting = self.acting(settings)
        kinds = sorted({self.compiled[name].traffic for name in acting} - {"all"}, key=str)
        masks = {kind: _concerned(kind, iso3, iso3) for kind in kinds}
        found = []
        for concerned in itertools.product((False, True), repeat=len(kinds)):
            mask = np.ones((len(iso3), len(iso3)), bool)
            for kind, is_concerned in zip(kinds, concerned, strict=True):
                mask &= masks[kind] == is_concerned
            if mask.any():
                taken = {
                    "all",
                    *(kind for kind, is_concerned in zip(kinds, concerned, strict=True) if is_concerned),
                }
                those = {name: acting[name] for name in acting if self.compiled[name].traffic in taken}
                found.append((mask, self.state(those)))
        return found

    def state(self, settings: Mapping[str, Setting]) -> State:
        """The touched arcs and ports with the measures of a scenario in place.

        Additions sum, percentages multiply, so that the order of measures does not matter; additions act last.
        """
        position = {int(arc): k for k, arc in enumerate(self.touched)}
        parts = self.network.parts[self.touched].copy()
        scale, added = np.ones_like(parts), np.zeros_like(parts)
        usable = self.network.open[self.touched].copy()
        ports = len(self.network.atlas.ports)
        port_h, port_usd, sea_h = np.zeros(ports), np.zeros(ports), np.zeros((ports, ports))
        sea_rate: np.ndarray | None = None
        sd, sd_scale, sd_added = np.zeros(len(parts)), np.ones(len(parts)), np.zeros(len(parts))
        acting = self.acting(settings)
        for name, setting in acting.items():
            compiled = self.compiled[name]
            usable[[position[int(arc)] for arc in compiled.opens]] = True
            for effect in compiled.effects:
                rows = [position[int(arc)] for arc in effect.arcs]
                amount = effect.at(setting)
                if effect.how == "add":
                    added[rows, effect.part] += amount
                elif effect.how == "percent":
                    scale[rows, effect.part] *= 1.0 + amount / 100.0
                else:
                    scale[rows, effect.part] /= 1.0 + amount / 100.0
            for spread in compiled.spreads:
                rows = [position[int(arc)] for arc in spread.arcs]
                sd[rows] = spread.sd_h
                if spread.how == "add":
                    sd_added[rows] += setting.of(*spread.amount)
                else:
                    sd_scale[rows] *= 1.0 + setting.of(*spread.amount) / 100.0
            for port, amounts in compiled.port_h.items():
                port_h[port] += setting.of(*amounts)
            for port, amounts in compiled.port_usd.items():
                port_usd[port] += setting.of(*amounts)
            for pair, amounts in compiled.sea_h.items():
                sea_h[pair] += setting.of(*amounts)
            for pair, amounts in compiled.sea_rate.items():
                sea_rate = np.ones((ports, ports)) if sea_rate is None else sea_rate
                sea_rate[pair] *= 1.0 + setting.of(*amounts) / 100.0
        widened = [(one, acting[name]) for name in acting for one in self.compiled[name].capacities]
        for facility, saved in total_relief(widened, self.volumes):
            added[[position[int(arc)] for arc in facility.arcs], facility.part] -= saved
            if facility.port >= 0:
                port_h[facility.port] -= saved[0]
        added[:, Part.VARIANCE_H2] += np.maximum(sd * sd_scale + sd_added, 0.0) ** 2 - sd**2
        # No saving can go below nothing: a crossing is at best free of waiting.
        return State(np.maximum(parts * scale + added, 0.0), usable, port_h, port_usd, sea_h, sea_rate)


def concerned_pairs(traffic: Traffic, iso3: np.ndarray) -> np.ndarray:
    """Pairs (z, z) of zones, given by their countries (z,), whose freight a measure of that traffic acts on."""
    return _concerned(traffic, iso3, iso3)


def _concerned(traffic: Traffic, leaving: np.ndarray, entering: np.ndarray) -> np.ndarray:
    """Pairs (a, b) of countries whose freight a measure of that traffic acts on."""
    abroad = leaving[:, None] != entering[None, :]
    if traffic == "all":
        return np.ones_like(abroad)
    if traffic == "international":
        return np.asarray(abroad)
    return np.asarray(abroad & (np.isin(leaving, traffic)[:, None] | np.isin(entering, traffic)[None, :]))


def compile_measures(network: Network, measures: Sequence[MeasureBase]) -> NetworkMeasures:
    """Compiles every measure that acts on the network.

    New links come first, so that the order of the file does not matter. Raises InputError with all problems: places
    that are not there, measures that act on nothing, and savings larger than what there is to save.
    """
    compiled: dict[str, Compiled] = {}
    problems: list[Problem] = []
    acting = [measure for measure in measures if isinstance(measure, NetworkMeasure)]
    for measure in sorted(
        acting, key=lambda one: (not (isinstance(one, Link) and one.action == "add"), one.id)
    ):
        try:
            network, compiled[measure.id] = compile_measure(network, measure)
        except InputError as error:
            problems.extend(error.problems)
    if not problems:
        for measure in acting:
            problems.extend(_idle_or_excessive(network, measure, compiled[measure.id]))
        problems.extend(_at_odds(compiled))
    if problems:
        raise InputError(problems)
    arcs = [effect.arcs for one in compiled.values() for effect in one.effects]
    arcs += [one.facility.arcs for each in compiled.values() for one in each.capacities]
    touched = np.unique(np.concatenate(arcs)) if arcs else np.zeros(0, int)
    return NetworkMeasures(network, touched, compiled)


def _at_odds(compiled: Mapping[str, Compiled]) -> list[Problem]:
    """Problems of capacity measures that say different things of the same facility today."""
    first: dict[str, tuple[str, Facility]] = {}
    problems = []
    for name in sorted(compiled):
        for one in compiled[name].capacities:
            other, facility = first.setdefault(one.facility.name, (name, one.facility))
            if (facility.now, facility.use) != (one.facility.now, one.facility.use):
                message = f"gives another capacity or use today of {facility.name} than measure {other}"
                problems.append(Problem(f"measure {name}", message, "give both the same now and use"))
    return problems


def _idle_or_excessive(network: Network, measure: NetworkMeasure, compiled: Compiled) -> list[Problem]:
    """Problems of a measure that by itself changes nothing, or takes away more than there is."""
    place = f"measure {measure.id}"
    problems = []
    if any(not len(effect.arcs) for effect in compiled.effects):
        problems.append(
            Problem(place, "acts on no link of the network", "check its places, countries and mode")
        )
    known = set(network.node_country.tolist())
    if not isinstance(measure.traffic, str):
        problems += [
            Problem(f"{place} traffic", f"{code} has no place on the network", "name a country")
            for code in measure.traffic
            if code not in known
        ]
    ports = network.atlas.ports
    levels: tuple[Level, ...] = ("low", "mid", "high")
    for level in levels:
        setting = Setting(LEVELS[level], measure.probability)
        for effect in compiled.effects:
            if effect.how != "add" or not len(effect.arcs):
                continue
            # At the borders of countries that have joined a pair there may be less to save; it takes what is there.
            joined = isinstance(measure, DigitalCustoms) and len(measure.pair) > 2
            there_is = network.parts[effect.arcs, effect.part]
            there = float(there_is.max() if joined else there_is.min())
            if there + effect.at(setting) < -1e-9:
                what = effect.part.name.lower()
                message = (
                    f"at its {level} value takes {-effect.at(setting):g} from {what}; there is {there:g}"
                )
                problems.append(Problem(place, message, "save less, or act on one direction"))
        for spread in compiled.spreads:
            sd = float(spread.sd_h.min()) if len(spread.sd_h) else 0.0
            if spread.how == "add" and sd + setting.of(*spread.amount) < -1e-9:
                message = (
                    f"at its {level} value takes {-setting.of(*spread.amount):g} h from the standard deviation of the"
                    f" dwell; there is {sd:g}"
                )
                problems.append(Problem(f"{place} spread", message, "save less, or give it in percent"))
        for changes, in_ports, what in (
            (compiled.port_h, [port.dwell_h for port in ports], "hours"),
            (compiled.port_usd, [port.handling_usd_per_t for port in ports], "USD/t"),
        ):
            for port, amounts in changes.items():
                taken_away = -setting.of(*amounts)
                if in_ports[port] - taken_away < -1e-9:
                    message = (
                        f"at its {level} value takes {taken_away:g} of {in_ports[port]:g} {what} in the port"
                    )
                    problems.append(Problem(place, message, "save less"))
    return problems


def measure_volumes(
    measures: NetworkMeasures, skimmer: Skimmer, tonnes: Mapping[str, np.ndarray]
) -> NetworkMeasures:
    """The measures with the baseline volumes of all facilities whose use they do not give.

    tonnes: (z, z) a day by class.
    """
    state = measures.state({})
    return measures.with_volumes(
        facility_volumes(skimmer, measures.unmeasured, tonnes, state, measures.touched)
    )
