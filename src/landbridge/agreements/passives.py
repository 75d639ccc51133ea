"""Promises without an actor as their subject: "duties shall be reduced", "a council will be set up"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from landbridge.agreements import tables
from landbridge.agreements.clauses import clause_end, verb_phrases
from landbridge.agreements.marker import past_aside
from landbridge.agreements.syntax import (
    NEEDS,
    Context,
    Sentence,
    Subject,
    adverbs_end,
    is_participle,
    past_number,
)
from landbridge.agreements.tokens import word_set

# What a document says of itself promises nothing: "this Agreement shall enter into force".
_ITSELF = word_set(
    """
    letter note notes arrangement
    agreement memorandum mou treaty protocol provisions provision article articles annex annexes
    amendment amendments
    text texts document roadmap term terms notification instrument instruments statement declaration
    paragraph termination
    denunciation modification modifications validity withdrawal interpretation convention nothing it this
    definition definitions depositary expiry
    """
)
_NOT_DONE = word_set(
    """
    expected considered remembered recalled noted seen based used needed required interested pleased
    guided represented
    interpreted construed deemed understood subject supposed followed attended bound dated called
    named headed led held hosted
    renewed terminated applied valid limited confined comprised composed
    """
)
# Acts that a passive promises wherever it stands, not in binding texts alone.
_OF_TERMS = word_set(
    """
    governed interpreted construed deemed understood considered renewed terminated dated called limited confined
    named based subject
    """
)
_FOUNDING = word_set(
    """
    finished repaired rehabilitated reconstructed delivered paved restored reopened
    established created formed launched introduced abolished reduced eliminated removed adopted developed
    opened built prepared drafted implemented settled resolved signed completed strengthened
    intensified lifted exempted
    commissioned inaugurated laid electrified doubled widened dredged
    constructed modernised modernized upgraded expanded simplified harmonised harmonized exchanged set
    """
)
# Acts that a report tells of a thing without saying who: "progress will be reviewed every two months".
_DONE = word_set(
    "put drawn prepared"
    " reviewed financed funded lifted waived provided allocated invested resumed connected linked extended installed"
)
_TOLD = frozenset({"news_report", "leaders_readout", "other"})
_BINDING = frozenset({"treaty", "mou", "roadmap", "minutes"})
_JOINT = frozenset({"joint_statement", "communique", "declaration", "outcome_list"})
# What texts and terms do, and nobody undertakes.
_OF_TEXTS = word_set(
    """
    apply mean include reflect enter remain have constitute affect prejudice prevent require cover cease
    expire become take come
    prejudge relate refer contain replace supersede terminate lapse prevail extend form consist
    """
)
_FREED = word_set(
    "exempt free duty equal zero open available"
)  # "shall be exempt from", "shall be duty-free"
_GROWS = word_set(
    "operate function reach continue grow increase expand double triple rise exceed remain begin start resume"
)
_AGENTIVE = word_set(
    """
    provide establish fund build launch support open upgrade hold expand invest finance supply train host organise
    organize send construct deliver install introduce implement combine bring grant lend allocate offer develop
    cooperate collaborate work prepare draft conduct carry convene review monitor coordinate reduce eliminate remove
    """
)


def _efforts_before(sentence: Sentence, modal: int) -> bool:
    """Whether efforts of nobody named stand before a modal: "further efforts will be made"."""
    heads = sentence.keys[max(modal - 6, 0) : modal]
    names = any(modal - 6 <= m.first < modal for m in sentence.mentions)
    return bool(_EFFORTS & set(heads)) and not names and not {"no", "less"} & set(heads)


def _of_joint_venture(sentence: Sentence, modal: int, context: Context) -> bool:
    """Whether a joint venture of the parties stands before a modal: "the U.S.-EU partnership will upgrade"."""
    at = modal - 1
    while at > 0 and adverbs_end(sentence, at) > at:
        at -= 1
    begin = next(
        (i for i in range(at, max(at - 8, -1), -1) if sentence.keys[i] in {".", ",", ";", "the", "our"}), -1
    )
    named = any(
        begin < m.first <= at and m.name.type != "country" and m.name.id not in context.parties
        for m in sentence.mentions
    )
    inside = {i for m in sentence.mentions for i in range(m.first, m.last)}
    foreign = named or any(sentence.tokens[i].capital and i not in inside for i in range(begin + 1, at))
    return sentence.key(at) in _JOINT_VENTURES and sentence.key(begin) in {"the", "our"} and not foreign


_JOINT_VENTURES = word_set(
    """
    partnership alliance initiative programme program fund platform mechanism venture centre center
    """
)
_BEGIN = word_set("begin start commence")
_INTRODUCES = word_set(
    """
    without in on for to at after following with as under upon if provided subject except where within by
    during should when pursuant
    accordingly furthermore moreover therefore thus besides addition notwithstanding unless
    """
)
WISHES = NEEDS | {"would", "should", "must"}
_FAR = 200  # words; no clause is longer
_OPEN_AT = frozenset({";", ":", "that"})
_BEFORE_WHICH = word_set("to under in by at during after on")


class Passive(NamedTuple):
    """A promise as it stands: its first and last token, its modal, and whom "by" names."""

    first: int
    last: int
    modal: int
    by: tuple[str, ...]


def passive_at(
    sentence: Sentence,
    modal: int,
    context: Context,
    starts: dict[int, Subject],
    after: int,
    *,
    told: bool = False,
) -> list[Passive]:
    """The promises of a clause whose modal verb stands at a token and whose subject is a thing.

    after: token before which everything is already read. told: whether one party announces the clause.
    """
    word = sentence.keys[modal]
    ordered = word in {"is", "are"}  # "is not to be disclosed"
    wished = word in WISHES
    word = "shall" if ordered else "will" if wished else word
    if sentence.keys[modal] == "may":  # "those duties may not exceed"
        word = "shall"
    verb = adverbs_end(
        sentence,
        sentence.skip(
            past_aside(sentence, modal + 1),
            frozenset({"not", "to"} if ordered or sentence.keys[modal] in NEEDS else {"not"}),
        ),
    )
    if sentence.key(modal - 1) == "there" and sentence.key(modal + 1) == "be" and context.genre in _BINDING:
        end = clause_end(sentence, modal + 2, starts)  # "There shall be freedom of transit"
        return [Passive(modal + 2, end, modal, ())] if word == "shall" and end > modal + 2 else []
    if (act := _meets_again(sentence, modal, verb)) is not None and word in {"will", "shall"}:
        first = max(_clause_start(sentence, modal), after)
        end = clause_end(sentence, act, starts)
        return [Passive(first, end, modal, ())] if first < modal else []
    begins = sentence.key(verb) in _BEGIN and (word == "shall" or _starts_soon(sentence, modal, verb))
    goes_on = bool(after) and set(sentence.keys[after:modal]) <= {"and", ",", "but"}
    if not begins and goes_on and word == "will" and context.genre in _BINDING:
        begins = sentence.key(verb) in tables.verbs().plain
    if (
        not begins
        and sentence.keys[modal] == "will"
        and sentence.key(verb) in _AGENTIVE
        and context.genre in _JOINT | _BINDING | {"leaders_readout", "other"}
        and _of_joint_venture(sentence, modal, context)
    ):
        begins = True
    active = False
    if not begins and sentence.key(verb) != "be":
        active = _obliges(sentence, verb, context.genre, word)
        begins = active or (wished and sentence.key(verb) in _GROWS)
    if not begins:
        if sentence.key(verb) != "be":
            return []
        verb = adverbs_end(sentence, verb + 1)
        if sentence.key(verb) in _FREED and word == "shall" and context.genre in _BINDING:
            begins = True
        if sentence.key(verb) == "subject" and sentence.key(modal + 1) == "not":
            begins = context.genre in _BINDING
        never = _OF_TERMS if context.genre in _BINDING and word == "shall" else _NOT_DONE
        if not begins and (not is_participle(sentence.key(verb)) or sentence.key(verb) in never):
            return []
    exerted = sentence.key(verb) in _EXERTED and _efforts_before(sentence, modal)
    announced = told and word == "will" and sentence.key(verb) not in _NOT_DONE
    here = begins or exerted or announced or _promised_here(context.genre, word, sentence.key(verb))
    if not here and not (word == "will" and _of_own_body(sentence, modal, verb)):
        return []
    first = past_number(sentence, max(_clause_start(sentence, modal), after))
    if goes_on:  # "... and shall enjoy freedom of passage"
        act = sentence.skip(modal + 1, frozenset({"not"}))
        end = clause_end(sentence, verb, starts)
        return [Passive(act, end, modal, _by(sentence, act, end, starts))] if end > act else []
    heads = sentence.keys[first:modal]
    relative = bool(heads) and heads[0] in {"which", "that", "who"}
    if not heads or first >= modal or relative or _of_itself(heads):
        return []
    if active and _somebody(heads):  # "Customs shall accept a guarantee and release it"
        phrases = verb_phrases(sentence, past_aside(sentence, modal + 1), starts)
        return [Passive(begin, last, modal, ()) for begin, last in phrases if last > begin]
    end = clause_end(sentence, verb, starts)
    result = []
    for begin, last in _rows(sentence, first, verb, end):
        result.append(Passive(begin, last, modal, _by(sentence, begin, last, starts)))
    return result


def _meets_again(sentence: Sentence, modal: int, verb: int) -> int | None:
    """The verb that promises a next meeting: "the next round will be held in Baku", "a dialogue will take place"."""
    heads = sentence.keys[max(modal - 14, 0) : modal]
    be = sentence.key(verb) == "be"
    act = adverbs_end(sentence, verb + 1) if be else verb
    meets = sentence.key(act) in _MEETS_BE if be else _takes_place(sentence, act)
    relative = sentence.key(modal - 1) in {"which", "that", "who"}
    if not meets or relative or not _MEETINGS & set(heads) or _OF_OTHERS & set(heads):
        return None
    if _DOUBTED & set(sentence.keys[:modal]):
        return None  # "It was suggested that the next meeting will be held"
    again: bool = any(
        key in _AGAIN
        or _is_year(key)
        or _ROMAN.fullmatch(key)
        or (key[:1].isdigit() and key[-2:] in _ORDINALS)
        for key in heads
    )
    again = again or bool(
        {"every", "annually", "regularly", "alternately"} & set(sentence.keys[act : act + 8])
    )
    return act if again else None


def _is_year(key: str) -> bool:
    return len(key) == len("2024") and key.isdigit() and key.startswith("20")


def _takes_place(sentence: Sentence, verb: int) -> bool:
    return sentence.has(verb, "take", "place") or (
        sentence.has(verb, "meet") and not sentence.has(verb + 1, "with")
    )


_ROMAN = re.compile(r"[xvi]{2,5}|[vx]")
_OF_OTHERS = word_set("election elections parliament cup qualification games olympic")
_DOUBTED = word_set(
    "suggested proposed certain uncertain whether hoped hope hopes if unless expected rumoured"
)
_MEETS_BE = word_set("held hosted convened organised organized")
_MEETINGS = word_set(
    "meeting meetings summit session round sitting conference forum dialogue consultations commission committee"
    " assembly"
)
_ORDINALS = frozenset({"th", "st", "nd", "rd"})
_AGAIN = word_set(
    """
    next following regular annual first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
    """
)


def _starts_soon(sentence: Sentence, modal: int, verb: int) -> bool:
    """Whether a thing "will begin next month", not "will begin to" or "which will begin"."""
    relative = sentence.key(modal - 1) in {"which", "that", "who"}
    return not relative and sentence.key(verb + 1) in {
        "in",
        "on",
        "at",
        "by",
        "next",
        "this",
        "from",
        "soon",
        "within",
    }


def _of_own_body(sentence: Sentence, modal: int, verb: int) -> bool:
    """Whether a body of the parties does it, or is itself set up: "will be prepared by a working group"."""
    words = tables.verbs()
    bodies = words.joint_bodies | words.group_heads
    if sentence.key(verb + 1) == "by" and sentence.key(verb) not in _NOT_DONE:
        return bool(bodies & set(sentence.keys[verb + 2 : verb + 10]))
    return sentence.key(verb) in _SET_UP and bool(_SITTING & set(sentence.keys[max(modal - 6, 0) : modal]))


# "Further efforts will be made to", "priority will be given to": acts of nobody but the parties.
_EFFORTS = word_set("efforts effort steps measures focus attention priority emphasis")
_EXERTED = word_set("made taken given undertaken placed continued")
_SET_UP = word_set("convened established created formed launched set")
_SITTING = word_set(
    "meeting summit session committee commission council group forum mechanism dialogue secretariat"
)


def _of_itself(heads: list[str]) -> bool:
    """Whether a subject is the document or a part of it: "this Agreement", "the provisions of Article 1"."""
    if heads[0] in {"an", "such"} and "agreement" in heads[1:2]:
        return True
    if heads[0] in {"nothing", "it"} or heads[0] in _ITSELF - {"this"}:
        return True
    if "draft" in heads[1:3]:
        return False  # "the draft Protocol shall be finalised"
    return heads[0] in {"this", "the", "any", "these", "present"} and bool(set(heads[1:3]) & _ITSELF)


def _somebody(heads: list[str]) -> bool:
    """Whether a subject is somebody who can act, not a thing: "the Customs", "the Party intending to do so"."""
    words = tables.verbs()
    return bool((words.group_heads | words.body_heads | words.joint_bodies | _ACTORS) & set(heads[:_HEADS]))


_HEADS = 9  # words
_ACTORS = word_set(
    "carrier carriers operator operators owner driver drivers master importer exporter applicant secretary investor"
    " managers contractor borrower recipient bank coordinator company companies undertakings institutions"
    " points point focal depositary"
)


def _obliges(sentence: Sentence, verb: int, genre: str, modal: str) -> bool:
    """Whether a thing that "shall" do something binds the parties: "the post shall operate round the clock"."""
    key = sentence.key(verb)
    happens = key == "take" and sentence.has(verb + 1, "place")
    return (
        modal == "shall"
        and genre in _BINDING
        and (happens or key not in _OF_TEXTS)
        and key in tables.verbs().plain
    )


def _promised_here(genre: str, modal: str, participle: str) -> bool:
    if modal == "will" and genre in _BINDING:
        return True
    if modal == "shall":
        return genre in _BINDING | _JOINT or participle in _FOUNDING
    if modal == "will" and participle in _FOUNDING | _DONE and genre in _TOLD:
        return True
    return modal == "will" and genre in _JOINT and participle not in _NOT_DONE


def _clause_start(sentence: Sentence, modal: int) -> int:
    """The first token of a clause, without an introduction such as "In this regard,"."""
    start = max(modal - _FAR, 0)
    for index in range(modal - 1, start - 1, -1):
        which = sentence.keys[index] == "which" and sentence.key(index - 1) in _BEFORE_WHICH
        if which or sentence.keys[index] in _OPEN_AT or sentence.keys[index] in {"said", "says", "announced"}:
            start = index + 1
            break
    comma = next((i for i in range(modal - 1, start, -1) if sentence.keys[i] == ","), None)
    while (
        comma is not None and "and" in sentence.keys[comma:modal]
    ):  # "Unless otherwise agreed, taxes, duties and fees"
        earlier = next(
            (i for i in range(comma - 1, max(comma - 4, start), -1) if sentence.keys[i] == ","), None
        )
        if earlier is None:
            break
        comma = earlier
    if comma is not None and sentence.keys[start] in _INTRODUCES:
        start = comma + 1
    return start


def _rows(sentence: Sentence, first: int, verb: int, end: int) -> Iterator[tuple[int, int]]:
    """Cuts "be reduced by half and abolished by 2030" into its acts."""
    begin = first
    for index in range(verb + 1, end - 1):
        if sentence.keys[index] != "and" or sentence.quoted[index]:
            continue
        other = adverbs_end(sentence, index + 1)
        if (
            is_participle(sentence.key(other))
            and sentence.key(other + 1)
            in {
                "by",
                "on",
                "in",
                "from",
                "to",
                "within",
            }
            and index - verb > 1
        ):
            yield begin, index
            begin = index + 1
    yield begin, end


def _by(sentence: Sentence, first: int, last: int, starts: dict[int, Subject]) -> tuple[str, ...]:
    for index in range(first, last - 1):
        if sentence.keys[index] == "by" and (subject := starts.get(index + 1)) is not None:
            return subject.actors
    return ()
