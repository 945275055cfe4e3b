"""Activities: points that are earned without an order, recorded and decided upon at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from app.customers import service as customers
from app.customers.models import Who
from app.evaluation import service as evaluation
from app.evaluation.runs import Run
from app.inbound.errors import ActivityConflict
from app.inbound.schemas.activities import ActivityIn, ActivityOut
from app.kit.db import Database, Session
from app.kit.ids import computed_id
from app.kit.metrics import FACTS
from app.orders.earning import record_activity
from app.orders.facts import Fact, FactType, content_hash, instant_text, normal_text
from app.orders.models import NeedMembers, Outcome, Touch
from app.orders.resolving import Book
from app.policy.decision import Occasion
from app.programs import service as programs

SOURCE = "api"


async def take_activity(
    db: Database, program_id: UUID, said: ActivityIn, now: datetime
) -> ActivityOut:
    """Record an activity and decide about its member. Raises ActivityConflict."""
    fact = fact_of(program_id, said, now)
    more: set[UUID] = set()

    async def work(session: Session) -> Outcome:
        rules = await programs.hold(session, program_id)
        run = Run(rules, Occasion.order, programs.today(rules, now), now)
        try:
            return await _take(session, run, fact, more)
        except NeedMembers as needed:
            more.update(needed.members)
            raise

    outcome = await db.run(work)
    if outcome.word == "conflict":
        FACTS.labels(SOURCE, "quarantined").inc()
        raise ActivityConflict
    FACTS.labels(SOURCE, outcome.word).inc()
    word: Any = outcome.word
    return ActivityOut(activity_id=said.activity_id, outcome=word, reason=outcome.reason)


def fact_of(program_id: UUID, said: ActivityIn, now: datetime) -> Fact:
    """The fact that an activity tells, in its normal form."""
    body = {
        "customer_id": said.customer_id,
        "kind": said.kind,
        "occurred_at": instant_text(said.occurred_at),
        "points": str(said.points),
    }
    text = normal_text(body)
    return Fact(
        event_key=computed_id(program_id, "activity", said.activity_id),
        event_id=said.activity_id,
        source=SOURCE,
        type=FactType.activity,
        occurred_at=said.occurred_at,
        received_at=now,
        content_hash=content_hash(text),
        body=body,
        text=text,
    )


async def _take(session: Session, run: Run, fact: Fact, more: Iterable[UUID]) -> Outcome:
    named = Who.of(run.program_id, "customer", fact.body["customer_id"])
    wanted = [*map(Who.existing, more), named]
    locked = await customers.lock_members(
        session, run.program_id, run.rules.counting, wanted, run.on, run.at
    )
    book = Book(run.rules, run.on, run.at)
    outcome, touches = await record_activity(session, book, fact, locked)
    for one in locked.values():
        if one.is_new:
            touches.setdefault(one.member_id, Touch()).is_new = True
    await evaluation.evaluate(session, run, touches, touches)
    return outcome
