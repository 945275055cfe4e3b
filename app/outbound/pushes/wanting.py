"""What shops are to say of members: the feed followed, and walks over everybody. Page 7, 14."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from app.customers import service as customers
from app.customers.models import Person
from app.kit.db import Session
from app.outbound.pushes import looks
from app.outbound.pushes.values import Goal, Lease, Standing
from app.outbound.repository import push_targets, pushes
from app.outbound.schemas import PROGRAM_TYPES
from app.outbound.targets import PLATFORMS
from app.outbound.targets.contract import Gift, Wanted
from app.policy.effective import whose
from app.policy.override import Override, limits
from app.programs import service as programs
from app.programs.rules import Rules

AT_ONCE = 500
ORGANIZATION = "organization"
CHANGED, HOLDS, HOLDS_NOTHING = 0, 1, 2  # what is pushed first


@dataclass(frozen=True, slots=True)
class Grounds:
    """From what the goals of some members follow. `chains`: member → itself, and for whom it is."""

    rules: Rules
    on: date
    chains: Mapping[UUID, Sequence[UUID]]
    standings: Mapping[UUID, Standing]
    overrides: Mapping[UUID, Sequence[Override]]

    def acting(self, ladder: str, member_id: UUID) -> UUID:
        """Whose level on the ladder counts for the member."""
        chain, found = self.chains[member_id], self.rules.ladder(ladder)
        standings = (self.standings.get(one) for one in chain)
        held = [one.level_key if one else None for one in standings]
        return chain[whose(found, held, sleeping=self.rules.sleeping)] if found else chain[-1]


async def follow(session: Session, lease: Lease, behind: int, now: datetime) -> bool:
    """Read the feed from a number on; whether there was anything. The target is locked."""
    told = await pushes.changes(session, lease.program_id, behind, AT_ONCE)
    if not told:
        return False
    published = [one for one in told if one.type in PROGRAM_TYPES]
    if published:
        key = str(published[-1].feed_seq)
        place = (lease.program_id, lease.id)
        await push_targets.owe_walk(session, *place, "published", now, key=key, rereads=False)
    members = {one.member_id for one in told} - {one.member_id for one in published}
    await want(session, lease, members, now)
    await push_targets.followed(session, lease, told[-1].feed_seq)
    return True


async def look(session: Session, lease: Lease, now: datetime) -> bool:
    """Look at members that somebody asked for; whether there were any. The target is locked."""
    members = await looks.take(session, lease, AT_ONCE)
    if members:
        await want(session, lease, members, now)
    return bool(members)


async def walk(session: Session, lease: Lease, now: datetime) -> bool:
    """Do a slice of the walk that is owed; whether there was one. The target is locked."""
    found = await push_targets.next_walk(session, lease)
    if found is None:
        return False
    members = await pushes.members(session, lease.program_id, found.after_member, AT_ONCE)
    await want(session, lease, members, now, walks=True, rereads=found.rereads)
    ended = now if len(members) < AT_ONCE else None
    await push_targets.walked(session, lease, found, members, ended)
    return True


async def want(
    session: Session,
    lease: Lease,
    members: Iterable[UUID],
    now: datetime,
    *,
    walks: bool = False,
    rereads: bool = False,
) -> None:
    """Let the shop say of these members what they hold now, and forget those that were erased.

    An organization stands for its representatives too; a walk meets them anyway.
    """
    people = await customers.people(session, lease.program_id, members)
    if not walks:
        people |= await _representatives(session, lease.program_id, people)
    gone = [one.member_id for one in people.values() if one.external_id is None]
    if gone:
        await pushes.forget(session, lease, gone)
    known = [one for one in people.values() if one.external_id is not None]
    if known:
        grounds = await _grounds(session, lease, known, now)
        goals = [_goal(lease, grounds, one, walks=walks) for one in known]
        await pushes.write(session, lease, goals, now, rereads=rereads)


async def _representatives(
    session: Session, program_id: UUID, people: Mapping[UUID, Person]
) -> dict[UUID, Person]:
    found = dict(people)
    newest = found
    while organizations := [one.member_id for one in newest.values() if one.kind == ORGANIZATION]:
        members = await customers.representing(session, program_id, organizations)
        newest = await customers.people(session, program_id, set(members) - found.keys())
        found |= newest
    return found


async def _grounds(
    session: Session, lease: Lease, people: Sequence[Person], now: datetime
) -> Grounds:
    program_id, ladder = lease.program_id, lease.ladder
    rules = await programs.rules_of(session, program_id)
    on = programs.today(rules, now)
    asked = [one.member_id for one in people if one.kind == "customer"]
    chains = await customers.chains_of(session, program_id, asked, on)
    holders = sorted({one for chain in chains.values() for one in chain})
    return Grounds(
        rules,
        on,
        chains,
        await pushes.standings(session, program_id, holders, ladder),
        await pushes.overrides(session, program_id, holders, ladder, on),
    )


def _goal(lease: Lease, grounds: Grounds, person: Person, *, walks: bool) -> Goal:
    reason = _skipped(lease, person)
    wanted = Wanted() if reason else wanted_of(lease, grounds, person.member_id)
    first = HOLDS if wanted.value else HOLDS_NOTHING
    return Goal(person.member_id, asdict(wanted), reason, first if walks else CHANGED)


def _skipped(lease: Lease, person: Person) -> str | None:
    """Why a shop is told nothing of somebody."""
    if person.kind != "customer":
        return person.kind
    if person.merged_into is not None:
        return "merged"
    if PLATFORMS[lease.platform].customer_of(person.external_id or "") is None:
        return "foreign_id"
    return None


def wanted_of(lease: Lease, grounds: Grounds, member_id: UUID) -> Wanted:
    """The level of whoever counts for the member; none while the program gives no benefits."""
    holder = grounds.acting(lease.ladder, member_id)
    standing = grounds.standings.get(holder)
    if standing is None or not grounds.rules.enabled:
        return Wanted()
    level = grounds.rules.level(lease.ladder, standing.level_key)
    if level is None or level.position is None:
        return Wanted()
    gift = Gift(level.key, level.benefits.tag, level.benefits.user_group)
    mapped = lease.mapping.get(level.key)
    value = PLATFORMS[lease.platform].value_of(lease.ladder, gift, mapped)
    until = _until(lease, grounds, holder, standing)
    return Wanted(level.key, value, until.isoformat() if until else None)


def _until(lease: Lease, grounds: Grounds, holder: UUID, standing: Standing) -> date | None:
    """The last day of the override in force, as answers say it, else the end of the grace."""
    ladder = grounds.rules.ladder(lease.ladder)
    said = grounds.overrides.get(holder)
    if ladder is None or not said:
        return standing.grace_until
    allowed = limits(ladder, said, grounds.on, ladder.position_of(standing.level_key))
    found = allowed.lowering or allowed.raising
    return found.until if found else standing.grace_until
