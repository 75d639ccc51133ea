"""Where a promise ends: purposes, consequences, new clauses, and the next act of a row of acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from landbridge.agreements import tables
from landbridge.agreements.nouns import needed_by_another, noun_at
from landbridge.agreements.rows import EFFECTS, in_means, in_purpose, in_title, means, row_goes_on
from landbridge.agreements.syntax import (
    MODALS,
    Sentence,
    Subject,
    adverbs_end,
    is_gerund,
    is_participle,
    is_verb,
    past_number,
)
from landbridge.agreements.tokens import Token, word_set

# After these the sentence goes on about why, what follows or what comes with it: no longer what is promised.
_CUTS = (
    ("so", "as", "to"),
    ("in", "order", "to"),
    ("so", "that"),
    ("thereby",),
    ("thus",),
    ("with", "a", "view", "to"),
    ("with", "the", "aim", "of"),
    ("with", "the", "view", "to"),
    ("with", "the", "purpose", "of"),
    ("in", "order", "that"),
    ("in", "efforts", "to"),
    ("in", "an", "effort", "to"),
    ("in", "a", "bid", "to"),
    ("with", "an", "eye"),
    ("with", "the", "goal", "of"),
    ("with", "the", "objective", "of"),
    ("with", "the", "view", "of"),
    ("amid",),
    ("all", "while"),
    ("whose",),
)
_SET_OFF = frozenset({",", "inter", "alia"})
_CUT_FIRSTS = frozenset(cut[0] for cut in _CUTS)
_COMMA_CUTS = (
    ("which",),
    ("who",),
    ("while",),
    ("where",),
    ("whereas",),
    ("but",),
    ("during", "which"),
    ("for", "which"),
    ("by", "which"),
    ("nor", "shall"),
    ("failing", "which"),
    ("that", "is"),
    ("without", "which"),
    ("although",),
    ("though",),
    ("in", "which"),
    ("under", "which"),
    ("at", "which"),
    ("as", "this"),
    ("according", "to"),
    ("building", "on"),
    ("building", "upon"),
    ("since",),
    ("because",),
    ("after", "which"),
    ("following", "which"),
    ("upon", "which"),
)
_OPEN_ENDS = word_set("of in by for to with at from on between")
_SPEECH = word_set(
    """
    said says stressed noted added pointed emphasized emphasised stated underlined reported
    announced told reads reported
    """
)
_READY = word_set("ready willing prepared committed determined resolved keen intent dedicated interested")
_FINITE = word_set(
    """
    will shall should would announced said agreed decided pledged expressed reaffirmed reiterated welcomed noted
    stressed undertook
    looked discussed exchanged reviewed held signed witnessed praised commended thanked invited
    visited attended called urged
    underlined underscored emphasised emphasized voiced confirmed hoped condemned acknowledged
    recognised recognized affirmed declared tasked
    instructed took gave met highlighted appreciated vowed
    """
)
# Verbs of the same subject that promise nothing, when a word of worth follows: "and stress the importance of".
_VALUES = word_set(
    """
    stress note underline underscore emphasize emphasise highlight acknowledge recognise recognize affirm reiterate
    recall commend appreciate welcome thank reaffirm congratulate
    """
)
_WORTH = word_set(
    "importance need role fact value significance contribution relevance that efforts progress our"
)
_FINITE_TO = word_set(
    "intend intends plan plans expect expects hope hopes wish wishes agree agrees resolve resolves undertake undertakes"
    " pledge pledges"
)
_TELLS_OF_ONE = word_set(
    """
    invites urges encourages requests instructs directs mandates tasks welcomes reaffirms expresses underlines stresses
    reiterates decides agrees undertakes calls emphasizes emphasises
    """
)
_WHOM = word_set("the its their his her our that to them it all both each upon readiness member")
_AFTER_PAST = word_set("that to the a an their its his her both")
_NEW = word_set(
    "will shall should would must is are have has had were was agreed decided stand stands support supports"
)
_RESULTS = word_set("bringing leading resulting allowing enabling contributing")
_SPOKEN = 8  # words; the longest "their energy ministers said on Thursday"


def new_clause(sentence: Sentence, index: int, starts: dict[int, Subject]) -> bool:
    """Whether a new clause with its own subject begins at a token."""
    subject = starts.get(index)
    if subject is None:
        return False
    after = adverbs_end(sentence, subject.last)
    if after >= len(sentence.keys):
        return False
    key = sentence.keys[after]
    table = tables.markers()
    return (
        key in _SPEECH
        or key in _NEW
        or (key in table["to"] and sentence.has(adverbs_end(sentence, after + 1), "to"))
        or (key.endswith("ed") and (key in table["say"] or key in table["charge"]))
        or (key.endswith("ed") and key[:-1] in tables.verbs().plain | {"note"})
        or (key.endswith("ed") and key[:-2] in tables.verbs().plain)
        or (key in _FINITE or key in _FINITE_TO)
        or (subject.joint and key in tables.verbs().plain and key not in tables.verbs().adverbs)
    )


def cut_at(sentence: Sentence, index: int, starts: dict[int, Subject], *, gerunds: bool) -> bool:
    """Whether what is promised ends before a token: a purpose, a consequence, a new clause.

    gerunds: whether the promised acts themselves are -ing forms, so that a comma and one does not end the promise.
    """
    keys = sentence.keys
    key = keys[index]
    if key in _CUT_FIRSTS and any(sentence.has(index, *cut) for cut in _CUTS):
        last = index - 1
        while last > 0 and (adverbs_end(sentence, last) > last or keys[last] in _SET_OFF):
            last -= 1
        return (
            keys[last] not in tables.verbs().plain
        )  # "cooperate in order to" says nothing without its purpose
    if key in {"which", "that"} and sentence.key(index + 1) in {"will", "would"} and index > 0:
        return key == "which"  # what comes of it
    if key == "(" and sentence.has(index + 1, "hereinafter"):
        return True
    if key == "which" and sentence.has(index + 1, ","):
        return True
    if key == ";":
        return not _resumes(sentence, index + 1)
    if (
        (
            key == ":"
            and not _in_number(sentence, index)
            and not (sentence.has(index + 1, "(") and sentence.key(index - 1) in _OPEN_ENDS)
        )
        or (key == "\u2014" and not _in_name(sentence, index))
        or (key == "." and sentence.tokens[index].end == sentence.unit.end)
    ):
        return True
    if sentence.tokens[index].quote_mark and sentence.key(index - 1) in {",", "."}:
        return True
    if key in {",", "and"} and _need_follows(sentence, index + 1 + sentence.has(index + 1, "and")):
        return True
    if key in {"as", "because"} and sentence.key(index + 1) in {"he", "she", "they", "we", "it", "the"} - (
        {"it", "the"} if key == "as" else set()
    ):
        return True
    if key == "and" and sentence.has(index + 1, "that"):
        return True
    if key == "," and sentence.has(index + 1, "and", "that"):
        return True
    if key == "," and sentence.has(index + 1, "and") and _thing_clause(sentence, index + 2):
        return True
    if key == "and" and _thing_clause(sentence, index + 1, joined=False):
        return True
    if key in {"and", "but"} and sentence.key(index + 1) in {"he", "she", "it", "they"}:
        return True
    if key == "and" and _anothers_promise(sentence, index + 1):
        return True
    if key in {"and", "but", "while"} and new_clause(sentence, index + 1, starts):
        return True
    close = _after_aside(sentence, index + 1) if key == "and" and sentence.has(index + 1, ",") else 0
    if close and _finite(sentence, close):
        return True  # "and, to that end, would organise"
    if key in {"and", "but"} and _introduced_clause(sentence, index + 1, starts):
        return True
    if key == "and" and sentence.key(index + 1).endswith("ing") and _promising(sentence, index + 1):
        return True
    if key in {"and", ","} and _finite(sentence, index + 1 + sentence.has(index + 1, "and")):
        return True
    if key != ",":
        return False
    after = index + 1
    if sentence.key(after) in {"a", "an", "the"} and "which" in sentence.keys[after + 1 : after + 4]:
        return True  # ", a measure which", ", the population of which"
    if sentence.has(after, "taking", "into", "account"):
        return True
    if _reported(sentence, after):
        return True
    if sentence.has(after, "as") and new_clause(sentence, after + 1, starts):
        return True
    if any(sentence.has(after, *cut) for cut in (*_CUTS, *_COMMA_CUTS)) or new_clause(
        sentence, after, starts
    ):
        return True
    if sentence.has(after, "and") and new_clause(sentence, after + 1, starts):
        return True
    if sentence.has(after, "with") and _with_participle(sentence, after + 1, starts):
        return True
    if not gerunds and sentence.key(after).endswith("ing") and sentence.key(after + 1) in {"to", "that"}:
        return not sentence.has(after, "according") and not _row_of_gerunds(
            sentence, index
        )  # ", pointing to"
    if gerunds and sentence.key(after) in _RESULTS and not _row_of_acts(sentence, after):
        return True  # ", bringing prosperity to the people": what comes of it
    if sentence.key(after) in {
        "beginning",
        "starting",
        "especially",
        "particularly",
        "notably",
        "mainly",
        "amounting",
        "totalling",
        "totaling",
    }:
        return False
    verb = adverbs_end(sentence, after)
    gerund = not gerunds and is_gerund(sentence, verb) and sentence.key(verb + 1) != "of"  # "sharing of data"
    return gerund and not _listed(sentence, after) and not _row_of_gerunds(sentence, index)


def _row_of_acts(sentence: Sentence, index: int) -> bool:
    """Whether another -ing form is joined after a token: "extending hours, leading talks and giving aid"."""
    keys = sentence.keys
    return any(
        keys[i] == "and" and is_gerund(sentence, adverbs_end(sentence, i + 1))
        for i in range(index, min(index + 30, len(keys)))
    )


def _introduced_clause(sentence: Sentence, index: int, starts: dict[int, Subject]) -> bool:
    """Whether a clause after an introduction begins at a token: "and at a ceremony, the two countries said"."""
    if sentence.key(index) not in {"in", "at", "on", "during", "after", "under", "by"}:
        return False
    comma = next(
        (i for i in range(index, min(index + 12, len(sentence.keys))) if sentence.keys[i] == ","), None
    )
    return comma is not None and new_clause(sentence, comma + 1, starts)


def _anothers_promise(sentence: Sentence, index: int) -> bool:
    """Whether another's promise follows, as a noun: "... and India's decision to open"."""
    mention = sentence.mention_at.get(index)
    if mention is None or sentence.key(mention.last) not in {"'s", "\u2019s"}:
        return False
    nouns = tables.markers()["noun"]
    return any(
        sentence.key(i) in nouns and sentence.has(i + 1, "to")
        for i in range(mention.last + 1, mention.last + 4)
    )


