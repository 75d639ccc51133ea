"""Datasets, their audit and repairs, and the readers."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from economy_fixture import random_dataset
from landbridge.economy import (
    Dataset,
    Shock,
    aggregated,
    audit,
    calibrate,
    from_arrays,
    from_icio,
    from_shares,
    from_tables,
    one_sector,
    repairs,
    shipped,
    solve,
)
from landbridge.errors import InputError


def with_cell(array: np.ndarray, cell: tuple[int, ...], value: float) -> np.ndarray:
    changed = array.copy()
    changed[cell] = value
    return changed


def test_shipped_dataset_passes_its_audit() -> None:
    data = shipped()
    found = audit(data)
    assert not found.problems
    assert found.gaps["costs"] < 1e-9
    assert found.gaps["uses"] < 1e-9
    assert data.provenance == ("economy base of 2022", "applied tariffs of 2022")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"trade": ((0, 1, 2), -3.0)}, "trade of E00 to E01, S2: is negative: -3"),
        ({"trade": ((2, 1, 0), np.nan)}, "trade of E02 to E01, S0: is not a finite number"),
        ({"inputs": ((1, 0, 2), np.inf)}, "inputs of E01, S0 used by S2: is not a finite number"),
        ({"value_added": ((3, 1), 1e4)}, "costs of E03, S1: do not add up"),
        ({"final_demand": ((1, 1), 1e4)}, "uses of E01, S1: do not add up"),
        ({"final_demand": ((1, 1), -50.0)}, "final demand of E01, S1: is negative: -50"),
        ({"tariff": ((1, 2, 0), -1.0)}, "tariff of E01 to E02, S0: is -100 % or less"),
        ({"theta": ((1,), 0.0)}, "theta of S1: is 0"),
        ({"theta": ((1,), 500.0)}, "theta of S1: is 500, above 100"),
        ({"theta": ((2,), np.nan)}, "theta of S2: is nan"),
    ],
)
def test_audit_names_the_cell(change: dict[str, tuple[tuple[int, ...], float]], message: str) -> None:
    data = random_dataset()
    for name, (cell, value) in change.items():
        data = replace(data, **{name: with_cell(getattr(data, name), cell, value)})
    with pytest.raises(InputError) as error:
        calibrate(data)
    assert message in str(error.value)


def test_all_problems_come_at_once() -> None:
    data = random_dataset()
    data = replace(
        data,
        economies=("E00", "E00", "E02", ""),
        trade=with_cell(data.trade, (0, 1, 1), -5.0),
        theta=np.array([0.0, -1.0, 4.0]),
    )
    text = str(InputError(audit(data).problems))
    for part in ("economy E00: is named 2 times", "empty name", "trade of E00", "theta of S0", "theta of S1"):
        assert part in text


def test_notes_say_what_is_missing() -> None:
    notes = "\n".join(audit(random_dataset()).notes)
    assert "S2 is not made in E03" in notes
    assert "S2 is not bought in E00" in notes
    assert "zero and stay zero" in notes


def test_economies_and_sectors_without_sales_are_named() -> None:
    data = random_dataset(gaps=False)
    empty = data.trade.copy()
    empty[:, :, 1] = 0.0
    empty[2] = 0.0
    with pytest.raises(InputError) as error:
        calibrate(from_arrays(data.economies, data.sectors, empty, theta=4.0))
    assert "sector S1: is sold by nobody" in str(error.value)
    assert "economy E02: sells nothing" in str(error.value)
    world = from_arrays(
        ["A", "B"], ["x"], np.array([[[5.0], [5.0]], [[0.0], [5.0]]]), [[[5.0]], [[2.0]]], theta=4.0
    )
    with pytest.raises(InputError, match="economy A: has no final demand"):
        calibrate(world)


def test_shapes_are_checked_before_anything_else() -> None:
    with pytest.raises(InputError) as error:
        from_arrays(["A", "B"], ["x"], np.ones((2, 2, 2)), np.ones((2, 1, 1)), theta=np.ones(3))
    assert [problem.place for problem in error.value.problems] == ["dataset trade", "dataset theta"]


def test_repairs_are_recorded_and_work() -> None:
    data = random_dataset()
    broken = replace(data, value_added=1.1 * data.value_added)
    with pytest.raises(InputError, match=r"repairs\.scaled_costs"):
        calibrate(broken)
    for mend in (repairs.scaled_costs, repairs.residual_value_added):
        mended = mend(broken)
        assert audit(mended).gaps["costs"] < 1e-12
        assert len(mended.provenance) == len(data.provenance) + 1
        if mend is repairs.residual_value_added:
            calibrate(mended)
    broken = replace(data, final_demand=1.1 * data.final_demand)
    calibrate(repairs.residual_final_demand(broken))
    negative = replace(data, trade=with_cell(data.trade, (0, 1, 0), -1.0))
    mended = repairs.zero_negative_flows(negative)
    assert mended.trade.min() == 0.0
    assert "1 negative flows set to zero, 1 in all" in mended.provenance[-1]
    capped = repairs.capped_elasticities(replace(data, theta=np.array([3.0, 50.0, 70.0])), 40.0)
    np.testing.assert_array_equal(capped.theta, [3.0, 40.0, 40.0])
    assert "S1, S2" in capped.provenance[-1]


def test_negative_final_demand_needs_settling() -> None:
    data = random_dataset(tariffs=False)
    trade, use = data.trade.copy(), data.inputs.copy()
    trade[1, 1, 0] *= 0.02
    use[1, :, 0] *= 0.05
    use[1, 0, 1] = 45.0
    odd = from_arrays(data.economies, data.sectors, trade, use, theta=data.theta)
    assert odd.final_demand[1, 0] < 0
    mended = repairs.zero_negative_final_demand(odd)
    with pytest.raises(InputError, match="uses of E01, S0"):
        calibrate(mended)
    model = calibrate(mended, settle=True)
    solution = solve(model, Shock())
    np.testing.assert_allclose(solution.real_income_hat, 1.0, rtol=1e-9)
    np.testing.assert_allclose(solution.expenditure, model.expenditure, rtol=1e-8)


def test_shares_and_values_are_two_ways_to_say_the_same() -> None:
    data = random_dataset()
    output = np.where(data.output > 0, data.output, 1.0)
    again = from_shares(
        data.economies,
        data.sectors,
        data.trade,
        data.value_added / output,
        data.inputs / output[:, None, :],
        theta=data.theta,
        tariff=data.tariff,
    )
    np.testing.assert_allclose(again.inputs, data.inputs, rtol=1e-12)
    np.testing.assert_allclose(again.final_demand, data.final_demand, rtol=1e-9, atol=1e-9)


def test_aggregation_keeps_totals_and_names_unknown_codes() -> None:
    data = random_dataset(5, 4)
    small = aggregated(data, economies={"E03": "rest", "E04": "rest"}, sectors={"S0": "goods", "S1": "goods"})
    assert small.economies == ("E00", "E01", "E02", "rest")
    assert small.sectors == ("goods", "S2", "S3")
    assert small.trade.sum() == pytest.approx(data.trade.sum())
    assert (small.trade * small.tariff).sum() == pytest.approx((data.trade * data.tariff).sum())
    assert audit(small).gaps["uses"] < 1e-9
    abroad = data.trade.sum((0, 1)) - np.einsum("iir->r", data.trade)
    assert small.theta[0] == pytest.approx(np.average(data.theta[:2], weights=abroad[:2]))
    calibrate(small)
    assert one_sector(data, 4.0).theta == pytest.approx([4.0])
    with pytest.raises(InputError) as error:
        aggregated(data, economies={"E33": "rest"}, sectors={"S9": "x"})
    assert "economy 'E33': is not known (nearest: E03" in str(error.value)
    assert "sector 'S9'" in str(error.value)


def long_tables(data: Dataset) -> dict[str, dict[str, list[object]]]:
    """A dataset as columns, without its zero cells."""

    def columns(
        array: np.ndarray, axes: list[tuple[str, tuple[str, ...]]], value: str
    ) -> dict[str, list[object]]:
        rows = np.argwhere(array != 0)
        table: dict[str, list[object]] = {
            name: [labels[row[k]] for row in rows] for k, (name, labels) in enumerate(axes)
        }
        table[value] = [float(array[tuple(row)]) for row in rows]
        return table

    e, s = data.economies, data.sectors
    return {
        "trade": columns(data.trade, [("seller", e), ("buyer", e), ("sector", s)], "value"),
        "inputs": columns(data.inputs, [("economy", e), ("input", s), ("user", s)], "value"),
        "tariff": columns(data.tariff, [("seller", e), ("buyer", e), ("sector", s)], "rate"),
        "elasticities": {"sector": list(s), "theta": list(data.theta), "se": [0.5] * len(s)},
    }


def written(folder: Path, tables: dict[str, dict[str, list[object]]], kind: str) -> dict[str, Path]:
    paths = {}
    for name, table in tables.items():
        paths[name] = folder / f"{name}.{kind}"
        if kind == "parquet":
            pyarrow = pytest.importorskip("pyarrow")
            parquet = pytest.importorskip("pyarrow.parquet")
            parquet.write_table(pyarrow.table(table), paths[name])
            continue
        with paths[name].open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table)
            writer.writerows(zip(*table.values(), strict=True))
    return paths


@pytest.mark.parametrize("kind", ["csv", "parquet", "columns"])
def test_long_tables_give_the_same_dataset(kind: str, tmp_path: Path) -> None:
    data = random_dataset()
    tables = long_tables(data)
    given = tables if kind == "columns" else written(tmp_path, tables, kind)
    read = from_tables(**given)  # type: ignore[arg-type]
    assert read.economies == data.economies
    assert read.sectors == data.sectors
    for name in ("trade", "inputs", "tariff", "theta", "value_added", "final_demand"):
        np.testing.assert_allclose(getattr(read, name), getattr(data, name), rtol=1e-12, atol=1e-9)
    assert read.theta_se is not None
    assert len(read.provenance) == 6


def test_tables_tell_every_mistake_with_its_line(tmp_path: Path) -> None:
    tables = long_tables(random_dataset())
    tables["trade"]["value"][3] = "many"
    tables["inputs"]["economy"][0] = "E0O"
    tables["tariff"]["sector"][2] = "S7"
    tables["elasticities"]["theta"][1] = ""
    for column in tables["trade"].values():
        column.append(column[0])
    with pytest.raises(InputError) as error:
        from_tables(**written(tmp_path, tables, "csv"))
    text = str(error.value)
    assert "trade.csv line 5 value: 'many' is not a number" in text
    assert "inputs.csv line 2 economy 'E0O': is not known (nearest: E0" in text
    assert "tariff.csv line 4 sector 'S7'" in text
    assert "elasticities.csv line 3 theta" in text
    assert "again (one row a cell)" in text


def test_tables_tell_missing_columns_files_and_kinds(tmp_path: Path) -> None:
    tables = long_tables(random_dataset())
    tables["trade"]["valu"] = tables["trade"].pop("value")
    paths = written(tmp_path, tables, "csv")
    with pytest.raises(InputError) as error:
        from_tables(paths["trade"], tmp_path / "none.csv", elasticities=tmp_path / "trade.csv")
    text = str(error.value)
    assert "has no column 'value'" in text
    assert "column 'valu': is not known (nearest: value)" in text
    assert "none.csv: is not a file" in text
    (tmp_path / "x.txt").write_text("a\n")
    with pytest.raises(InputError, match="unknown kind"):
        from_tables(tmp_path / "x.txt", elasticities=paths["elasticities"])
    (tmp_path / "short.csv").write_text("sector,theta\nS0\n")
    with pytest.raises(InputError, match="line 2: has 1 cells"):
        from_tables(paths["trade"], elasticities=tmp_path / "short.csv")


def icio_file(path: Path, *, negative: bool = False) -> np.ndarray:
    """A file in the layout of the OECD's YYYY_SML.csv: 3 economies, 2 industries, 2 final uses. Returns its flows."""
    draw = np.random.default_rng(0)
    economies, industries, uses = ("AAA", "BBB", "CCC"), ("A01_02", "C10T12"), ("HFCE", "INVNT")
    sellers = [f"{e}_{i}" for e in economies for i in industries]
    users = [f"{e}_{i}" for e in economies for i in industries]
    finals = [f"{e}_{u}" for e in economies for u in uses]
    flows = np.hstack([draw.uniform(1.0, 5.0, (6, 6)), draw.uniform(5.0, 20.0, (6, 6))])
    if negative:
        flows[0, 3], flows[0, 2], flows[0, 8], flows[0, 9] = 0.1, 0.1, 0.1, -7.0
    taxes = draw.uniform(0.1, 0.2, 12)
    output = flows.sum(1)
    added = output - flows[:, :6].sum(0) - taxes[:6]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["V1", *users, *finals, "OUT"])
        for name, row, total in zip(sellers, flows, output, strict=True):
            writer.writerow([name, *row, total])
        writer.writerow(["TLS", *taxes, ""])
        writer.writerow(["VA", *added, *[0.0] * 6, ""])
        writer.writerow(["OUT", *output, *[""] * 6, ""])
    return flows


