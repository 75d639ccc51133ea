"""What the commands share."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landbridge.errors import InputError, Problem

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = object


def print_json(document: Any) -> None:
    """Prints one document on standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=1))


def write_whole(path: Path, text: str) -> None:
    """Writes a text file whole or not at all. Raises InputError where that cannot be done."""
    temporary = path.with_name(path.name + ".part")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(
            Problem(str(path), f"cannot be written: {error.strerror}", "give a writable place")
        ) from error
