"""Orders, one or page by page: what is stored, and how it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.access.caller import Caller
from app.customers import service as customers
from app.customers.errors import ContractNotFound, CustomerNotFound, OrganizationNotFound
from app.customers.models import Who
from app.kit import pages
from app.kit.db import Session
from app.kit.errors import NotFound
from app.kit.ids import computed_id
from app.kit.pages import Page
from app.kit.texts import uuid
from app.orders import repository, stored
from app.orders.errors import OrderNotFound
from app.orders.schemas import HomeOut, OrderOut, OrderWhole, StateOut
from app.orders.stored import NO_DAY, StoredOrder
from app.policy.money import to_major
from app.programs import service as programs
from app.programs.rules import Rules

NEWEST = (NO_DAY, UUID(int=2**128 - 1))
FIRST = UUID(int=0)
STAMPS = ("placed_at", "paid_at", "closed_at", "cancelled_at")
UNKNOWN: Mapping[str, type[NotFound]] = {
    "customer": CustomerNotFound,
    "organization": OrganizationNotFound,
    "contract": ContractNotFound,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Orders that a customer placed, that count for an organization, that count at all.

    None: any. `place`: the cursor and how many. `home`: a member that they count for.
    """

    customer_id: str | None
    organization_id: str | None
    counted: bool | None
    place: tuple[str | None, int]
    home: UUID | None = None

    def whose(self, program_id: UUID) -> tuple[UUID | None, UUID | None]:
        """The members' ids."""
        return (
            _member(program_id, "customer", self.customer_id),
            self.home or _member(program_id, "organization", self.organization_id),
        )


async def order(session: Session, caller: Caller, source: str, order_id: str) -> OrderWhole:
    """One order of a source. Raises OrderNotFound."""
    key = computed_id(caller.program_id, "order", source, order_id)
    homes = await repository.pins(session, caller.program_id, [key])
    found = homes and await stored.stored(session, caller.program_id, homes[key], key)
    if not found:
        raise OrderNotFound
    rules = await programs.rules_of(session, caller.program_id)
    states = (
        StateOut(status=one.status, raw_status=one.raw, occurred_at=one.occurred_at)
        for one in found.known.states
    )
    whole = dict(told(rules, found))
    return OrderWhole(**whole, snapshot=found.known.order, states=tuple(states))


async def orders(session: Session, caller: Caller, wanted: Wanted) -> Page[OrderOut]:
    """A page of orders: of one member the newest first, of everybody by customer.

    Raises RequestInvalid for a foreign cursor.
    """
    rules = await programs.rules_of(session, caller.program_id)
    whose = wanted.whose(caller.program_id)
    cursor, limit = wanted.place
    if whose == (None, None):
        return await _everybodys(session, rules, wanted)
    name = f"orders of {whose} {wanted.counted}"
    key = pages.after(name, cursor, date.fromisoformat, uuid)
    before = (key[0], key[1]) if key else NEWEST
    found = await stored.placed_or_held(
        session, caller.program_id, whose, wanted.counted, before, limit + 1
    )
    items, following = pages.page(name, found, limit, lambda one: (_day(one), one.order_key))
    return Page(items=tuple(told(rules, one) for one in items), next=following)


async def orders_of(session: Session, caller: Caller, who: Who, wanted: Wanted) -> Page[OrderOut]:
    """The orders of one member. Raises CustomerNotFound and OrganizationNotFound."""
    known = (await customers.people(session, caller.program_id, [who.member_id])).get(who.member_id)
    if known is None or known.external_id is None:
        raise UNKNOWN[who.kind]
    return await orders(session, caller, wanted)


def told(rules: Rules, one: StoredOrder) -> OrderOut:
    """An order as it is shown."""
    said = one.known.order or {}
    at_home = one.kind != "guest" and one.external_id is not None
    return OrderOut(
        id=one.order_id,
        source=one.source,
        number=said.get("number"),
        status=one.known.status,
        raw_status=one.known.raw_status,
        customer_id=said.get("customer_id"),
        organization_id=said.get("organization_id"),
        contract_id=said.get("contract_id"),
        counts_for=HomeOut(kind=one.kind, id=one.external_id or "") if at_home else None,
        currency=one.currency,
        total=said.get("total"),
        **{name: said.get(name) for name in STAMPS},
        refunded=f"{one.known.refunded:f}",
        over_refunded=one.over_refunded,
        rate_from=one.rate_from,
        counted=one.counts,
        counted_on=one.counted_on,
        counted_amount=to_major(one.counted_amount, rules.exponent),
        excluded_because=one.excluded_because,
        date_substituted=one.date_substituted,
        basis_substituted=one.basis_substituted,
    )


async def _everybodys(session: Session, rules: Rules, wanted: Wanted) -> Page[OrderOut]:
    cursor, limit = wanted.place
    name = f"orders in {rules.program_id} {wanted.counted}"
    key: tuple[Any, ...] = pages.after(name, cursor, _uuid_or_none, uuid)
    after = (key[0], key[1]) if key else (FIRST, FIRST)
    found = await stored.by_customer(session, rules.program_id, wanted.counted, after, limit + 1)
    items, following = pages.page(name, found, limit, lambda one: (one.customer_id, one.order_key))
    return Page(items=tuple(told(rules, one) for one in items), next=following)


def _member(program_id: UUID, kind: str, external_id: str | None) -> UUID | None:
    return None if external_id is None else Who.of(program_id, kind, external_id).member_id


def _day(one: StoredOrder) -> date:
    return one.counted_on or NO_DAY


def _uuid_or_none(value: Any) -> UUID | None:
    return None if value is None else uuid(value)
