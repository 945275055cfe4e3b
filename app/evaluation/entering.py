"""Entry bonuses: what a level gives to who enters it. Semantics 10 and 11."""

from collections.abc import Iterable

from app.evaluation.runs import Run
from app.kit.db import Session
from app.points import service as points
from app.points.listed import Entered, Stamp
from app.policy.decision import Direction
from app.programs.rules import TIERS
from app.standings.moves import Applied, Verdict


async def reward(session: Session, run: Run, verdicts: Iterable[Verdict], applied: Applied) -> None:
    """Give those who have risen to a tier its entry bonus, unless they ever had it."""
    bonuses = run.rules.entry_bonuses
    if not bonuses or not applied.up:
        return
    entered = [
        Entered(one.member_id, level, bonuses[level], one.member_version + 1)
        for one in verdicts
        if (level := _entered(one)) in bonuses and one.member_id not in applied.overtaken
    ]
    if entered:
        await points.reward_entries(session, Stamp(run.program_id, run.on, run.at), entered)


def _entered(one: Verdict) -> str:
    rises = one.moves and one.decision.direction is Direction.up
    return one.decision.level or "" if rises and one.ladder == TIERS else ""
