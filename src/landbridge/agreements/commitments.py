"""Reads commitments: who promises what to whom, how firmly, on which subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from landbridge.agreements import tables
from landbridge.agreements.acts import Acts
from landbridge.agreements.clauses import clause_end, verb_phrases
from landbridge.agreements.lists import (
    OpenList,
    is_container,
    is_item,
    item_kind,
    items_after,
    leading_actor,
    names_subjects,
    states_only,
    takes_note,
)
from landbridge.agreements.markers import Marker, marker_at
from landbridge.agreements.nouns import noun_at
from landbridge.agreements.openings import after_introduction, begins_clause
from landbridge.agreements.promise import Promise, State
from landbridge.agreements.syntax import (
    Context,
    Sentence,
    Subject,
    adverbs_end,
    is_gerund,
    is_verb,
)
from landbridge.agreements.tables import markers, verbs
from landbridge.agreements.tokens import word_set
from landbridge.agreements.unnamed import Unnamed

_FAR_TO = 16  # words
_HEADS_OF_LISTS = word_set(
    "instruct instructs instructed mandate mandates direct directs reiterate reiterates reaffirm reaffirms express"
)
_ALONE = 5  # words
_AGREES = word_set("agree agreed agrees decide decided decides resolve resolved resolves")
_AGREED_BELOW = word_set("agreed decided adopted approved")  # "the following steps were agreed:"
_REACHED = word_set("reached achieved took adopted produced agreed")  # "reached the following outcomes:"
_REACHED_BELOW = word_set("outcomes results agreements decisions understandings resolutions")
_PLANS = frozenset({"roadmap", "outcome_list", "minutes"})
_DUTIES = frozenset({"treaty", "roadmap", "minutes"})
_AS_PARTY = word_set("party parties side sides participant participants")
_NOWADAYS = word_set("today currently already now")
_TOLD_SINCE = word_set("noted welcomed recalled stressed said stated")
# "The Entity shall have the following functions:"
_FUNCTIONS = word_set("functions tasks duties responsibilities")
_SOON = 6  # words before the subject: "Within a year"
# Verbs in the present tense by which a party says, knows or holds something.
_STATED = word_set(
    """
    act avail sign agree affirm reaffirm recognise recognize acknowledge accept declare confirm consider note understand
    express
    reiterate emphasise emphasize stress underline underscore highlight recall welcome support appreciate believe find
    thank congratulate commend condemn represent include involve enjoy own become remain commit envisage regard propose
    suggest recommend request require desire resolve decide bear share show hold call urge value attach pay
    """
)
_STATES = word_set("is are was were may can will shall should has have must")


def promises(sentences: Sequence[Sentence], number: int, context: Context, state: State) -> list[Promise]:
    """The promises of a sentence, given what the sentences before it have opened; changes the state.

    number: index of the sentence among all.
    """
    sentence = sentences[number]
    if sentence.unit.cell and sentence.key(0) in _MATTERS:
        state.listing = True  # the head of a table of measures
    if _is_recital(sentence, context.genre):
        return []
    reading = _Reading(sentence, context, state)
    reading.responsible = _responsible(sentences, number, context)
    item = is_item(sentence, after_colon=state.opened is not None)
    if item and (_heads_a_part(sentences, number) or _settled(sentences, number)):
        return []
    if not item and state.opened is not None and state.opened.marker is not None and state.continued:
        item = item_kind(sentence) == "act" and not sentence.unit.headline  # the last one ends in a full stop
    if not item and state.opened is not None and state.opened.marker is not None:
        item = state.opened.marker.words in _HEADS_OF_LISTS and not sentence.unit.headline
    if not item and not _between_items(sentence, state):
        state.opened = None
    result = reading.item(_first_of_item(sentences, number)) if item else None
    if result is None:
        result, opened = reading.plain()
        if opened is not None:
            state.opened = opened
            result = _without_head(sentences, number, result, opened)
    elif sentence.tokens[-1].text == ":":
        inner = reading.plain()[1]
        state.opened = inner or state.opened
    state.before = reading.first_actors() or (state.before if sentence.key(0) in {"it", "he", "she"} else ())
    state.continued = (
        sentence.tokens[-1].text in {",", ";", ":"} or sentence.key(len(sentence.tokens) - 1) == "and"
    )
    return result


def _heads_a_part(sentences: Sequence[Sentence], number: int) -> bool:
    """Whether a numbered line is a heading: no mark ends it, and prose or items with longer numbers follow it."""
    sentence = sentences[number]
    unit = sentence.unit
    if number + 1 == len(sentences) or not sentence.tokens[-1].is_word or unit.cell:
        return False
    numbered = _NUMBERED.search(sentence.text, max(unit.start - _MARK, 0), unit.start)
    if numbered is None:
        return False
    after = sentences[number + 1].unit
    if after.paragraph == unit.paragraph:
        return False
    inner = _NUMBERED.search(sentence.text, max(after.start - _MARK, 0), after.start)
    if inner is not None:
        return inner[1].startswith(f"{numbered[1]}.")
    prose = not after.bullet and not after.headline and sentence.text[after.end - 1] == "."
    return prose and (number == 0 or not sentences[number - 1].unit.bullet)


_NUMBERED = re.compile(r"(?:^|\n)[ \t]*(\d+(?:\.\d+)*)[.)]?[ \t]+$")
_MARK = 16  # characters of a number before an item


def _is_recital(sentence: Sentence, genre: str) -> bool:
    """Whether a sentence of a signed text gives reasons: "TAKING INTO ACCOUNT that ...", "Whereas ..."."""
    return (
        genre in {"treaty", "mou"}
        and sentence.key(0) in _RECITAL
        and not {"shall", "agree", "agreed", "undertake", "will"} & set(sentence.keys)
    )


_RECITAL = word_set(
    """
    whereas taking recalling recognizing recognising considering noting desiring desirous wishing reaffirming guided
    mindful conscious convinced bearing acknowledging emphasizing emphasising stressing believing inspired welcoming
    """
)


def _between_items(sentence: Sentence, state: State) -> bool:
    """Whether a heading stands among the numbered items of a list: "DECIDE:", a heading, "1. To strengthen"."""
    marker = state.opened.marker if state.opened is not None else None
    plain = sentence.tokens and sentence.tokens[-1].is_word and len(sentence.keys) <= _SHORT
    return bool(
        marker is not None and marker.strength == "agreed" and plain and not _STATES & set(sentence.keys)
    )


_SHORT = 8  # words of a heading


def _settled(sentences: Sequence[Sentence], number: int) -> bool:
    """Whether a cell of the item's row says that it is done or given up: "Completed in 2021"."""
    here = sentences[number].unit
    if not here.cell:
        return False
    row = (s for s in sentences[number + 1 : number + 1 + _ROW] if s.unit.paragraph == here.paragraph)
    # "Completed feasibility study" and "Completed by 2027" are what the row aims at.
    return any(s.key(0) in _DONE and s.key(1) in {"", ".", "in", "on"} for s in row)


