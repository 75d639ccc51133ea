"""The agreement clause by clause: quotations with what they name marked, measures, and what a clause gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from landbridge.report import formats
from landbridge.report.shape import Commitment, Measure, Results
from landbridge.report.texts import word


@dataclass(frozen=True)
class Clause:
    """A commitment as the page shows it."""

    commitment: Commitment
    quote: Markup
    measures: tuple[Measure, ...]
    gain: str  # what it gives to the parties, in words; '' where not computed


def clauses(results: Results, names: Mapping[str, str]) -> list[Clause]:
    """Every commitment, in the order of the text."""
    measures = {measure.id: measure for measure in results.measures}
    phrases = _phrases(results)
    return [
        Clause(
            commitment=one,
            quote=marked(one.quote, phrases),
            measures=tuple(measures[name] for name in one.measures),
            gain=_gain(results, one, names),
        )
        for one in results.agreement.commitments
    ]


def _phrases(results: Results) -> list[tuple[str, str]]:
    """Words that name a programme or a document, with the kind of thing they name; the longest first."""
    agreement = results.agreement
    found = [
        (side.quote, word("agreed.marked_side"))
        for alignment in agreement.alignments
        for side in (alignment.side_a, alignment.side_b)
        if side is not None and side.quote
    ]
    found += [(one.quote, word("agreed.marked_document")) for one in agreement.instruments if one.quote]
    return sorted(dict(found).items(), key=lambda pair: -len(pair[0]))


def marked(quote: str, phrases: list[tuple[str, str]]) -> Markup:
    """A quotation with the phrases marked where they stand; everything is escaped, nothing overlaps."""
    taken: list[tuple[int, int, str]] = []
    for phrase, kind in phrases:
        start = quote.find(phrase)
        while start >= 0:
            end = start + len(phrase)
            if len(phrase) < len(quote) and all(end <= a or start >= b for a, b, _ in taken):
                taken.append((start, end, kind))
            start = quote.find(phrase, end)
    shown, at = Markup(""), 0
    for start, end, kind in sorted(taken):
        shown += quote[at:start]
        shown += Markup('<mark title="{}">{}</mark>').format(kind, quote[start:end])
        at = end
    return shown + quote[at:]


def _gain(results: Results, one: Commitment, names: Mapping[str, str]) -> str:
    if results.attribution is None:
        return ""
    # What an alignment gives belongs to the commitment that announces it.
    ids = {one.id} | {a.id for a in results.agreement.alignments if a.commitment == one.id}
    totals: dict[str, float] = {}
    for row in results.attribution.by_clause:
        if row.clause in ids:
            totals[row.iso3] = totals.get(row.iso3, 0.0) + row.percent
    parts = [
        word("agreed.gain_of", name=names.get(iso3, iso3), percent=formats.percent(totals[iso3]))
        for iso3 in results.parties
        if iso3 in totals
    ]
    return ", ".join(parts)
