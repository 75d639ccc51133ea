"""The shipped economy base: accounts that add up, flags that say what is estimated, tables that agree."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import numpy as np
import pytest

from landbridge.economy import Shock
from landbridge.economy.calibrate import calibrate
from landbridge.economy.solver import solve
from landbridge.errors import InputError
from landbridge.world.data import read_csv
from landbridge.world.economy_base import (
    CALIBRATED,
    CONSTRUCTED,
    FINAL_USE_ESTIMATED,
    FITTED,
    OTHER_YEAR,
    audit,
    base_years,
    economy_base,
    load_economy_base,
    load_elasticities,
)
from landbridge.world.tariffs import (
    ASSUMED_PREFERENCE,
    BROAD_RATES,
    PREFERENCE,
    REGIONAL_DEFAULT,
    SECTION_RATES,
    load_tariffs,
)

FACTS = Path(__file__).resolve().parents[1] / "tools" / "facts" / "economy"
REFERENCE = (
    Path(__file__).resolve().parents[1].parent / "shared" / "reference" / "economy" / "base90x36_2022.npz"
)


@pytest.mark.parametrize("year", [2017, 2022])
def test_accounts_add_up(year: int) -> None:
    gaps = audit(load_economy_base(year))
    for identity in ("output_uses", "costs", "uses", "deficits", "trade_balance"):
        assert gaps[identity] < 1e-9, identity
    assert gaps["least_value_added"] >= 0
    assert gaps["least_final_demand"] >= 0


def test_audit_sees_a_broken_account() -> None:
    base = load_economy_base()
    final = base.final_demand.copy()
    final[0, 0] *= 1.01
    broken = type(base)(**{**vars(base), "final_demand": final})
    assert audit(broken)["uses"] > 1e-9
    assert audit(broken)["deficits"] > 1e-9


def test_size_and_order() -> None:
    base = load_economy_base()
    assert base.trade.shape == (90, 90, 36)
    assert base.inputs.shape == (90, 36, 36)
    assert base.economies == tuple(row["iso3"] for row in read_csv("economies.csv"))
    assert base.sectors == tuple(row["code"] for row in read_csv("sectors.csv"))
    assert load_elasticities().sectors == base.sectors
    assert base.year == 2022
    assert not base.trade.flags.writeable


def test_every_economy_earns_and_spends() -> None:
    base = load_economy_base()
    assert (base.value_added.sum(1) > 0).all()
    assert (base.final_demand.sum(1) > 0).all()


def test_value_added_is_near_gdp() -> None:
    base = load_economy_base()
    gdp = np.array([float(row["gdp2022_musd"]) for row in read_csv("economies.csv")])
    ratio = base.value_added.sum(1) / gdp
    assert 0.9 < np.median(ratio) < 1.0
    assert ratio.min() > 0.7
    assert ratio.max() < 1.1


def test_flags_mark_what_is_estimated() -> None:
    base = load_economy_base()
    constructed = np.isin(base.economies, base.synthetic)
    touched = constructed[:, None] | constructed[None, :]
    marked = (base.trade_flags & CONSTRUCTED) > 0
    assert (marked == touched[:, :, None]).all()
    assert len(base.synthetic) == 10
    assert "UZB" in base.synthetic
    assert "KAZ" not in base.synthetic
    china, kazakhstan = base.economies.index("CHN"), base.economies.index("KAZ")
    goods = base.sectors.index("C26")
    assert base.trade_flags[china, kazakhstan, goods] & CALIBRATED
    assert not base.trade_flags[china, kazakhstan, base.sectors.index("G")] & CALIBRATED
    # Where final use is not estimated, producers buy all there is.
    assert 0.5 < ((base.trade_flags & FINAL_USE_ESTIMATED) > 0).mean() < 1.0


def test_elasticities_are_usable_and_sourced() -> None:
    elasticities = load_elasticities()
    assert (elasticities.theta > 0).all()
    assert (elasticities.se > 0).all()
    assert elasticities.theta.max() <= 20.0
    assert all(elasticities.source)
    kinds = {row["code"]: row["kind"] for row in read_csv("sectors.csv")}
    for sector, theta, flag in zip(elasticities.sectors, elasticities.theta, elasticities.flag, strict=True):
        assert (flag == "assumption") == (kinds[sector] == "services")
        assert flag or theta != 5.0


def test_negative_remainders_are_named() -> None:
    trade = np.full((2, 2, 1), 10.0)
    inputs = np.array([[[25.0]], [[5.0]]])
    with pytest.raises(InputError) as error:
        economy_base(("AAA", "BBB"), ("X",), 2022, trade, inputs)
    text = str(error.value)
    assert "value added of AAA, X" in text
    assert "final demand of AAA, X" in text
    assert "BBB" not in text


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(InputError, match="inputs"):
        economy_base(("AAA",), ("X", "Y"), 2022, np.ones((1, 1, 2)), np.ones((1, 2, 1)))


def _facts(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _goods(year: int) -> tuple[np.ndarray, tuple[str, ...]]:
    base = load_economy_base(year)
    flows = base.trade[:, :, : base.sectors.index("D_E")].sum(2)
    flows = flows.copy()
    np.fill_diagonal(flows, 0.0)
    return flows, base.economies


def test_cited_flows_between_neighbours_are_met() -> None:
    """Shares in trade that is cited in full: what Kazakhstan's statistics say of China, in both directions."""
    flows, economies = _goods(2022)
    kazakhstan, china, russia = (economies.index(code) for code in ("KAZ", "CHN", "RUS"))
    assert flows[kazakhstan, china] / flows[kazakhstan].sum() == pytest.approx(13.2 / 84.6, abs=0.01)
    assert flows[china, kazakhstan] / flows[:, kazakhstan].sum() == pytest.approx(11.0 / 50.2, abs=0.02)
    assert flows[china, russia] / flows[russia, china] == pytest.approx(76.12 / 114.15, rel=0.01)


