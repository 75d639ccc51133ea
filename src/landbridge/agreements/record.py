"""The agreement record: what a text promises, every field with the place it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

SCHEMA: Literal["agreement-record/0.2"] = "agreement-record/0.2"

Strength = Literal["agreed", "undertaking", "willing", "exhortation"]
SentenceType = Literal[
    "boilerplate",
    "headline",
    "event",
    "ceremony",
    "position",
    "commitment",
    "alignment",
    "multilateral",
    "instrument",
]
EntityType = Literal["country", "person", "place", "programme", "corridor", "forum", "group"]

Genre = Literal[
    "leaders_readout",
    "joint_statement",
    "communique",
    "declaration",
    "mou",
    "treaty",
    "roadmap",
    "minutes",
    "news_report",
    "outcome_list",
    "other",
]

Origin = Literal["rules", "model", "analyst"]

SentenceId = Annotated[str, StringConstraints(pattern=r"^S\d{2,}$")]
CommitmentId = Annotated[str, StringConstraints(pattern=r"^C\d{2,}$")]
AlignmentId = Annotated[str, StringConstraints(pattern=r"^A\d{2,}$")]
InstrumentId = Annotated[str, StringConstraints(pattern=r"^I\d{2,}$")]
Iso3 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
PartyId = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3}|org:[a-z0-9-]+)$")]
EntityId = Annotated[
    str, StringConstraints(pattern=r"^([A-Z]{3}|(org|prog|corr|person|place|group):[a-z0-9-]+)$")
]
AreaCode = Annotated[str, StringConstraints(pattern=r"^(\d{3}|\d{5}|X-[A-Z0-9]{3})$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]


class _Part(BaseModel):
    """A part of a record: unknown keys are errors, and parts do not change once read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, use_attribute_docstrings=True
    )


class Span(_Part):
    """Words of the text: code points `start` to `end` (exclusive), and the words that stand there."""

    start: int = Field(ge=0)
    """Offset of the first character, in Unicode code points from 0."""
    end: int = Field(ge=1)
    """Offset after the last character."""
    quote: str = Field(min_length=1)
    """The words, as they stand in the text."""

    @model_validator(mode="after")
    def _length(self) -> Self:
        if self.end - self.start != len(self.quote):
            raise ValueError(
                f"the quotation has {len(self.quote)} characters but the span {self.start} to {self.end} has "
                f"{self.end - self.start}; offsets are code points, end exclusive"
            )
        return self


class DateSpan(Span):
    """A date: `iso` is year-month-day, or as much of it as the text gives."""

    iso: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
    """Year-month-day, or as much of it as the text gives."""
    role: Literal["event", "signature", "publication"]
    """What happened on that day: the talks, the signing, or the publication."""
    year_inferred: bool = False
    """Whether the year stands elsewhere in the text."""


class PlaceSpan(Span):
    """A city or a building."""

    entity: EntityId
    """Which of the entities it is."""
    country: Iso3 | None = None
    """ISO 3166-1 alpha-3 code, where the tables know the place."""


class Document(_Part):
    """The text as a whole: which kind of document, of when and where, and the fingerprint of its text."""

    id: str
    """Made from the name of the file."""
    title: Span | None
    """The first heading."""
    genre: Genre
    """Kind of text."""
    binding: Literal["political", "legal", "unknown"]
    """Whether the text binds in law, only in politics, or does not say."""
    language: Literal["en"]
    """Always English."""
    sha256: Sha256
    """Fingerprint of the text; a changed text is refused."""
    n_chars: int = Field(ge=1)
    """Length in code points."""
    date: DateSpan | None = None
    """The day of the talks or the signing that the text reports, the last of several; else the publication."""
    other_dates: tuple[DateSpan, ...] = ()
    """The best date of each other role."""
    issuer: PartyId | None = None
    """Who published the text."""
    issuer_from: Literal["text", "inferred"] | None = None
    """"text" when an office is named at the head; "inferred" from the page around the text."""
    place: PlaceSpan | None = None
    """City."""
    venue: PlaceSpan | None = None
    """Building."""
    note: str | None = None
    """Remarks of the analyst."""


