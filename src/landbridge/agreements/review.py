"""The analyst's edits of a record: what was changed, and what of it stands in a changed text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from landbridge.agreements.quotes import QuoteVerifier
from landbridge.agreements.record import Alignment, Commitment, Instrument, Record

Part = Commitment | Alignment | Instrument
_KINDS: tuple[tuple[str, str], ...] = (("commitments", "C"), ("alignments", "A"), ("instruments", "I"))
_DOCUMENT = ("title", "genre", "binding", "date", "place", "venue")
# Where a part stands and what it is joined to follow from the reading; they are no edit of its content.
_NOT_CONTENT = frozenset({"id", "sentence", "start", "end", "alignment", "commitment", "origin"})
_LATER = frozenset({"year_inferred"})  # fields that older records lack; false says nothing
_ALIKE = 0.5


def fingerprint(content: Any) -> str:
    """Fingerprint of a part's content, the same wherever in the text it stands."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: item for key, item in value.items() if item is not False or key not in _LATER}
            return {key: bare(item) for key, item in kept.items() if key not in _NOT_CONTENT}
        return [bare(item) for item in value] if isinstance(value, list | tuple) else value

    plain = json.dumps(bare(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def with_fingerprints(record: Record) -> Record:
    """The record with a fingerprint of each of its parts as they now are."""
    return record.model_copy(update={"drafted": dict(_fingerprints(record))})


def _fingerprints(record: Record) -> Iterable[tuple[str, str]]:
    document = record.document.model_dump(mode="json")
    for key in _DOCUMENT:
        yield f"document.{key}", fingerprint(document[key])
    yield "parties", fingerprint([party.model_dump(mode="json") for party in record.parties])
    for name, _ in _KINDS:
        for part in getattr(record, name):
            yield part.id, fingerprint(part.model_dump(mode="json"))


@dataclass(frozen=True)
class Edits:
    """What an analyst changed in a record: ids of parts edited, added and taken out, and fields of the document."""

    edited: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    fields: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.edited or self.added or self.removed or self.fields)


def edits_of(record: Record) -> Edits:
    """What differs in a record from how it was read. Without fingerprints nothing can be told: no edits."""
    if not record.drafted:
        return Edits((), (), (), ())
    now = dict(_fingerprints(record))
    fields = {key for key in now if key.startswith("document.") or key == "parties"}
    parts = {key: value for key, value in now.items() if key not in fields}
    return Edits(
        edited=tuple(k for k, v in parts.items() if k in record.drafted and record.drafted[k] != v),
        added=tuple(key for key in parts if key not in record.drafted),
        removed=tuple(key for key in record.drafted if key not in now),
        fields=tuple(sorted(key for key in fields if record.drafted.get(key) != now[key])),
    )


@dataclass(frozen=True)
class Fallen:
    """An edit that could not be kept: the part's id, its quotation, and the words that now come nearest."""

    id: str
    quote: str
    nearest: str


@dataclass(frozen=True)
class Rereading:
    """A text read again. record: with the edits that stand. kept: their ids. fallen: the edits that did not stand."""

    record: Record
    kept: tuple[str, ...]
    fallen: tuple[Fallen, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]


def reread(old: Record, fresh: Record, text: str) -> Rereading:
    """Joins a fresh reading with the edits made to an old record of the same document.

    old: as the analyst left it. fresh: as just read from the text. An edited or added part is kept where its
    quotation still stands, word for word; a part that was taken out stays out; other parts keep the id they had, so
    that measures go on citing the right clause. new, gone: parts read only now, and only then.
    """
    edits = edits_of(old)
    verifier = QuoteVerifier(text)
    mine = set(edits.edited) | set(edits.added)
    removed = {old.drafted[name]: name for name in edits.removed}
    kept: list[str] = []
    fallen: list[Fallen] = []
    new: list[str] = []
    gone: list[str] = []
    update: dict[str, Any] = {}
    renamed: dict[str, str] = {}
    for kind, letter in _KINDS:
        before: tuple[Part, ...] = getattr(old, kind)
        edited = {part.id: _moved(part, verifier, fresh) for part in before if part.id in mine}
        for name, moved in edited.items():
            if moved is None:
                quote = next(part.quote for part in before if part.id == name)
                fallen.append(Fallen(name, quote, verifier.nearest(quote)))
            else:
                kept.append(name)
        stand = {name: part for name, part in edited.items() if part is not None}
        drafted = []
        for part in getattr(fresh, kind):
            taken_out = removed.get(fingerprint(part.model_dump(mode="json")))
            if taken_out is None:
                drafted.append(part)
            else:
                renamed[part.id] = taken_out
        known = {name: (part.start, part.end) for name, part in stand.items()}
        for part in before:
            if part.id not in mine and (at := verifier.find(part.quote, near=part.start)) is not None:
                known[part.id] = at
        names = _names(drafted, known)
        taken = {part.id for part in before} | set(old.drafted)
        numbers = (f"{letter}{n:02d}" for n in count(1) if f"{letter}{n:02d}" not in taken)
        result: dict[str, Part] = dict(stand)
        for part in drafted:
            name = names.get(part.id) or next(numbers)
            renamed[part.id] = name
            if part.id not in names:
                new.append(name)
            if name not in stand:
                result[name] = part.model_copy(update={"id": name})
        gone += [part.id for part in before if part.id not in result and part.id not in mine]
        update[kind] = tuple(sorted(result.values(), key=lambda part: (part.start, part.end, part.id)))
    _rejoin(update, renamed)
    joined = fresh.model_copy(update=update)
    joined, fields_kept, fields_fallen = _with_fields(joined, old, edits, verifier)
    labels = old.area_labels | fresh.area_labels
    joined = joined.model_copy(
        update={
            "area_labels": {code: labels[code] for code in sorted(joined.used_areas()) if code in labels},
            "drafted": _drafted(fresh, renamed),
        }
    )
    return Rereading(joined, (*kept, *fields_kept), (*fallen, *fields_fallen), tuple(new), tuple(gone))


def _drafted(fresh: Record, renamed: Mapping[str, str]) -> dict[str, str]:
    """The fresh reading's fingerprints under the names its parts now have."""
    return {renamed.get(name, name): value for name, value in _fingerprints(fresh)}


def _names(drafted: Iterable[Part], known: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    """The old name of each freshly read part that stands where an old part stands; each name is given once."""
    names: dict[str, str] = {}
    free = dict(known)
    for part in drafted:
        best = max(free, key=lambda name: _overlap((part.start, part.end), free[name]), default=None)
        if best is not None and _overlap((part.start, part.end), free[best]) >= _ALIKE:
            names[part.id] = best
            del free[best]
    return names


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Length of what two spans share over the length of what they cover."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return max(shared, 0) / (max(a[1], b[1]) - min(a[0], b[0]))


def _moved(part: Part, verifier: QuoteVerifier, fresh: Record) -> Part | None:
    """The part with its offsets in the new text; None when a quotation of it does not stand there."""
    content = part.model_dump(mode="json", by_alias=True)
    if not _move(content, verifier, part.start):
        return None
    start = content["start"]
    holder = next((s.id for s in fresh.sentences if s.start <= start < s.end), None)
    if holder is None:
        return None
    content |= {"sentence": holder, "origin": "model" if part.origin == "model" else "analyst"}
    return type(part).model_validate(content)


def _move(content: Any, verifier: QuoteVerifier, near: int) -> bool:
    """Sets the offsets of a quotation and of those inside it; false when one does not stand in the text."""
    if isinstance(content, list):
        return all(_move(item, verifier, near) for item in content)
    if not isinstance(content, dict):
        return True
    if "quote" in content:
        found = verifier.find(content["quote"], near=near if "id" in content else max(near, content["start"]))
        if found is None:
            return False
        content["start"], content["end"] = found
        content["quote"] = verifier.text[found[0] : found[1]]
        near = found[0]
    return all(_move(item, verifier, near) for item in content.values())


def _rejoin(update: dict[str, tuple[Part, ...]], renamed: Mapping[str, str]) -> None:
    """Points references between freshly read parts to their names of now, and drops those that lead nowhere."""
    there = {part.id for parts in update.values() for part in parts}
    for kind, key in (("commitments", "alignment"), ("alignments", "commitment")):
        parts = []
        for part in update[kind]:
            target = getattr(part, key)
            target = target if part.origin == "analyst" else renamed.get(target, target)
            parts.append(part.model_copy(update={key: target if target in there else None}))
        update[kind] = tuple(parts)


def _with_fields(
    record: Record, old: Record, edits: Edits, verifier: QuoteVerifier
) -> tuple[Record, list[str], list[Fallen]]:
    """The record with the edited fields of the document that still stand."""
    kept, fallen = [], []
    document: dict[str, Any] = {}
    update: dict[str, Any] = {}
    for name in edits.fields:
        if name == "parties":
            update["parties"] = old.parties
            kept.append(name)
            continue
        key = name.removeprefix("document.")
        value = getattr(old.document, key)
        content = value.model_dump(mode="json") if hasattr(value, "model_dump") else value
        if isinstance(content, dict) and not _move(content, verifier, content["start"]):
            fallen.append(Fallen(name, content["quote"], verifier.nearest(content["quote"])))
            continue
        document[key] = type(value).model_validate(content) if isinstance(content, dict) else value
        kept.append(name)
    update["document"] = record.document.model_copy(update=document)
    return record.model_copy(update=update), kept, fallen
