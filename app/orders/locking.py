"""Work on stored orders under the locks of everybody whom it turns out to concern."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from uuid import UUID

from app.customers import service as customers
from app.customers.models import Locked, Who
from app.kit.db import Overtaken, Session
from app.orders.models import NeedMembers
from app.orders.resolving import Book

ROUNDS = 20


async def under_locks(
    session: Session,
    book: Book,
    members: Iterable[UUID],
    work: Callable[[Mapping[UUID, Locked]], Awaitable[None]],
) -> None:
    """`work` with `members` locked, and with more of them each time it says whom else it needs.

    Raises Overtaken when that does not end.
    """
    locked: dict[UUID, Locked] = {}
    wanted = set(members)
    for _ in range(ROUNDS):
        who = [Who.existing(one) for one in wanted]
        locked |= await customers.lock_members(
            session, book.program_id, book.rules.counting, who, book.on, book.at
        )
        try:
            await work(locked)
        except NeedMembers as more:
            wanted = set(more.members)
        else:
            return
    raise Overtaken
