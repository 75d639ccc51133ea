"""The words by which a text promises: agreed to, will, is ready to, should. The lists are in tables/markers.toml."""

from __future__ import annotations

from typing import Literal, NamedTuple

from landbridge.agreements import tables
from landbridge.agreements.record import Strength
from landbridge.agreements.syntax import Sentence, adverbs_end, is_gerund, is_verb
from landbridge.agreements.tokens import word_set

Form = Literal["infinitive", "gerund", "clause", "object", "list"]


class Marker(NamedTuple):
    """A promise's marker: tokens `first` to `last`, how firm it is, and what form the promised act takes after it.

    past: a finite verb that may be joined to others by a comma. participle: an -ing form, whose subject may stand
    further before it. impersonal: "it was agreed that", which has no subject and means all parties. owner: the country
    whose promise it is, where it is another's than the subject's: "welcomed Peru's decision to".
    """

    first: int
    last: int
    words: str
    strength: Strength
    form: Form
    past: bool = False
    participle: bool = False
    impersonal: bool = False
    owner: str | None = None


_AGREE = word_set(
    "concurred concur concurs agreed agree agrees agreeing decided decide decides deciding resolved resolve resolves"
)
_BE = word_set("is are was were be remain remains remained stand stands stay being remaining standing")
_HAVE = word_set("have has having")
_OWN = word_set(
    """
    their its his her the our my your strong mutual firm common joint shared a an unwavering
    continued and full resolute sincere
    special collective steadfast abiding unanimous political general also enduring deep keen great
    willing principled
    continuing strategic sustained consistent unequivocal clear urgent further
    """
)
_LEADING = frozenset({"do", "hereby"})
_LISTS = (
    ("on", "the", "following"),
    ("upon", "the", "following"),
    ("as", "follows"),
    ("the", "following"),
    ("following",),
    (),
)
_IMPORTANT = word_set("importance significance fact value role relevance urgency")
_NEEDS: tuple[tuple[str, ...], ...] = (
    ("on", "the", "need", "to"),
    ("on", "the", "necessity", "to"),
    ("on", "the", "need", "for"),
    ("on", "the", "necessity", "of"),
    ("it", "necessary", "to"),
    ("it", "expedient", "to"),
    ("about", "the", "need", "to"),
)
_DEEM = word_set(
    "consider considers considered considering deem deems deemed find found believe regard regarded view"
)
_DEEMED = word_set(
    "necessary expedient important advisable appropriate essential useful vital desirable imperative"
)
_CALL = word_set("called call calls calling urged urge")
_AID = word_set("assistance support aid funding funds help financing")
_PARTIES = word_set("both the all each")
_TELL = word_set("said says told pledged promised agreed added assured informed replied decided")
_OWN_BODIES = word_set(
    "council ministers ministries authorities agencies secretariat committee commission officials experts relevant"
    " competent respective sectoral line administrations"
)
_DAYS = word_set("monday tuesday wednesday thursday friday saturday sunday today yesterday jointly")
_THEMSELVES = word_set("themselves itself ourselves himself herself")
_TO_WHOM = word_set("their its our the his her relevant")
# "is planning to", "was going to": what is under preparation.
_PROGRESSIVE: dict[str, Strength] = {
    "planning": "willing",
    "aiming": "willing",
    "intending": "willing",
    "seeking": "willing",
    "looking": "willing",
    "going": "undertaking",
}
_SAYING = word_set(
    "said says told stressed noted added emphasized emphasised stated underlined reported announced confirmed that"
)
_CHARGED = word_set("tasked instructed directed mandated entrusted charged commissioned assigned")
_HEARD = word_set(
    """
    welcomed welcome welcomes welcoming supported support supports appreciated appreciate appreciates hailed commended
    """
)
_TOLD_PLANS = ("announc", "outlin", "unveil", "reveal", "disclos", "confirm", "reaffirm", "present", "shar")
_AGREED_NOUNS = word_set("agreement agreements consensus understanding understandings deal decision")


