"""The shipped economy base: accounts that add up, flags that say what is estimated, tables that agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landbridge.errors import InputError
from landbridge.world.data import read_csv
from landbridge.world.economy_base import (
    CALIBRATED,
    CONSTRUCTED,
    FINAL_USE_ESTIMATED,
    audit,
    economy_base,
    load_economy_base,
    load_elasticities,
)

REFERENCE = (
    Path(__file__).resolve().parents[1].parent / "shared" / "reference" / "economy" / "base90x36_2022.npz"
)


def test_accounts_add_up() -> None:
    gaps = audit(load_economy_base())
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


@pytest.mark.reference
@pytest.mark.skipif(not REFERENCE.exists(), reason="no reference folder beside the repository")
def test_matches_the_reference_base() -> None:
    base = load_economy_base()
    with np.load(REFERENCE, allow_pickle=False) as reference:
        assert tuple(reference["C"]) == base.economies
        assert tuple(reference["S"]) == base.sectors
        for name, array in (
            ("T", base.trade),
            ("U", base.inputs),
            ("VA", base.value_added),
            ("FD", base.final_demand),
        ):
            expected = reference[name].astype(float)
            assert np.abs(array - expected).sum() < 1e-7 * expected.sum(), name
            assert (np.abs(array - expected) < 1e-4 * np.maximum(expected, 100.0)).all(), name
