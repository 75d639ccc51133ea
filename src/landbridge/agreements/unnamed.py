"""Promises of nobody in particular: "duties shall be reduced", "the interest in a road was confirmed"."""

from __future__ import annotations

from collections.abc import Iterator

from landbridge.agreements import tables
from landbridge.agreements.clauses import clause_end, text_range
from landbridge.agreements.markers import Marker
from landbridge.agreements.openings import begins_clause
from landbridge.agreements.passives import WISHES, passive_at
from landbridge.agreements.promise import CONDITION, LEADING_CONDITION, Promise, part
from landbridge.agreements.promisors import HOPES, Promisors
from landbridge.agreements.record import Strength
from landbridge.agreements.syntax import (
    MODALS,
    NEEDS,
    Subject,
    adverbs_end,
    is_participle,
)
from landbridge.agreements.tables import verbs
from landbridge.agreements.tokens import word_set

_SAID_PASSIVELY = word_set(
    "expressed confirmed reaffirmed stressed emphasized emphasised underlined underscored noted reiterated"
    " voiced agreed"
)
_BINDS = {
    ("should", "mou"),
    ("must", "treaty"),
    ("should", "minutes"),
    ("would", "minutes"),
    ("should", "treaty"),
}
_THINGS = WISHES | {"will", "shall", "is", "are"}
_AWAY = 100  # words
_CLAUSE = 30  # words from "that" to its modal, at most
_TELL_TOGETHER = frozenset({"said", "agreed", "view", "believe", "believed", "decided", "consider"})
_DEEDS = word_set("launch opening start construction introduction signing completion establishment creation")
_ANNOUNCES = word_set(
    "assurance reported announced announces said says stated confirmed informed assured pledged promised"
)
_GRANTED = word_set("permitted allowed granted exempted exempt entitled")


