"""Who represents which organization on which days. Semantics 3 and 16."""

from datetime import datetime
from typing import NamedTuple

from app.access.caller import Caller
from app.customers import representing
from app.customers.errors import RepresentativeNotFound
from app.customers.models import Represents, Who
from app.customers.representing import Pair, Term
from app.evaluation.membership import (
    Also,
    decide,
    gather,
    regroup,
    require_present,
    run_of,
    settled,
)
from app.evaluation.registering import Put
from app.evaluation.schemas.people import RepresentativeIn, RepresentativeOut
from app.kit.db import Session


class Names(NamedTuple):
    """A representative, by the ids that the merchant knows."""

    organization_id: str
    customer_id: str


async def put(
    session: Session, caller: Caller, names: Names, said: RepresentativeIn, now: datetime
) -> Put[RepresentativeOut]:
    """Let a customer represent an organization, or change the days on which it does.

    Raises CustomerMerged, MemberRedacted, and RequestInvalid for days that end before they begin.
    """
    wanted = _people(caller, names)
    pair = Pair(wanted[1].member_id, wanted[0].member_id)

    async def work(also: Also) -> Put[RepresentativeOut]:
        group = await gather(session, await run_of(session, caller, now), wanted, also)
        await require_present(session, group, wanted)
        known = group.known[pair.customer]
        recorded = representing.recorded_now(known, now)
        told = representing.told(known, pair, group.run.on, _term(said), recorded)
        await decide(session, group, await regroup(session, group, {pair.customer: told}))
        return Put(_out(names, told[-1]), is_new=len(told) > len(known))

    return await settled(session, work)


async def end(session: Session, caller: Caller, names: Names, now: datetime) -> None:
    """The customer represents the organization through today and not again.

    Raises RepresentativeNotFound.
    """
    wanted = _people(caller, names)
    pair = Pair(wanted[1].member_id, wanted[0].member_id)

    async def work(also: Also) -> None:
        group = await gather(session, await run_of(session, caller, now), wanted, also)
        known = group.known[pair.customer]
        own = [one for one in known if one.organization_id == pair.organization]
        if all(one.until_on is not None and one.until_on < group.run.on for one in own):
            raise RepresentativeNotFound
        told = representing.parted(known, pair.organization, group.run.on)
        await decide(session, group, await regroup(session, group, {pair.customer: told}))

    await settled(session, work)


def _people(caller: Caller, names: Names) -> tuple[Who, Who]:
    return (
        Who.of(caller.program_id, "organization", names.organization_id),
        Who.of(caller.program_id, "customer", names.customer_id),
    )


def _term(said: RepresentativeIn) -> Term:
    asked = said.model_dump()
    until = asked.get("until_on")
    return Term(asked.get("from_on"), until, open_ended="until_on" in asked and until is None)


def _out(names: Names, days: Represents) -> RepresentativeOut:
    return RepresentativeOut(
        organization_id=names.organization_id,
        customer_id=names.customer_id,
        from_on=days.from_on,
        until_on=days.until_on,
    )
