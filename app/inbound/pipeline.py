"""From facts to committed decisions: one transaction, whatever entry they came by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.customers import service as customers
from app.customers.errors import MemberRedacted
from app.customers.models import Locked, Who
from app.evaluation import importing, people
from app.evaluation import service as evaluation
from app.evaluation.runs import Run
from app.inbound.reading import order_key
from app.kit.db import Database, Overtaken, Session
from app.orders import inbox
from app.orders import service as orders
from app.orders.facts import Fact, FactType, key_of
from app.orders.models import NeedMembers, Outcome, Touch
from app.orders.resolving import Book
from app.orders.stepping import Recorded
from app.policy.decision import Occasion
from app.programs import service as programs
from app.standings.moves import Applied

MOST_HINTS = 100_000


class Crowded(Exception):
    """Two events touched one member: they must not share a transaction."""


@dataclass(slots=True)
class Pipeline:
    """Takes facts in.

    `homes`: where orders of customers and organizations lately went, so that their locks are taken
    at the first try.
    """

    db: Database
    homes: dict[UUID, UUID] = field(default_factory=dict)

    async def take(
        self, program_id: UUID, facts: Sequence[Fact], now: datetime, *, together: bool
    ) -> list[Outcome]:
        """Record facts of orders and decide about the members they touched; outcomes in order.

        `together`: they came in one request, and each member is decided once. Otherwise each
        is judged alone: raises Crowded when two of them touched one member.
        """
        more: set[UUID] = set()

        async def work(session: Session) -> list[Outcome]:
            run = await _run(session, program_id, now, Occasion.order)
            try:
                outcomes, touches = await self._record(session, run, facts, more)
            except NeedMembers as needed:
                more.update(needed.members)
                raise
            if not together and any(len(one.order_keys) > 1 for one in touches.values()):
                raise Crowded
            await evaluation.evaluate(session, run, touches, touches)
            return outcomes

        return await self.db.run(work)

    async def take_import(
        self, program_id: UUID, facts: Sequence[Fact], now: datetime
    ) -> tuple[list[Outcome], set[UUID]]:
        """Record facts of orders without deciding; outcomes in order, and who is touched.

        Whoever is touched is marked for the import's end, or the next check, whichever comes.
        """
        more: set[UUID] = set()

        async def work(session: Session) -> tuple[list[Outcome], set[UUID]]:
            run = await _run(session, program_id, now, Occasion.import_)
            try:
                outcomes, touches = await self._record(session, run, facts, more)
            except NeedMembers as needed:
                more.update(needed.members)
                raise
            await importing.mark(session, run, touches)
            return outcomes, set(touches)

        return await self.db.run(work)

    async def decide_import(
        self, program_id: UUID, members: Iterable[UUID], now: datetime
    ) -> Applied:
        """The one check of an import's members, occasion `import`."""
        touched = sorted(members)

        async def work(session: Session) -> Applied:
            run = await _run(session, program_id, now, Occasion.import_)
            return await evaluation.check_members(session, run, touched)

        return await self.db.run(work)

    async def take_person(self, program_id: UUID, fact: Fact, now: datetime) -> Outcome:
        """Record what happened to a customer: merged, linked, redacted."""

        async def work(session: Session) -> Outcome:
            run = await _run(session, program_id, now, Occasion.membership)
            book = Book(run.rules, run.on, run.at)
            homes = {fact.event_key: fact.event_key}
            [verdict] = await inbox.verdicts(session, book, [fact], homes, {})
            outcome = verdict or await _person(session, run, fact)
            await inbox.file(session, book, [fact], [outcome], homes)
            return outcome

        return await self.db.run(work)

    async def _record(
        self, session: Session, run: Run, facts: Sequence[Fact], more: Iterable[UUID]
    ) -> tuple[list[Outcome], dict[UUID, Touch]]:
        book = Book(run.rules, run.on, run.at)
        later = [fact for fact in facts if fact.type is not FactType.snapshot]
        pinned = await orders.pins(session, book, later)
        proposed, named = self._propose(book, facts, pinned)
        wanted = [*(Who.existing(one) for one in (*pinned.values(), *more)), *named]
        locked = await self._lock(session, run, wanted)
        if await orders.pins(session, book, later) != pinned:
            raise Overtaken  # an order has moved before its home was locked
        gone = inbox.erased_of(locked)
        live = [
            fact
            for fact in facts
            if not inbox.is_of_erased(book, fact, proposed.get(key_of(fact)), gone)
        ]
        kept = proposed if len(live) == len(facts) else self._propose(book, live, pinned)[0]
        pinned |= await orders.pin(session, book, kept)
        pinned = {**proposed, **pinned}
        recorded = await orders.record(session, book, facts, pinned, locked)
        self._remember(book, facts, recorded)
        return recorded.outcomes, _touches(recorded.touches, locked)

    async def _lock(self, session: Session, run: Run, wanted: list[Who]) -> dict[UUID, Locked]:
        try:
            return await customers.lock_members(
                session, run.rules.program_id, run.rules.counting, wanted, run.on, run.at
            )
        except Overtaken:
            self.homes.clear()  # one of them was erased
            raise

    def _propose(
        self, book: Book, facts: Sequence[Fact], pinned: Mapping[UUID, UUID]
    ) -> tuple[dict[UUID, UUID], list[Who]]:
        """Order key → the home it gets if it has none, and everybody who is named."""
        proposed: dict[UUID, UUID] = {}
        wanted: list[Who] = []
        for fact in facts:
            key, people_named = key_of(fact), _named(book, fact)
            wanted += people_named
            if key in pinned:
                continue
            owner = people_named[-1] if people_named else _guest(book, key)
            wanted.append(owner)
            known_as = book.contract(fact.body) if people_named else None
            home = self.homes.get(known_as or owner.member_id, owner.member_id)
            if home != owner.member_id:
                wanted.append(Who.existing(home))
            proposed.setdefault(key, home)
        return proposed, wanted

    def _remember(self, book: Book, facts: Sequence[Fact], recorded: Recorded) -> None:
        if len(self.homes) > MOST_HINTS:
            self.homes.clear()
        for fact in facts:
            end = recorded.ends.get(key_of(fact))
            if end is None or fact.type is not FactType.snapshot:
                continue
            owner = book.organization(fact.body) or book.customer(fact.body)
            known_as = book.contract(fact.body) or owner
            if known_as is not None and (home := end[0].home) != owner:
                self.homes[known_as] = home
            elif known_as is not None:
                self.homes.pop(known_as, None)


