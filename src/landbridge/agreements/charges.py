"""Markers by which the parties charge their bodies, call for acts and set goals: "instructed the ministers to"."""

from __future__ import annotations

from landbridge.agreements import tables
from landbridge.agreements.marker import Form, Marker, make_marker
from landbridge.agreements.syntax import Sentence, adverbs_end, is_gerund, is_verb, past_number
from landbridge.agreements.tokens import word_set

DEEM = word_set(
    "consider considers considered considering deem deems deemed find found believe regard regarded view"
)
_DEEMED = word_set(
    "necessary expedient important advisable appropriate essential useful vital desirable imperative"
)
_MEMBERS = (
    ("member", "states"),
    ("member", "countries"),
    ("member", "economies"),
    ("states", "parties"),
    ("states",),
    ("economies",),
    ("member", "governments"),
    ("partner", "states"),
    ("participating", "states"),
    ("participating", "countries"),
)
_ALL = word_set("us both the two all our")
CALL = word_set(
    "called call calls calling urged urge urging urges encouraged encourage encourages encouraging"
    " invited invite invites inviting appealed enjoined enjoins"
)
_OWN_BODIES = word_set(
    "council ministers ministries authorities agencies secretariat committee commission officials experts relevant"
    " competent respective sectoral line administrations"
)
_TO_WHOM = word_set("their its our the his her relevant it them")
_CHARGED = word_set("tasked instructed directed mandated entrusted charged commissioned assigned ordered")