def _need_follows(sentence: Sentence, index: int) -> bool:
    """Whether "the urgent need for" or its like stands at a token."""
    if sentence.key(index) != "the":
        return False
    noun = index + 1 + (sentence.key(index + 2) in {"need", "necessity"})
    if sentence.key(noun) not in {"need", "necessity"}:
        return False
    return noun_at(sentence, noun) is not None or needed_by_another(sentence, noun)


def _after_aside(sentence: Sentence, comma: int) -> int:
    """The token after an aside that a comma opens: "and, where appropriate, develop"; 0 where none closes soon."""
    for index in range(comma + 1, min(comma + _ASIDE, len(sentence.keys))):
        if sentence.keys[index] == ",":
            return index + 1
    return 0


_ASIDE = 6  # words


def _in_number(sentence: Sentence, index: int) -> bool:
    """Whether a colon stands within a time or a ratio: "06:00", "1:3"."""
    return sentence.key(index - 1)[-1:].isdigit() and sentence.key(index + 1)[:1].isdigit()


def _in_name(sentence: Sentence, index: int) -> bool:
    """Whether a long dash joins two names: "the EU \u2014 Central Asia road map"."""
    around = sentence.tokens[index - 1 : index] + sentence.tokens[index + 1 : index + 2]
    return len(around) == 2 and all(token.capital for token in around)


