"""Who acts in a sentence: countries, their bodies and leaders, groups of all parties, pronouns."""

from __future__ import annotations

from landbridge.agreements import tables
from landbridge.agreements.entities import NEW_IN_OFFICE, past_elect
from landbridge.agreements.groups import numbered_group, speaking_document
from landbridge.agreements.officials import Actor, person_at
from landbridge.agreements.openings import PREPOSITIONS, SPEECH
from landbridge.agreements.syntax import UNNAMED, Context, Sentence, Subject, adverbs_end
from landbridge.agreements.tables import Name
from landbridge.agreements.tokens import word_set

_LONGEST = 9  # words before the noun that a subject ends with, as in "the Foreign and Transport Ministers"
_DETERMINERS = word_set(
    "the both all each either neither no any a an these those this our their its every his her my"
)
_MOST = 60  # actors of one phrase
_SINGLES = word_set("each either neither any a an no every")
_NOT_ALL = word_set("other third one another some most many")
_PRONOUNS = word_set("they we")
_IN_GENERAL = frozenset(
    {"party", "side", "participant", "signatory", "state", "country", "government", "member"}
)
_OF_A_COUNTRY = word_set(
    """
    side party participant government president leader delegation minister leadership parliament
    authorities premier part administration
    """
)
_PORTFOLIOS = word_set("prime foreign deputy finance transport trade defence defense energy economy")
_AFTER_HEAD = word_set("of from representing for in at to on responsible concerned attending present")
_LOWER_IN_NAMES = word_set(
    """
    the of and state government governments states country countries two three four five six seven respective
    all both each either part charge foreign affairs parties participating contracting member , for one
    """
)
_EVERYBODY = word_set("two parties sides participants leaders presidents delegations countries")
_COUNTED = word_set("two three four five six pair duo trio")
_FINITE = word_set(
    """
    will shall should would must agree agreed agrees decide decided decides intend intends plan plans
    undertake undertakes undertook pledge pledged commit committed reaffirm reaffirmed reaffirms
    express expressed are is were was have has had stand stands call called calls instructed tasked
    confirmed consider considered promised vowed resolved underlined underscored stressed emphasized
    emphasised noted wish declare declared welcomed hereby also jointly met held discussed vowed
        spoke undertook gave took signed announced exchanged reviewed oppose support directed mandated urged requested
    approved adopted received commended invited authorised authorized entrusted appreciated recommended endorsed
    reiterated appointed assented offered attaches attached attach remains remain continues values supports supported
    """
)


def subjects(sentence: Sentence, context: Context) -> list[Subject]:
    """Every phrase that names actors known to the text, the longest at each place."""
    if sentence.found is not None:
        return sentence.found
    found: list[Subject] = []
    index = 0
    while index < len(sentence.tokens):
        subject = _own_country(sentence, index, found) or _coordinated(sentence, index, context)
        if subject is None:
            index += 1
        else:
            found.append(subject)
            index = max(subject.last, index + 1)
    sentence.found = _as_speaker(sentence, found)
    return sentence.found


def _as_speaker(sentence: Sentence, found: list[Subject]) -> list[Subject]:
    """In direct speech "we" is the country of whoever speaks: "We will build it," the Omani minister told reporters."""
    if not sentence.tokens or not sentence.tokens[0].quote_mark:
        return found
    close = next((i for i in range(len(sentence.tokens) - 1, 0, -1) if sentence.tokens[i].quote_mark), 0)
    speaker = next((s for s in found if s.first > close and len(s.actors) == 1), None)
    if speaker is None or not set(sentence.keys[close:]) & SPEECH | {"told"} & set(sentence.keys[close:]):
        return found
    return [
        Subject(s.first, s.last, speaker.actors, False)
        if s.last < close and sentence.keys[s.first] == "we"
        else s
        for s in found
    ]


