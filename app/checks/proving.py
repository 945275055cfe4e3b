"""Proves members: what is stored of them follows from their facts, rules and cited values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.checks.auditing import Bench, Mismatch, mismatch
from app.checks.redeciding import follows
from app.checks.refolding import refold
from app.evaluation.judging import Judged, judge
from app.evaluation.runs import Run
from app.kit.db import Session, rows, sql
from app.policy.decision import Occasion, State
from app.programs import service as programs

LAST_MOVES = sql(__file__, "audit/last_moves")


async def bench(session: Session, program_id: UUID, at: datetime, *, settled: bool) -> Bench:
    """The rules of a program. `settled`: no edit waits for its check."""
    rules = await programs.rules_of(session, program_id)
    return Bench(rules, rules.checked_on if settled else None, at)


async def prove(
    session: Session, bench: Bench, members: Mapping[UUID, int]
) -> dict[UUID, list[Mismatch]]:
    """Member → what is wrong with it. `members`: each with the counting its orders stand under."""
    wrong: dict[UUID, list[Mismatch]] = {one: [] for one in members}
    for found in (
        await refold(session, bench, members),
        await _standings(session, bench, list(members)),
        await _last_moves(session, bench, list(members)),
    ):
        for member, one in found:
            wrong[member].append(one)
    return wrong


async def _standings(
    session: Session, bench: Bench, members: Sequence[UUID]
) -> list[tuple[UUID, Mismatch]]:
    """As of the last check nobody is to be moved but those who wait for a later one."""
    if bench.judged_on is None or not bench.rules.enabled:
        return []
    run = Run(bench.rules, Occasion.check, bench.judged_on, bench.at)
    judged = await judge(session, run, members)
    return [
        (
            one.known.member_id,
            mismatch(
                one.known.member_id,
                "standing",
                one.case.held.level,
                one.verdict.decision.level,
                one.ladder.name,
            ),
        )
        for one in judged
        if one.verdict.decision.moved and not _waits(one)
    ]


def _waits(one: Judged) -> bool:
    """Semantics 7 to 9 postpone the move, and the position says so."""
    held = one.verdict.held
    return held.standing.state is not State.held or held.review_on is not None


async def _last_moves(
    session: Session, bench: Bench, members: Sequence[UUID]
) -> list[tuple[UUID, Mismatch]]:
    """The last move follows from the values it cites, under the version it cites."""
    program_id = bench.rules.program_id
    found = await rows(session, LAST_MOVES, program_id=program_id, member_ids=members)
    cited = {one.version for one in found}
    rules_of = {one: await programs.rules_as_of(session, program_id, one) for one in cited}
    wrong = []
    for one in found:
        rules = rules_of[one.version]
        ladder = rules.ladder(one.ladder)
        if ladder is not None and not follows(rules, ladder, one):
            wrong.append(
                (
                    one.member_id,
                    mismatch(one.member_id, "last_move", one.to_level, None, one.ladder),
                )
            )
    return wrong
