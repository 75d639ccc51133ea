"""The text of an agreement with everything that was read from it marked where it stands: one self-contained page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from landbridge.agreements import Record


class _Mark(NamedTuple):
    start: int
    end: int
    kind: str
    id: str
    note: str


@dataclass
class _Piece:
    """A stretch of text under the same marks."""

    words: str
    kinds: str = ""
    note: str = ""
    anchors: list[str] = field(default_factory=list)


def render_text(record: Record, text: str) -> str:
    """An HTML page of the text with its commitments, alignments, instruments and names marked.

    record: verified against the text. Everything from the text is escaped; the page runs no script, asks for nothing.
    """
    environment = Environment(
        loader=PackageLoader("landbridge.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("text.html.j2")
    marks = sorted(_marks(record), key=lambda mark: (mark.start, -mark.end))
    title = record.document.title.quote if record.document.title else record.document.id
    return template.render(
        title=" ".join(title.split()),
        record=record,
        style=_style(environment),
        paragraphs=[list(_pieces(text, start, end, marks)) for start, end in _paragraphs(text)],
    )


def _style(environment: Environment) -> Markup:
    source, _, _ = environment.loader.get_source(environment, "text.css")  # type: ignore[union-attr]
    return Markup(source)


def _marks(record: Record) -> Iterator[_Mark]:
    labels = record.area_labels
    for item in record.commitments:
        areas = ", ".join(labels.get(code, code) for code in item.areas)
        who = "+".join(item.promisors)
        read_by = "; drafted by a model" if item.origin == "model" else ""
        note = f"{item.id} {item.strength}, {who}; {areas or 'no area'}{read_by}"
        yield _Mark(item.start, item.end, "commitment", item.id, note)
    for alignment in record.alignments:
        name = alignment.id
        yield _Mark(
            alignment.start, alignment.end, "alignment", name, f"{name} alignment, {alignment.status}"
        )
        for letter, side in (("a", alignment.side_a), ("b", alignment.side_b)):
            if side is not None:
                note = f"{name}.{letter} {side.country or 'country not named'}"
                yield _Mark(side.start, side.end, "side", f"{name}.{letter}", note)
    for instrument in record.instruments:
        note = f"{instrument.id} instrument, {instrument.kind}, {instrument.action}"
        yield _Mark(instrument.start, instrument.end, "instrument", instrument.id, note)
    for entity in record.entities:
        for mention in entity.mentions:
            yield _Mark(mention.start, mention.end, "name", "", f"{entity.label} ({entity.type})")


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line)
        start += len(line)


def _pieces(text: str, start: int, end: int, marks: list[_Mark]) -> Iterator[_Piece]:
    """The stretch cut where a mark begins or ends."""
    here = [mark for mark in marks if mark.start < end and start < mark.end]
    cuts = sorted(
        {start, end, *(cut for mark in here for cut in (mark.start, mark.end) if start < cut < end)}
    )
    for first, last in pairwise(cuts):
        over = [mark for mark in here if mark.start <= first and last <= mark.end]
        yield _Piece(
            words=text[first:last],
            kinds=" ".join(dict.fromkeys(mark.kind for mark in over)),
            note="; ".join(dict.fromkeys(mark.note for mark in over)),
            anchors=[mark.id for mark in over if mark.start == first and mark.id],
        )
