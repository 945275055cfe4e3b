"""Candidates, totals, decide, apply: the one path of webhooks, checks and resyncs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from app.customers import service as customers
from app.customers.models import Locked, Who
from app.evaluation import entering, repository
from app.evaluation.judging import judge
from app.evaluation.repository import Slice
from app.evaluation.runs import Run
from app.evaluation.screening import candidates_number, movers, turned
from app.kit.db import Overtaken, Session
from app.orders import service as orders
from app.orders.models import NeedMembers, Touch
from app.orders.portions import few
from app.orders.resolving import Book
from app.policy.override import Override
from app.programs.rules import Rules
from app.standings import service as standings
from app.standings.moves import Applied

AT_ONCE = 500
COUNTED_AT_ONCE, ORDERS_AT_ONCE = 500, 1_000  # members are locked while theirs are counted
ROUNDS = 20


async def evaluate(
    session: Session,
    run: Run,
    members: Iterable[UUID],
    touches: Mapping[UUID, Touch] | None = None,
    nudges: Mapping[UUID, Override] | None = None,
) -> Applied:
    """Decide about members that this transaction has locked, and write what follows."""
    judged = await judge(session, run, members, touches, nudges)
    verdicts = [one.verdict for one in judged]
    applied = await standings.apply(session, run.cause, verdicts)
    await entering.reward(session, run, verdicts, applied)
    new = {one.known.member_id for one in judged if one.known.is_new} - applied.overtaken
    if new and run.rules.enabled:
        await customers.note_decided(session, run.program_id, sorted(new))
    return applied


async def check_slice(session: Session, run: Run, part: Slice, since: date | None) -> Applied:
    """One slice of a check as of `run.on`. `since`: the last check's date; None = everybody.

    Raises Overtaken when facts keep changing members while they are decided.
    """
    await recount(session, run, part)
    if since is not None:
        wanted = await turned(session, run.rules, part, since, run.on)
    elif run.force:  # moves also whom the screen knows to be settled
        wanted = await repository.all_members(session, part)
    else:
        wanted = await movers(session, run.rules, part, run.on)
    return await check_members(session, run, wanted)


async def looked_at(session: Session, rules: Rules, part: Slice, since: date, on: date) -> int:
    """How many members a check that follows the one as of `since` has to look at."""
    return await candidates_number(session, rules, part, since, on)


async def ask_review(session: Session, run: Run, members: Iterable[UUID]) -> None:
    """Have the next check look at members that this transaction has locked."""
    ladders = [ladder.name for ladder in run.rules.ladders]
    await standings.ask_review(session, run.program_id, sorted(members), ladders, run.on)


async def check_members(
    session: Session,
    run: Run,
    members: Sequence[UUID],
    nudges: Mapping[UUID, Override] | None = None,
) -> Applied:
    """Decide about members that are not locked; who is changed meanwhile is decided again.

    Raises Overtaken when that does not end.
    """
    applied = Applied()
    for start in range(0, len(members), AT_ONCE):
        left: Iterable[UUID] = members[start : start + AT_ONCE]
        for _ in range(ROUNDS):
            done = await evaluate(session, run, left, nudges=nudges)
            applied += Applied(done.up, done.down)
            left = done.overtaken
            if not left:
                break
        else:
            raise Overtaken
    return applied


async def recount(session: Session, run: Run, part: Slice) -> None:
    """Count the orders of a slice anew where an edit has changed how they count.

    Orders may move home to members of other slices, which may be done: the next check looks at
    those.
    """
    book = Book(run.rules, run.on, run.at)
    while stale := await _stale(session, run, part, COUNTED_AT_ONCE):
        touched = await _recount(session, book, stale)
        elsewhere = (one for one in touched if not part.after < one <= part.through)
        await ask_review(session, run, elsewhere)


async def count_on(session: Session, run: Run, part: Slice) -> bool:
    """Count orders of some members anew where an edit has changed how they count.

    Those of `part` come first. Whether nobody of the program is left: only then are the totals
    of anybody what the edit makes of them, as orders move home from member to member.
    """
    for one in (part, part.everybody):
        if stale := await _stale(session, run, one, COUNTED_AT_ONCE):
            some = await few(session, run.program_id, stale, ORDERS_AT_ONCE)
            await _recount(session, Book(run.rules, run.on, run.at), some)
            return not await _stale(session, run, part.everybody, 1)
    return True


async def _stale(session: Session, run: Run, part: Slice, most: int) -> list[UUID]:
    """The next members of a slice whose orders stand as an older version counts them."""
    return await customers.counted_before(session, *part, run.rules.counting, most)


async def _recount(session: Session, book: Book, members: Sequence[UUID]) -> set[UUID]:
    """The members whose totals that has changed."""
    locked: dict[UUID, Locked] = {}
    wanted: Iterable[UUID] = members
    for _ in range(ROUNDS):
        locked |= await customers.lock_members(
            session,
            book.program_id,
            book.rules.counting,
            [Who.existing(one) for one in wanted],
            book.on,
            book.at,
        )
        try:
            async with session.begin_nested():
                return await orders.recount(session, book, members, locked)
        except NeedMembers as more:
            wanted = more.members
    raise Overtaken