def test_icio_layout(tmp_path: Path) -> None:
    path = tmp_path / "2022_SML.csv"
    flows = icio_file(path)
    data = from_icio(path, {"A01_02": 4.0, "C10T12": 6.0})
    assert data.economies == ("AAA", "BBB", "CCC")
    assert data.sectors == ("A01_02", "C10T12")
    assert data.trade[0, 1, 0] == pytest.approx(flows[0, 2:4].sum() + flows[0, 8:10].sum())
    assert data.inputs[1, 0, 1] == pytest.approx(flows[[0, 2, 4], 3].sum())
    assert data.trade.sum() == pytest.approx(flows.sum())
    assert not audit(data).problems
    model = calibrate(data)
    np.testing.assert_allclose(solve(model, Shock()).real_income_hat, 1.0, rtol=1e-12)
    merged = from_icio(
        path, 5.0, economies={"CCC": "rest", "BBB": "rest"}, sectors={"A01_02": "all", "C10T12": "all"}
    )
    assert merged.trade.shape == (2, 2, 1)
    assert merged.trade[0, 1, 0] == pytest.approx(data.trade[0, 1:].sum())
    assert merged.inputs.sum() == pytest.approx(data.inputs.sum())


def test_icio_negatives_are_found_and_mended(tmp_path: Path) -> None:
    path = tmp_path / "2022_SML.csv"
    icio_file(path, negative=True)
    data = from_icio(path, 5.0)
    with pytest.raises(InputError, match="trade of AAA to BBB, A01_02: is negative"):
        calibrate(data)
    mended = repairs.residual_value_added(repairs.residual_final_demand(repairs.zero_negative_flows(data)))
    calibrate(mended)
    assert len(mended.provenance) == len(data.provenance) + 3


