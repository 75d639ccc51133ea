"""Cases and appraisals in Python: tables with units, charts and maps, and the tutorials as they are printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import landbridge
from landbridge.errors import InputError
from landbridge.report import write
from landbridge.report.notebook import DRAWN, OpenAppraisal
from landbridge.report.notebook_charts import _area, _turned
from report_fixture import results as hand_made
from report_sections import with_sections

ROOT = Path(__file__).resolve().parents[1]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))


@pytest.fixture(scope="module")
def appraisal() -> OpenAppraisal:
    return OpenAppraisal(with_sections(hand_made()))


def test_importing_landbridge_stays_light() -> None:
    script = (
        "import sys, landbridge\nlandbridge.open, landbridge.read_results\n"
        "sys.exit(repr({'numpy', 'pydantic', 'jinja2', 'pandas', 'altair', 'xarray'} & set(sys.modules)) * "
        "bool({'numpy', 'pydantic', 'jinja2', 'pandas', 'altair', 'xarray'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_case_opens_by_its_name() -> None:
    case = landbridge.open("china-kazakhstan-2017")
    assert repr(case).startswith("<case china-kazakhstan-2017: 31 measures, parties CHN, KAZ>")
    assert len(case.record.commitments) == 34
    measures, commitments = case.measure_table(), case.commitment_table()
    assert measures.loc["M07", ["mid", "unit"]].tolist() == [20.0, "percent"]
    assert commitments.loc["C13", "alignment"] == "A02"
    assert "M01" in commitments.loc["C13", "measures"]
    with pytest.raises(InputError):
        landbridge.open("no-such-case")
    with pytest.raises(InputError, match="no such option"):
        case.appraise(quik=True)


def test_what_if_options_change_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    case = landbridge.open("china-kazakhstan-2017")
    seen: list[Any] = []

    class StoppedError(Exception):
        pass

    def appraise(changed: Any, options: Any, **_: Any) -> None:
        seen.append((changed, options))
        raise StoppedError

    monkeypatch.setattr("landbridge.appraisal.problems_of", lambda _: [])
    monkeypatch.setattr("landbridge.appraisal.appraise", appraise)
    with pytest.raises(StoppedError):
        case.appraise(year=2017, only=["A06"], without=["M30"], in_year=2025)
    changed, options = seen[0]
    assert [one.id for one in changed.measures] == ["M27", "M28", "M29", "M31"]
    assert (changed.economy_year, changed.in_year, options.in_year) == (2017, 2025, 2025)
    with pytest.raises(InputError, match='"M99" names no measure'):
        case.appraise(without=["M99"])


def test_tables_are_pandas_and_xarray_with_units(appraisal: OpenAppraisal) -> None:
    frame = appraisal.welfare.to_pandas()
    assert frame.attrs["units"]["usd_million"] == "million USD a year"
    assert frame.attrs["title"] == "Change of real income"
    kazakhstan = frame[(frame.iso3 == "KAZ") & (frame.measures == "all")]
    assert kazakhstan.percent.tolist() == [0.5123]
    data = appraisal.trade.to_xarray()
    assert data.baseline_musd.attrs["units"] == "million USD a year"
    assert data.baseline_musd.values.tolist() == [16300.0, 3000.0]
    assert "China" in appraisal.welfare._repr_html_()


def test_coalitions_are_an_array_with_names(appraisal: OpenAppraisal) -> None:
    worth = appraisal.coalitions
    assert worth.attrs["units"] == "percent"
    assert float(worth.sel(coalition="A02.a+A02.b", economy="KAZ")) == pytest.approx(0.5123)
    assert float(worth.sel(coalition="", economy="KAZ")) == 0.0
    with pytest.raises(KeyError, match="not computed"):
        _ = OpenAppraisal(hand_made()).coalitions


@pytest.mark.parametrize("name", list(DRAWN))
def test_every_chart_holds_the_numbers_of_its_table(appraisal: OpenAppraisal, name: str) -> None:
    chart = appraisal[name].plot().to_dict()
    text = json.dumps(chart)
    column = {"synergy": "together", "freight": "baseline_days", "tornado": "at_low"}.get(name, "percent")
    frame = appraisal[name].to_pandas()
    if "iso3" in frame:
        frame = frame[frame.iso3 == "KAZ"]
    if "measures" in frame:
        frame = frame[frame.measures == "all"]
    assert len(frame)
    for value in frame[column]:
        assert json.dumps(float(value)) in text


def test_a_table_without_a_chart_says_so(appraisal: OpenAppraisal) -> None:
    with pytest.raises(NotImplementedError, match="there are charts of welfare"):
        appraisal["provenance"].plot()
    with pytest.raises(KeyError, match=r"no table 'welfar'.*nearest: welfare"):
        _ = appraisal["welfar"]


def test_map_draws_parties_routes_and_measures(appraisal: OpenAppraisal) -> None:
    chart = appraisal.map().to_dict()
    text = json.dumps(chart)
    assert chart["projection"]["type"] == "azimuthalEqualArea"
    for words in ("Kazakhstan", "Lianyungang to Almaty: 14.2 days", "M01 Measure M01", "M02 Measure M02"):
        assert words in text
    assert len(json.dumps(appraisal.map(railways=False).to_dict())) < len(text)


def test_rings_are_turned_to_their_smaller_side() -> None:
    square = [(50.0, 42.0), (50.0, 55.0), (85.0, 55.0), (85.0, 42.0), (50.0, 42.0)]  # clockwise
    assert 0 < _area(square) < 1
    assert _turned(square) == [list(point) for point in square]
    assert _turned(square[::-1]) == [list(point) for point in square]


def test_results_open_from_their_folder(tmp_path: Path) -> None:
    folder = write(hand_made(), tmp_path / "out")
    for path in (folder, folder / "results.json"):
        assert landbridge.read_results(path).results == hand_made()
    with pytest.raises(InputError, match="no results can be read"):
        landbridge.read_results(tmp_path / "nothing")
    (tmp_path / "list.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(InputError, match="not a results document"):
        landbridge.read_results(tmp_path / "list.json")
    assert "<h1>" in landbridge.read_results(folder).html()


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_tutorials_are_stored_with_their_outputs(path: Path) -> None:
    cells = [
        cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"
    ]
    assert cells
    assert all(cell["execution_count"] for cell in cells)
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert sum(output["output_type"] != "stream" for output in outputs) >= 3
    assert not any(output["output_type"] == "error" for output in outputs)
    assert path.stat().st_size < 2_000_000


@pytest.mark.slow
@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_tutorials_run(path: Path, tmp_path: Path) -> None:
    """Every cell, in a process of its own; figures may have moved on, `run.py` stores them anew."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "tutorials" / "run.py"), str(path), "--compare"],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=3000,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_tutorial_for_each_kind_of_user() -> None:
    names: Any = {path.stem for path in TUTORIALS}
    assert names == {"economist", "transport-planner", "analyst-of-agreements"}