@pytest.mark.parametrize("year", [2017, 2022])
def test_pair_totals_keep_their_proportions(year: int) -> None:
    """Every fitted flow is between two thirds and 0.87 of its customs value, as basic prices are.

    What producers in China and Poland buy from Belarus is known to be more than its cited exports; that stays.
    """
    flows, economies = _goods(year)
    known = {("BLR", "CHN"), ("BLR", "POL")}
    checked = 0
    for row in _facts("trade_totals.csv"):
        pair = (row["exporter"], row["importer"])
        if int(row["year"]) != year or row["use"] != "fit" or row["kind"].endswith("share") or pair in known:
            continue
        i, j = (economies.index(code) for code in pair)
        found = flows[i, j] + (flows[j, i] if row["kind"] == "turnover" else 0.0)
        assert 0.65 < found / float(row["value"]) < 0.87, pair
        checked += 1
    assert checked >= 9


def test_kazakhstan_imports_machines() -> None:
    base = load_economy_base()
    kazakhstan = base.economies.index("KAZ")
    goods = base.sectors.index("D_E")
    imports = np.delete(base.trade[:, kazakhstan, :goods], kazakhstan, 0).sum(0)
    cited: dict[str, float] = {}
    for row in _facts("import_structure.csv"):
        if row["importer"] == "KAZ" and row["use"] == "fit":
            cited[row["sectors"]] = float(row["value"])
    total = sum(cited.values())
    for codes, value in cited.items():
        share = sum(imports[base.sectors.index(code)] for code in codes.split(";")) / imports.sum()
        assert share == pytest.approx(value / total, abs=0.03), codes
    machines = [base.sectors.index(code) for code in ("C26", "C27", "C28", "C29", "C30")]
    assert imports[machines].sum() / imports.sum() > 0.35


