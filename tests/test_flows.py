"""Freight on the links: every tonne is on its way, none twice, and the lines of the map carry what the links do."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pytest

from landbridge.appraisal.results.flows import flow_lines, simplified
from landbridge.errors import InputError
from landbridge.network import Network, Part, Skimmer, compile_measures
from landbridge.network.border_flows import border_flow_lines, border_flows
from landbridge.network.graph import Kind, build_network
from landbridge.network.loading import FreightFlow, load_freight, through
from landbridge.world.network_tables import load_cargo_classes
from network_fixture import mid
from small_world import GOODS, measure, world

TONNES = {"goods": np.array([[0.0, 900.0], [300.0, 0.0]])}


def loaded(network: Network, **keys: object) -> np.ndarray:
    skimmer = Skimmer(network, [GOODS], np.zeros(0, int))
    states = [(np.ones((2, 2), bool), skimmer.unchanged())]
    return load_freight(skimmer, states, skimmer.skim(states), TONNES, **keys).arcs  # type: ignore[arg-type]


class TestSmallWorld:
    def test_the_border_carries_all_that_crosses_it(self) -> None:
        network = world()
        flow = loaded(network)
        post = network.crossing == "Post"
        assert flow[post & network.forward].sum() == pytest.approx(900.0)
        assert flow[post].sum() == pytest.approx(1200.0)
        assert not flow[network.crossing == "Second"].any()
        both = through(network, np.array([flow, 2 * flow]), "Post", Kind.RAIL)
        assert both == pytest.approx([1200.0, 2400.0])

    def test_a_ship_carries_what_goes_by_ship(self) -> None:
        network = world(ship=True)
        flow = loaded(network)
        assert flow[network.kind == Kind.SERVICE].sum() == pytest.approx(1200.0)
        # Two ends by land, each way, over access arcs to the station and to the port.
        assert flow[network.kind == Kind.RAIL_ACCESS].sum() == pytest.approx(4 * 1200.0)

    def test_only_what_touches_a_country(self) -> None:
        assert loaded(world(), by_way_of=["BBB"]).sum() == pytest.approx(loaded(world()).sum())
        assert not loaded(world(), by_way_of=["CCC"]).any()

    def test_freight_moves_to_a_new_line(self) -> None:
        line = {"places": ["West", "Mid"], "length_km": 100.0, "length_citation": "a map"}
        compiled = compile_measures(
            world(), [measure("link", 50.0, "km/h", mode="rail", action="add", **line)]
        )
        skimmer = Skimmer(compiled.network, [GOODS], compiled.touched)
        states = compiled.states(mid(["M01"]), skimmer.zone_iso3)
        flow = load_freight(skimmer, states, skimmer.skim(states), TONNES).arcs
        assert flow[compiled.network.crossing == "Second"].sum() == pytest.approx(1200.0)
        assert not flow[compiled.network.crossing == "Post"].any()
        network = dataclasses.replace(compiled.network, link=np.full(len(flow), -1))
        rows = flow_lines(network, np.array([flow, flow]))
        assert len(rows) == 1
        assert {row["mode"] for row in rows} == {"rail"}
        assert all(row["before_kt"] == pytest.approx(1200.0) for row in rows)

    def test_freight_without_a_way_is_an_error(self) -> None:
        network = world()
        network.open[network.crossing == "Post"] = False
        skimmer = Skimmer(world(), [GOODS], np.zeros(0, int))
        states = [(np.ones((2, 2), bool), skimmer.unchanged())]
        skims = skimmer.skim(states)
        closed = Skimmer(network, [GOODS], np.arange(len(network.tail)))
        with pytest.raises(InputError, match="no way"):
            load_freight(closed, [(states[0][0], closed.unchanged())], skims, TONNES)


def test_published_border_flows_are_met_in_size() -> None:
    """Between China and Kazakhstan by rail the model is within a factor of two; elsewhere it says what it is."""
    found = border_flows()
    assert {one.base for one in found} == {2017, 2022}
    for one in found:
        assert one.published > 0
        assert one.model > 0
        if one.crossings[0] in ("Alashankou/Dostyk", "Khorgos/Altynkol"):
            assert 0.5 < one.ratio < 2.0, one
    lines = border_flow_lines(found)
    assert len(lines) == 1 + len(found)
    assert len({len(line) for line in lines}) == 1


@pytest.fixture(scope="module")
def shipped() -> tuple[Skimmer, dict[str, np.ndarray], FreightFlow, np.ndarray]:
    """Drawn tonnes of one class between all cities on the shipped network; last, the skims' parts."""
    skimmer = Skimmer(build_network(datetime.date(2017, 6, 8)), load_cargo_classes()[:1], np.zeros(0, int))
    count = len(skimmer.zones)
    tonnes = {skimmer.classes[0].name: np.random.default_rng(3).uniform(0, 10, (count, count))}
    np.fill_diagonal(tonnes[skimmer.classes[0].name], 0.0)
    states = [(np.ones((count, count), bool), skimmer.unchanged())]
    skims = skimmer.skim(states, with_parts=True)
    found = load_freight(skimmer, states, skims, tonnes)
    parts = skims[skimmer.classes[0].name].parts
    assert parts is not None
    return skimmer, {**tonnes}, found, parts


