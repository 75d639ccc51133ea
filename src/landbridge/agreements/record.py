"""The agreement record: what a text promises, every field with the place it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

SCHEMA: Literal["agreement-record/0.1"] = "agreement-record/0.1"

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
Origin = Literal["rules", "model", "analyst"]
EntityType = Literal["country", "person", "place", "programme", "corridor", "forum"]

SentenceId = Annotated[str, StringConstraints(pattern=r"^S\d{2,}$")]
CommitmentId = Annotated[str, StringConstraints(pattern=r"^C\d{2,}$")]
AlignmentId = Annotated[str, StringConstraints(pattern=r"^A\d{2,}$")]
InstrumentId = Annotated[str, StringConstraints(pattern=r"^I\d{2,}$")]
Iso3 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
PartyId = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3}|org:[a-z0-9-]+)$")]
EntityId = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3}|(org|prog|corr|person|place):[a-z0-9-]+)$")]
AreaCode = Annotated[str, StringConstraints(pattern=r"^(\d{3}|\d{5}|X-[A-Z0-9]{3})$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]


class _Part(BaseModel):
    """A part of a record: unknown keys are errors, and parts do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Span(_Part):
    """Words of the text: code points `start` to `end` (exclusive), and the words that stand there."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    quote: str = Field(min_length=1)

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
    role: Literal["event", "signature", "publication"]


class PlaceSpan(Span):
    """A city or a building."""

    entity: EntityId
    country: Iso3 | None = None


class Document(_Part):
    """The text as a whole: which kind of document, of when and where, and the fingerprint of its text."""

    id: str
    title: Span | None
    genre: Literal["leaders_readout", "joint_statement", "mou", "treaty", "outcome_list", "other"]
    binding: Literal["political", "legal", "unknown"]
    language: Literal["en"]
    sha256: Sha256
    n_chars: int = Field(ge=1)
    date: DateSpan | None = None
    place: PlaceSpan | None = None
    venue: PlaceSpan | None = None
    note: str | None = None


class Party(_Part):
    """A state or organisation that promises something in the text."""

    iso3: PartyId
    role: Literal["party", "host"]
    represented_by: EntityId | None = None


class Participant(_Part):
    """A person whom the text places at the talks."""

    entity: EntityId
    label: str
    country: Iso3 | None
    role: Literal["talks", "signed", "attended", "mentioned"]


class Sentence(_Part):
    """Where a sentence stands and what it does. The words themselves are not kept."""

    id: SentenceId
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    paragraph: int = Field(ge=0)
    type: SentenceType
    also: tuple[SentenceType, ...] = ()


class Quantity(Span):
    """A number that describes a promised measure."""

    value: float
    unit: str


class Deadline(Span):
    """Until when; `iso` as far as the text gives a calendar date."""

    iso: str | None = None


class Commitment(Span):
    """One clause about future conduct of an identified actor: a head verb with its objects."""

    id: CommitmentId
    sentence: SentenceId
    promisors: tuple[PartyId, ...] = Field(min_length=1)
    beneficiaries: tuple[PartyId, ...]
    modality: str
    strength: Strength
    areas: tuple[AreaCode, ...] = ()
    programmes: tuple[EntityId, ...] = ()
    corridors: tuple[EntityId, ...] = ()
    fora: tuple[EntityId, ...] = ()
    alignment: AlignmentId | None = None
    quantities: tuple[Quantity, ...] = ()
    deadline: Deadline | None = None
    conditional: bool = False
    origin: Origin = "rules"
    note: str | None = None


class AlignmentSide(Span):
    """One of the two things that are brought into line, and the country it belongs to."""

    country: PartyId | None
    entities: tuple[EntityId, ...] = ()
    country_from: Literal["text", "table", "other side"] | None = None


class Alignment(Span):
    """Two programmes or strategies that are docked, aligned or brought into synergy."""

    id: AlignmentId
    sentence: SentenceId
    side_a: AlignmentSide | None
    side_b: AlignmentSide | None
    status: Literal["achieved", "agreed", "planned", "mentioned"]
    areas: tuple[AreaCode, ...] = ()
    commitment: CommitmentId | None = None
    origin: Origin = "rules"
    note: str | None = None


class Instrument(Span):
    """A document that the text says was signed, adopted, issued or cited."""

    id: InstrumentId
    sentence: SentenceId
    kind: str
    action: Literal["signed", "witnessed signing", "adopted", "issued", "endorsed", "initialled", "planned"]
    parties: tuple[PartyId, ...]
    count: int | None = None
    areas: tuple[AreaCode, ...] = ()
    origin: Origin = "rules"
    note: str | None = None


class Entity(_Part):
    """A named thing with every place the text names it."""

    id: EntityId
    label: str
    type: EntityType
    country: PartyId | None = None
    mentions: tuple[Span, ...] = ()


class Record(_Part):
    """The agreement record of one text (schema "agreement-record/0.1")."""

    schema_: Literal["agreement-record/0.1"] = Field(default=SCHEMA, alias="schema")
    document: Document
    parties: tuple[Party, ...]
    participants: tuple[Participant, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    entities: tuple[Entity, ...] = ()
    fora: tuple[EntityId, ...] = ()
    programmes: tuple[EntityId, ...] = ()
    corridors: tuple[EntityId, ...] = ()
    area_labels: dict[AreaCode, str] = Field(default_factory=dict)
    drafted: dict[str, Fingerprint] = Field(default_factory=dict)
    """Fingerprint of every part as it was read, by id: what differs from it was edited (see review.py)."""

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
