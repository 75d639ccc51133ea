"""Promises that a noun holds: "welcomed Peru's decision to join", "as well as its firm commitment to expanding"."""

from __future__ import annotations

from landbridge.agreements import tables
from landbridge.agreements.markers import Marker
from landbridge.agreements.record import Strength
from landbridge.agreements.syntax import Sentence, adverbs_end, is_gerund, is_verb
from landbridge.agreements.tokens import word_set

# By these verbs a text takes up what another has promised.
_HEARD = word_set(
    """
    welcomed welcome welcomes welcoming supported support supports appreciated appreciate appreciates appreciating
    hailed commended commend commends noted note notes noting thanked lauded applauded acknowledged recognised
    recognized praised accept accepts accepted accepting
    """
)
_OFFERS = word_set("offer offers offered pledge pledges promise")
_OWN = word_set("its their our his her the")
_BEFORE = word_set("and , as")
_ADJECTIVES = 3  # words between the owner and the noun, at most
_REACH = 14  # words from the verb of welcoming


def noun_at(sentence: Sentence, index: int) -> Marker | None:
    """The marker whose noun stands at a token, when no verb of saying stands right before it."""
    key = sentence.keys[index]
    strength: Strength | None = tables.markers()["noun"].get(key)  # type: ignore[assignment]
    if key in _OFFERS:
        strength = "willing" if key.startswith("offer") else "undertaking"
    if strength is None or sentence.quoted[index]:
        return None
    if strength == "exhortation":
        return _needed(sentence, index)
    return _anothers(sentence, index, strength) or _joined(sentence, index, strength)


def _anothers(sentence: Sentence, noun: int, strength: Strength) -> Marker | None:
    """ "Peru's decision to", "the decision of Peru to", after a verb of welcoming"""
    heard = set(sentence.keys[max(noun - _REACH, 0) : noun])
    if not heard & _HEARD or heard & {"not", "never"}:
        return None
    owner, to = None, noun + 1
    for at in range(noun - 1, max(noun - 2 - _ADJECTIVES, 0), -1):
        if sentence.keys[at] in {"'s", "\u2019s"}:
            owner = next((m for m in sentence.mentions if m.last == at), None)
            break
    if owner is None and sentence.key(noun + 1) in {"of", "by"}:
        at = noun + 2 + sentence.has(noun + 2, "the")
        at += 2 * sentence.has(at, "government", "of")
        at += sentence.has(at, "the")
        owner = sentence.mention_at.get(at)
        to = owner.last if owner is not None else noun
    if owner is None or not sentence.has(to, "to") or not _begins_act(sentence, to + 1):
        return None
    form = "gerund" if is_gerund(sentence, adverbs_end(sentence, to + 1)) else "infinitive"
    words = f"{sentence.keys[noun]} to"
    return Marker(noun, to + 1, words, strength, form, owner=owner.name.id)  # type: ignore[arg-type]


def _needed(sentence: Sentence, noun: int) -> Marker | None:
    """ "reiterated their commitment to peace, the urgent need for a ceasefire and the need to rebuild" """
    article = next((i for i in range(noun - 1, max(noun - 3, 0), -1) if sentence.keys[i] == "the"), None)
    if article is None or article < 4 or sentence.keys[article - 1] not in {"and", ","}:
        return None
    if not any(key in _STRESSED for key in sentence.before(article - 1)):
        return None
    if sentence.has(noun + 1, "to") and _begins_act(sentence, noun + 2):
        return Marker(article, noun + 2, "need to", "exhortation", "infinitive", past=True)
    if sentence.has(noun + 1, "for") and not needed_by_another(sentence, noun):
        return Marker(article, noun + 2, "need for", "exhortation", "object", past=True)
    return None


def needed_by_another(sentence: Sentence, noun: int) -> bool:
    """Whether "need" goes on with "for Israel to": what another country has to do."""
    named = sentence.mention_at.get(noun + 2)
    wanted = named is not None and named.name.type == "country" and sentence.has(named.last, "to")
    return sentence.has(noun + 1, "for") and wanted


_STRESSED = word_set(
    """
    stressed stress stressing reiterated reiterate reiterating emphasized emphasised emphasize emphasise underlined
    underline underscored underscore reaffirmed reaffirm affirmed highlighted agreed
    """
)


def _begins_act(sentence: Sentence, index: int) -> bool:
    verb = adverbs_end(sentence, index)
    return is_verb(sentence, verb) or is_gerund(sentence, verb)


def _joined(sentence: Sentence, noun: int, strength: Strength) -> Marker | None:
    """ "reaffirmed its support for ..., as well as its firm commitment to ..." """
    own = next(
        (i for i in range(noun - 1, max(noun - 2 - _ADJECTIVES, 0), -1) if sentence.keys[i] in _OWN), None
    )
    if own is None or own < 3 or sentence.keys[own - 1] not in _BEFORE:
        return None
    if tables.verbs().group_heads & set(sentence.keys[own:noun]):
        return None  # "and the two countries plan to": a verb
    said = any(key in tables.markers()["say"] for key in sentence.before(own))
    if not said or strength == "agreed" or not sentence.has(noun + 1, "to"):
        return None
    verb = adverbs_end(sentence, noun + 2)
    form = "gerund" if is_gerund(sentence, verb) else "infinitive"
    if not _begins_act(sentence, noun + 2):
        if strength != "undertaking" or not sentence.has(own - 3, "as", "well", "as"):
            return None
        form = "object"
    first = own - 2 if sentence.has(own - 3, "as", "well", "as") else own
    words = f"{sentence.keys[noun]} to"
    return Marker(first, noun + 2, words, strength, form, past=True)  # type: ignore[arg-type]
