"""Promises of nobody in particular: "duties shall be reduced", "the interest in a road was confirmed"."""

from __future__ import annotations

from collections.abc import Iterator

from landbridge.agreements import tables
from landbridge.agreements.clauses import clause_end, text_range
from landbridge.agreements.markers import Marker
from landbridge.agreements.passives import passive_at
from landbridge.agreements.promise import CONDITION, LEADING_CONDITION, MODALS, Promise, part
from landbridge.agreements.promisors import Promisors
from landbridge.agreements.record import Strength
from landbridge.agreements.syntax import (
    Subject,
    adverbs_end,
)
from landbridge.agreements.tables import verbs
from landbridge.agreements.tokens import word_set

_SAID_PASSIVELY = word_set(
    "expressed confirmed reaffirmed stressed emphasized emphasised underlined underscored noted reiterated"
    " voiced agreed"
)
_GRANTED = word_set("permitted allowed granted exempted exempt entitled")


class Unnamed(Promisors):
    """Reads promises whose subject is a thing; all parties are taken to make them."""

    def _may_be_passive(self, index: int, subject: Subject | None) -> bool:
        """Whether a modal may belong to a thing: no actor before it, or a body that is itself set up."""
        ordered = self.sentence.keys[index] in {"is", "are"} and any(
            self.sentence.has(index + 1, *words) for words in (("to", "be"), ("not", "to", "be"))
        )
        if self.sentence.keys[index] not in MODALS and not ordered:
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
            start_of_part, _ = part(self.sentence, at)
            lead = self.sentence.text[start_of_part:start].strip().casefold()
            conditional = bool(LEADING_CONDITION.match(lead)) or bool(
                CONDITION.search(self.sentence.text, start, end)
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
