"""The tables of Caliendo and Parro (2015) on NAFTA, from their data; skipped where the data is not at hand."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from landbridge.economy import (
    Dataset,
    Model,
    Shock,
    Solution,
    audit,
    calibrate,
    domestic_share_terms,
    first_order_welfare,
    from_shares,
    gradient,
    solve,
    welfare_terms,
)
from landbridge.economy.repairs import zero_negative_final_demand
from landbridge.errors import InputError

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "reference" / "cp2015"
MEMBERS = ("Mexico", "Canada", "USA")

pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="no reference folder beside the repository"),
]


@cache
def published() -> dict[str, np.ndarray]:
    """The arrays, with the seller first as everywhere here; theirs have the buyer first."""
    with np.load(FOLDER / "cp2015_nafta.npz", allow_pickle=False) as data:
        arrays = {name: data[name] for name in data.files}
    return {
        name: array.transpose(1, 0, 2) if array.shape == (31, 31, 40) else array
        for name, array in arrays.items()
    }


def raw() -> Dataset:
    data = published()
    return from_shares(
        data["countries"],
        data["sectors"],
        data["flow"],
        data["beta"],
        data["gamma"],
        theta=data["theta"],
        tariff=data["tau93"],
        provenance=("Caliendo and Parro (2015), replication data",),
    )


@cache
def nafta(closure: str) -> tuple[Model, Shock, Solution, Solution]:
    model = calibrate(zero_negative_final_demand(raw()), closure=closure, settle=True)
    shock = Shock(tariff=published()["tau_nafta"])
    before = solve(model, Shock())
    return model, shock, before, solve(model, shock)


def percent(hat: np.ndarray) -> np.ndarray:
    return 100.0 * (hat - 1.0)


def test_the_audit_names_what_is_odd_about_the_raw_data() -> None:
    found = audit(raw())
    assert found.gaps["costs"] < 1e-12
    assert sum("final demand" in problem.place for problem in found.problems) == 6
    assert "has 180 more cells" in str(found.problems[-1])
    assert any("1 input cells are below zero" in note for note in found.notes)
    with pytest.raises(InputError, match="zero_negative_final_demand"):
        calibrate(raw())
    with pytest.raises(InputError, match="do not add up"):
        calibrate(zero_negative_final_demand(raw()))
    assert "185 negative cells" in zero_negative_final_demand(raw()).provenance[-1]


@pytest.mark.parametrize(
    ("country", "first_order", "terms_of_trade", "volume", "real_wage", "exact", "imports"),
    [
        ("Mexico", 1.312, -0.412, 1.724, 1.715, 0.007, 118.28),
        ("Canada", -0.064, -0.108, 0.044, 0.323, -0.110, 11.11),
        ("USA", 0.085, 0.044, 0.041, 0.112, 0.074, 40.52),
    ],
)
def test_table_of_nafta(
    country: str,
    first_order: float,
    terms_of_trade: float,
    volume: float,
    real_wage: float,
    exact: float,
    imports: float,
) -> None:
    """The effects of NAFTA's tariff cuts under balanced trade as printed, and the exact change, in per cent."""
    model, shock, before, after = nafta("balanced")
    k = model.economies.index(country)
    terms, trade = first_order_welfare(model, before, after, Shock(), shock)
    assert terms[k] + trade[k] == pytest.approx(first_order, abs=5e-3)
    assert terms[k] == pytest.approx(terms_of_trade, abs=5e-3)
    assert trade[k] == pytest.approx(volume, abs=5e-3)
    assert percent(after.real_wage_hat)[k] == pytest.approx(real_wage, abs=5e-3)
    assert percent(after.real_income_hat)[k] == pytest.approx(exact, abs=5e-3)
    partners = [model.economies.index(name) for name in MEMBERS if name != country]
    change = after.trade[partners, k].sum() / before.trade[partners, k].sum()
    assert percent(change) == pytest.approx(imports, abs=5e-3)


@pytest.mark.parametrize(("mode", "closure"), [("balanced", "balanced"), ("deficits", "world_share")])
def test_every_country_under_both_closures(mode: str, closure: str) -> None:
    model, shock, before, after = nafta(closure)
    terms, volume = first_order_welfare(model, before, after, Shock(), shock)
    found = {
        "tot_pct": terms,
        "vot_pct": volume,
        "welfare_first_order_pct": terms + volume,
        "real_wage_pct": percent(after.real_wage_hat),
        "real_income_exact_pct": percent(after.real_income_hat),
        "wage_hat": after.wage_hat,
    }
    with (FOLDER / "cp2015_country_results.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["mode"] == mode]
    assert len(rows) == 31
    for row in rows:
        k = model.economies.index(row["country"])
        for name, values in found.items():
            assert values[k] == pytest.approx(float(row[name]), abs=1e-6), (row["country"], name)


def test_solution_is_certified_and_decomposed() -> None:
    model, shock, _, after = nafta("balanced")
    assert after.certificate.max_residual <= 1e-10
    assert after.certificate.walras_gap < 1e-10
    mexico = model.economies.index("Mexico")
    bought_and_sold = welfare_terms(model, shock, after)
    by_home_share = domestic_share_terms(model, shock, after)
    assert np.abs(bought_and_sold.gap).max() < 1e-10
    assert np.abs(by_home_share.gap).max() < 1e-10
    # Exactly: worse terms of trade and cheaper trade all but cancel, and lost revenue eats the gains from trade.
    assert bought_and_sold.terms_of_trade[mexico] < -0.005
    assert bought_and_sold.tariff_revenue[mexico] > 0.005
    assert by_home_share.domestic_share[mexico].sum() > 0.01
    assert by_home_share.tariff_revenue[mexico] < -0.01


def test_gradient_of_mexico_by_its_tariffs() -> None:
    model, shock, _, _ = nafta("balanced")
    solution = solve(model, shock, tolerance=1e-13)
    found = gradient(model, shock, solution, "Mexico")
    k, usa = model.economies.index("Mexico"), model.economies.index("USA")
    for sector in (3, 14):
        values = []
        for move in (1e-4, -1e-4):
            tariff = published()["tau_nafta"].copy()
            tariff[usa, k, sector] += move
            moved = solve(model, Shock(tariff=tariff), start=solution, tolerance=1e-13)
            values.append(np.log(moved.real_income_hat[k]))
        expected = (values[0] - values[1]) / 2e-4
        assert found.tariff[usa, k, sector] == pytest.approx(expected, rel=1e-6, abs=1e-9)
