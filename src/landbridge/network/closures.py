"""Links, borders and passages that are shut: which freight that concerns, and the network it then meets."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from landbridge.errors import InputError, Problem, nearest
from landbridge.measures import Setting
from landbridge.network.apply import NetworkMeasures
from landbridge.network.graph import Kind, Network
from landbridge.network.landskims import State
from landbridge.network.located import both_ways, nodes_of, path_arcs
from landbridge.network.neighbours import link_names
from landbridge.network.parts import Part
from landbridge.network.skim import Skimmer
from landbridge.network.skimmed import ClassSkim
from landbridge.world.data import read_csv
from landbridge.world.network_tables import load_sea
from landbridge.world.places import fold

# Names of the sea passages beside their keys in the table of sea lanes.
PASSAGES = {
    "Suez": "suez",
    "Bab-el-Mandeb": "babalmandab",
    "Hormuz": "ormuz",
    "Malacca": "malacca",
    "Sunda": "sunda",
    "Bosphorus": "bosporus",
    "Dardanelles": "dardanelles",
    "Gibraltar": "gibraltar",
    "Panama": "panama",
    "Cape of Good Hope": "south_africa",
    "Magellan": "chili",
}
# Share of an economy's people that may be left without any way before the closure is refused.
_MOST_STRANDED = 0.1
# A closure is asked for few scenarios.
_KEPT_BYTES = 50_000_000
# From before any date that a network is of.
_ALWAYS = ("0001-01-01", "")
_LAND = (Kind.RAIL, Kind.ROAD, Kind.RAIL_ACCESS, Kind.ROAD_ACCESS)
# Of a link: "rail Aktogay - Dostyk", with any dash between spaces, since names have hyphens.
_LINK = re.compile(r"(rail|road)\s+(.*\S)\s+[-\u2013\u2014]\s+(\S.*)", re.IGNORECASE)

_DASH = re.compile("[-\u2013\u2014]")


@dataclass(frozen=True)
class Closure:
    """Something that is shut.

    name: as it is known. words: what that means. arcs: numbers of the arcs closed. passage: of the sea lanes, '' for
    none. port: name of the port that neither ships call at nor trucks cart to, '' for none. spared: ISO3 of a country
    whose own freight is not concerned, '' for none: it is shut to others' transit.
    """

    name: str
    words: str
    arcs: np.ndarray
    passage: str = ""
    port: str = ""
    spared: str = ""


def find_closures(network: Network, names: Sequence[str]) -> list[Closure]:
    """What is shut, by name: a crossing, a border such as CHN-KAZ, a country (closed to transit), a sea passage, an
    inland sea, a sea service, a port, or a link: the shortest path of a mode, such as "rail Aktogay - Dostyk".

    Raises InputError naming the nearest names of each that is unknown, and for a link that cannot be shut.
    """
    known = _known(network)
    by_fold = {fold(name): name for name in known}
    found: list[Closure] = []
    links: list[Closure] = []
    problems: list[Problem] = []
    offered: list[str] = []
    for given in names:
        name = by_fold.get(fold(given))
        link = _LINK.fullmatch(given.strip()) if name is None else None
        if link is not None:
            try:
                found.append(_link(network, link[1].lower(), link[2], link[3]))
                links.append(found[-1])
            except InputError as error:
                problems += error.problems
            continue
        if name is None:
            meant = _with_spaces(network, given)
            if not meant and not offered:
                offered = closable(network)
            close = f'perhaps "{meant}"' if meant else nearest(given, offered)
            remedy = (
                f"{close}; a crossing, a border such as CHN-KAZ, a country's code, a port, a sea service, a link such"
                f' as "rail Aktogay - Dostyk", or a passage: {", ".join([*PASSAGES, *_inland_seas()])}'
            )
            problems.append(Problem("--shut", f'nothing is known as "{given}"', remedy))
            continue
        found.append(_closure(network, name, known[name]))
    for one in links:
        others = [other.arcs for other in found if other is not one and not other.spared]
        if others and np.isin(one.arcs, np.concatenate(others)).all():
            problems.append(Problem("--shut", f"{one.name} is shut already by another name", "name it once"))
    if problems:
        raise InputError(problems)
    return found


def closable(network: Network) -> list[str]:
    """Names that can be shut, in the order of their kinds, links between neighbouring places last.

    Links between places farther apart can be shut too.
    """
    return [*_known(network), *link_names(network)]


def _with_spaces(network: Network, given: str) -> str:
    """The link that is meant where its dash only lacks the spaces, '' for none."""
    for dash in _DASH.finditer(given):
        link = _LINK.fullmatch(f"{given[: dash.start()].strip()} - {given[dash.end() :].strip()}")
        if link is not None:
            try:
                return _link(network, link[1].lower(), link[2], link[3]).name
            except InputError:
                continue
    return ""


def _link(network: Network, mode: str, *names: str) -> Closure:
    """The shortest open path of a mode between two places, shut both ways.

    Raises InputError when a place is unknown or off the mode, or no path of the mode joins two different ones.
    """
    asker = "--shut"
    found, problems = [], []
    for name in names:
        try:
            found.append(nodes_of(network, name, mode, asker))
        except InputError as error:
            problems += [
                one if one.place == asker else Problem(asker, f"{one.place} {one.message}", one.remedy)
                for one in error.problems
            ]
    if problems:
        raise InputError(problems)
    (a, at_a), (b, at_b) = found
    if np.isin(at_a, at_b).any():
        message = f"{names[0]} and {names[1]} are one place by {mode}: no link lies between them"
        raise InputError(Problem(asker, message, "name two places"))
    try:
        there = path_arcs(network, mode, names, asker)
    except InputError as error:
        message, remedy = error.problems[0].message, "name places that the mode joins"
        try:
            path_arcs(replace(network, open=np.ones_like(network.open)), mode, names, asker)
            message = f"no path by {mode} between {a.name} and {b.name} is open on {network.date}"
            remedy = "it is shut already, or only a measure opens it"
        except InputError:
            pass
        raise InputError(Problem(asker, message, remedy)) from None
    km = network.parts[there, Part.KM_RAIL if mode == "rail" else Part.KM_ROAD].sum()
    vehicle = "train" if mode == "rail" else "truck"
    words = f"no {vehicle} runs on the shortest way between {a.name} and {b.name} ({km:,.0f} km)"
    return Closure(f"{mode} {a.name} - {b.name}", words, both_ways(network, mode, there))


def _inland_seas() -> list[str]:
    return [row["name"] for row in read_csv("network/inland_seas.csv")]


def _borders(network: Network) -> set[str]:
    land = np.isin(network.kind, (Kind.RAIL, Kind.ROAD))
    ends = np.stack([network.node_country[network.tail[land]], network.node_country[network.head[land]]], 1)
    return {f"{a}-{b}" for a, b in np.unique(ends, axis=0).tolist() if a != b}


def _known(network: Network) -> dict[str, str]:
    """Every name that can be shut -> what it is; of equal names the first."""
    known: dict[str, str] = dict.fromkeys(PASSAGES, "passage")
    for name in _inland_seas():
        known.setdefault(name, "inland sea")
    for name in sorted(set(network.crossing.tolist()) - {""}):
        known.setdefault(name, "crossing")
    for name in sorted(set(network.service.tolist()) - {""}):
        known.setdefault(name, "service")
    for iso3 in sorted(set(network.node_country.tolist()) - {""}):
        known.setdefault(iso3, "country")
    for pair in sorted(_borders(network)):
        known.setdefault(pair, "border")
    for place in network.places:
        if place.kind == "port":
            known.setdefault(place.name, "port")
    return known


def _closure(network: Network, name: str, what: str) -> Closure:
    nothing = np.zeros(0, int)
    if what == "passage":
        if PASSAGES[name] not in set(load_sea().passage.tolist()):
            raise InputError(Problem("--shut", f"no sea lane runs through {name}", "see network/sea.npz"))
        return Closure(name, f"no ship passes {name}", nothing, passage=PASSAGES[name])
    if what == "inland sea":
        arcs = np.flatnonzero(network.inland_sea == name)
        return Closure(name, f"no ship crosses the {name}", arcs)
    if what == "crossing":
        arcs = np.flatnonzero(network.crossing == name)
        modes = sorted({Kind(kind).name.lower() for kind in network.kind[arcs].tolist()})
        return Closure(name, f"nothing crosses at {name} ({' and '.join(modes)})", arcs)
    if what == "service":
        return Closure(name, f"{name} does not sail", np.flatnonzero(network.service == name))
    tail, head = network.node_country[network.tail], network.node_country[network.head]
    if what == "border":
        a, b = name.split("-")
        land = np.isin(network.kind, (Kind.RAIL, Kind.ROAD))
        arcs = np.flatnonzero(land & (((tail == a) & (head == b)) | ((tail == b) & (head == a))))
        return Closure(name, f"no train or truck crosses between {a} and {b}", arcs)
    if what == "port":
        node = network.place_index["port", name]
        return Closure(
            name,
            f"no freight passes the port of {name}",
            np.flatnonzero((network.tail == node) | (network.head == node)),
            port=name,
        )
    land = np.isin(network.kind, _LAND)
    arcs = np.flatnonzero(land & ((tail == name) | (head == name)))
    words = (
        f"no freight between other countries, and none within them, passes {name} by land or through its ports;"
        f" {name}'s own trade goes on"
    )
    return Closure(name, words, arcs, spared=name)


def shut(network: Network, closures: Collection[Closure]) -> Network:
    """The network with some things closed; its arcs keep their numbers."""
    usable = network.open.copy()
    for closure in closures:
        usable[closure.arcs] = False
    passages = {closure.passage for closure in closures} - {""}
    names = {closure.port for closure in closures}
    atlas = network.atlas
    # Cities that no network joins to a port cart to it, over no arc.
    ports = tuple(replace(port, closed=_ALWAYS) if port.name in names else port for port in atlas.ports)
    return replace(network, open=usable, atlas=replace(atlas, ports=ports, shut=atlas.shut | passages))


def stranded(measures: NetworkMeasures, skimmer: Skimmer, closures: Sequence[Closure]) -> tuple[str, ...]:
    """The cities that closures leave without any way to most others; arguments as of ShutWorld.

    Raises InputError when too many people live there, so that nothing need be computed to find out.
    """
    return ShutWorld(measures, skimmer, closures, {}).stranded


class ShutWorld:
    """Skims of a network with some things shut, comparable with those of the open one.

    measures: compiled on the open network. skimmer: of the open network. closures: of which a country's concern all
    freight but its own. baseline: skims of the open network without measures. Cities choose their ports anew; what
    chains cost beyond money and time stays as it was. `stranded` names the cities that have no way left; their costs
    are left as they were.
    """

    def __init__(
        self,
        measures: NetworkMeasures,
        skimmer: Skimmer,
        closures: Sequence[Closure],
        baseline: Mapping[str, ClassSkim],
    ) -> None:
        self.skimmer, self.closures, self._open = skimmer, tuple(closures), baseline
        iso3 = skimmer.zone_iso3
        countries = sorted({closure.spared for closure in closures} - {""})
        self._groups: list[tuple[np.ndarray, Skimmer, NetworkMeasures]] = []
        for spared in itertools.product((False, True), repeat=len(countries)):
            mask = np.ones((len(iso3), len(iso3)), bool)
            for country, is_spared in zip(countries, spared, strict=True):
                own = (iso3 == country)[:, None] | (iso3 == country)[None, :]
                mask &= own == is_spared
            if not mask.any():
                continue
            open_to = {country for country, is_spared in zip(countries, spared, strict=True) if is_spared}
            network = shut(measures.network, [one for one in closures if one.spared not in open_to])
            there = Skimmer(
                network,
                skimmer.classes,
                measures.touched,
                skimmer.jobs,
                like=skimmer,
                kept_bytes=_KEPT_BYTES,
            )
            self._groups.append((mask, there, replace(measures, network=network)))
        self.stranded = self._stranded()

    def _stranded(self) -> tuple[str, ...]:
        """Names of the cities that have no way left to most others.

        Raises InputError when many people of an economy live there: trade that stops is not in the model.
        """
        iso3 = self.skimmer.zone_iso3
        lost = np.zeros((len(iso3), len(iso3)), bool)
        for mask, skimmer, measures in self._groups:
            lost |= skimmer.without_a_way(_within(mask, measures.states({}, iso3)))
        zones = self.skimmer.network.atlas.zones
        found = np.flatnonzero(lost.mean(1) > 0.5)
        pairs = np.argwhere(lost & ~np.isin(np.arange(len(lost)), found)[:, None])
        pairs = pairs[~np.isin(pairs[:, 1], found)]
        names = ", ".join(closure.name for closure in self.closures)
        if len(pairs):
            listed = ", ".join(f"{zones[a].name} to {zones[b].name}" for a, b in pairs[:5])
            message = f"leaves {len(pairs)} pairs of cities without any way: {listed}"
            raise InputError(Problem(f"--shut {names}", message, "shut less"))
        people: dict[str, float] = {}
        for zone in zones:
            people[zone.economy] = people.get(zone.economy, 0.0) + zone.weight
        cut: dict[str, float] = {}
        for k in found:
            cut[zones[k].economy] = cut.get(zones[k].economy, 0.0) + zones[k].weight
        for economy, weight in cut.items():
            if weight > _MOST_STRANDED * people[economy]:
                cities = ", ".join(zones[k].name for k in found if zones[k].economy == economy)
                message = (
                    f"leaves {cities} without any way, {100 * weight / people[economy]:.0f} % of {economy}"
                )
                remedy = "shut less: trade that stops is not in the model"
                raise InputError(Problem(f"--shut {names}", message, remedy))
        return tuple(zones[k].name for k in found)

    def skims(
        self, settings: Mapping[str, Setting], *, parts_of: Collection[str] = ()
    ) -> dict[str, ClassSkim]:
        """Skims of a scenario, by measure ids and their settings, with everything shut that is.

        parts_of: the classes whose parts are asked for, of those whose parts the baseline has. Cities without any way
        left keep their costs.
        """
        found = self._open
        for mask, skimmer, measures in self._groups:
            states = _within(mask, measures.states(settings, self.skimmer.zone_iso3))
            found = skimmer.skim(states, with_parts=bool(parts_of), parts_of=parts_of, instead=found)
        return dict(found)


def _within(mask: np.ndarray, states: list[tuple[np.ndarray, State]]) -> list[tuple[np.ndarray, State]]:
    """The states that some of the zone pairs (z, z) meet."""
    return [(mask & concerned, state) for concerned, state in states if (mask & concerned).any()]