def _of_money(sentence: Sentence, index: int) -> bool:
    """Whether a sum stands at a token: "EUR 5 million", "up to $10 million"."""
    at = index + 2 * sentence.has(index, "up", "to")
    key = sentence.key(at)
    return key in {"usd", "$", "eur", "us", "\u20ac", "\u00a3", "gbp"} or key[:1].isdigit()


def _strength_of(section: str, word: str) -> Strength | None:
    return tables.markers()[section].get(word)  # type: ignore[return-value]


def marker_at(sentence: Sentence, index: int) -> Marker | None:
    """The marker whose first word stands at a token, or None."""
    keys = sentence.keys
    if keys[index] not in tables.marker_firsts():
        return None
    at = index
    if keys[at] == "had" and not any(key in tables.markers()["say"] or key in _TELL for key in keys[:at]):
        return None  # "had agreed to" is told of the past, but for "said that Japan had decided to"
    if keys[at] in _HAVE or keys[at] in _LEADING or keys[at] == "had":
        at = adverbs_end(sentence, at + 1)
        if sentence.key(at) == "been":
            return _charged_passively(sentence, index, at)
    key = sentence.key(at)
    if keys[index] in _HAVE and key == "the":
        return _said(sentence, index, index)
    if key in {"will", "shall"} and at == index:
        return _make(sentence, index, _past_aside(sentence, at + 1), "undertaking", "infinitive")
    if key == "would" and at == index:
        return _would(sentence, index)
    if key == "may" and at == index:
        ruled_out = sentence.has(at + 1, "not") or {"neither", "no"} & set(sentence.keys[max(at - 4, 0) : at])
        if not ruled_out:
            return None
        return _make(sentence, index, at + 1, "undertaking", "infinitive")
    if key == "should" or key == "must":
        return _make(sentence, index, at + 1, "exhortation", "infinitive")
    if key in {"need", "ought"} and sentence.has(at + 1, "to"):
        return _make(sentence, index, at + 2, "exhortation", "infinitive")
    if key in _BE:
        return _be(sentence, index, at)
    found = _verb(sentence, index, at, key)
    if found is None and keys[index] == "hereby" and key in tables.verbs().plain:
        return _make(sentence, index, index + 1, "undertaking", "infinitive")
    return found


def _past_aside(sentence: Sentence, index: int) -> int:
    """Passes over what stands between commas after a modal: "shall, on request, provide"."""
    if sentence.key(index) == ":" and index + 1 < len(sentence.keys):
        return index + 1
    if sentence.key(index) != ",":
        return index
    close = next(
        (i for i in range(index + 1, min(index + 24, len(sentence.keys))) if sentence.keys[i] == ","), None
    )
    return index if close is None else close + 1


def _verb(sentence: Sentence, index: int, at: int, key: str) -> Marker | None:
    found: Marker | None = None
    if key in _AGREE:
        after = at + 1 if sentence.has(at + 1, "as", "follows") else adverbs_end(sentence, at + 1)
        found = _after_agreed(sentence, index, after)
        if found is None:
            found = _said(sentence, index, at) if key.startswith("agree") else None
    elif (strength := _strength_of("to", key)) is not None:
        found = _promised(sentence, index, at, strength)
    elif key in _DEEM:
        found = _deemed(sentence, index, at)
    elif key in _CALL or key == "spoke":
        found = _called(sentence, index, at)
    elif key in {"set", "sets"}:
        found = _goal(sentence, index, at)
    elif key in {"gave", "give", "gives", "given", "issued"}:
        found = _instructions(sentence, index, at)
    elif key in {"settled", "opted"}:
        on = {"settled": "on", "opted": "for"}[key]
        found = _on(sentence, index, at + 2, "agreed") if sentence.has(at + 1, on) else None
    elif key in {"came", "come"} and sentence.has(at + 1, "to") and sentence.key(at + 3) in _AGREED_NOUNS:
        found = _after_agreed(sentence, index, at + 4)
    if found is None and key in tables.markers()["charge"]:
        found = _charged(sentence, index, at)
    if found is None and key in tables.markers()["say"]:
        found = _said(sentence, index, at)
    return found


