"""Imports of files, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.evaluation.schemas.answers import CriterionOut
from app.inbound.imports.models import ImportKind
from app.kit.schemas import Day, Key, Name, Reason, Schema

Form = Literal["ndjson", "csv", "xlsx"]
Encoding = Literal["utf-8", "windows-1251"]
How = Literal["keep", "floor"]
State = Literal["queued", "running", "deciding", "finished", "cancelled", "failed"]
NEEDED_TOGETHER = PydanticCustomError(
    "overrides_misplaced", "as_overrides, until and reason go together, and with kind=tiers."
)
ONLY_ORDERS = PydanticCustomError("source_misplaced", "A source has files of orders.")

Answers = Annotated[
    dict[str, int], Field(description="Outcome → how many lines.", examples=[{"accepted": 1200}])
]


class ImportAsked(Schema):
    """What the file is. Left out, the format is told by the file's name or the content type."""

    kind: ImportKind = Field(description="What the lines are.", examples=["orders"])
    format: Form | None = Field(default=None, description="Not for files of a source.")
    encoding: Encoding = Field(default="utf-8", description="Of CSV.")
    source: Key | None = Field(
        default=None, description="The source whose platform wrote the file: orders only."
    )
    filename: Name | None = Field(default=None, examples=["orders-2026-11.csv.gz"])
    as_overrides: How | None = Field(
        default=None,
        description="Of tiers: turn differences into overrides; keep: exactly what is imported,"
        " floor: to fall no lower. Left out, nothing is changed.",
    )
    until: Day | None = Field(default=None, description="The last day of the overrides.")
    reason: Reason | None = Field(default=None, description="Why the overrides are set.")

    @model_validator(mode="after")
    def goes_together(self) -> Self:
        """What is said of overrides is said whole."""
        told = [one is not None for one in (self.as_overrides, self.until, self.reason)]
        if any(told) and not (all(told) and self.kind == "tiers"):
            raise NEEDED_TOGETHER
        if self.source is not None and self.kind != "orders":
            raise ONLY_ORDERS
        return self


class ImportStarted(Schema):
    id: UUID
    state: State


class ComparedOut(Schema):
    """How many members the old system puts on one level and we on another; null: none."""

    ladder: str
    imported: str | None
    computed: str | None
    members: int


class ImportOut(Schema):
    """An import. `bytes_done` of `bytes_total` is how far it is."""

    id: UUID
    kind: ImportKind
    state: State
    format: str = Field(description="`source`: a file of the source's platform.")
    source: str | None
    filename: str | None
    as_overrides: How | None
    author: str
    rows_done: int
    bytes_done: int
    bytes_total: int
    outcomes: Answers
    compared: tuple[ComparedOut, ...]
    moves: dict[Literal["up", "down"], int]
    error: str | None = Field(description="Why the file could not be read to its end.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RefusedLine(Schema):
    """A line that was not taken; nothing of its content is repeated here."""

    line: int
    column: str | None
    event_id: str | None
    reason: str
    detail: str | None


class DifferenceOut(Schema):
    """What an old system says against what is held here. `id` null: nobody knows it, or no more."""

    line: int
    kind: str | None
    id: str | None
    ladder: str
    imported: str | None
    computed: str | None
    since: str | None
    reason: str
    detail: str | None
    criteria: tuple[CriterionOut, ...]
    holder: str | None = Field(description="The organization that holds in the customer's place.")
    incomplete: bool = Field(description="Orders wait for an exchange rate.")
    outcome: Literal["differs", "kept", "not_kept"]