def _thing_clause(sentence: Sentence, index: int, *, joined: bool = True) -> bool:
    """Whether a clause about a thing begins at a token: "green lanes for perishable goods will be extended".

    joined: whether the thing may be several, with "and" between them.
    """
    if not joined and "and" in sentence.keys[index : index + 12]:
        later = sentence.keys[index : index + 12].index("and")
        if not {"will", "shall"} & set(sentence.keys[index : index + later]):
            return False
    if not joined and _bare_relative(sentence, index):
        return False
    if is_verb(sentence, adverbs_end(sentence, index)) or sentence.key(index) == "to":
        return False
    for at in range(index, min(index + 12, len(sentence.keys))):
        key = sentence.keys[at]
        if key in {"will", "shall", "should"}:
            return at > index
        if key in {"that", "which", "who", ",", ";", "to"} or sentence.tokens[at].quote_mark:
            return False
    return False


def _bare_relative(sentence: Sentence, index: int) -> bool:
    """Whether a relative clause without "that" stands before the modal: "the city it will serve"."""
    modal = next(
        (i for i in range(index, min(index + 12, len(sentence.keys))) if sentence.keys[i] in MODALS), index
    )
    inner = sentence.keys[index + 1 : modal]
    ends = sentence.key(modal + 2) in {"", ".", ","}
    return ends or bool({"the", "it", "they"} & set(inner)) or sentence.key(index) == "whatever"