def _make(
    sentence: Sentence, first: int, last: int, strength: Strength, form: Form, *, impersonal: bool = False
) -> Marker | None:
    if last >= len(sentence.keys):
        return None
    if sentence.keys[last] == ":" and last == len(sentence.keys) - 1:
        form = "list"
    head = sentence.keys[first]
    participle = head.endswith("ing")
    modal = head in {"will", "shall", "should", "would", "must", "may"}
    end = min(last, first + 6) if modal else last
    if modal and sentence.key(first + 1) == ",":
        end = first + 1
    words = " ".join(sentence.keys[first:end])
    return Marker(first, last, words, strength, form, not participle and not modal, participle, impersonal)


def _would(sentence: Sentence, index: int) -> Marker | None:
    """A promise that is reported: "it was agreed that China would build"."""
    before = sentence.keys[:index]
    told = "that" in before or any(key in tables.markers()["say"] or key in _TELL for key in before)
    told = told or not {"if", "were", "could"} & set(sentence.keys)
    after = sentence.skip(adverbs_end(sentence, index + 1), frozenset({"not"}))
    if sentence.has(after, "like", "to") and told:
        courtesy = sentence.key(adverbs_end(sentence, after + 2)) in _COURTESIES
        return None if courtesy else _make(sentence, index, after + 2, "willing", "infinitive")
    if not told or sentence.key(after) in {
        "like",
        "be",
        "have",
        "welcome",
        "help",
        "benefit",
        "mean",
        "allow",
        "require",
        "need",
        "gain",
    }:
        return None
    return _make(sentence, index, index + 1, "undertaking", "infinitive")


_COURTESIES = word_set(
    "thank express begin welcome emphasize emphasise stress note congratulate say point take invite reiterate draw see"
    " hear start add convey highlight underline recall"
)


def _to(
    sentence: Sentence, first: int, at: int, strength: Strength, *, either: bool = False
) -> Marker | None:
    """A marker that "to" closes; `either`: an -ing form or a noun may follow as well as an infinitive."""
    at = adverbs_end(sentence, at)
    if sentence.key(at) in _DAYS or (sentence.key(at) == "on" and sentence.key(at + 1) in _DAYS):
        at = sentence.skip(at + 1, _DAYS)
    if sentence.key(at) == ",":  # "undertook, for their part, to"
        at = _past_aside(sentence, at)
    if not sentence.has(at, "to"):
        return None
    if sentence.has(at + 1, ":") and at + 2 < len(
        sentence.keys
    ):  # "agree to: (a) exchange ...; (b) develop ..."
        return _make(sentence, first, at + 2, strength, "infinitive")
    after = adverbs_end(sentence, at + 1)
    if is_gerund(sentence, after):
        return _make(sentence, first, at + 1, strength, "gerund")
    if sentence.key(after) == "the" and sentence.key(after + 1) == "following":
        return _make(sentence, first, at + 1, strength, "object")
    if either and not is_verb(sentence, after):
        known = sentence.key(after) in tables.verbs().plain | tables.verbs().ambiguous
        if not known or sentence.key(after) in _OWN:
            return _make(sentence, first, at + 1, strength, "object")
    return _make(sentence, first, at + 1, strength, "infinitive")


def _promised(sentence: Sentence, first: int, at: int, strength: Strength) -> Marker | None:
    """After pledged, undertakes, intends: "to", "that", or with "themselves"."""
    key = sentence.keys[at]
    after = at + 1 + (sentence.key(at + 1) in _THEMSELVES)
    commits = "commit" in key
    if commits and key == "committed" and after == at + 1 and sentence.key(first) not in _HAVE:
        money = _of_money(sentence, after)
        if money:
            return _make(sentence, first, after, strength, "object")
        adjective = bool(set(sentence.keys[max(at - 6, 0) : at]) & _BE)
        return None if adjective else _to(sentence, first, after, strength, either=True)
    if sentence.has(after, "that"):
        return _make(sentence, first, after + 1, strength, "clause")
    if key.startswith("guarantee") and not sentence.has(after, "to"):
        return _make(sentence, first, after, strength, "object")
    if key in {"commits", "commit", "committing"} and sentence.key(after) in _PARTIES:
        to = next(
            (i for i in range(after, min(after + 6, len(sentence.keys))) if sentence.keys[i] == "to"), None
        )
        if to is not None:
            made = _to(sentence, first, to, strength, either=True)
            return made._replace(impersonal=True) if made else None
    if key in {"pledged", "pledge", "pledges", "promised"} and not sentence.has(
        adverbs_end(sentence, after), "to"
    ):
        aid = set(sentence.keys[after : after + 4]) & _AID or sentence.key(after) in {"an", "a"}
        aid = aid or _of_money(sentence, after)
        return _make(sentence, first, after, strength, "object") if aid else None
    return _to(sentence, first, after, strength, either=commits)


