"""The report's folder: its tables, and that it is written whole, into its own place, or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from landbridge.errors import InputError
from landbridge.report import check_folder, tables, write, writer
from landbridge.report.shape import check
from report_fixture import results as hand_made


@pytest.fixture
def results() -> dict[str, Any]:
    return hand_made()


def test_csv_round_trip(results: dict[str, Any], tmp_path: Path) -> None:
    folder = write(results, tmp_path / "out")
    for table in tables.tables(check(results)):
        text = (folder / "tables" / f"{table.name}.csv").read_text(encoding="utf-8")
        header, *rows = csv.reader(io.StringIO(text))
        assert header == [field.name for field in table.fields]
        assert len(rows) == len(table.rows)
        for written, row in zip(rows, table.rows, strict=True):
            for cell, value in zip(written, row, strict=True):
                if value is None:
                    assert cell == ""
                elif isinstance(value, float):
                    assert float(cell) == value
                else:
                    assert cell == str(value)


def test_tables_hold_every_row_of_the_results(results: dict[str, Any]) -> None:
    built = {table.name: table for table in tables.tables(check(results))}
    assert set(built) == {"welfare", "synergy", "freight", "measures", "commitments", "trade", "provenance"}
    for name in ("welfare", "synergy", "freight", "measures", "trade", "provenance"):
        assert len(built[name].rows) == len(results[name])
    names = [field.name for field in built["freight"].fields]
    assert built["freight"].rows[0][names.index("with_all_days")] == 11.9
    assert built["freight"].rows[0][names.index("baseline_km_rail")] == 4131.0
    assert not any(name.endswith("km_sea") for name in names)  # no journey uses the sea
    assert "baseline_share_short_sea" in names
    assert "p_positive" not in [field.name for field in built["welfare"].fields]
    assert "low" not in [field.name for field in built["synergy"].fields]
    results["welfare"][1]["p_positive"] = 0.9
    welfare = next(table for table in tables.tables(check(results)) if table.name == "welfare")
    assert (welfare.fields[-1].name, welfare.rows[1][-1]) == ("p_positive", 0.9)
    assert built["commitments"].rows[0][1] == 'shorten the wait at "the Gate"'


def test_the_marked_text_lies_beside_the_report(results: dict[str, Any], tmp_path: Path) -> None:
    results["quotations_checked"] = True
    page = "<!doctype html><title>marked</title>"
    folder = write(results, tmp_path / "out", text_page=page)
    assert (folder / "text.html").read_text(encoding="utf-8") == page
    assert 'href="text.html"' in (folder / "report.html").read_text(encoding="utf-8")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert "text.html" in {resource["path"] for resource in package["resources"]}
    write(results, folder)
    assert not (folder / "text.html").exists()
    assert 'href="text.html"' not in (folder / "report.html").read_text(encoding="utf-8")


def test_folder_describes_itself(results: dict[str, Any], tmp_path: Path) -> None:
    folder = write(results, tmp_path / "deep" / "out")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    listed = {resource["path"] for resource in package["resources"]}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == listed | {"datapackage.json"}
    for resource in package["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert resource["sha256"] == hashlib.sha256(data).hexdigest()
    welfare = next(r for r in package["resources"] if r["name"] == "welfare")
    assert {"name": "percent", "type": "number", "unit": "%", "description": "change of real income"} in (
        welfare["schema"]["fields"]
    )
    assert json.loads((folder / "results.json").read_text(encoding="utf-8")) == results
    assert package["licenses"] == [
        {"name": "ODbL-1.0", "title": "ODbL 1.0"},
        {"name": "CC-BY-4.0", "title": "CC BY 4.0"},
    ]
    assert package["sources"] == [
        {"title": "A railway map", "path": "https://example.org/railways"},
        {"title": "Own work"},
    ]


def test_same_results_give_the_same_bytes(results: dict[str, Any], tmp_path: Path) -> None:
    one, two = write(results, tmp_path / "one"), write(results, tmp_path / "two")
    for path in one.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()


def test_own_folder_is_replaced_whole(results: dict[str, Any], tmp_path: Path) -> None:
    write(results, tmp_path / "out")
    results["title"] = "Another title"
    write(results, tmp_path / "out")
    assert "Another title" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_empty_folder_is_used(results: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(results, tmp_path / "out")
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize("name", ["notes.txt", "datapackage.json", "results.json"])
def test_foreign_folder_is_refused_untouched(results: dict[str, Any], tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / name).write_text('{"name": "mine"}', encoding="utf-8")
    with pytest.raises(InputError, match="not empty and Landbridge did not write it"):
        write(results, folder)
    assert [path.name for path in folder.iterdir()] == [name]


def test_own_folder_with_a_stranger_in_it_is_refused(results: dict[str, Any], tmp_path: Path) -> None:
    folder = write(results, tmp_path / "out")
    (folder / "tables" / "mine.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"tables/mine\.csv"):
        write(results, folder)
    assert (folder / "tables" / "mine.csv").exists()


def test_a_file_in_the_way_is_refused(results: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="a file, not a folder"):
        write(results, tmp_path / "out")


def test_failed_rendering_leaves_nothing(
    results: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object, **__: object) -> str:
        raise RuntimeError("no page")

    monkeypatch.setattr(writer, "render_checked", fail)
    with pytest.raises(RuntimeError, match="no page"):
        write(results, tmp_path / "new" / "out")
    assert list(tmp_path.iterdir()) == []


def test_failed_writing_keeps_the_old_folder(
    results: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(results, tmp_path / "out")
    before = (folder / "report.html").read_bytes()
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError("disk full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    results["title"] = "Another title"
    with pytest.raises(InputError, match="disk full"):
        write(results, folder)
    assert (folder / "report.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("below", ["out", "out/deep/er"])
def test_check_folder_refuses_a_file_and_what_lies_below_it(tmp_path: Path, below: str) -> None:
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        check_folder(tmp_path / below)
    assert [path.name for path in tmp_path.rglob("*")] == ["out"]


def test_check_folder_refuses_what_may_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(InputError, match="may not be written"):
        check_folder(tmp_path / "new" / "out")
    assert list(tmp_path.iterdir()) == []


def test_check_folder_refuses_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    with pytest.raises(InputError):
        check_folder(tmp_path / "one" / "out")
    with pytest.raises(InputError, match="no folder can be used here"):
        check_folder(f"{tmp_path}/\0")


def test_check_folder_takes_absent_empty_and_own_folders(results: dict[str, Any], tmp_path: Path) -> None:
    assert check_folder(tmp_path / "a" / "b") == (tmp_path / "a" / "b").resolve()
    assert list(tmp_path.iterdir()) == []
    assert check_folder(tmp_path) == tmp_path.resolve()
    assert check_folder(write(results, tmp_path / "out")) == (tmp_path / "out").resolve()


def test_a_file_of_ours_changed_since_is_kept(results: dict[str, Any], tmp_path: Path) -> None:
    folder = write(results, tmp_path / "out")
    (folder / "tables" / "trade.csv").write_text("my own\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"changed since Landbridge wrote them: tables/trade\.csv"):
        write(results, folder)
    assert (folder / "tables" / "trade.csv").read_text(encoding="utf-8") == "my own\n"


def test_failed_making_of_folders_leaves_nothing(
    results: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left on device"):
        write(results, tmp_path / "new" / "out")
    assert list(tmp_path.iterdir()) == []


def test_interrupted_swap_restores_the_old_folder(
    results: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(results, tmp_path / "out")
    before = (folder / "report.html").read_bytes()
    rename = Path.rename

    def interrupt(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupt)
    results["title"] = "Another title"
    with pytest.raises(KeyboardInterrupt):
        write(results, folder)
    assert (folder / "report.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
