"""What an appraisal is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """What an appraisal is asked for, beyond its case.

    quick: only the coalitions that the synergies need, and few draws. jobs: processes; they change no figure. draws:
    of uncertain inputs, none for 0. seed: of everything drawn. without, only: measures, sides, alignments or clauses
    left out, or alone kept. delay: side -> years that its measures start later. in_year: the year whose measures are
    in place, None for all of them in full. shut: links, borders or passages that are closed. coalition: economies
    (ISO3) that join the parties. carbon_price: USD a tonne of CO2e. resume: folder that results stream to and are
    found in again. scheduler: address of a Dask scheduler.
    """

    quick: bool = False
    jobs: int = 1
    draws: int = 0
    seed: int = 1
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    delay: Mapping[str, float] = field(default_factory=dict)
    in_year: int | None = None
    shut: tuple[str, ...] = ()
    coalition: tuple[str, ...] = ()
    carbon_price: float | None = None
    resume: Path | None = None
    scheduler: str | None = None


DEFAULT = Options()