def _after_agreed(sentence: Sentence, first: int, after: int) -> Marker | None:
    """The marker that began at `first` with a word of agreeing, from what follows it."""
    if any(sentence.has(after, *words) for words in (("in", "principle"), ("in", "particular"))):
        after += 2
    if (
        sentence.key(after) == ","
    ):  # "agreed, inter alia, to"; a list of noun phrases has no second comma so near
        past = _past_aside(sentence, after)
        after = past if past - after < 12 and sentence.key(past) in {"to", "that", "on"} else after
    if sentence.has(after, "with") or sentence.has(after, "among") or sentence.has(after, "between"):
        # "agreed with Japan to": the partner in between is passed over.
        to = next(
            (
                i
                for i in range(after, min(after + 12, len(sentence.keys)))
                if sentence.keys[i] in {"to", "on", "that"}
            ),
            None,
        )
        if to is None or any(sentence.keys[i] in {",", "."} for i in range(after, to)):
            return None
        after = to
    if sentence.has(after, "to"):
        return _to(sentence, first, after, "agreed", either=True)
    if sentence.has(after, "that"):
        return _make(sentence, first, after + 1, "agreed", "clause")
    for words in _NEEDS:
        if sentence.has(after, *words):
            form: Form = "infinitive" if words[-1] == "to" else "object"
            return _make(sentence, first, after + len(words), "agreed", form)
    need = sentence.skip(after + 1, _OWN) if sentence.key(after) in {"on", "upon"} else after
    if sentence.key(need) in {"need", "necessity"} and (made := _need(sentence, first, need)):
        return made._replace(strength="agreed")
    if sentence.key(after) in _PARTIES | {"every"}:  # "agreed each country would": "that" is left out
        modal = next(
            (i for i in range(after, after + 8) if sentence.key(i) in {"would", "will", "shall"}), None
        )
        if modal is not None and "," not in sentence.keys[after:modal]:
            return _make(sentence, first, after, "agreed", "clause")
    if sentence.key(after) in _WHEN_OR_WHERE and (to := _past_adverbial(sentence, after)):
        return _to(sentence, first, to, "agreed")
    for words in _LISTS:
        end = after + len(words)
        if sentence.has(after, *words):
            while end < len(sentence.keys) and words and sentence.keys[end] not in {":", ",", "."}:
                end += 1
            if sentence.has(end, ":") and end == len(sentence.keys) - 1:
                return _make(sentence, first, end, "agreed", "list")
    if sentence.has(after, "on") or sentence.has(after, "upon"):
        return _on(sentence, first, after + 1, "agreed")
    return None


_WHEN_OR_WHERE = word_set("in at during by via following after on")
_NEAR_TO = 18  # words from "agreed" to its "to", past a place or a day


def _past_adverbial(sentence: Sentence, after: int) -> int | None:
    """The "to" of "agreed in Dubai on the sidelines of the summit to": past place and day, nothing that is agreed."""
    capital = sentence.tokens[min(after + 1, len(sentence.tokens) - 1)].capital
    if sentence.key(after) == "on" and not (sentence.key(after + 2) in {"sidelines", "margins"} or capital):
        return None
    if sentence.key(after) == "by" and not sentence.key(after + 1)[:1].isdigit():
        return None
    for at in range(after + 1, min(after + _NEAR_TO, len(sentence.keys))):
        if sentence.keys[at] == "to" and is_verb(sentence, adverbs_end(sentence, at + 1)):
            return at
        if sentence.keys[at] in {",", ";", ":", "that", "and"}:
            return None
    return None