class Unnamed(Promisors):
    """Reads promises whose subject is a thing; all parties are taken to make them."""

    def _may_be_passive(self, index: int, subject: Subject | None) -> bool:
        """Whether a modal may belong to a thing: no actor before it, or a body that is itself set up."""
        ordered = self.sentence.keys[index] in {"is", "are"} and any(
            self.sentence.has(index + 1, *words) for words in (("to", "be"), ("not", "to", "be"))
        )
        if self.sentence.keys[index] not in MODALS | NEEDS | {"may"} and not ordered:
            return False
        if subject is None:
            return True
        if self.sentence.key(adverbs_end(self.sentence, index + 2)) in _GRANTED:
            return True
        return bool(set(self.sentence.keys[subject.first : subject.last]) & verbs().joint_bodies)

    def _passive(self, modal: int, read_to: int) -> list[Promise]:
        """Promises whose subject is a thing; nobody is named, so that all parties are taken to promise."""
        word = self.sentence.keys[modal]
        ruled_out = word == "may" and self.sentence.key(modal + 1) == "not"
        if not self.context.group or not (ruled_out or word in _THINGS):
            return []
        wished = word in WISHES
        opened = self.state.opened
        listed = opened is not None and opened.marker is not None
        told = self._announced(modal)
        bound = listed or (told and word == "would") or (word, self.context.genre) in _BINDS
        if wished and not bound and not self._told_together(modal):
            return []
        strength: Strength = "exhortation" if word in WISHES - {"would"} else "undertaking"
        result = []
        for found in passive_at(self.sentence, modal, self.context, self.starts, read_to, told=told):
            start, end = text_range(self.sentence, found.first, found.last)
            at = self.sentence.tokens[modal].start
            if self._denied(Marker(modal, modal, "", "undertaking", "object")):
                continue
            if HOPES & set(self.sentence.keys[max(found.first - 4, 0) : found.first]):
                continue
            start_of_part, _ = part(self.sentence, at)
            lead = self.sentence.text[start_of_part:start].strip().casefold()
            conditional = bool(LEADING_CONDITION.match(lead)) or bool(
                CONDITION.search(self.sentence.text, start, end)
            )
            result.append(
                Promise(
                    start,
                    end,
                    found.by or self._teller(found.first) or self.context.group,
                    (),
                    word,
                    strength,
                    conditional,
                    self._ruled_out(found.first, modal),
                    None
                    if found.by or self._teller(found.first)
                    else "the text does not say who; taken as all parties",
                )
            )
        return result

    def _announced(self, modal: int) -> bool:
        """Whether one party announces the clause of a modal."""
        reach = range(modal - 1, max(modal - _CLAUSE, 0), -1)
        that = next((i for i in reach if self.sentence.keys[i] == "that"), None)
        return that is not None and bool(self._teller(that + 1))

    def _teller(self, first: int) -> tuple[str, ...]:
        """The one party that announces what a clause about a thing says: "Serbia said that the line will be"."""
        keys = self.sentence.keys
        if (
            first < 2
            or keys[first - 1] != "that"
            or not _ANNOUNCES & set(keys[max(first - 4, 0) : first - 1])
        ):
            return ()
        named = next((s for s in reversed(self.found) if s.last < first), None)
        alone = named is not None and len(named.actors) == 1 and begins_clause(self.sentence, named.first)
        return named.actors if named is not None and alone else ()

    def _ruled_out(self, first: int, modal: int) -> bool:
        """Whether a clause about a thing denies: "no duties shall be levied", "shall, on request, not be charged"."""
        keys = self.sentence.keys
        be = next((i for i in range(modal + 1, min(modal + 14, len(keys))) if keys[i] == "be"), modal + 2)
        denied = bool({"not", "never"} & set(keys[modal + 1 : be])) and not self.sentence.has(
            modal + 1, "not", "only"
        )
        return denied or keys[first] in {"no", "neither", "nothing", "none"}

    def _planned(self, be: int) -> Promise | None:
        """ "A container train is planned to be launched in 2025", "the launch of a train is planned for May" """
        sentence = self.sentence
        plan = adverbs_end(sentence, be + 1)
        if sentence.key(plan) not in {"planned", "scheduled", "envisaged", "slated"} or sentence.quoted[be]:
            return None
        done = sentence.has(plan + 1, "to", "be") and is_participle(sentence.key(plan + 3))
        if not done and sentence.key(plan + 1) not in {"for", "in", "by"}:
            return None
        comma = next(
            (i for i in range(be - 1, max(be - _AWAY, -1), -1) if sentence.keys[i] in {",", ";", "that"}), -1
        )
        if sentence.key(comma + 1) in {"it", "which", "that", "who", "as"} or be - comma < 3:
            return None
        if not done and not set(sentence.keys[comma + 1 : comma + 5]) & _DEEDS:
            return None
        start, end = text_range(sentence, comma + 1, clause_end(sentence, plan, self.starts))
        words = f"{sentence.keys[be]} {sentence.keys[plan]}"
        note = "the text does not say who; taken as all parties"
        return Promise(start, end, self.context.group, (), words, "willing", note=note)

    def _told_together(self, modal: int) -> bool:
        """Whether all sides say what a thing should or would: "both sides shared the view that trade should be"."""
        keys = self.sentence.keys
        that = next((i for i in range(modal - 1, max(modal - _CLAUSE, 0), -1) if keys[i] == "that"), None)
        if that is None:
            return False
        tells = {*tables.markers()["say"], *_TELL_TOGETHER}
        for last in range(that, max(that - _CLAUSE, 0), -1):
            subject = self.by_end.get(last)
            if subject is not None and subject.joint and begins_clause(self.sentence, subject.first):
                return bool(set(keys[last:that]) & tells)
        return False

    def _passive_saying(self) -> Iterator[Promise]:
        """ "The interest in ... was confirmed", "the need to ... was stressed", "cooperation in ... was agreed" """
        sentence, group = self.sentence, self.context.group
        if not group:
            return
        for was, key in enumerate(sentence.keys):
            if key in {"is", "are"} and (planned := self._planned(was)) is not None:
                yield planned
                return
            if key not in {"was", "were"} or sentence.quoted[was]:
                continue
            said = adverbs_end(sentence, was + 1)
            if sentence.key(was - 1) == "following" or "following" in sentence.keys[max(was - 3, 0) : was]:
                continue  # "the following steps were agreed": they come below
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