def _own_country(sentence: Sentence, index: int, found: list[Subject]) -> Subject | None:
    """ "his country", "her government": that of whoever acts before it in the sentence."""
    if sentence.keys[index] not in {"his", "her", "its"} or sentence.key(index + 1) not in OWN_COUNTRY:
        return None
    before = next((subject for subject in reversed(found) if len(subject.actors) == 1), None)
    return Subject(index, index + 2, before.actors, False) if before else None


OWN_COUNTRY = word_set("country government nation administration")


def _coordinated(sentence: Sentence, index: int, context: Context) -> Subject | None:
    named = sentence.mention_at.get(index + 1)
    both = sentence.keys[index] == "both" and named is not None and not named.name.demonym
    first = _one(sentence, index + both, context)  # "both Nepal and China"
    if first is None:
        return None
    last, actors, joint, negative = first
    alone, listed = (last, actors, joint), joint
    while (
        not (alone[2] and set(alone[1]) >= set(context.group))
        and last + 1 < len(sentence.keys)
        and len(actors) < _MOST
        and _joins(sentence, last)
    ):
        comma = sentence.keys[last] == "," and sentence.keys[last + 1] != "and"
        body = index not in sentence.mention_at and sentence.keys[index] == "the"
        if comma and body and sentence.key(index - 1) in {"of", "at", "in", "during", "after"}:
            break  # "At the meeting of the Commission, Georgia and Kazakhstan agreed"
        after = last + 1 + (sentence.keys[last + 1] == "and") + 2 * sentence.has(last, "as", "well", "as")
        after += sentence.has(last, "along", "with") or sentence.has(last, "together", "with")
        other = _one(sentence, after, context) if after < len(sentence.keys) else None
        if other is None or (other.joint and other.actors == context.group):
            break
        clause = (
            sentence.keys[last] == "," and sentence.key(index - 1) in PREPOSITIONS - {"and"} and index > 0
        )
        if clause and sentence.key(other.last) in _FINITE:
            break  # "issued in Finland, and Finland will"
        last, actors, joint = other.last, (*actors, *other.actors), True
        listed = listed or not comma
    if joint and not listed:  # "..., China" after a comma without an "and" starts something new
        last, actors, joint = alone
    if UNNAMED in actors:
        return Subject(index, last, (UNNAMED,), joint, negative)
    known = tuple(party for party in context.parties if party in actors)
    strangers = [actor for actor in actors if actor not in context.parties and not actor.startswith("org:")]
    if not known or (strangers and len(context.parties) > 1):
        return Subject(index, last, (), False)
    return Subject(index, last, known, joint or len(known) > 1, negative)


_TOGETHER = (("as", "well", "as"), ("along", "with"), ("together", "with"))


def _joins(sentence: Sentence, index: int) -> bool:
    return sentence.keys[index] in {"and", ","} or any(sentence.has(index, *words) for words in _TOGETHER)


def _members(name: Name, context: Context) -> tuple[str, ...]:
    """Whom a name means as an actor: the country, the organisation if it is a party, else its members that are."""
    if name.type == "country" or name.id in context.parties:
        return (name.id,)
    return tuple(p for p in context.parties if p in name.members) or (name.id,)


