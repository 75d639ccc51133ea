"""Reads an English text into an agreement record: rules only, in one pass over the sentences."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from landbridge.agreements import tables
from landbridge.agreements.aliases import find_aliases
from landbridge.agreements.alignments import Pair, Side, pairs
from landbridge.agreements.areas import areas_of, of_one_subject, without_manner, without_purpose
from landbridge.agreements.commitments import promises
from landbridge.agreements.details import deadline_in, quantities_in
from landbridge.agreements.document import Frame, frame, is_boilerplate, issuer_of
from landbridge.agreements.entities import Mention, People
from landbridge.agreements.instruments import listed, signed
from landbridge.agreements.language import require_english
from landbridge.agreements.lists import names_a_list
from landbridge.agreements.markers import marker_at
from landbridge.agreements.named import (
    deciding_organisation,
    named_at_the_head,
    named_by_bodies,
    named_groups,
    of_the_letterhead,
    only_two_named,
)
from landbridge.agreements.parties import find_parties
from landbridge.agreements.people import entities_of, participants_of
from landbridge.agreements.promise import Promise, State
from landbridge.agreements.record import (
    Alignment,
    AlignmentSide,
    Commitment,
    Document,
    Instrument,
    Party,
    Record,
)
from landbridge.agreements.record import Sentence as SentenceEntry
from landbridge.agreements.review import with_fingerprints
from landbridge.agreements.sentences import segment
from landbridge.agreements.summits import Summit
from landbridge.agreements.syntax import UNNAMED, Context, Sentence
from landbridge.agreements.tables import slug, verbs
from landbridge.agreements.tokens import Token, word_set
from landbridge.agreements.types import sentence_types

_OFFICE_OF_FORUM = word_set("summit presidency chairmanship organization organisation")
_SIGNING = re.compile(r"\b(?:signed|exchanged|concluded|documents|instruments)\b", re.IGNORECASE)
_POINTING = word_set("its their it this these such them that those thereof within")
_INTRODUCES = word_set("on in regarding concerning as with to for")
# Cooperation in nothing named is cooperation in politics.
_RELATIONS = word_set(
    "cooperation co-operation collaboration ties relations relationship exchanges dialogue discussions communication"
    " contacts coordination consultations visits"
)
_FEW, _MANY = 3, 21  # members of an organisation of neighbours
_WORLDWIDE = frozenset(
    {"org:g7", "org:g20", "org:brics", "org:quad", "org:usmca", "org:cptpp", "org:mikta", "org:ibsa"}
)
_MOST_OF_HEADING = 3  # areas; a heading that names more tells of none what it is about
_NUMBERED = 5  # words; a longer numbered line is an item
_HEADING = 14  # words; a longer line is no heading
_OF_BODIES = frozenset({"mou", "minutes", "roadmap", "treaty"})
_SIGNED_TEXTS = frozenset({"treaty", "mou"})
_OF_ONE_SUBJECT = frozenset({"treaty", "mou", "roadmap"})  # most are
_LISTS = frozenset({"roadmap", "outcome_list"})
_EVERYONE = (
    ("all", "sides"),
    ("all", "parties"),
    ("all", "members"),
    ("member", "states"),
    ("other", "members"),
)


def read_text(text: str, *, name: str) -> Record:
    """Reads what a text promises.

    text: English, decoded, line ends untouched. name: the document's name; the record's id is made from it.
    Returns the agreement record. Raises InputError when the text is empty, binary or not English.
    """
    require_english(text, name)
    units = segment(text)
    sentences = [Sentence(text, unit) for unit in units]
    head = frame(text, units, sentences)
    people = People()
    for sentence in sentences[head.title_units :]:
        people.read(sentence.tokens, sentence.mentions)
    parties = find_parties(text, sentences, people, head.title)
    people.assign(parties)
    parties = find_parties(text, sentences, people, head.title)
    if len(parties) < 2:
        people.look_up(sentence.tokens for sentence in sentences)
        known = find_parties(text, sentences, people, head.title)
        parties = known if len(known) > 1 else named_at_the_head(sentences, head.title) or parties
    if head.genre == "treaty" and len(parties) < 2:
        parties = only_two_named(sentences) or parties
    if head.genre in _SIGNED_TEXTS:
        preamble = named_at_the_head(sentences, None)
        parties += tuple(party for party in preamble if party not in parties)
    parties = deciding_organisation(sentences, head.title) or parties
    if len(parties) < 2 and head.genre in _OF_BODIES:
        parties = named_by_bodies(sentences) or parties
    issuer = of_the_letterhead(sentences) if len(parties) == 1 else None
    if issuer is not None and issuer not in parties:
        parties = (issuer, *parties)
    parties = parties or named_groups(sentences) or only_two_named(sentences)
    apart = Summit.of(sentences, head.title).apart(parties)
    context = Context(parties, people, head.genre, find_aliases(sentences, parties), apart)
    return with_fingerprints(_Assembly(text, name, sentences, head, context).record())


class _Assembly:
    """Collects what the sentences give and numbers it."""

    def __init__(
        self, text: str, name: str, sentences: Sequence[Sentence], head: Frame, context: Context
    ) -> None:
        self.text, self.name, self.sentences, self.head, self.context = text, name, sentences, head, context
        self.commitments: list[Commitment] = []
        self.alignments: list[Alignment] = []
        self.instruments: list[Instrument] = []
        self.entries: list[SentenceEntry] = []
        self.heading: tuple[str, ...] = ()  # areas that the heading above names
        self.signing = False  # whether the heading above announces documents that were signed

    def record(self) -> Record:
        state = State(listing=self.head.genre in _LISTS)
        for number, sentence in enumerate(self.sentences, start=1):
            sentence_id = f"S{number:02d}"
            given: list[Promise] = []
            aligned: list[Pair] = []
            skipped = (
                number <= self.head.title_units
                or sentence.unit.headline
                or not sentence.tokens
                or is_boilerplate(self.text, sentence.unit)
            )
            if _is_heading(self.text, sentence) and not sentence.unit.cell:
                self._head(state, sentence, number)
            if not skipped:
                aligned = pairs(sentence, self.context)
                given = promises(self.sentences, number - 1, self.context, state)
                given = _one_each(self.text, given, aligned)
            first = len(self.commitments), len(self.alignments), len(self.instruments)
            self._add(sentence, sentence_id, given, aligned)
            if not skipped:
                self._sign(sentence, sentence_id)
            new = self.commitments[first[0] :], self.alignments[first[1] :], self.instruments[first[2] :]
            kind, also = sentence_types(self.text, sentence, *new, is_title=number <= self.head.title_units)
            unit = sentence.unit
            self.entries.append(
                SentenceEntry(
                    id=sentence_id,
                    start=unit.start,
                    end=unit.end,
                    paragraph=unit.paragraph,
                    type=kind,
                    also=also,
                    unread=not (skipped or new[0] or new[1] or new[2]) and _promises_something(sentence),
                )
            )
        if self.head.genre in _OF_ONE_SUBJECT:
            self.commitments = of_one_subject(self.commitments)
        return self._record()

    def _head(self, state: State, sentence: Sentence, number: int) -> None:
        """Takes note of a heading: what it is about, and whether the items below it are promises by themselves."""
        words = self.text[sentence.unit.start : sentence.unit.end]
        longest = _NUMBERED if sentence.unit.bullet else _HEADING
        if number > self.head.title_units and len(sentence.tokens) <= longest:
            areas = areas_of(sentence.tokens, sentence.mentions)
            self.heading = areas if len(areas) <= _MOST_OF_HEADING else ()
        listing = names_a_list(words)
        if sentence.unit.bullet and not listing:
            return
        self.signing = _SIGNING.search(words) is not None
        state.listing = (listing or self.head.genre in _LISTS) and not self.signing
        state.nouns = listing and not self.signing and self.head.genre in _LISTS

    def _add(self, sentence: Sentence, sentence_id: str, given: list[Promise], aligned: list[Pair]) -> None:
        links: dict[int, str] = {}
        for pair in aligned:
            alignment_id = f"A{len(self.alignments):02d}"
            holder = next(
                (i for i, p in enumerate(given) if p.start <= pair.start and pair.end <= p.end), None
            )
            commitment_id = None if holder is None else f"C{len(self.commitments) + holder + 1:02d}"
            if holder is not None:
                links.setdefault(holder, alignment_id)
            promise = None if holder is None else given[holder]
            self.alignments.append(
                self._alignment(sentence, sentence_id, alignment_id, pair, promise, commitment_id)
            )
        areas_by_id = (
            {alignment.id: alignment.areas for alignment in self.alignments[-len(aligned) :]}
            if aligned
            else {}
        )
        for index, promise in enumerate(given):
            link = links.get(index)
            extra = areas_by_id.get(link, ()) if link else ()
            self.commitments.append(self._commitment(sentence, sentence_id, promise, link, extra))

    def _commitment(
        self, sentence: Sentence, sentence_id: str, promise: Promise, link: str | None, extra: tuple[str, ...]
    ) -> Commitment:
        mentions = sentence.within(promise.start, promise.end)
        fora = tuple(forum for forum in _ids(mentions, "forum") if forum not in self.context.parties)
        words = sentence.words(promise.start, promise.end)
        keys = {t.key for t in words}
        if not fora and keys & _OFFICE_OF_FORUM:
            fora = tuple(f for f in _ids(sentence.mentions, "forum") if f not in self.context.parties)[-1:]
        areas = dict.fromkeys(extra or areas_of(without_purpose(without_manner(_past_verb(words))), mentions))
        areas = areas or dict.fromkeys(areas_of(_past_verb(words), mentions))
        for item in promise.about:
            areas.update(dict.fromkeys(areas_of(item.tokens, item.mentions)))
        areas_from: Literal["text", "context"] | None = "text" if areas or fora else None
        if not areas and not fora and (around := self._areas_around(sentence, promise)):
            areas, areas_from = dict.fromkeys(around), "context"
        if not areas and not fora and self._of_a_region(mentions):
            areas, areas_from = {"X-REG": None}, "context"
        if not areas and not fora and _RELATIONS & {word.key for word in words}:
            areas, areas_from = {"X-POL": None}, "context"
        if fora and not extra:
            areas["X-MUL"] = None
        return Commitment(
            id=f"C{len(self.commitments) + 1:02d}",
            sentence=sentence_id,
            start=promise.start,
            end=promise.end,
            quote=self.text[promise.start : promise.end],
            promisors=tuple(p for p in promise.promisors if p != UNNAMED),
            beneficiaries=self._beneficiaries(promise, mentions, [t.key for t in words], fora),
            modality=promise.modality,
            strength=promise.strength,
            areas=tuple(areas),
            areas_from=areas_from,
            programmes=_ids(mentions, "programme"),
            corridors=_ids(mentions, "corridor"),
            fora=fora,
            alignment=link,
            quantities=quantities_in(self.text, promise.start, promise.end),
            deadline=deadline_in(self.text, promise.start, promise.end),
            conditional=promise.conditional,
            negative=promise.negative,
            note="the text does not name the parties" if UNNAMED in promise.promisors else promise.note,
        )

    def _of_a_region(self, mentions: Sequence[Mention]) -> bool:
        """Whether a promise names the organisation of neighbours that is itself a party, as in "the ACMECS Plan"."""
        return any(
            m.name.type == "forum" and _FEW <= len(m.name.members) <= _MANY and m.name.id not in _WORLDWIDE
            for m in mentions
            if m.name.id in self.context.parties
        )

    def _areas_around(self, sentence: Sentence, promise: Promise) -> tuple[str, ...]:
        """What a promise is about that does not say so itself: its sentence before it, else the heading above."""
        keys = {t.key for t in sentence.words(promise.start, promise.end)}
        named = [
            m.name.areas for m in sentence.within(promise.start, promise.end) if m.name.type == "programme"
        ]
        if named and named[0]:
            return named[0]
        if keys & _POINTING:
            before = sentence.words(sentence.unit.start, promise.start)
            found = areas_of(before, sentence.within(sentence.unit.start, promise.start))
            if found:
                return found[-2:]
        if sentence.key(0) in _INTRODUCES:  # "On food security, we pledged to keep markets open"
            before = sentence.words(sentence.unit.start, promise.start)
            comma = next((i for i, token in enumerate(before) if token.key == ","), 0)
            if found := areas_of(before[:comma], sentence.mentions):
                return found
        if self.heading or self.head.title is None:
            return self.heading
        title = [s for s in self.sentences[: self.head.title_units] if s.tokens]
        codes = dict.fromkeys(code for s in title for code in areas_of(s.tokens, s.mentions))
        signed = self.head.genre in _SIGNED_TEXTS
        found = tuple(code for code in codes if signed or code.isdigit())
        return found if len(found) <= _MOST_OF_HEADING else ()

    def _beneficiaries(
        self, promise: Promise, mentions: list[Mention], keys: list[str], fora: tuple[str, ...]
    ) -> tuple[str, ...]:
        parties = self.context.parties
        if set(promise.promisors) == set(parties):
            return parties
        if promise.partners:
            return promise.partners
        if fora and any(tuple(keys[i : i + 2]) in _EVERYONE for i in range(len(keys))):
            return fora
        named = [p for p in parties if p not in promise.promisors and any(m.name.id == p for m in mentions)]
        return tuple(named) or tuple(p for p in parties if p not in promise.promisors)

    def _alignment(
        self,
        sentence: Sentence,
        sentence_id: str,
        alignment_id: str,
        pair: Pair,
        promise: Promise | None,
        commitment_id: str | None,
    ) -> Alignment:
        mentions = sentence.within(pair.start, pair.end)
        words = sentence.words(pair.start, pair.end)
        areas: dict[str, None] = {}
        for mention in mentions:
            if mention.name.type in {"programme", "corridor"}:
                areas.update(dict.fromkeys(mention.name.areas))
        areas.update(dict.fromkeys(areas_of(words, mentions)))
        if not areas:
            areas["X-STR"] = None
        status = "mentioned"
        if pair.done:
            status = "achieved"
        elif promise is not None:
            status = "agreed" if promise.strength in {"agreed", "exhortation"} else "planned"
        return Alignment(
            id=alignment_id,
            sentence=sentence_id,
            start=pair.start,
            end=pair.end,
            quote=self.text[pair.start : pair.end],
            side_a=self._side(pair.side_a),
            side_b=self._side(pair.side_b),
            status=status,  # type: ignore[arg-type]
            areas=tuple(areas),
            commitment=commitment_id,
            note=pair.note,
        )

    def _side(self, side: Side | None) -> AlignmentSide | None:
        if side is None:
            return None
        return AlignmentSide(
            start=side.start,
            end=side.end,
            quote=self.text[side.start : side.end],
            country=side.country,
            country_from=side.country_from,
            entities=side.entities,
        )

    def _sign(self, sentence: Sentence, sentence_id: str) -> None:
        found = signed(sentence)
        if not found and self.signing and sentence.unit.bullet and (item := listed(sentence)) is not None:
            found = [item]
        for item in found:
            self.instruments.append(
                Instrument(
                    id=f"I{len(self.instruments) + 1:02d}",
                    sentence=sentence_id,
                    start=item.start,
                    end=item.end,
                    quote=self.text[item.start : item.end],
                    kind=item.kind,
                    action=item.action,
                    parties=self.context.parties,
                    count=item.count,
                    areas=item.areas,
                    note=item.note,
                )
            )

    def _record(self) -> Record:
        head, parties = self.head, self.context.parties
        representatives = {p.country: p.id for p in reversed(self.context.people.by_id.values()) if p.country}
        host = head.place.country if head.place else None
        issuer = issuer_of(self.sentences, self.head.title_units)
        entities = entities_of(self.text, self.sentences, self.context)
        record = Record(
            document=Document(
                id=slug(self.name) or "document",
                title=head.title,
                genre=head.genre,
                binding=head.binding,
                language="en",
                sha256=hashlib.sha256(self.text.encode()).hexdigest(),
                n_chars=len(self.text),
                date=head.dates[0] if head.dates else None,
                other_dates=head.dates[1:],
                issuer=issuer[0],
                issuer_from=issuer[1],
                place=head.place,
                venue=head.venue,
            ),
            parties=tuple(
                Party(iso3=p, role="host" if p == host else "party", represented_by=representatives.get(p))
                for p in parties
            ),
            participants=participants_of(self.text, self.sentences, self.context),
            sentences=tuple(self.entries),
            commitments=tuple(self.commitments),
            alignments=tuple(self.alignments),
            instruments=tuple(self.instruments),
            entities=entities,
            fora=tuple(e.id for e in entities if e.type == "forum" and e.id not in parties),
            programmes=tuple(e.id for e in entities if e.type == "programme"),
            corridors=tuple(e.id for e in entities if e.type == "corridor"),
        )
        labels = tables.area_labels()
        return record.model_copy(
            update={"area_labels": {code: labels[code] for code in sorted(record.used_areas())}}
        )


def _promises_something(sentence: Sentence) -> bool:
    """Whether a sentence has words of promising."""
    return any(
        not sentence.quoted[index] and marker_at(sentence, index) is not None
        for index in range(len(sentence.tokens))
    )


def _past_verb(words: list[Token]) -> list[Token]:
    """The words of a promise without a verb at their head that is also a noun: "finance the section"."""
    table = verbs()
    verb = 2 if len(words) > 3 and words[1].dash else 0  # "co-finance"
    if (
        len(words) > verb + 1
        and words[verb].key in table.ambiguous
        and words[verb + 1].key in table.object_openers
    ):
        return words[verb + 1 :]
    return words


def _is_heading(text: str, sentence: Sentence) -> bool:
    """Whether a sentence is a heading: short, without a full stop, on a line of its own."""
    unit = sentence.unit
    return unit.headline or (unit.end - unit.start < 90 and text[unit.end - 1] not in ".;,")


def _ids(mentions: Sequence[Mention], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.name.id for m in mentions if m.name.type == kind))


def _one_each(text: str, given: list[Promise], aligned: list[Pair]) -> list[Promise]:
    """A promise whose object is a list of alignments is one promise for each of them."""
    result: list[Promise] = []
    for promise in given:
        inside = [p for p in aligned if p.side_a and promise.start <= p.start and p.end <= promise.end]
        if len(inside) < 2:
            result.append(promise)
            continue
        verb = text[promise.start : inside[0].start].split()
        modality = " ".join([promise.modality, *verb])
        result += [replace(promise, start=pair.start, end=pair.end, modality=modality) for pair in inside]
    return result
