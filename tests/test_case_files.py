"""Cases: their files come together, every name in them is known, and the shipped one is sound."""

from __future__ import annotations

import csv
import dataclasses
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

import pytest

from landbridge.errors import InputError, Problem
from landbridge.measures import (
    BorderTime,
    Case,
    Known,
    KnownCrossing,
    case,
    check_case,
    known,
    load_case,
    load_known,
    quotes_of,
    shipped_cases,
)
from measures_fixture import BODIES, RECORD, one, write

KNOWN = Known(
    places=frozenset({"Dostyk", "Moyynty", "Almaty", "Ürümqi", "Xi’an", "Lianyungang"}),
    crossings=(
        KnownCrossing("Alashankou/Dostyk", "rail", ("CHN", "KAZ"), gauge_break=True),
        KnownCrossing("Alashankou/Dostyk", "road", ("CHN", "KAZ")),
        KnownCrossing("Khorgos/Nur Zholy", "road", ("CHN", "KAZ")),
        KnownCrossing("Saryagash/Keles", "rail", ("KAZ", "UZB")),
    ),
    ports=frozenset({"Aktau", "Alat", "Lianyungang"}),
    goods=frozenset({"A01_02", "C20", "C29"}),
    services=frozenset({"J", "K", "H52_53"}),
    economies=frozenset({"CHN", "KAZ", "UZB", "RUS"}),
)


