"""Finds countries, organisations, programmes, corridors, places and persons in a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from landbridge.agreements import tables
from landbridge.agreements.names import formed_names
from landbridge.agreements.tables import Name, slug
from landbridge.agreements.tokens import Token, fold_word, tokenize, word_set

# Nouns that make a city's name the name of an event or a document.
_EVENTS = word_set(
    """
    summit expo declaration process consensus convention agreement protocol statement conference
    forum treaty charter communique international initiative accord games spirit
    """
)
_PLURAL_TITLES = word_set("presidents ministers premiers chancellors")
_TITLES = word_set(
    """
    president premier chairman chairperson chairwoman minister chancellor king emir amir sultan
    queen prince princess secretary secretary-general governor ambassador mr mrs ms dr excellency
    majesty highness pm fm councilor councillor commissioner speaker
    """
)
_PARTICLES = word_set("da de del dos do du di bin ibn al el van von der den la le ter")
_NO_NAME = _TITLES | word_set(
    """
    vice deputy prime foreign general state the of and republic government ministry minister affairs
    high his her their excellency on in at joint statement talks meeting people people's national
    assembly council holds meets elect supreme first second executive federal
    """
)


@dataclass(frozen=True)
class Mention:
    """A place where the text names something; `first` and `last` are token indices of its sentence, end exclusive."""

    name: Name
    start: int
    end: int
    first: int
    last: int


@dataclass
class Person:
    """A person with an office, and the country the text gives them."""

    label: str
    title: str
    country: str | None = None
    inferred: bool = False  # the country is not said of the person, but the only one left
    id: str = field(init=False)
    words: list[str] = field(init=False)  # of the name, as they are compared

    def __post_init__(self) -> None:
        self.words = [token.key for token in tokenize(self.label)]
        self.id = f"person:{slug(self.label)}"


def find_names(tokens: Sequence[Token]) -> list[Mention]:
    """Mentions of tabulated names among the tokens of a sentence, longest first, none within another."""
    mentions = []
    for first, last, names in tables.names().all(tokens):
        name = names[0]
        if name.type == "other":
            continue
        if (
            name.type == "place"
            and last < len(tokens)
            and tokens[last].key in _EVENTS
            and tokens[last].capital
        ):
            continue
        start, end = tokens[first].start, tokens[last - 1].end
        mentions.append(Mention(name, start, end, first, last))
    return _with_formed(tokens, mentions)


def _with_formed(tokens: Sequence[Token], mentions: list[Mention]) -> list[Mention]:
    """Adds the names that are told by their form; a country within such a name is not named for itself."""
    own = {"programme", "corridor", "forum"}
    covered = {i for m in mentions if m.name.type in own for i in range(m.first, m.last)}
    countries = {m.last: m.name.id for m in mentions if m.name.type == "country"}
    formed = formed_names(tokens, covered, countries)
    if not formed:
        return mentions
    inside = {i for f in formed for i in range(f.first, f.last)}
    kept = [m for m in mentions if m.first not in inside]
    kept += [Mention(f.name, tokens[f.first].start, tokens[f.last - 1].end, f.first, f.last) for f in formed]
    return sorted(kept, key=lambda m: m.first)


def resolve_owners(name: Name, parties: Iterable[str]) -> str | None:
    """The one country or organisation that a name belongs to; of several, the one that is a party."""
    if len(name.owners) == 1:
        return name.owners[0]
    here = [owner for owner in name.owners if owner in set(parties)]
    return here[0] if len(here) == 1 else None


def past_elect(tokens: Sequence[Token], index: int) -> int:
    """Passes over "-elect" after an office, as in "President-elect"."""
    elect = tokens[index : index + 2]
    return (
        index + 2 if len(elect) == 2 and elect[0].dash and elect[1].key in {"elect", "designate"} else index
    )


class People:
    """The persons of a text, told by their titles, and the names they go under."""

    def __init__(self) -> None:
        self.by_id: dict[str, Person] = {}
        self._by_word: dict[str, Person | None] = {}

    def read(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> None:
        """Takes in the persons whom a sentence names with a title."""
        starts = {mention.first: mention for mention in mentions}
        ends = {mention.last: mention for mention in mentions}
        covered = {index for mention in mentions for index in range(mention.first, mention.last)}
        index, used = 0, 0
        while index < len(tokens):
            if tokens[index].key in _PLURAL_TITLES and (
                named := self._beside(tokens, index, starts, covered)
            ):
                index = named
                continue
            if tokens[index].key in _PLURAL_TITLES and tokens[index].capital:
                index = self._row(tokens, index, starts, covered)
                continue
            titled = tokens[index].key in _TITLES and tokens[index].capital
            if not titled and tokens[index].key not in {"counterpart", "leader"}:
                index += 1
                continue
            after, country = self._skip_office(tokens, index + 1, starts)
            name = self._name_before(tokens, index, covered, used) if country is not None else None
            if name is not None:
                self._add(Person(name, tokens[index].text, country))
                index += 1
                continue
            if (
                after < len(tokens) - 1
                and tokens[after].key == ","
                and (country or tokens[after + 1].key in _HONORIFICS)
            ):
                after = _past_honorifics(tokens, after + 1)
            after = last = _past_honorifics(tokens, after)
            while last < len(tokens) and self._part_of_name(tokens, last, covered):
                if sum(t.is_word and t.key not in _PARTICLES for t in tokens[after:last]) == _WORDS_OF_NAME:
                    break
                last += 1
            if last == after or not any(token.is_word for token in tokens[after:last]):
                index += 1
                continue
            if country is None:
                country = self._country_of(tokens, index, last, starts, ends)
            self._add(Person(_joined(tokens[after:last]), tokens[index].text, country))
            index = used = last

    def _row(self, tokens: Sequence[Token], title: int, starts: dict[int, Mention], covered: set[int]) -> int:
        """Takes in "Ministers A of Georgia, B of Turkey and C (Iran)"; returns the index after what was read."""
        index = title + 1
        while index < len(tokens):
            last = index
            while last < len(tokens) and self._part_of_name(tokens, last, covered):
                last += 1
            of = last + 1 + (last + 1 < len(tokens) and tokens[last + 1].key == "the")
            if (
                last == index
                or last >= len(tokens)
                or tokens[last].key not in {"of", "("}
                or of not in starts
            ):
                return max(index, title + 1)
            country = _state_of(starts[of].name)
            if country is not None:
                self._add(Person(_joined(tokens[index:last]), tokens[title].text.rstrip("s"), country))
            index = starts[of].last
            while index < len(tokens) and tokens[index].key in {")", ",", "and"}:
                index += 1
        return index

    def _beside(
        self, tokens: Sequence[Token], title: int, starts: dict[int, Mention], covered: set[int]
    ) -> int:
        """Takes in "the presidents of Brazil, A, and Argentina, B"; returns the index after it, or 0."""
        index, found = title + 1, []
        while index < len(tokens):
            while (
                index < len(tokens) and tokens[index].key in {"of", "and", "the", ","} and index not in starts
            ):
                index += 1
            mention = starts.get(index)
            country = _state_of(mention.name) if mention is not None else None
            if (
                mention is None
                or country is None
                or mention.last >= len(tokens)
                or tokens[mention.last].key != ","
            ):
                break
            last = first = _past_honorifics(tokens, mention.last + 1)
            while last < len(tokens) and self._part_of_name(tokens, last, covered):
                last += 1
            if last == first:
                break
            found.append(
                Person(_joined(tokens[first:last]), tokens[title].text.rstrip("s").capitalize(), country)
            )
            index = last
        if len(found) < 2:
            return 0
        for person in found:
            self._add(person)
        return index

    def holder(self, office: str) -> str | None:
        """The country whose person alone holds an office, such as "president"."""
        countries = {person.country for person in self.by_id.values() if fold_word(person.title) == office}
        return countries.pop() if len(countries) == 1 else None

    def at(self, tokens: Sequence[Token], index: int) -> tuple[int, Person] | None:
        """The person whose name begins at a token: index after the name, and who it is."""
        person = self._by_word.get(tokens[index].key)
        if person is None or not tokens[index].capital:
            return None
        words = person.words
        after = index + 1
        if tokens[index].key == words[0] and [t.key for t in tokens[index : index + len(words)]] == words:
            after = index + len(words)
        if tokens[after - 1].key in {"jr", "sr"} and after < len(tokens) and tokens[after].key == ".":
            after += 1
        return after, person

    def look_up(self, sentences: Iterable[Sequence[Token]]) -> None:
        """Takes in the leaders whom the text names without saying whose, with the country of the table of leaders."""
        known = tables.leaders()
        longest = max(name.count(" ") for name in known) + 1
        for tokens in sentences:
            for first, token in enumerate(tokens):
                if not token.capital or (first and tokens[first - 1].key == "the"):
                    continue
                for last in range(first + longest, first + 1, -1):
                    if last < len(tokens) and tokens[last].capital and tokens[last].key not in _TITLES:
                        continue  # "the Angela Merkel School"
                    country = known.get(" ".join(t.key for t in tokens[first:last]))
                    if country is not None:
                        self._add(Person(_joined(tokens[first:last]), "Leader", country, inferred=True))
                        break
        for person in self.by_id.values():
            country = tables.leaders().get(" ".join(person.words))
            if person.country is None and country is not None:
                person.country, person.inferred = country, True

    def assign(self, parties: Sequence[str]) -> None:
        """Gives the one person without a country the one party that nobody represents yet."""
        represented = {person.country for person in self.by_id.values()}
        left = [party for party in parties if party not in represented]
        homeless = [
            person for person in self.by_id.values() if person.country is None and person.title in _LEADERS
        ]
        if len(left) == len({p.id for p in homeless}) <= 2:
            # "the Prime Ministers of New Zealand and Fiji ... Mrs A and Mr B": named in the same order.
            for person, country in zip(homeless, left, strict=True):
                person.country = country
                person.inferred = True

    def _add(self, person: Person) -> None:
        known = self._by_word.get(fold_word(person.label.split()[-1]))
        if known is not None and (" " not in person.label or known.id == person.id):
            known.country = known.country or person.country
            return
        if known is not None and " " not in known.label and _may_be_same(known, person):
            # "President Biden" stands before "President Joe Biden of ...": one person
            person.country = known.country or person.country
            del self.by_id[known.id]
            self._by_word = {word: p for word, p in self._by_word.items() if p is not known}
        self.by_id[person.id] = person
        words = person.words
        last = words[-2] if words[-1] in {"jr", "sr"} and len(words) > 1 else words[-1]
        for word in {words[0], last}:
            taken = word in self._by_word and self._by_word[word] is not person
            self._by_word[word] = None if taken else person

    def _name_before(self, tokens: Sequence[Token], title: int, covered: set[int], used: int) -> str | None:
        """The name before "..., President of Tanzania", unless it belongs to the office before it (up to `used`)."""
        last = title
        while last > 0 and tokens[last - 1].key in {
            "the",
            "prime",
            "vice",
            "deputy",
            "foreign",
            "federal",
            "state",
        }:
            last -= 1
        if last < 3 or tokens[last - 1].key != ",":
            return None
        first = last - 1
        while first > used and last - first <= 7 and self._part_of_name(tokens, first - 1, covered):
            first -= 1
        words = _joined(tokens[first : last - 1])
        return words if (first > used or used == 0) and 2 <= len(words.split()) <= 4 else None

    @staticmethod
    def _part_of_name(tokens: Sequence[Token], index: int, covered: set[int]) -> bool:
        token = tokens[index]
        if index in covered or token.key in _NO_NAME | _HONORIFICS:
            return False
        if token.key == "." and 0 < index < len(tokens) - 1:  # "Joseph R. Biden"
            initial = tokens[index - 1]
            return len(initial.text) == 1 and initial.capital and tokens[index + 1].capital
        if token.quote_mark and 0 < index < len(tokens) - 1:  # "Joko 'Jokowi' Widodo"
            return tokens[index - 1].capital and tokens[index + 1].capital
        if token.dash and 0 < index < len(tokens) - 1:  # "Kassym-Jomart"
            tight = tokens[index - 1].end == token.start and token.end == tokens[index + 1].start
            tight = tight and tokens[index - 1].key not in _TITLES
            return tight and tokens[index - 1].capital and tokens[index + 1].text[0].isalpha()
        if token.key in _PARTICLES and 0 < index < len(tokens) - 1:  # "Lula da Silva"
            return tokens[index - 1].capital and (
                tokens[index + 1].capital or tokens[index + 1].key in _PARTICLES
            )
        return token.text[0].isalpha() and token.capital

    @staticmethod
    def _skip_office(
        tokens: Sequence[Token], index: int, starts: dict[int, Mention]
    ) -> tuple[int, str | None]:
        """Passes over what follows a title and is no name: "of the Republic of Kazakhstan", "of Foreign Affairs"."""
        country = None
        index = past_elect(tokens, index)
        while index < len(tokens) and tokens[index].key in {"of", "for"}:
            index += 1
            if index < len(tokens) and tokens[index].key == "the":
                index += 1
            if index in starts:
                country = _state_of(starts[index].name)
                index = starts[index].last
                continue
            begin = index
            while (
                index < len(tokens)
                and (tokens[index].key in _PORTFOLIOS or tokens[index].key in {"and", ","})
                and index not in starts
                and (
                    tokens[index].capital
                    or (index + 1 < len(tokens) and tokens[index + 1].key in _PORTFOLIOS)
                )
            ):
                index += 1
                if index < len(tokens) and tokens[index].key == "of":
                    break
            if index == begin:  # "Commissioner for the Coordination of": what follows is no name
                return len(tokens), country
        return index, country

    @staticmethod
    def _country_of(
        tokens: Sequence[Token], title: int, last: int, starts: dict[int, Mention], ends: dict[int, Mention]
    ) -> str | None:
        """Country named just before the title ("Chinese President") or just after the name ("of Kazakhstan")."""
        after = starts.get(last + 1) or starts.get(last + 2)  # "and President Paul Kagame of Rwanda"
        if last < len(tokens) and tokens[last].key == "of" and after and after.name.type == "country":
            return after.name.id
        for end in range(title, max(title - 4, -1), -1):
            mention = ends.get(end)
            if mention is not None and (owner := _state_of(mention.name)) is not None:
                between = [t.key for t in tokens[end:title]]
                joined = all(key in _NO_NAME or key in _BETWEEN for key in between)
                listed = (
                    "," in between and tokens[mention.first - 1].key == "and"
                )  # "of A and B, President X"
                return owner if joined and not listed else None
        for first in range(last + 1, last + 6):
            mention = starts.get(first)
            if mention is not None and mention.name.type == "country":
                between = [t.key for t in tokens[last:first]]
                named = "of" in between and all(key in _NO_NAME or key == "," for key in between)
                return mention.name.id if named else None
        return None


_WORDS_OF_NAME = 4


def _may_be_same(one: Person, other: Person) -> bool:
    """Whether the countries of two persons of one surname do not differ, and one is known."""
    countries = {one.country, other.country}
    return countries != {None} and (None in countries or len(countries) == 1)


def _state_of(name: Name) -> str | None:
    """The country, or the European Union, whose office a person may hold."""
    return name.id if name.type == "country" or name.id == "org:eu" else None


NEW_IN_OFFICE = word_set(
    "new newly appointed elected acting visiting outgoing incoming current then interim caretaker"
)
_BETWEEN = frozenset({"'s", "\u2019s", "counterpart", ","}) | NEW_IN_OFFICE
_PORTFOLIOS = word_set(
    """
    foreign external affairs state defence defense interior home finance economy economic economics
    trade commerce industry
    energy transport transportation communications communication infrastructure agriculture food
    health education science
    technology culture sports sport tourism environment justice labour labor social development
    planning water natural
    resources mining mines oil petroleum gas investment investments european relations cooperation
    co-operation international
    regional public works railways roads ports aviation civil maritime digital information
    innovation youth women security
    treasury housing urban rural lands land forestry fisheries climate railway power electricity
    national integration
    council cabinet policy parliamentary industrialization strategic emergency situations budget taxes higher
    research ecology construction
    """
)
_HONORIFICS = word_set("mr mrs ms dr shri smt hon h.e h.e. sheikh sayyid prof lt gen sir dame honourable")


def _joined(tokens: Sequence[Token]) -> str:
    """A name as it stands in the text: its words with single spaces, a hyphen without."""
    name = ""
    for token, before in zip(tokens, (None, *tokens), strict=False):
        name += (" " if before is not None and before.end < token.start else "") + token.text
    return name


def _past_honorifics(tokens: Sequence[Token], index: int) -> int:
    while index < len(tokens) and (tokens[index].key in _HONORIFICS or tokens[index].key == "."):
        index += 1
    return index


_LEADERS = word_set(
    """
    counterpart President Premier Chairman Chancellor King Emir Amir Sultan Minister Prince Queen
    Secretary-General
    """
)
