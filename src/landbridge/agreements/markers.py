"""The words by which a text promises: agreed to, will, is ready to, should. The lists are in tables/markers.toml."""

from __future__ import annotations

from landbridge.agreements import tables
from landbridge.agreements.charges import (
    CALL,
    DEEM,
    called,
    charged,
    charged_passively,
    deemed,
    goal_set,
    instructions,
    members_urged,
    needed_of_all,
)
from landbridge.agreements.idioms import called_on_all, due, idiom, unanimous
from landbridge.agreements.marker import (
    PARTIES,
    Marker,
    after_agreed,
    make_marker,
    on_what,
    past_aside,
    strength_of,
    to_do,
)
from landbridge.agreements.record import Strength
from landbridge.agreements.saying import said
from landbridge.agreements.syntax import NEEDS, Sentence, adverbs_end, is_gerund, is_verb
from landbridge.agreements.tokens import word_set

_AGREE = word_set(
    "concurred concur concurs agreed agree agrees agreeing decided decide decides deciding resolved resolve resolves"
)
_BE = word_set("is are was were be remain remains remained stand stands stood stay being remaining standing")
_HAVE = word_set("have has having")
_TODAY = word_set("today both all jointly")
_LEADING = frozenset({"do", "hereby"})
_AID = word_set(
    "assistance support aid funding funds help financing efforts cooperation investment investments package loan grant"
)
_TELL = word_set("said says told pledged promised agreed added assured informed replied decided")
_THEMSELVES = word_set("themselves itself ourselves himself herself")
# "is planning to", "was going to": what is under preparation.
_PROGRESSIVE: dict[str, Strength] = {
    "planning": "willing",
    "aiming": "willing",
    "intending": "willing",
    "seeking": "willing",
    "looking": "willing",
    "going": "undertaking",
    "partnering": "undertaking",
    "teaming": "undertaking",
    "joining": "undertaking",
}
_FOUNDING = word_set("launching establishing creating forming instituting")
_SAYING = word_set(
    "said says told stressed noted added emphasized emphasised stated underlined reported announced confirmed that"
)
_AGREED_NOUNS = word_set(
    "arrangement agreement agreements consensus understanding understandings deal decision"
)


def _of_money(sentence: Sentence, index: int) -> bool:
    """Whether a sum stands at a token: "EUR 5 million", "up to $10 million"."""
    at = index + 2 * sentence.has(index, "up", "to")
    key = sentence.key(at)
    return key in {"usd", "$", "eur", "us", "\u20ac", "\u00a3", "gbp"} or key[:1].isdigit()


def marker_at(sentence: Sentence, index: int) -> Marker | None:
    """The marker whose first word stands at a token, or None."""
    keys = sentence.keys
    if keys[index] not in tables.marker_firsts():
        return None
    at = index
    if keys[at] == "had" and not any(
        key in tables.markers()["say"] or key in _TELL for key in sentence.before(at)
    ):
        return None  # "had agreed to" is told of the past, but for "said that Japan had decided to"
    if keys[at] in _HAVE or keys[at] in _LEADING or keys[at] == "had":
        at = adverbs_end(sentence, sentence.skip(adverbs_end(sentence, at + 1), _TODAY))
        if sentence.key(at) == "been":
            return charged_passively(sentence, index, at) or _has_been(sentence, index, at)
    key = sentence.key(at)
    if keys[index] in _HAVE and key == "the":
        return said(sentence, index, index)
    if key in {"will", "shall"} and at == index:
        return make_marker(sentence, index, past_aside(sentence, at + 1), "undertaking", "infinitive")
    if key == "would" and at == index:
        return _would(sentence, index)
    if key == "may" and at == index:
        ruled_out = sentence.has(at + 1, "not") or {"neither", "no"} & set(sentence.keys[max(at - 4, 0) : at])
        if not ruled_out:
            return None
        return make_marker(sentence, index, at + 1, "undertaking", "infinitive")
    if key == "should" or key == "must":
        return make_marker(sentence, index, at + 1, "exhortation", "infinitive")
    if key in NEEDS and sentence.has(at + 1, "to"):
        return make_marker(sentence, index, at + 2, "exhortation", "infinitive")
    if key == "'s":
        return needed_of_all(sentence, index, adverbs_end(sentence, at + 1))  # "it's imperative for us to"
    if key in _BE:
        return _be(sentence, index, at)
    found = _verb(sentence, index, at, key)
    if found is None and keys[index] == "hereby" and key in tables.verbs().plain:
        return make_marker(sentence, index, index + 1, "undertaking", "infinitive")
    return found


