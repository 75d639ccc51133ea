"""The choice between mode chains: the nested logit, its nests, and chains over inland seas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landbridge.network import ClassSkim, Network, Part, Skimmer, compile_measures
from landbridge.network.choice import NESTS, nested_logit, unseen_factors
from landbridge.network.graph import INLAND_SEA_CHAINS
from landbridge.network.journey import Journey
from landbridge.network.parts import generalised_cost
from landbridge.network.shares import TradeByChain, mode_share_residuals, residual_lines
from landbridge.world.economy_base import load_economy_base
from landbridge.world.network_tables import load_cargo_classes, load_choice
from landbridge.world.places import load_zones
from network_fixture import mid
from test_network import MANUFACTURES, measure

BETWEEN, WITHIN = 6.0, 18.0
costs = st.dictionaries(
    st.sampled_from(sorted(NESTS)),
    st.one_of(st.floats(1.0, 1e4), st.just(float("inf"))),
    min_size=1,
).filter(lambda found: np.isfinite(min(found.values())))


def choose(cost: dict[str, float], within: float = WITHIN) -> tuple[float, dict[str, float]]:
    """The choice at one pair of zones."""
    expected, share = nested_logit({k: np.array(v) for k, v in cost.items()}, NESTS, BETWEEN, within)
    return float(expected), {chain: float(part) for chain, part in share.items()}


class TestNestedLogit:
    @settings(max_examples=200, deadline=None)
    @given(costs)
    def test_shares_sum_to_one_and_the_expected_cost_is_at_most_the_least(self, cost: dict) -> None:
        expected, share = choose(cost)
        assert sum(share.values()) == pytest.approx(1.0)
        assert expected <= min(cost.values()) * (1 + 1e-12)
        assert all(share[chain] == 0.0 for chain, one in cost.items() if np.isinf(one))

    @settings(max_examples=100, deadline=None)
    @given(costs, st.data())
    def test_a_cheaper_chain_wins_share_and_lowers_the_expected_cost(self, cost: dict, data) -> None:
        chain = data.draw(st.sampled_from([name for name, one in cost.items() if np.isfinite(one)]))
        cheaper = cost | {chain: cost[chain] * data.draw(st.floats(0.3, 0.99))}
        (before, old), (after, new) = choose(cost), choose(cheaper)
        assert after <= before * (1 + 1e-12)
        assert new[chain] >= old[chain] - 1e-12
        for other in cost:
            if other != chain:
                assert new[other] <= old[other] + 1e-12

    @settings(max_examples=50, deadline=None)
    @given(st.sampled_from(sorted(NESTS)), st.floats(1.0, 1e4))
    def test_one_chain_costs_what_it_costs(self, chain: str, cost: float) -> None:
        expected, share = choose({chain: cost, "sea" if chain != "sea" else "rail": float("inf")})
        assert expected == pytest.approx(cost)
        assert share[chain] == 1.0

    def test_the_same_way_twice_in_a_nest_is_one_way_in_the_limit(self) -> None:
        """No red bus and blue bus: what a nest gains from a twin falls to nothing as its elasticity grows."""
        alone, _ = choose({"rail": 500.0, "road": 600.0})
        gains, shares = [], []
        for within in (BETWEEN, WITHIN, 60.0, float("inf")):
            twice, share = choose({"rail": 500.0, "rail_sea": 500.0, "road": 600.0}, within)
            gains.append(alone - twice)
            shares.append(share["rail"] + share["rail_sea"])
        assert gains == sorted(gains, reverse=True)
        assert shares == sorted(shares, reverse=True)
        assert gains[-1] == pytest.approx(0.0)
        assert shares[-1] == pytest.approx(choose({"rail": 500.0, "road": 600.0})[1]["rail"])
        # At the shipped elasticities the twin gains a good deal less than in a plain logit.
        assert gains[1] < 0.5 * gains[0]

    def test_equal_elasticities_are_the_plain_logit(self) -> None:
        cost = {"rail": 500.0, "rail_sea": 700.0, "road": 600.0, "sea": 900.0}
        _, share = choose(cost, BETWEEN)
        weight = {chain: one**-BETWEEN for chain, one in cost.items()}
        for chain in cost:
            assert share[chain] == pytest.approx(weight[chain] / sum(weight.values()))

    def test_a_nest_looser_than_the_whole_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="below"):
            choose({"rail": 1.0}, 0.5 * BETWEEN)

    def test_the_shipped_parameters_hold_together(self) -> None:
        choice = load_choice()
        assert choice["nest_cost_elasticity"] >= choice["mode_cost_elasticity"] > 0


class TestUnseenFactors:
    def test_a_pair_named_in_the_table_has_its_factor_both_ways(self) -> None:
        factors = unseen_factors(np.array(["CHN", "DEU", "JPN", "KAZ"]))
        assert factors["rail"][0, 1] == factors["rail"][1, 0] > 1.0
        assert factors["rail_sea"][0, 1] == factors["rail"][0, 1]
        assert factors["rail"][2, 1] > 1.0
        assert factors["rail"][0, 0] == 1.0


@pytest.fixture(scope="module")
def caspian(network: Network) -> tuple[Skimmer, object]:
    """A skimmer of one class with measures on a Caspian port and on a rail line."""
    ones = [
        measure("port_access", "h", -12.0, port="Turkmenbashi"),
        measure("freight_rate", "percent", -30.0, mode="rail", places=["Beineu", "Aktau"]),
    ]
    ones = [one.model_copy(update={"id": f"M0{k}"}) for k, one in enumerate(ones, 1)]
    compiled = compile_measures(network, ones)
    return Skimmer(compiled.network, [MANUFACTURES], compiled.touched, jobs=1), compiled


class TestInlandSeas:
    def test_services_over_inland_seas_are_in_no_land_chain(self, network: Network) -> None:
        at_sea = network.inland_sea != ""
        assert {"Caspian", "Black Sea"} == set(network.inland_sea[at_sea].tolist())
        assert not (network.chain_arcs("rail") & at_sea).any()
        assert not (network.chain_arcs("road") & at_sea).any()
        assert "Aktau-Alat rail ferry" in network.service[network.service_arcs("rail_sea")]
        assert "Dover-Calais ro-ro" in network.service[network.chain_arcs("road")]

    @pytest.mark.slow
    @pytest.mark.parametrize("active", [(), ("M01",), ("M01", "M02")])
    def test_chains_over_a_sea_equal_a_search_through_every_service(
        self, caspian: tuple, active: tuple[str, ...]
    ) -> None:
        skimmer, compiled = caspian
        state = compiled.state(mid(active))
        found = skimmer.land.found(MANUFACTURES, state, tuple(Part))
        network = compiled.network
        where = {network.places[k].name: row for row, k in enumerate(skimmer.zones)}
        for a, b in (
            ("Almaty", "Baku"),
            ("Tashkent", "Tbilisi"),
            ("Baku", "Astana"),
            ("Ürümqi", "Bucharest"),
        ):
            ends = [network.places[skimmer.zones[where[name]]] for name in (a, b)]
            journey = Journey(network, *ends, MANUFACTURES, state=state, touched=compiled.touched)
            for chain in INLAND_SEA_CHAINS:
                way = journey.best(chain)
                assert way is not None
                parts = journey.network.parts[list(way.arcs)].sum(0)
                cost, gathered = found[chain]
                pair = where[a], where[b]
                assert cost[pair] == pytest.approx(generalised_cost(parts, MANUFACTURES), rel=1e-6)
                assert generalised_cost(gathered[pair], MANUFACTURES) == pytest.approx(cost[pair], rel=1e-4)
                assert gathered[pair][Part.KM_SEA] == pytest.approx(parts[Part.KM_SEA], rel=1e-4)

    @pytest.mark.slow
    def test_a_port_measure_saves_on_the_ferry_chain(self, caspian: tuple) -> None:
        skimmer, compiled = caspian
        names = [compiled.network.places[k].name for k in skimmer.zones]
        pair = names.index("Ashgabat"), names.index("Baku")
        before, after = (
            skimmer.land.found(MANUFACTURES, compiled.state(mid(active)))["rail_sea"][0][pair]
            for active in ((), ("M01",))
        )
        saved = MANUFACTURES.value_usd_per_t * MANUFACTURES.time_value / 24.0 * 12.0
        assert before - after == pytest.approx(saved, rel=1e-6)


class TestPublishedShares:
    def test_flows_are_trade_times_shares(self) -> None:
        """One chain takes a quarter of every pair: it carries a quarter of the value, and the rest the other."""
        base, classes = load_economy_base(), load_cargo_classes()
        zones = len(load_zones())
        quarter = np.full((zones, zones), 0.25)
        share = {chain: np.zeros((zones, zones)) for chain in NESTS} | {"rail": quarter, "sea": 1 - quarter}
        skim = ClassSkim(quarter, share, share, None)
        trade = TradeByChain(base, {cargo.name: skim for cargo in classes}, classes)
        pairs = np.zeros((len(base.economies),) * 2, bool)
        a, b = base.economies.index("CHN"), base.economies.index("KAZ")
        pairs[a, b] = True
        goods = [code for cargo in classes for code in cargo.sectors]
        value = base.trade[a, b, [base.sectors.index(code) for code in goods]].sum()
        assert trade.flow(pairs, ["rail"], "value") == pytest.approx(0.25 * value)
        tonnes = sum(
            base.trade[a, b, base.sectors.index(code)] / cargo.value_usd_per_t
            for cargo in classes
            for code in cargo.sectors
        )
        assert trade.flow(pairs, ["rail", "sea"], "tonnes") == pytest.approx(tonnes)
        for one in mode_share_residuals(trade):
            if one.measure != "Mt" and "sea" in one.of:
                assert one.model == pytest.approx(0.25 * ("rail" in one.modes) + 0.75 * ("sea" in one.modes))
            assert one.residual == one.model - one.published
        assert len(residual_lines(mode_share_residuals(trade))) > 10

    @pytest.mark.slow
    def test_the_model_is_near_the_shares_it_is_settled_by(self) -> None:
        residuals = mode_share_residuals()
        assert all(one.source and one.flag for one in residuals)
        settled = {
            "China to EU": 0.02, "EU to China": 0.02, "China to Russia": 0.10, "Russia to China": 0.10,
            "China and Kazakhstan": 0.05, "Uzbekistan, exports": 0.06, "Uzbekistan, imports": 0.06,
            "Türkiye, exports": 0.005, "Türkiye, imports": 0.005,
        }  # fmt: skip
        for one in residuals:
            if one.measure != "Mt":
                assert abs(one.residual) < settled[one.flow], (one.flow, one.modes, one.model)
