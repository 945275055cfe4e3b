"""How what an old system says of a member differs from what is held here, and why."""

from typing import Literal
from uuid import UUID

from app.evaluation.schemas.answers import CriterionOut
from app.kit.schemas import Schema

Why = Literal[
    "unknown_member",
    "disabled",
    "overridden",
    "given_by_hand",
    "waits_for_check",
    "criteria_missing",
    "earned_more",
    "still_held",
]


class Difference(Schema):
    """`imported` and `computed` are keys of levels; null: none.

    `criteria`: those of the higher of the two levels, with what the member has and lacks.
    `incomplete`: orders of it wait for an exchange rate. `holder`: the organization that holds in
    the customer's place.
    """

    member_id: UUID
    kind: str
    id: str
    ladder: str
    imported: str | None
    computed: str | None
    since: str | None
    reason: Why
    detail: str
    criteria: tuple[CriterionOut, ...]
    incomplete: bool
    holder: str | None
    holder_id: UUID | None