def test_icio_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "2022_SML.csv"
    icio_file(path)
    with pytest.raises(InputError, match="'AAB': is not known"):
        from_icio(path, 5.0, economies={"AAB": "rest"})
    with pytest.raises(InputError, match="elasticity of sector 'C10T12': is missing"):
        from_icio(path, {"A01_02": 4.0})
    with pytest.raises(InputError, match="not a file"):
        from_icio(tmp_path / "none.csv", 5.0)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="layout of YYYY_SML"):
        from_icio(other, 5.0)
    other.write_text(
        path.read_text().replace("\nAAA_A01_02,", "\nAAA_A01_02,x").replace("\nBBB_C10", "\nBBBC10")
    )
    with pytest.raises(InputError) as error:
        from_icio(other, 5.0)
    assert "line 2: has cells that are not numbers" in str(error.value)
    assert "line 5: 'BBBC10T12' is no seller" in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seller,buyer,sector,value\nA,A,x,6\n\nA,A,x,7\n", "t.csv line 4: gives A, A, x again"),
        ("seller,buyer,sector,value,value\nA,A,x,6,7\n", "names the column 'value' 2 times"),
        ('seller,buyer,sector,value\nA,A,x,"6,5"\n', "line 2 value: '6,5' is not a number"),
        ("seller;buyer;sector;value\nA;A;x;6\n", "has no column 'seller'"),
    ],
)
def test_odd_files_are_named(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text)
    (tmp_path / "theta.csv").write_text("sector,theta\nx,5\n")
    with pytest.raises(InputError) as error:
        from_tables(tmp_path / "t.csv", elasticities=tmp_path / "theta.csv")
    assert message in str(error.value)


