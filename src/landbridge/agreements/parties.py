"""Tells which countries and organisations are parties to a text, and which are only mentioned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from landbridge.agreements.entities import Mention, People
from landbridge.agreements.months import WEEKDAYS
from landbridge.agreements.record import Span
from landbridge.agreements.summits import IN_LISTS, Summit, speaking_states
from landbridge.agreements.syntax import Sentence, adverbs_end, is_verb
from landbridge.agreements.tokens import word_set

_ENOUGH = 3.0
_NEARLY = 1.4
_FINITE = word_set(
    """
    will shall agreed agrees agree decided reaffirmed pledged pledge intend plan stand reached
    undertook indicated informed reported proposed regretted
    commit commits committed affirm affirms affirmed reaffirm reaffirms reiterate reiterated share shares
    bind supports undertakes intends should must signed plans promised vowed confirmed
    """
)
_READY = re.compile(r"\s+(?:is|are|stands?) (?:also )?(?:ready|willing|prepared|committed)\b")
_TIES = word_set(
    """
    relations cooperation partnership talks agreement memorandum friendship ties trade treaty signed
    dialogue
    """
)
_HEADS = word_set(
    """
    presidents leaders government governments ministers premier premiers kings representatives heads
    ministries delegations
    ministry minister president chancellor foreign ministers
    """
)
_OTHER_OFFICES = word_set("director secretary executive observer observers")
_ATTENDED = re.compile(
    r"\b(?:in attendance|observers?|guests? of honou?r|honorary guests?|special guests?|also (?:attended|present)"
    r"|participated as guests?|as guests\b|by invitation|at the invitation of the chair)\b",
    re.IGNORECASE,
)
_ON_BEHALF = word_set("behalf commissioner representative")
_ADDRESSED = word_set("with from to toward towards against")
_STYLED = word_set("federal royal imperial central transitional interim")
_ASKED = word_set(
    "support urge urges urged request requests requested invite invites invited call calls called"
    " encourage encourages encouraged"
)
_BODIES = word_set("government governments ministry parliament side delegation")
_TOGETHER = word_set(
    "said signed held met discussed launched announced concluded exchanged opened began have has put seal sign"
)
_MEETINGS = word_set("meeting summit session sidelines margins")
_NATIONS = word_set("countries states nations republics leaders members")
_ROLL = word_set("namely by present attendance participants parties signatories delegations members")
_ISSUED = word_set("issued adopted released made")
_IN_ROWS = word_set(", and the of republic ( ) *")
_IN_BRACKETS = word_set("parties states countries members sides participants governments economies")
_COUNTS = word_set("two three four five six seven eight ten")
_BETWEEN = word_set("the government of governments republic ministry")


def find_parties(
    text: str, sentences: Sequence[Sentence], people: People, title: Span | None
) -> tuple[str, ...]:
    """The parties in the order in which the text first names them or their representatives.

    A country counts as a party by what the text has it do: its leader takes part, its government or side is named,
    it promises, its relations with another are the subject. A country that is only mentioned does not.
    """
    scores, order = _scores(text, sentences, people, title)
    _order_by_people(sentences, people, order)
    summit = Summit.of(sentences, title)
    enough = summit.without_guests([party for party, score in scores.items() if score >= _ENOUGH])
    if (organisation := summit.alone(enough)) is not None:
        return organisation
    if len(enough) < 2:  # a lone party has a partner: whoever comes next, if the text ties them together
        rest = [party for party in scores if party not in enough and scores[party] >= _NEARLY]
        enough += sorted(rest, key=lambda party: -scores[party])[: 2 - len(enough)]
    if len(enough) == 1 and (partner := _of_the_other_leader(sentences, people, enough[0])) is not None:
        enough.append(partner)
        order.setdefault(partner, len(text))
    enough = summit.settled(enough)
    return tuple(sorted(enough, key=lambda party: order.get(party, len(text))))


def _scores(
    text: str, sentences: Sequence[Sentence], people: People, title: Span | None
) -> tuple[dict[str, float], dict[str, int]]:
    """How much each country and organisation of a text acts in it, and where it is first named."""
    scores: dict[str, float] = {}
    order: dict[str, int] = {}

    def credit(party: str, points: float, position: int) -> None:
        scores[party] = scores.get(party, 0.0) + points
        order[party] = min(order.get(party, position), position)

    for sentence in sentences:
        actors = [m for m in sentence.mentions if m.name.type in {"country", "forum"}]
        if _ATTENDED.search(text, sentence.unit.start, sentence.unit.end):
            continue  # who only attended agrees to nothing
        for mention in actors:
            credit(mention.name.id, _points(text, sentence, mention, title), mention.start)
        for mention in _addressed(sentence, actors):
            credit(mention.name.id, _ENOUGH, mention.start)
        for mention in _represented(sentence, actors):
            credit(mention.name.id, _ENOUGH, mention.start)
        for one, other in pairwise(actors):
            points = _pair_points(sentence, one, other)
            if points:
                credit(one.name.id, points, one.start)
                credit(other.name.id, points, other.start)
        titled = title is not None and title.start <= sentence.unit.start < title.end
        for mention in _acting_list(sentence, actors, titled=titled):
            credit(mention.name.id, _ENOUGH, mention.start)
        for mention in (*speaking_states(sentence), *_of_several(sentence), *_sent(sentence)):
            credit(mention.name.id, _ENOUGH, mention.start)
        for state, group in _with_group(sentence):
            points = _ENOUGH if _acts_after(sentence, [state, group]) else 1.5
            for party in (state.name.id, *group.name.members):
                credit(party, points, state.start)
    guests = _guests(text, sentences, people)
    for person in people.by_id.values():
        if person.country is not None and person.id not in guests:
            credit(person.country, _ENOUGH, order.get(person.country, len(text)))
    return scores, order


def _of_the_other_leader(sentences: Sequence[Sentence], people: People, known: str) -> str | None:
    """The one other country of a text in which a leader has no country: most named, and more than once."""
    homeless = any(
        p.country is None and p.title in {"President", "Minister", "King"} for p in people.by_id.values()
    )
    counts: dict[str, int] = {}
    for sentence in sentences:
        for mention in sentence.mentions:
            capital = mention.name.type == "place" and mention.name.capital
            country = mention.name.owners[0] if capital else mention.name.id
            if (capital or mention.name.type == "country") and country != known:
                counts[country] = counts.get(country, 0) + 1
    best = max(counts, key=lambda country: counts[country], default=None)
    return best if homeless and best is not None and counts[best] > 1 else None


def _addressed(sentence: Sentence, actors: Sequence[Mention]) -> list[Mention]:
    """Whose act an item of a plan is: "Georgia: complete the line"."""
    return [
        m
        for m in actors
        if m.first == 0
        and m.name.type == "country"
        and sentence.has(m.last, ":")
        and sentence.unit.bullet
        and is_verb(sentence, adverbs_end(sentence, m.last + 1 + sentence.has(m.last + 1, "to")))
    ]


def _acting_list(sentence: Sentence, actors: Sequence[Mention], *, titled: bool) -> list[Mention]:
    """Three or more names in a row that act, or stand in the title: "India, Iran and Afghanistan discussed"."""
    row: list[Mention] = []
    of = {"of", "between", "among", "the", "and", "republic", "kingdom"}
    titled = titled and any(m.first == 0 or sentence.key(m.first - 1) in of for m in actors[:1])
    for mention in (m for m in actors if not m.name.demonym):
        between = sentence.keys[row[-1].last : mention.first] if row else []
        if row and not (between and all(key in _IN_ROWS for key in _without_brackets(between))):
            if len(row) > 2 and (titled or _acts_after(sentence, row) or _in_brackets(sentence, row)):
                return row
            row = []
        row.append(mention)
    acts = len(row) > 2 and (titled or _acts_after(sentence, row) or _in_brackets(sentence, row))
    return row if acts else []


def _in_brackets(sentence: Sentence, row: Sequence[Mention]) -> bool:
    """Whether brackets name who is meant: "the South East European Parties (Albania, Montenegro and Serbia)"."""
    opened = row[0].first - 1
    return (
        sentence.has(opened, "(")
        and sentence.key(opened - 1) in _IN_BRACKETS
        and ")" in sentence.keys[row[-1].last : row[-1].last + 2]
    )


def _acts_after(sentence: Sentence, row: Sequence[Mention]) -> bool:
    """Whether a row of names begins a clause and a verb follows it."""
    before = sentence.keys[: row[0].first]
    lead = [key for key in before[-6:] if key not in _IN_ROWS - {","}]
    issued = lead[-1:] == ["by"] and bool(_ISSUED & set(lead[-2:-1]))
    if (issued or lead[-1:] in (["namely"], [":"], ["are"])) and _ROLL & set(lead):
        return True
    begins = not before or not before[-1].isalpha() or before[-1] in {"that", "the"}
    if not begins or (before[-1:] == ["the"] and before[-2:-1] and before[-2].isalpha()):
        return False
    last = row[-1].last
    if sentence.has(last, ",", "hereinafter") or sentence.has(last, "(", "hereinafter"):
        return True
    if row[-1].name.type == "group":
        last = sentence.skip(last, _NATIONS)
    if sentence.has(last, "(") and sentence.has(last + 2, ")"):
        last += 3
    key = sentence.key(last)
    return key in _FINITE | _TOGETHER | {"join", "joined", "were", "are"} or key.endswith("ed")


def _with_group(sentence: Sentence) -> list[tuple[Mention, Mention]]:
    """A country and a group as partners: "China and the five Central Asian countries", "EU-Central Asia summit"."""
    found = []
    for one, other in pairwise(sentence.mentions):
        types = {one.name.type, other.name.type}
        if "group" not in types or not types <= {"country", "forum", "group"} or len(types) < 2:
            continue
        group, state = (one, other) if one.name.type == "group" else (other, one)
        between = sentence.tokens[one.last : other.first]
        joined = [t.key for t in between if t.key not in _BETWEEN and t.key not in _COUNTS] == ["and"]
        joined = joined and (one.first == 0 or not sentence.keys[one.first - 1].isalpha())
        if joined or (len(between) == 1 and between[0].dash):
            found.append((state, group))
    return found


def _guests(text: str, sentences: Sequence[Sentence], people: People) -> set[str]:
    """Persons whom the text names first among those who only attended."""
    first: dict[str, bool] = {}
    for sentence in sentences:
        unit = sentence.unit
        attended = None
        for index, token in enumerate(sentence.tokens):
            found = people.at(sentence.tokens, index) if token.capital else None
            if found is None or found[1].id in first:
                continue
            if attended is None:
                attended = _ATTENDED.search(text, unit.start, unit.end) is not None
            first[found[1].id] = attended
    return {person for person, attended in first.items() if attended}


def _sent(sentence: Sentence) -> list[Mention]:
    """Countries whose delegations a text names with their heads: "the delegation of Botswana was led by"."""
    return [
        mention
        for mention in sentence.mentions
        if mention.name.type == "country"
        and "delegation" in sentence.keys[max(mention.first - 6, 0) : mention.last + 2]
        and {"led", "headed"} & set(sentence.keys[mention.last : mention.last + 5])
    ]


def _row_before(sentence: Sentence, last: Mention) -> list[Mention]:
    """The demonyms joined to one before an office: "Romanian, Bulgarian and Greek prime ministers"."""
    row: list[Mention] = []
    first = last.first
    for mention in reversed([m for m in sentence.mentions if m.last < last.first]):
        if (
            sentence.keys[mention.last : first] not in ([","], ["and"], [",", "and"])
            or not mention.name.demonym
        ):
            break
        row.append(mention)
        first = mention.first
    return row


def _of_several(sentence: Sentence) -> list[Mention]:
    """Countries in one word for a meeting of theirs: "the Jordanian-Egyptian-Iraqi summit"."""
    row: list[Mention] = []
    for mention in (m for m in sentence.mentions if m.name.type == "country"):
        joined = row and row[-1].last + 1 == mention.first and sentence.tokens[row[-1].last].dash
        if row and not joined:
            row = []
        row.append(mention)
        leads = {sentence.key(mention.last), sentence.key(mention.last + 1)} & _HEADS and mention.name.demonym
        if leads and (before := _row_before(sentence, mention)):
            return [*before, mention]
        if len(row) > 1 and sentence.key(mention.last) in _TIES | _MEETINGS and mention.name.demonym:
            return row
    return []


def _points(text: str, sentence: Sentence, mention: Mention, title: Span | None) -> float:
    keys, organisation = sentence.keys, mention.name.type == "forum"
    after = adverbs_end(sentence, mention.last)  # "Turkey kindly offered"
    following = keys[after] if after < len(keys) else ""
    before = keys[max(mention.first - 3, 0) : mention.first]
    begins = (
        mention.first == 0
        or not keys[mention.first - 1].isalpha()
        or keys[mention.first - 1] in {"that", "and", "the", "but"}
    )
    done = following in {"has", "have"} and sentence.key(mention.last + 1) in _FINITE | {
        "committed",
        "undertaken",
    }
    if (
        following == "on" and sentence.key(mention.last + 1) in WEEKDAYS
    ):  # "Malawi and Zambia on Friday agreed to"
        following = sentence.key(mention.last + 2)
    if sentence.has(mention.last, ",", "for", "its", "part", ","):
        following = sentence.key(mention.last + 5)
    acts = following in _FINITE or done or _READY.match(text, mention.end) is not None
    if acts and begins and not mention.name.demonym:
        return _ENOUGH - organisation
    spoken_for = set(sentence.keys[max(mention.first - 8, 0) : mention.first]) & _ON_BEHALF
    if (
        organisation
        and mention.name.id == "org:eu"
        and (spoken_for or set(keys[mention.last : mention.last + 4]) & _ON_BEHALF)
    ):
        return _ENOUGH
    named_anew = mention.last + 1 + sentence.has(mention.last + 1, "the")
    quoted = named_anew < len(keys) and sentence.tokens[named_anew].quote_mark
    if quoted and keys[mention.last] == "(" and "between" in keys[: mention.first]:
        return _ENOUGH  # between the Kyrgyz Republic (the "Recipient") and
    if sentence.has(mention.last, "(", "hereinafter") or sentence.has(mention.last, ",", "hereinafter"):
        return _ENOUGH
    body = bool(_BODIES & set(before)) and "of" in before
    if body and set(sentence.keys[max(mention.first - 6, 0) : mention.first]) & (_ADDRESSED | _ASKED):
        return 1.0  # "talks with the Government of the Congo" make it no party
    aside = following == "side" and mention.name.demonym and sentence.has(mention.first - 2, "with", "the")
    if sentence.has(mention.last, ",", "represented", "by") and begins:
        return _ENOUGH
    if following in _STYLED and sentence.key(mention.last + 1) == "government":
        return _ENOUGH  # "the Austrian Federal Government"
    if body or (
        following in {"side", "party", "government", "participant"}
        and not sentence.has(mention.last + 1, "of")
        and not aside
    ):
        return _ENOUGH
    bracket = sentence.has(mention.last, ")")
    if organisation and begins and sentence.has(mention.last + bracket, "and", "its", "member"):
        return _ENOUGH
    partners = following == "and" and set(keys[mention.last : mention.last + 9]) & _FINITE
    if organisation and begins and partners:
        return 2.0
    if {"visit", "visited"} & set(
        sentence.keys[max(mention.first - 5, 0) : mention.first]
    ) and not organisation:
        return 1.5
    if title is not None and title.start <= mention.start < title.end:
        return 1.0 if organisation else 2.0
    return 0.0 if organisation else 0.1


def _represented(sentence: Sentence, actors: Sequence[Mention]) -> list[Mention]:
    """The names after "the Presidents of" and its like, one after another."""
    found: list[Mention] = []
    last = -1
    for mention in actors:
        if (
            mention.name.type == "forum"
            and set(sentence.keys[max(mention.first - 12, 0) : mention.first]) & _MEETINGS
        ):
            continue  # "on the sidelines of the meeting of the Heads of State of the SCO"
        if mention.name.type == "forum" and not mention.name.members:
            last = -1  # banks and agencies, whose representatives attend
            continue
        if sentence.has(mention.first - 1, "(") and sentence.has(mention.last, ")"):
            last = mention.last + 1 if last >= 0 else -1  # "the European Union (EU), Kazakhstan"
            continue
        between = _without_brackets(sentence.keys[last : mention.first]) if last >= 0 else []
        if sentence.key(mention.first - 1) == "in":
            between = []  # "the Ministers of Moldova and Ukraine met in Luxembourg"
        if ";" in between:  # "the Presidents of Brazil, Michel Temer; of Paraguay, Horacio Cartes"
            between = between[len(between) - between[::-1].index(";") :] or ["and"]
        listed = bool(between) and all(key in IN_LISTS for key in between)
        last = mention.last if listed or _headed(sentence, mention.first) else -1
        if last >= 0:
            found.append(mention)
    return found


def _without_brackets(keys: list[str]) -> list[str]:
    """Words without what stands in brackets: "the European Union (EU), Kazakhstan"."""
    if "(" in keys and ")" in keys:
        return keys[: keys.index("(")] + keys[keys.index(")") + 1 :]
    return keys


def _headed(sentence: Sentence, first: int) -> bool:
    """Whether "the Ministers of Transport of" or its like stands before a token."""
    index = first - 1
    while index >= max(first - 12, 0):
        key = sentence.keys[index]
        if key == "government" and set(sentence.keys[max(index - 2, 0) : index]) & _ADDRESSED:
            return False
        if key == "secretary" and sentence.has(index + 1, "of", "state"):
            return True
        if key in _OTHER_OFFICES:
            return False
        if key in _HEADS:
            return bool({"of", "from"} & set(sentence.keys[index + 1 : first]))
        if not (
            sentence.tokens[index].capital
            or key
            in {
                "responsible",
                "officials",
                "in",
                "charge",
                "from",
                "of",
                "the",
                "and",
                "for",
                "state",
                "government",
                ",",
            }
        ):
            return False
        index -= 1
    return False


def _pair_points(sentence: Sentence, one: Mention, other: Mention) -> float:
    """Points for two names joined as partners: "China-Kazakhstan relations", "between China and Kazakhstan"."""
    between = sentence.tokens[one.last : other.first]
    keys = _without_brackets([token.key for token in between])
    on_day = 2 if sentence.key(other.last) == "on" and sentence.key(other.last + 1) in WEEKDAYS else 0
    after = sentence.keys[other.last + on_day : other.last + on_day + 4]
    leads = {"leaders", "commission", "committee", "council"}
    if len(between) == 1 and between[0].dash and (_TIES | _MEETINGS | leads) & set(after):
        return 1.5
    before = sentence.keys[max(one.first - 5, 0) : one.first]
    joined = bool(keys) and keys.count("and") == 1 and all(key in _BETWEEN or key == "and" for key in keys)
    if joined and "between" in before:
        return 1.5 if {one.name.type, other.name.type} == {"country"} else 1.0
    owns = joined and after[:1] in (["'s"], ["\u2019s"]) and bool(_TIES & set(after))
    if owns:  # "Canada and Japan's partnership"
        return 1.5
    to_do = after[:2] == ["are", "to"] or (after[:1] == ["to"] and one.first == 0)
    if joined and after and (to_do or after[0] in _FINITE | _TOGETHER) and not other.name.demonym:
        return 2.0
    return 0.0


def _order_by_people(sentences: Sequence[Sentence], people: People, order: dict[str, int]) -> None:
    for sentence in sentences:
        for index, token in enumerate(sentence.tokens):
            found = people.at(sentence.tokens, index) if token.capital else None
            if found is not None and found[1].country is not None:
                country = found[1].country
                order[country] = min(order.get(country, token.start), token.start)
