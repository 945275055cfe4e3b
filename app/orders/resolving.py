"""Where orders are at home and what they add there: people and rates looked up for many at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.customers import contracts
from app.customers import service as customers
from app.customers.contract_models import Contracted
from app.customers.models import Locked, Represents, Who
from app.kit.db import Session
from app.orders import repository
from app.orders.counting import Counted, Counting, count, dated
from app.orders.fold import Known
from app.orders.models import Contribution, NeedMembers
from app.programs.rules import Rules

Rates = Mapping[tuple[str, date], Decimal]


@dataclass(frozen=True, slots=True)
class Book:
    """The program that facts are recorded for; `on` is its today, `at` the instant."""

    rules: Rules
    on: date
    at: datetime

    @property
    def program_id(self) -> UUID:
        return self.rules.program_id

    @property
    def earns_points(self) -> bool:
        """Whether the ledger may hold points of orders, from these rules or from older ones."""
        return self.rules.points_per_unit > 0 or self.rules.counting > 1

    @property
    def counting(self) -> Counting:
        rules = self.rules
        return Counting(
            currency=rules.currency,
            exponent=rules.exponent,
            zone=ZoneInfo(rules.zone),
            counted_statuses=rules.counted_statuses,
            dated_by=rules.dated_by,
            amount_basis=rules.amount_basis,
            points_per_unit=rules.points_per_unit,
        )

    def customer(self, order: Mapping[str, Any] | None) -> UUID | None:
        """The customer member that an order object names."""
        return self._named(order, "customer")

    def organization(self, order: Mapping[str, Any] | None) -> UUID | None:
        """The organization member that an order object names."""
        return self._named(order, "organization")

    def contract(self, order: Mapping[str, Any] | None) -> UUID | None:
        """The contract member that an order object names, beside its organization."""
        said = order or {}
        organization, contract = said.get("organization_id"), said.get("contract_id")
        if organization is None or contract is None:
            return None
        return contracts.who(self.program_id, organization, contract).member_id

    def _named(self, order: Mapping[str, Any] | None, kind: str) -> UUID | None:
        external_id = order.get(f"{kind}_id") if order else None
        return Who.of(self.program_id, kind, external_id).member_id if external_id else None


@dataclass(frozen=True, slots=True)
class Resolver:
    """Answers for orders whose customers are locked; `merged` leads a removed one to the kept.

    `people`: whom customers represent, and to whom organizations belong.
    """

    book: Book
    counting: Counting
    people: Mapping[UUID, Sequence[Represents]]
    merged: Mapping[UUID, UUID]
    rates: Rates
    contracts: Mapping[UUID, Contracted] = field(default_factory=dict)

    def customer(self, known: Known) -> UUID | None:
        customer = self.book.customer(known.order)
        return None if customer is None else self.merged.get(customer, customer)

    def contribution(self, known: Known, home: UUID) -> tuple[Contribution, Counted]:
        """What the order adds, and where. `home`: where it stays while nobody is named."""
        owner = self._owner(known)
        counted = count(known, self.counting, self._rate, owned=owner is not None)
        counts = counted.day is not None and counted.excluded_because is None
        return Contribution(owner or home, counted.day, counted.amount, counts), counted

    def _owner(self, known: Known) -> UUID | None:
        """The organization named, else the one represented, else the customer. Semantics 3.

        Before all of them the contract named, if it holds on the day; in place of an organization
        the parent to which it belongs.
        """
        if (contract := self._contract(known)) is not None:
            return contract
        named = self.book.organization(known.order)
        owner = named or self.customer(known)
        if owner is None or not self.people.get(owner):
            return owner
        found = dated(known, self.counting)
        pooled = self.book.rules.pooling == "current_representatives"
        day = self.book.on if pooled or found is None else found.day
        for _ in range(1 if named else 2):
            owner = customers.organization_on(self.people.get(owner, ()), day) or owner
        return owner

    def roams(self, known: Known) -> str | None:
        """By whose days it is decided to whom it belongs: a kind of member, None = nobody's."""
        if self.book.contract(known.order) in self.contracts:
            return "contract"
        organization = self.book.organization(known.order)
        named = organization or self.customer(known)
        if named is None or not self.people.get(named):
            return None
        return "organization" if organization else "customer"

    def _contract(self, known: Known) -> UUID | None:
        named = self.book.contract(known.order)
        contract = self.contracts.get(named) if named else None
        if contract is None:
            return None
        found = dated(known, self.counting)
        holds = contract.holds_on(found.day if found else self.book.on)
        return contract.member_id if holds else None

    def _rate(self, currency: str, day: date) -> Decimal | None:
        return self.rates.get((currency, day))


