"""Orders in memory: the product's fold, counting and resolving, without a database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from app.customers.models import Represents, Who
from app.customers.service import organization_on
from app.inbound.reading import fact_of
from app.inbound.schemas.events import OrderEventIn
from app.kit.clock import local_date
from app.orders.counting import Counted
from app.orders.facts import Fact, FactType, key_of
from app.orders.fold import Known
from app.orders.models import Contribution, Outcome, Touch
from app.orders.resolving import Book, Resolver
from app.orders.stepping import Recorded, advance, compare, steps_of
from app.policy.days import DayTotal

PROGRAM = UUID(int=1)
AT = datetime(2026, 1, 1, tzinfo=UTC)
EVENT: TypeAdapter[Any] = TypeAdapter(OrderEventIn)
KINDS = ("customer", "organization")

Days = dict[date, DayTotal]


class Activity(NamedTuple):
    customer: UUID
    day: date
    points: int


def who(kind: str, name: str) -> Who:
    return Who.of(PROGRAM, kind, name)


def read(event: dict[str, Any]) -> Fact:
    """The fact of an event as it is sent."""
    return fact_of(PROGRAM, EVENT.validate_python(event), AT)


def named(fact: Fact) -> list[Who]:
    """The customer, then the organization that a snapshot names."""
    if fact.type is not FactType.snapshot:
        return []
    return [who(kind, fact.body[f"{kind}_id"]) for kind in KINDS if f"{kind}_id" in fact.body]


@dataclass
class Ledger:
    """What is known of orders and of who they belong to; `people`: newest recorded first."""

    known: dict[UUID, Known] = field(default_factory=dict)
    adds: dict[UUID, Contribution] = field(default_factory=dict)
    counted: dict[UUID, Counted] = field(default_factory=dict)
    filed: dict[UUID, bytes] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    rates: dict[tuple[str, date], Decimal] = field(default_factory=dict)
    merged: dict[UUID, UUID] = field(default_factory=dict)
    people: dict[UUID, list[Represents]] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)

    def verdict(self, fact: Fact) -> Outcome | None:
        """What is known of a fact before it is looked into; None = it is new."""
        known = self.filed.get(fact.event_key)
        if known is not None:
            same = known == fact.content_hash
            return Outcome("duplicate") if same else Outcome("conflict", "event_conflict")
        self.filed[fact.event_key] = fact.content_hash
        if any(self.kept(one.member_id) in self.erased for one in named(fact)):
            return Outcome("quarantined", "customer_redacted")
        return None

    def record(self, book: Book, facts: Sequence[Fact]) -> Recorded:
        """Tell the facts in their order; what they did to whom."""
        found, recorded = self.resolver(book), Recorded([])
        verdicts = [self.verdict(fact) for fact in facts]
        steps = steps_of(facts, verdicts, self.known)
        pinned = {key_of(fact): self.home(fact) for fact in facts}
        for number, verdict in enumerate(verdicts):
            done = verdict or advance(steps[number], pinned, self.adds, found, recorded)
            recorded.outcomes.append(done)
        self.known |= {key_of(step.fact): step.known for step in steps.values()}
        for key, (adds, counted) in recorded.ends.items():
            self.adds[key], self.counted[key] = adds, counted
        return recorded

    def home(self, fact: Fact) -> UUID:
        """Where an order is before its people are looked at."""
        key = key_of(fact)
        if key in self.adds:
            return self.adds[key].home
        owners = named(fact) or [who("guest", str(key))]
        return owners[-1].member_id

    def settle(self, book: Book) -> dict[UUID, Touch]:
        """Place and count every order anew; what that did, by member."""
        found, recorded = self.resolver(book), Recorded([])
        for key, known in self.known.items():
            was = self.adds[key]
            self.adds[key], self.counted[key] = found.contribution(known, was.home)
            compare(was, self.adds[key], key, recorded)
        return recorded.touches

    def resolver(self, book: Book) -> Resolver:
        return Resolver(book, book.counting, self.people, self.merged, self.rates)

    def kept(self, customer: UUID) -> UUID:
        """Who the customer is after all mergers."""
        while customer in self.merged:
            customer = self.merged[customer]
        return customer

    def merge(self, removed: UUID, kept: UUID) -> None:
        self.merged[removed] = kept
        self.merged = {one: self.kept(one) for one in self.merged}

    def act(self, book: Book, told: dict[str, Any]) -> UUID:
        """Note the points of an activity, once; the member that they belong to."""
        day = local_date(datetime.fromisoformat(told["occurred_at"]), book.rules.zone)
        customer = who("customer", told["customer_id"]).member_id
        made = Activity(customer, day, told["points"])
        return self.actor(book, self.activities.setdefault(told["activity_id"], made))

    def actor(self, book: Book, one: Activity) -> UUID:
        customer = self.kept(one.customer)
        day = one.day if book.rules.pooling == "dated" else book.on
        return organization_on(self.people.get(customer, ()), day) or customer

    def let_stand(self, book: Book, erased: UUID) -> None:
        """What an organization has of the points of somebody who is erased is its own."""
        for name, one in self.activities.items():
            if self.kept(one.customer) == erased:
                self.activities[name] = one._replace(customer=self.actor(book, one))

    def totals(self, book: Book) -> dict[UUID, Days]:
        """Member → day → what counts on it."""
        found: defaultdict[UUID, Days] = defaultdict(dict)
        for member, more in self.parts(book):
            was = found[member].get(more.day, DayTotal(more.day))
            largest = max(was.largest, more.largest)
            points = was.points + more.points
            sums = (was.spend + more.spend, was.orders + more.orders)
            found[member][more.day] = DayTotal(more.day, *sums, largest, points)
        return found

    def parts(self, book: Book) -> Iterator[tuple[UUID, DayTotal]]:
        """What each order and each activity adds to a day of its member."""
        for key, one in self.adds.items():
            if one.counts and one.day is not None:
                points = self.counted[key].points
                yield one.home, DayTotal(one.day, one.amount, 1, one.amount, points)
        for activity in self.activities.values():
            if activity.points:
                yield self.actor(book, activity), DayTotal(activity.day, points=activity.points)