def _one(sentence: Sentence, index: int, context: Context) -> Actor | None:
    """One actor at a token: index after it, who, and whether a group of all parties."""
    keys = sentence.keys
    token = sentence.tokens[min(index, len(keys) - 1)]
    if not token.is_word or not (token.capital or _may_open(sentence, index)):
        return None
    if keys[index] in {"each", "all", "both", "either", "neither"} and sentence.has(index + 1, "of"):
        if sentence.key(index + 2) in {"them", "us"}:
            return Actor(index + 3, context.group, True, keys[index] == "neither")
        inner = _one(sentence, index + 2, context) if index + 2 < len(keys) else None
        return inner and inner._replace(negative=keys[index] == "neither")
    if (
        keys[index] in {"host", "hosts"}
        and sentence.key(index + 1) == "and"
        and sentence.key(index + 2).startswith("guest")
    ):
        return Actor(index + 3, context.group, True)
    carrier = sentence.mention_at.get(index + 1) if keys[index] == "air" else None
    if carrier is not None and carrier.name.type == "country" and carrier.name.id in context.parties:
        return Actor(carrier.last, (carrier.name.id,), False)  # "Air Seychelles"
    if keys[index] in _PRONOUNS:
        return Actor(index + 1, context.group, True)
    if keys[index] == "both" and sentence.key(index + 1) in {"he", "she"} and sentence.has(index + 2, "and"):
        verb = next((i for i in range(index + 3, min(index + 12, len(keys))) if keys[i] in _FINITE), None)
        return Actor(verb, context.group, True) if verb is not None else None
    if keys[index] == "the" and sentence.key(index + 1) in _COUNTED and _acts(sentence, index + 2):
        return Actor(index + 2, context.group, True)
    if keys[index] == "both" and (sentence.key(index + 1) in _FINITE or sentence.key(index + 1) == "also"):
        return Actor(index + 1, context.group, True)
    if keys[index] == "the" and (end := speaking_document(sentence, index + 1)):
        return Actor(end, context.group, True)
    named = _named(sentence, index, context)
    if named is not None and _leads_on(sentence, index, named.last):
        named = _headed(sentence, index, context) or named  # "the ASEAN Economic Ministers"
    found = named or _headed(sentence, index, context) or person_at(sentence, index, context)
    if found is None and (end := numbered_group(sentence, index)):
        return Actor(end, context.group, True)
    return found


def _leads_on(sentence: Sentence, index: int, last: int) -> bool:
    """Whether an organisation's name is followed by whom of it is meant: "ASEAN Economic Ministers"."""
    mention = sentence.mention_at.get(index + (sentence.keys[index] == "the"))
    if mention is None or mention.name.type not in {"forum", "group", "country"}:
        return False
    words = tables.verbs()
    if mention.name.type == "country" and sentence.key(last) in _OF_A_COUNTRY:
        return False
    if mention.name.type == "country" and sentence.keys[index] != "the":
        heads = (words.body_heads | words.group_heads) - _PERSONS  # "Uzbekistan Airways"
        return any(key in heads for key in sentence.keys[last : _capitals(sentence, last)])
    heads = words.group_heads | words.body_heads
    return any(key in heads for key in sentence.keys[last : min(_capitals(sentence, last), last + _NAMED)])


_NAMED = 6  # words of a body after its country, at most
_PERSONS = word_set("president premier minister chancellor ambassador representative counterpart president")


def _may_open(sentence: Sentence, index: int) -> bool:
    """Whether an actor may begin with a word in lower case."""
    key, words = sentence.keys[index], tables.verbs()
    if key in _OPENERS or key in _PRONOUNS or key in words.group_heads:
        return True
    joined = index == 0 or sentence.keys[index - 1] == "and"  # "... and professional bodies of both sides"
    return joined and key in words.before_heads - {"said", *tables.markers()["charge"]}


def _acts(sentence: Sentence, index: int) -> bool:
    """Whether a verb, perhaps after an adverb, stands at a token."""
    return sentence.key(adverbs_end(sentence, index)) in _FINITE


