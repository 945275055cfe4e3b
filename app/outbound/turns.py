"""A turn at an endpoint: mark what was sent, claim what is due, in one transaction.

The lock of the endpoint's row orders turns, the relay and edits; no request is made under it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from uuid import UUID

from app.kit.db import Overtaken, Session, run
from app.kit.sealing import Seal
from app.outbound import messages
from app.outbound.outcomes import Health, fate, health
from app.outbound.parcels import Claim, Done, Due, HeldRow, Taken, Target
from app.outbound.repository import lanes as repository
from app.outbound.repository.lanes import INSERT_NOTICE, Lease
from app.outbound.schemas import DISABLED_TYPE
from app.programs import service as programs

LEASE = timedelta(seconds=30)
ROLL = SystemRandom()


@dataclass(frozen=True, slots=True)
class Turn:
    """What a process has done at an endpoint since its last turn, and how much more it takes.

    `held`: claimed and not ended yet; `renews`: their leases, which have grown old.
    """

    claim: Claim
    holder: str
    at: datetime
    done: Sequence[Done] = ()
    held: Sequence[Taken] = ()
    room: int = 0
    renews: bool = True

    @property
    def lease(self) -> Lease:
        return Lease(self.holder, self.at, self.at + LEASE)


@dataclass(frozen=True, slots=True)
class Next:
    """What a process sends until its next turn.

    `target` None: nothing more, for the endpoint is lost, disabled or slowed down.
    """

    target: Target | None = None
    due: Sequence[Due] = ()


def place_of(endpoint_id: UUID) -> str:
    """What the secrets of an endpoint are sealed for."""
    return f"endpoint {endpoint_id}"


async def take(session: Session, seal: Seal, turn: Turn) -> Next:
    """Do a turn. Doing it again, after a failed commit, is doing it once."""
    held = await repository.hold(session, turn.claim, turn.lease)
    if held is None:
        return Next()
    found = await _mark(session, turn, held) if turn.done else held.health
    if not held.is_ours or _wants_rest(found, turn.at):
        return Next()
    target = _target(seal, turn, held)
    if turn.renews and turn.held:
        await repository.renew(session, turn.claim, turn.held, turn.lease.until)
    taken = await repository.take_due(session, turn.claim, turn.lease, turn.room)
    due = await messages.due(session, turn.claim.program_id, turn.claim.id, taken)
    return Next(target, due)


async def leave(session: Session, turn: Turn) -> None:
    """A last turn: mark, give everything back, let others have the endpoint."""
    held = await repository.hold(session, turn.claim, turn.lease)
    if held is not None and turn.done:
        await _mark(session, turn, held)
    await repository.give_back(session, turn.claim, turn.held)
    await repository.release(session, turn.holder, turn.at, turn.claim.id)


async def _mark(session: Session, turn: Turn, held: HeldRow) -> Health:
    """How the endpoint fares after what was sent."""
    fates = [
        (one, fate(one.sent, one.taken.tries + 1, one.taken.most_tries, ROLL.uniform(-1, 1)))
        for one in turn.done
    ]
    numbers = await repository.mark(session, turn.claim, fates, turn.at)
    logged = [(numbers[seq], one) for one in turn.done if (seq := one.taken.feed_seq) in numbers]
    await repository.add_attempts(session, turn.claim, logged)
    ended = {
        one.taken.member_id
        for one, found in fates
        if found.state != "pending" and one.taken.feed_seq in numbers
    }
    await repository.release_next(session, turn.claim, sorted(ended), turn.at)
    found = health(held.health, [one.sent for one in turn.done])
    if found != held.health and held.enabled:
        await repository.note_health(session, turn.claim, found, turn.at)
        if found.disabled_because is not None:
            await _tell_disabled(session, turn, found.disabled_because)
    return found


def _wants_rest(found: Health, at: datetime) -> bool:
    slowed = found.slowed_until is not None and found.slowed_until > at
    return slowed or found.disabled_because is not None


async def _tell_disabled(session: Session, turn: Turn, reason: str) -> None:
    """An event of the program, for its feed and its other endpoints."""
    rules = await programs.hold(session, turn.claim.program_id)
    said = {"endpoint": {"id": str(turn.claim.id), "reason": reason}}
    told = await run(
        session,
        INSERT_NOTICE,
        program_id=rules.program_id,
        type=DISABLED_TYPE,
        version=rules.version,
        as_of=programs.today(rules, turn.at),
        at=turn.at,
        data=json.dumps(said),
    )
    if not told:
        raise Overtaken


def _target(seal: Seal, turn: Turn, held: HeldRow) -> Target:
    place = place_of(turn.claim.id)
    old = held.old_secret_until is not None and held.old_secret_until > turn.at
    sealed = [held.secret, held.old_secret] if old and held.old_secret else [held.secret]
    secrets = tuple(seal.open(one, place) for one in sealed)
    return Target(turn.claim.id, turn.claim.program_id, held.url, held.format, secrets)