_DONE = word_set("completed done implemented finished cancelled canceled dropped fulfilled achieved executed")


def _responsible(sentences: Sequence[Sentence], number: int, context: Context) -> tuple[str, ...]:
    """The parties that the row of an item names as responsible: "... | 2025 | KTZ (Kazakhstan)", "Responsible: ADY"."""
    here, found = sentences[number].unit, dict[str, None]()
    for sentence in sentences[number + 1 : number + 1 + _ROW]:
        if sentence.unit.paragraph != here.paragraph:
            break
        if here.cell or (sentence.key(0) in _RESPONSIBLE and ":" in sentence.keys[:_LABEL]):
            found.update((m.name.id, None) for m in sentence.mentions)
            for index in range(len(sentence.keys)):
                agency = tables.agencies().at(sentence.tokens, index)
                found.update({} if agency is None else {agency[1][0]: None})
    return tuple(party for party in context.parties if party in found)


_MATTERS = word_set("action actions measure measures activity activities task tasks")
_PRINCIPLES = word_set("principles definitions considerations")
_LABEL = 4  # words of "Responsible parties:"
_ROW = 6  # cells or sentences after the matter of a row
_RESPONSIBLE = word_set("responsible responsibility executor executors implementer implementers lead action")


def _first_of_item(sentences: Sequence[Sentence], number: int) -> bool:
    """Whether a sentence is the first of its paragraph."""
    unit = sentences[number].unit
    if unit.cell:
        return unit.bullet
    return number == 0 or sentences[number - 1].unit.paragraph != sentences[number].unit.paragraph


