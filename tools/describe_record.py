"""Writes the description of the agreement record into docs/agreements.md: `python tools/describe_record.py`."""

from __future__ import annotations

from pathlib import Path

from landbridge.agreements.reference import describe_record

PAGE = Path(__file__).resolve().parents[1] / "docs" / "agreements.md"
MARK = "<!-- made by tools/describe_record.py from here on -->"


def main() -> None:
    """Replaces what follows the mark."""
    text = PAGE.read_text(encoding="utf-8")
    head = text[: text.index(MARK) + len(MARK)]
    PAGE.write_text(f"{head}\n\n{describe_record()}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