def _on(sentence: Sentence, first: int, at: int, strength: Strength) -> Marker | None:
    """What follows "agreed on": an act or a noun, but no assessment."""
    verb = adverbs_end(sentence, at)
    if is_gerund(sentence, verb):
        return _make(sentence, first, at, strength, "gerund")
    noun = sentence.skip(at, _OWN)
    if sentence.key(noun) in _IMPORTANT or noun >= len(sentence.keys):
        return None
    return _make(sentence, first, at, strength, "object")


def _be(sentence: Sentence, first: int, at: int) -> Marker | None:
    after = adverbs_end(sentence, at + 1)
    key = sentence.key(after)
    strength = _strength_of("be", key)
    if strength is not None:
        return _to(sentence, first, after + 1, strength, either=key in {"committed", "dedicated"})
    if key == "to" and sentence.keys[at] in {"is", "are"}:
        return _make(sentence, first, after + 1, "undertaking", "infinitive")
    if key == "agreed" and sentence.key(first - 1) in {"it", "also"}:
        made = _after_agreed(sentence, first, adverbs_end(sentence, after + 1))
        return made._replace(impersonal=True) if made else None
    if (
        key in {"planned", "envisaged", "envisioned"}
        and sentence.key(first - 1) == "it"
        and sentence.has(after + 1, "to")
    ):
        made = _make(sentence, first, after + 2, "willing", "infinitive")
        return made._replace(impersonal=True) if made else None
    if key in {"decided", "resolved"} and sentence.key(first - 1) in {"it", "also"}:
        made = _after_agreed(sentence, first, after + 1)
        if made is None and sentence.key(after + 1) == "the" and sentence.key(after + 3) == "of":
            made = _make(
                sentence, first, after + 1, "agreed", "object"
            )  # "it was decided the strengthening of"
        return made._replace(impersonal=True) if made else None
    if key in {"reached", "taken", "made"} and sentence.key(first - 1) in _AGREED_NOUNS:
        made = _after_agreed(sentence, first - 1, adverbs_end(sentence, after + 1))
        return made._replace(impersonal=True) if made else None
    if key in _PROGRESSIVE and sentence.has(after + 1, "to"):
        told = bool(set(sentence.keys[:at]) & _SAYING)
        if sentence.keys[at] in {"is", "are"} or told:
            return _make(sentence, first, after + 2, _PROGRESSIVE[key], "infinitive")
    if key == "interested" and sentence.has(after + 1, "in"):
        return _on(sentence, first, after + 2, "willing")
    return _charged_passively(sentence, first, at)