def _promising(sentence: Sentence, index: int) -> bool:
    """Whether "pledging to" or its like stands at a token."""
    return sentence.keys[index] in tables.markers()["to"] and sentence.has(index + 1, "to")


def _with_participle(sentence: Sentence, index: int, starts: dict[int, Subject]) -> bool:
    """Whether "with Korea reiterating" or its like stands at a token."""
    subject = starts.get(index)
    return subject is not None and (
        sentence.key(subject.last).endswith("ing") or sentence.has(subject.last, "to")
    )


def _finite(sentence: Sentence, index: int) -> bool:
    """Whether a verb that says something new of the same subject stands at a token: "... and will ..."."""
    at = adverbs_end(sentence, index)
    if at >= len(sentence.keys):
        return False
    key = sentence.keys[at]
    if key in {"is", "are", "was", "were"}:
        return sentence.key(at + 1) in _READY
    if (
        key in {"has", "have"}
        and sentence.key(index - 1) == "and"
        and sentence.key(at + 1) in {"the", "agreed", "decided"}
    ):
        return True  # "... and has the intention to"
    charges = key in tables.markers()["charge"] and sentence.has(index - 2, ",", "and") and sentence.says_we
    if charges and sentence.key(at + 1) in {"the", "our", "relevant"} and "to" in sentence.keys[at : at + 16]:
        return True  # "We agree to ..., and direct our ministers to"
    if key in {"encouraged", "urged", "called", "invited", "enjoined"} and sentence.key(index - 1) == "and":
        return True
    if key in _TELLS_OF_ONE and sentence.key(index - 1) == "and" and sentence.key(at + 1) in _WHOM:
        return True  # "... and invites them to"
    if key in {"call", "calls"} and sentence.key(at + 1) in {"on", "upon"}:
        return True
    if key in _VALUES and sentence.key(at + 1 + (sentence.key(at + 1) in {"the", "their"})) in _WORTH:
        return True
    if key.endswith("ed") and key in tables.markers()["charge"] and sentence.key(index - 1) == "and":
        return True  # "... and directed the ministers to"
    can = sentence.key(index - 2) in {"can", "could", "may"}
    if key == "may" and sentence.key(index - 1) == "and" and not can:
        return True  # "..., and may agree on": a right, no promise
    if key in _FINITE_TO:
        return sentence.has(at + 1, "to") and sentence.key(index - 2) != "to"
    if key in _FINITE:
        # "well-coordinated and agreed rules" holds a participle, no new verb.
        nouns = (
            is_participle(sentence.key(index - 2)) and not sentence.has(at + 1, "to") and key not in MODALS
        )
        return not (nouns and sentence.key(index - 1) == "and")
    if key.endswith("ed") and sentence.key(index - 1) == "and" and not is_participle(sentence.key(index - 2)):
        following = sentence.key(at + 1)
        if following in _AFTER_PAST or is_gerund(sentence, at + 1):
            return True
    return (key in {"look", "looks"} and sentence.has(at + 1, "forward")) or (
        key in {"stand", "stands"} and sentence.has(at + 1, "for")
    )


