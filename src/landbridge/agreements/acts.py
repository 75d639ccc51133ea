"""What is promised: the acts after a marker, one by one."""

from __future__ import annotations

from dataclasses import replace

from landbridge.agreements.clauses import clause_end, text_range, verb_phrases
from landbridge.agreements.marker import Marker
from landbridge.agreements.months import DAYS
from landbridge.agreements.openings import begins_clause
from landbridge.agreements.promise import CONDITION, Promise
from landbridge.agreements.promisors import Promisors
from landbridge.agreements.syntax import (
    MODALS,
    NEEDS,
    Sentence,
    Subject,
    adverbs_end,
    is_participle,
    is_verb,
)
from landbridge.agreements.tables import verbs
from landbridge.agreements.tokens import word_set

_ASIDE = 14  # words
_SUBJECT = 12  # words of a thing before its verb, at most
_RIGHTS = word_set("may can could might")
_TOGETHER = word_set("together closely jointly actively hand in side by")


def _is_modal(sentence: Sentence, index: int) -> bool:
    """Whether a modal stands at a token, or "needs to"."""
    key = sentence.keys[index]
    return key in MODALS or (key in NEEDS and sentence.has(index + 1, "to"))


class Acts(Promisors):
    """Reads the acts that follow a marker."""

    def _read(self, marker: Marker, subject: Subject) -> tuple[list[Promise], int]:
        """The promises after a marker, and the token where reading goes on."""
        sentence = self.sentence
        if marker.form == "clause":
            self.told = (marker, subject)
            return self._clause(marker, subject)
        if sentence.has(
            marker.first - 4, "it", "was", "agreed", ","
        ):  # "Uganda, it was agreed, would oversee"
            marker = marker._replace(strength="agreed")
        if marker.first < self.agreed_until and sentence.keys[marker.first] in MODALS:
            marker = marker._replace(strength="agreed")
        if marker.form == "object":
            end = clause_end(sentence, marker.last, self.starts)
            if sentence.has(marker.last, "the", "following") or sentence.key(end - 1) == "below":
                return [], end
            parts = (
                self._on_and_on(marker.last, end)
                if sentence.keys[marker.last - 1] == "on"
                else [(marker.last, end)]
            )
            return [self._promise(subject, (), marker, *part) for part in parts if part[1] > part[0]], end
        first = marker.last
        partners: tuple[str, ...] = ()
        if marker.form == "infinitive":
            first, partners = self._with_partner(marker.last, subject)
            if sentence.key(first) == "also":
                first += 1
        result, end = [], first
        gerunds, slips = marker.form == "gerund", not marker.participle
        for begin, end in verb_phrases(sentence, first, self.starts, gerunds=gerunds, slips=slips):
            if end > begin:
                result.append(self._promise(subject, partners, marker, begin, end))
        resumed = self._resumed(end) if marker.form == "infinitive" and result else None
        if resumed is not None:
            for begin, end in verb_phrases(sentence, resumed, self.starts):
                result.append(self._promise(subject, partners, marker, begin, end))
        return result, max(end, marker.last)

    def _on_and_on(self, first: int, end: int) -> list[tuple[int, int]]:
        """Cuts "agreed on a fund, and on a bank" into what is agreed."""
        parts, sentence, keys = [], self.sentence, self.sentence.keys
        begin = first
        for index in range(first + 2, end - 1):
            joined = keys[index - 1] == "and" or keys[index - 3 : index] == ["as", "well", "as"]
            if keys[index] not in {"on", "upon"} or not joined or sentence.quoted[index]:
                continue
            if (
                {"on", "upon"} & set(keys[begin:index])
                or keys[index + 1] in DAYS
                or keys[index + 1][:1].isdigit()
            ):
                break  # another "on" stands within what is agreed, or a day follows
            last = index
            while last > begin and keys[last - 1] in {"and", "as", "well", ","}:
                last -= 1
            parts.append((begin, last))
            begin = index + 1
        return [*parts, (begin, end)]

    def _resumed(self, end: int) -> int | None:
        """Where a row of acts goes on after a relative clause: "to set up a group, which will ..., and to explore"."""
        sentence = self.sentence
        aside = sentence.has(end, ",") and sentence.key(end + 1) in {
            "which",
            "who",
            "where",
            "while",
            "whose",
        }
        if not aside and not sentence.has(end, "so", "that"):
            return None
        for index in range(end + 2, min(end + 80, len(sentence.keys) - 3)):
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
        modal = next((i for i in range(marker.last, end) if _is_modal(sentence, i)), None)
        own = modal is not None and any(
            begins_clause(sentence, self.by_end[i].first) or sentence.key(self.by_end[i].first - 1) == "that"
            for i in range(modal, marker.last - 1, -1)
            if i in self.by_end and adverbs_end(sentence, i) == modal
        )
        if own:
            self.agreed_until = end if marker.strength == "agreed" else 0
            return [], marker.last
        verb = marker.last if modal is None else modal + 1 + (sentence.keys[modal] in NEEDS)
        be = next((i for i in range(verb, end) if sentence.keys[i] == "be"), None)
        acts = modal is not None and sentence.key(adverbs_end(sentence, verb)) in verbs().plain
        if modal is not None and sentence.key(modal - 1) == "there" and be == modal + 1:
            acts = True  # "agree that there shall be unity"
        if be is not None and be > marker.last and is_participle(sentence.key(adverbs_end(sentence, be + 1))):
            acts = True
        allowed = be is not None and bool(_RIGHTS & set(sentence.keys[marker.last : be]))
        if acts and not allowed:
            ruled_out = modal is not None and self.sentence.key(modal + 1) in {"not", "never"}
            result = [
                self._promise(subject, (), marker, begin, stop)
                for begin, stop in self._things(marker.last, be, end)
            ]
            return [replace(whole, negative=whole.negative or ruled_out) for whole in result], end
        if modal is None and (wanted := self._wanted(marker, inner)) is not None:
            result = [
                self._promise(wanted[0], (), marker, begin, stop)
                for begin, stop in verb_phrases(sentence, wanted[1], self.starts)
            ]
            return result, wanted[1]
        if (
            modal is None and marker.strength == "agreed"
        ):  # "agreed that at the summit, Japan and Canada will work"
            first = next(
                (i for i in range(end, min(end + 30, len(sentence.keys))) if sentence.keys[i] in MODALS), end
            )
            self.agreed_until = first + 1 if end - marker.last < _ASIDE else end
        return [], marker.last

    def _things(self, first: int, be: int | None, end: int) -> list[tuple[int, int]]:
        """Cuts "the bridge be built, and the working hours be increased" into what is to be done with each thing."""
        keys = self.sentence.keys
        later = (
            i for i in range(be or end, end) if keys[i] == "be" and is_participle(self.sentence.key(i + 1))
        )
        for other in list(later)[1:]:
            joint = next(
                (i for i in range(other - 1, max(other - _SUBJECT, first), -1) if keys[i] == "and"), None
            )
            if joint is not None and other - joint > 2 and not MODALS & set(keys[joint:other]):
                return [(first, joint), (joint + 1, end)]
        return [(first, end)]

    def _wanted(self, marker: Marker, end: int) -> tuple[Subject, int] | None:
        """Whom and what a clause without a modal wants: "agreed that their ministers meet twice a year"."""
        if marker.strength not in {"agreed", "exhortation"}:
            return None
        subject = self.starts.get(marker.last)
        if subject is None or not subject.actors or subject.last >= end:
            return None
        verb = adverbs_end(self.sentence, subject.last)
        plain = self.sentence.key(verb) in verbs().plain and is_verb(self.sentence, verb)
        return (subject, verb) if plain else None

    def _promise(
        self, subject: Subject, partners: tuple[str, ...], marker: Marker, first: int, last: int
    ) -> Promise:
        start, end = text_range(self.sentence, first, last)
        condition = CONDITION.search(self.sentence.text, start, end)
        negative = (
            subject.negative
            or (self.sentence.key(first) in {"not", "never"} and self.sentence.key(first + 1) != "only")
            or self.sentence.has(first, "no", "longer")
            or self.sentence.key(first - 1) in {"not", "never"}
            or self.sentence.has(first - 2, "never", "to")
            or self.sentence.has(first, "refrain")
            or self.sentence.has(first - 2, "not", "to")
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
            "the text does not say whose promise; taken as all parties" if subject.guessed else None,
        )