async def _person(session: Session, run: Run, fact: Fact) -> Outcome:
    said = fact.body
    try:
        match fact.type:
            case FactType.merged:
                await people.merge(session, run, said["kept_id"], said["removed_id"])
            case FactType.linked:
                begins = date.fromisoformat(said["from"]) if "from" in said else None
                await people.link(session, run, said["id"], said.get("organization_id"), begins)
            case _:
                if "id" in said:
                    await people.redact(session, run, said["id"])
                ids = said.get("order_ids", ())
                keys = {order_key(run.program_id, fact.source, one) for one in ids}
                await people.redact_orders(session, run, sorted(keys))
    except MemberRedacted:
        return Outcome("quarantined", "customer_redacted")
    return Outcome("accepted")


async def _run(session: Session, program_id: UUID, now: datetime, occasion: Occasion) -> Run:
    rules = await programs.hold(session, program_id)
    return Run(rules, occasion, programs.today(rules, now), now)


def _named(book: Book, fact: Fact) -> list[Who]:
    """The customer, then the organization that a snapshot names."""
    if fact.type is not FactType.snapshot:
        return []
    return [
        Who.of(book.program_id, kind, fact.body[f"{kind}_id"])
        for kind in ("customer", "organization")
        if f"{kind}_id" in fact.body
    ]


def _guest(book: Book, order_key: UUID) -> Who:
    return Who.of(book.program_id, "guest", str(order_key))


def _touches(touched: Mapping[UUID, Touch], locked: Mapping[UUID, Locked]) -> dict[UUID, Touch]:
    """Who is to be decided: whose totals changed, and who has just become known."""
    found = dict(touched)
    for one in locked.values():
        if one.is_new and one.kind != "guest":
            found.setdefault(one.member_id, Touch()).is_new = True
    return found