def _reported(sentence: Sentence, index: int) -> bool:
    """Whether the words of a reporter stand at a token: "he said", "their ministers said on Thursday"."""
    keys = sentence.keys
    if index < len(keys) and keys[index] in _SPEECH:
        return True
    for verb in range(index + 1, min(index + _SPOKEN, len(keys))):
        if keys[verb] in {",", ";", "and", "or", "to"}:
            return False
        if keys[verb] in _SPEECH:
            rest = keys[verb + 1 : verb + 2]
            return rest == [] or rest[0] in _AFTER_SPEECH
    return False


_AFTER_SPEECH = word_set(
    ". , in on as at after during to thursday today yesterday monday tuesday wednesday friday"
)


def _listed(sentence: Sentence, index: int) -> bool:
    """Whether the -ing form after a comma is one item of a list of nouns."""
    after = adverbs_end(sentence, index) + 1
    return after < len(sentence.keys) and sentence.keys[after] in {",", "and"}


def _row_of_gerunds(sentence: Sentence, comma: int) -> bool:
    """Whether the stretch before a comma holds an -ing form after a preposition, so that another goes on with it."""
    for index in range(comma - 1, max(comma - 16, 0), -1):
        if sentence.keys[index] in {",", ";"}:
            return is_gerund(sentence, adverbs_end(sentence, index + 1)) and _row_of_gerunds(sentence, index)
        if sentence.keys[index] in {"by", "in", "through", "at"} and is_gerund(
            sentence, adverbs_end(sentence, index + 1)
        ):
            return True
    return False


def _resumes(sentence: Sentence, index: int) -> bool:
    after = sentence.skip(index, frozenset({"and", "to"}))
    after = adverbs_end(sentence, past_number(sentence, after))
    return is_verb(sentence, after) or is_gerund(sentence, after)


