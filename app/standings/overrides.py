"""What persons have decided about members: written down, listed, removed, and when it turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.kit.db import Session, rows, rows_as, run, sql
from app.policy.override import Override, OverrideMode

ADD = sql(__file__, "add_overrides")
KNOWN = sql(__file__, "override_known")
ONE = sql(__file__, "override")
PAGE = sql(__file__, "overrides_page")
ENDING = sql(__file__, "overrides_ending")
REMOVE = sql(__file__, "remove_override")
DROP = sql(__file__, "drop_overrides")
TURNING_DATES = sql(__file__, "turning_dates")
TURNING = sql(__file__, "turning_overrides")

FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class RecordedOverride:
    """An override with who set and removed it.

    `recorded` is the member's version then, `set_on` the program's date.
    """

    member_id: UUID
    id: UUID
    ladder: str
    mode: str
    level_key: str | None
    reason: str
    author: str
    request_id: str | None
    from_on: date
    until_on: date | None
    recorded: int
    set_on: date
    created_at: datetime
    removed_at: datetime | None = None
    removed_by: str | None = None

    @property
    def is_nudge(self) -> bool:
        return self.mode == OverrideMode.nudge

    def judged(self) -> Override:
        """As the policy knows it."""
        return Override(
            id=str(self.id),
            mode=OverrideMode(self.mode),
            level=self.level_key,
            from_on=self.from_on,
            until=self.until_on,
            recorded=self.recorded,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersOverride(RecordedOverride):
    """An override with the name of its member."""

    kind: str
    external_id: str


class Ending(NamedTuple):
    """Which overrides are listed: those not over on `on` and not in force after `ends_by`."""

    on: date
    ends_by: date | None = None


async def add(
    session: Session, program_id: UUID, told: Sequence[RecordedOverride], at: datetime
) -> None:
    """Write overrides down; their members are locked."""
    await run(
        session,
        ADD,
        program_id=program_id,
        at=at,
        member_ids=[one.member_id for one in told],
        ids=[one.id for one in told],
        ladders=[one.ladder for one in told],
        modes=[one.mode for one in told],
        level_keys=[one.level_key for one in told],
        reasons=[one.reason for one in told],
        authors=[one.author for one in told],
        request_ids=[one.request_id for one in told],
        begins=[one.from_on for one in told],
        ends=[one.until_on for one in told],
        recorded=[one.recorded for one in told],
        set_on=[one.set_on for one in told],
    )


async def is_known(session: Session, program_id: UUID, told: RecordedOverride) -> bool:
    """Whether an override of this id was ever set. The member is locked."""
    binds = {"member_id": told.member_id, "id": told.id}
    return bool(await rows(session, KNOWN, program_id=program_id, **binds))


async def override(session: Session, program_id: UUID, id_: UUID) -> RecordedOverride | None:
    """One override, unless somebody has removed it."""
    found = await rows_as(session, RecordedOverride, ONE, program_id=program_id, id=id_)
    return found[0] if found else None


async def overrides_of(
    session: Session, program_id: UUID, member_id: UUID, before: tuple[int, UUID], number: int
) -> list[RecordedOverride]:
    """The next `number` overrides of a member, the newest first, from behind (recorded, id)."""
    return await rows_as(
        session,
        RecordedOverride,
        PAGE,
        program_id=program_id,
        member_id=member_id,
        before=before[0],
        before_id=before[1],
        number=number,
    )


async def ending(
    session: Session, program_id: UUID, wanted: Ending, after: tuple[date, UUID], number: int
) -> list[MembersOverride]:
    """The next `number` overrides of a program, the first to end first, behind (until, id).

    Those without an end are last; their place is behind `date.max`. Nudges end nothing.
    """
    ends, last = after
    return await rows_as(
        session,
        MembersOverride,
        ENDING,
        program_id=program_id,
        as_of=wanted.on,
        ends_by=wanted.ends_by or date.max,
        open_too=wanted.ends_by is None,
        after=ends,
        after_id=last,
        open_after=last if ends == date.max else FIRST,
        number=number,
    )


async def remove(
    session: Session, program_id: UUID, gone: RecordedOverride, at: datetime, author: str
) -> bool:
    """Take it out of force; False when somebody was faster. The member is locked."""
    written = await run(
        session,
        REMOVE,
        program_id=program_id,
        member_id=gone.member_id,
        id=gone.id,
        at=at,
        author=author,
    )
    return written == 1


async def drop(session: Session, program_id: UUID, member_id: UUID) -> None:
    """Delete what was ever decided about an erased member; it is locked."""
    await run(session, DROP, program_id=program_id, member_id=member_id)


async def turning_dates(session: Session, program_id: UUID, first: date, last: date) -> list[date]:
    """The days from `first` to `last` on which an override begins or has just ended."""
    found = await rows(session, TURNING_DATES, program_id=program_id, first=first, last=last)
    return [row.day for row in found]


async def turning_on(session: Session, program_id: UUID, day: date) -> list[RecordedOverride]:
    """The overrides that begin on `day` or ended the day before, by member, oldest first."""
    return await rows_as(session, RecordedOverride, TURNING, program_id=program_id, day=day)
