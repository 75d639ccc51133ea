"""Appraising on a network of one's own, and its page."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from gmns_fixture import DATE, MANUFACTURES, changed, skim
from landbridge import cli
from landbridge.measures import check_case, load_case
from landbridge.network import (
    read_network,
    trade_cost_hat,
)
from landbridge.network.gmns_schema import TABLES, to_markdown
from landbridge.network.known import known_of
from landbridge.world.economy_base import load_economy_base

DOCS = Path(__file__).resolve().parents[1] / "docs"


class TestAppraising:
    def test_economies_without_a_zone_keep_their_trade_costs(self, small: Path) -> None:
        base = load_economy_base()
        before_net = read_network(small, DATE)
        before = {"manufactures": skim(before_net)}
        changed(small, "link.csv", ",48,18,5,", ",8,8,5,")
        changed(small, "link.csv", "0.06,20,,", "0.06,1,,")
        after = {"manufactures": skim(read_network(small, DATE))}
        hat = trade_cost_hat(
            before, after, [MANUFACTURES], base.economies, base.sectors, before_net.atlas.zones
        )
        row = {code: k for k, code in enumerate(base.economies)}
        sector = base.sectors.index(MANUFACTURES.sectors[0])
        assert hat[row["CHN"], row["KAZ"], sector] < 0.999
        assert hat[row["CHN"], row["KGZ"], sector] < 0.999
        outside = np.array([code not in ("CHN", "KAZ", "KGZ") for code in base.economies])
        assert (hat[outside] == 1.0).all()
        assert (hat[:, outside] == 1.0).all()

    def test_a_place_of_elsewhere_names_the_nearest_of_theirs(self, small: Path) -> None:
        changed(small, "link.csv", "20,,,,Khorgos", "20,,,,Khorgos/Nurzholy")
        case = load_case(DOCS / "examples" / "own-network")
        base = load_economy_base()
        known = known_of(read_network(small, DATE), base.economies, base.sectors)
        found = [str(problem) for problem in check_case(case, known)]
        assert any(
            'unknown road crossing "Khorgos/Nur Zholy" (nearest: Khorgos/Nurzholy)' in line for line in found
        ), found
        assert any('unknown place "Taraz"' in line for line in found), found
        assert any('"Kashgar" is not a known place' in line for line in found), found

    def test_crossings_carry_their_gauge(self, small: Path) -> None:
        base = load_economy_base()
        known = known_of(read_network(small, DATE), base.economies, base.sectors)
        listed = {(one.name, one.mode): (one.countries, one.gauge_break) for one in known.crossings}
        assert listed["Khorgos", "rail"] == (("KAZ", "CHN"), True)
        assert listed["Khorgos", "road"] == (("KAZ", "CHN"), False)


class TestDocs:
    PAGE = DOCS / "own-network.md"

    def test_the_columns_are_those_of_the_schema(self) -> None:
        text = self.PAGE.read_text(encoding="utf-8")
        assert to_markdown() in text, "write the output of gmns_schema.to_markdown() into docs/own-network.md"
        assert all(f"### {table.file}" in text for table in TABLES)

    @pytest.mark.slow
    def test_the_tutorial_runs_as_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Every command of the page, in order; what it prints is on the page, but for figures that data may change."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "docs").symlink_to(DOCS)
        blocks = re.findall(
            r"```(console|python|text)\n(.*?)```", self.PAGE.read_text(encoding="utf-8"), re.DOTALL
        )
        assert sum(kind == "console" for kind, _ in blocks) >= 5
        out = ""
        for kind, block in blocks:
            if kind == "python":
                exec(compile(block, str(self.PAGE), "exec"), {})
                out = capsys.readouterr().out
                continue
            if kind == "text":
                assert [masked(line) for line in block.splitlines()] == [
                    masked(line) for line in out.splitlines()
                ]
                continue
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                program, *arguments = shlex.split(command)
                assert program == "landbridge"
                status = cli.main(arguments)
                out, err = capsys.readouterr()
                assert status == (1 if "landbridge: " in shown else 0), err
                for line in shown.splitlines():
                    if line.strip() not in ("", "..."):
                        printed = (out + err).replace(f"{DOCS.parent}{os.sep}", "")
                        assert masked(line) in {masked(one) for one in printed.splitlines()}, line


def masked(line: str) -> str:
    """A line without its figures."""
    return re.sub(r"\d[\d,.]*", "#", " ".join(line.split()))