def test_machines_of_china_and_russia_are_near_the_compared_structures() -> None:
    """Nothing is fitted here: the base stays within four points of the OECD's structure of 2019, sector by sector."""
    base = load_economy_base()
    goods = base.sectors.index("D_E")
    rows = [row for row in _facts("import_structure.csv") if row["use"] == "check" and row["year"] == "2019"]
    for code in ("CHN", "RUS"):
        buyer = base.economies.index(code)
        imports = np.delete(base.trade[:, buyer, :goods], buyer, 0).sum(0)
        cited = {row["sectors"]: float(row["value"]) for row in rows if row["importer"] == code}
        assert len(cited) == 21
        for codes, value in cited.items():
            share = sum(imports[base.sectors.index(sector)] for sector in codes.split(";")) / imports.sum()
            assert share == pytest.approx(value / sum(cited.values()), abs=0.04), (code, codes)


def test_kazakhstan_and_china_of_2017() -> None:
    """Both directions by Kazakh statistics, at basic prices; less than half of the trade of 2022."""
    now, economies = _goods(2022)
    then, _ = _goods(2017)
    china, kazakhstan = economies.index("CHN"), economies.index("KAZ")
    assert then[kazakhstan, china] / then[china, kazakhstan] == pytest.approx(5253 / 4551, rel=0.04)
    for seller, buyer in ((china, kazakhstan), (kazakhstan, china)):
        assert then[seller, buyer] < 0.5 * now[seller, buyer]


def test_fitted_and_earlier_cells_are_flagged() -> None:
    base, earlier = load_economy_base(2022), load_economy_base(2017)
    germany, kazakhstan = base.economies.index("DEU"), base.economies.index("KAZ")
    assert base.trade_flags[germany, kazakhstan, base.sectors.index("C28")] & FITTED
    assert not (base.trade_flags & OTHER_YEAR).any()
    assert (earlier.trade_flags & OTHER_YEAR).all()
    assert (base.trade_flags | OTHER_YEAR == earlier.trade_flags).all()
    assert 0.02 < ((base.trade_flags & FITTED) > 0).mean() < 0.4


def test_the_earlier_base_has_the_gdp_of_its_year() -> None:
    base, earlier = load_economy_base(2022), load_economy_base(2017)
    assert (earlier.year, base.year) == (2017, 2022)
    assert earlier.economies == base.economies
    macro = {row["iso3"]: float(row["gdp_2017_musd"]) for row in _facts("macro_2017.csv")}
    gdp = {row["iso3"]: float(row["gdp2022_musd"]) for row in read_csv("economies.csv")}
    for j, code in enumerate(base.economies):
        if code in macro:
            growth = earlier.value_added[j].sum() / base.value_added[j].sum()
            assert growth == pytest.approx(macro[code] / gdp[code], rel=0.01), code


def test_a_year_without_a_base_is_named() -> None:
    assert base_years() == (2017, 2022)
    with pytest.raises(InputError, match=r"none for 2010.*2017, 2022"):
        load_economy_base(2010)


