"""A sentence with its words and names, and which of its words are verbs."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property

from landbridge.agreements import tables
from landbridge.agreements.entities import Mention, People, find_names
from landbridge.agreements.sentences import Unit
from landbridge.agreements.tokens import Token, tokenize, word_set

# -ing words that introduce examples or a topic instead of an act.
_NOT_GERUNDS = word_set(
    """
    including regarding concerning following according involving covering building housing banking
    mining engineering manufacturing training funding shipping fishing processing planning farming
    publishing programming meeting trading rolling financing marketing lending pricing licensing
    """
)
_PREFIXES = word_set("fast co re kick jump pre cross double")  # of "fast-track", "co-finance", "re-open"
_PREPOSITIONS = word_set("including regarding concerning following according pending notwithstanding")
MODALS = word_set("will shall would should must")
NEEDS = word_set("need needs ought")  # modals with "to" after them
UNNAMED = "org:unnamed"  # the parties of a text that names none, such as one article of a treaty
_NO_OBJECT_BEFORE = frozenset({"of", ")", "."})
_ARTICLES = word_set("a an the new their its")


@dataclass(frozen=True)
class Subject:
    """Who acts: tokens `first` to `last`, and the parties that are meant.

    joint: they act together. negative: "neither Party", so that the act is ruled out. guessed: the text names a person
    without saying whose, so that all parties are taken.
    """

    first: int
    last: int
    actors: tuple[str, ...]
    joint: bool
    negative: bool = False
    guessed: bool = False


_OF_SEVERAL = frozenset({"treaty", "roadmap", "minutes"})


@dataclass(frozen=True)
class Context:
    """What the whole text says about who is who."""

    parties: tuple[str, ...]
    people: People
    genre: str = "other"
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()  # parties that promise something only by themselves

    @property
    def group(self) -> tuple[str, ...]:
        """Whom "each Party" or "we" means: all parties; nobody when only one country is known."""
        if not self.parties:
            return (UNNAMED,)
        together = tuple(party for party in self.parties if party not in self.apart)
        alone = len(together) == 1 and not together[0].startswith("org:")
        if (
            alone and self.genre in _OF_SEVERAL
        ):  # one schedule of several, a plan whose sides the text takes as known
            return (UNNAMED,)
        return () if alone else together

    def alias_at(self, sentence: Sentence, index: int) -> tuple[int, tuple[str, ...]] | None:
        """A name that the text itself gives a party, such as "CAAM", at a token: index after it, and the party."""
        if not self.aliases or index >= len(sentence.keys) or not sentence.tokens[index].capital:
            return None
        for length in (4, 3, 2, 1):
            found = self.aliases.get(" ".join(sentence.keys[index : index + length]))
            if found is not None:
                return index + length, found
        return None


def _without_plain_quotes(tokens: list[Token]) -> list[Token]:
    """Leaves out the marks around words of the sentence's own run: 'agreed to "seek opportunities" for', no name."""
    dropped: set[int] = set()
    opened: int | None = None
    for index, token in enumerate(tokens):
        if token.text not in _DOUBLE:
            continue
        if opened is None:
            opened = index
            continue
        inner = tokens[opened + 1 : index]
        before = tokens[opened - 1] if opened else None
        if (
            inner
            and before is not None
            and before.is_word
            and inner[0].is_word
            and inner[0].text[0].islower()
        ):
            dropped |= {opened, index}
        opened = None
    return [token for index, token in enumerate(tokens) if index not in dropped] if dropped else tokens


_FAR = 100  # words
_LONG_QUOTE = 9  # words; a longer quotation is speech, a shorter one a name or a term
_DOUBLE = frozenset('"\u201c\u201d\u00ab\u00bb')


