"""Reads and writes agreement records, with every problem of a file named."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from landbridge.agreements import tables
from landbridge.agreements.formats import load_text
from landbridge.agreements.record import Record
from landbridge.errors import InputError, Problem, nearest


def dump_record(record: Record) -> str:
    """The record as JSON text; the same record always gives the same text."""
    return json.dumps(record.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1) + "\n"


def save_record(record: Record, path: Path) -> None:
    """Writes the record as JSON in UTF-8."""
    path.write_text(dump_record(record), encoding="utf-8", newline="\n")


def load_record(path: Path | str) -> Record:
    """The agreement record of a file; InputError lists every problem with file and key."""
    path = Path(path)
    text = load_text(path)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(Problem(f"{path}:{error.lineno}", f"not valid JSON: {error.msg}")) from None
    try:
        record = Record.model_validate(data)
    except ValidationError as error:
        raise InputError([_problem(item, path) for item in error.errors(include_url=False)]) from None
    record = _labelled(record)
    if problems := _crossings(record, str(path)):
        raise InputError(problems)
    return record


def _labelled(record: Record) -> Record:
    """The record with the labels of the areas that an analyst added by their codes."""
    known = tables.area_labels()
    new = {code: known[code] for code in record.used_areas() - set(record.area_labels) if code in known}
    return (
        record.model_copy(update={"area_labels": dict(sorted((record.area_labels | new).items()))})
        if new
        else record
    )


def _model_at(keys: Iterable[str | int]) -> type[BaseModel]:
    """The part of the record that a key path leads into."""
    model: type[BaseModel] = Record
    for key in keys:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if key not in fields:
            continue
        pending, nested = [fields[str(key)].annotation], []
        while pending:
            kind = pending.pop()
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                nested.append(kind)
            pending.extend(get_args(kind))
        if not nested:
            break
        model = nested[0]
    return model


def _problem(error: Mapping[str, Any], path: Path) -> Problem:
    keys = error["loc"]
    place = f"{path} {'.'.join(str(key) for key in keys)}".rstrip()
    kind = error["type"]
    if kind == "extra_forbidden":
        names = sorted(field.alias or name for name, field in _model_at(keys[:-1]).model_fields.items())
        return Problem(
            place,
            f'unknown key "{keys[-1]}"',
            f"{nearest(str(keys[-1]), names)}; allowed: {', '.join(names)}",
        )
    if kind == "missing":
        return Problem(place, f'the key "{keys[-1]}" is missing')
    if kind == "literal_error":
        return Problem(place, f"{error['input']!r} is not allowed", f"allowed: {error['ctx']['expected']}")
    if kind == "value_error":
        message, _, remedy = str(error["ctx"]["error"]).partition("; ")
        return Problem(place, message, remedy)
    return Problem(place, f"{error['msg'][:1].lower()}{error['msg'][1:]}, not {error.get('input')!r}")


def _crossings(record: Record, place: str) -> list[Problem]:
    """References between the parts of a record that lead nowhere, and names used twice."""
    problems = []
    numbered = {
        "sentences": [item.id for item in record.sentences],
        "commitments": [item.id for item in record.commitments],
        "alignments": [item.id for item in record.alignments],
        "instruments": [item.id for item in record.instruments],
        "entities": [item.id for item in record.entities],
    }
    for key, names in numbered.items():
        for name, count in Counter(names).items():
            if count > 1:
                problems.append(Problem(f"{place} {key}", f"the id {name} is used {count} times"))

    def refer(key: str, name: str | None, to: str) -> None:
        if name is not None and name not in numbered[to]:
            problems.append(
                Problem(f"{place} {key}", f"{name} is not among the {to}", nearest(name, numbered[to]))
            )

    for commitment in record.commitments:
        refer(f"commitments {commitment.id} sentence", commitment.sentence, "sentences")
        refer(f"commitments {commitment.id} alignment", commitment.alignment, "alignments")
    for alignment in record.alignments:
        refer(f"alignments {alignment.id} sentence", alignment.sentence, "sentences")
        refer(f"alignments {alignment.id} commitment", alignment.commitment, "commitments")
    for instrument in record.instruments:
        refer(f"instruments {instrument.id} sentence", instrument.sentence, "sentences")
    for code in sorted(record.used_areas() - set(record.area_labels)):
        problems.append(
            Problem(f"{place} area_labels", f"the area {code} is used but has no label", "give it one")
        )
    for name, span in record.spans():
        if span.end > record.document.n_chars:
            problems.append(
                Problem(
                    f"{place} {name}", f"ends at {span.end}, beyond the {record.document.n_chars} of the text"
                )
            )
    return problems