def test_the_fit_meets_margins_and_keeps_the_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """On random flows: pairs and import shares are met, rows and spending kept, nothing falls below what is known."""
    monkeypatch.syspath_prepend(str(FACTS.parents[1]))
    from economy.margins import ImportMix, PairTotal, fit, fit_inputs

    random = np.random.default_rng(7)
    trade = random.uniform(1.0, 2.0, (6, 6, 4)) + 20.0 * np.eye(6)[:, :, None]
    floor = 0.3 * trade * (random.uniform(size=trade.shape) < 0.5)
    pairs = [PairTotal(0, 1, 1.3 * trade[0, 1, :3].sum(), False), PairTotal(2, 3, 9.0, True)]
    mix = ImportMix(4, ((0,), (1, 2)), (0.5, 0.5))
    fitted = fit(trade, floor, 0.5 * trade.sum(0), pairs, [mix], 3, 2000)
    assert fitted[0, 1, :3].sum() == pytest.approx(pairs[0].value, rel=1e-4)
    assert fitted[2, 3, :3].sum() + fitted[3, 2, :3].sum() == pytest.approx(9.0, rel=1e-4)
    abroad = np.delete(fitted[:, 4], 4, 0)
    assert abroad[:, 0].sum() / abroad[:, :3].sum() == pytest.approx(0.5, rel=1e-4)
    assert fitted.sum(1) == pytest.approx(trade.sum(1), rel=1e-9)
    assert fitted.sum((0, 2)) == pytest.approx(trade.sum((0, 2)), rel=1e-6)
    assert (fitted >= floor).all()
    untouched = fit(trade, floor, 0.5 * trade.sum(0), [], [], 3, 5)
    assert untouched == pytest.approx(trade, rel=1e-12)

    inputs = random.uniform(0.5, 1.0, (6, 4, 4))
    uses = np.tile([2.5, 3.0, 4.0, 6.0], (6, 1))
    bought = fit_inputs(inputs, uses, [2], 0.9)
    assert bought[2].sum(0) == pytest.approx(inputs[2].sum(0), rel=1e-9)
    assert (bought[2].sum(1) <= 0.9 * uses[2] * (1 + 1e-6)).all()
    assert (bought[[0, 1, 3, 4, 5]] == inputs[[0, 1, 3, 4, 5]]).all()


@pytest.mark.parametrize("year", [2017, 2022])
def test_unions_trade_free_of_tariffs(year: int) -> None:
    tariffs = load_tariffs(year)
    place = {code: k for k, code in enumerate(tariffs.economies)}
    for union in (("RUS", "KAZ", "BLR", "KGZ", "ARM"), ("DEU", "FRA", "POL", "HRV")):
        inside = [place[code] for code in union]
        assert (tariffs.rate[np.ix_(inside, inside)] == 0).all()
    goods = tariffs.sectors.index("D_E")
    assert (tariffs.rate[:, :, goods:] == 0).all()
    assert (tariffs.rate >= 0).all()
    assert tariffs.rate.max() < 1.0
    for seller, buyer in (("CHN", "KAZ"), ("KAZ", "CHN"), ("KAZ", "DEU"), ("TUR", "RUS"), ("USA", "CHN")):
        rates = tariffs.rate[place[seller], place[buyer], :goods]
        assert 0.01 < rates.mean() < 0.30
        assert (rates > 0).all()
        assert (tariffs.flags[place[seller], place[buyer], :goods] & SECTION_RATES).all()
    assert (np.diagonal(tariffs.rate) == 0).all()


def test_preferences_begin_and_end() -> None:
    def rate(day: datetime.date, seller: str, buyer: str, sector: str) -> float:
        tariffs = load_tariffs(day, (seller, buyer), (sector,))
        return float(tariffs.rate[0, 1, 0])

    day = datetime.date
    assert rate(day(2020, 12, 31), "GBR", "FRA", "C13T15") == 0
    assert rate(day(2015, 8, 11), "KGZ", "KAZ", "C13T15") == 0  # free trade before the union, too
    assert rate(day(2015, 6, 1), "RUS", "UKR", "C28") == 0 < rate(day(2017, 6, 1), "RUS", "UKR", "C28")
    assert rate(day(2021, 10, 1), "CHN", "KAZ", "A01_02") < rate(day(2021, 11, 1), "CHN", "KAZ", "A01_02")
    assert rate(day(2021, 10, 1), "CHN", "KAZ", "C28") == rate(day(2021, 11, 1), "CHN", "KAZ", "C28") > 0
    assert rate(day(2022, 7, 1), "CHN", "USA", "C28") > rate(day(2017, 7, 1), "CHN", "USA", "C28") + 0.1
    assert rate(day(2022, 7, 1), "TUR", "DEU", "C29") == 0 < rate(day(2022, 7, 1), "TUR", "DEU", "A01_02")


