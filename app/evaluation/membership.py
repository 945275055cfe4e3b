"""People under this transaction's locks: whom they represent, and what a change of it moves."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from app.access.caller import Caller
from app.customers import service as customers
from app.customers.errors import (
    ContractNotFound,
    CustomerMerged,
    CustomerNotFound,
    MemberRedacted,
    OrganizationNotFound,
)
from app.customers.models import Locked, Person, Represents, Who
from app.evaluation.runs import Run
from app.evaluation.service import evaluate
from app.kit.db import Session, retried
from app.kit.errors import NotFound
from app.orders import service as orders
from app.orders.models import NeedMembers, Touch
from app.orders.passing import Through, rehome_through
from app.orders.resolving import Book
from app.outbound.pushes import looks
from app.policy.decision import Occasion
from app.programs import service as programs

UNKNOWN: Mapping[str, type[NotFound]] = {
    "customer": CustomerNotFound,
    "organization": OrganizationNotFound,
    "contract": ContractNotFound,
}

Answer = TypeVar("Answer")
Also = frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Group:
    """Who is locked, and what those asked for represent or belong to."""

    run: Run
    locked: Mapping[UUID, Locked]
    known: Mapping[UUID, Sequence[Represents]]

    @property
    def book(self) -> Book:
        return Book(self.run.rules, self.run.on, self.run.at)


async def run_of(session: Session, caller: Caller, now: datetime) -> Run:
    """An evaluation as of today because of what a person said; holds the program."""
    rules = await programs.hold(session, caller.program_id)
    return Run(rules, Occasion.membership, programs.today(rules, now), now)


async def settled(session: Session, work: Callable[[Also], Awaitable[Answer]]) -> Answer:
    """`work` in this transaction, done again with the further members that it turned out to need.

    What it is given it locks together with its own, in one statement.
    """
    also: set[UUID] = set()

    async def attempt() -> Answer:
        try:
            return await work(frozenset(also))
        except NeedMembers as more:
            also.update(more.members)
            raise

    return await retried(session, attempt)


async def gather(session: Session, run: Run, wanted: Sequence[Who], also: Also) -> Group:
    """Lock everybody who is wanted and every organization that they represent or belong to.

    Orders that were counted under older rules are counted anew. Raises NeedMembers.
    """
    people = [who.member_id for who in wanted]
    before = await customers.representations_of(session, run.program_id, people)
    further = _organizations(before) | also
    locked = await customers.lock_members(
        session,
        run.program_id,
        run.rules.counting,
        [*map(Who.existing, further - {who.member_id for who in wanted}), *wanted],
        run.on,
        run.at,
    )
    known = await customers.representations_of(session, run.program_id, people)
    if missing := _organizations(known) - locked.keys():
        raise NeedMembers(frozenset(missing))
    group = Group(replace(run, occasion=Occasion.membership), locked, known)
    stale = [one.member_id for one in locked.values() if one.counting < run.rules.counting]
    await orders.recount(session, group.book, stale, locked)
    return group


async def require_present(session: Session, group: Group, wanted: Iterable[Who]) -> None:
    """Raises CustomerMerged and MemberRedacted."""
    found = [group.locked[who.member_id] for who in wanted]
    if any(one.external_id is None for one in found):
        raise MemberRedacted
    if gone := [one.member_id for one in found if one.merged_into is not None]:
        kept = await kept_as(session, group.run.program_id, gone[0])
        raise CustomerMerged(kept.external_id if kept else None)


async def require_known(session: Session, program_id: UUID, who: Who) -> None:
    """Raises CustomerNotFound and OrganizationNotFound, also for the erased."""
    found = await customers.people(session, program_id, [who.member_id])
    if who.member_id not in found or found[who.member_id].external_id is None:
        raise UNKNOWN[who.kind]


async def kept_as(session: Session, program_id: UUID, member_id: UUID) -> Person | None:
    """Who the member is after all mergers; None when it is not known."""
    while True:
        person = (await customers.people(session, program_id, [member_id])).get(member_id)
        if person is None or person.merged_into is None:
            return person
        member_id = person.merged_into


async def regroup(
    session: Session, group: Group, told: Mapping[UUID, Sequence[Represents]]
) -> set[UUID]:
    """Let members represent what they are told to, and bring their orders home.

    Answers the members that this concerns: nobody when nothing changed.
    """
    old = {one for customer in told for one in group.known[customer]}
    new = {one for rows in told.values() for one in rows}
    if not await customers.rewrite_representations(session, group.run.program_id, old, new):
        return set()
    changed = old ^ new
    moved = {one.member_id for one in changed}
    await looks.ask(session, group.run.program_id, moved)
    touched = await bring(session, group, moved, old | new)
    return touched | moved | {one.organization_id for one in changed}


async def bring(
    session: Session, group: Group, moved: Iterable[UUID], told: Iterable[Represents]
) -> set[UUID]:
    """Bring the orders of these members home, and those that organizations among them pass on.

    `told`: what they ever represent. Answers the members whose totals changed.
    """
    members = set(moved)
    touched = await orders.rehome(session, group.book, members, group.locked)
    children = sorted(one for one in members if group.locked[one].kind == "organization")
    if not children:
        return touched
    program_id = group.run.program_id
    above = {one.organization_id for one in told if one.member_id in children}
    below = await customers.representing(session, program_id, children)
    through = Through([*children, *above], children, below)
    return touched | await rehome_through(session, group.book, through, group.locked)


async def decide(session: Session, group: Group, members: Iterable[UUID]) -> None:
    """Decide these members, and once everybody who has just become known."""
    new = {one.member_id for one in group.locked.values() if one.is_new}
    touches = {member: Touch(is_new=True) for member in new}
    if wanted := new | set(members):
        await evaluate(session, group.run, wanted, touches)


def _organizations(known: Mapping[UUID, Sequence[Represents]]) -> set[UUID]:
    return {one.organization_id for rows in known.values() for one in rows}
