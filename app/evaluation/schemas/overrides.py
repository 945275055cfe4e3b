"""What a person decides about a member, and how it is told."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from app.evaluation.schemas.grounds import NamedMember
from app.evaluation.schemas.people import Out
from app.kit.schemas import Day, Key, Reason, Schema
from app.policy.override import OverrideMode
from app.standings.overrides import MembersOverride, RecordedOverride


class OverrideIn(Schema):
    """`freeze` takes no level, every other mode does. The days are of the program's zone."""

    ladder: Key = Field(default="tiers", description='"tiers", or the track of a stage ladder.')
    mode: OverrideMode
    level: Key | None = None
    reason: Reason
    from_on: Day | None = Field(default=None, alias="from", description="Left out: from today.")
    until_on: Day | None = Field(default=None, alias="until", description="The last day.")


class OverrideOut(Out):
    """`level` null: a freeze. `removed_at` null: nobody has removed it."""

    id: UUID
    ladder: str
    mode: OverrideMode
    level: str | None
    reason: str
    from_on: date = Field(alias="from")
    until_on: date | None = Field(alias="until")
    author: str
    request_id: str | None
    created_at: datetime
    removed_at: datetime | None
    removed_by: str | None

    @classmethod
    def of(cls, one: RecordedOverride) -> Self:
        return cls(
            id=one.id,
            ladder=one.ladder,
            mode=OverrideMode(one.mode),
            level=one.level_key,
            reason=one.reason,
            from_on=one.from_on,
            until_on=one.until_on,
            author=one.author,
            request_id=one.request_id,
            created_at=one.created_at,
            removed_at=one.removed_at,
            removed_by=one.removed_by,
        )


class EndingOut(OverrideOut):
    """An override that is in force or still to come, with whom it is about."""

    member: NamedMember

    @classmethod
    def listed(cls, one: MembersOverride) -> Self:
        member = NamedMember(kind=one.kind, id=one.external_id)
        return cls(**dict(OverrideOut.of(one)), member=member)