def _named(sentence: Sentence, index: int, context: Context) -> Actor | None:
    """A country, an organisation or a capital that stands for its country: "Kazakhstan", "the EU", "Athens"."""
    at = index + (sentence.keys[index] == "the")
    if (alias := context.alias_at(sentence, at)) is not None:
        return Actor(alias[0], alias[1], len(alias[1]) > 1)
    mention = sentence.mention_at.get(at)
    if mention is None:
        return None
    name, last = mention.name, mention.last
    following = sentence.key(last)
    if name.type == "place" and name.capital:
        owner = name.owners[0]
        acts = following in _FINITE or adverbs_end(sentence, last) > last
        row = following in {"and", ","} and sentence.key(index - 1) not in PREPOSITIONS - {"and"}
        partner = sentence.mention_at.get(last + 1) if row else None
        if partner is not None and not partner.name.demonym:
            acts = acts or partner.name.capital or partner.name.type == "country"
        return Actor(last, (owner,), False) if acts and owner in context.parties else None
    if name.type not in {"country", "forum", "group"}:
        return None
    if following in _OF_A_COUNTRY and name.type == "country":
        return Actor(_after_office(sentence, last + 1, context), (name.id,), False)
    if following == "'s" and (post := sentence.skip(last + 1, NEW_IN_OFFICE)) > last + 1:
        last, following = post, sentence.key(post)  # "Japan's new Foreign Minister"
    if sentence.has(last, "secretary", "of", "state") and name.type == "country":
        return Actor(_after_office(sentence, last + 3, context), (name.id,), False)
    minister = following in _PORTFOLIOS and sentence.key(last + 1) in {"minister", "ministry"}
    if minister and name.type == "country":  # "Bangladesh Prime Minister"
        return Actor(_after_office(sentence, last + 2, context), (name.id,), False)
    if following == "'s" and sentence.key(last + 1) in _OF_A_COUNTRY:
        return Actor(_after_office(sentence, last + 2, context), (name.id,), False)
    if sentence.has(last, "(") and sentence.has(last + 2, ")"):  # the European Union (EU)
        last += 3
        following = sentence.key(last)
    if name.demonym or name.type == "group" or following in tables.verbs().group_heads:
        return None
    if last < len(sentence.keys) and sentence.tokens[last].dash:
        return None
    members = _members(name, context)
    return Actor(last, members, len(members) > 1)


def _after_office(sentence: Sentence, last: int, context: Context) -> int:
    """Passes over the person's name after an office, and over what the office is for."""
    last = past_elect(sentence.tokens, last)
    while last < len(sentence.keys):
        person = context.people.at(sentence.tokens, last)
        if person is not None:
            last = person[0]
        elif sentence.has(last, "of") and sentence.tokens[min(last + 1, len(sentence.keys) - 1)].capital:
            last = _capitals(sentence, last + 1)
        else:
            break
    return last


def _capitals(sentence: Sentence, index: int) -> int:
    """Passes over "Foreign Affairs and Trade"; a name of a country is not passed."""
    while index < len(sentence.keys) and index not in sentence.mention_at:
        token = sentence.tokens[index]
        joint = token.key == "and" and index + 1 < len(sentence.keys) and sentence.tokens[index + 1].capital
        if not token.capital and not joint:
            break
        if joint and (index + 1) in sentence.mention_at:
            break
        index += 1
    return index