class TestShippedNetwork:
    def test_tonne_km_are_those_of_the_skims(self, shipped: tuple) -> None:  # type: ignore[type-arg]
        """Two ways to the same sum: over the links, and over the pairs of cities; ferries and ocean ships included."""
        skimmer, tonnes, found, parts = shipped
        wanted = (next(iter(tonnes.values()))[..., None] * parts).sum((0, 1))
        on_arcs = found.arcs @ skimmer.network.parts
        legs, there = skimmer._legs(skimmer.unchanged())
        used = np.ix_(skimmer._used, skimmer._used)
        # Nothing sails from or to a port that is in no city's hinterland.
        assert found.ocean[used].sum() == found.ocean.sum()
        sailed = float((found.ocean[used] * np.where(there, legs[..., Part.KM_SEA], 0.0)).sum())
        assert on_arcs[Part.KM_RAIL] == pytest.approx(wanted[Part.KM_RAIL], rel=1e-5)
        assert on_arcs[Part.BORDER_H] == pytest.approx(wanted[Part.BORDER_H], rel=1e-5)
        assert on_arcs[Part.KM_SEA] + sailed == pytest.approx(wanted[Part.KM_SEA], rel=1e-5)

    def test_what_enters_a_node_leaves_it(self, shipped: tuple) -> None:  # type: ignore[type-arg]
        skimmer, tonnes, found, _ = shipped
        network = skimmer.network
        net = np.zeros(len(network.node))
        np.add.at(net, network.tail, found.arcs)
        np.add.at(net, network.head, -found.arcs)
        junctions = np.ones(len(net), bool)
        junctions[skimmer.land.terminals] = False
        assert np.abs(net[junctions]).max() < 1e-6 * found.arcs.max()
        # What a city sends less what it gets passes its node, but for what is carted straight to a port.
        given = next(iter(tonnes.values()))
        nodes = network.node_offset["place"] + skimmer.zones
        off = np.abs(net[nodes] - (given.sum(1) - given.sum(0)))
        assert np.median(off) < 1e-6

    def test_over_a_cut_goes_what_the_two_sides_trade(self) -> None:
        """Freight between landlocked Mongolia and the rest crosses its border once: all of it goes by land."""
        skimmer = Skimmer(
            build_network(datetime.date(2017, 6, 8)), load_cargo_classes()[:1], np.zeros(0, int)
        )
        home = skimmer.zone_iso3 == "MNG"
        abroad = home[:, None] != home[None, :]
        tonnes = {skimmer.classes[0].name: np.where(abroad, 7.0, 0.0)}
        states = [(np.ones(abroad.shape, bool), skimmer.unchanged())]
        skims = skimmer.skim(states)
        flow = load_freight(skimmer, states, skims, tonnes, foreign_ports_only=True).arcs
        inside = skimmer.network.node_country == "MNG"
        tail, head = inside[skimmer.network.tail], inside[skimmer.network.head]
        out, into = flow[tail & ~head].sum(), flow[~tail & head].sum()
        wanted = tonnes[skimmer.classes[0].name]
        assert out - into == pytest.approx(wanted[home].sum() - wanted[:, home].sum(), abs=1e-6)
        assert out == pytest.approx(wanted[home].sum(), rel=0.01)
        # Restricting to what touches Mongolia takes nothing of it away.
        touching = load_freight(
            skimmer, states, skims, tonnes, foreign_ports_only=True, by_way_of=["MNG"]
        ).arcs
        assert touching[tail | head] == pytest.approx(flow[tail | head])
        assert (touching <= flow + 1e-9).all()


class TestLines:
    def test_links_that_carry_alike_are_one_line(self, shipped: tuple) -> None:  # type: ignore[type-arg]
        skimmer, _, found, _ = shipped
        network = skimmer.network
        rows = flow_lines(network, np.array([found.arcs, 1.5 * found.arcs]))
        assert [row["after_kt"] for row in rows] == sorted(row["after_kt"] for row in rows)
        most = max(
            (found.arcs[network.link == link] * (network.kind[network.link == link] == kind)).sum()
            for kind in (Kind.RAIL, Kind.ROAD)
            for link in network.link[[np.argmax(found.arcs * (network.kind == kind))]]
        )
        assert rows[-1]["before_kt"] >= 0.99 * most
        assert all(row["after_kt"] == pytest.approx(1.5 * row["before_kt"], abs=0.2) for row in rows)
        assert all(len(row["line"]) >= 2 for row in rows)

    def test_a_straight_line_needs_two_points(self) -> None:
        straight = np.column_stack([np.linspace(0, 9, 50), np.linspace(0, 3, 50)])
        assert simplified(straight, 0.01).tolist() == [[0, 0], [9, 3]]
        bent = np.array([[0.0, 0], [1, 0], [2, 1], [3, 0], [4, 0]])
        assert simplified(bent, 0.5).tolist() == [[0, 0], [2, 1], [4, 0]]
        assert simplified(bent, 0.01).tolist() == bent.tolist()

    def test_no_freight_no_lines(self) -> None:
        network = world()
        assert flow_lines(network, np.zeros((2, len(network.tail)))) == []
