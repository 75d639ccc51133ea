"""Measures and cases: what the files may say, and that every problem is named with its place and remedy."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

import pytest

from landbridge.errors import InputError, Problem
from landbridge.measures import (
    KINDS,
    BorderTime,
    Case,
    Known,
    KnownCrossing,
    Link,
    Setting,
    Side,
    case,
    check_case,
    known,
    load_case,
    load_known,
    load_measures,
    quotes_of,
    shipped_cases,
)
from landbridge.measures.load import numbers_in
from landbridge.measures.problems import table_lines
from landbridge.measures.schema import LEVELS

HEAD = 'schema = "measures/0.1"\n'
COMMON = """
[[measure]]
id = "{id}"
title = "A test measure"
side = "A03.b"
cites = ["C14", "A03"]
start = 2019-01-01
from = "assumption"
citation = "a reasoned guess"
"""
BORDER = """kind = "border_time"
crossing = "Alashankou/Dostyk"
mode = "rail"
value = { low = -1, mid = -2.5, high = -4.0, unit = "h" }
"""
BODIES = {
    "capacity": """
mode = "rail"
crossing = "Alashankou/Dostyk"
value = { low = 2.0, mid = 5.0, high = 9.0, unit = "trains/day" }
""",
    "link": 'mode = "rail"\naction = "upgrade"\nplaces = ["Dostyk", "Moyynty"]\n'
    'value = { low = 5, mid = 10, high = 15, unit = "percent" }\n',
    "border_time": BORDER.removeprefix('kind = "border_time"\n'),
    "service": 'mode = "sea"\nplaces = ["Aktau", "Alat"]\n'
    'value = { low = -5, mid = -10, high = -15, unit = "h" }\n',
    "port_access": 'port = "Aktau"\nvalue = { low = -1, mid = -2, high = -3, unit = "USD/t" }\n',
    "transfer": 'crossing = "Alashankou/Dostyk"\nvalue = { low = -1, mid = -2, high = -3, unit = "h" }\n',
    "freight_rate": 'mode = "rail"\ncountries = ["KAZ"]\n'
    'value = { low = -1, mid = -2, high = -3, unit = "percent" }\n',
    "ntm": 'exporters = ["KAZ"]\nimporters = ["CHN"]\nsectors = ["A01_02"]\n'
    'value = { low = -1, mid = -2, high = -3, unit = "percentage points" }\n',
    "tariff": 'exporters = ["KAZ"]\nimporters = ["CHN"]\nsectors = ["A01_02"]\n'
    'value = { low = -1, mid = -2, high = -3, unit = "percentage points" }\n',
    "productivity": 'country = "KAZ"\nsectors = ["C20"]\n'
    'value = { low = 0.1, mid = 0.2, high = 0.3, unit = "percent" }\n',
    "services_cost": 'exporters = ["CHN"]\nimporters = ["KAZ"]\nsectors = ["J"]\n'
    'value = { low = -1, mid = -2, high = -3, unit = "percent" }\n',
    "digital_customs": 'pair = ["CHN", "KAZ"]\n'
    "documents_usd_per_t = { low = -0.1, mid = -0.2, high = -0.3 }\n"
    'value = { low = -1, mid = -2, high = -3, unit = "percent" }\n',
}
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
RECORD = SimpleNamespace(
    commitments=[
        SimpleNamespace(id="C14", quote="strategic synergy between the corridors"),
        SimpleNamespace(id="C18", quote="raise the speed by 12.5 per cent on 1,200 km"),
    ],
    alignments=[SimpleNamespace(id="A03", quote="the corridors of both sides")],
)
QUOTES = {clause.id: clause.quote for clause in (*RECORD.commitments, *RECORD.alignments)}


def one(kind: str, *changes: tuple[str, str], body: str = "", name: str = "M01") -> str:
    """A measure of a kind as TOML, with parts of it replaced."""
    text = COMMON.format(id=name) + f'kind = "{kind}"\n' + (body or BODIES[kind])
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def write(folder: Path, *tables: str, head: str = HEAD) -> Path:
    path = folder / "measures.toml"
    path.write_text(head + "".join(tables), encoding="utf-8")
    return path


def problems(path: Path, quotes: dict[str, str] | None = None) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load_measures(path, quotes)
    return list(caught.value.problems)


def sole_problem(folder: Path, *tables: str, quotes: dict[str, str] | None = None) -> Problem:
    found = problems(write(folder, *tables), quotes)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_loads(kind: str, tmp_path: Path) -> None:
    (measure,) = load_measures(write(tmp_path, one(kind)))
    assert measure.kind == kind
    assert measure.from_ == "assumption"
    assert measure.start == dt.date(2019, 1, 1)
    assert measure.probability == 1.0
    low, _, high = measure.value.levels
    assert low != high


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_unit_names_the_allowed_ones(kind: str, tmp_path: Path) -> None:
    unit = KINDS[kind].units or ("percent",)
    problem = sole_problem(tmp_path, one(kind, (f'unit = "{load_unit(kind)}"', 'unit = "furlong"')))
    assert '"furlong" does not fit' in problem.message
    assert problem.place.endswith("M01 value.unit")
    assert all(name in problem.remedy for name in unit)


def load_unit(kind: str) -> str:
    return BODIES[kind].split('unit = "')[1].split('"')[0]


def test_a_problem_has_file_line_id_and_key(tmp_path: Path) -> None:
    path = write(tmp_path, one("link"), one("border_time", ('mode = "rail"', 'mode = "canal"'), name="M02"))
    (problem,) = problems(path)
    second_table = table_lines(path.read_text(), "measure")[1]
    assert problem.place == f"{path}:{second_table} M02 mode"
    assert "'rail' or 'road'" in problem.remedy


def test_all_problems_of_a_file_come_together(tmp_path: Path) -> None:
    bad_unit = one("link", ('unit = "percent"', 'unit = "h"'))
    bad_order = one("border_time", ("low = -1,", "low = -3,"), name="M02")
    bad_key = one("ntm", ("sectors =", "sector ="), name="M03")
    found = problems(write(tmp_path, bad_unit, bad_order, bad_key))
    assert [p.place.split()[1] for p in found] == ["M01", "M02", "M03", "M03"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("low = -1, mid = -4, high = -2.5", "do not go one way"),
        ("low = -4, mid = -2.5, high = -1", "low is the smallest effect"),
        ("low = -1, mid = nan, high = -4", "finite number"),
        ('low = "-1", mid = -2, high = -4', "valid number"),
    ],
)
def test_values_must_be_monotone_numbers(values: str, message: str, tmp_path: Path) -> None:
    table = one("border_time", ("low = -1, mid = -2.5, high = -4.0", values))
    problem = sole_problem(tmp_path, table)
    assert message in f"{problem.message} {problem.remedy}"
    assert " M01 value" in problem.place


def test_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    problem = sole_problem(tmp_path, one("border_time", ("crossing =", 'directoin = "both"\ncrossing =')))
    assert problem.message == 'unknown key "directoin"'
    assert problem.remedy.startswith("nearest: direction")


def test_unknown_key_of_a_nested_table_lists_its_own_keys(tmp_path: Path) -> None:
    problem = sole_problem(tmp_path, one("border_time", ("mid = -2.5", "middle = -2, mid = -2.5")))
    assert problem.place.endswith("M01 value.middle")
    assert problem.remedy.endswith("allowed: high, low, mid, unit")


def test_the_key_of_evidence_is_from_alone(tmp_path: Path) -> None:
    found = problems(write(tmp_path, one("link", ("from =", "from_ ="))))
    assert {p.message for p in found} == {'the key "from" is missing', 'unknown key "from_"'}


@pytest.mark.parametrize("key", ["citation", "cites", "side", "value", "start", "title", "from"])
def test_a_missing_key_is_named(key: str, tmp_path: Path) -> None:
    lines = [line for line in one("border_time").splitlines(keepends=True) if not line.startswith(f"{key} =")]
    problem = sole_problem(tmp_path, "".join(lines))
    assert problem.message == f'the key "{key}" is missing'


def test_an_empty_citation_is_no_citation(tmp_path: Path) -> None:
    problem = sole_problem(tmp_path, one("link", ('"a reasoned guess"', '"  "')))
    assert problem.place.endswith("M01 citation")


def test_unknown_kind_names_the_nearest(tmp_path: Path) -> None:
    problem = sole_problem(tmp_path, one("border_time", ('"border_time"', '"bordertime"')))
    assert problem.remedy.startswith("nearest: border_time")


@pytest.mark.parametrize(
    ("kind", "old", "new", "message"),
    [
        ("link", 'action = "upgrade"', 'action = "add"', 'unit "percent" does not fit'),
        ("link", 'action = "upgrade"', 'action = "upgrade"\nlength_km = 5', 'belong to action "add" only'),
        ("link", '["Dostyk", "Moyynty"]', '["Dostyk"]', "at least 2 items"),
        ("link", 'unit = "percent"', 'unit = "percent" }\nprobability = 1.5\n#', "less than or equal to 1"),
        ("transfer", 'crossing = "Alashankou/Dostyk"', "", "give crossing or terminal"),
        ("transfer", "crossing =", 'terminal = "Almaty"\ncrossing =', "give crossing or terminal"),
        ("freight_rate", 'countries = ["KAZ"]', "", "give countries or places"),
        (
            "freight_rate",
            "low = -1, mid = -2, high = -3",
            "low = -1, mid = -2, high = -100",
            "leaves nothing",
        ),
        ("service", '["Aktau", "Alat"]', '["Aktau", "Alat", "Poti"]', "between two ports"),
        ("digital_customs", '["CHN", "KAZ"]', '["KAZ", "KAZ"]', "two different countries"),
        ("border_time", "mode =", 'direction = "CHN-KAZ"\nmode =', "wrong form"),
        ("border_time", "start = 2019-01-01", 'start = "next year"', "is not a date"),
        ("border_time", 'side = "A03.b"', 'side = "A03"', "wrong form"),
    ],
)
def test_shape_of_each_kind(kind: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    text = one(kind, (old, new))
    problem = sole_problem(tmp_path, text)
    assert message in problem.message


def test_a_new_link_has_a_speed_and_a_cited_length(tmp_path: Path) -> None:
    body = (
        'mode = "rail"\naction = "add"\nplaces = ["Dostyk", "Moyynty"]\nlength_km = 836.0\n'
        'length_citation = "a table"\nvalue = { low = 40, mid = 50, high = 60, unit = "km/h" }\n'
    )
    (link,) = load_measures(write(tmp_path, one("link", body=body)))
    assert isinstance(link, Link)
    assert link.length_km == 836.0
    problem = sole_problem(tmp_path, one("link", ('length_citation = "a table"\n', ""), body=body))
    assert "needs length_km and length_citation" in problem.message


def test_payer_shares_sum_to_one(tmp_path: Path) -> None:
    capex = 'capex = { usd_million = 10, payers = { CHN = 0.5, KAZ = 0.4 }, citation = "x" }\n'
    problem = sole_problem(tmp_path, one("link") + capex)
    assert problem.place.endswith("M01 capex")
    assert "sum to 0.9" in problem.message


@pytest.mark.parametrize(
    ("quote", "numbers"),
    [
        ("by 12.5 per cent on 1,200 km", [12.5, 1200.0]),
        ("10 000 tonnes, 2017", [10000.0, 2017.0]),
        ("no figures at all", []),
    ],
)
def test_numbers_of_a_quote(quote: str, numbers: list[float]) -> None:
    assert numbers_in(quote) == numbers


def test_from_text_needs_the_number_in_a_cited_quote(tmp_path: Path) -> None:
    values = ("low = 5, mid = 10, high = 15", "low = 10, mid = 12.5, high = 15")
    text = ('from = "assumption"', 'from = "text"')
    cited = one("link", values, text, ('"C14", "A03"', '"C18"'))
    (measure,) = load_measures(write(tmp_path, cited), QUOTES)
    assert measure.value.mid == 12.5

    elsewhere = sole_problem(tmp_path, one("link", values, text), quotes=QUOTES)
    assert "(C14, A03) has the number 12.5" in elsewhere.message
    assert elsewhere.place.endswith("M01 from")
    unread = sole_problem(tmp_path, cited)
    assert "without the agreement record" in unread.message


def test_missing_file_says_what_it_should_hold(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "measures.toml")
    assert "missing" in problem.message
    assert "[[measure]]" in problem.remedy


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    (problem,) = problems(write(tmp_path, "\n[[measure]]\nid = M01\n"))
    assert problem.place.endswith("measures.toml:4")


def test_schema_and_stray_keys_and_emptiness(tmp_path: Path) -> None:
    found = problems(write(tmp_path, 'measures = "x"\n', head='schema = "measures/9"\n'))
    assert [p.message for p in found] == [
        "found 'measures/9'",
        'unknown key "measures"',
        "there is no [[measure]] table",
    ]


def test_an_id_used_twice(tmp_path: Path) -> None:
    problem = sole_problem(tmp_path, one("link"), one("ntm"))
    assert problem.message == "M01 is used twice"


def test_lines_of_tables_skip_long_strings() -> None:
    text = 'a = """\n[[measure]]\n"""\n[[measure]]\nb = 1\n [[ measure ]]\n'
    assert table_lines(text, "measure") == [4, 6]


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


class TestSetting:
    def test_levels_are_points_of_the_range(self) -> None:
        values = (-1.0, -4.0, -10.0)
        assert [Setting(LEVELS[level]).of(*values) for level in ("low", "mid", "high")] == list(values)

    def test_between_the_levels_it_goes_straight(self) -> None:
        assert Setting(0.5).of(1.0, 2.0, 6.0) == 4.0
        assert Setting(-0.5).of(1.0, 2.0, 6.0) == 1.5
        assert Setting(2.0).of(1.0, 2.0, 6.0) == 10.0

    def test_the_weight_takes_a_share(self) -> None:
        assert Setting(1.0, 0.25).of(1.0, 2.0, 6.0) == 1.5
        assert Setting(1.0, 0.25).between(1.0, 2.0, 6.0) == 6.0


def test_a_side_is_half_of_an_alignment_or_a_programme_by_itself() -> None:
    keys = {"label": "Corridor programme", "country": "KAZ"}
    assert Side.model_validate({"id": "S01", **keys}).alignment is None
    with pytest.raises(ValueError, match="half of an alignment"):
        Side.model_validate({"id": "A03.b", **keys})
    with pytest.raises(ValueError, match="no half"):
        Side.model_validate({"id": "S01", "alignment": "A03", **keys})