def test_other_encodings_and_blank_lines(tmp_path: Path) -> None:
    text = "seller,buyer,sector,value\r\nÅ,Å,x,6\r\n\r\n"
    thetas = {"sector": ["x "], "theta": [5]}
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert from_tables(tmp_path / "t.csv", elasticities=thetas).trade.sum() == 6.0
    for encoding in ("latin-1", "utf-16"):
        (tmp_path / "t.csv").write_bytes(text.encode(encoding))
        with pytest.raises(InputError, match="not in UTF-8"):
            from_tables(tmp_path / "t.csv", elasticities=thetas)
        with pytest.raises(InputError, match="not in UTF-8"):
            from_icio(tmp_path / "t.csv", 5.0)


def test_columns_of_different_lengths_and_cells_without_a_name() -> None:
    thetas = {"sector": ["x"], "theta": [5]}
    rows = {"seller": ["A", None], "buyer": ["A", "A"], "sector": ["x", "x"], "value": [1, 1]}
    with pytest.raises(InputError, match="line 2 seller ''"):
        from_tables(rows, elasticities=thetas)
    with pytest.raises(InputError, match="value 1"):
        from_tables({**rows, "value": [1]}, elasticities=thetas)
    with pytest.raises(InputError, match="no table but int"):
        from_tables(3, elasticities=thetas)


