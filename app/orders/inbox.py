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
from app.orders.notified import ERASED
from app.orders.resolving import Book

NO_HASH = b""  # of an event that was emptied


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
    erased = erased_of(locked)
    gone = {
        one.event_key for one in facts if is_of_erased(book, one, homes.get(one.event_key), erased)
    }
    filed_with = {**homes, **{key: key for key in gone}}
    new = await repository.pin_events(session, book.program_id, filed_with)
    filed = await repository.filed_hashes(session, book.program_id, homes.keys() - new)
    found: list[Outcome | None] = []
    for fact in facts:
        known = filed.setdefault(fact.event_key, fact.content_hash)
        if fact.event_key in gone:
            found.append(Outcome("quarantined", ERASED))
        elif fact.event_key in new:
            new.remove(fact.event_key)
            found.append(None)
        elif known in {fact.content_hash, NO_HASH}:
            found.append(Outcome("duplicate"))
        else:
            found.append(Outcome("conflict", "event_conflict"))
    return found


def erased_of(locked: Mapping[UUID, Locked]) -> frozenset[UUID]:
    """Who of these members was erased."""
    return frozenset(one.member_id for one in locked.values() if one.erased)


def is_of_erased(book: Book, fact: Fact, home: UUID | None, erased: frozenset[UUID]) -> bool:
    """Whether it names somebody who was erased, or is of an order that went with its guest."""
    if not erased:
        return False
    named = (home, book.customer(fact.body), book.organization(fact.body))
    return not erased.isdisjoint(one for one in named if one is not None)


async def file(
    session: Session,
    book: Book,
    facts: Sequence[Fact],
    outcomes: Sequence[Outcome],
    homes: Mapping[UUID, UUID],
) -> None:
    """Store the new events, and conflicting ones beside the event they contradict.

    Of those who were erased nothing is kept but that something came.
    """
    filed = await _refused(session, book, facts, outcomes)
    conflicts = {}
    for fact, outcome in zip(facts, outcomes, strict=True):
        if outcome.word == "conflict":
            key = computed_id("conflict", fact.event_key, fact.content_hash.hex())
            conflicts[key] = homes[fact.event_key]
            filed[key] = _row(book, fact, key, Outcome("quarantined", outcome.reason), homes)
        elif outcome.word != "duplicate" and outcome.reason != ERASED:
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
        "parsed": fact.text,
        "outcome": outcome.word,
        "reason": outcome.reason,
    } | (_emptied(fact) if fact.type is FactType.redacted else {})


async def _refused(
    session: Session, book: Book, facts: Sequence[Fact], outcomes: Sequence[Outcome]
) -> dict[UUID, dict[str, Any]]:
    told = zip(facts, outcomes, strict=True)
    gone = {fact.event_key: (fact, outcome) for fact, outcome in told if outcome.reason == ERASED}
    known = await repository.filed_hashes(session, book.program_id, gone)
    homes = {key: key for key in gone}
    return {
        key: _row(book, fact, key, outcome, homes) | _emptied(fact)
        for key, (fact, outcome) in gone.items()
        if key not in known
    }


def _emptied(fact: Fact) -> dict[str, Any]:
    return {
        "event_id": str(fact.event_key),
        "order_key": None,
        "version": None,
        "content_hash": NO_HASH,
        "parsed": None,
    }
