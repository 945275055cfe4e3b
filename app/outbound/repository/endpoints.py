"""Statements about endpoints as people make, change, replay and remove them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.kit.db import Session, row, rows, rows_as, run, sql
from app.outbound.parcels import Claim
from app.outbound.reading import EndpointRow

ASK_REPLAY = sql(__file__, "ask_replay")
CLAIM_DELETED = sql(__file__, "claim_deleted")
CLAIM_REPLAY = sql(__file__, "claim_replay")
COUNT_ENDPOINTS = sql(__file__, "count_endpoints")
COUNT_REPLAY = sql(__file__, "count_replay")
DELETE_ENDPOINT = sql(__file__, "delete_endpoint")
ENDPOINT = sql(__file__, "endpoint")
ENDPOINTS_AFTER = sql(__file__, "endpoints_after")
END_OF_FEED = sql(__file__, "end_of_feed")
INSERT_ENDPOINT = sql(__file__, "insert_endpoint")
LOCK_ENDPOINT = sql(__file__, "lock_endpoint")
PRUNE_ATTEMPTS = sql(__file__, "prune_attempts")
REMOVE_ATTEMPTS = sql(__file__, "remove_attempts")
REMOVE_DELIVERIES = sql(__file__, "remove_deliveries")
REMOVE_ENDPOINT = sql(__file__, "remove_endpoint")
REPLAY = sql(__file__, "replay")
REPLAYED = sql(__file__, "replayed")
ROTATE_SECRET = sql(__file__, "rotate_secret")
UPDATE_ENDPOINT = sql(__file__, "update_endpoint")


class Replay(NamedTuple):
    """Changes behind a number, up to another, that an endpoint gets again."""

    id: UUID
    program_id: UUID
    replay_after: int
    replay_through: int


async def end_of_feed(session: Session, program_id: UUID) -> int:
    """The last number of a feed, which stays the last until this transaction ends."""
    [found] = await rows(session, END_OF_FEED, program_id=program_id)
    number: int = found.feed_seq
    return number


async def count(session: Session, program_id: UUID) -> int:
    """How many endpoints a program has."""
    found = await row(session, COUNT_ENDPOINTS, program_id=program_id)
    return found.number if found else 0


async def insert(session: Session, program_id: UUID, values: Mapping[str, Any]) -> None:
    await run(session, INSERT_ENDPOINT, program_id=program_id, **values)


async def endpoints_after(
    session: Session, program_id: UUID, after: UUID, most: int
) -> list[EndpointRow]:
    """Endpoints of a program in the order of their ids."""
    binds = {"program_id": program_id, "after": after, "most": most}
    return await rows_as(session, EndpointRow, ENDPOINTS_AFTER, **binds)


async def endpoint(session: Session, program_id: UUID, endpoint_id: UUID) -> EndpointRow | None:
    """One endpoint as it stands."""
    found = await rows_as(session, EndpointRow, ENDPOINT, program_id=program_id, id=endpoint_id)
    return found[0] if found else None


async def lock(session: Session, program_id: UUID, endpoint_id: UUID) -> EndpointRow | None:
    """One endpoint, which nobody else changes or delivers to until this transaction ends."""
    binds = {"program_id": program_id, "id": endpoint_id}
    found = await rows_as(session, EndpointRow, LOCK_ENDPOINT, **binds)
    return found[0] if found else None


async def update(
    session: Session, program_id: UUID, endpoint_id: UUID, values: Mapping[str, Any]
) -> None:
    await run(session, UPDATE_ENDPOINT, program_id=program_id, id=endpoint_id, **values)


async def rotate(
    session: Session, program_id: UUID, endpoint_id: UUID, secret: bytes, until: datetime | None
) -> None:
    """Put a sealed secret in the place of the one before, which signs `until` then."""
    binds = {"program_id": program_id, "id": endpoint_id}
    await run(session, ROTATE_SECRET, **binds, secret=secret, until=until)


async def delete(session: Session, program_id: UUID, endpoint_id: UUID, at: datetime) -> None:
    await run(session, DELETE_ENDPOINT, program_id=program_id, id=endpoint_id, at=at)


async def count_replay(session: Session, asked: Replay) -> int:
    """How many changes a replay would deliver."""
    found = await row(session, COUNT_REPLAY, **_bounds(asked), id=asked.id)
    return found.number if found else 0


async def ask_replay(session: Session, asked: Replay) -> None:
    await run(session, ASK_REPLAY, **_bounds(asked), id=asked.id)


async def claim_replay(session: Session) -> Replay | None:
    """A replay that has not ended, for this transaction alone."""
    found = await rows_as(session, Replay, CLAIM_REPLAY)
    return found[0] if found else None


async def replay(session: Session, part: Replay, at: datetime) -> set[UUID]:
    """Owe a part of a replay; the members whom it is about."""
    found = await rows(session, REPLAY, **_bounds(part), endpoint_id=part.id, at=at)
    return {one.member_id for one in found}


async def replayed(session: Session, part: Replay) -> None:
    """Go on behind this part next time."""
    through = part.replay_through
    await run(session, REPLAYED, program_id=part.program_id, endpoint_id=part.id, through=through)


async def prune_attempts(session: Session, before: datetime, most: int) -> int:
    """Forget attempts made before an instant; how many."""
    return await run(session, PRUNE_ATTEMPTS, before=before, most=most)


async def claim_deleted(session: Session) -> Claim | None:
    """A deleted endpoint of which something is left, for this transaction alone."""
    found = await rows_as(session, Claim, CLAIM_DELETED)
    return found[0] if found else None


async def remove_part(session: Session, claim: Claim, most: int) -> None:
    """Remove a part of a deleted endpoint; itself when nothing else is left."""
    binds = {"program_id": claim.program_id, "endpoint_id": claim.id}
    removed = await run(session, REMOVE_ATTEMPTS, **binds, most=most)
    removed += await run(session, REMOVE_DELIVERIES, **binds, most=most)
    if not removed:
        await run(session, REMOVE_ENDPOINT, **binds)


def _bounds(asked: Replay) -> dict[str, object]:
    return {
        "program_id": asked.program_id,
        "after": asked.replay_after,
        "through": asked.replay_through,
    }
