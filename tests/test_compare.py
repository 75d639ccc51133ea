"""Two results side by side: figures of both, differences, notes, and files that are none."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from landbridge.cli import main
from landbridge.errors import InputError
from landbridge.report.compare import as_text, compare, load_results
from report_fixture import results as sample_results


@pytest.fixture
def pair() -> tuple[dict[str, Any], dict[str, Any]]:
    first = sample_results()
    second = copy.deepcopy(first)
    for row in second["welfare"]:
        row["percent"] *= 2
    second["title"] = "The other one"
    second["options"] = {"without": ["A05"], "delay": {"A03.b": 3.0}, "quick": True}
    return first, second


def row(compared: dict[str, Any], what: str, where: str, unit: str) -> dict[str, Any]:
    (found,) = [r for r in compared["rows"] if (r["what"], r["where"], r["unit"]) == (what, where, unit)]
    return dict(found)


class TestCompare:
    def test_the_difference_is_the_second_less_the_first(self, pair: tuple[dict, dict]) -> None:
        found = row(compare(*pair), "real income", pair[0]["parties"][0], "%")
        assert found["second"] == pytest.approx(2 * found["first"])
        assert found["difference"] == pytest.approx(found["first"])
        assert found["first"] != 0

    def test_the_same_twice_differs_in_nothing(self, pair: tuple[dict, dict]) -> None:
        rows = compare(pair[0], pair[0])["rows"]
        assert rows
        assert all(one["difference"] == 0 for one in rows)

    def test_what_only_one_has_is_left_open(self, pair: tuple[dict, dict]) -> None:
        first, second = pair
        second["freight"] = []
        compared = compare(first, second)
        freight = [one for one in compared["rows"] if one["what"] == "freight with everything"]
        assert freight
        assert all(one["second"] is None and one["difference"] is None for one in freight)
        assert any(line.rstrip().split()[-2:-1] == ["-"] for line in as_text(compared) if "days" in line)

    def test_notes_on_what_cannot_be_compared(self, pair: tuple[dict, dict]) -> None:
        first, second = pair
        assert compare(first, second)["notes"] == []
        second["economy_year"] += 1
        second["baseline_date"] = "2020-01-01"
        notes = " ".join(compare(first, second)["notes"])
        assert "prices and trade of each" in notes
        assert "2020-01-01" in notes

    def test_the_text_names_both_and_what_was_asked(self, pair: tuple[dict, dict]) -> None:
        text = "\n".join(as_text(compare(*pair)))
        assert "B: The other one" in text
        assert "without A05" in text
        assert "A03.b+3" in text


class TestFiles:
    def test_a_folder_or_its_file(self, pair: tuple[dict, dict], tmp_path: Path, capsys: Any) -> None:
        for name, results in zip("ab", pair, strict=True):
            (tmp_path / name).mkdir()
            (tmp_path / name / "results.json").write_text(json.dumps(results), encoding="utf-8")
        assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b" / "results.json"), "--json"]) == 0
        compared = json.loads(capsys.readouterr().out)
        assert compared == json.loads(json.dumps(compare(*pair)))
        assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
        assert "real income" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("content", "message"), [("{", "is no JSON"), ("[]", "holds no results"), ("{}", "missing")]
    )
    def test_files_that_are_no_results(self, content: str, message: str, tmp_path: Path) -> None:
        path = tmp_path / "results.json"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            load_results(path)

    def test_processes_are_one_or_more(self, capsys: Any) -> None:
        assert main(["compare", "china-kazakhstan-2017", "middle-corridor-2022", "--jobs", "0"]) == 1
        assert "0 is less than one" in capsys.readouterr().err

    def test_unknown_names_name_the_nearest(self, tmp_path: Path, capsys: Any) -> None:
        assert main(["compare", "china-kazakstan-2017", "china-kazakhstan-2017"]) == 1
        assert "nearest: china-kazakhstan-2017" in capsys.readouterr().err
        assert main(["compare", str(tmp_path), "china-kazakhstan-2017"]) == 1
        assert "results.json: the file is missing" in capsys.readouterr().err