def _headed(sentence: Sentence, index: int, context: Context) -> Actor | None:
    """A phrase with a noun for people or bodies at its head: "the competent authorities of the Parties"."""
    words, keys = tables.verbs(), sentence.keys
    if not (sentence.tokens[index].capital or _may_open(sentence, index)):
        return None
    if index > 0 and keys[index - 1] == "of" and sentence.tokens[index].capital:
        return None
    countries: list[Name] = []
    at, limit = index, min(index + _LONGEST, len(keys))
    while at < limit:
        mention = sentence.mention_at.get(at)
        if mention is not None and mention.name.type in {"country", "forum", "group"}:
            countries.append(mention.name)
            at = mention.last
            if sentence.key(at) == "'s":
                at += 1
            continue
        key = keys[at]
        if key in _ESTABLISHMENTS and (countries or _of_all_sides(sentence, at)):
            break
        if (key in words.group_heads and not _plain_service(sentence, at)) or key in words.body_heads:
            if sentence.key(at + 1) == "'":  # "the two governments' aviation authorities"
                at += 2
                continue
            if (
                key in {"secretaries", "secretary", "directors", "director"}
                and sentence.key(at + 1) == "general"
            ):
                at += 1
                break
            if sentence.key(at + 1) not in words.group_heads | words.body_heads:
                break
        elif (
            (key in _NOT_ALL and not countries)
            or (key == "the" and at > index and keys[at - 1] not in {"all", "both", "of"})
            or (key == "of" and keys[at - 1] not in {"head", "heads", "each", "both", "all"})
        ) or not (
            key in _DETERMINERS
            or key in words.before_heads
            or (sentence.tokens[at].capital and key not in _FINITE)
            or (key == "and" and at > index and sentence.key(at + 1) in words.before_heads)
            or (key == "and" and at > index and _within_name(sentence, at))
            or (sentence.key(at + 1) in _OF_A_KIND and _describes(sentence, at))
            or (key == "and" and countries and (at + 1) in sentence.mention_at)
            or (
                sentence.tokens[at].dash
                and at > index
                and sentence.tokens[at - 1].end == sentence.tokens[at].start
            )
        ):
            return None
        at += 1
    if at >= limit or at >= len(keys):
        return None
    head, first = keys[at], keys[index]
    last, of = _after_head(sentence, at + 1, context)
    names = [*countries, *of]
    if head in {
        "parties",
        "states",
        "members",
        "countries",
        "governments",
    }:  # "Contracting Parties of the Community"
        known = set(context.parties)
        names = [n for n in names if n.type != "forum" or n.id in known or known & set(n.members)]
    if head in _GATHERINGS and (
        not _decides(sentence, last) or sentence.key(index - 1) in {"at", "in", "during", "after"}
    ):
        return None
    group = head in words.group_heads | _ESTABLISHMENTS or head in _GATHERINGS
    if not names and last < len(keys) and context.people.at(sentence.tokens, last) is not None:
        return None  # "Prime Ministers A of Kazakhstan and B of Uzbekistan"
    negative = first in {"neither", "no"}
    if names:
        actors = tuple(dict.fromkeys(a for name in names for a in _members(name, context)))
        person = context.people.at(sentence.tokens, last) if last < len(keys) else None
        return Actor(person[0] if person else last, actors, len(actors) > 1, negative)
    if group and head in _IN_GENERAL:
        # "the Party" alone is one of them, not known which; "a Party", "each side", "the importing Party" is any.
        if first in _SINGLES or at - index > 1:
            return Actor(last, context.group, first in {"each", "neither", "either", "no", "every"}, negative)
        return None
    if group:
        return Actor(last, context.group, True, negative)
    lower = not any(token.capital for token in sentence.tokens[index + 1 : at + 1])
    if head in words.joint_bodies or (lower and at - index > 1 and context.genre in {"treaty", "mou"}):
        return Actor(last, context.group, False, negative)
    return None


def _within_name(sentence: Sentence, index: int) -> bool:
    """Whether an "and" joins two words of one name: "Standards and Testing Institution"."""
    around = (sentence.tokens[index - 1], sentence.tokens[min(index + 1, len(sentence.tokens) - 1)])
    named = any(i in sentence.mention_at for i in (index - 1, index + 1))
    return all(token.capital for token in around) and not named


_ESTABLISHMENTS = word_set(
    """
    commissioners governors mayors organizations organisations organs institutions universities schools companies
    enterprises banks libraries
    museums archives academies chambers operators ports airports associations businesses entrepreneurs regions
    provinces cities laboratories carriers
    """
)


def _of_all_sides(sentence: Sentence, index: int) -> bool:
    """Whether "of the two countries" or its like follows a noun."""
    near = sentence.keys[index + 1 : index + 5]
    return near[:1] == ["of"] and bool({"two", "both", "three", "four", "five"} & set(near))


_OF_A_KIND = word_set("authorities agencies services administrations bodies inspectorates ministries")


