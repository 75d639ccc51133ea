"""Files of measures: what they may say, and that every problem is named with its place and remedy."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from landbridge.errors import InputError, Problem
from landbridge.measures import (
    KINDS,
    Link,
    Setting,
    Side,
    load_measures,
)
from landbridge.measures.load import numbers_in
from landbridge.measures.problems import table_lines
from landbridge.measures.schema import LEVELS
from measures_fixture import BODIES, RECORD, one, write

QUOTES = {clause.id: clause.quote for clause in (*RECORD.commitments, *RECORD.alignments)}


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
