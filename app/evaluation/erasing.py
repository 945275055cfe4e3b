"""Erasing in one transaction under the member's lock: sums stay, identities go. Page 6, "Erase"."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid4

from app.customers import erasing as customers
from app.customers.erasing import Nobody
from app.customers.models import Who
from app.evaluation.membership import Group
from app.kit import idempotency
from app.kit.db import Session, run, sql, unhurried
from app.kit.ids import before
from app.kit.logs import log
from app.orders import erasing as orders
from app.orders import erasing_names, searching
from app.orders.erasing import Erased
from app.orders.resolving import require
from app.outbound import erasing as outbound
from app.points import erasing as points
from app.policy.decision import Reason
from app.standings import endings
from app.standings import erasing as standings

REDACTED = "customer.redacted"
ROUTES = {"customer": "customers", "organization": "organizations"}
SLICES = sql(__file__, "erase_slices")
REPORTS = sql(__file__, "erase_reports")
FINDINGS = sql(__file__, "erase_findings")
IMPORTS = sql(__file__, "erase_imports")


async def erase(session: Session, group: Group, who: Who) -> None:
    """Take the identity of a member, and of everybody who was merged into it.

    Their totals and orders stay, of nobody; orders that count for others stay there, and name
    others. Raises NeedMembers for whoever must be locked besides.
    """
    program_id = group.run.program_id
    await unhurried(session)  # whoever has ordered for years has much to forget
    if group.locked[who.member_id].is_new:
        await _bury(session, group, [who], ())
        return
    people = [who, *await customers.merged_into(session, program_id, [who.member_id])]
    gone = Erased(program_id, people, {one.member_id: uuid4() for one in people})
    require(gone.members, group.locked)
    homes = await orders.belongings(session, gone, group.locked)
    require(homes.values(), group.locked)
    own = {key: home for key, home in homes.items() if home in gone.nobodies}
    others = {key: home for key, home in homes.items() if home not in gone.nobodies}
    for one in people:
        await _tell(session, group, one)
    await _hand_over(session, group, gone)
    await points.forget(session, program_id, gone.members)
    await erasing_names.forget_names(session, gone, others)
    await orders.anonymize(session, gone, own, group.locked)
    await _unmark(session, gone)
    await _bury(session, group, people, own)
    log("erased", kind=who.kind, count=len(homes))


async def erase_guests(session: Session, group: Group, homes: Mapping[UUID, UUID]) -> None:
    """Delete orders of guests and keep out what comes later of them. `homes`: by order key."""
    await orders.drop(session, group.run.program_id, homes)
    await _bury(session, group, (), homes)


def guests_of(program_id: UUID, order_keys: Iterable[UUID]) -> list[Who]:
    """Whom these orders are of while they name nobody."""
    return [Who.of(program_id, "guest", str(key)) for key in order_keys]


async def _tell(session: Session, group: Group, who: Who) -> None:
    cause = group.run.cause
    await endings.end(session, cause, who.member_id, Reason.redacted)
    named = {"kind": who.kind, "id": who.external_id}
    await endings.tell(session, cause, who.member_id, REDACTED, {"member": named})


async def _hand_over(session: Session, group: Group, gone: Erased) -> None:
    """Positions, changes and what was told of them go to members without an identity."""
    run_, program_id = group.run, gone.program_id
    seqs = await customers.change_seqs(session, program_id, gone.members)
    nobodies = [
        Nobody(gone.nobodies[who.member_id], who.kind, seqs[who.member_id]) for who in gone.people
    ]
    await customers.entomb(session, program_id, nobodies, run_.on, run_.at)
    await standings.forget(session, program_id, gone.nobodies)
    await outbound.forget(session, program_id, gone.nobodies)


async def _unmark(session: Session, gone: Erased) -> None:
    """What work is done by is no trace of anybody."""
    members = gone.members
    befores = {"member_ids": members, "befores": [before(one) for one in members]}
    await run(session, SLICES, program_id=gone.program_id, **befores)
    await run(session, IMPORTS, program_id=gone.program_id, **befores)
    nobodies = [gone.nobodies[one] for one in members]
    binds = {"member_ids": members, "nobodies": nobodies}
    await run(session, REPORTS, program_id=gone.program_id, **binds)


async def _bury(
    session: Session, group: Group, people: Sequence[Who], order_keys: Iterable[UUID]
) -> None:
    """Set stones for people and their orders, and take out their rows and what names them."""
    run_, program_id = group.run, group.run.program_id
    guests = guests_of(program_id, order_keys)
    members = [who.member_id for who in (*people, *guests)]
    await customers.remove(session, program_id, members)
    await customers.set_stones(session, program_id, [*people, *guests], run_.on, run_.at)
    ids = [who.external_id for who in people]
    if not ids:
        return
    binds = {"member_ids": [who.member_id for who in people], "ids": ids}
    await run(session, FINDINGS, program_id=program_id, **binds)
    await searching.empty_of(session, program_id, ids)
    routes = [f"/v1/{ROUTES[who.kind]}/{who.external_id}" for who in people if who.kind in ROUTES]
    forgotten = sorted({"/v1/preview", *routes})
    await idempotency.forget_under(session, program_id, forgotten)