def test_tariffs_say_where_they_come_from() -> None:
    tariffs = load_tariffs(2022)
    place = {code: k for k, code in enumerate(tariffs.economies)}
    mining = tariffs.sectors.index("C28")
    assert tariffs.flags[place["CHN"], place["TKM"], mining] == REGIONAL_DEFAULT
    assert tariffs.flags[place["CHN"], place["MNG"], mining] == BROAD_RATES
    assert tariffs.flags[place["UZB"], place["KAZ"], mining] & ASSUMED_PREFERENCE
    assert tariffs.flags[place["RUS"], place["KAZ"], mining] & PREFERENCE
    assert tariffs.applied[place["MNG"]]
    assert not tariffs.applied[place["KAZ"]]
    assert tariffs.rate_year[place["KAZ"]] == 2021
    assert all(row["source"] and row["flag"] for row in read_csv("tariffs.csv"))
    named = {
        code for row in read_csv("tariffs_preferences.csv") for code in (row["exporters"], row["importers"])
    }
    groups = {row["group"] for row in read_csv("tariffs_members.csv")}
    assert named <= groups | set(tariffs.economies)
    members = {row["iso3"] for row in read_csv("tariffs_members.csv")}
    assert members <= set(tariffs.economies)


def test_tariffs_refuse_what_they_do_not_know() -> None:
    with pytest.raises(InputError, match="2015 to 2025"):
        load_tariffs(1999)
    with pytest.raises(InputError, match="2015-01-01 to 2025-12-31"):
        load_tariffs(datetime.date(2030, 1, 1))
    with pytest.raises(InputError, match=r"'KAX' is not an economy.*KAZ"):
        load_tariffs(2022, ("KAX", "CHN"))
    with pytest.raises(InputError, match="'C99' is not a sector"):
        load_tariffs(2022, ("KAZ", "CHN"), ("C99",))


@pytest.mark.parametrize("year", [2017, 2022])
def test_the_base_makes_a_model_with_tariffs(year: int) -> None:
    """Flows exclude tariffs: with them, labour income, revenue and deficit add up to what final users pay."""
    base, tariffs = load_economy_base(year), load_tariffs(year)
    model = calibrate(base, load_elasticities().theta, tariff=tariffs.rate)
    revenue = (base.trade * tariffs.rate).sum((0, 2))
    deficit = base.final_demand.sum(1) - base.value_added.sum(1)
    spending = model.expenditure.sum(1) - base.inputs.sum((1, 2))
    assert spending == pytest.approx(model.labour_income + revenue + deficit, rel=1e-12)
    assert (model.final_share >= 0).all()
    assert solve(model, Shock()).wage_hat == pytest.approx(np.ones(len(base.economies)), abs=1e-9)
    assert 0.01 < revenue.sum() / _goods(year)[0].sum() < 0.05


@pytest.mark.reference
@pytest.mark.skipif(not REFERENCE.exists(), reason="no reference folder beside the repository")
def test_keeps_output_and_inputs_of_the_reference() -> None:
    """The fit to cited totals moves trade; output and inputs of the source's economies stay as they were."""
    base = load_economy_base()
    with np.load(REFERENCE, allow_pickle=False) as reference:
        assert tuple(reference["C"]) == base.economies
        assert tuple(reference["S"]) == base.sectors
        source = ~np.isin(base.economies, base.synthetic)
        for found, expected in (
            (base.trade.sum(1), reference["T"].astype(float).sum(1)),
            (base.inputs.sum(1), reference["U"].astype(float).sum(1)),
        ):
            gap = np.abs(found - expected)[source]
            assert gap.sum() < 1e-4 * expected[source].sum()
            assert np.quantile(gap / np.maximum(expected[source], 100.0), 0.99) < 1e-3
