"""The command line: help stays light, statuses and messages are right, nothing is left half-written."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from landbridge.cli import main

ROOT = Path(__file__).resolve().parents[1]
CASE = ROOT / "cases" / "china-kazakhstan-2017"


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from landbridge.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'scipy', 'numba', 'pydantic', 'jinja2', 'pandas', 'jax'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "appraise" in done.stdout


def test_usage_is_status_two() -> None:
    with pytest.raises(SystemExit) as stop:
        main(["appraise"])
    assert stop.value.code == 2


def test_route_by_one_mode(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["route", "Chongqing", "Duisburg", "--mode", "rail", "--json"]) == 0
    routes = json.loads(capsys.readouterr().out)["alternatives"]
    assert {route["chain"] for route in routes} <= {"rail", "rail_sea"}
    assert "KAZ" in routes[0]["legs"][0]["countries"]
    assert main(["route", "Almaty", "Astana", "--mode", "sea"]) == 0
    assert main(["route", "Reykjavik", "Hamburg", "--mode", "rail"]) == 1
    assert "by rail" in capsys.readouterr().err


def test_route_as_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["route", "Lianyungang", "Almaty", "--json"]) == 0
    out = capsys.readouterr()
    document = json.loads(out.out)
    assert document["from"] == "Lianyungang"
    route = document["alternatives"][0]
    assert {"moving", "border", "gauge_change", "port_and_terminal"} == set(route["hours"])
    assert route["legs"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["route", "Lianyungangg", "Almaty"], "Lianyungang"),
        (["route", "Lianyungang", "Almaty", "--class", "bananas"], "manufactures"),
        (["route", "Lianyungang", "Almaty", "--avoid", "KAX"], "KAZ"),
        (["route", "Lianyungang", "Almaty", "--at", "June"], "2017-06-08"),
        (["read", "no-such-file.txt"], "no-such-file.txt"),
        (["appraise", "china-kazakstan"], "china-kazakhstan-2017"),
    ],
)
def test_wrong_input_is_one_line_with_the_remedy(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    out = capsys.readouterr()
    assert out.out == ""
    assert said in out.err
    assert len(out.err.strip().splitlines()) == 1


def edited_case(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """A copy of the shipped case with one text replaced."""
    folder = tmp_path / "case"
    shutil.copytree(CASE, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_an_unknown_sector_is_found_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = edited_case(tmp_path, "measures.toml", '"C10T12"', '"C10T13"')
    out = tmp_path / "out"
    assert main(["appraise", str(folder), "-o", str(out)]) == 1
    said = capsys.readouterr().err
    assert "C10T13" in said
    assert "C10T12" in said
    assert "measures.toml" in said
    assert not out.exists()


def test_a_case_without_measures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "case"
    shutil.copytree(CASE, folder)
    (folder / "measures.toml").unlink()
    assert main(["appraise", str(folder), "-o", str(tmp_path / "out")]) == 1
    assert "measures.toml" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_shipped_case_has_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "china-kazakhstan-2017"]) == 0
    assert "nothing wrong" in capsys.readouterr().out


def test_a_truncated_data_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from landbridge.world.data import data_folder

    copy = tmp_path / "data"
    shutil.copytree(data_folder(), copy)
    content = (copy / "network" / "sea.npz").read_bytes()
    (copy / "network" / "sea.npz").write_bytes(content[: len(content) // 2])
    monkeypatch.setenv("LANDBRIDGE_DATA", str(copy))
    assert main(["data", "verify"]) == 1
    assert "sea.npz" in capsys.readouterr().err


def test_the_shipped_data_is_as_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "verify"]) == 0
    assert main(["data", "list", "--json"]) == 0
    out = capsys.readouterr().out
    assert '"licence"' in out


def test_data_build_says_what_it_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "build"]) == 1
    assert "--downloads" in capsys.readouterr().err
    assert main(["data", "build", "--downloads", str(tmp_path)]) == 1
    assert "sanction_simulator" in capsys.readouterr().err


def test_an_altered_quotation_stops_the_appraisal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "talks.txt"
    source.write_text("Some other text that the record was not read from. " * 20, encoding="utf-8")
    out = tmp_path / "out"
    assert main(["appraise", "china-kazakhstan-2017", "--source", str(source), "-o", str(out)]) == 1
    assert "not the text the record was read from" in capsys.readouterr().err
    assert not out.exists()


def test_a_bad_output_folder_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "thesis"
    mine.mkdir()
    (mine / "chapter.txt").write_text("mine", encoding="utf-8")
    assert main(["appraise", "china-kazakhstan-2017", "-o", str(mine)]) == 1
    said = capsys.readouterr().err
    assert "thesis" in said
    assert "coalition" not in said
    assert (mine / "chapter.txt").read_text(encoding="utf-8") == "mine"


def test_a_station_is_no_city_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = edited_case(tmp_path, "case.toml", '["Almaty", "Aktau"]', '["Dostyk", "Aktau"]')
    assert main(["check", str(folder)]) == 1
    assert "city_pairs" in capsys.readouterr().err


def test_check_as_json_lists_the_problems_of_a_case_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "no-such-case", "--json"]) == 1
    problems = json.loads(capsys.readouterr().out)
    assert problems[0]["place"] == "no-such-case"


def test_an_interrupt_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("landbridge.cli.data.run", interrupted)
    assert main(["data", "list"]) == 130
    assert capsys.readouterr().err == "landbridge: stopped\n"


def test_the_page_is_stopped_without_a_traceback(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn")
    command = [sys.executable, "-m", "landbridge", "serve", "--port", "0", "--cache", str(tmp_path)]
    page = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert page.stdout is not None
    try:
        address = page.stdout.readline().removeprefix("The page is at ").strip()
        with urlopen(address, timeout=30) as answer:  # it answers, so that it listens to signals too
            assert answer.status == 200
        page.send_signal(signal.SIGINT)
        _, told = page.communicate(timeout=60)
    finally:
        page.kill()
    assert page.returncode == 0
    assert "Traceback" not in told
