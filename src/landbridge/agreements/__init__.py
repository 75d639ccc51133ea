"""Turns the text of a cooperation agreement into a record of what it promises, and checks its quotations."""

from landbridge.agreements.files import dump_record, load_record, save_record
from landbridge.agreements.formats import load_text
from landbridge.agreements.quotes import QuoteVerifier, verify
from landbridge.agreements.reader import read_text
from landbridge.agreements.record import Record

__all__ = [
    "QuoteVerifier",
    "Record",
    "dump_record",
    "load_record",
    "load_text",
    "read_text",
    "save_record",
    "verify",
]