def _ending_in_colon(tokens: list[Token]) -> list[Token]:
    """Takes a dash at the end for the colon that opens a list: "Member States shall -"."""
    if len(tokens) > _OPENS and tokens[-1].dash and tokens[-2].end < tokens[-1].start:
        return [*tokens[:-1], tokens[-1]._replace(text=":", key=":")]
    if len(tokens) > _OPENS and tokens[-1].text == "," and tokens[-2].key == "to":
        return [*tokens[:-1], tokens[-1]._replace(text=":", key=":")]  # "The two Heads of State agreed to,"
    if len(tokens) > _OPENS and tokens[-2].text == ":" and tokens[-1].dash:
        return tokens[:-1]
    return tokens


_OPENS = 2  # words


class Sentence:
    """A sentence with its words and the names in it."""

    def __init__(self, text: str, unit: Unit) -> None:
        self.unit = unit
        self.text = text
        self.tokens: list[Token] = _ending_in_colon(
            _without_plain_quotes(tokenize(text, unit.start, unit.end))
        )
        self.mentions: list[Mention] = find_names(self.tokens)
        self.found: list[Subject] | None = None  # its subjects, once looked for

    @cached_property
    def mention_at(self) -> dict[int, Mention]:
        return {mention.first: mention for mention in self.mentions}

    @cached_property
    def says_we(self) -> bool:
        """Whether the sentence speaks of "we"."""
        return "we" in self.keys

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
        inside, flags, depth, words = False, [], 0, 0
        for token in self.tokens:
            if token.text in "\u201c\u00ab":
                inside, words = True, 0
            elif token.text in "\u201d\u00bb":
                inside = False
            elif token.text == '"':
                inside, words = not inside, 0
            depth += (token.text == "(") - (token.text == ")" and depth > 0)
            words += 1
            flags.append(inside or depth > 0)
        self._release_speech(flags)
        if inside or self._is_speech(flags):  # an unpaired mark quotes nothing
            flags = [False] * len(flags)
        for mention in self.mentions:
            for index in range(mention.first + 1, mention.last):
                flags[index] = True
        return flags

    def _release_speech(self, flags: list[bool]) -> None:
        """Takes for the text's own what is quoted at length and promises: he wrote, "Greece and Egypt will ..."."""
        first = 0
        while first < len(flags):
            last = first
            while last < len(flags) and flags[last]:
                last += 1
            long = last - first > _LONG_QUOTE and self.tokens[first].text in _DOUBLE
            if long and {
                "will",
                "shall",
                "agree",
                "agreed",
                "intend",
                "reaffirmed",
                "affirmed",
                "pledged",
                "decided",
            } & set(self.keys[first:last]):
                flags[first:last] = [False] * (last - first)
            first = last + 1

    def _is_speech(self, flags: list[bool]) -> bool:
        """Whether the quotation marks hold whole sentences, as direct speech does, and not a name or a term."""
        if not flags or not flags[0]:
            return False
        length = next((i for i, flag in enumerate(flags) if not flag), len(flags))
        spoken = len(self.keys) > 1 and self.keys[1] in {"we", "i", "our", "both"}
        return length > (4 if spoken else _LONG_QUOTE) and self.tokens[0].quote_mark

    def within(self, start: int, end: int) -> list[Mention]:
        """Mentions between two offsets."""
        first, last = bisect_left(self._mention_starts, start), bisect_left(self._mention_starts, end)
        return [m for m in self.mentions[first:last] if m.end <= end]

    def words(self, start: int, end: int) -> list[Token]:
        """Tokens between two offsets."""
        return self.tokens[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def token_at(self, offset: int) -> int:
        """The first token that begins at an offset or after it."""
        return bisect_left(self._starts, offset)

    def before(self, index: int) -> list[str]:
        """The words before a token, as far as they may say something of it."""
        return self.keys[max(index - _FAR, 0) : max(index, 0)]

    def key(self, index: int) -> str:
        """The word at a token in lower case; empty beyond the ends."""
        return self.keys[index] if 0 <= index < len(self.keys) else ""

    def has(self, index: int, *words: str) -> bool:
        """Whether these words stand at a token."""
        return index >= 0 and tuple(self.keys[index : index + len(words)]) == words

    def skip(self, index: int, words: frozenset[str]) -> int:
        """The first token from an index on that is none of the words."""
        while index < len(self.keys) and self.keys[index] in words:
            index += 1
        return index


def is_verb(sentence: Sentence, index: int) -> bool:
    """Whether the base form of a verb stands at a token, read from what follows it."""
    words, keys = tables.verbs(), sentence.keys
    if index >= len(keys) or not sentence.tokens[index].is_word:
        return False
    after = index + 1
    following = keys[after] if after < len(keys) else "."
    if following in {"-", "\u2013"} and sentence.tokens[after].start == sentence.tokens[index].end:
        stem = sentence.key(after + 1)
        return keys[index] in _PREFIXES and (stem in words.plain or stem in words.ambiguous)
    if index > 1 and keys[index - 1] == ")" and keys[index] in words.plain and following == ",":
        return True  # "(c) establish, wherever possible, common positions"
    if keys[index] in words.plain:
        if keys[index] in {"co"} or _joined_adjective(sentence, index):
            return False
        if following == "for" and keys[index] in {"respect", "support"} and sentence.key(index - 1) != "to":
            return False  # "respect for international law"
        if index == 0 and following == "," and sentence.unit.bullet:
            return "," in keys[2:14]  # "Develop, as a matter of priority, the major projects"
        if following in _NO_OBJECT_BEFORE and index > 0 and keys[index - 1] != "to":
            return False
        return not (following in {",", "and"} and not _verb_follows(sentence, after))
    if keys[index] not in words.ambiguous:
        return False
    if keys[index] == "help" and following in words.plain:
        return True  # "help ensure the operation of"
    if following == "cooperation" and keys[index] in _FIELDS:
        return False  # "economic and trade cooperation"
    if following == "to" and keys[index] in {"access", "link", "contribution", "support"}:
        return False  # "public health and access to vaccines"
    if f"{keys[index]}:{following}" in words.certain_pairs:
        return True
    held = index > 0 and (keys[index - 1] in words.adverbs or keys[index - 1].endswith("ly"))
    if held or (index > 0 and keys[index - 1] == "to"):
        return following not in {",", "and", "of", ".", ")"}
    if following == "for":
        return False  # "schedules and programme for"
    mention = sentence.mention_at.get(after)
    if following.endswith("ly") and len(following) > 4 and sentence.key(index - 1) == "and":
        return True
    return following in words.object_openers or (mention is not None and not mention.name.demonym)


_FIELDS = word_set("trade transport transit research travel finance")


def _joined_adjective(sentence: Sentence, index: int) -> bool:
    """Whether a word only joins another adjective: "a free and open order"."""
    return (
        sentence.has(index - 1, "and")
        and sentence.key(index - 2) in _ADJECTIVES
        and (
            sentence.key(index - 3) in _ARTICLES | {"our", "more"}
            or sentence.has(index - 2, "safe", "and", "secure")
        )
        and sentence.key(index + 1)
        not in tables.verbs().object_openers - {"international", "regional", "national"}
    )


_ADJECTIVES = word_set("free open fair safe clean secure direct complete separate long live new stable green")


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
    if key in _PREPOSITIONS:
        return False
    if key in {"building", "training", "planning", "financing"} and sentence.key(index - 1) == "to":
        return True  # "committed to building resilience"
    return key in tables.verbs().gerunds and not (
        key in _NOT_GERUNDS and sentence.key(index + 1) not in _ARTICLES
    )


def is_participle(key: str) -> bool:
    """Whether a word has the form of a past participle."""
    if key in tables.verbs().participles:
        return True
    return len(key) > 3 and key.endswith("ed") and key not in {"need", "speed", "indeed", "exceed", "proceed"}


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


def past_number(sentence: Sentence, index: int) -> int:
    """Passes over the number of an item within a line: "(i)", "(a)", "1)"."""
    if sentence.key(index) == "(" and sentence.key(index + 2) == ")":
        return index + 3
    if sentence.key(index + 1) == ")" and len(sentence.key(index)) <= 3:
        return index + 2
    return index