def charged_passively(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "the ministers have been tasked to", "experts were instructed to": whoever charged them, all parties do."""
    charge = adverbs_end(sentence, at + 1)
    if sentence.key(charge) not in _CHARGED:
        return None
    to = adverbs_end(sentence, charge + 1)
    if sentence.key(to) == "with" and is_gerund(sentence, adverbs_end(sentence, to + 1)):
        made = make_marker(sentence, first, to + 1, "agreed", "gerund")
    elif sentence.key(to) == "to" and is_verb(sentence, adverbs_end(sentence, to + 1)):
        made = make_marker(sentence, first, to + 1, "agreed", "infinitive")
    else:
        return None
    return made._replace(impersonal=True) if made else None


def deemed(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "consider it necessary to" """
    after = at + 1 + sentence.has(at + 1, "it") + sentence.has(at + 1, "that", "it", "is") * 3
    after += sentence.has(at + 1, "it", "is")
    after = sentence.skip(after, word_set("very particularly also as"))
    if sentence.key(after) in _DEEMED and sentence.has(after + 1, "to"):
        return make_marker(sentence, first, after + 2, "exhortation", "infinitive")
    return None


def needed_of_all(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "it is imperative for us to", "it's vital for both sides to": what all are to do, whoever says so

    at: the adjective.
    """
    if sentence.key(at) not in _DEEMED or sentence.key(first - 1) != "it":
        return None
    if not sentence.has(at + 1, "for"):
        return None
    to = next((i for i in range(at + 2, min(at + 7, len(sentence.keys))) if sentence.keys[i] == "to"), None)
    if to is None or not set(sentence.keys[at + 2 : to]) <= _ALL | tables.verbs().group_heads:
        return None
    made = make_marker(sentence, first, to + 1, "exhortation", "infinitive")
    return made._replace(impersonal=True) if made else None


def called(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "called for", "spoke in favour of", "calling on both sides to" """
    if sentence.key(at) == "spoke":
        named = sentence.has(at + 1, "in", "favor", "of") or sentence.has(at + 1, "in", "favour", "of")
        after = at + 4 if named else at + 2 if sentence.has(at + 1, "for") else 0
    else:
        after = at + 2 if sentence.has(at + 1, "for") else 0
    if after:
        form: Form = "gerund" if is_gerund(sentence, adverbs_end(sentence, after)) else "object"
        return make_marker(sentence, first, after, "exhortation", form)
    to_whom = {"on", "upon"} | ({"to"} if sentence.keys[at] == "appealed" else set())
    on = at + 1 + (sentence.key(at + 1) in to_whom)
    for words in (
        ("both", "sides"),
        ("the", "two", "sides"),
        ("each", "other"),
        ("both", "countries"),
        ("both", "parties"),
    ):
        if sentence.has(on, *words, "to"):
            made = make_marker(sentence, first, on + len(words) + 1, "exhortation", "infinitive")
            return made._replace(impersonal=True) if made else None
    at_org = sentence.mention_at.get(on)
    on = (
        at_org.last if at_org is not None and at_org.name.type == "forum" else on
    )  # "call upon APEC economies to"
    members = (
        on + (sentence.key(on) in {"the", "all", "its", "their", "our"}) + sentence.has(on, "all", "the")
    )
    for names in _MEMBERS:
        if sentence.has(members, *names) and (to := _to_after(sentence, members + len(names))):
            made = make_marker(sentence, first, to + 1, "exhortation", "infinitive")
            return made._replace(impersonal=True) if made else None
    if (to := _of_all_sides(sentence, on)) and is_verb(sentence, adverbs_end(sentence, to + 1)):
        made = make_marker(sentence, first, to + 1, "exhortation", "infinitive")
        return made._replace(impersonal=True) if made else None
    if (to := _named_body(sentence, on)) and sentence.has(to, "to"):
        made = make_marker(sentence, first, to + 1, "exhortation", "infinitive")
        return made._replace(impersonal=True) if made else None
    own = {sentence.key(on), sentence.key(on + 1)} & _OWN_BODIES
    if (made := _member_charged(sentence, first, on)) is not None:
        return made._replace(strength="exhortation")
    if sentence.keys[at].startswith(("encourag", "invit", "appeal")) and not (
        own and sentence.key(on) in {"the", "our", "their", "its"}
    ):
        return None
    made = charged(sentence, first, on - 1) if own else None
    return made._replace(strength="exhortation") if made else None


def _of_all_sides(sentence: Sentence, index: int) -> int:
    """The "to" after people of all sides: "the negotiators of both countries to"; else 0."""
    if sentence.key(index) not in {"the", "their"} or sentence.key(index + 2) != "of":
        return 0
    if not {"both", "two", "three"} & set(sentence.keys[index + 3 : index + 5]):
        return 0
    return next(
        (i for i in range(index + 4, min(index + 8, len(sentence.keys))) if sentence.keys[i] == "to"), 0
    )


def _member_charged(sentence: Sentence, first: int, at: int) -> Marker | None:
    """What an organisation has a member do: "Council directed Tanzania to", "the Authority calls on Benin to"."""
    mention = sentence.mention_at.get(at + sentence.has(at, "the"))
    organ = _DECIDING & set(sentence.keys[: min(first, _NEAR_HEAD)]) or (first == 0 and sentence.unit.bullet)
    if mention is None or mention.name.type != "country" or mention.name.demonym or not organ:
        return None
    if _OF_ANOTHER & set(sentence.keys[:first]):
        return None  # "took note of a ruling that directed Kenya to"
    verb = adverbs_end(sentence, mention.last + 1)
    if not sentence.has(mention.last, "to") or not is_verb(sentence, verb):
        return None
    made = make_marker(sentence, first, mention.last + 1, "agreed", "infinitive")
    return made._replace(owner=mention.name.id) if made else None


_OF_ANOTHER = word_set("that which recalled recalls note noted court")
_NEAR_HEAD = 12  # words from the head of a sentence
_DECIDING = word_set("summit council conference authority assembly committee")


def _named_body(sentence: Sentence, index: int) -> int:
    """The token after a body with a name: "the Energy Transition Taskforce", "the EU-Asia Ministers of Trade".

    0 where none stands, or where it is a country's.
    """
    if sentence.key(index) not in _TO_WHOM:
        return 0
    heads = tables.verbs().group_heads | tables.verbs().body_heads | _TASK_FORCES
    at, named = index + 1, False
    while at < min(index + 12, len(sentence.keys)):
        mention = sentence.mention_at.get(at)
        joined = mention is not None and (sentence.key(mention.last) in {"-", "\u2013", "joint"})
        if mention is not None and mention.name.type == "country" and not joined:
            return 0
        if mention is not None:  # "the D-8 Commission"
            named = named or sentence.keys[mention.last - 1] in heads
            at = mention.last
            continue
        key, token = sentence.keys[at], sentence.tokens[at]
        if not (token.capital or key in {"of", "and", "for", "on"} or token.dash):
            break
        named = named or key in heads
        at += 1
    return at if named and at > index + 2 else 0


_TASK_FORCES = word_set(
    "taskforce network platform centre center ps secretary committees groups councils commissions"
)


def _to_after(sentence: Sentence, index: int) -> int:
    """The "to" with its verb, at once or after a relative clause: "Member States that have not done so to ratify"."""
    index += sentence.key(index) in {"concerned", "involved"}
    reach = 12 if sentence.key(index) in {"that", "which", "who", "in", "having", "with"} else 1
    for at in range(index, min(index + reach, len(sentence.keys))):
        if sentence.keys[at] == "to" and is_verb(sentence, adverbs_end(sentence, at + 1)):
            return at
        if sentence.keys[at] in {";", ":", "."}:
            break
    return 0


def members_urged(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "Member States were encouraged to", "both sides were invited to": at is the participle"""
    if sentence.key(at) not in _URGED or not sentence.has(at + 1, "to"):
        return None
    members = any(
        sentence.has(i, *names) and not {",", ";", "."} & set(sentence.keys[i:first])
        for i in range(max(first - 9, 0), first)
        for names in _MEMBERS
    )
    bodies = tables.verbs().joint_bodies
    members = members or (
        sentence.key(first - 1) in bodies and "the" in sentence.keys[max(first - 5, 0) : first]
    )
    all_sides = sentence.key(first - 1) in _SIDES and sentence.key(first - 2) in {"both", "all", "the", "two"}
    if not all_sides and not members:
        return None
    made = make_marker(sentence, first, at + 2, "exhortation", "infinitive")
    return made._replace(impersonal=True) if made else None


_URGED = word_set("encouraged urged called invited")
_SIDES = word_set("sides parties countries members participants delegations")


def goal_set(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "set themselves the goal of opening", "set the target to double" """
    noun = next(
        (i for i in range(at + 1, min(at + 7, len(sentence.keys))) if sentence.keys[i] in _GOALS), None
    )
    if noun is None or any(sentence.keys[i] in {",", ".", "by", "of"} for i in range(at + 1, noun)):
        return None
    if sentence.key(noun + 1) in {"of", "to"}:
        verb = adverbs_end(sentence, noun + 2)
        form: Form = (
            "gerund" if is_gerund(sentence, verb) else "infinitive" if is_verb(sentence, verb) else "object"
        )
        return make_marker(sentence, first, noun + 2, "willing", form)
    return None


_GOALS = word_set("goal goals task tasks target targets objective objectives aim")


def instructions(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "gave instructions to intensify" """
    noun = next(
        (i for i in range(at + 1, min(at + 6, len(sentence.keys))) if sentence.keys[i] in _ORDERS), None
    )
    if noun is None:
        return None
    for to in range(noun + 1, min(noun + 9, len(sentence.keys))):
        if sentence.keys[to] == "to" and is_verb(sentence, adverbs_end(sentence, to + 1)):
            return make_marker(sentence, first, to + 1, "agreed", "infinitive")
        if sentence.keys[to] in {",", ".", "on"}:
            return None
    return None


_ALSO_NOUNS = word_set("request requests mandate mandates task tasks direct")
_BEFORE_NOUNS = word_set("the a an on at upon of this that its their any such each")
_ORDERS = word_set("instructions instruction directions directives")


def charged(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "instructed the ministers to", "entrusted their agencies with preparing" """
    if sentence.keys[at] in _ALSO_NOUNS and sentence.key(at - 1) in _BEFORE_NOUNS:
        return None  # "on the request of a Party"
    key = sentence.key(at + 1)
    if key == "that":  # "instructed that the experts meet"
        return make_marker(sentence, first, at + 2, "agreed", "clause")
    own = (
        key in _TO_WHOM or key in tables.verbs().group_heads | tables.verbs().before_heads or key == "senior"
    )
    if (made := _member_charged(sentence, first, at + 1)) is not None:
        return made
    acronym = sentence.tokens[min(at + 1, len(sentence.keys) - 1)]
    # Who is asked may be the other side: "JICA requested DGST to".
    asked = sentence.keys[at].startswith(("request", "ask"))
    if acronym.text.isupper() and len(acronym.text) > 2 and sentence.has(at + 2, "to") and not asked:
        own = True  # "tasked STOM to"
    named = _named_body(sentence, at + 1)
    if not own or (key == "the" and (at + 2) in sentence.mention_at and not named):
        return None
    for index in range(at + 2, min(at + 22, len(sentence.keys))):
        word = sentence.keys[index]
        verb = adverbs_end(sentence, index + 1)
        if word == "to" and sentence.key(verb) == ":":
            # The items follow, here or on lines below.
            inner = adverbs_end(sentence, past_number(sentence, verb + 1))
            last = verb + 1 if is_verb(sentence, inner) else index + 1
            return make_marker(sentence, first, last, "agreed", "infinitive")
        known = sentence.key(verb) in tables.verbs().plain and sentence.key(verb + 1) == ","
        if word == "to" and (
            known or is_verb(sentence, verb) or sentence.key(verb + 1) in tables.verbs().object_openers
        ):
            return make_marker(sentence, first, index + 1, "agreed", "infinitive")
        if word == "with" and is_gerund(sentence, adverbs_end(sentence, index + 1)):
            return make_marker(sentence, first, index + 1, "agreed", "gerund")
        if word in {";", ".", ":"}:
            return None
    return None