def test_icio_rows_and_columns_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "2022_SML.csv"
    icio_file(path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], lines[1], *lines[2:]]))
    with pytest.raises(InputError, match="row AAA_A01_02: is there 2 times"):
        from_icio(path, 5.0)
    path.write_text("\n".join([lines[0], lines[1].rpartition(",")[0], *lines[2:]]))
    with pytest.raises(InputError, match="line 2: has 13 cells"):
        from_icio(path, 5.0)
    path.write_text("\n".join([lines[0].replace("BBB_HFCE", "AAA_HFCE"), *lines[1:]]))
    with pytest.raises(InputError, match="column AAA_HFCE: is there 2 times"):
        from_icio(path, 5.0)


def test_shapes_are_never_broadcast() -> None:
    data = random_dataset()
    with pytest.raises(InputError, match=r"tariff: has shape \(4, 4, 1\)"):
        replace(data, tariff=np.full((4, 4, 1), 0.1))
    with pytest.raises(InputError) as error:
        from_shares(data.economies, data.sectors, data.trade, 0.5, np.full((1, 3, 3), 0.1), theta=4.0)
    places = [problem.place for problem in error.value.problems]
    assert places == ["dataset labour_share", "dataset input_share"]
    with pytest.raises(InputError, match="dataset trade: does not hold numbers"):
        from_arrays(["A"], ["x"], [[["a"]]], theta=4.0)  # type: ignore[arg-type]


def test_what_a_caller_does_later_changes_nothing() -> None:
    trade = np.array([[[6.0], [1.0]], [[1.0], [6.0]]])
    data = from_arrays(["A", "B"], ["x"], trade, theta=5.0)
    model = calibrate(data)
    trade[0, 0] = -100.0
    assert data.trade.min() == 1.0
    for array in (data.trade, data.theta, model.theta, model.import_share, model.closure.share):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = -1.0


def test_whole_numbers_are_numbers() -> None:
    data = from_arrays(["A", "B"], ["x"], np.array([[[6], [1]], [[1], [6]]]), theta=5)
    solution = solve(calibrate(data), Shock(labour_hat=[2, 2]))  # type: ignore[arg-type]
    np.testing.assert_allclose(solution.real_income_hat, 2.0, rtol=1e-9)


def test_rates_in_per_cent_are_noticed() -> None:
    data = random_dataset()
    assert any("0.05 for 5 %" in note for note in audit(replace(data, tariff=100.0 * data.tariff)).notes)
    assert not any("0.05 for 5 %" in note for note in audit(data).notes)


def test_labels_are_not_dropped_in_silence() -> None:
    """A series in another order than the model's would be misread without a word."""

    class Series:
        index = ("B", "A")

        def to_numpy(self) -> np.ndarray:
            return np.array([1.0, 2.0])

        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            return self.to_numpy()

    with pytest.raises(InputError, match=r"shock labour_hat: has labels \(Series\)"):
        Shock(labour_hat=Series())  # type: ignore[arg-type]


def test_small_cells_must_add_up_too() -> None:
    """A gap is measured against its own cell, not hidden behind the largest."""
    data = random_dataset(gaps=False)
    trade, use, rates = data.trade.copy(), data.inputs.copy(), data.tariff
    trade[1, :, 1] *= 1e-4
    use[1, :, 1] *= 1e-4
    small = from_arrays(data.economies, data.sectors, trade, use, theta=4.0, tariff=rates)
    assert "costs" not in str(audit(small).problems)
    wrong = replace(small, value_added=with_cell(small.value_added, (1, 1), 1.0001 * small.value_added[1, 1]))
    assert any("costs of E01, S1" in problem.place for problem in audit(wrong).problems)
