"""Parties to what a summit, a council or a meeting of an organisation decides: who speaks, who is only a guest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from landbridge.agreements import tables
from landbridge.agreements.entities import Mention
from landbridge.agreements.markers import marker_at
from landbridge.agreements.openings import begins_clause
from landbridge.agreements.record import Span
from landbridge.agreements.syntax import Sentence, adverbs_end
from landbridge.agreements.tokens import word_set

_ACTORS = frozenset({"country", "forum"})
_FEW = 3  # members that speak for themselves; when fewer are named, they preside, are hosts or are thanked
# What may stand between the names of a list: "of the Republic of Italy, ... and".
IN_LISTS = word_set(
    ", and the of republic kingdom state oriental federative plurinational argentine as well government prime minister"
    " president ministry ( ) union people's democratic socialist federal islamic sultanate federation hashemite"
    " representative chancellor king sultan emir *"
)
_GATHERINGS = word_set("summit conference council session ministerial meeting leaders heads")
_EARLY = 28  # words
_LENDERS = word_set("bank fund corporation association agency")
_LEAD_GROUPS = word_set("leaders heads member members council summit ministers states authority")


class Summit(NamedTuple):
    """What a text is of.

    gathered: the organisation whose summit, council or leaders the text is about. titled: whether its title says so.
    single: who promises something by itself. speaking: the organisations that speak as one, "We, the Leaders of ASEAN".
    """

    sentences: Sequence[Sentence]
    title: Span | None
    gathered: Mention | None
    titled: bool
    single: tuple[str, ...]
    speaking: tuple[Mention, ...]

    @classmethod
    def of(cls, sentences: Sequence[Sentence], title: Span | None) -> Summit:
        """What the text of these sentences is of."""
        found = _gathered(sentences, title)
        titled = found is not None and title is not None and title.start <= found.start < title.end
        titled = titled or (found is not None and _met_as_one(sentences[:2], found))
        speaking = tuple(m for s in sentences[:_OPENING] if (m := _speaking(s)) is not None)
        return cls(sentences, title, found, titled, _promising_alone(sentences), speaking)

    def without_guests(self, parties: list[str]) -> list[str]:
        """Leaves out who is no member of the organisation whose summit the title names, and not named there."""
        if self.gathered is None or not self.titled or self.gathered.name.id == "org:eu":
            return parties
        guests = set(parties) - {self.gathered.name.id, *self.gathered.name.members, *self.single}
        if _in_title(self.sentences, self.title, guests):
            return parties
        return [party for party in parties if party not in guests]

    def alone(self, parties: list[str]) -> tuple[str, ...] | None:
        """The organisation with who promises by itself, where too few members are named to speak for themselves."""
        if self.gathered is None:
            return None
        name = self.gathered.name
        others = set(parties) - {name.id}
        few = max(_FEW, 3 * len(name.members) // 4) if self.titled else _FEW - 1
        if not others <= set(name.members) or len(others) >= few:
            return None
        return (
            name.id,
            *(p for p in self.single if p in name.members or (p.startswith("org:") and p != name.id)),
        )

    def settled(self, parties: list[str]) -> list[str]:
        """The parties with who speaks as one or promises alone, and without hosts, chairs and groups of parties."""
        if self.speaking:
            name = self.speaking[0].name
            parties = parties if name.id in parties else [*parties, name.id]
            inside = set(name.members)
            if len(inside & set(parties)) < _FEW:
                parties = [party for party in parties if party not in inside]
                parties += [party for party in self.single if party in inside]
        parties = self._without_their_group(parties)
        if (
            self.gathered is not None and self.gathered.name.id in parties
        ):  # whoever presides does not speak for itself
            inside = set(self.gathered.name.members) & set(parties) - set(self.single)
            if 0 < len(inside) < _FEW and not _in_title(self.sentences, self.title, inside):
                parties = [party for party in parties if party not in inside]
        several = len(parties) >= _FEW or any(party.startswith("org:") for party in parties)
        if self.gathered is not None or several:
            parties = [*parties, *(party for party in self.single if party not in parties)]
        return parties

    def apart(self, parties: Sequence[str]) -> frozenset[str]:
        """Who promises something by itself without being among those who decide together.

        At a summit these are members and partners that the title does not name; else whoever the text names only later.
        """
        speaking = self.speaking[0] if self.speaking else self.gathered
        single = {party for party in self.single if party in parties}
        if speaking is not None and speaking.name.id in parties:
            found = {party for party in single if not _in_title(self.sentences, self.title, {party})}
            return frozenset(found - {speaking.name.id})
        opening = _named_in(self.sentences, self.title)
        if len(set(parties) & opening) < _PAIR:
            opening = {m.name.id for s in self.sentences[:_HEAD] for m in s.mentions}
        return frozenset(single - opening) if len(set(parties) & opening) >= _PAIR else frozenset()

    def _without_their_group(self, parties: list[str]) -> list[str]:
        """Leaves out an organisation whose members are parties by name, unless it speaks as one."""
        speaking = {mention.name.id for mention in self.speaking}
        members = {
            m.name.id: set(m.name.members)
            for s in self.sentences
            for m in s.mentions
            if m.name.type == "forum"
        }
        states = set(parties)
        every = {p for p in parties if members.get(p) and members[p] <= states}  # all of them are named
        return [
            p
            for p in parties
            if p == "org:eu"
            or len(members.get(p, set()) & states) < _FEW
            or (p in speaking and p not in every)
        ]


_PAIR = 2
_HEAD = 6  # sentences in which those who decide together are named, title and dateline included
_OPENING = 40  # sentences in which an organisation may say who speaks


def _promising_alone(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Countries and organisations that promise something by themselves: "Korea will", "Indonesia and Peru plan to"."""
    found: dict[str, None] = {}
    for sentence in sentences:
        row: list[Mention] = []
        for mention in (m for m in sentence.mentions if m.name.type in _ACTORS and not m.name.demonym):
            joined = row and sentence.keys[row[-1].last : mention.first] in (["and"], [","])
            row = [*row, mention] if joined else [mention]
            start = row[0].first - (sentence.key(row[0].first - 1) == "the" and row[0].first > 0)
            at = mention.last + 4 * sentence.has(mention.last, ",", "for", "its", "part", ",")
            at = adverbs_end(sentence, at)
            if at >= len(sentence.keys) or not begins_clause(sentence, start):
                continue
            said = sentence.keys[at] in tables.markers()["say"] and sentence.has(at + 1, "that", "it")
            at = adverbs_end(sentence, at + 3) if said else at
            marker = marker_at(sentence, at) if at < len(sentence.keys) else None
            if marker is not None and marker.strength in {"agreed", "undertaking", "willing"}:
                found.update((m.name.id, None) for m in row)
    return tuple(found)


