"""Quotations: what the strict check accepts and rejects, and how a record that no longer fits is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement_texts import COMMUNIQUE, MEMORANDUM
from landbridge.agreements import (
    QuoteVerifier,
    read_text,
    verify,
)

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SHIPPED = ROOT / "cases" / "china-kazakhstan-2017" / "record.json"
QUOTES = [c.quote for text in (COMMUNIQUE, MEMORANDUM) for c in read_text(text, name="x").commitments]
BOTH = COMMUNIQUE + MEMORANDUM


@pytest.mark.parametrize("quote", QUOTES)
def test_typography_white_space_and_case_do_not_matter(quote: str) -> None:
    verifier = QuoteVerifier(BOTH)
    place = verifier.find(quote)
    assert place is not None
    assert BOTH[place[0] : place[1]] == quote
    assert verifier.find(re.sub(r"\s+", "\n  ", quote)) == place
    assert verifier.find(quote.upper()) == place
    assert verifier.find(quote.replace("-", "\u2013").replace("'", "\u2019").replace(" ", "\u00a0")) == place


@settings(deadline=None, max_examples=150, derandomize=True)
@given(quote=st.sampled_from(QUOTES), data=st.data())
def test_changed_words_are_rejected(quote: str, data: st.DataObject) -> None:
    words = quote.split()
    at = data.draw(st.integers(1, max(len(words) - 2, 1))) if len(words) > 2 else 0
    verifier = QuoteVerifier(BOTH)
    if len(words) > 2:
        assert verifier.find(" ".join([*words[:at], *words[at + 1 :]])) is None
    assert verifier.find(" ".join([*words[:at], "pipeline", *words[at + 1 :]])) is None
    assert verifier.find(f"{quote} by 2040") is None
    assert verifier.find(quote[:-2]) is None, "half a word is not a word of the text"


def test_numbers_do_not_change_by_typography() -> None:
    verifier = QuoteVerifier("an area of 10\u00b2 km and the \u201cthree forces\u201d, caf\u00e9s")
    assert verifier.find("102 km") is None
    assert verifier.find('"three forces"') == (26, 40)
    assert verifier.find("cafe\u0301s") == (42, 47)
    assert verifier.find("cafes") is None
    assert verifier.find("") is None


def test_verify_names_the_commitment_and_what_the_text_says() -> None:
    record = read_text(MEMORANDUM, name="mou")
    assert verify(record, MEMORANDUM) == []
    changed = MEMORANDUM.replace("40 railway engineers", "90 railway engineers")
    problems = verify(record, changed)
    assert [p.place for p in problems] == ["commitment C03"]
    assert "90 railway engineers" in problems[0].message
    assert problems[0].remedy == "restore the words, or read the text anew"
    assert "\n" not in str(problems[0])


def test_an_altered_record_is_one_line_with_what_stands_there() -> None:
    record = read_text(MEMORANDUM, name="mou")
    third = record.commitments[2]
    altered = third.model_copy(update={"quote": third.quote.replace("40", "90")})
    commitments = (*record.commitments[:2], altered, *record.commitments[3:])
    (problem,) = verify(record.model_copy(update={"commitments": commitments}), MEMORANDUM)
    assert problem.place == "commitment C03"
    assert f"at {third.start} to {third.end} the text has" in problem.message
    assert "90 railway" in problem.message
    assert "40 railway" in problem.message
    assert problem.remedy == "restore the words, or read the text anew"
    shifted = third.model_copy(update={"start": third.start - 1, "end": third.end - 1})
    commitments = (*record.commitments[:2], shifted, *record.commitments[3:])
    (problem,) = verify(record.model_copy(update={"commitments": commitments}), MEMORANDUM)
    assert f"it stands at {third.start} to {third.end}" in problem.remedy


@pytest.mark.parametrize(
    "text",
    [
        "Note. " + MEMORANDUM,
        MEMORANDUM.replace("\n", "\r\n"),
        COMMUNIQUE.replace("Baku-Tbilisi-Kars", "Baku-\nTbilisi-Kars"),
        COMMUNIQUE.replace(" ", "  "),
    ],
)
def test_the_same_words_elsewhere_are_one_problem(text: str) -> None:
    record = read_text(COMMUNIQUE if "Tbilisi" in text.replace("\n", "") else MEMORANDUM, name="x")
    (problem,) = verify(record, text)
    assert problem.place == "document.sha256"
    assert "same words, other line breaks or offsets" in problem.message
    assert problem.remedy == "read it anew"


def test_words_in_another_order_are_told_from_moved_ones() -> None:
    record = read_text(MEMORANDUM, name="mou")
    parts = MEMORANDUM.split("\n\n")
    (problem,) = verify(record, "\n\n".join([*parts[:2], *parts[:1:-1]]))
    assert "in another order" in problem.message


def test_another_text_is_one_problem() -> None:
    (problem,) = verify(read_text(MEMORANDUM, name="mou"), COMMUNIQUE)
    assert problem.place == "document.sha256"
    assert problem.message.startswith("this is not the text the record was read from (sha256 ")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a line of 1,500 km", "500 km"),
        ("a line of 1,500 km", "a line of 1"),
        ("a line of 1,500 km", "a line of 1,"),
        ("a rise of 1.5 t", "5 t"),
        ("a rise of 1.5 t", "a rise of 1"),
        ("a change of -5 %", "5 %"),
        ("a change of \u22125 %", "5 %"),
        ("to raise tariffs on liabilities", "raise tariffs on liab"),
        ("to coarse", "arse"),
    ],
)
def test_no_word_or_number_is_cut(text: str, quote: str) -> None:
    verifier = QuoteVerifier(text)
    start = text.index(quote)
    assert verifier.find(quote) is None
    assert not verifier.stands_at(quote, start, start + len(quote))


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("from 2016-2020 on", "2020 on"),
        ("a rise \u20145 % a year", "5 % a year"),
        ("in 2017, 500 km", "500 km"),
        ("500 km.", "500 km"),
        ("a change of -5 %", "-5 %"),
        ("the China-\nKazakhstan border", "China-Kazakhstan border"),
        ("the China-Kazakhstan border", "China-\n  Kazakhstan border"),
        ("short-\nand long-term plans", "short- and long-term plans"),
    ],
)
def test_whole_words_and_rewrapped_hyphens_stand(text: str, quote: str) -> None:
    verifier = QuoteVerifier(text)
    place = verifier.find(quote)
    assert place is not None
    assert verifier.stands_at(quote, *place)


def test_a_record_that_cuts_a_number_is_rejected() -> None:
    text = MEMORANDUM.replace("40 railway engineers", "1,500 railway engineers")
    record = read_text(text, name="mou")
    start = text.index("500 railway")
    third = record.commitments[2]
    cut = third.model_copy(update={"start": start, "end": third.end, "quote": text[start : third.end]})
    commitments = (*record.commitments[:2], cut, *record.commitments[3:])
    (problem,) = verify(record.model_copy(update={"commitments": commitments}), text)
    assert problem.place == "commitment C03"