CASE = """
name = "test"
title = "A test case"
baseline_date = 2017-06-08
parties = ["CHN", "KAZ"]
neighbours = ["UZB"]
economy_year = 2022
city_pairs = [["Urumqi", "Almaty"], ["Xi'an", "Lianyungang"]]
left_out = ["Everything else."]
[document]
title = "A readout"
[[side]]
id = "A03.b"
label = "corridors"
country = "KAZ"
alignment = "A03"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    read_record = case._read_record
    monkeypatch.setattr(case, "_read_record", lambda path: RECORD if path.is_file() else read_record(path))
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    (tmp_path / "record.json").write_text("{}", encoding="utf-8")
    return tmp_path


def checked(folder: Path, *tables: str) -> list[Problem]:
    write(folder, *tables)
    return check_case(load_case(folder), KNOWN)


def test_a_sound_case_has_no_problem(folder: Path) -> None:
    tables = [one(kind, name=f"M{number:02}") for number, kind in enumerate(BODIES, start=1)]
    assert checked(folder, *tables) == []
    loaded = load_case(folder)
    assert [measure.id for measure in loaded.measures_of("A03.b")] == [
        f"M{n:02}" for n in range(1, len(BODIES) + 1)
    ]
    assert loaded.measures_of("A03.a") == ()


@pytest.mark.parametrize(
    ("kind", "old", "new", "message", "remedy"),
    [
        ("ntm", '"A01_02"', '"A01-02"', 'unknown sector "A01-02"', "nearest: A01_02"),
        ("ntm", '"A01_02"', '"J"', '"J" is a sector of services', "allowed: A01_02, C20, C29"),
        ("services_cost", '"J"', '"C29"', '"C29" is a sector of goods', "allowed: H52_53, J, K"),
        ("productivity", '"C20"', '"C2O"', 'unknown sector "C2O"', "C20"),
        ("productivity", '"KAZ"', '"KZA"', 'unknown economy "KZA"', "nearest: KAZ"),
        ("ntm", 'importers = ["CHN"]', 'importers = ["CHI"]', 'unknown economy "CHI"', "nearest: CHN"),
        ("link", 'side = "A03.b"', 'side = "A03.a"', 'unknown side "A03.a"', "nearest: A03.b"),
        ("link", '"C14", "A03"', '"C15"', 'unknown clause "C15"', "C14"),
        ("link", '"Moyynty"', '"Moynty"', 'unknown place "Moynty"', "nearest: Moyynty"),
        (
            "link",
            'places = ["Dostyk"',
            'countries = ["KZA"]\nplaces = ["Dostyk"',
            'unknown country "KZA"',
            "KAZ",
        ),
        ("service", '"Alat"', '"Alet"', 'unknown port "Alet"', "nearest: Alat"),
        ("port_access", '"Aktau"', '"Aqtau"', 'unknown port "Aqtau"', "nearest: Aktau"),
        (
            "border_time",
            "Alashankou/Dostyk",
            "Alashankou/Druzhba",
            "unknown rail crossing",
            "Alashankou/Dostyk",
        ),
        ("border_time", "Alashankou/Dostyk", "Khorgos/Nur Zholy", "is no rail crossing", "known by road"),
        ("border_time", "mode =", 'direction = "KAZ>UZB"\nmode =', "does not cross", "CHN>KAZ, KAZ>CHN"),
        ("transfer", "Alashankou/Dostyk", "Saryagash/Keles", "gauge does not change", "Alashankou/Dostyk"),
        (
            "transfer",
            'crossing = "Alashankou/Dostyk"',
            'terminal = "Almata"',
            "unknown place",
            "nearest: Almaty",
        ),
        (
            "digital_customs",
            '["CHN", "KAZ"]',
            '["CHN", "UZB"]',
            "no crossing joins CHN and UZB",
            "CHN-KAZ, KAZ-UZB",
        ),
        ("link", "2019-01-01", "2017-06-07", "before the baseline of 2017-06-08", "belongs to the baseline"),
    ],
)
def test_unknown_names(kind: str, old: str, new: str, message: str, remedy: str, folder: Path) -> None:
    (problem,) = checked(folder, one(kind, (old, new)))
    assert message in problem.message
    assert remedy in problem.remedy
    assert "measures.toml:3 M01 " in problem.place


def test_payers_are_countries(folder: Path) -> None:
    capex = 'capex = { usd_million = 10, payers = { KZA = 1 }, citation = "x" }\n'
    (problem,) = checked(folder, one("link") + capex)
    assert problem.place.endswith("capex.payers")


def test_names_of_the_case_file(folder: Path) -> None:
    write(folder, one("link"))
    sound = load_case(folder)
    side = sound.sides[0].model_copy(update={"alignment": "A04", "country": "RUS"})
    wrong = dataclasses.replace(
        sound, sides=(sound.sides[0], side), city_pairs=(("Almarta", "Dostyk"),), neighbours=("UZZ",)
    )
    messages = [problem.message for problem in check_case(wrong, KNOWN)]
    assert messages == [
        'unknown economy "UZZ"',
        '"Almarta" is not a known place',
        '"Dostyk" is a station, not a city',
        "A03.b is used twice",
        'unknown clause "A04"',
        'unknown party "RUS"',
        "A03.b does not belong to A04",
    ]


@pytest.mark.parametrize(
    ("pair", "message", "remedy"),
    [
        (("Urumqi", "\u00dcr\u00fcmqi"), "are the same city", "two different cities"),
        (("Almaty", "Kuryk"), '"Kuryk" is a port, not a city', "name a city of zones.csv"),
        (("Almaty", "Khorgos/Altynkol"), "is a crossing, not a city", "name a city of zones.csv"),
        (("Almarty", "Xi'an"), '"Almarty" is not a known place', "Almaty"),
    ],
)
def test_city_pairs_are_two_different_cities(
    pair: tuple[str, str], message: str, remedy: str, folder: Path
) -> None:
    write(folder, one("link"))
    (problem,) = check_case(dataclasses.replace(load_case(folder), city_pairs=(pair,)), KNOWN)
    assert problem.place.endswith("case.toml city_pairs")
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_saving_of_all_the_value_of_goods_is_refused(folder: Path) -> None:
    (problem,) = checked(folder, one("ntm", ("high = -3", "high = -100")))
    assert problem.place.endswith("M01 value")
    assert "-100 percentage points" in problem.message


def test_the_rest_of_the_world_is_no_country(folder: Path) -> None:
    names = dataclasses.replace(KNOWN, economies=KNOWN.economies | {"ROW"})
    ntm = one("ntm", ('importers = ["CHN"]', 'importers = ["ROW"]'), name="M02")
    write(folder, one("border_time", ("mode =", 'traffic = ["ROW"]\nmode =')), ntm)
    (problem,) = check_case(load_case(folder), names)
    assert problem.place.endswith("M01 traffic")
    assert problem.message == 'unknown country "ROW"'


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_case(folder)
    return [problem.message for problem in caught.value.problems]


def test_wrong_shapes_and_wrong_names_come_together(folder: Path) -> None:
    bad_unit = one("border_time", ('unit = "h"', 'unit = "km"'))
    bad_place = one("link", ('"Moyynty"', '"Moynty"'), name="M02")
    bad_sector = one("ntm", ('"A01_02"', '"A01-02"'), name="M03")
    write(folder, bad_unit, bad_place, bad_sector)
    unit, place, sector = errors_of(folder)
    assert 'unit "km" does not fit' in unit
    assert place == 'unknown place "Moynty"'
    assert sector == 'unknown sector "A01-02"'


def test_measures_are_read_although_the_case_file_is_wrong(folder: Path) -> None:
    (folder / "case.toml").write_text(CASE.replace("neighbours", "neighbors"), encoding="utf-8")
    write(folder, one("link", ('"Moyynty"', '"Moynty"')), one("ntm", ("mid = -2", "mid = -9"), name="M02"))
    assert [message.split()[0] for message in errors_of(folder)] == ["unknown", "low", "unknown"]


def test_files_may_begin_with_a_byte_order_mark(folder: Path) -> None:
    write(folder, one("link"))
    for name in ("case.toml", "measures.toml"):
        path = folder / name
        path.write_text("\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert [measure.id for measure in load_case(folder).measures] == ["M01"]


def test_no_name_is_no_case() -> None:
    with pytest.raises(InputError, match=r"no case is named .*china-kazakhstan-2017"):
        load_case("")


def test_problems_of_all_files_of_a_case_come_together(folder: Path) -> None:
    (folder / "record.json").unlink()
    with pytest.raises(InputError) as caught:
        load_case(folder)
    places = [Path(problem.place).name for problem in caught.value.problems]
    assert places == ["record.json", "measures.toml"]
    assert "landbridge read" in caught.value.problems[0].remedy


def test_a_case_file_with_wrong_keys(folder: Path) -> None:
    (folder / "case.toml").write_text(CASE.replace("neighbours", "neighbors"), encoding="utf-8")
    with pytest.raises(InputError, match="nearest: neighbours"):
        load_case(folder)


def test_no_such_case_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nearest: china-kazakhstan-2017"):
        load_case("china-kazakstan-2017")
    with pytest.raises(InputError, match=r"case\.toml: the file is missing"):
        load_case(tmp_path)


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Case:
    """The shipped case with the ids of its clauses only: the record has tests of its own."""
    folder = shipped_cases()["china-kazakhstan-2017"]
    clauses = [SimpleNamespace(id=f"C{n:02}", quote="") for n in range(1, 35)]
    alignments = [SimpleNamespace(id=f"A{n:02}", quote="") for n in range(7)]
    record = SimpleNamespace(commitments=clauses, alignments=alignments)
    monkeypatch.setattr(case, "_read_record", lambda path: record)
    return load_case(folder.name)


def test_the_shipped_case_covers_every_side(shipped: Case) -> None:
    assert [side.id for side in shipped.sides] == [f"A{n:02}.{s}" for n in range(2, 7) for s in "ab"]
    for side in shipped.sides:
        own = shipped.measures_of(side.id)
        assert own
        assert all(side.alignment in measure.cites for measure in own)
    assert len(shipped.measures) >= 16
    assert all(measure.note and measure.from_ != "text" for measure in shipped.measures)
    assert all(measure.start >= shipped.baseline_date for measure in shipped.measures)
    assert len(shipped.city_pairs) >= 12


def test_savings_at_a_crossing_stay_within_its_dwell(shipped: Case) -> None:
    table = resources.files("landbridge") / "data" / "network" / "border_crossings.csv"
    dwell: dict[tuple[str, str, str], float] = {}
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        there, back = row["a_iso3"] + ">" + row["b_iso3"], row["b_iso3"] + ">" + row["a_iso3"]
        dwell[row["name"], row["mode"], there] = float(row["dwell_a_to_b_h"])
        dwell[row["name"], row["mode"], back] = float(row["dwell_b_to_a_h"])
    left = dict(dwell)
    for measure in shipped.measures:
        if isinstance(measure, BorderTime):
            left[measure.crossing, measure.mode, measure.direction] += measure.value.high
    assert left != dwell
    assert min(left[key] for key in left if left[key] != dwell[key]) > 0


def test_the_readme_lists_every_measure_with_its_values(shipped: Case) -> None:
    readme = (shipped.folder / "README.md").read_text(encoding="utf-8")
    for measure in shipped.measures:
        value = measure.value
        values = f"{value.low:g} / {value.mid:g} / {value.high:g} {value.unit}"
        row = f"| {measure.id} | {measure.side} | {measure.title} | {values} | {measure.from_} |"
        assert row in readme


def test_the_shipped_case_cites_clauses_of_its_record() -> None:
    loaded = load_case("china-kazakhstan-2017")
    clauses = set(quotes_of(loaded.record))
    assert {clause for measure in loaded.measures for clause in measure.cites} <= clauses
    assert {side.alignment for side in loaded.sides} <= clauses


def test_names_of_the_shipped_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {
        "network/stations.csv": [{"name": "Dostyk"}],
        "network/ports.csv": [{"name": "Aktau"}],
        "network/border_crossings.csv": [
            {
                "name": "A/B",
                "mode": "rail",
                "a_iso3": "CHN",
                "b_iso3": "KAZ",
                "a_gauge_mm": "1435",
                "b_gauge_mm": "1520",
            },
            {
                "name": "A/B",
                "mode": "road",
                "a_iso3": "CHN",
                "b_iso3": "KAZ",
                "a_gauge_mm": "",
                "b_gauge_mm": "",
            },
        ],
    }
    zone = SimpleNamespace(name="Balqash", aliases=("Balkhash",))
    monkeypatch.setattr(known, "read_csv", tables.__getitem__)
    monkeypatch.setattr(known, "load_zones", lambda: (zone,))
    names = load_known(["CHN", "UZB"], ["B05_06", "C20", "D_E", "J"])
    assert names.places == {"Dostyk", "Balqash", "Balkhash"}
    assert names.ports == {"Aktau"}
    assert [(c.mode, c.gauge_break) for c in names.crossings] == [("rail", True), ("road", False)]
    assert names.goods == {"B05_06", "C20"}
    assert names.services == {"D_E", "J"}
    assert names.countries == {"CHN", "UZB", "KAZ"}