def verb_phrases(
    sentence: Sentence,
    first: int,
    starts: dict[int, Subject],
    *,
    gerunds: bool = False,
    slips: bool = True,
    stop: int | None = None,
) -> Iterator[tuple[int, int]]:
    """Cuts what follows a promise's marker into acts: token ranges, each a head verb with its objects.

    first: token where the first act begins. gerunds: whether the acts are -ing forms. slips: whether an -ing form
    may go on with a row of infinitives.
    """
    end = len(sentence.tokens) if stop is None else stop
    first = past_number(sentence, first)
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
        if (
            gerunds and sentence.keys[after - 1] == "to" and not acts
        ):  # "agreed on extending hours, and to task"
            acts = is_verb(sentence, verb) and sentence.keys[after - 2] in {",", "and"}
        acts = acts and not in_title(sentence, index, verb)
        if not gerunds and sentence.keys[after - 1] == "to" and sentence.keys[index] == "and":
            acts = acts or _infinitive_after_to(sentence, verb)
        if acts and sentence.keys[index] == "," and sentence.keys[index + 1] == "to":
            acts = row_goes_on(sentence, verb, end)  # else a purpose: "to meet in May, to discuss trade"
        # "to plan ..., strengthen ..., and creating ...": a slip of translators, read as it is meant.
        slipped = (
            slips
            and not gerunds
            and comma
            and sentence.keys[after - 1] == "and"
            and is_gerund(sentence, verb)
        )
        slipped = slipped and not means(sentence, begin, index)
        shared = not comma and (index - 1 == chained or _infinitive(sentence, index - 1))
        shared = shared or (
            comma and index - 1 == head and after == index + 1
        )  # "consolidate, deepen and extend"
        if acts and not comma and not gerunds and sentence.keys[verb] in EFFECTS:
            shared = shared or (sentence.keys[after - 1] != "to" and in_purpose(sentence, head + 1, index))
        if acts and not comma and not gerunds and sentence.keys[after - 1] != "to" and verb == after:
            shared = shared or in_means(sentence, head + 1, index)
        if (acts or slipped) and not shared:
            yield begin, index
            begin, chained = after, verb
            index = verb + 1
        else:
            if acts and shared:
                chained = verb
            index = after if after > index else index + 1
    yield begin, end


def _infinitive_after_to(sentence: Sentence, index: int) -> bool:
    """Whether a word after "and to", unknown as a verb, can hardly be anything else: "and to augment its capacity"."""
    if index >= len(sentence.tokens):
        return False
    token = sentence.tokens[index]
    following = sentence.key(index + 1)
    return (
        token.is_word
        and not token.capital
        and len(token.key) > 2
        and following in tables.verbs().object_openers
    )


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
    if sentence.has(after, "as", "well", "as") or sentence.has(after, "and", "/", "or"):
        after += 3
    elif after < len(keys) and keys[after] in {"and", "or", "nor"}:
        after += 1
    if after == index:
        return None
    if sentence.has(after, ","):  # "and, where appropriate, develop"
        after = _after_aside(sentence, after) or after
    after = past_number(sentence, after)
    after += sentence.has(after, "also", "to") or sentence.has(after, "further", "to")
    if sentence.key(after + 1) in {"this", "that"} and sentence.key(after + 2) in {"end", "purpose"}:
        after += 3 * (sentence.key(after) in {"to", "for"})
    after += sentence.has(after, "not", "to")
    if after < len(keys) and (
        keys[after] == "to"
        or (keys[after] in {"in", "on"} and is_gerund(sentence, adverbs_end(sentence, after + 1)))
    ):
        after += 1
    return after if after < len(keys) else None


def clause_end(sentence: Sentence, first: int, starts: dict[int, Subject], reach: int = 200) -> int:
    """Token after the clause that begins at one; none is followed further than `reach` words."""
    limit = min(first + reach, len(sentence.tokens))
    for index in range(first, limit):
        if not sentence.quoted[index] and cut_at(sentence, index, starts, gerunds=False):
            return index
    return limit


def text_range(sentence: Sentence, first: int, last: int) -> tuple[int, int]:
    """Offsets of tokens `first` to `last`, without marks at the ends that belong to the sentence."""
    tokens: Sequence[Token] = sentence.tokens
    while first < last - 1 and tokens[first].text in {",", ";", ":"}:
        first += 1
    while last - 1 > first and (
        tokens[last - 1].text in {",", ";", ":", "!"}
        or tokens[last - 1].key in {"and", "or"}
        or (tokens[last - 1].quote_mark and tokens[last - 2].text in {",", "."})
    ):
        last -= 1
    if last - first > 1 and tokens[last - 1].text == "." and tokens[last - 2].key != "etc":
        last -= 1
    if tokens[last - 1].key == "etc" and last < len(tokens) and tokens[last].text == ".":
        last += 1
    return tokens[first].start, tokens[last - 1].end
