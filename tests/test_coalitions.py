"""Coalitions on a small world: known answers, identities, and runs that are split, killed or spread over processes."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landbridge.appraisal import Appraisal, Options, appraise, pool, to_results
from landbridge.appraisal import appraise as appraise_module
from landbridge.appraisal.attribution import closed, network_shares
from landbridge.appraisal.channels import MONEY, OPENING, TIME, Piece, pieces_of
from landbridge.appraisal.pool import Shared, run, run_beside
from landbridge.appraisal.results.attributed import from_productivity
from landbridge.appraisal.results.home import gains_at_home
from landbridge.appraisal.results.income import income
from landbridge.appraisal.scenario import Appraiser
from landbridge.appraisal.values import Plan
from landbridge.appraisal.wording import remarks_of
from landbridge.appraisal.work import WorkFile, key_of
from landbridge.errors import InputError, LandbridgeError, Problem
from landbridge.measures import Case, load_case
from landbridge.network import Network, read_network
from small_case import load, write_case

World = tuple[Case, Network]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The small case and its network."""
    return load(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def appraisal(world: World) -> Appraisal:
    """The small case, appraised in one process."""
    return appraise(world[0], network=world[1])


def document(appraisal: Appraisal) -> dict[str, Any]:
    """The results without what they took."""
    found = to_results(appraisal, rerun="", quotations_checked=False)
    return {key: value for key, value in found.items() if key != "timings"}


@pytest.fixture(scope="module")
def results(appraisal: Appraisal) -> dict[str, Any]:
    """The results of one process."""
    return document(appraisal)


class TestPlan:
    PLAN = Plan(tuple("abcde"), (3, 0, 4))

    def test_every_coalition_is_in_one_task(self) -> None:
        taken = [row for task in self.PLAN.tasks(range(32)) for row in task]
        assert sorted(taken) == list(range(32))

    def test_neighbouring_network_states_differ_by_one_side(self) -> None:
        taken = [row & self.PLAN.mask for task in self.PLAN.tasks(range(32)) for row in task]
        states = list(dict.fromkeys(taken))
        assert len(states) == 8
        assert len([k for k in range(1, 32) if taken[k] != taken[k - 1]]) == 7
        steps = [a ^ b for a, b in itertools.pairwise(states)]
        assert all(step.bit_count() == 1 for step in steps)
        # The first side of the network's list changes most.
        assert steps.count(1 << 3) == 4

    def test_many_coalitions_of_one_state_make_several_tasks(self) -> None:
        tasks = Plan(tuple("abcdefghijkl"), ()).tasks(range(4096))
        assert sorted(row for task in tasks for row in task) == list(range(4096))
        assert max(len(task) for task in tasks) <= 64


class TestValues:
    def test_a_coalition_is_worth_what_its_measures_do(self, appraisal: Appraisal) -> None:
        alone = Appraiser(appraisal.case, network=appraisal.appraiser.network.network)
        for sides in (["A02.a"], ["A02.a", "A03.b"], ["A02.b", "A03.a", "A04.b"]):
            found = alone.outcome(alone.settings_of_sides(sides)).percent
            assert np.allclose(appraisal.values.of(sides), found, atol=1e-8)

    def test_no_side_is_worth_nothing(self, appraisal: Appraisal) -> None:
        assert np.abs(appraisal.values.of([])).max() < 1e-8

    def test_coalitions_that_share_a_network_state(self, appraisal: Appraisal) -> None:
        assert appraisal.values.complete
        assert appraisal.values.network_states == 8

    def test_the_total_of_the_table_is_that_of_the_game(self, results: dict[str, Any]) -> None:
        table = results["coalitions"]
        rows = {row["iso3"]: row["percent"] for row in results["welfare"] if row["measures"] == "all"}
        assert [rows[iso3] for iso3 in table["economies"]] == pytest.approx(table["percent"][-1], abs=1e-12)
        assert table["sides"] == ["A02.a", "A02.b", "A03.a", "A03.b", "A04.a", "A04.b"]
        assert len(table["percent"]) == 64


class TestGame:
    def test_all_identities_hold(self, results: dict[str, Any]) -> None:
        assert set(results["identities"]) == {"dividends_gap", "shapley_gap", "attribution_gap"}
        assert all(0 <= gap < 1e-9 for gap in results["identities"].values())

    def test_dividends_of_noise_are_left_out(self, results: dict[str, Any]) -> None:
        assert results["dividends"]
        assert min(abs(row["percent"]) for row in results["dividends"]) >= 1e-8

    def test_shapley_values_add_up_to_the_total_of_every_economy(self, results: dict[str, Any]) -> None:
        table = results["coalitions"]
        for column, iso3 in enumerate(table["economies"]):
            shares = [row["percent"] for row in results["shapley"] if row["iso3"] == iso3]
            assert len(shares) == 6
            total = table["percent"][-1][column] - table["percent"][0][column]
            assert sum(shares) == pytest.approx(total, abs=1e-12)

    def test_shares_and_transfers_are_in_money(self, results: dict[str, Any]) -> None:
        sharing = results["sharing"]
        gains = {r["iso3"]: r["usd_million"] for r in results["welfare"] if r["measures"] == "all"}
        assert sharing["total_musd"] == pytest.approx(gains["CHN"] + gains["KAZ"], abs=1e-6)
        for key in ("shapley", "nucleolus"):
            assert sum(one["usd_million"] for one in sharing[key]) == pytest.approx(sharing["total_musd"])
        everyone = {row["iso3"]: row["usd_million"] for row in sharing["transfers"]["everyone"]}
        assert sum(everyone.values()) == pytest.approx(0.0, abs=1e-9)
        after = {iso3: gains[iso3] + everyone.get(iso3, 0.0) for iso3 in gains if iso3 != "WLD"}
        assert min(after.values()) > -1e-9

    def test_the_same_border_twice_is_a_negative_interaction(self, results: dict[str, Any]) -> None:
        """Both cut the same hours, one in per cent of them: together they do less than apart."""
        row = next(
            one
            for one in results["interactions"]
            if (one["side_a"], one["side_b"], one["iso3"]) == ("A02.a", "A02.b", "KAZ")
        )
        synergy = next(r for r in results["synergy"] if (r["alignment"], r["iso3"]) == ("A02", "KAZ"))
        assert row["alone"] == pytest.approx(synergy["synergy"], abs=1e-12)
        assert row["given_others"] == pytest.approx(synergy["synergy_given_others"], abs=1e-12)

    def test_quick_leaves_out_what_needs_all_coalitions(self, world: World) -> None:
        found = document(appraise(world[0], Options(quick=True), network=world[1]))
        assert found["shapley"] == []
        for key in ("coalitions", "dividends", "interactions", "sharing", "identities", "attribution"):
            assert found[key] is None

    def test_a_quick_run_has_the_figures_of_a_full_one(self, world: World, results: dict[str, Any]) -> None:
        found = document(appraise(world[0], Options(quick=True), network=world[1]))
        assert found["synergy"] == results["synergy"]
        assert found["welfare"] == results["welfare"]

    def test_many_sides_are_sampled_within_their_errors(
        self, world: World, appraisal: Appraisal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        module = sys.modules[appraise_module.__module__]
        monkeypatch.setattr(module, "EXACT_UP_TO", 4)
        sampled = appraise(world[0], network=world[1])
        rows = document(sampled)["shapley"]
        exact = {(r["side"], r["iso3"]): r["percent"] for r in document(appraisal)["shapley"]}
        assert sampled.shapley is not None
        assert sampled.shapley.orders >= 16
        for row in rows:
            gap = abs(row["percent"] - exact[row["side"], row["iso3"]])
            assert gap <= 5.0 * row["standard_error"] + 1e-9


NEW_ROAD = """\
schema = "measures/0.1"

[[measure]]
id = "M01"
title = "A straight road"
side = "A02.b"
cites = ["A02"]
kind = "link"
mode = "road"
action = "add"
places = ["Almaty", "Taldykorgan"]
length_km = 135.0
length_citation = "made for a test"
start = 2018-01-01
value = { low = 60.0, mid = 80.0, high = 90.0, unit = "km/h" }
from = "assumption"
citation = "made for a test"
"""


class TestAttribution:
    def test_every_list_adds_up_to_the_total(self, results: dict[str, Any]) -> None:
        rows = {row["iso3"]: row for row in results["welfare"] if row["measures"] == "all"}
        nothing = dict(
            zip(results["coalitions"]["economies"], results["coalitions"]["percent"][0], strict=True)
        )
        for key in ("by_measure", "by_clause", "by_channel"):
            for iso3 in ("CHN", "KAZ", "KGZ", "WLD"):
                found = [one["percent"] for one in results["attribution"][key] if one["iso3"] == iso3]
                assert sum(found) == pytest.approx(rows[iso3]["percent"] - nothing[iso3], abs=1e-9)

    def test_what_comes_straight_from_assumed_productivity_is_said(self, results: dict[str, Any]) -> None:
        # A side that does other things as well counts with what its parks give.
        section = results["attribution"]
        shares = from_productivity(section)
        assert shares is not None
        parks = sum(
            row["usd_million"]
            for row in section["by_measure"]
            if row["measure"] in ("M04", "M06", "M07") and row["iso3"] == "KAZ"
        )
        assert shares["KAZ"] == pytest.approx(parks)
        rows = [
            {"iso3": iso3, "name": iso3, "measures": "all", "usd_million": gain}
            for iso3, gain in (("CHN", 9.0), ("KAZ", 91.0), ("WLD", 100.1))
        ]
        kinds = {"S01": {"productivity", "ntm"}, "S02": {"link"}}
        (remark,) = remarks_of(rows, kinds, ("CHN", "KAZ"), {"CHN": 0.5, "KAZ": 20.0})
        assert remark.startswith("About USD 20 m of the gain of KAZ")
        assert "(S01)" in remark
        assert (
            "parties get 90 %"
            in remarks_of([*rows[:2], {**rows[2], "usd_million": 111.0}], kinds, ("CHN", "KAZ"))[0]
        )
        assert from_productivity(None) is None

    def test_what_freight_at_home_brings_is_told_apart(self, appraisal: Appraisal, world: World) -> None:
        # China is one city on this network: nothing of its freight is at home.
        home = gains_at_home(appraisal)
        gain = appraisal.everything.percent / 100.0 * income(appraisal)
        row = appraisal.appraiser.base.economies.index("KAZ")
        assert 0.0 < home["KAZ"] < gain[row]
        assert abs(home["CHN"]) < 0.01 * home["KAZ"]
        rows = [
            {"iso3": iso3, "name": iso3, "measures": "all", "usd_million": gain}
            for iso3, gain in (("CHN", 600.0), ("KAZ", 200.0), ("WLD", 800.0))
        ]
        (remark,) = remarks_of(rows, {}, ("CHN", "KAZ"), {}, {"CHN": 350.0, "KAZ": 5.0})
        assert remark.startswith("About USD 350 m of the gain of CHN comes from freight at home.")
        abroad = replace(
            appraisal,
            appraiser=Appraiser(replace(world[0], measures=world[0].measures[3:]), network=world[1]),
        )
        assert gains_at_home(abroad) == {}

    def test_channels_are_those_of_the_measures(self, results: dict[str, Any]) -> None:
        channels = {one["channel"] for one in results["attribution"]["by_channel"]}
        assert channels == {"network_time", "network_money", "productivity", "ntm"}
        assert set(results["attribution"]["channels"]) == channels

    def test_a_clause_has_its_part_of_each_measure_that_cites_it(self, results: dict[str, Any]) -> None:
        given = results["attribution"]
        measure = {o["measure"]: o["percent"] for o in given["by_measure"] if o["iso3"] == "KAZ"}
        clause = {o["clause"]: o["percent"] for o in given["by_clause"] if o["iso3"] == "KAZ"}
        assert clause["C13"] == pytest.approx(measure["M01"] / 2 + measure["M03"] / 3, abs=1e-12)
        assert clause["A04"] == pytest.approx(measure["M06"] + measure["M07"], abs=1e-12)

    def test_it_comes_near_the_shapley_values_of_single_measures(self, results: dict[str, Any]) -> None:
        """A side with one measure: its Shapley value and the integral weigh interactions alike to second order."""
        shapley = {r["side"]: r["percent"] for r in results["shapley"] if r["iso3"] == "KAZ"}
        measure = {
            o["measure"]: o["percent"] for o in results["attribution"]["by_measure"] if o["iso3"] == "KAZ"
        }
        for side, name in (("A02.a", "M01"), ("A02.b", "M02"), ("A03.a", "M03"), ("A04.b", "M07")):
            assert measure[name] == pytest.approx(shapley[side], rel=0.02)

    def test_a_measure_by_itself_has_the_whole(self, world: World) -> None:
        case = world[0]
        only = replace(
            case,
            measures=tuple(one for one in case.measures if one.id == "M01"),
            sides=tuple(side for side in case.sides if side.id == "A02.a"),
        )
        found = document(appraise(only, network=world[1]))
        whole = {r["iso3"]: r["percent"] for r in found["welfare"] if r["measures"] == "all"}
        for key, name in (("by_measure", "M01"), ("by_channel", "network_time")):
            for one in found["attribution"][key]:
                assert next(iter(one.values())) == name
                assert one["percent"] == pytest.approx(whole[one["iso3"]], abs=1e-9)
        # The error of two nodes is all that is spread.
        assert found["attribution"]["gap"] < 1e-7
        assert all(one["percent"] < 1e-12 for one in found["attribution"]["spread"])

    def test_a_new_road_saves_time_and_money(self, tmp_path: Path) -> None:
        """Half as long and faster than the one that is there: both channels gain, and add up to the whole."""
        case_folder, network_folder = write_case(tmp_path)
        measures = case_folder / "measures.toml"
        measures.write_text(NEW_ROAD, encoding="utf-8")
        case = load_case(case_folder, shipped_names=False)
        case = replace(case, sides=case.sides[:2])
        found = document(appraise(case, network=read_network(network_folder, case.baseline_date)))
        gains = {o["channel"]: o["percent"] for o in found["attribution"]["by_channel"] if o["iso3"] == "KAZ"}
        assert set(gains) == {"network_time", "network_money"}
        assert min(gains.values()) > 0
        whole = {r["iso3"]: r["percent"] for r in found["welfare"] if r["measures"] == "all"}
        assert sum(gains.values()) == pytest.approx(whole["KAZ"], abs=1e-9)
        assert found["identities"]["attribution_gap"] < 1e-9

    def test_papers_are_money_and_waiting_is_time(self, appraisal: Appraisal) -> None:
        one = appraisal.appraiser
        _, settings, pieces = pieces_of(one.network, one.settings_of_sides(["A02.b", "A03.a"]))
        assert {(piece.measure, piece.channel) for piece in pieces} == {
            ("M02", TIME), ("M02", MONEY), ("M03", MONEY)
        }  # fmt: skip
        assert settings["M03 network_money"].weight == 0.5

    def test_pieces_together_do_what_the_measures_do(self, appraisal: Appraisal) -> None:
        one = appraisal.appraiser
        whole = one.settings_of_sides(appraisal.values.sides)
        network, settings, _ = pieces_of(one.network, whole)
        for taken, given in zip(
            network.states(settings, one.skimmer.zone_iso3),
            one.network.states(whole, one.skimmer.zone_iso3),
            strict=True,
        ):
            assert np.array_equal(taken[0], given[0])
            assert np.allclose(taken[1].parts, given[1].parts, rtol=1e-14)


class TestShares:
    def test_two_pieces_share_what_they_do_together_equally(self) -> None:
        pieces = [Piece("x", "M01", TIME), Piece("y", "M02", MONEY)]
        log_cost = {(): 0.0, ("x",): -0.1, ("y",): -0.2, ("x", "y"): -0.5}
        costs = {names: np.exp(np.full((1, 1, 1), one)) for names, one in log_cost.items()}
        found = network_shares(pieces, costs, [("x", "y"), ("y", "x")])
        assert found["M01", TIME].item() == pytest.approx(-0.2)
        assert found["M02", MONEY].item() == pytest.approx(-0.3)

    def test_a_new_link_is_split_by_the_ways_goods_take(self) -> None:
        """Of what it saves three quarters are money, whatever better choice adds to both."""
        costs = {
            (): np.array([10.0, 6.0, 3.0]).reshape(3, 1, 1, 1),
            ("x",): np.array([6.0, 3.0, 2.0]).reshape(3, 1, 1, 1),
        }
        found = network_shares([Piece("x", "M01", OPENING)], costs, [("x",)])
        whole = np.log(0.6)
        assert found["M01", MONEY].item() == pytest.approx(0.75 * whole)
        assert found["M01", TIME].item() == pytest.approx(0.25 * whole)

    def test_what_is_left_over_is_spread_by_size(self) -> None:
        found = closed(np.array([[3.0, 0.0], [-1.0, 0.0]]), np.array([6.0, 1.0]))
        assert found[:, 0] == pytest.approx([6.0, 0.0])
        assert found[:, 1] == pytest.approx([0.5, 0.5])
        assert (found.sum(0) == [6.0, 1.0]).all()


class TestJobs:
    def test_the_number_of_processes_changes_nothing(self, world: World, results: dict[str, Any]) -> None:
        found = document(appraise(world[0], Options(jobs=3), network=world[1]))
        assert json.dumps(found) == json.dumps(results)

    def test_an_error_in_another_process_keeps_its_places(self) -> None:
        with pytest.raises(InputError) as error:
            list(run(_complain, Shared("test", dict, ()), [1, 2, 3], jobs=2))
        assert error.value.problems == (Problem("here", "is wrong", "mend it"),)

    def test_a_process_that_dies_is_told_of(self) -> None:
        with pytest.raises(LandbridgeError, match="a process of this run died"):
            list(run(_die, Shared("test", dict, ()), [1, 2, 3], jobs=2))


def _complain(shared: object, task: int) -> None:
    raise InputError(Problem("here", "is wrong", "mend it"))


def _die(shared: object, task: int) -> None:
    os._exit(3)


ROWS = {3: {"percent": [0.1, 1e-17]}, 5: {"percent": [1 / 3, 2.0]}}


class TestWorkFile:
    def test_rows_come_back_to_the_last_digit(self, tmp_path: Path) -> None:
        WorkFile(tmp_path / "work", "rows", "key").add(ROWS)
        assert WorkFile(tmp_path / "work", "rows", "key").rows == ROWS

    @pytest.mark.parametrize("harm", [lambda text: text[:-7], lambda text: text.replace(b"2.0", b"3.0")])
    def test_a_line_that_is_cut_or_changed_is_dropped(
        self, tmp_path: Path, harm: Callable[[bytes], bytes]
    ) -> None:
        work = WorkFile(tmp_path, "rows", "key")
        work.add(ROWS)
        assert work.path is not None
        work.path.write_bytes(harm(work.path.read_bytes()))
        again = WorkFile(tmp_path, "rows", "key")
        assert again.rows == {3: ROWS[3]}
        again.add({5: ROWS[5]})
        assert WorkFile(tmp_path, "rows", "key").rows == ROWS

    def test_rows_of_another_key_are_not_taken(self, tmp_path: Path) -> None:
        WorkFile(tmp_path, "rows", "key").add(ROWS)
        assert WorkFile(tmp_path, "rows", "other").rows == {}

    def test_a_folder_that_is_a_file_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "work").write_text("in the way")
        with pytest.raises(InputError, match="cannot keep what was reached"):
            WorkFile(tmp_path / "work", "rows", "key")

    def test_the_key_is_that_of_the_figures(self, world: World) -> None:
        case, network = world
        key = key_of(case, network, Options())
        assert key == key_of(case, network, Options(jobs=4, quick=True, resume=Path("x")))
        assert key != key_of(case, network, Options(without=("M01",)))
        assert key != key_of(replace(case, measures=case.measures[1:]), network, Options())
        assert key != key_of(replace(case, economy_year=2017), network, Options())
        assert key != key_of(replace(case, in_year=2019), network, Options())
        assert key != key_of(replace(case, neighbours=()), network, Options())
        assert key != key_of(case, None, Options())


def test_sections_found_in_other_processes_are_the_same(
    appraisal: Appraisal, results: dict[str, Any]
) -> None:
    beside = document(replace(appraisal, options=replace(appraisal.options, jobs=2)))
    assert json.dumps(beside) == json.dumps(results)


def test_tasks_beside_have_what_cannot_be_sent() -> None:
    made = threading.Lock()
    found = dict(run_beside(locked, made, ["a", "b", "c"], jobs=2))
    assert found == dict.fromkeys("abc", False)
    assert not pool._shared


def locked(lock: Any, name: str) -> tuple[str, bool]:
    """A task that needs what no process can be sent."""
    return name, lock.locked()


def bytes_before_timings(folder: Path) -> bytes:
    """results.json up to its last key, which holds what the run took."""
    whole = (folder / "results.json").read_bytes()
    head, key, tail = whole.rpartition(b'"timings"')
    assert key
    assert b'"welfare"' not in tail
    return head


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills a process as POSIX does")
def test_a_run_that_is_killed_goes_on_and_gives_the_same_bytes(tmp_path: Path) -> None:
    case, network = write_case(tmp_path)

    def command(out: Path, jobs: int) -> list[str]:
        words = [
            "appraise",
            str(case),
            "--network",
            str(network),
            "-o",
            str(out),
            "--jobs",
            str(jobs),
            "--draws",
            "0",
        ]
        return [sys.executable, "-m", "landbridge", *words]

    whole, killed = tmp_path / "whole", tmp_path / "killed"
    subprocess.run(command(whole, 1), check=True, capture_output=True)
    process = subprocess.Popen(command(killed, 2), stderr=subprocess.DEVNULL, start_new_session=True)
    work = tmp_path / "killed.work"
    deadline = time.monotonic() + 120
    while not any(path.stat().st_size for path in work.glob("*.jsonl")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert not killed.exists()
    (file,) = work.glob("*.jsonl")
    reached = len(file.read_bytes().splitlines())
    assert 0 < reached < 64
    # As if the last line had been cut off by the kill.
    with file.open("ab") as stream:
        stream.write(b'0badc0de {"number":63,"perc')
    again = subprocess.run(command(killed, 2), check=True, capture_output=True, text=True)
    assert f"{reached} known from a run that was interrupted" in again.stderr
    assert bytes_before_timings(killed) == bytes_before_timings(whole)
    assert not work.exists()
    # The processes of the killed run are gone too.
    time.sleep(0.5)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_gives_the_same_results(world: World, results: dict[str, Any]) -> None:
    distributed = pytest.importorskip("distributed")
    told: list[str] = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        # No client of the test's own: the command line has none either.
        pids = [nanny.pid for nanny in cluster.workers.values()]
        assert len(pids) == 2

        def kill_one(message: str) -> None:
            told.append(message)
            if len(pids) == 2 and message.startswith("coalitions: "):
                os.kill(pids.pop(), signal.SIGKILL)

        options = Options(scheduler=cluster.scheduler_address)
        found = document(appraise(world[0], options, network=world[1], progress=kill_one))
    assert len(pids) == 1
    # It was killed before the last of the coalitions.
    assert len([message for message in told if message.startswith("coalitions: ")]) > 1
    assert json.dumps(found) == json.dumps(results)


def test_no_scheduler_at_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("landbridge.appraisal.pool.SCHEDULER_ANSWERS_WITHIN", "1s")
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        list(run(_complain, Shared("test", dict, ()), [1], scheduler="tcp://127.0.0.1:9"))
