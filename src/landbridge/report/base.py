"""What every part of the results has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Longitude = Annotated[float, Field(ge=-360, le=360)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Point = tuple[Longitude, Latitude]
Line = list[Point]


class Part(BaseModel):
    """A part of the results: extra keys are left alone, numbers must be finite."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, frozen=True, populate_by_name=False)