class Party(_Part):
    """A state or organisation that promises something in the text."""

    iso3: PartyId
    """ISO 3166-1 alpha-3 code of a state, or id of an organisation."""
    role: Literal["party", "host"]
    """"host" when the place lies in its territory."""
    represented_by: EntityId | None = None
    """Person who leads its side."""


class Participant(_Part):
    """A person whom the text places at the talks."""

    entity: EntityId
    """Which of the entities it is."""
    label: str
    """Name as in the text."""
    country: Iso3 | None
    """Whose side."""
    role: Literal["talks", "signed", "attended", "mentioned"]
    """What the person did."""
    inferred: bool = False
    """True when the country is not said of the person, but the only one left."""


class Sentence(_Part):
    """Where a sentence stands and what it does. The words themselves are not kept."""

    id: SentenceId
    """S01, S02, ... in the order of the text."""
    start: int = Field(ge=0)
    """Offset of the first character."""
    end: int = Field(ge=1)
    """Offset after the last character."""
    paragraph: int = Field(ge=0)
    """Line number from 0."""
    type: SentenceType
    """What the sentence does."""
    also: tuple[SentenceType, ...] = ()
    """What else it does."""
    unread: bool = False
    """True when it has words of promising from which nothing was read."""


class Quantity(Span):
    """A number that describes a promised measure."""

    value: float
    """The number with its scale worked out."""
    unit: str
    """Unit or ISO 4217 currency."""


class Deadline(Span):
    """Until when; `iso` as far as the text gives a calendar date."""

    iso: str | None = None
    """As far as the text gives a calendar date."""


class Commitment(Span):
    """One clause about future conduct of an identified actor: a head verb with its objects."""

    id: CommitmentId
    """C01, C02, ... in the order of the text."""
    sentence: SentenceId
    """Sentence it stands in."""
    promisors: tuple[PartyId, ...]
    """Who promises; empty where the text names no party, as one article of a treaty may."""
    beneficiaries: tuple[PartyId, ...]
    """To whom."""
    modality: str
    """The words that make it a promise."""
    strength: Strength
    """Agreed > undertaking (will, shall) > willing (ready, intends) > exhortation (should, called for)."""
    areas: tuple[AreaCode, ...] = ()
    """What it is about."""
    areas_from: Literal["text", "context"] | None = None
    """"text": the quotation names them; "context": inferred from its sentence or heading."""
    programmes: tuple[EntityId, ...] = ()
    """Named government programmes in the quotation."""
    corridors: tuple[EntityId, ...] = ()
    """Named corridors, routes, ports and crossings in it."""
    fora: tuple[EntityId, ...] = ()
    """Named organisations in it."""
    alignment: AlignmentId | None = None
    """The alignment that it promises."""
    quantities: tuple[Quantity, ...] = ()
    """Numbers with a unit in it."""
    deadline: Deadline | None = None
    """Until when."""
    conditional: bool = False
    """Whether it depends on a condition."""
    negative: bool = False
    """Whether the act is ruled out: "neither Party shall", "not to raise"."""
    origin: Origin = "rules"
    """Who drafted it: the rules, a language model, or an analyst."""
    note: str | None = None
    """What is inferred, in words, or a remark of the analyst."""


class AlignmentSide(Span):
    """One of the two things that are brought into line, and the country it belongs to."""

    country: PartyId | None
    """Whose programme it is."""
    entities: tuple[EntityId, ...] = ()
    """Named things in it."""
    country_from: Literal["text", "table", "other side"] | None = None
    """How the country is known; "table" and "other side" are inferences."""


class Alignment(Span):
    """Two programmes or strategies that are docked, aligned or brought into synergy."""

    id: AlignmentId
    """A00, A01, ...."""
    sentence: SentenceId
    """Sentence it stands in."""
    side_a: AlignmentSide | None
    """The first side, null where the text does not name it."""
    side_b: AlignmentSide | None
    """The second side."""
    status: Literal["achieved", "agreed", "planned", "mentioned"]
    """Achieved, agreed, planned or only mentioned."""
    areas: tuple[AreaCode, ...] = ()
    """What it is about."""
    commitment: CommitmentId | None = None
    """The commitment that promises it."""
    origin: Origin = "rules"
    """Who drafted it: the rules, a language model, or an analyst."""
    note: str | None = None
    """What is inferred, in words."""