def _charged_passively(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "the ministers have been tasked to", "experts were instructed to": whoever charged them, all parties do."""
    charge = adverbs_end(sentence, at + 1)
    if sentence.key(charge) not in _CHARGED:
        return None
    to = adverbs_end(sentence, charge + 1)
    if sentence.key(to) == "with" and is_gerund(sentence, adverbs_end(sentence, to + 1)):
        made = _make(sentence, first, to + 1, "agreed", "gerund")
    elif sentence.key(to) == "to" and is_verb(sentence, adverbs_end(sentence, to + 1)):
        made = _make(sentence, first, to + 1, "agreed", "infinitive")
    else:
        return None
    return made._replace(impersonal=True) if made else None


def _said(sentence: Sentence, first: int, at: int) -> Marker | None:
    """Nouns after a verb of saying: "reaffirmed their commitment to", "stressed the need for"."""
    noun = _past_owner(sentence, at + 1)
    if noun < len(sentence.keys) and sentence.keys[at] in _HEARD and noun > at + 1:
        return None
    if sentence.key(noun) == "on" and sentence.keys[at].startswith("agree"):
        noun = sentence.skip(noun + 1, _OWN)
    if noun - at > 7 or noun >= len(sentence.keys):
        return None
    key = sentence.keys[noun]
    strength = _strength_of("noun", key)
    plans = key == "plans" and sentence.keys[at].startswith(_TOLD_PLANS)
    if strength is None:
        return None
    if noun == at + 1 and key in {"plan", "plans", "will", "wish", "desire"} and not plans:
        return None
    if sentence.has(noun + 1, "and") and _strength_of("noun", sentence.key(sentence.skip(noun + 2, _OWN))):
        noun = sentence.skip(noun + 2, _OWN)
        key = sentence.keys[noun]
    verb = sentence.keys[at]
    if strength == "agreed":
        reach = verb.startswith(("reach", "announc", "took", "made"))
        return _after_agreed(sentence, first, noun + 1) if reach else None
    if (
        verb.startswith(
            ("reach", "note", "noting", "recognis", "recogniz", "acknowledg", "have", "has", "had", "took")
        )
        and strength != "exhortation"
    ):
        return None
    if strength == "exhortation":
        return None if verb.endswith("ing") and first == 0 else _need(sentence, first, noun)
    if sentence.has(noun + 1, "in") and key == "interest":
        return _on(sentence, first, noun + 2, "willing")
    if sentence.has(noun + 1, "of") and is_gerund(sentence, adverbs_end(sentence, noun + 2)):
        return _make(sentence, first, noun + 2, strength, "gerund")
    if sentence.has(noun + 1, "for") and key in {"desire", "wish"}:
        return _make(sentence, first, noun + 2, strength, "object")
    owned = _past_of(sentence, noun + 1)
    if sentence.has(owned, "in") and key == "interest":
        return _on(sentence, first, owned + 1, "willing")
    return _to(sentence, first, owned, strength, either=key != "interest")


def _past_of(sentence: Sentence, index: int) -> int:
    """Passes over whose readiness it is, when that follows: "the readiness of both countries to"."""
    if sentence.key(index) not in {"of", "by"}:
        return index
    for at in range(index + 1, min(index + 12, len(sentence.keys))):
        if sentence.keys[at] in {"to", "in"}:
            return at
        if sentence.keys[at] in {",", ";", "that", "on"}:
            break
    return index


def _past_owner(sentence: Sentence, index: int) -> int:
    """Passes over whose readiness it is: "their firm", "the Sultanate's", "her country's"."""
    owned = sentence.key(index) in _OWN
    index = sentence.skip(index, _OWN)
    if owned and (noun := _past_adjectives(sentence, index)) is not None:
        return noun
    for at in range(index, min(index + 6, len(sentence.keys))):
        if sentence.keys[at] == "'s" or sentence.keys[at] == "\u2019s":
            return sentence.skip(at + 1, _OWN)
        if not sentence.tokens[at].is_word or sentence.keys[at] in {"to", "and", "that", "in", "on"}:
            break
    return index


def _past_adjectives(sentence: Sentence, index: int) -> int | None:
    """The noun of promising after up to three adjectives: "their ironclad commitment", "its firm resolve"."""
    for at in range(index, min(index + 5, len(sentence.keys))):
        if _strength_of("noun", sentence.keys[at]) is not None and sentence.key(at + 1) in {
            "to",
            "in",
            "of",
            "for",
        }:
            return at
        token = sentence.tokens[at]
        if (
            token.capital
            or sentence.keys[at] in _NO_ADJECTIVES
            or not (token.is_word or token.key in {",", "-"})
        ):
            return None
    return None


_NO_ADJECTIVES = word_set(
    "to of in on for and or the that with by at as from is are was were importance efforts"
)


def _need(sentence: Sentence, first: int, noun: int) -> Marker | None:
    """After "the need": "to strengthen", "for stronger cooperation", "of building"."""
    at = noun + 1
    if sentence.has(at, "to"):
        return _make(sentence, first, at + 1, "exhortation", "infinitive")
    if sentence.key(at) == "for":
        to = next((i for i in range(at, min(at + 9, len(sentence.keys))) if sentence.keys[i] == "to"), None)
        if to is not None and any(at < m.first < to and m.name.type == "country" for m in sentence.mentions):
            return None  # what others need to do
        if to is not None and is_verb(sentence, adverbs_end(sentence, to + 1)):
            return _make(sentence, first, to + 1, "exhortation", "infinitive")
    if sentence.key(at) in {"for", "of"}:
        form: Form = "gerund" if is_gerund(sentence, adverbs_end(sentence, at + 1)) else "object"
        return _make(sentence, first, at + 1, "exhortation", form)
    return None


def _deemed(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "consider it necessary to" """
    after = at + 1 + sentence.has(at + 1, "it") + sentence.has(at + 1, "that", "it", "is") * 3
    after = sentence.skip(after, word_set("very particularly also as"))
    if sentence.key(after) in _DEEMED and sentence.has(after + 1, "to"):
        return _make(sentence, first, after + 2, "exhortation", "infinitive")
    return None


def _called(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "called for", "spoke in favour of", "calling on both sides to" """
    if sentence.key(at) == "spoke":
        named = sentence.has(at + 1, "in", "favor", "of") or sentence.has(at + 1, "in", "favour", "of")
        after = at + 4 if named else 0
    else:
        after = at + 2 if sentence.has(at + 1, "for") else 0
    if after:
        form: Form = "gerund" if is_gerund(sentence, adverbs_end(sentence, after)) else "object"
        return _make(sentence, first, after, "exhortation", form)
    on = at + 1 + (sentence.key(at + 1) in {"on", "upon"})
    for words in (
        ("both", "sides"),
        ("the", "two", "sides"),
        ("each", "other"),
        ("both", "countries"),
        ("both", "parties"),
    ):
        if sentence.has(on, *words, "to"):
            made = _make(sentence, first, on + len(words) + 1, "exhortation", "infinitive")
            return made._replace(impersonal=True) if made else None
    own = {sentence.key(on), sentence.key(on + 1)} & _OWN_BODIES
    charged = _charged(sentence, first, on - 1) if own else None
    return charged._replace(strength="exhortation") if charged else None


def _goal(sentence: Sentence, first: int, at: int) -> Marker | None:
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
        return _make(sentence, first, noun + 2, "willing", form)
    return None


_GOALS = word_set("goal goals task tasks target targets objective objectives aim")


def _instructions(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "gave instructions to intensify" """
    noun = next(
        (i for i in range(at + 1, min(at + 6, len(sentence.keys))) if sentence.keys[i] in _ORDERS), None
    )
    if noun is None:
        return None
    for to in range(noun + 1, min(noun + 9, len(sentence.keys))):
        if sentence.keys[to] == "to" and is_verb(sentence, adverbs_end(sentence, to + 1)):
            return _make(sentence, first, to + 1, "agreed", "infinitive")
        if sentence.keys[to] in {",", ".", "on"}:
            return None
    return None


_ALSO_NOUNS = word_set("request requests mandate mandates task tasks direct")
_BEFORE_NOUNS = word_set("the a an on at upon of this that its their any such each")
_ORDERS = word_set("instructions instruction directions directives")


def _charged(sentence: Sentence, first: int, at: int) -> Marker | None:
    """ "instructed the ministers to", "entrusted their agencies with preparing" """
    if sentence.keys[at] in _ALSO_NOUNS and sentence.key(at - 1) in _BEFORE_NOUNS:
        return None  # "on the request of a Party"
    key = sentence.key(at + 1)
    own = (
        key in _TO_WHOM or key in tables.verbs().group_heads | tables.verbs().before_heads or key == "senior"
    )
    if not own or (key == "the" and (at + 2) in sentence.mention_at):
        return None
    for index in range(at + 2, min(at + 22, len(sentence.keys))):
        word = sentence.keys[index]
        verb = adverbs_end(sentence, index + 1)
        if word == "to" and (
            is_verb(sentence, verb) or sentence.key(verb + 1) in tables.verbs().object_openers
        ):
            return _make(sentence, first, index + 1, "agreed", "infinitive")
        if word == "with" and is_gerund(sentence, adverbs_end(sentence, index + 1)):
            return _make(sentence, first, index + 1, "agreed", "gerund")
        if word in {";", ".", ":"}:
            return None
    return None
