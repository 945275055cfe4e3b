"""Events that were kept unread, and what became of them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.kit.db import Session, rows, run, sql
from app.orders.models import Outcome

ERASED = "customer_redacted"
SETTLE_UNUSABLE = sql(__file__, "settle_unusable")
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
    await run(
        session,
        SETTLE_UNUSABLE,
        program_id=program_id,
        keys=list(keys),
        outcome=outcome.word,
        reason=outcome.reason,
        detail=detail,
        keeps_raw=outcome.word == "quarantined" and outcome.reason != ERASED,
    )


async def headers_of(
    session: Session, program_id: UUID, keys: Iterable[UUID]
) -> list[Mapping[str, str]]:
    """The kept headers of the events that came with any."""
    found = await rows(session, HEADERS_OF, program_id=program_id, keys=list(keys))
    return [one.headers for one in found]
