"""`existing: keep`: whom an edit alone would lower keeps what it holds by a floor. Semantics 9."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from app.checks import repository
from app.customers import service as customers
from app.customers.models import Who
from app.evaluation.judging import Judged, judge
from app.evaluation.runs import Run, Slice
from app.evaluation.service import recount
from app.kit.db import Session
from app.policy.decision import Direction, Occasion
from app.policy.override import OverrideMode
from app.programs import service as programs
from app.programs.rules import Rules
from app.standings import overrides
from app.standings.overrides import RecordedOverride

AT_ONCE = 2_000

Place = tuple[UUID, str]


async def keep(session: Session, run: Run, before: int, part: Slice) -> None:
    """Give a floor to every member of `part` that the edits since version `before` would lower.

    Judged as of `run.on`, with minimum stay and grace left aside; before and after the orders
    are counted by the new rules. A level that is gone cannot be kept.
    """
    old = await programs.rules_as_of(session, run.program_id, before)
    holders = await repository.holders(session, part)
    fallen_before = await _falling(session, replace(run, rules=old), holders)
    await recount(session, run, part)
    fallen = await _falling(session, run, holders)
    kept = fallen.keys() - fallen_before.keys()
    if kept:
        await _give_floors(session, run, before + 1, {one: fallen[one] for one in kept})


async def _falling(session: Session, run: Run, members: Sequence[UUID]) -> dict[Place, str]:
    """(member, ladder) → the level held, of those that a check would lower now."""
    judging = replace(run, rules=_without_delays(run.rules), occasion=Occasion.check, force=False)
    found: dict[Place, str] = {}
    for start in range(0, len(members), AT_ONCE):
        for one in await judge(session, judging, members[start : start + AT_ONCE]):
            level = one.case.held.level
            if level is not None and _falls(one):
                found[one.known.member_id, one.ladder.name] = level
    return found


def _falls(one: Judged) -> bool:
    level_remains = one.ladder.position_of(one.case.held.level) is not None
    return level_remains and one.verdict.decision.direction is Direction.down


def _without_delays(rules: Rules) -> Rules:
    ladders = (replace(one, min_stay_days=0, grace_days=0, active=True) for one in rules.ladders)
    return replace(rules, ladders=tuple(ladders))


async def _give_floors(session: Session, run: Run, version: int, kept: dict[Place, str]) -> None:
    """Write the floors in the publisher's name, and see once more that they are wanted."""
    members = sorted({member for member, _ in kept})
    locked = await customers.lock_members(
        session,
        run.program_id,
        run.rules.counting,
        [Who.existing(one) for one in members],
        run.on,
        run.at,
    )
    still = await _falling(session, run, members)
    author, request_id = await repository.publisher(session, run.program_id, version)
    floors = [
        RecordedOverride(
            member_id=member,
            id=uuid4(),
            ladder=ladder,
            mode=OverrideMode.floor,
            level_key=still[member, ladder],
            reason=f"kept at publish of version {version}",
            author=author,
            request_id=request_id,
            from_on=run.on,
            until_on=None,
            recorded=locked[member].version,
            set_on=run.on,
            created_at=run.at,
        )
        for member, ladder in sorted(kept.keys() & still.keys())
    ]
    await overrides.add(session, run.program_id, floors, run.at)