def _describes(sentence: Sentence, index: int) -> bool:
    """Whether a word that no table has may say which authorities are meant: "the quarantine authorities"."""
    key, words = sentence.keys[index], tables.verbs()
    plain = sentence.tokens[index].is_word and key not in PREPOSITIONS | _FINITE | _NOT_ALL
    return plain and key not in words.plain and key not in words.adverbs and not key.endswith(("ed", "ly"))


_GATHERINGS = word_set("summit meeting conference forum assembly session")


def _decides(sentence: Sentence, index: int) -> bool:
    """Whether a verb of deciding stands at a token: "the Summit directed", "the Meeting of Ministers agreed"."""
    key = sentence.key(adverbs_end(sentence, index))
    return key.endswith("ed") or key in tables.markers()["say"] or key in {"undertook", "took"}


def _plain_service(sentence: Sentence, index: int) -> bool:
    """Whether "services" means what is offered, as in "transport services", and not an agency."""
    return sentence.keys[index] == "services" and sentence.key(index - 1) not in _SERVICES


_SERVICES = word_set("customs border emergency security special tax intelligence relevant")
_OPENERS = frozenset(
    {
        *_DETERMINERS,
        "two",
        "three",
        "four",
        "five",
        "six",
        "joint",
        "member",
        "participating",
        "competent",
        "co",
    }
)


def _after_head(sentence: Sentence, index: int, context: Context) -> tuple[int, list[Name]]:
    """Passes over what follows the noun at the head: "of the two countries", "of Foreign Affairs", "(Parties)".

    Returns the index after it, and the countries and organisations that it names.
    """
    names: list[Name] = []
    while index < len(sentence.keys):
        key = sentence.keys[index]
        if key == "(":
            close = next(
                (i for i in range(index, min(index + 14, len(sentence.keys))) if sentence.keys[i] == ")"), 0
            )
            if not close:
                break
            index = close + 1
        elif key == "and" and sentence.key(index + 1) in {"government", "governments"}:
            index += 2
        elif key in _AFTER_HEAD:
            end, named = _of_names(sentence, index)
            if end == index:
                break
            names += named
            index = end
        else:
            break
    return index, names


def _of_names(sentence: Sentence, index: int) -> tuple[int, list[Name]]:
    """Reads on from a preposition after a head noun, as long as names and words of office follow."""
    names: list[Name] = []
    at = last = index + 1
    while at < min(index + 60, len(sentence.keys)):
        mention = sentence.mention_at.get(at)
        if mention is not None:
            if mention.name.type in {"country", "forum", "group"}:
                names.append(mention.name)
            at = last = mention.last
            continue
        token = sentence.tokens[at]
        if token.key == "(" and sentence.key(at + 2) == ")":  # "the United Arab Emirates (UAE)"
            at += 3
            continue
        heads = tables.verbs().group_heads
        if token.key in _FINITE and not token.text.isupper():
            break
        if (
            token.key == ","
            and sentence.key(at + 1) in {"the", "both"}
            and sentence.key(at + 2) in _EVERYBODY | {"government", "governments"}
        ):
            break  # "signed by the Ministers of ..., the parties agreed"
        if token.capital or token.key in heads:
            at += 1
            last = at
        elif (
            token.key in _LOWER_IN_NAMES
            or (token.dash and sentence.tokens[at - 1].end == token.start)
            or token.key in tables.verbs().before_heads
        ):
            at += 1
        elif not names and sentence.keys[index] in {"in", "to", "at", "for", "on"} and token.is_word:
            end = _plain_phrase(sentence, at)
            return (end, names) if end else (index, [])
        else:
            break
    return (last, names) if last > index + 1 else (index, [])


def _plain_phrase(sentence: Sentence, index: int) -> int:
    """The end of a few plain words before the verb: "the participants in the meeting agreed"."""
    for at in range(index, min(index + 7, len(sentence.keys))):
        if sentence.keys[at] in _FINITE:
            return at
        if not sentence.tokens[at].is_word or sentence.keys[at] in {"and", "to"}:
            return 0
    return 0
