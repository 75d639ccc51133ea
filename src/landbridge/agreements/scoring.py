"""Scores the reader against records made by hand: precision, recall and F1 of every field."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from landbridge.agreements.files import load_text
from landbridge.agreements.reader import read_text
from landbridge.agreements.record import Record
from landbridge.errors import InputError, Problem

OVERLAP = 0.5  # words in common over words in either, from which two stretches are the same
# Fields of commitments are scored over the commitments that both records have; all others over whole documents.
FIELDS = (
    "commitments",
    "strength",
    "promisors",
    "areas of commitments",
    "areas of documents",
    "parties",
    "dates",
    "genre",
    "programmes",
    "corridors",
    "fora",
    "alignments",
    "instruments",
)

Range = tuple[int, int]


class Wanted(NamedTuple):
    """A commitment as a person reads it."""

    place: Range
    promisors: frozenset[str]
    strength: str
    areas: frozenset[str]


@dataclass(frozen=True)
class Gold:
    """A text and what a person reads in it. `split`: whether the rules were written with the text in sight."""

    name: str
    text: str
    split: str
    commitments: tuple[Wanted, ...]
    alignments: tuple[tuple[Range, Range], ...]
    instruments: tuple[Range, ...]
    facts: dict[str, frozenset[str]]  # "parties", "dates", "areas of documents", ...


@dataclass
class Count:
    """Right, read and wanted items of one field."""

    right: float = 0
    read: float = 0
    wanted: float = 0

    def add(self, right: float, read: float, wanted: float) -> None:
        self.right, self.read, self.wanted = self.right + right, self.read + read, self.wanted + wanted

    @property
    def precision(self) -> float:
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Scores:
    """Counts by field, and what was missed or wrongly read, in words."""

    counts: dict[str, Count] = field(default_factory=lambda: {name: Count() for name in FIELDS})
    slips: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Precision, recall, F1 and the number of wanted items of each field, as lines."""
        lines = [f"{'field':22} precision  recall      F1  wanted"]
        for name, count in self.counts.items():
            if count.wanted or count.read:
                lines.append(
                    f"{name:22} {count.precision:9.3f} {count.recall:7.3f} {count.f1:7.3f} {count.wanted:7.0f}"
                )
        return "\n".join(lines)


def load_gold(path: Path) -> Gold:
    """The gold record of a text: NAME.toml beside NAME.txt, or a JSON file in the form of the seed's.

    Raises InputError when a quotation is not in the text, in the order of the file.
    """
    return _from_json(path) if path.suffix == ".json" else _from_toml(path)


def load_corpus(folder: Path, split: str | None = None) -> list[Gold]:
    """Every gold record of a folder, by name; of one split when named."""
    found = [load_gold(path) for path in sorted(folder.glob("*.toml"))]
    return [gold for gold in found if split is None or gold.split == split]


def _rows(cell: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in cell.strip().splitlines() if line.strip()]


def _from_toml(path: Path) -> Gold:
    with path.open("rb") as file:
        data: dict[str, Any] = tomllib.load(file)
    text = load_text(path.with_suffix(".txt"))
    problems: list[Problem] = []

    def find(quote: str, start: int) -> Range:
        words = r"\s+".join(re.escape(word) for word in quote.split())
        match = re.compile(words).search(text, start)
        if match is None:
            problems.append(Problem(str(path), f'"{quote}" is not in the text, or not in this order'))
            return (0, 0)
        return match.span()

    parties = frozenset(data["parties"])
    commitments, at = [], 0
    for strength, by, areas, quote in _rows(data.get("commitments", "")):
        place = find(quote, at)
        at = place[0]
        promisors = parties if by == "*" else frozenset(by.split())
        commitments.append(Wanted(place, promisors, strength, frozenset(areas.split())))
    alignments, at = [], 0
    for _, one, other in _rows(data.get("alignments", "")):
        first = find(one, at)
        second = find(other, first[1])
        alignments.append((first, second))
        at = second[1]
    instruments, at = [], 0
    for _, quote in _rows(data.get("instruments", "")):
        place = find(quote, at)
        instruments.append(place)
        at = place[1]
    if problems:
        raise InputError(problems)
    used = frozenset(code for wanted in commitments for code in wanted.areas)
    facts = {key: frozenset(data.get(key, ())) for key in ("programmes", "corridors", "fora")}
    facts |= {
        "parties": parties,
        "dates": frozenset([data["date"]] if "date" in data else []),
        "genre": frozenset([data["genre"]] if "genre" in data else []),
        "areas of documents": frozenset(data["areas"]) if "areas" in data else used,
    }
    return Gold(
        path.stem, text, data["split"], tuple(commitments), tuple(alignments), tuple(instruments), facts
    )