def _met_as_one(opening: Sequence[Sentence], organisation: Mention) -> bool:
    """Whether the line below a title names the meeting: "Issued at the Regular Meeting of the Heads of CARICOM"."""
    return any(
        m is organisation
        and _MEETINGS & set(s.keys[: m.first])
        and not any(other.name.type == "country" and other.first < m.first for other in s.mentions)
        for s in opening
        for m in s.mentions
    )


_MEETINGS = word_set("meeting session summit conference")


def _gathered(sentences: Sequence[Sentence], title: Span | None) -> Mention | None:
    """The organisation whose summit, council or leaders the text is about."""
    for number, sentence in enumerate(sentences[:6]):
        in_title = title is not None and title.start <= sentence.unit.start < title.end
        for mention in sentence.mentions:
            bank = _LENDERS & {word.casefold() for word in mention.name.label.split()}
            if mention.name.type != "forum" or (
                not mention.name.members and (bank or not (in_title or sentence.unit.headline))
            ):
                continue
            below = {key for other in sentences[number + 1 : number + 4] for key in other.keys[:_EARLY]}
            if in_title and mention.last - mention.first >= len(sentence.keys) - 1 and below & _GATHERINGS:
                return mention  # its name alone, and "Ordinary session" below it
            around = sentence.keys[max(mention.first - 8, 0) : mention.last + 4]
            early = mention.first < _EARLY
            if (in_title or sentence.unit.headline) and set(around) & _GATHERINGS:
                return mention
            heads = set(sentence.keys[: mention.first]) & _LEAD_GROUPS if early else set()
            if early and (heads or sentence.key(mention.last) in _LEAD_GROUPS):
                return mention
    return None


def _speaking(sentence: Sentence) -> Mention | None:
    """The organisation that speaks as one: "We, the Leaders of the Member States of ASEAN"."""
    if not (sentence.key(0) == "we" and sentence.key(1) in {",", "\u2013", "\u2014"}):
        return None
    if len(speaking_states(sentence)) > 2:
        return None
    for mention in sentence.mentions:
        if mention.first > 16:
            return None
        if mention.name.type == "forum" and mention.name.members:
            return mention
        if mention.name.type == "country":
            return None
    return None


def speaking_states(sentence: Sentence) -> list[Mention]:
    """The countries that speak by name: "We, the Presidents of 12 states \u2013 Austria, Bulgaria, ... \u2013 met"."""
    if not (sentence.key(0) == "we" and sentence.key(1) in {",", "\u2013", "\u2014"}):
        return []
    row: list[Mention] = []
    for mention in (m for m in sentence.mentions if m.name.type == "country" and not m.name.demonym):
        between = sentence.tokens[row[-1].last : mention.first] if row else []
        verbs = tables.verbs()
        unknown = [t for t in between if t.key not in IN_LISTS]
        if not all(t.capital and t.key not in verbs.plain | verbs.ambiguous for t in unknown):
            break  # but for names that no table has
        row.append(mention)
    return row if len(row) > 2 else []


def _in_title(sentences: Sequence[Sentence], title: Span | None, parties: set[str]) -> bool:
    """Whether the title names one of the parties."""
    return bool(_named_in(sentences, title) & parties)


def _named_in(sentences: Sequence[Sentence], title: Span | None) -> set[str]:
    """Whom the title names, but for the country of a place: "Phnom Penh, Cambodia"."""
    return {
        mention.name.id
        for sentence in sentences[:6]
        for mention in sentence.mentions
        if title is not None
        and title.start <= mention.start < title.end
        and sentence.key(mention.first - 1) != ","
    }