def _second_to(sentence: Sentence, first: int) -> int:
    """The "to" with a verb after whom a recommendation is made to: "recommend to the carriers to use"; else 0."""
    for at in range(first, min(first + 10, len(sentence.keys))):
        if sentence.keys[at] == "to" and is_verb(sentence, adverbs_end(sentence, at + 1)):
            return at
        if sentence.keys[at] in {",", ";", "."}:
            break
    return 0


def _has_been(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "it has been decided to", "it has been agreed that" """
    agreed = adverbs_end(sentence, at + 1)
    if sentence.key(first - 1) != "it" or sentence.key(agreed) not in {"decided", "agreed", "resolved"}:
        return None
    made = after_agreed(sentence, first, adverbs_end(sentence, agreed + 1))
    return made._replace(impersonal=True) if made else None


def _verb(sentence: Sentence, index: int, at: int, key: str) -> Marker | None:
    found: Marker | None = None
    if key in _AGREE and sentence.key(index - 1) in {"may", "can", "could", "might"}:
        return None
    if key in _AGREE:
        after = at + 1 if sentence.has(at + 1, "as", "follows") else adverbs_end(sentence, at + 1)
        found = after_agreed(sentence, index, after)
        if found is None:
            found = said(sentence, index, at) if key.startswith("agree") else None
    elif (strength := strength_of("to", key)) is not None:
        found = _promised(sentence, index, at, strength)
    elif (
        key.startswith("declare")
        and sentence.key(at + 1) in _THEMSELVES
        and sentence.key(at + 2) in _GLAD | {"disposed"}
    ):
        found = to_do(sentence, index, at + 3, "willing")
    elif key in DEEM:
        found = deemed(sentence, index, at)
    elif key.startswith("recommend") and sentence.has(at + 1, "to") and (to := _second_to(sentence, at + 2)):
        found = make_marker(sentence, index, to + 1, "exhortation", "infinitive")
    elif key.startswith("recommend") and sentence.has(at + 1, "that"):
        found = make_marker(sentence, index, at + 2, "exhortation", "clause")
    elif key in CALL or key == "spoke":
        found = called_on_all(sentence, index, at) or called(sentence, index, at)
    elif key in {"set", "sets"}:
        found = goal_set(sentence, index, at)
    elif key in {"gave", "give", "gives", "given", "issued"}:
        found = instructions(sentence, index, at)
        found = found or (said(sentence, index, at) if key in tables.markers()["say"] else None)
    elif key in {"settled", "opted"}:
        on = {"settled": "on", "opted": "for"}[key]
        found = on_what(sentence, index, at + 2, "agreed") if sentence.has(at + 1, on) else None
    elif key in {"came", "come"} and sentence.has(at + 1, "to") and sentence.key(at + 3) in _AGREED_NOUNS:
        found = after_agreed(sentence, index, at + 4)
    elif key in {"came", "come", "arrived"} and sentence.has(at + 2, "the", "conclusion", "that", "it", "is"):
        found = deemed(sentence, index, at + 4)
        found = found and found._replace(strength="agreed")
    if found is None and key in tables.markers()["charge"]:
        found = charged(sentence, index, at)
    if found is None and key in tables.markers()["say"]:
        found = said(sentence, index, at) or _found_necessary(sentence, index, at)
    if found is None and key in {"said", "says"}:
        found = _found_necessary(sentence, index, at)
    return found or idiom(sentence, index, at)


def _found_necessary(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "stressed that it is necessary to" """
    it = at + 1 + sentence.has(at + 1, "that")
    if not (sentence.has(it, "it", "is") or sentence.has(it, "it", "was")):
        return None
    if sentence.keys[at].startswith(("note", "noti")):
        return None
    made = deemed(sentence, first, at)
    return made._replace(impersonal=True) if made else None  # whoever says so, it is for all sides


def _would(sentence: Sentence, index: int) -> Marker | None:
    """A promise that is reported: "it was agreed that China would build"."""
    before = sentence.before(index)
    told = "that" in before or any(key in tables.markers()["say"] or key in _TELL for key in before)
    told = told or not {"if", "were", "could"} & {*before, *sentence.keys[index : index + 30]}
    after = sentence.skip(adverbs_end(sentence, index + 1), frozenset({"not"}))
    if (
        sentence.key(after) == "be"
        and sentence.key(after + 1) in _GLAD
        and sentence.has(after + 2, "to")
        and told
    ):
        return make_marker(sentence, index, after + 3, "willing", "infinitive")
    if sentence.has(after, "like", "to") and told:
        courtesy = sentence.key(adverbs_end(sentence, after + 2)) in _COURTESIES
        return None if courtesy else make_marker(sentence, index, after + 2, "willing", "infinitive")
    if not told or sentence.key(after) in {
        "like",
        "be",
        "have",
        "welcome",
        "benefit",
        "mean",
        "require",
        "need",
        "gain",
    }:
        return None
    return make_marker(sentence, index, past_aside(sentence, index + 1), "undertaking", "infinitive")


_GLAD = word_set("happy glad ready pleased prepared willing")
_COURTESIES = word_set(
    "thank express begin welcome emphasize emphasise stress note congratulate say point take invite reiterate draw see"
    " hear start add convey highlight underline recall"
)


def _promised(sentence: Sentence, first: int, at: int, strength: Strength) -> Marker | None:
    """After pledged, undertakes, intends: "to", "that", or with "themselves"."""
    key = sentence.keys[at]
    if key.startswith("intend") and sentence.has(at + 1, "for"):
        to = next(
            (i for i in range(at + 2, min(at + 10, len(sentence.keys))) if sentence.keys[i] == "to"), None
        )
        return None if to is None else make_marker(sentence, first, to + 1, strength, "infinitive")
    after = at + 1 + (sentence.key(at + 1) in _THEMSELVES)
    if sentence.has(after, ":") and after == len(sentence.keys) - 1:  # "The Parties undertake:"
        return make_marker(sentence, first, after, strength, "list")
    commits = "commit" in key
    if commits and _of_money(sentence, after):
        return make_marker(sentence, first, after, strength, "object")
    if commits and sentence.key(after) in {"our", "its", "their"}:  # "We commit our full support to"
        return _committed(sentence, first, after, strength)
    if key.startswith("assur") and (support := _of_support(sentence, after)):
        return make_marker(sentence, first, support, strength, "object")
    if commits and key == "committed" and after == at + 1 and sentence.key(first) not in _HAVE:
        near = 3 if sentence.key(at - 1) == "and" else 6
        adjective = bool(set(sentence.keys[max(at - near, 0) : at]) & _BE)
        return None if adjective else to_do(sentence, first, after, strength, either=True)
    if sentence.has(after, "that"):
        return make_marker(sentence, first, after + 1, strength, "clause")
    if key.startswith("guarantee") and not sentence.has(after, "to"):
        return make_marker(sentence, first, after, strength, "object")
    if key in {"commits", "commit", "committing"} and sentence.key(after) in PARTIES:
        to = next(
            (i for i in range(after, min(after + 6, len(sentence.keys))) if sentence.keys[i] == "to"), None
        )
        if to is not None:
            made = to_do(sentence, first, to, strength, either=True)
            return made._replace(impersonal=True) if made else None
    if key in _GIVING and not sentence.has(adverbs_end(sentence, after), "to"):
        given = set(sentence.keys[after : after + 8]) & (_AID | _GIVEN)
        if given or _of_money(sentence, after):
            return make_marker(sentence, first, after, strength, "object")
    return to_do(sentence, first, after, strength, either=commits)


def _committed(sentence: Sentence, first: int, after: int, strength: Strength) -> Marker | None:
    """ "commit our full support to the plan", "recommitted their governments to promoting" """
    to = next((i for i in range(after, min(after + 6, len(sentence.keys))) if sentence.keys[i] == "to"), None)
    if to is None:
        return None
    if set(sentence.keys[after:to]) & _AID:
        return make_marker(sentence, first, after, strength, "object")
    return to_do(sentence, first, to, strength, either=True)


def _of_support(sentence: Sentence, after: int) -> int:
    """Where "its full support" stands after "assured": at once, or after whom and "of"; else 0."""
    of = next((i for i in range(after, min(after + 7, len(sentence.keys))) if sentence.keys[i] == "of"), None)
    for start in (after, 0 if of is None else of + 1):
        owned = sentence.key(start) in {"its", "their", "his", "her", "full", "continued", "all"}
        owned = owned or (start != after and start in sentence.mention_at)
        if (
            start
            and owned
            and set(sentence.keys[start : start + 5]) & {"support", "assistance", "cooperation"}
        ):
            return start
    return 0


_GIVEN = word_set(
    "scholarship scholarships training places courses course seats credit line tons tonnes vehicles buses equipment"
    " programme program platform solution fellowships doses expertise help"
)
_GIVING = word_set(
    "offered offers offer pledged pledge pledges pledging promised promises vowed vow vows vowing"
)


def _be(sentence: Sentence, first: int, at: int) -> Marker | None:
    after = adverbs_end(sentence, at + 1)
    key = sentence.key(after)
    strength = strength_of("be", key)
    if strength is not None:
        if key in {"keen", "intent"} and sentence.has(after + 1, "on"):
            return on_what(sentence, first, after + 2, strength)
        if key == "open" and not is_verb(sentence, adverbs_end(sentence, after + 2)):
            return None  # "open to traffic"
        if key == "ready" and sentence.has(after + 1, "for"):
            return make_marker(sentence, first, after + 2, strength, "object")
        return to_do(sentence, first, after + 1, strength, either=key in {"committed", "dedicated"})
    if key == "to" and sentence.keys[at] in {"is", "are"}:
        return make_marker(sentence, first, after + 1, "undertaking", "infinitive")
    if key == "agreed" and sentence.key(first - 1) in {"it", "also"}:
        made = after_agreed(sentence, first, adverbs_end(sentence, after + 1))
        return made._replace(impersonal=True) if made else None
    if (
        key in {"planned", "envisaged", "envisioned"}
        and sentence.key(first - 1) == "it"
        and sentence.has(after + 1, "to")
    ):
        made = make_marker(sentence, first, after + 2, "willing", "infinitive")
        return made._replace(impersonal=True) if made else None
    if key in {"decided", "resolved"} and sentence.key(first - 1) in {"it", "also"}:
        made = after_agreed(sentence, first, after + 1)
        if made is None and sentence.key(after + 1) == "the" and sentence.key(after + 3) == "of":
            made = make_marker(
                sentence, first, after + 1, "agreed", "object"
            )  # "it was decided the strengthening of"
        return made._replace(impersonal=True) if made else None
    if key == "recommended" and sentence.key(first - 1) == "it" and sentence.has(after + 1, "to"):
        to = _second_to(sentence, after + 2)
        made = make_marker(sentence, first, to + 1, "exhortation", "infinitive") if to else None
        return made._replace(impersonal=True) if made else None
    if key in {"reached", "taken", "made"} and sentence.key(first - 1) in _AGREED_NOUNS:
        made = after_agreed(sentence, first - 1, adverbs_end(sentence, after + 1))
        return made._replace(impersonal=True) if made else None
    to = after + 1 + (sentence.key(after + 1) in {"up", "forces"})  # "are teaming up to"
    if key in _PROGRESSIVE and sentence.has(to, "to"):
        told = bool(set(sentence.before(at)) & _SAYING)
        if sentence.keys[at] in {"is", "are"} or told:
            return make_marker(sentence, first, to + 1, _PROGRESSIVE[key], "infinitive")
    if key in _FOUNDING and sentence.keys[at] in {"is", "are"} and is_gerund(sentence, after):
        return make_marker(sentence, first, after, "undertaking", "gerund")  # "we are launching a forum"
    if (held := unanimous(sentence, first, after) or due(sentence, first, after)) is not None:
        return held
    if key in _AGREED_NOUNS and sentence.key(first - 1) == "there":
        made = after_agreed(sentence, first, after + 1)
        return made._replace(impersonal=True) if made else None
    if key == "in" and sentence.has(after + 1, "agreement"):  # "are in agreement that"
        return after_agreed(sentence, first, after + 2)
    if key == "of" and sentence.has(after + 1, "one", "mind", "on"):
        return on_what(sentence, first, after + 4, "agreed")
    if key == "interested" and sentence.has(after + 1, "in"):
        return on_what(sentence, first, after + 2, "willing")
    held = needed_of_all(sentence, first, after) or members_urged(sentence, first, after)
    return held or charged_passively(sentence, first, at)