def _from_json(path: Path) -> Gold:
    data = json.loads(path.read_text(encoding="utf-8"))
    text = load_text(path.parent.parent / "seeds" / data["document"]["file"])
    commitments = tuple(
        Wanted(
            (item["start"], item["end"]),
            frozenset(item["promisors"]),
            item["strength"],
            frozenset(item["areas"]),
        )
        for item in data["commitments"]
    )
    sided = [item for item in data["alignments"] if item["side_a"] and item["side_b"]]
    alignments = tuple(
        ((a["side_a"]["start"], a["side_a"]["end"]), (a["side_b"]["start"], a["side_b"]["end"]))
        for a in sided
    )
    facts = {key: frozenset(data[key]) for key in ("programmes", "corridors", "fora")}
    facts |= {
        "parties": frozenset(item["entity"] for item in data["parties"]),
        "dates": frozenset([data["document"]["date"]["iso"]]),
        "genre": frozenset([data["document"]["genre"]]),
        "areas of documents": frozenset(data["headline_sets"]["document_areas"]),
    }
    instruments = tuple((item["start"], item["end"]) for item in data["instruments"])
    return Gold(data["document"]["id"], text, "development", commitments, alignments, instruments, facts)


def score(golds: Iterable[Gold]) -> Scores:
    """Reads every text anew and compares what comes out with what a person reads."""
    scores = Scores()
    for gold in golds:
        _compare(gold, read_text(gold.text, name=gold.name), scores)
    return scores


def _words(text: str, place: Range) -> set[int]:
    return {m.start() for m in re.finditer(r"\w+", text) if place[0] <= m.start() < place[1]}


def overlap(text: str, one: Range, other: Range) -> float:
    """Words that two stretches have in common, as a share of the words in either."""
    a, b = _words(text, one), _words(text, other)
    return len(a & b) / len(a | b) if a | b else 0.0


def match(text: str, read: Sequence[Range], wanted: Sequence[Range]) -> list[tuple[int, int]]:
    """Pairs (index read, index wanted) of the same stretches, the best overlaps first, each used once."""
    scored = [
        (overlap(text, one, other), i, j)
        for i, one in enumerate(read)
        for j, other in enumerate(wanted)
        if one[0] < other[1] and other[0] < one[1]
    ]
    pairs: list[tuple[int, int]] = []
    for share, i, j in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        if share >= OVERLAP and all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def _compare(gold: Gold, record: Record, scores: Scores) -> None:
    counts, slips = scores.counts, scores.slips
    text, read = gold.text, record.commitments
    pairs = match(text, [(c.start, c.end) for c in read], [w.place for w in gold.commitments])
    counts["commitments"].add(len(pairs), len(read), len(gold.commitments))
    for j, wanted in enumerate(gold.commitments):
        if j not in {b for _, b in pairs}:
            slips.append(f"{gold.name}: missed: {_shown(text, wanted.place)}")
    for i, commitment in enumerate(read):
        if i not in {a for a, _ in pairs}:
            slips.append(f"{gold.name}: no promise: {_shown(text, (commitment.start, commitment.end))}")
    for i, j in pairs:
        one, other = read[i], gold.commitments[j]
        shown = _shown(text, other.place)
        counts["strength"].add(one.strength == other.strength, 1, 1)
        if one.strength != other.strength:
            slips.append(f"{gold.name}: {one.strength}, not {other.strength}: {shown}")
        for key, mine, theirs in (
            ("promisors", frozenset(one.promisors), other.promisors),
            ("areas of commitments", frozenset(one.areas), other.areas),
        ):
            counts[key].add(len(mine & theirs), len(mine), len(theirs))
            slips.extend(_differences(f"{gold.name}: {key}", mine, theirs, shown))
    sided = [a for a in record.alignments if a.side_a and a.side_b]
    sides = [
        [((a.side_a or a).start, (a.side_a or a).end), ((a.side_b or a).start, (a.side_b or a).end)]
        for a in sided
    ]
    right = sum(
        any(min(overlap(text, mine[0], one), overlap(text, mine[1], other)) >= OVERLAP for mine in sides)
        for one, other in gold.alignments
    )
    counts["alignments"].add(right, len(sides), len(gold.alignments))
    signed = [(i.start, i.end) for i in record.instruments]
    counts["instruments"].add(len(match(text, signed, gold.instruments)), len(signed), len(gold.instruments))
    for key, facts in _facts(record).items():
        if key == "genre" and not gold.facts["genre"]:
            continue
        wanted_facts = gold.facts.get(key, frozenset())
        counts[key].add(len(facts & wanted_facts), len(facts), len(wanted_facts))
        slips.extend(_differences(f"{gold.name}: {key}", facts, wanted_facts, ""))


def _facts(record: Record) -> dict[str, frozenset[str]]:
    date = record.document.date
    return {
        "areas of documents": frozenset(record.used_areas()),
        "parties": frozenset(party.iso3 for party in record.parties),
        "dates": frozenset([date.iso] if date else []),
        "genre": frozenset([record.document.genre]),
        "programmes": frozenset(record.programmes),
        "corridors": frozenset(record.corridors),
        "fora": frozenset(record.fora),
    }


def _differences(place: str, mine: frozenset[str], theirs: frozenset[str], shown: str) -> list[str]:
    if mine == theirs:
        return []
    more, less = " ".join(sorted(mine - theirs)), " ".join(sorted(theirs - mine))
    return [f"{place}: +[{more}] -[{less}] {shown}".rstrip()]


def _shown(text: str, place: Range) -> str:
    return " ".join(text[place[0] : place[1]].split())[:110]
