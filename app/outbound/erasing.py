"""What was told of the erased, and telling it. Page 6, "Erase", rules 3 and 5."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.kit.db import Session, rows, rows_as, run, sql
from app.kit.ids import before

DELIVERIES = sql(__file__, "erase_deliveries")
ANSWERS = sql(__file__, "erase_answers")
MESSAGES = sql(__file__, "erase_messages")
PUSHES = sql(__file__, "erase_pushes")
LOOKS = sql(__file__, "erase_looks")
SWEEPS = sql(__file__, "erase_sweeps")
TOLD_EVERYBODY = sql(__file__, "told_everybody")
FORGET_NOTICES = sql(__file__, "forget_notices")

NAMED_FOR = timedelta(days=7)
AT_ONCE = 500


class Notice(NamedTuple):
    """An erasure as it was told; `member_id` is nobody's."""

    program_id: UUID
    member_id: UUID
    feed_seq: int


async def forget(session: Session, program_id: UUID, nobodies: Mapping[UUID, UUID]) -> None:
    """Drop what was told of members whose changes have been handed over to nobodies.

    What is still to be told of those changes names nobody; the notice itself does.
    """
    await _drop_told(session, program_id, list(nobodies.values()))
    members = sorted(nobodies)
    for statement in (PUSHES, LOOKS):
        await run(session, statement, program_id=program_id, member_ids=members)
    befores = [before(one) for one in members]
    await run(session, SWEEPS, program_id=program_id, member_ids=members, befores=befores)


async def _drop_told(session: Session, program_id: UUID, nobodies: list[UUID]) -> None:
    for statement in (DELIVERIES, ANSWERS, MESSAGES):
        await run(session, statement, program_id=program_id, nobodies=nobodies)


class NoticeJob:
    """Takes the names from notices of erasures that everybody has heard."""

    async def claim(self, session: Session, now: datetime) -> list[Notice] | None:
        binds = {"before": now - NAMED_FOR, "number": AT_ONCE}
        return await rows_as(session, Notice, TOLD_EVERYBODY, **binds) or None

    async def work(self, session: Session, unit: list[Notice]) -> None:
        """What a delivery of the day had read before the erasure goes now, too."""
        for program_id in sorted({one.program_id for one in unit}):
            mine = [one for one in unit if one.program_id == program_id]
            numbers = [one.feed_seq for one in mine]
            await rows(session, FORGET_NOTICES, program_id=program_id, numbers=numbers)
            await _drop_told(session, program_id, sorted({one.member_id for one in mine}))

    async def fail(self, session: Session, unit: list[Notice], now: datetime) -> None:
        """It is found again."""
