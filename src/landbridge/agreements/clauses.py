"""The grammar around promises: who acts, where a clause ends, which word is a verb."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from landbridge.agreements import tables
from landbridge.agreements.entities import Mention, People, find_names
from landbridge.agreements.sentences import Unit
from landbridge.agreements.tokens import Token, tokenize, word_set

_DETERMINERS = word_set("the both all each either these our")
_NUMBERS = word_set(
    """
    two three four five six both other high contracting participating prime foreign respective
    """
)
_GROUPS = word_set(
    """
    sides side parties party countries nations governments leaders presidents ministers states
    delegations participants signatories heads premiers partners peoples
    """
)
_PRONOUNS = word_set("they we")
_BODIES = word_set(
    """
    government ministry committee agency administration commission department council parliament
    cabinet
    """
)
_OF_A_COUNTRY = word_set(
    """
    side party government president leader delegation minister leadership parliament authorities
    premier part
    """
)
_BEFORE_SUBJECT = word_set(
    """
    and but while that whereas as , ; : ( ) yet however therefore where moreover
    """
)
# After these the sentence goes on about why, what follows or what comes with it: no longer what is promised.
_CUTS = (
    ("so", "as", "to"),
    ("in", "order", "to"),
    ("so", "that"),
    ("thereby",),
    ("thus",),
    ("with", "a", "view", "to"),
    ("with", "the", "aim", "of"),
    ("in", "order", "that"),
)
_COMMA_CUTS = (
    ("which",),
    ("who",),
    ("while",),
    ("where",),
    ("whereas",),
    ("but",),
    ("as", "this"),
    ("since",),
    ("because",),
    ("including", "by"),
)
_SPEECH = word_set(
    """
    said says stressed noted added pointed emphasized emphasised stated underlined reported
    announced
    """
)
_READY = word_set("ready willing prepared committed determined")
_FINITE = word_set(
    """
    will shall should agreed decided pledged expressed reaffirmed reiterated welcomed noted stressed undertook
    """
)
_FINITE_TO = word_set("intend intends plan plans expect expects hope hopes")
# -ing words that introduce examples or a topic instead of an act.
_NOT_GERUNDS = word_set(
    """
    including regarding concerning following according involving covering building housing banking
    mining engineering manufacturing training funding shipping fishing processing planning farming
    publishing programming
    """
)


@dataclass(frozen=True)
class Subject:
    """Who acts: tokens `first` to `last`, and the parties that are meant. `joint`: they act together."""

    first: int
    last: int
    actors: tuple[str, ...]
    joint: bool


@dataclass(frozen=True)
class Context:
    """What the whole text says about who is who."""

    parties: tuple[str, ...]
    people: People

    @property
    def group(self) -> tuple[str, ...]:
        """Whom "each Party" or "they" means: all parties, and nobody when fewer than two are known."""
        return self.parties if len(self.parties) > 1 else ()


class Sentence:
    """A sentence with its words and the names in it."""

    def __init__(self, text: str, unit: Unit) -> None:
        self.unit = unit
        self.text = text
        self.tokens: list[Token] = tokenize(text, unit.start, unit.end)
        self.mentions: list[Mention] = find_names(self.tokens)

    @cached_property
    def mention_at(self) -> dict[int, Mention]:
        return {mention.first: mention for mention in self.mentions}

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    @cached_property
    def _mention_starts(self) -> list[int]:
        return [mention.start for mention in self.mentions]

    @cached_property
    def keys(self) -> list[str]:
        return [token.key for token in self.tokens]

    @cached_property
    def quoted(self) -> list[bool]:
        """Whether each token stands within quotation marks, brackets or a name of several words."""
        inside, flags, depth = False, [], 0
        for token in self.tokens:
            if token.text in "\u201c\u00ab":
                inside = True
            elif token.text in "\u201d\u00bb":
                inside = False
            elif token.text == '"':
                inside = not inside
            depth += (token.text == "(") - (token.text == ")" and depth > 0)
            flags.append(inside or depth > 0)
        if inside:  # an unpaired mark quotes nothing
            flags = [False] * len(flags)
        for mention in self.mentions:
            for index in range(mention.first + 1, mention.last):
                flags[index] = True
        return flags

    def within(self, start: int, end: int) -> list[Mention]:
        """Mentions between two offsets."""
        first, last = bisect_left(self._mention_starts, start), bisect_left(self._mention_starts, end)
        return [m for m in self.mentions[first:last] if m.end <= end]

    def words(self, start: int, end: int) -> list[Token]:
        """Tokens between two offsets."""
        return self.tokens[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def has(self, index: int, *words: str) -> bool:
        """Whether these words stand at a token."""
        return tuple(self.keys[index : index + len(words)]) == words

    def skip(self, index: int, words: frozenset[str]) -> int:
        """The first token from an index on that is none of the words."""
        while index < len(self.keys) and self.keys[index] in words:
            index += 1
        return index


def subjects(sentence: Sentence, context: Context) -> list[Subject]:
    """Every phrase that names actors known to the text, the longest at each place."""
    found: list[Subject] = []
    index = 0
    while index < len(sentence.tokens):
        subject = _coordinated(sentence, index, context)
        if subject is None:
            index += 1
        else:
            found.append(subject)
            index = subject.last
    return found


def _coordinated(sentence: Sentence, index: int, context: Context) -> Subject | None:
    first = _one(sentence, index, context)
    if first is None:
        return None
    last, actors, joint = first
    alone, listed = first, first[2]
    while not alone[2] and last + 1 < len(sentence.keys) and sentence.keys[last] in {"and", ","}:
        comma = sentence.keys[last] == "," and sentence.keys[last + 1] != "and"
        after = last + 1 + (sentence.keys[last + 1] == "and")
        other = _one(sentence, after, context) if after < len(sentence.keys) else None
        if other is None or other[2]:
            break
        last, actors, joint = other[0], (*actors, *other[1]), True
        listed = listed or not comma
    if joint and not listed:  # "..., China" after a comma without an "and" starts something new
        last, actors, joint = alone
    known = tuple(party for party in context.parties if party in actors)
    strangers = tuple(dict.fromkeys(actor for actor in actors if actor not in context.parties))
    if strangers or not known:
        return Subject(index, last, (), False)
    return Subject(index, last, known, joint or len(known) > 1)


def _one(sentence: Sentence, index: int, context: Context) -> tuple[int, tuple[str, ...], bool] | None:
    """One actor at a token: index after it, who, and whether a group of all parties."""
    keys = sentence.keys
    if keys[index] in {"each", "all"} and sentence.has(index + 1, "of"):
        index += 2
        if index >= len(keys):
            return None
    if keys[index] in _PRONOUNS:
        return index + 1, context.group, True
    at = sentence.skip(index, _DETERMINERS)
    counted = sentence.skip(at, _NUMBERS)
    if counted > index and counted < len(keys) and keys[counted] in _GROUPS:
        single = keys[counted] in {"side", "party"} and keys[index] not in {"each", "either"}
        if not single or counted > at:
            return _heads_of(sentence, counted + 1, context), context.group, True
    if (
        keys[index] == "both"
        and at == index + 1
        and at < len(keys)
        and keys[at] in {"will", "agreed", "shall", "should"}
    ):
        return at, context.group, True
    if at < len(keys) and keys[at] in _BODIES:
        for place in range(at + 1, min(at + 10, len(keys))):
            mention = sentence.mention_at.get(place)
            if mention is not None and mention.name.type == "country":
                return mention.last, (mention.name.id,), False
            if keys[place] in {",", "will", "shall", "agreed", ";"}:
                break
    mention = sentence.mention_at.get(at)
    if mention is not None and mention.name.type in {"country", "forum"}:
        last = mention.last
        if last < len(keys) and keys[last] in _OF_A_COUNTRY:
            last += 1
            person = context.people.at(sentence.tokens, last) if last < len(keys) else None
            return (person[0] if person else last), (mention.name.id,), False
        if mention.name.demonym or (last < len(keys) and sentence.tokens[last].dash):
            return None
        return last, (mention.name.id,), False
    while at < len(keys) and sentence.tokens[at].capital and keys[at] in _OFFICES:
        at += 1
    if at >= len(keys):
        return None
    person = context.people.at(sentence.tokens, at)
    if person is None or person[1].country is None:
        return None
    return _of_country(sentence, person[0]), (person[1].country,), False


_OFFICES = word_set(
    """
    president prime minister premier chairman vice deputy foreign mr mrs ms dr excellency his her
    king emir
    """
)


def _heads_of(sentence: Sentence, last: int, context: Context) -> int:
    """Passes over "of state and government" and "of the two countries"."""
    while sentence.has(last, "of") or sentence.has(last, "and", "government"):
        after = sentence.skip(last + 1, _DETERMINERS | _NUMBERS)
        if after < len(sentence.keys) and sentence.keys[after] in {
            "state",
            "government",
            "governments",
            "states",
            *_GROUPS,
        }:
            last = after + 1
            continue
        mention = sentence.mention_at.get(after)
        if mention is None or mention.name.type != "country":
            break
        last = mention.last
        if sentence.has(last, "and") and (
            other := sentence.mention_at.get(sentence.skip(last + 1, _DETERMINERS))
        ):
            last = other.last
    return last


def _of_country(sentence: Sentence, last: int) -> int:
    if sentence.has(last, "of"):
        mention = sentence.mention_at.get(sentence.skip(last + 1, _DETERMINERS))
        if mention is not None and mention.name.type == "country":
            return mention.last
    return last


def begins_clause(sentence: Sentence, index: int) -> bool:
    """Whether a subject may stand at a token: at the start, after a mark, or after a conjunction."""
    if index == 0 or sentence.keys[index - 1] in _BEFORE_SUBJECT | _SPEECH:
        return True
    before = sentence.tokens[index - 1]
    return before.quote_mark or (before.dash and before.end < sentence.tokens[index].start)


def is_verb(sentence: Sentence, index: int) -> bool:
    """Whether the base form of a verb stands at a token, read from what follows it."""
    words, keys = tables.verbs(), sentence.keys
    if index >= len(keys) or not sentence.tokens[index].is_word:
        return False
    after = index + 1
    following = keys[after] if after < len(keys) else "."
    if following in {"-", "\u2013"} and sentence.tokens[after].start == sentence.tokens[index].end:
        return False
    if keys[index] in words.plain:
        if keys[index] in {"co"} or (following in {"of", ")", "."} and index > 0 and keys[index - 1] != "to"):
            return False
        return not (following in {",", "and"} and not _verb_follows(sentence, after))
    if keys[index] not in words.ambiguous:
        return False
    if f"{keys[index]}:{following}" in words.certain_pairs:
        return True
    held = index > 0 and (keys[index - 1] in words.adverbs or keys[index - 1].endswith("ly"))
    if held or (index > 0 and keys[index - 1] == "to"):
        return following not in {",", "and", "of", ".", ")"}
    mention = sentence.mention_at.get(after)
    return following in words.object_openers or (mention is not None and not mention.name.demonym)


def _verb_follows(sentence: Sentence, index: int) -> bool:
    """Whether "and" and another verb follow, so that both share an object ("deepen and expand ties")."""
    if not sentence.has(index, "and"):
        return False
    after = adverbs_end(sentence, index + 1)
    return after < len(sentence.keys) and sentence.keys[after] in tables.verbs().plain


def is_gerund(sentence: Sentence, index: int) -> bool:
    """Whether an -ing form that begins an act stands at a token."""
    if index >= len(sentence.keys):
        return False
    key = sentence.keys[index]
    return key in tables.verbs().gerunds and not (
        key in _NOT_GERUNDS and not _opens_object(sentence, index + 1)
    )


def _opens_object(sentence: Sentence, index: int) -> bool:
    return index < len(sentence.keys) and sentence.keys[index] in {"a", "an", "the", "new", "their", "its"}


def adverbs_end(sentence: Sentence, index: int) -> int:
    """The first token from an index on that is no adverb."""
    words = tables.verbs()
    while index < len(sentence.keys):
        key = sentence.keys[index]
        ends_ly = (
            key.endswith("ly") and len(key) > 4 and key not in words.plain and key not in words.ambiguous
        )
        if not (key in words.adverbs or ends_ly):
            return index
        if key == "further" and sentence.has(index + 1, "the"):
            return index
        index += 1
    return index


def new_clause(sentence: Sentence, index: int, starts: dict[int, Subject]) -> bool:
    """Whether a new clause with its own subject begins at a token."""
    subject = starts.get(index)
    if subject is None:
        return False
    after = adverbs_end(sentence, subject.last)
    if after >= len(sentence.keys):
        return False
    key = sentence.keys[after]
    finite = key in _SPEECH or key in {
        "will",
        "shall",
        "should",
        "is",
        "are",
        "have",
        "has",
        "had",
        "were",
        "was",
        "agreed",
        "decided",
    }
    return (
        finite
        or (key.endswith("ed") and key[:-1] in tables.verbs().plain | {"note"})
        or key in {"stand", "stands", "support", "supports"}
    )


def cut_at(sentence: Sentence, index: int, starts: dict[int, Subject], *, gerunds: bool) -> bool:
    """Whether what is promised ends before a token: a purpose, a consequence, a new clause.

    gerunds: whether the promised acts themselves are -ing forms, so that a comma and one does not end the promise.
    """
    keys = sentence.keys
    if any(sentence.has(index, *cut) for cut in _CUTS):
        return True
    if keys[index] == ";":
        return not _resumes(sentence, index + 1)
    if keys[index] in {":", "\u2014"} or (
        keys[index] == "." and sentence.tokens[index].end == sentence.unit.end
    ):
        return True
    if keys[index] in {"and", "but", "while"} and new_clause(sentence, index + 1, starts):
        return True
    if keys[index] in {"and", ","} and _finite(sentence, index + 1 + sentence.has(index + 1, "and")):
        return True
    if keys[index] != ",":
        return False
    after = index + 1
    if _reported(sentence, after):
        return True
    if any(sentence.has(after, *cut) for cut in (*_CUTS, *_COMMA_CUTS)) or new_clause(
        sentence, after, starts
    ):
        return True
    if sentence.has(after, "and") and new_clause(sentence, after + 1, starts):
        return True
    return not gerunds and is_gerund(sentence, adverbs_end(sentence, after)) and not _listed(sentence, after)


def _finite(sentence: Sentence, index: int) -> bool:
    """Whether a verb that says something new of the same subject stands at a token: "... and will ..."."""
    at = adverbs_end(sentence, index)
    if at >= len(sentence.keys):
        return False
    if sentence.keys[at] in {"is", "are"}:
        return sentence.keys[at + 1 : at + 2] != [] and sentence.keys[at + 1] in _READY
    if sentence.keys[at] in _FINITE_TO:
        return sentence.has(at + 1, "to")
    return sentence.keys[at] in _FINITE


def _reported(sentence: Sentence, index: int) -> bool:
    """Whether the words of a reporter stand at a token: "he said", "the document added", "said the statement"."""
    keys = sentence.keys
    if index < len(keys) and keys[index] in _SPEECH:
        return True
    if index >= len(keys) or keys[index] not in {"he", "she", "it", "they", "the", "a"}:
        return False
    for verb in range(index + 1, min(index + 4, len(keys))):
        if keys[verb] in _SPEECH:
            return verb + 1 == len(keys) or keys[verb + 1] in {
                ".",
                ",",
                "in",
                "on",
                "as",
                "at",
                "after",
                "during",
            }
    return False


def _listed(sentence: Sentence, index: int) -> bool:
    """Whether the -ing form after a comma is one item of a list of nouns."""
    after = adverbs_end(sentence, index) + 1
    return after < len(sentence.keys) and sentence.keys[after] in {",", "and"}


def _resumes(sentence: Sentence, index: int) -> bool:
    after = sentence.skip(index, frozenset({"and", "to"}))
    after = adverbs_end(sentence, after)
    return is_verb(sentence, after) or is_gerund(sentence, after)


def verb_phrases(
    sentence: Sentence,
    first: int,
    starts: dict[int, Subject],
    *,
    gerunds: bool = False,
    stop: int | None = None,
) -> Iterator[tuple[int, int]]:
    """Cuts what follows a promise's marker into acts: token ranges, each a head verb with its objects.

    first: token where the first act begins. gerunds: whether the acts are -ing forms.
    """
    end = len(sentence.tokens) if stop is None else stop
    head = adverbs_end(sentence, first)
    begin, index, chained = first, head + 1, head
    while index < end:
        if sentence.quoted[index]:
            index += 1
            continue
        if cut_at(sentence, index, starts, gerunds=gerunds):
            end = index
            break
        after = _after_coordinator(sentence, index)
        if after is None:
            index += 1
            continue
        comma = sentence.keys[index] in {",", ";"}
        verb = adverbs_end(sentence, after)
        acts = is_gerund(sentence, verb) if gerunds else is_verb(sentence, verb)
        # "to plan ..., strengthen ..., and creating ...": a slip of translators, read as it is meant.
        slipped = not gerunds and comma and sentence.keys[after - 1] == "and" and is_gerund(sentence, verb)
        shared = not comma and (index - 1 == chained or _infinitive(sentence, index - 1))
        if (acts or slipped) and not shared:
            yield begin, index
            begin, chained = after, verb
            index = verb + 1
        else:
            if acts and shared:
                chained = verb
            index = after if after > index else index + 1
    yield begin, end


def _infinitive(sentence: Sentence, index: int) -> bool:
    """Whether a verb after "to" stands at a token, as in "to deepen and develop"."""
    words, keys = tables.verbs(), sentence.keys
    if keys[index] not in words.plain and keys[index] not in words.ambiguous:
        return False
    before = index - 1
    while before > 0 and (keys[before] in words.adverbs or keys[before].endswith("ly")):
        before -= 1
    return before >= 0 and keys[before] == "to"


def _after_coordinator(sentence: Sentence, index: int) -> int | None:
    """The token after a coordinator at `index`, when there is one."""
    keys = sentence.keys
    after = index
    if keys[after] in {",", ";"}:
        after += 1
    if sentence.has(after, "as", "well", "as"):
        after += 3
    elif after < len(keys) and keys[after] in {"and", "or"}:
        after += 1
    if after == index:
        return None
    if after < len(keys) and keys[after] == "to":
        after += 1
    return after if after < len(keys) else None


def text_range(sentence: Sentence, first: int, last: int) -> tuple[int, int]:
    """Offsets of tokens `first` to `last`, without marks at the ends that belong to the sentence."""
    tokens: Sequence[Token] = sentence.tokens
    while first < last and tokens[first].text in {",", ";", ":"}:
        first += 1
    while last > first and (
        tokens[last - 1].text in {",", ";", ":", "!"} or tokens[last - 1].key in {"and", "or"}
    ):
        last -= 1
    if last - first > 1 and tokens[last - 1].text == "." and tokens[last - 2].key != "etc":
        last -= 1
    if tokens[last - 1].key == "etc" and last < len(tokens) and tokens[last].text == ".":
        last += 1
    return tokens[first].start, tokens[last - 1].end