def _without_head(
    sentences: Sequence[Sentence], number: int, result: list[Promise], opened: OpenList
) -> list[Promise]:
    """Leaves out a promise that only points to the list after it, where the items of that list are acts."""
    if not result:
        return result
    last = result[-1]
    sentence = sentences[number]
    if last.end < sentence.tokens[-1].start - 1 or not is_container(
        sentence.text[last.start : sentence.unit.end]
    ):
        return result
    items = items_after(sentences, number)
    kinds = [item_kind(item) for item in items]
    subjects = names_subjects(sentence.text[last.start : sentence.unit.end]) and "act" not in kinds
    if not subjects and any(kind != "area" for kind in kinds):
        return result[:-1]
    if items:  # they name subjects: the promise keeps its words, and they tell what it is about
        opened.marker, opened.promisors = None, ()
        return [*result[:-1], replace(last, about=tuple(items))]
    return result


class _Reading(Acts, Unnamed):
    """Reads one sentence."""

    def plain(self) -> tuple[list[Promise], OpenList | None]:
        """The promises of a sentence outside lists, and the list that it opens."""
        sentence = self.sentence
        if (opened := self._agreed_alone() or self._actors_alone()) is not None:
            return [], opened
        result: list[Promise] = list(self._passive_saying())
        opens: OpenList | None = None
        index, read_to = 0, 0
        open_subject: Subject | None = self._of_list()
        while index < len(sentence.tokens):
            if index in self.starts and begins_clause(sentence, index) and not self._accompanies(index):
                open_subject = self.starts[index]
            marker = (
                None if sentence.quoted[index] else noun_at(sentence, index) or marker_at(sentence, index)
            )
            if marker is None and (new := self._with_whom(index)):
                result += new
                read_to = self.read_to = index = self._token_at(new[-1].end)
                continue
            if marker is None:
                again = self._and_that(index)
                if again is None:
                    index += 1
                    continue
                new, index = self._read(*again)
                read_to = self.read_to = index
                result += new
                continue
            subject = self._subject_of(marker, open_subject)
            if subject is None and marker.form == "list" and marker.past and marker.strength == "agreed":
                subject = self._resolving()
            if subject is None or not self._promises(marker, subject):
                new = self._passive(index, read_to) if self._may_be_passive(index, subject) else []
                result += new
                index += 1
                if new:
                    read_to = index = self._token_at(new[-1].end)
                continue
            if marker.form == "list":
                opens = OpenList(subject.actors, marker)
                index = read_to = marker.last
                continue
            new, index = self._read(marker, subject)
            read_to = self.read_to = index
            if self._conditional(subject):
                new = [replace(promise, conditional=True) for promise in new]
            result += new
        if not result and opens is None:
            result = self._present_duty()
        if _PRINCIPLES & set(sentence.keys[-4:]):
            return result, None  # they say how, not what
        if opens is None and sentence.tokens[-1].text == ":":
            actors = self.first_actors()
            last = sentence.key(len(sentence.keys) - 2)
            reached = last in _REACHED_BELOW and _REACHED & set(sentence.keys)
            if "following" in sentence.keys and (last in _AGREED_BELOW or reached):
                opens = OpenList(self.context.group, Marker(0, 0, "agreed", "agreed", "list"))
            elif result:
                opens = self._opened_by_colon(result)
            elif _FUNCTIONS & set(sentence.keys[-4:]) and {"shall", "will", "are"} & set(sentence.keys):
                opens = OpenList(self.context.group, Marker(0, 0, "shall", "undertaking", "list"))
            elif actors and sentence.key(len(sentence.keys) - 2) == "to" and "agreed" in sentence.keys:
                opens = OpenList(actors, Marker(0, 0, "agreed", "agreed", "list"))  # "agreed an agenda to:"
            elif len(actors) > 1:
                opens = OpenList(actors, None)
        return result, opens

    def _with_whom(self, index: int) -> list[Promise]:
        """What one side is to do in a clause with "with": "training gets priority, with Vietnam to grant places"."""
        sentence = self.sentence
        subject = self.starts.get(index + 1) if sentence.has(index - 1, ",", "with") else None
        if subject is None or len(subject.actors) != 1 or not sentence.has(subject.last, "to"):
            return []
        if not is_verb(sentence, adverbs_end(sentence, subject.last + 1)):
            return []
        marker = Marker(index, subject.last + 1, "to", "undertaking", "infinitive")
        return list(self._acts(subject.actors, marker, subject.last + 1))

    def _and_that(self, index: int) -> tuple[Marker, Subject] | None:
        """Another clause after "agreed that": "... and that a list would be published"."""
        if self.told is None or not self.sentence.has(index, "and", "that"):
            return None
        marker, subject = self.told
        if _TOLD_SINCE & set(self.sentence.keys[marker.last : index]):
            return None
        return marker._replace(last=index + 2), subject

    def _resolving(self) -> Subject | None:
        """Who resolves a list where a body that no table knows does: "... the proposals, the IGC resolved:"."""
        alone = any(len(s.actors) == 1 and begins_clause(self.sentence, s.first) for s in self.found)
        return Subject(0, 0, self.context.group, True) if self.context.group and not alone else None

    def _present_duty(self) -> list[Promise]:
        """What a binding text has a party do in the present tense: "The Russian Party ensures the supply of data"."""
        sentence = self.sentence
        if self.context.genre not in _DUTIES or not self.found or not self.found[0].actors:
            return []
        subject = self.found[0]
        named = set(sentence.keys[subject.first : subject.last])
        if self.context.genre != "treaty" and not named & _AS_PARTY:
            return []  # "Georgia handles 3 million tons a year" is a fact
        if _NOWADAYS & set(sentence.keys):
            return []
        begins = begins_clause(sentence, subject.first) or after_introduction(sentence, subject.first)
        if not begins or subject.first > _SOON:
            return []
        verb = adverbs_end(sentence, subject.last)
        key = sentence.key(verb)
        base = key if subject.joint else key.removesuffix("s")
        known = base in verbs().plain or (subject.joint and is_verb(sentence, verb))
        known = known or (base in verbs().ambiguous and sentence.key(verb + 1) in verbs().object_openers)
        known = known and base not in _STATED | verbs().stative and not sentence.has(verb + 1, "note")
        if not known or (not subject.joint and not key.endswith("s")) or sentence.key(verb + 1) in {",", "."}:
            return []
        end = clause_end(sentence, verb, self.starts)
        marker = Marker(verb, verb, "", "undertaking", "infinitive")
        return [self._promise(subject, (), marker, verb, end)] if end > verb + 1 else []

    def _agreed_alone(self) -> OpenList | None:
        """A list that a line with a verb alone opens: "WE AGREE", "HAVE DECIDED"."""
        sentence = self.sentence
        if len(sentence.keys) == 2 and sentence.keys[1] == ":" and sentence.keys[0] in _HEADS_OF_LISTS:
            return OpenList(
                self.context.group, Marker(0, 0, sentence.keys[0], "agreed", "list")
            )  # "INSTRUCT:"
        alone = len(sentence.keys) <= _ALONE and sentence.keys[-1] in _AGREES and self.context.group
        if not alone or sentence.unit.bullet:
            return None
        return OpenList(self.context.group, Marker(0, 0, sentence.keys[-1], "agreed", "list"))

    def _actors_alone(self) -> OpenList | None:
        """A list that actors alone open: "The two sides:", "We, the Heads of State, Hereby:"."""
        sentence = self.sentence
        if not self.found or sentence.tokens[-1].text != ":":
            return None
        last = self.found[-1]
        if last.last == len(sentence.tokens) - 1 and begins_clause(sentence, last.first) and last.actors:
            return OpenList(last.actors, None)
        return None

    def _opened_by_colon(self, result: list[Promise]) -> OpenList | None:
        """A sentence such as "The Parties shall do the following:" opens a list although it has an act of its own."""
        last = result[-1]
        if not is_container(self.sentence.text[last.start : self.sentence.unit.end]):
            return None
        return OpenList(last.promisors, Marker(0, 0, last.modality, last.strength, "list"))

    def item(self, first: bool) -> list[Promise] | None:
        """The promises of an item of a list; None when it is to be read as any sentence."""
        opened, sentence, state = self.state.opened, self.sentence, self.state
        kind = item_kind(sentence)
        if kind == "act" and takes_note(sentence):
            return [] if opened and opened.marker and not self._own_promise() else None
        if states_only(sentence) and not (opened and opened.marker and opened.marker.words):
            kind = "area"
        if opened is None:
            if not state.listing or not first or not self.context.group:
                return None
            if (actor := leading_actor(sentence, self.found)) is not None and actor.actors:
                listed = Marker(0, 0, "list", "undertaking", "list")
                return self._and_rest(self._led(actor, listed))
            if kind == "act" or (kind == "noun act" and (state.nouns or sentence.unit.cell)):
                marker = Marker(0, 0, "list", "undertaking", "list")
                return list(self._listed(self.responsible or self.context.group, marker, kind))
            return None
        below_actor = opened.marker is None and first and kind == "act" and self.context.genre in _PLANS
        whole = bool(set(sentence.keys) & _STATES) and sentence.text[sentence.unit.end - 1] == "."
        if (
            below_actor and not whole and marker_at(sentence, 0) is None
        ):  # "Brazil:", and below it what it will do
            return list(self._listed(opened.promisors, Marker(0, 0, "list", "undertaking", "list"), kind))
        if opened.marker is None or not first:
            return None
        if opened.marker.words in _HEADS_OF_LISTS:
            made = self._below_head(opened)
            if made is not None or not sentence.unit.bullet:
                return made
        if (actor := leading_actor(sentence, self.found)) is not None and actor.actors:
            return self._and_rest(self._led(actor, opened.marker))
        if kind != "act" and set(sentence.keys) & _STATES and sentence.text[sentence.unit.end - 1] == ".":
            return None  # a sentence of its own, such as a numbered article
        if kind == "area" and self._own_promise():
            return None
        if kind == "area":
            if sentence.tokens[-1].is_word:  # a heading, not an item
                state.opened = None
            return []
        if kind == "noun act" and (self._own_promise() or self._tells()):
            return None
        return list(self._listed(opened.promisors, opened.marker, kind))

    def _below_head(self, opened: OpenList) -> list[Promise] | None:
        """Items below "INSTRUCT:" or "REITERATE:": "The Group to present a plan", "Their commitment to deepen"."""
        sentence, marker = self.sentence, opened.marker
        to = next((i for i, key in enumerate(sentence.keys[:_FAR_TO]) if key == "to"), None)
        if to is None or marker is None or not is_verb(sentence, adverbs_end(sentence, to + 1)):
            return None
        noun = next((markers()["noun"][k] for k in sentence.keys[:to] if k in markers()["noun"]), None)
        strength = noun if noun is not None else marker.strength
        return list(self._acts(opened.promisors, marker._replace(strength=strength), to + 1))  # type: ignore[arg-type]

    def _led(self, actor: Subject, marker: Marker) -> list[Promise]:
        """The acts of each actor of an item: "Chile to build a port, and Peru to pave the pass; Peru to print maps"."""
        keys = self.sentence.keys
        actors = [actor]
        for other in self.found:
            joined = other.first > actor.last and keys[other.first - 1] in {"and", ";", ","}
            if (
                joined
                and other.actors
                and self.sentence.has(other.last, "to")
                and is_verb(self.sentence, other.last + 1)
            ):
                actors.append(other)
        result: list[Promise] = []
        for number, one in enumerate(actors):
            stop = actors[number + 1].first if number + 1 < len(actors) else None
            result += self._acts(one.actors, marker, one.last + 1, stop)
        return result

    def _and_rest(self, acts: list[Promise]) -> list[Promise]:
        """The acts of an item with what its sentence promises after them: "Bhutan to open a post; India will"."""
        last = acts[-1].end if acts else 0
        return [*acts, *(promise for promise in self.plain()[0] if promise.start >= last)]

    def _tells(self) -> bool:
        """Whether an item is a sentence of its own: "The delegation of Georgia informed the meeting of"."""
        first = self.found[0] if self.found and self.found[0].first == 0 else None
        verb = self.sentence.key(adverbs_end(self.sentence, first.last)) if first is not None else ""
        return (
            verb.endswith("ed")
            or verb in markers()["say"]
            or verb in {"found", "held", "took", "made", "thought"}
        )

    def _own_promise(self) -> bool:
        """Whether an item is a sentence with an actor and a marker of its own."""
        if (own := marker_at(self.sentence, 0)) is not None and own.past:
            return True  # "Instructed their authorities to", a line among lines
        return any(
            marker_at(self.sentence, i) is not None
            for subject in self.found
            for i in range(subject.last, min(subject.last + 3, len(self.sentence.keys)))
        ) or any(key in {"shall", "will"} for key in self.sentence.keys)

    def _listed(self, promisors: tuple[str, ...], marker: Marker, kind: str) -> Iterator[Promise]:
        if kind == "act":
            first = self.sentence.skip(0, frozenset({"to"}))
            yield from self._acts(promisors, marker, first)
        else:
            end = clause_end(self.sentence, 0, self.starts)
            yield self._promise(Subject(0, 0, promisors, True), (), marker, 0, end)

    def _acts(
        self, promisors: tuple[str, ...], marker: Marker, first: int, stop: int | None = None
    ) -> Iterator[Promise]:
        first = self.sentence.skip(first, frozenset({"to"}))
        head = adverbs_end(self.sentence, first)
        gerunds = is_gerund(self.sentence, head) and not is_verb(self.sentence, head)
        for begin, end in verb_phrases(self.sentence, first, self.starts, gerunds=gerunds, stop=stop):
            if end > begin:
                yield self._promise(Subject(0, 0, promisors, True), (), marker, begin, end)