async def resolver(
    session: Session, book: Book, knowns: Iterable[Known], locked: Mapping[UUID, Locked]
) -> Resolver:
    """Everything needed to place and count these orders.

    Raises NeedMembers when a customer of theirs is not among `locked`.
    """
    wanted = list(knowns)
    named = _named(book, wanted)
    require(named, locked)
    return await _resolver(session, book, wanted, named, kept_as(named, locked))


async def reading_resolver(session: Session, book: Book, knowns: Iterable[Known]) -> Resolver:
    """The same for a transaction that only reads, and so locks nobody."""
    wanted = list(knowns)
    named = _named(book, wanted)
    merged = await customers.merged(session, book.program_id, named)
    return await _resolver(session, book, wanted, named, merged)


async def _resolver(
    session: Session,
    book: Book,
    wanted: Sequence[Known],
    named: set[UUID],
    merged: Mapping[UUID, UUID],
) -> Resolver:
    owners = {merged.get(one, one) for one in named}
    people = await _represented(session, book, owners | _organizations(book, wanted))
    rates = await rates_of(session, book, wanted)
    named_contracts = {one for known in wanted if (one := book.contract(known.order))}
    agreed = await contracts.contracts(session, book.program_id, named_contracts)
    return Resolver(book, book.counting, people, merged, rates, agreed)


async def rates_of(session: Session, book: Book, knowns: Iterable[Known]) -> Rates:
    """(currency, day) → the rate by which some of these orders count."""
    return await repository.rates(session, book.program_id, _pairs(knowns, book.counting))


async def _represented(
    session: Session, book: Book, owners: set[UUID]
) -> dict[UUID, list[Represents]]:
    """What these represent or belong to, and to whom that belongs."""
    found = await customers.representations_of(session, book.program_id, owners)
    above = {one.organization_id for told in found.values() for one in told}
    if further := above - found.keys():
        found |= await customers.representations_of(session, book.program_id, further)
    return found


def _organizations(book: Book, wanted: Iterable[Known]) -> set[UUID]:
    return {one for known in wanted if (one := book.organization(known.order)) is not None}


def _named(book: Book, wanted: Iterable[Known]) -> set[UUID]:
    return {one for known in wanted if (one := book.customer(known.order)) is not None}


def require(members: Iterable[UUID], locked: Collection[UUID]) -> None:
    """Raises NeedMembers for those that are not locked."""
    missing = frozenset(member for member in members if member not in locked)
    if missing:
        raise NeedMembers(missing)


def kept_as(named: Iterable[UUID], locked: Mapping[UUID, Locked]) -> dict[UUID, UUID]:
    """Removed → kept, of these locked customers. Raises NeedMembers."""
    merged = {}
    for one in named:
        kept = one
        while (further := locked[kept].merged_into) is not None:
            require([further], locked)
            kept = further
        if kept != one:
            merged[one] = kept
    return merged


def _pairs(knowns: Iterable[Known], counting: Counting) -> set[tuple[str, date]]:
    pairs = set()
    for known in knowns:
        order = known.order or {}
        currency = order.get("currency", counting.currency)
        if currency == counting.currency or "rate" in order:
            continue
        if (found := dated(known, counting)) is not None:
            pairs.add((currency, found.day))
    return pairs
