"""Reads commitments: who promises what to whom, how firmly, on which subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from landbridge.agreements import tables
from landbridge.agreements.clauses import clause_end, past_number, text_range, verb_phrases
from landbridge.agreements.lists import OpenList, is_container, is_item, item_kind, items_after, leading_actor
from landbridge.agreements.markers import Marker, marker_at
from landbridge.agreements.nouns import noun_at
from landbridge.agreements.passives import passive_at
from landbridge.agreements.record import Strength
from landbridge.agreements.subjects import after_introduction, begins_clause, subjects
from landbridge.agreements.syntax import (
    Context,
    Sentence,
    Subject,
    adverbs_end,
    is_gerund,
    is_participle,
    is_verb,
)
from landbridge.agreements.tables import verbs
from landbridge.agreements.tokens import word_set

_DOUBTS = word_set("if unless whether once when until provided before")
_HOPES = word_set(
    """
    hope hopes hoped believe believes believed expect expects expected confident convinced
    confidence expectation conviction predicted wish wished
    """
)
# What is denied or only told is nobody's promise: words before a clause, and words anywhere in its sentence.
_DENIED = re.compile(
    r"\b(?:(?:untrue|not true|false|incorrect) that"
    r"|(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing)) (?:\w+ ){0,3}that)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:reportedly|allegedly|rumou?red|(?:according to|there (?:are|were)) (?:\w+ )?rumou?rs)\b",
    re.IGNORECASE,
)
_LEADING_CONDITION = re.compile(
    r"(?:if|unless|provided that|on condition that|subject to|in case|in the event)\b", re.IGNORECASE
)
_PART = re.compile(r";|\b(?:but|however)\b", re.IGNORECASE)
_BE_BOUND = (("guided", "by"), ("responsible", "for"), ("committed", "to"))
_NO_ACT = word_set("have has had be been being")
_DOCUMENTS = word_set("understanding statement declaration communique agreement document pact deal memorandum")
_STATES = word_set("is are was were may can will shall should has have must")
_STAYS = word_set("in seized engaged actively")  # "remain in contact", "remain seized of the matter"
_MODALS = word_set("will shall would should must")
_CONDITION = re.compile(
    r"\b(?:if|unless|subject to|provided that|on condition that|upon completion of|as appropriate)\b",
    re.IGNORECASE,
)
_TOGETHER = word_set("together closely jointly actively hand in side by")
_BARE = frozenset(
    {"need", "ought", "should", "must", "is", "are", "was", "were", "will", "shall", "would", "be"}
)
_SAID_PASSIVELY = word_set(
    "expressed confirmed reaffirmed stressed emphasized emphasised underlined underscored noted reiterated"
    " voiced agreed"
)
_GRANTED = word_set("permitted allowed granted exempted exempt entitled")
_CALLS = ("call", "spoke")


@dataclass
class Promise:
    """A commitment as read: offsets of its words, who promises, and how.

    about: items of a list below it that only name subjects. note: what is inferred, in words.
    """

    start: int
    end: int
    promisors: tuple[str, ...]
    partners: tuple[str, ...]
    modality: str
    strength: Strength
    conditional: bool = False
    negative: bool = False
    note: str | None = None
    about: tuple[Sentence, ...] = ()


@dataclass
class State:
    """What reading carries from one sentence to the next.

    opened: the open list. listing: whether items under the present heading are promises by themselves.
    before: the actors of the sentence before, whom "it" or "he" means.
    """

    opened: OpenList | None = None
    listing: bool = False
    nouns: bool = False
    before: tuple[str, ...] = ()
    continued: bool = False


def promises(sentences: Sequence[Sentence], number: int, context: Context, state: State) -> list[Promise]:
    """The promises of a sentence, given what the sentences before it have opened; changes the state.

    number: index of the sentence among all.
    """
    sentence = sentences[number]
    reading = _Reading(sentence, context, state)
    item = is_item(sentence, after_colon=state.opened is not None)
    if not item:
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


def _first_of_item(sentences: Sequence[Sentence], number: int) -> bool:
    """Whether a sentence is the first of its paragraph."""
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
    if any(item_kind(item) != "area" for item in items):
        return result[:-1]
    if items:  # they name subjects: the promise keeps its words, and they tell what it is about
        opened.marker, opened.promisors = None, ()
        return [*result[:-1], replace(last, about=tuple(items))]
    return result


class _Reading:
    """Reads one sentence."""

    def __init__(self, sentence: Sentence, context: Context, state: State) -> None:
        self.sentence, self.context, self.state = sentence, context, state
        self.found = subjects(sentence, context)
        self.starts = {subject.first: subject for subject in self.found}
        self.by_end = {subject.last: subject for subject in self.found}
        self.read_to = 0  # token up to which promises are read
        self.agreed_until = 0  # token before which modals only word what "agreed that" introduces

    def first_actors(self) -> tuple[str, ...]:
        """The actors of the first clause."""
        return next((s.actors for s in self.found if s.actors and begins_clause(self.sentence, s.first)), ())

    def plain(self) -> tuple[list[Promise], OpenList | None]:
        """The promises of a sentence outside lists, and the list that it opens."""
        sentence = self.sentence
        if (opened := self._actors_alone()) is not None:
            return [], opened
        result: list[Promise] = list(self._passive_saying())
        opens: OpenList | None = None
        index, read_to = 0, 0
        open_subject: Subject | None = self._of_list()
        while index < len(sentence.tokens):
            if index in self.starts and begins_clause(sentence, index) and not self._accompanies(index):
                open_subject = self.starts[index]
            marker = None if sentence.quoted[index] else noun_at(sentence, index) or marker_at(sentence, index)
            if marker is None:
                index += 1
                continue
            subject = self._subject_of(marker, open_subject)
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
        if opens is None and sentence.tokens[-1].text == ":":
            actors = self.first_actors()
            if result:
                opens = self._opened_by_colon(result)
            elif len(actors) > 1:
                opens = OpenList(actors, None)
        return result, opens

    def _accompanies(self, index: int) -> bool:
        """Whether the actor at a token only stands after "with": "values its ties with Portugal and is ready to"."""
        after = self.starts[index].last
        key = self.sentence.key(after)
        return self.sentence.key(index - 1) == "with" and not (key.endswith("ing") or key == "to")

    def _of_list(self) -> Subject | None:
        """The actors of the open list of which the sentence is an item."""
        opened = self.state.opened
        if opened is None or opened.marker is not None or not opened.promisors:
            return None
        return Subject(-1, -1, opened.promisors, len(opened.promisors) > 1)

    def _token_at(self, offset: int) -> int:
        tokens = self.sentence.tokens
        return next((i for i, token in enumerate(tokens) if token.start >= offset), len(tokens))

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

    # Whose promise

    def _subject_of(self, marker: Marker, open_subject: Subject | None) -> Subject | None:
        """Who the marker's verb belongs to: the phrase before it, or the clause's subject when verbs are joined."""
        sentence = self.sentence
        if marker.impersonal:
            return Subject(marker.first, marker.first, self.context.group, True)
        if marker.owner is not None:
            known = marker.owner in self.context.parties
            return Subject(marker.first, marker.first, (marker.owner,), False) if known else None
        if (owner := self._owner(marker)) is not None:
            return owner
        before = marker.first
        while before > 0 and adverbs_end(sentence, before - 1) == before:
            before -= 1
        for end in range(before, marker.first + 1):
            subject = self.by_end.get(end)
            if subject is not None:
                first = subject.first
                return (
                    subject if begins_clause(sentence, first) or after_introduction(sentence, first) else None
                )
        if marker.participle:
            return self._main_subject(marker, open_subject)
        if before == 0:
            return self._carried(marker)
        if sentence.keys[before - 1] in {"it", "he", "she"}:
            return self._pronoun(before, open_subject)
        if open_subject is None or open_subject.last >= before:
            return None
        joint = sentence.keys[before - 1]
        if joint == "," or (joint == "as" and marker.past):  # "and, to that end, would"; "as well as its commitment to"
            aside = next((i for i in range(before - 2, max(before - 10, 0), -1) if sentence.keys[i] == ","), None)
            joint = "and" if joint == "as" or (aside and sentence.keys[aside - 1] == "and") else joint
        if sentence.key(open_subject.last) in {"that", "which", "who"} and before - open_subject.last < 12:
            return open_subject
        if joint == "and" or (joint == "but" and marker.past):
            return open_subject
        if joint == "," and sentence.keys[marker.first] in _MODALS and self.read_to >= before - 1:
            return open_subject  # "will not use force, will not join alliances"
        if joint == ",":
            aside = sentence.key(open_subject.last) in {",", "("}
            return open_subject if aside or marker.past else None
        if joint == ")" and sentence.key(open_subject.last) == "(":
            return open_subject
        dash = sentence.tokens[before - 1].dash and sentence.tokens[min(open_subject.last, before - 1)].dash
        return open_subject if dash else None

    def _owner(self, marker: Marker) -> Subject | None:
        """Whose readiness it is, where the text says: "reiterated India's commitment to"."""
        for index in range(marker.first + 1, marker.last - 2):
            mention = self.sentence.mention_at.get(index)
            if mention is not None and self.sentence.key(mention.last) in {"'s", "\u2019s"}:
                party = mention.name.owners[0] if mention.name.capital else mention.name.id
                if party in self.context.parties:
                    return Subject(marker.first, marker.first, (party,), False)
            owner = self.starts.get(index)
            if owner is not None and owner.actors and self.sentence.key(index - 1) == "of":
                return Subject(marker.first, marker.first, owner.actors, owner.joint)
        return None

    def _pronoun(self, before: int, open_subject: Subject | None) -> Subject | None:
        """Whom "it" or "he" means: who speaks in the clause before, else who acted in the sentence before."""
        if before == 1:
            actors = self.state.before
            return Subject(0, 1, actors, False) if len(actors) == 1 or self.sentence.keys[0] == "it" else None
        if open_subject is not None and open_subject.last < before and len(open_subject.actors) == 1:
            return Subject(before - 1, before, open_subject.actors, False)
        return None

    def _main_subject(self, marker: Marker, open_subject: Subject | None) -> Subject | None:
        """The subject of "agreeing to": the clause's, which may also follow ("Reaffirming their will to ..., the")."""
        sentence = self.sentence
        before = sentence.key(marker.first - 1)
        joined = marker.first == 0 or before in {",", "and", ";"} | _DOCUMENTS
        if not joined:
            return None
        if open_subject is not None and open_subject.first < marker.first:
            return open_subject
        if sentence.tokens[-1].text in {";", ","}:  # a recital
            return None
        later = (s for s in self.found if s.first > marker.last and sentence.key(s.first - 1) == ",")
        return next((s for s in later if s.actors and s.joint), None)

    def _carried(self, marker: Marker) -> Subject | None:
        """Operative verbs on lines of their own: "DECIDE to complete ..." after "We, the Heads of State,"."""
        if self.sentence.keys[marker.first] in _BARE or self.sentence.unit.headline:
            return None
        if self.sentence.tokens[-1].text in {",", ";"} and self.context.genre in {"treaty", "mou"}:
            return None  # a recital: "Resolved to eliminate obstacles to trade,"
        opened = self.state.opened
        if opened is not None and opened.marker is None and opened.promisors:
            return Subject(0, 0, opened.promisors, len(opened.promisors) > 1)
        upper = self.sentence.tokens[marker.first].text.isupper()
        if upper or self.state.continued or self.sentence.unit.bullet:
            return Subject(0, 0, self.context.group, True)
        return None

    def _promises(self, marker: Marker, subject: Subject) -> bool:
        """Whether a marker with its subject states a promise: no condition, no hope, no state of affairs."""
        sentence = self.sentence
        if not subject.actors:
            return False
        calls = marker.words.startswith(_CALLS)
        if marker.strength == "exhortation" and not subject.joint and not calls:
            return False
        lead = sentence.keys[max(subject.first - 4, 0) : subject.first]
        if lead and lead[-1] in _DOUBTS:
            return False
        if any(word in _HOPES for word in lead) or self._denied(marker):
            return False
        if marker.form != "infinitive":
            return True
        first = past_number(sentence, marker.last)
        after = sentence.skip(adverbs_end(sentence, first), frozenset({"not"}))
        if after >= len(sentence.keys):
            return False
        key = sentence.keys[after]
        if key == "be":
            return any(sentence.has(adverbs_end(sentence, after + 1), *words) for words in _BE_BOUND)
        if key in verbs().stative and sentence.keys[marker.first] in _MODALS | {"want", "wants", "wanted"}:
            return key == "remain" and sentence.key(after + 1) in _STAYS
        if key == "have" and sentence.keys[marker.first] not in _MODALS:
            return True
        return key not in _NO_ACT and sentence.tokens[after].is_word

    def _denied(self, marker: Marker) -> bool:
        """Whether the part of the sentence with the marker is denied, or told as a rumour."""
        sentence = self.sentence
        at = sentence.tokens[marker.first].start
        start, end = _part(sentence, at)
        return bool(_DENIED.search(sentence.text, start, at) or _TOLD.search(sentence.text, start, end))

    def _conditional(self, subject: Subject) -> bool:
        """Whether a condition stands before the subject, as in "If the talks succeed, the two sides will ..."."""
        sentence = self.sentence
        index = min(subject.first, len(sentence.tokens) - 1)
        start, _ = _part(sentence, sentence.tokens[index].start)
        while sentence.text[start].isspace():
            start += 1
        met = _LEADING_CONDITION.match(sentence.text, start)
        return met is not None and "," in sentence.text[met.end() : sentence.tokens[index].start]

    # What is promised

    def _read(self, marker: Marker, subject: Subject) -> tuple[list[Promise], int]:
        """The promises after a marker, and the token where reading goes on."""
        sentence = self.sentence
        if marker.form == "clause":
            return self._clause(marker, subject)
        if marker.first < self.agreed_until and sentence.keys[marker.first] in _MODALS:
            marker = marker._replace(strength="agreed")
        if marker.form == "object":
            end = clause_end(sentence, marker.last, self.starts)
            if sentence.has(marker.last, "the", "following") or sentence.key(end - 1) == "below":
                return [], end
            return ([self._promise(subject, (), marker, marker.last, end)] if end > marker.last else []), end
        first = marker.last
        partners: tuple[str, ...] = ()
        if marker.form == "infinitive":
            first, partners = self._with_partner(marker.last, subject)
            if sentence.key(first) == "also":
                first += 1
        result, end = [], first
        for begin, end in verb_phrases(sentence, first, self.starts, gerunds=marker.form == "gerund"):
            if end > begin:
                result.append(self._promise(subject, partners, marker, begin, end))
        resumed = self._resumed(end) if marker.form == "infinitive" and result else None
        if resumed is not None:
            for begin, end in verb_phrases(sentence, resumed, self.starts):
                result.append(self._promise(subject, partners, marker, begin, end))
        return result, max(end, marker.last)

    def _resumed(self, end: int) -> int | None:
        """Where a row of acts goes on after a relative clause: "to set up a group, which will ..., and to explore"."""
        sentence = self.sentence
        if not sentence.has(end, ",") or sentence.key(end + 1) not in {"which", "who", "where"}:
            return None
        for index in range(end + 2, len(sentence.keys) - 3):
            joined = sentence.has(index - 1, ",", "and", "to")
            if joined and is_verb(sentence, adverbs_end(sentence, index + 2)):
                return index + 2
        return None

    def _with_partner(self, first: int, subject: Subject) -> tuple[int, tuple[str, ...]]:
        """Passes over "work with Kazakhstan to": the promise is what follows, and the partner benefits."""
        sentence = self.sentence
        at = adverbs_end(sentence, first)
        if sentence.key(at) not in {"work", "cooperate", "join"}:
            return first, ()
        at = sentence.skip(at + 1, _TOGETHER)
        if not sentence.has(at, "with"):
            return first, ()
        other = self.starts.get(at + 1) or self.starts.get(at + 2)
        if other is not None and other.actors and not set(other.actors) & set(subject.actors):
            to = sentence.skip(other.last, _TOGETHER)
            if sentence.has(to, "to"):
                return to + 1, other.actors
        return first, ()

    def _clause(self, marker: Marker, subject: Subject) -> tuple[list[Promise], int]:
        """After "agreed that": an actor's own promise is read in its turn, one about a thing is taken whole."""
        sentence = self.sentence
        end = clause_end(sentence, marker.last, {})
        inner = clause_end(sentence, marker.last, self.starts)
        if inner > marker.last + 1:
            end = inner
        modal = next((i for i in range(marker.last, end) if sentence.keys[i] in _MODALS), None)
        own = modal is not None and any(
            self.by_end.get(i) for i in range(modal, marker.last - 1, -1) if adverbs_end(sentence, i) == modal
        )
        if own:
            self.agreed_until = end
            return [], marker.last
        verb = marker.last if modal is None else modal + 1
        be = next((i for i in range(verb, end) if sentence.keys[i] == "be"), None)
        acts = modal is not None and sentence.key(adverbs_end(sentence, modal + 1)) in verbs().plain
        if be is not None and be > marker.last and is_participle(sentence.key(adverbs_end(sentence, be + 1))):
            acts = True
        return ([self._promise(subject, (), marker, marker.last, end)], end) if acts else ([], marker.last)

    def _may_be_passive(self, index: int, subject: Subject | None) -> bool:
        """Whether a modal may belong to a thing: no actor before it, or a body that is itself set up."""
        ordered = self.sentence.keys[index] in {"is", "are"} and any(
            self.sentence.has(index + 1, *words) for words in (("to", "be"), ("not", "to", "be"))
        )
        if self.sentence.keys[index] not in _MODALS and not ordered:
            return False
        if subject is None:
            return True
        if self.sentence.key(adverbs_end(self.sentence, index + 2)) in _GRANTED:
            return True
        return bool(set(self.sentence.keys[subject.first : subject.last]) & verbs().joint_bodies)

    def _passive(self, modal: int, read_to: int) -> list[Promise]:
        """Promises whose subject is a thing; nobody is named, so that all parties are taken to promise."""
        if not self.context.group or self.sentence.keys[modal] not in {"will", "shall", "is", "are"}:
            return []
        result = []
        for found in passive_at(self.sentence, modal, self.context, self.starts, read_to):
            start, end = text_range(self.sentence, found.first, found.last)
            at = self.sentence.tokens[modal].start
            if self._denied(Marker(modal, modal, "", "undertaking", "object")):
                continue
            start_of_part, _ = _part(self.sentence, at)
            lead = self.sentence.text[start_of_part:start].strip().casefold()
            conditional = bool(_LEADING_CONDITION.match(lead)) or bool(
                _CONDITION.search(self.sentence.text, start, end)
            )
            result.append(
                Promise(
                    start,
                    end,
                    found.by or self.context.group,
                    (),
                    self.sentence.keys[modal],
                    "undertaking",
                    conditional,
                    self.sentence.key(modal + 1) == "not",
                    None if found.by else "the text does not say who; taken as all parties",
                )
            )
        return result

    def _passive_saying(self) -> Iterator[Promise]:
        """ "The interest in ... was confirmed", "the need to ... was stressed", "cooperation in ... was agreed" """
        sentence, group = self.sentence, self.context.group
        if not group:
            return
        for was, key in enumerate(sentence.keys):
            if key not in {"was", "were"} or sentence.quoted[was]:
                continue
            said = adverbs_end(sentence, was + 1)
            if sentence.key(said) not in _SAID_PASSIVELY or sentence.key(was - 1) in {"it", "there"}:
                continue
            nouns = tables.markers()["noun"]
            noun = next((i for i in range(min(6, was)) if sentence.keys[i] in nouns), None)
            if noun is not None and nouns[sentence.keys[noun]] != "agreed":
                connector = noun + 1 if noun + 1 < was else adverbs_end(sentence, said + 1)
                if sentence.key(connector) not in {"in", "to", "for", "of"}:
                    continue
                end = was if noun + 1 < was else clause_end(sentence, connector, self.starts)
                strength: Strength = nouns[sentence.keys[noun]]  # type: ignore[assignment]
                words = f"{sentence.keys[noun]} {sentence.keys[connector]}"
            elif sentence.keys[said] == "agreed" and was > 1 and self.starts.get(0) is None:
                connector, end, strength, words = -1, was, "agreed", "was agreed"
            else:
                continue
            start, stop = text_range(sentence, connector + 1, end)
            yield Promise(
                start,
                stop,
                group,
                (),
                words,
                strength,
                note="the text does not say who; taken as all parties",
            )
            return

    # Items of lists

    def item(self, first: bool) -> list[Promise] | None:
        """The promises of an item of a list; None when it is to be read as any sentence."""
        opened, sentence, state = self.state.opened, self.sentence, self.state
        kind = item_kind(sentence)
        if opened is None:
            if not state.listing or not first or not self.context.group:
                return None
            if (actor := leading_actor(sentence, self.found)) is not None and actor.actors:
                return list(
                    self._acts(actor.actors, Marker(0, 0, "list", "undertaking", "list"), actor.last + 1)
                )
            if kind == "act" or (kind == "noun act" and state.nouns):
                marker = Marker(0, 0, "list", "undertaking", "list")
                return list(self._listed(self.context.group, marker, kind))
            return None
        if opened.marker is None or not first:
            return None
        if kind != "act" and set(sentence.keys) & _STATES and sentence.text[sentence.unit.end - 1] == ".":
            return None  # a sentence of its own, such as a numbered article
        if kind == "area" and self._own_promise():
            return None
        if kind == "area":
            if sentence.tokens[-1].is_word:  # a heading, not an item
                state.opened = None
            return []
        if kind == "noun act" and self._own_promise():
            return None
        return list(self._listed(opened.promisors, opened.marker, kind))

    def _own_promise(self) -> bool:
        """Whether an item is a sentence with an actor and a marker of its own."""
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

    def _acts(self, promisors: tuple[str, ...], marker: Marker, first: int) -> Iterator[Promise]:
        head = adverbs_end(self.sentence, first)
        gerunds = is_gerund(self.sentence, head) and not is_verb(self.sentence, head)
        for begin, end in verb_phrases(self.sentence, first, self.starts, gerunds=gerunds):
            if end > begin:
                yield self._promise(Subject(0, 0, promisors, True), (), marker, begin, end)

    def _promise(
        self, subject: Subject, partners: tuple[str, ...], marker: Marker, first: int, last: int
    ) -> Promise:
        start, end = text_range(self.sentence, first, last)
        condition = _CONDITION.search(self.sentence.text, start, end)
        negative = (
            subject.negative
            or self.sentence.key(first) in {"not", "never"}
            or self.sentence.has(first, "refrain")
        )
        return Promise(
            start,
            end,
            subject.actors,
            partners,
            marker.words,
            marker.strength,
            condition is not None,
            negative,
        )


def _part(sentence: Sentence, offset: int) -> tuple[int, int]:
    """Start and end of the part of a sentence around an offset; a semicolon or a "but" begins a new one."""
    start, end = sentence.unit.start, sentence.unit.end
    for joint in _PART.finditer(sentence.text, start, end):
        if joint.end() <= offset:
            start = joint.end()
        else:
            return start, joint.start()
    return start, end
