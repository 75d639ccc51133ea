"""Whose a promise is: the subject of its marker, and whether the marker promises at all."""

from __future__ import annotations

import re

from landbridge.agreements import tables
from landbridge.agreements.markers import Marker
from landbridge.agreements.months import DAYS
from landbridge.agreements.openings import after_introduction, begins_clause
from landbridge.agreements.promise import LEADING_CONDITION, State, part
from landbridge.agreements.strangers import stranger
from landbridge.agreements.subjects import OWN_COUNTRY, subjects
from landbridge.agreements.syntax import (
    MODALS,
    Context,
    Sentence,
    Subject,
    adverbs_end,
    past_number,
)
from landbridge.agreements.tables import markers, verbs
from landbridge.agreements.tokens import word_set

_DOUBTS = word_set("if unless whether once when until provided before where whenever")
HOPES = word_set(
    """
    hope hopes hoped believe believes believed expect expects expected confident convinced
    expecting hoping believing confidence expectation conviction predicted wish wished
    """
)
# What is denied or only told is nobody's promise: words before a clause, and words anywhere in its sentence.
_DENIED = re.compile(
    r"\b(?:(?:untrue|not true|false|incorrect) that"
    r"|(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing)) (?:\w+ ){0,3}that)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:reportedly|allegedly|rumou?red|(?:according to|there (?:are|were)) (?:\w+ )?rumou?rs)\b",
    re.IGNORECASE,
)
_STATES = word_set(
    "becoming remaining facing benefiting seeing celebrating marking being having visiting attending"
)
_BE_BOUND = (("bound", "by"), ("guided", "by"), ("responsible", "for"), ("committed", "to"))
# Verbs at the head of a paragraph of a declaration, before others that promise: "Welcome ..., and decide to".
_OPERATIVE = word_set(
    """
    welcome welcomes welcomed celebrate celebrated congratulated commended noted acknowledged thanked hailed took
    recognize recognise recognizes recognises note notes commend commends acknowledge acknowledges
    thank
    adopt adopts approve approves appreciate encourage encourages endorse endorses recall recalls announce announces
    """
)
_SIGNED = frozenset({"treaty", "mou"})
_JOINT = frozenset({"joint_statement", "communique", "declaration"})
_ITINERARY = word_set("meet attend visit arrive depart travel address tour speak")
_NO_ACT = word_set("have has had be been being consist comprise suffer lose fail decline")
_DOCUMENTS = word_set(
    "understanding statement declaration communique agreement document pact deal memorandum"
)
_STATEMENTS = word_set("declaration statement communique")
_STAYS = word_set("in seized engaged actively")  # "remain in contact", "remain seized of the matter"
_BARE = frozenset(
    {"need", "ought", "should", "must", "is", "are", "was", "were", "will", "shall", "would", "be"}
)
_CALLS = ("call", "spoke")


