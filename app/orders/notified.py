"""Events that were kept unread, and what became of them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.kit.db import Session, rows, sql
from app.orders.models import Outcome

ERASED = "customer_redacted"
SETTLE_UNUSABLE = sql(__file__, "settle_unusable")
FORGET_RAW = sql(__file__, "forget_raw")
HEADERS_OF = sql(__file__, "headers_of")


async def settle(
    session: Session,
    program_id: UUID,
    keys: Iterable[UUID],
    outcome: Outcome,
    detail: str | None = None,
) -> None:
    """The events have this outcome now, unless they have one already.

    What they were to be read from goes when they leave the quarantine, or are of somebody erased.
    """
    binds = {"program_id": program_id, "keys": list(keys)}
    said = {"outcome": outcome.word, "reason": outcome.reason, "detail": detail}
    settled = await rows(session, SETTLE_UNUSABLE, **binds, **said)
    if outcome.word != "quarantined" or outcome.reason == ERASED:
        gone = [one.event_key for one in settled]
        await rows(session, FORGET_RAW, program_id=program_id, keys=gone)


async def headers_of(
    session: Session, program_id: UUID, keys: Iterable[UUID]
) -> list[Mapping[str, str]]:
    """The kept headers of the events that came with any."""
    found = await rows(session, HEADERS_OF, program_id=program_id, keys=list(keys))
    return [one.headers for one in found]
