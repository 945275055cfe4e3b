"""The feed: what its readers are told of a change, and waiting for the next one."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.kit.db import Database, Session
from app.kit.ids import computed_id
from app.kit.pages import after, cursor
from app.outbound.feeding import FeedRow
from app.outbound.repository import feed as repository
from app.outbound.schemas import (
    DISABLED_TYPE,
    ERASED_TYPE,
    PROGRAM_TYPES,
    AnyData,
    CauseOut,
    DisabledData,
    ErasedData,
    FeedItem,
    FeedPage,
    LevelRef,
    MemberRef,
    MetricOut,
    MoveData,
    ProgramData,
)
from app.outbound.waiting import Waiting
from app.programs import service as programs
from app.programs.rules import Rules

POLL_SECONDS = 1.0  # the relay of another process cannot wake us


async def wait_for_page(
    db: Database, waiting: Waiting, program_id: UUID, place: str | None, limit: int, wait: int
) -> FeedPage:
    """The changes behind a cursor; without any, the first that come within `wait` seconds.

    No transaction is open while it waits. Raises RequestInvalid for a foreign cursor.
    """
    start = start_of(program_id, place)
    loop = asyncio.get_running_loop()
    until = loop.time() + wait
    while True:
        async with db.transaction() as session:
            found = await feed_page(session, program_id, start, limit)
        left = until - loop.time()
        if found or left <= 0 or waiting.stops():
            return FeedPage(items=found, next=found[-1].cursor if found else place)
        await waiting.pause(min(left, POLL_SECONDS))


async def feed_page(
    session: Session, program_id: UUID, start: int, limit: int
) -> tuple[FeedItem, ...]:
    """The items behind a number of the feed, in order."""
    found = await repository.feed(session, program_id, start, limit)
    rules = await rules_of(session, program_id, found)
    return tuple(item(rules[one.version], one) for one in found)


async def rules_of(
    session: Session, program_id: UUID, found: Iterable[FeedRow]
) -> dict[int, Rules]:
    """Version → its rules, of all versions that these changes cite."""
    return {
        version: await programs.rules_as_of(session, program_id, version)
        for version in sorted({one.version for one in found})
    }


def item(rules: Rules, row: FeedRow) -> FeedItem:
    """A change as it is told, levels named as its own version named them."""
    return FeedItem(
        cursor=cursor(_list(rules.program_id), row.feed_seq),
        id=computed_id(rules.program_id, "change", str(row.feed_seq)),
        type=row.type,
        timestamp=row.recorded_at,
        data=data_of(rules, row),
    )


def data_of(rules: Rules, row: FeedRow) -> AnyData:
    """What is told of a change, levels named as its own version named them."""
    said: dict[str, Any] = {"sequence": row.seq, "as_of": row.as_of, "version": row.version}
    if row.type in PROGRAM_TYPES:
        return ProgramData(program=rules.key, **said)
    if row.type == DISABLED_TYPE:
        return DisabledData(program=rules.key, endpoint=row.data["endpoint"], **said)
    if row.type == ERASED_TYPE:
        return ErasedData(program=rules.key, member=_member(row), **said)
    return MoveData.model_validate(
        {
            "program": rules.key,
            "member": _member(row),
            "ladder": row.ladder,
            "from": _level(rules, row, row.from_level, row.from_position),
            "to": _level(rules, row, row.to_level, row.to_position),
            "direction": row.direction,
            "occasion": row.occasion,
            "reason": row.reason,
            "metrics": _metrics(row),
            "cause": _cause(row),
            **said,
        }
    )


def _member(row: FeedRow) -> MemberRef:
    named = row.data.get("member") or {"kind": row.kind or "customer", "id": row.external_id}
    return MemberRef.model_validate(named)


def _level(rules: Rules, row: FeedRow, key: str | None, position: int | None) -> LevelRef | None:
    if key is None:
        return None
    level = rules.level(row.ladder or "", key)
    return LevelRef(key=key, name=level.name if level else key, position=position)


def _metrics(row: FeedRow) -> tuple[MetricOut, ...]:
    """Of a rise what entering asked, of a fall what staying would have asked."""
    found = ((one, _needed(row, one)) for one in row.metrics)
    return tuple(
        MetricOut(metric=one["metric"], value=one["value"], needed=needed)
        for one, needed in found
        if needed is not None
    )


def _needed(row: FeedRow, metric: dict[str, Any]) -> str | int | None:
    if row.direction == "up":
        needed: str | int | None = metric["enter"].get(row.to_level)
        return needed
    kept: str | int | None = metric["keep"].get(row.from_level)
    return metric["enter"].get(row.from_level) if kept is None else kept


def _cause(row: FeedRow) -> CauseOut | None:
    if row.order_id is not None:
        return CauseOut(type="order", id=row.order_id, source=row.order_source)
    if row.check_id is not None:
        return CauseOut(type="check", id=str(row.check_id), source=None)
    if row.override_id is not None:
        return CauseOut(type="override", id=str(row.override_id), source=None)
    return None


def _list(program_id: UUID) -> str:
    return f"feed of {program_id}"


def start_of(program_id: UUID, place: str | None) -> int:
    """The number behind which a cursor goes on. Raises RequestInvalid for a foreign one."""
    found = after(_list(program_id), place, int)
    return found[0] if found else 0
