"""Groups of all parties that only a number names: "all three resolved to", "the two diplomats agreed"."""

from __future__ import annotations

from landbridge.agreements import tables
from landbridge.agreements.syntax import Sentence, adverbs_end
from landbridge.agreements.tokens import word_set

_NUMBERS = word_set("two three four five six seven eight nine ten")
_DOCUMENTS = word_set("declaration statement communique")
_SPEAKS = word_set(
    """
    calls called reaffirms reaffirmed stresses stressed emphasized emphasised emphasizes emphasises underlined
    underlines underscored underscores urged urges affirmed affirms showed expressed
    """
)
# Plural nouns after "the two" that are no people: a document or a thing does not agree.
_THINGS = word_set(
    """
    projects agreements documents memoranda memorandums treaties pacts deals contracts cities ports roads lines routes
    corridors bridges years days months weeks decades phases stages visits meetings rounds economies markets
    companies firms banks universities islands rivers regions provinces factors issues areas sectors topics
    """
)
_MODALS = word_set("will shall should would have are were had")


def numbered_group(sentence: Sentence, index: int) -> int:
    """The token after "all three" or "the two diplomats" before a verb that says or promises; else 0."""
    first = sentence.key(index)
    at = index + 1
    if first == "the" and sentence.key(at) in _NUMBERS:
        at += 1
    elif first == "all" and sentence.key(at) in _NUMBERS:
        if _verb(sentence, at + 1):
            return at + 1
        at += 1
    elif first != "both":
        if first == "the" and sentence.has(at, "host", "and", "guest"):
            return at + 3
        return 0
    for end in (at, at + 1):  # one adjective may stand before the noun
        noun = sentence.key(end)
        plural = noun.endswith("s") and not noun.endswith("ss") and len(noun) > 2
        if plural and noun not in _THINGS and _verb(sentence, end + 1):
            return end + 1
    return 0


def speaking_document(sentence: Sentence, index: int) -> int:
    """The token after "declaration" where the parties' own document calls for something or stresses it; else 0."""
    for noun in range(index, min(index + 5, len(sentence.keys))):
        if sentence.keys[noun] in _DOCUMENTS:
            return noun + 1 if sentence.key(adverbs_end(sentence, noun + 1)) in _SPEAKS else 0
        plain = sentence.keys[noun] in {"joint", "final", "leaders", "closing", "concluding", "summit", "-"}
        if not plain and not sentence.tokens[noun].capital:
            return 0
    return 0


def _verb(sentence: Sentence, index: int) -> bool:
    """Whether a finite verb of saying or promising stands at a token, perhaps after an adverb or a day."""
    key = sentence.key(adverbs_end(sentence, index))
    table = tables.markers()
    return key in _MODALS or key in table["to"] or key in table["say"] or key in table["charge"]