def _within_relative(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a relative clause that no comma has closed stands before a token: "X, who is on a visit and will"."""
    who = next((i for i in range(last - 1, first, -1) if sentence.keys[i] == "who"), None)
    return who is not None and sentence.key(who - 1) == "," and "," not in sentence.keys[who:last]


def _told_by_him(sentence: Sentence) -> bool:
    """Whether the sentence is speech of whom the text named before: "We will build it," he said."""
    if not sentence.tokens or not sentence.tokens[0].quote_mark:
        return False
    close = max(index for index, token in enumerate(sentence.tokens) if token.quote_mark)
    return sentence.key(close + 1) in {"he", "she"}


def _of_him(sentence: Sentence, found: list[Subject], actors: tuple[str, ...]) -> list[Subject]:
    """The actors where "he" is of the country named before: "We will", he said; "He said his country will"."""
    if _told_by_him(sentence):
        return [
            Subject(s.first, s.last, actors, False) if sentence.keys[s.first] == "we" else s for s in found
        ]
    mine = [i for i, key in enumerate(sentence.keys) if key == "my" and sentence.key(i + 1) in OWN_COUNTRY]
    if mine:
        kept = [s for s in found if not any(s.first <= i < s.last for i in mine)]
        return sorted([*kept, *(Subject(i, i + 2, actors, False) for i in mine)], key=lambda s: s.first)
    if sentence.key(0) not in {"he", "she"}:
        return found
    own = {
        i: Subject(i, i + 2, actors, False)
        for i, key in enumerate(sentence.keys)
        if key in {"his", "her"} and sentence.key(i + 1) in OWN_COUNTRY
    }
    kept = [s for s in found if not any(s.first <= i < s.last for i in own)]
    return sorted([*kept, *own.values()], key=lambda s: s.first)


def _past_its_part(sentence: Sentence, before: int) -> int:
    """The token after a subject that "for its part" or "in turn" follows: "Ethiopia for its part pledged to"."""
    if sentence.key(before - 1) in {"both", "all", "each"} and sentence.key(before - 2) in {
        "we",
        "they",
        "us",
    }:
        return before - 1  # "which we both intend to"
    if sentence.key(before - 1) == ")":  # "The Kazakhstan Side (JSC "KTZ") will"
        opened = next(
            (i for i in range(before - 2, max(before - 14, 0), -1) if sentence.keys[i] == "("), before
        )
        return opened
    if sentence.key(before - 1) == "," and sentence.key(before - 2) in {"part", "side", "turn"}:
        inner = _past_its_part(sentence, before - 1)
        return inner - (sentence.key(inner - 1) == ",") if inner < before - 1 else before
    if sentence.key(before - 1) in {"part", "side"} and sentence.key(before - 2) in _ITS:
        return before - 3 if sentence.key(before - 3) in {"for", "on"} else before
    if sentence.has(before - 2, "in", "turn"):
        return before - 2
    return before


_DESCRIBING = word_set(
    "having wishing established referred designated mentioned concerned provided appointed set created nominated"
    " specified defined"
)
_ITS = word_set("its their his her our")


def _not_promised(sentence: Sentence, marker: Marker) -> bool:
    """Whether a marker is denied: "are not ready to", "did not agree to"; "are not to" rules an act out instead."""
    keys, first = sentence.keys, marker.first
    if keys[first] == "hereby" and sentence.key(first + 1) in {
        "establish",
        "create",
        "constitute",
        "declare",
    }:
        return sentence.key(first + 2) not in {"their", "its", "our", "that"}  # done by these words
    if sentence.key(first - 1) == "never" or (
        sentence.key(first - 1) == "not" and sentence.key(first - 2) in {"do", "does", "did"}
    ):
        return True
    if keys[first] not in _STANDS or sentence.has(first + 1, "not", "to"):
        return False
    return bool({"not", "never"} & set(keys[first + 1 : first + 3]))


_STANDS = word_set("is are was were has have had stand stands stood remain remains 's")


def _this_text(sentence: Sentence, index: int) -> bool:
    """Whether the document itself is named at a token: "a Treaty of Trade", "the following Agreement"."""
    at = sentence.skip(index, _THIS)
    recital = {"resolved", "desiring", "decided"} & set(sentence.keys[max(index - 4, 0) : index])
    only = {"this", "the", "following", "present"} & set(sentence.keys[index:at])
    return at > index and bool(recital or only) and sentence.key(at) in _TEXTS and sentence.tokens[at].capital


_THIS = word_set("a an the this following present")
_TEXTS = word_set("treaty agreement convention protocol memorandum arrangement")


_ASIDE = 10  # words between commas
_OFFICE = 6  # words of an office, at most
_OF_ALL = word_set("chair chairperson chairman secretary secretariat depositary registrar")
_OFFICE_WORDS = word_set(
    "of the executive general deputy joint permanent standing conference summit meeting and"
)
_OF_ONE = word_set("ministry government cabinet")
# "indicated that her office would"
_OF_HIM = word_set("ministry government cabinet office agency administration")


class Promisors:
    """A sentence with its actors, and to whom a marker of promising in it belongs."""

    def __init__(self, sentence: Sentence, context: Context, state: State) -> None:
        self.sentence, self.context, self.state = sentence, context, state
        self._take(subjects(sentence, context))
        if len(state.before) == 1:
            self._take(_of_him(sentence, self.found, state.before))
        # Whose an operative verb at the head of the sentence is: "Expressed satisfaction with ... and reaffirmed".
        table = markers()
        operative = (
            sentence.key(0) in {*table["say"], *table["to"], *table["charge"], *_OPERATIVE}
            and 0 not in self.starts
        )
        upper = bool(sentence.tokens) and sentence.tokens[0].text.isupper()
        self.carried = (
            Subject(0, 0, context.group, True)
            if operative and (context.genre in _JOINT or upper) and context.group
            else None
        )
        self.read_to = 0  # token up to which promises are read
        self.responsible: tuple[str, ...] = ()  # whom the row of a table names for the item
        self.told: tuple[Marker, Subject] | None = None  # "agreed that", for another "and that"
        self.agreed_until = 0  # token before which modals only word what "agreed that" introduces

    def _take(self, found: list[Subject]) -> None:
        self.found = found
        self.starts = {subject.first: subject for subject in found}
        self.by_end = {subject.last: subject for subject in found}

    def first_actors(self) -> tuple[str, ...]:
        """The actors of the first clause."""
        sentence = self.sentence
        begins = (
            s for s in self.found if begins_clause(sentence, s.first) or after_introduction(sentence, s.first)
        )
        return next((s.actors for s in begins if s.actors), ())

    def _accompanies(self, index: int) -> bool:
        """Whether the actor at a token only stands after "with": "values its ties with Portugal and is ready to"."""
        after = self.starts[index].last
        key = self.sentence.key(after)
        return self.sentence.key(index - 1) == "with" and not (key.endswith("ing") or key == "to")

    def _of_list(self) -> Subject | None:
        """The actors of the open list of which the sentence is an item."""
        opened = self.state.opened
        if opened is None or opened.marker is not None or not opened.promisors:
            return None
        return Subject(-1, -1, opened.promisors, len(opened.promisors) > 1)

    def _token_at(self, offset: int) -> int:
        return self.sentence.token_at(offset)

    def _subject_of(self, marker: Marker, open_subject: Subject | None) -> Subject | None:
        """Who the marker's verb belongs to: the phrase before it, or the clause's subject when verbs are joined."""
        sentence = self.sentence
        if marker.impersonal:
            return Subject(marker.first, marker.first, self.context.group, True)
        if marker.owner is not None:
            known = marker.owner in self.context.parties or any(
                marker.owner in tables.members().get(party, ()) for party in self.context.parties
            )
            return Subject(marker.first, marker.first, (marker.owner,), False) if known else None
        if (owner := self._owner(marker)) is not None:
            return owner
        before = marker.first
        if before > 2 and sentence.keys[before - 2] == "re" and sentence.tokens[before - 1].dash:
            before -= 2  # "re-affirmed"
        while before > 0 and adverbs_end(sentence, before - 1) == before:
            before -= 1
        before = _past_its_part(sentence, before)
        if sentence.key(before - 1) in DAYS:  # "the members on Friday called for"
            before -= 1 + sentence.has(before - 2, "on")
        for end in range(before, marker.first + 1):
            subject = self.by_end.get(end)
            if subject is not None:
                first = subject.first
                if marker.participle and end == marker.first and sentence.key(first) in {"a", "any"}:
                    return None  # "a Party intending to do so"
                return (
                    subject if begins_clause(sentence, first) or after_introduction(sentence, first) else None
                )
        if (
            sentence.keys[marker.first] in {"will", "shall", "should"}
            and (held := self._described(before)) is not None
        ):
            return held
        if marker.participle or (marker.past and sentence.keys[marker.first] in {"and", "their"}):
            found = self._main_subject(marker, open_subject)
            if marker.participle or found is not None:
                return found
        if before == 0:
            self.carried = self._carried(marker)
            return self.carried
        if open_subject is None and self.carried is not None and marker.past:
            return self.carried if sentence.keys[before - 1] in {"and", ";"} else None
        if sentence.keys[before - 1] in {"it", "he", "she"}:
            return self._pronoun(before, open_subject)
        person = (
            stranger(sentence, before, open_subject, self.context)
            if marker.past and not marker.words.startswith(("is to", "are to"))
            else None
        )
        if person is not None:
            return person
        if (body := self._own_body(before, open_subject)) is not None:
            return body
        if open_subject is None or open_subject.last >= before:
            return None
        joint = sentence.keys[before - 1]
        if joint == "," or (
            joint == "as" and marker.past
        ):  # "and, to that end, would"; "as well as its commitment to"
            aside = next(
                (i for i in range(before - 2, max(before - 10, 0), -1) if sentence.keys[i] == ","), None
            )
            joint = "and" if joint == "as" or (aside and sentence.keys[aside - 1] == "and") else joint
        relative = 30 if sentence.keys[marker.first] == "shall" and joint != "," else 12
        if (
            sentence.key(open_subject.last) in {"that", "which", "who", "whose"}
            or sentence.has(open_subject.last, "in", "which")
        ) and before - open_subject.last < relative:
            return open_subject
        if (
            joint == ";"
            and sentence.keys[marker.first] in MODALS
            and open_subject.joint
            and self.read_to >= before - 1
        ):
            joint = "and"  # "...; will work towards ...; and agree to"
        if joint == "and" and self._of_a_thing(marker, open_subject, before):
            return None
        if joint == "and" and _within_relative(sentence, open_subject.last, before):
            return None
        if joint == "and" or (joint == "but" and marker.past):
            return open_subject
        if joint == "," and sentence.keys[marker.first] in MODALS and self.read_to >= before - 1:
            return open_subject  # "will not use force, will not join alliances"
        if joint == ",":
            aside = sentence.key(open_subject.last) in {",", "("}
            return open_subject if aside or marker.past else None
        if joint == ")" and sentence.key(open_subject.last) == "(":
            return open_subject
        dash = sentence.tokens[before - 1].dash and sentence.tokens[min(open_subject.last, before - 1)].dash
        return open_subject if dash else None

    def _own_body(self, before: int, open_subject: Subject | None) -> Subject | None:
        """A body without a country before its verb: of who speaks, of all parties, or one that has just been set up.

        "He affirmed that the Ministry will", "the Executive Secretary shall", "a joint committee, which should".
        """
        keys, group = self.sentence.keys, self.context.group
        if keys[before - 1] in {"which", "that"}:
            return self._body_that(before)
        first = before - 1
        while (
            first > 0
            and before - first < _OFFICE
            and (self.sentence.tokens[first].capital or keys[first] in {"of", "-"} | _OF_HIM)
        ):
            first -= 1
        if keys[first] not in {"the", "his", "her"} or not begins_clause(self.sentence, first):
            return None
        words = set(keys[first + 1 : before]) - {"-"}
        for mention in self.sentence.mentions:  # "the ASEAN Secretary-General"
            if first < mention.first < before and mention.name.id in group:
                words -= set(keys[mention.first : mention.last])
        if keys[first] == "the" and words & _OF_HIM - _OF_ONE:
            return None  # "the office" may be anybody's
        if words & _OF_ALL and group and words <= _OF_ALL | _OFFICE_WORDS | verbs().joint_bodies:
            return Subject(first, before, group, False)
        if not words & (_OF_ONE | _OF_HIM) or words - _OF_ONE - _OF_HIM - {"of", "ministers"}:
            return None
        speaks = open_subject if open_subject is not None and open_subject.last <= first else None
        actors = speaks.actors if speaks else self.state.before
        return Subject(first, before, actors, False) if len(actors) == 1 else None

    def _body_that(self, before: int) -> Subject | None:
        """Whom "which" before a verb means: a party or side that was named, or a body that has just been set up."""
        keys, group = self.sentence.keys, self.context.group
        body = before - 2 - (self.sentence.key(before - 2) == ",")
        after_comma = keys[before - 2] == ","
        mention = next((m for m in self.sentence.mentions if m.last == body + 1), None)
        named = (
            mention is not None
            and mention.name.id in self.context.parties
            and keys[before] not in MODALS - {"shall"}
        )
        if mention is not None and named and after_comma:  # "to Azerbaijan, which undertakes to"
            return Subject(before - 1, before, (mention.name.id,), False)
        side = self.by_end.get(body + 1)
        if side is not None and keys[body] == "side" and len(side.actors) == 1:
            return Subject(before - 1, before, side.actors, False)  # "by the Cypriot side, which will"
        if after_comma and keys[body] not in verbs().joint_bodies:  # "a committee, chaired by A, which"
            comma = next((i for i in range(body, max(body - _ASIDE, 0), -1) if keys[i] == ","), None)
            body = body if comma is None else comma - 1
        joint = keys[body] in verbs().joint_bodies and self.read_to >= body
        return Subject(before - 1, before, group, True) if joint and group else None

    def _described(self, before: int) -> Subject | None:
        """The subject that a participle describes before its verb: "The Joint Commission established by Article 10"."""
        for end in range(before - 1, max(before - 12, 0), -1):
            key = self.sentence.keys[end]
            if key in {",", ";", ":", "and", "that", "which", "who"} | MODALS:
                return None
            subject = self.by_end.get(end)
            if subject is not None:
                heads = set(self.sentence.keys[subject.first : subject.last])
                # "A Joint Group on gas shall"
                on = key in {"on", "for"} and bool(heads & verbs().joint_bodies)
                described = (on or key in _DESCRIBING) and begins_clause(self.sentence, subject.first)
                return subject if described else None
        return None

    def _of_a_thing(self, marker: Marker, subject: Subject, before: int) -> bool:
        """Whether a joined modal goes on with another's: "we believe the summit will lead to trust and will help"."""
        keys = self.sentence.keys
        if keys[marker.first] not in MODALS:
            return False
        modal = next(
            (i for i in range(before - 1, max(subject.last, before - 40), -1) if keys[i] in MODALS), None
        )
        if modal is not None and keys[modal] in {"should", "must"} and keys[before - 2] == ",":
            return False  # "We stress that tariffs should be cut, and will work to"
        return modal is not None and modal >= self.read_to and modal > subject.last + 1

    def _owner(self, marker: Marker) -> Subject | None:
        """Whose readiness it is, where the text says: "reiterated India's commitment to"."""
        for index in range(marker.first + 1, marker.last - 1):
            mention = self.sentence.mention_at.get(index)
            held = mention is not None and self.sentence.key(mention.last) in markers()["noun"]
            if mention is not None and (held or self.sentence.key(mention.last) in {"'s", "\u2019s"}):
                party = mention.name.owners[0] if mention.name.capital else mention.name.id
                known = (party,) if party in self.context.parties else ()
                if known or mention.name.type == "country":
                    return Subject(marker.first, marker.first, known, False)
            owner = self.starts.get(index)
            if owner is not None and owner.actors and self.sentence.key(owner.last) in {"'", "'s", "\u2019s"}:
                return Subject(marker.first, marker.first, owner.actors, owner.joint)
            if owner is not None and owner.actors and self.sentence.key(index - 1) == "of":
                return Subject(marker.first, marker.first, owner.actors, owner.joint)
        return None

    def _pronoun(self, before: int, open_subject: Subject | None) -> Subject | None:
        """Whom "it" or "he" means: who speaks in the clause before, else who acted in the sentence before."""
        if before == 1:
            actors = self.state.before
            if self.sentence.keys[0] == "it":  # "It will" is a thing that was named
                of_all = not self.sentence.has(1, "will")
                return Subject(0, 1, actors, False) if len(actors) == 1 or of_all else None
            if len(actors) != 1:  # "he", and the text before does not tell who
                group = self.context.group
                return Subject(0, 1, group, False, guessed=True) if group else None
            return Subject(0, 1, actors, False)
        supposed = self.sentence.keys[0] in {
            "where",
            "if",
            "when",
            "whenever",
            "once",
        }  # "Where a Party decides, it"
        duty = self.context.genre in _SIGNED and open_subject is not None and open_subject.joint
        supposed = supposed or duty  # "the Party concerned may take measures, and it shall"
        if supposed and open_subject is not None and open_subject.last < before:
            return Subject(before - 1, before, open_subject.actors, True)
        if open_subject is not None and open_subject.last < before and len(open_subject.actors) == 1:
            return Subject(before - 1, before, open_subject.actors, False)
        first = self.sentence.keys[before - 2] == "," and "," not in self.sentence.keys[: before - 2]
        if open_subject is None and first and len(self.state.before) == 1:
            return Subject(before - 1, before, self.state.before, False)  # "With regard to shipping, it will"
        return None

    def _main_subject(self, marker: Marker, open_subject: Subject | None) -> Subject | None:
        """The subject of "agreeing to": the clause's, which may also follow ("Reaffirming their will to ..., the")."""
        sentence = self.sentence
        before = sentence.key(marker.first - 1)
        joined = marker.first == 0 or before in {",", "and", ";", "by"} | _DOCUMENTS
        if not joined:
            return None
        if open_subject is not None and open_subject.first < marker.first:
            if marker.strength == "agreed" and {"met", "talks"} & set(
                sentence.keys[open_subject.last : marker.first]
            ):
                return Subject(marker.first, marker.first, self.context.group, True)  # nobody agrees alone
            return open_subject
        if self.context.genre in _SIGNED and sentence.has(len(sentence.keys) - 2, "follows"):
            return None  # reasons, before "have agreed as follows"
        if sentence.tokens[-1].text in {";", ","}:  # a recital
            held = marker.strength in {"undertaking", "willing"} and self.context.genre not in {
                "treaty",
                "mou",
            }
            return Subject(0, 0, self.context.group, True) if held and marker.first == 0 else None
        later = (s for s in self.found if s.first > marker.last and sentence.key(s.first - 1) == ",")
        return next((s for s in later if s.actors and s.joint), None)

    def _carried(self, marker: Marker) -> Subject | None:
        """Operative verbs on lines of their own: "DECIDE to complete ..." after "We, the Heads of State,"."""
        if self.sentence.keys[marker.first] in _BARE or self.sentence.unit.headline:
            return None
        if self.sentence.tokens[-1].text in {",", ";"} and self.context.genre in {"treaty", "mou"}:
            return None  # a recital: "Resolved to eliminate obstacles to trade,"
        opened = self.state.opened
        if opened is not None and opened.marker is None and opened.promisors:
            return Subject(0, 0, opened.promisors, len(opened.promisors) > 1)
        if self.context.genre in _JOINT and marker.past and self.sentence.tokens[marker.first].capital:
            return Subject(
                0, 0, self.context.group, True
            )  # "Decide to establish ...", a paragraph of its own
        upper = self.sentence.tokens[marker.first].text.isupper()
        if upper or self.state.continued or self.sentence.unit.bullet:
            return Subject(0, 0, self.context.group, True)
        return None

    def _promises(self, marker: Marker, subject: Subject) -> bool:
        """Whether a marker with its subject states a promise: no condition, no hope, no state of affairs."""
        sentence = self.sentence
        if not subject.actors or sentence.tokens[-1].text == "?":
            return False  # nobody promises in a question
        calls = marker.words.startswith(_CALLS)
        of_all = subject.joint or subject.actors[0].startswith("org:")
        if marker.strength == "exhortation" and not of_all and not calls:
            return False
        lead = sentence.keys[max(subject.first - 4, 0) : max(subject.first, 0)]
        if lead and lead[-1] in _DOUBTS:
            return False
        if _not_promised(sentence, marker):
            return False
        if lead[-1:] == ["that"] and lead[-3:-1] == ["to", "ensure"]:
            return False  # "To ensure that we are ready": a purpose
        if lead and lead[-1] == "as" and sentence.keys[marker.first] in {"will", "would"}:
            return False  # a reason
        if any(word in HOPES for word in lead) or self._denied(marker):
            return False
        if marker.form != "infinitive":
            return True
        first = past_number(sentence, marker.last)
        after = sentence.skip(adverbs_end(sentence, first), frozenset({"not"}))
        if after >= len(sentence.keys):
            return False
        key = sentence.keys[after]
        text = set(sentence.keys[after + 3 : after + 6]) & _STATEMENTS
        if key in {"issue", "adopt", "make"} and sentence.has(after + 1, "the", "following") and text:
            return False  # the text itself
        if (
            key in {"conclude", "subscribe", "sign"}
            and self.context.genre in {"treaty", "mou"}
            and _this_text(sentence, after + 1)
        ):
            return False  # "have resolved to conclude a Treaty": the text itself
        speech = key == "deliver" and sentence.key(after + 2) in {"speech", "address", "lecture", "keynote"}
        if (
            (speech or key in _ITINERARY)
            and not subject.joint
            and sentence.keys[marker.first] in {"will", "would"}
            and marker.first >= self.agreed_until
        ):
            return False  # what a visitor does next
        if key in {"express", "thank", "congratulate", "convey"} and marker.words.startswith(
            ("wish", "want")
        ):
            return False
        if key == "be":
            doing = sentence.key(adverbs_end(sentence, after + 1))
            if doing.endswith("ing") and doing in verbs().gerunds and doing not in _STATES:
                return True
            return any(sentence.has(adverbs_end(sentence, after + 1), *words) for words in _BE_BOUND)
        state = sentence.keys[marker.first] in MODALS | {"want", "wants", "wanted"} or " wish" in marker.words
        if key == "see" and sentence.has(after + 1, "to"):
            return True
        if key in verbs().stative and state:
            in_force = sentence.has(after + 1, "in", "force") or sentence.has(after + 1, "in", "effect")
            return key == "remain" and sentence.key(after + 1) in _STAYS and not in_force
        if key == "have" and sentence.keys[marker.first] not in MODALS:
            return True
        return key not in _NO_ACT and sentence.tokens[after].is_word

    def _denied(self, marker: Marker) -> bool:
        """Whether the part of the sentence with the marker is denied, or told as a rumour."""
        sentence = self.sentence
        at = sentence.tokens[marker.first].start
        start, end = part(sentence, at)
        return bool(_DENIED.search(sentence.text, start, at) or _TOLD.search(sentence.text, start, end))

    def _conditional(self, subject: Subject) -> bool:
        """Whether a condition stands before the subject, as in "If the talks succeed, the two sides will ..."."""
        sentence = self.sentence
        index = min(max(subject.first, 0), len(sentence.tokens) - 1)
        start, _ = part(sentence, sentence.tokens[index].start)
        while sentence.text[start].isspace():
            start += 1
        met = LEADING_CONDITION.match(sentence.text, start)
        return met is not None and "," in sentence.text[met.end() : sentence.tokens[index].start]