class Instrument(Span):
    """A document that the text says was signed, adopted, issued or cited."""

    id: InstrumentId
    """I01, I02, ...."""
    sentence: SentenceId
    """Sentence it stands in."""
    kind: str
    """Agreement, mou, protocol, ...."""
    action: Literal["signed", "witnessed signing", "adopted", "issued", "endorsed", "initialled", "planned"]
    """What was done with it."""
    parties: tuple[PartyId, ...]
    """Between whom."""
    count: int | None = None
    """How many, null where the text does not say."""
    areas: tuple[AreaCode, ...] = ()
    """What it is about."""
    origin: Origin = "rules"
    """Who drafted it: the rules, a language model, or an analyst."""
    note: str | None = None
    """Remark."""


class Entity(_Part):
    """A named thing with every place the text names it."""

    id: EntityId
    """ISO alpha-3 code, or kind and name."""
    label: str
    """Name."""
    type: EntityType
    """Kind of thing."""
    country: PartyId | None = None
    """Whose it is."""
    iso2: str | None = None
    """ISO 3166-1 alpha-2 code of a country."""
    mentions: tuple[Span, ...] = ()
    """Every place that names it."""
    inferred: bool = False
    """True when the name was told by its form alone, and no table lists it."""


class Record(_Part):
    """The agreement record of one text (schema "agreement-record/0.2")."""

    schema_: Literal["agreement-record/0.2"] = Field(default=SCHEMA, alias="schema")
    """Version of this description."""
    document: Document
    """Facts about the text."""
    parties: tuple[Party, ...]
    """Who agrees, in the order of the text."""
    participants: tuple[Participant, ...] = ()
    """Persons."""
    sentences: tuple[Sentence, ...] = ()
    """Every sentence, by offsets."""
    commitments: tuple[Commitment, ...] = ()
    """What is promised."""
    alignments: tuple[Alignment, ...] = ()
    """What is brought into line."""
    instruments: tuple[Instrument, ...] = ()
    """Documents signed or adopted."""
    entities: tuple[Entity, ...] = ()
    """Named things."""
    fora: tuple[EntityId, ...] = ()
    """Organisations that are no parties."""
    programmes: tuple[EntityId, ...] = ()
    """Named programmes."""
    corridors: tuple[EntityId, ...] = ()
    """Named corridors."""
    area_labels: dict[AreaCode, str] = Field(default_factory=dict)
    """Label of each area code used."""
    drafted: dict[str, Fingerprint] = Field(default_factory=dict)
    """Fingerprint of every part as it was read, by id: what differs from it was edited."""

    def used_areas(self) -> set[str]:
        """The area codes that any part of the record carries."""
        codes: set[str] = set()
        for areas in (
            *(commitment.areas for commitment in self.commitments),
            *(alignment.areas for alignment in self.alignments),
            *(instrument.areas for instrument in self.instruments),
        ):
            codes.update(areas)
        return codes

    def spans(self) -> Iterator[tuple[str, Span]]:
        """Every quotation of the record with the name of the part that holds it."""
        for key in ("title", "date", "place", "venue"):
            span = getattr(self.document, key)
            if span is not None:
                yield f"document.{key}", span
        for other in self.document.other_dates:
            yield "document.other_dates", other
        for commitment in self.commitments:
            yield f"commitment {commitment.id}", commitment
            for quantity in commitment.quantities:
                yield f"commitment {commitment.id} quantity", quantity
            if commitment.deadline is not None:
                yield f"commitment {commitment.id} deadline", commitment.deadline
        for alignment in self.alignments:
            yield f"alignment {alignment.id}", alignment
            for letter, side in (("a", alignment.side_a), ("b", alignment.side_b)):
                if side is not None:
                    yield f"alignment {alignment.id}.{letter}", side
        for instrument in self.instruments:
            yield f"instrument {instrument.id}", instrument
        for entity in self.entities:
            for mention in entity.mentions:
                yield f"entity {entity.id}", mention
