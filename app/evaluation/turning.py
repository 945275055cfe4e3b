"""What a date brings about by itself: overrides that turn, representatives that come and go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from app.customers import service as customers
from app.customers.models import Who
from app.evaluation.membership import Also, bring, gather, settled
from app.evaluation.runs import Run
from app.evaluation.service import ask_review, check_members
from app.kit.db import Session
from app.policy.decision import Occasion
from app.policy.override import Override
from app.programs.rules import Rules
from app.standings import overrides
from app.standings.moves import Applied
from app.standings.overrides import RecordedOverride

POOLED = "current_representatives"


async def turning_dates(session: Session, rules: Rules, first: date, last: date) -> list[date]:
    """The days from `first` to `last` on which something turns, in order."""
    turning = await overrides.turning_dates(session, rules.program_id, first, last)
    if rules.pooling != POOLED:
        return turning
    others = await customers.turning_dates(session, rules.program_id, first, last)
    return sorted({*turning, *others})


async def evaluate_turning(session: Session, run: Run) -> Applied:
    """One evaluation of each member and ladder with an override that turns on `run.on`.

    Those begin on this day or ended the day before; what was in force when it was set has had
    its evaluation then. Before it orders are brought home, also in a disabled program. Raises
    Overtaken when facts keep changing members meanwhile.
    """
    await bring_home(session, run)
    if not run.rules.enabled:
        return Applied()
    turning = await overrides.turning_on(session, run.program_id, run.on)
    applied = Applied()
    for ladder, found in _by_ladder(turning).items():
        nudges = {
            one.member_id: one.judged() for one in found if one.is_nudge and one.from_on == run.on
        }
        members = sorted({one.member_id for one in found})
        applied += await evaluate_ladder(session, run, ladder, members, nudges)
    return applied


async def bring_home(session: Session, run: Run) -> None:
    """Where orders are pooled with who represents now: move those of who joins or leaves today.

    That decides nobody by itself: the next check looks at whose totals changed.
    """
    turning = await customers.turning_on(session, run.program_id, run.on)
    if run.rules.pooling != POOLED or not turning:
        return

    async def work(also: Also) -> None:
        group = await gather(session, run, [Who.existing(one) for one in turning], also)
        told = (one for said in group.known.values() for one in said)
        touched = await bring(session, group, turning, told)
        await ask_review(session, run, touched)

    await settled(session, work)


async def evaluate_ladder(
    session: Session,
    run: Run,
    ladder: str,
    members: Sequence[UUID],
    nudges: Mapping[UUID, Override],
) -> Applied:
    """Decide about one ladder of members; nothing where the ladder is no longer there."""
    only = tuple(one for one in run.rules.ladders if one.name == ladder)
    run = replace(run, occasion=Occasion.override, rules=replace(run.rules, ladders=only))
    return await check_members(session, run, members, nudges)


def _by_ladder(turning: Iterable[RecordedOverride]) -> dict[str, list[RecordedOverride]]:
    found: defaultdict[str, list[RecordedOverride]] = defaultdict(list)
    for one in turning:
        found[one.ladder].append(one)
    return found
