"""Statements of those who deliver: claims, marks, and how endpoints fare."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.kit.db import Session, rows, rows_as, run, sql
from app.outbound.outcomes import Fate, Health
from app.outbound.parcels import Claim, Done, HeldRow, Taken

ADD_ATTEMPTS = sql(__file__, "add_attempts")
CLAIM_ENDPOINTS = sql(__file__, "claim_endpoints")
GIVE_BACK = sql(__file__, "give_back_deliveries")
HOLD_BACK = sql(__file__, "hold_back")
HOLD_ENDPOINT = sql(__file__, "hold_endpoint")
INSERT_NOTICE = sql(__file__, "insert_notice")
MARK = sql(__file__, "mark")
NOTE_HEALTH = sql(__file__, "note_health")
RELEASE_ENDPOINTS = sql(__file__, "release_endpoints")
RELEASE_NEXT = sql(__file__, "release_next")
RENEW = sql(__file__, "renew")
TAKE_DUE = sql(__file__, "take_due")


class Lease(NamedTuple):
    """Who claims, at which instant, until when."""

    holder: str
    at: datetime
    until: datetime


async def claim_endpoints(
    session: Session, lease: Lease, busy: Sequence[UUID], most: int
) -> list[Claim]:
    """Endpoints that have something due and nobody to deliver it, claimed."""
    binds = {**lease._asdict(), "busy": list(busy), "most": most}
    return await rows_as(session, Claim, CLAIM_ENDPOINTS, **binds)


async def hold(session: Session, claim: Claim, lease: Lease) -> HeldRow | None:
    """The endpoint, locked and its lease renewed; None when it was deleted."""
    found = await rows_as(
        session,
        HeldRow,
        HOLD_ENDPOINT,
        program_id=claim.program_id,
        id=claim.id,
        holder=lease.holder,
        until=lease.until,
    )
    return found[0] if found else None


async def release(
    session: Session, holder: str, at: datetime, endpoint_id: UUID | None = None
) -> None:
    """Give up the claim of one endpoint, or of all."""
    await run(session, RELEASE_ENDPOINTS, holder=holder, at=at, id=endpoint_id)


async def take_due(session: Session, claim: Claim, lease: Lease, most: int) -> list[Taken]:
    """Deliveries of a held endpoint that are due, claimed, oldest first."""
    found = await rows_as(
        session,
        Taken,
        TAKE_DUE,
        program_id=claim.program_id,
        endpoint_id=claim.id,
        at=lease.at,
        until=lease.until,
        most=most,
    )
    return sorted(found, key=lambda one: one.feed_seq)


async def renew(session: Session, claim: Claim, held: Sequence[Taken], until: datetime) -> None:
    """Keep what is held until then."""
    await run(session, RENEW, **_named(claim, held), until=until)


async def give_back(session: Session, claim: Claim, held: Sequence[Taken]) -> None:
    """Let others have what was not sent."""
    await run(session, GIVE_BACK, **_named(claim, held))


async def mark(
    session: Session, claim: Claim, fates: Sequence[tuple[Done, Fate]], at: datetime
) -> dict[int, int]:
    """Record what became of deliveries; number of the change → attempts, of those still held."""
    found = await rows(
        session,
        MARK,
        **_named(claim, [done.taken for done, _ in fates]),
        states=[fate.state for _, fate in fates],
        retry_ats=[fate.retry_at for _, fate in fates],
        at=at,
    )
    return {one.feed_seq: one.attempts for one in found}


async def add_attempts(session: Session, claim: Claim, made: Sequence[tuple[int, Done]]) -> None:
    """Log attempts under their numbers."""
    sent = [done.sent for _, done in made]
    await run(
        session,
        ADD_ATTEMPTS,
        program_id=claim.program_id,
        endpoint_id=claim.id,
        feed_seqs=[done.taken.feed_seq for _, done in made],
        numbers=[number for number, _ in made],
        ats=[one.at for one in sent],
        statuses=[one.status for one in sent],
        milliseconds=[one.milliseconds for one in sent],
        errors=[one.error for one in sent],
        answers=[one.answer for one in sent],
    )


async def release_next(
    session: Session, claim: Claim, member_ids: Sequence[UUID], at: datetime
) -> None:
    """Make due what waited behind deliveries of these members that have ended."""
    await run(
        session,
        RELEASE_NEXT,
        program_id=claim.program_id,
        endpoint_id=claim.id,
        member_ids=list(member_ids),
        at=at,
    )


async def hold_back(session: Session, claim: Claim, member_ids: Sequence[UUID]) -> None:
    """Let wait what stands behind an older delivery of its member."""
    binds = {"program_id": claim.program_id, "endpoint_id": claim.id}
    await run(session, HOLD_BACK, **binds, member_ids=list(member_ids))


async def note_health(session: Session, claim: Claim, health: Health, at: datetime) -> None:
    """Keep how an endpoint fares."""
    await run(
        session,
        NOTE_HEALTH,
        program_id=claim.program_id,
        id=claim.id,
        failing_since=health.failing_since,
        slowdown=health.slowdown,
        slowed_until=health.slowed_until,
        disabled_because=health.disabled_because,
        at=at,
    )


def _named(claim: Claim, held: Sequence[Taken]) -> dict[str, object]:
    return {
        "program_id": claim.program_id,
        "endpoint_id": claim.id,
        "feed_seqs": [one.feed_seq for one in held],
        "terms": [one.term for one in held],
    }
