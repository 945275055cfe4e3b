"""The inbox: which facts are new, and every fact kept as it was received."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.customers.models import Locked
from app.kit.db import Session
from app.kit.ids import computed_id
from app.orders import repository
from app.orders.facts import Fact, FactType
from app.orders.models import Outcome
from app.orders.resolving import Book, require


async def verdicts(
    session: Session,
    book: Book,
    facts: Sequence[Fact],
    homes: Mapping[UUID, UUID],
    locked: Mapping[UUID, Locked],
) -> list[Outcome | None]:
    """What is known of each fact before it is looked into; None = it is new.

    `homes`: event key → the member under which it is filed if it is new.
    """
    new = await repository.pin_events(session, book.program_id, homes)
    filed = await repository.filed_hashes(session, book.program_id, homes.keys() - new)
    found: list[Outcome | None] = []
    for fact in facts:
        known = filed.setdefault(fact.event_key, fact.content_hash)
        if fact.event_key in new:
            new.remove(fact.event_key)
            found.append(_erased(book, fact, locked))
        elif known == fact.content_hash:
            found.append(Outcome("duplicate"))
        else:
            found.append(Outcome("conflict", "event_conflict"))
    return found


def _erased(book: Book, fact: Fact, locked: Mapping[UUID, Locked]) -> Outcome | None:
    if fact.type not in {FactType.snapshot, FactType.activity}:
        return None
    named = (book.customer(fact.body), book.organization(fact.body))
    gone = any(one is not None and _is_erased(one, locked) for one in named)
    return Outcome("quarantined", "customer_redacted") if gone else None


def _is_erased(member: UUID, locked: Mapping[UUID, Locked]) -> bool:
    """Whether it is erased, or was merged into one that is. Raises NeedMembers."""
    known = locked.get(member)
    while known is not None and known.merged_into is not None:
        require([known.merged_into], locked)
        known = locked[known.merged_into]
    return known is not None and known.erased


async def file(
    session: Session,
    book: Book,
    facts: Sequence[Fact],
    outcomes: Sequence[Outcome],
    homes: Mapping[UUID, UUID],
) -> None:
    """Store the new events, and conflicting ones beside the event they contradict."""
    filed = {}
    conflicts = {}
    for fact, outcome in zip(facts, outcomes, strict=True):
        if outcome.word == "conflict":
            key = computed_id("conflict", fact.event_key, fact.content_hash.hex())
            conflicts[key] = homes[fact.event_key]
            filed[key] = _row(book, fact, key, Outcome("quarantined", outcome.reason), homes)
        elif outcome.word != "duplicate":
            filed[fact.event_key] = _row(book, fact, fact.event_key, outcome, homes)
    if conflicts:
        new = await repository.pin_events(session, book.program_id, conflicts)
        filed = {key: row for key, row in filed.items() if key not in conflicts or key in new}
    if filed:
        await repository.file_events(session, filed.values())


def _row(
    book: Book, fact: Fact, key: UUID, outcome: Outcome, homes: Mapping[UUID, UUID]
) -> dict[str, Any]:
    return {
        "member_id": homes[fact.event_key],
        "event_key": key,
        "program_id": book.program_id,
        "source": fact.source,
        "event_id": fact.event_id,
        "type": fact.type,
        "order_key": fact.order_key,
        "version": fact.version,
        "occurred_at": fact.occurred_at,
        "received_at": fact.received_at,
        "content_hash": fact.content_hash,
        "parsed": None if outcome.reason == "customer_redacted" else fact.text,
        "outcome": outcome.word,
        "reason": outcome.reason,
    }
