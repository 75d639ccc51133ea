"""Actors whom the text names without saying whose they are: "Moyo pledged to", "..., Minister of Trade, agreed to"."""

from __future__ import annotations

from landbridge.agreements.openings import SPEECH, begins_clause
from landbridge.agreements.syntax import Context, Sentence, Subject
from landbridge.agreements.tokens import word_set

_OF_BODIES = frozenset({"minutes", "roadmap"})  # texts in which bodies go by their acronyms
_LONGEST = 10  # words of a name with its office
_WITHIN = word_set("of and for the - \u2013")
_OFFICES = word_set(
    "host guest visitor president minister premier chancellor secretary official ministers presidents pm king emir"
    " envoy ambassador"
)
# Heads of names that are no persons: what a bank or a company promises is not the parties'.
_NO_PERSON = word_set(
    """
    bank company group fund corporation agency university union council commission board court party parliament senate
    congress ltd inc plc railways airlines institute association federation foundation nations organization organisation
    development programme project agreement treaty reuters xinhua tass news monday tuesday wednesday thursday friday
    this that these those it there the a an its their his her all both each such which who others
    saturday sunday january february march april may june july august september october november december
    """
)


def stranger(sentence: Sentence, before: int, opened: Subject | None, context: Context) -> Subject | None:
    """Who acts at a verb whose subject ends before a token, when only the form of a name tells that it is a person.

    The clause's subject when the name is an apposition to it; else whose country stands in the name; else all parties.
    """
    first = before
    while first > 0 and before - first < _LONGEST:
        token = sentence.tokens[first - 1]
        inside = sentence.mention_at.get(first - 1) is None and token.is_word and token.capital
        if not inside and not (token.key in _WITHIN and first < before):
            break
        first -= 1
    while first < before and not sentence.tokens[first].capital:
        first += 1
    words = sentence.keys[first:before]
    office = sentence.keys[before - 1] in _OFFICES and sentence.keys[before - 2 : before - 1] == ["the"]
    if office and before > 1 and (begins_clause(sentence, before - 2) or sentence.key(before - 3) in SPEECH):
        return _guessed(before - 2, before, context)  # "the President", and there are two of them
    if (
        not words
        or set(words) & _NO_PERSON
        or any(m.first < before and first < m.last for m in sentence.mentions)
    ):
        return None
    if opened is not None and opened.actors and sentence.key(first - 1) == "," and opened.last < first:
        return opened
    two = "and" in words[1:-1] and _OFFICES & set(words)  # "President A and President-elect B"
    if len(words) == 1 and sentence.tokens[first].text.isupper() and context.genre not in _OF_BODIES:
        return None  # an acronym is no person
    if len(words) > 4 and not two:
        return None
    if not (begins_clause(sentence, first) or sentence.key(first - 1) in SPEECH or first == 0):
        return None
    return _guessed(first, before, context, joint=bool(two))


def _guessed(first: int, last: int, context: Context, *, joint: bool = False) -> Subject | None:
    group = context.group
    return Subject(first, last, group, joint, guessed=True) if len(group) > 1 else None
