"""What was read from a text, and what was not, in words for the analyst who goes through it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from landbridge.agreements.record import Alignment, Commitment, Record, Sentence

_WIDTH = 110
_ORDER = ("agreed", "undertaking", "willing", "exhortation")
_BINDING = {
    "political": "binding in politics only",
    "legal": "binding in law",
    "unknown": "whether it binds is not said",
}
_READ = frozenset({"commitment", "alignment", "instrument", "headline", "boilerplate", "event", "ceremony"})


def unread_sentences(record: Record) -> tuple[Sentence, ...]:
    """Sentences of the body from which no promise, alignment, instrument or event was read."""
    return tuple(s for s in record.sentences if not _READ & {s.type, *s.also})


def summary_lines(record: Record) -> Iterator[str]:
    """A record in a few lines: document, parties, promises by strength and area, and how much was not understood."""
    document = record.document
    date = document.date.iso if document.date else "no date in the text"
    place = f", {document.place.quote}" if document.place else ""
    kind = "other text" if document.genre == "other" else document.genre.replace("_", " ")
    yield f"{kind}, {_BINDING[document.binding]}, {date}{place}"
    yield f"parties: {', '.join(party.iso3 for party in record.parties) or 'none found'}"
    strengths: Counter[str] = Counter(commitment.strength for commitment in record.commitments)
    by_strength = ", ".join(f"{strengths[name]} {name}" for name in _ORDER if strengths[name])
    yield f"{_many(record.commitments, 'commitment')}" + (f": {by_strength}" if by_strength else "")
    areas = Counter(code for commitment in record.commitments for code in commitment.areas)
    named = [f"{count} {record.area_labels.get(code, code)} ({code})" for code, count in areas.most_common(6)]
    if named:
        yield f"  areas: {', '.join(named)}" + (f" and {len(areas) - 6} more" if len(areas) > 6 else "")
    two_sided = [item for item in record.alignments if item.side_a and item.side_b]
    yield (
        f"{_many(record.alignments, 'alignment')}, {len(two_sided)} with both sides; "
        f"{_many(record.instruments, 'instrument')}"
    )
    unread = unread_sentences(record)
    doubtful = sum(sentence.unread for sentence in unread)
    yield (
        f"{len(unread)} of {_many(record.sentences, 'sentence')} gave nothing; {doubtful} of them may hold a promise"
    )


def review_text(record: Record, text: str, *, record_name: str) -> str:
    """A plain-text page to go through with the document at hand: everything read, and every sentence left unread.

    record_name: name of the record's file, where corrections are made.
    """
    lines = [
        f"REVIEW OF {record.document.id}",
        *summary_lines(record),
        "",
        f"Correct the record in {record_name}, then: landbridge check {record_name} --source FILE",
        "Quotations must stay word for word. Read again after the text changed with --keep, and the edits stay.",
        "",
        *_section("COMMITMENTS", (_commitment(record, item) for item in record.commitments)),
        *_section("ALIGNMENTS", (_alignment(item) for item in record.alignments)),
        *_section(
            "INSTRUMENTS",
            (
                f"[{item.id}] {item.kind}, {item.action}, {'+'.join(item.parties)}\n{_quoted(item.quote)}"
                for item in record.instruments
            ),
        ),
        *_section("NOT READ (? may hold a promise)", _unread(record, text)),
    ]
    return "\n".join(lines) + "\n"


def _many(items: Iterable[object], name: str) -> str:
    number = len(tuple(items))
    return f"{number} {name}" + ("" if number == 1 else "s")


def _section(title: str, entries: Iterable[str]) -> list[str]:
    return [title, *(entries_list if (entries_list := list(entries)) else ["none"]), ""]


def _quoted(quote: str) -> str:
    words = " ".join(quote.split())
    return textwrap.fill(f'"{words}"', _WIDTH, initial_indent="      ", subsequent_indent="       ")


def _areas(record: Record, codes: Iterable[str]) -> str:
    return ", ".join(f"{record.area_labels.get(code, code)} ({code})" for code in codes) or "no area"


def _commitment(record: Record, item: Commitment) -> str:
    to = "+".join(item.beneficiaries) or "nobody named"
    head = f"[{item.id}] {item.strength}: {'+'.join(item.promisors)} to {to}"
    facts = [_areas(record, item.areas)]
    for name, found in (
        ("programmes", item.programmes),
        ("corridors", item.corridors),
        ("fora", item.fora),
    ):
        facts += [f"{name} {', '.join(found)}"] if found else []
    facts += [f'quantity "{quantity.quote}"' for quantity in item.quantities]
    facts += [f'deadline "{item.deadline.quote}"'] if item.deadline else []
    facts += ["conditional"] if item.conditional else []
    facts += [f"drafted by a {item.origin}"] if item.origin == "model" else []
    return f"{head}; {'; '.join(facts)}\n{_quoted(item.quote)}"


def _alignment(item: Alignment) -> str:
    sides = [
        f"{letter}: {side.country or '?'} {' '.join(side.quote.split())}" if side else f"{letter}: not named"
        for letter, side in (("a", item.side_a), ("b", item.side_b))
    ]
    return f"[{item.id}] {item.status}; {'; '.join(sides)}\n{_quoted(item.quote)}"


def _unread(record: Record, text: str) -> Iterator[str]:
    for sentence in unread_sentences(record):
        mark = "?" if sentence.unread else " "
        yield f"[{sentence.id}] {mark} {sentence.type}\n{_quoted(text[sentence.start : sentence.end])}"
