"""The service with a fault: `python -m tests.proof.faulty <word>… -- <arguments of tiers>`.

- `die:<point>:<n>` kills the process when it passes a point for the nth time, `stop:<point>:<n>`
  stops it there until SIGCONT; it then prints what became of its work.
- `clock:<seconds>` lets its clock go wrong, `lease:<seconds>` shortens the lease of slices.
- `hurry:<times>` shortens the time-outs of connections.
- `haste:<times>` makes deliveries so much more impatient, with leases of seconds.
- `defect:<name>` is a planted defect, which a campaign has to report.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from functools import partial

from sqlalchemy import text

from app import main
from app.checks import repository, slices
from app.cli import commands
from app.evaluation import service as evaluation
from app.inbound.coalescer import Coalescer
from app.inbound.pipeline import Pipeline
from app.kit import fitness, pages
from app.kit.clock import SystemClock
from app.kit.protocol import TimedProtocol
from app.orders import inbox, searching
from app.orders.models import Outcome
from app.outbound import delivering, lane, outcomes, relay, sending, turns
from app.outbound.sending import Webhooks

POINTS = {
    "filed": (inbox, "file", "after"),  # the inbox is written
    "decided": (evaluation, "evaluate", "after"),  # all is written, nothing is committed
    "committed": (Pipeline, "take", "after"),  # and nobody is answered
    "claimed": (slices, "work", "before"),  # a slice is claimed, nothing is done
    "sent": (Webhooks, "__call__", "after"),  # a delivery is answered and nothing is marked
    "evaluated": (slices, "_evaluate_range", "after"),  # a slice is done and not yet ended
}
FINISH_ANYHOW = text(
    "UPDATE check_slices SET state = 'done', lease_until = NULL, members_done = :members"
    " WHERE check_id = :check_id AND slice = :slice"
)


def at(point, number, act):
    """Let `act` happen when the point is passed for the nth time."""
    owner, name, when = POINTS[point]
    inner, left = getattr(owner, name), [int(number)]

    def count():
        left[0] -= 1
        if left[0] == 0:
            act()

    async def passed(*given, **named):
        if when == "before":
            count()
        found = await inner(*given, **named)
        if when == "after":
            count()
        return found

    setattr(owner, name, passed)


def die(point, number):
    at(point, number, lambda: os.kill(os.getpid(), signal.SIGKILL))


def stop(point, number):
    """Stop; when woken, say whether the slice's work got as far as its commit."""
    stopped = []

    def rest():
        stopped.append(point)
        os.kill(os.getpid(), signal.SIGSTOP)

    at(point, number, rest)
    inner = slices.work

    async def worked(session, claimed):
        outcome = "finished"
        try:
            await inner(session, claimed)
        except Exception as error:
            outcome = type(error).__name__
            raise
        finally:
            if stopped:
                stopped.clear()
                sys.stderr.write(f"woken: {outcome}\n")

    slices.work = worked


def clock(seconds):
    true = SystemClock.now
    SystemClock.now = lambda self: true(self) + timedelta(seconds=float(seconds))
    fitness.CLOCK_MAY_DIFFER = 3600.0


def lease(seconds):
    slices.LEASE = timedelta(seconds=float(seconds))


def hurry(times):
    shorter = float(times)
    TimedProtocol.idle_seconds /= shorter
    TimedProtocol.header_seconds /= shorter
    main.Limits = partial(main.Limits, body_seconds=main.Limits().body_seconds / shorter)


def haste(times):
    """Pauses, Retry-After and slowdowns that much shorter; half a second for an answer."""
    shorter = float(times)
    outcomes.PAUSES = tuple(one / shorter for one in outcomes.PAUSES)
    outcomes.FIRST_SLOWDOWN /= shorter
    asked = sending.asked_wait
    sending.asked_wait = lambda headers, at: asked(headers, at) / shorter
    Webhooks.__init__.__defaults__ = (0.5,)
    turns.LEASE = delivering.LEASE = lane.LEASE = relay.LEASE = timedelta(seconds=3)
    lane.RENEW = 1.0


def answer_first():
    """Senders are answered before anything is committed."""
    inner = Coalescer._work  # noqa: SLF001 - that is the defect

    async def work(self, batch):
        for one in batch:
            one.settle(Outcome("accepted"))
        await asyncio.sleep(0.3)
        await inner(self, batch)

    Coalescer._work = work  # noqa: SLF001 - likewise


def finish_anyhow():
    """A slice is ended by whoever comes, with or without a claim."""

    async def finish(session, claimed, members, _):
        connection = await session.connection()
        binds = {"check_id": claimed.check_id, "slice": claimed.range.slice, "members": members}
        return bool((await connection.execute(FINISH_ANYHOW, binds)).rowcount)

    repository.finish_slice = finish


def deliver_anyhow():
    """What a receiver refuses counts as delivered."""
    turns.fate = lambda *_: outcomes.Fate("delivered", None)


def wait_for_ever():
    """Headers may take as long as they like."""
    TimedProtocol.header_seconds = 3_600.0


def search_nothing():
    """What lies in quarantine is not searched for whoever is erased."""

    async def empty_of(*_):
        """Do nothing."""

    searching.empty_of = empty_of


def trust_cursors():
    """A cursor that nobody gave is not expected."""
    given = {}
    pages._content = lambda _, cursor: given[cursor]  # noqa: SLF001 - that is the defect


def forget_program():
    """The list of checks is everybody's."""
    known = "c.program_id = CAST(:program_id AS uuid)"
    anyone = "CAST(:program_id AS uuid) IS NOT NULL"
    repository.CHECKS_OF = text(repository.CHECKS_OF.text.replace(known, anyone))


def set_all_aside():
    """One poisonous fact takes everything that shared its transaction into quarantine."""

    async def apart(self, batch, error):
        for one in batch:
            await self._set_aside(one, error)

    Coalescer._apart = apart  # noqa: SLF001 - that is the defect


DEFECTS = {
    "trust_cursors": trust_cursors,
    "set_all_aside": set_all_aside,
    "forget_program": forget_program,
    "search_nothing": search_nothing,
    "wait_for_ever": wait_for_ever,
    "answer_first": answer_first,
    "finish_anyhow": finish_anyhow,
    "deliver_anyhow": deliver_anyhow,
}
WORDS = {
    "hurry": hurry,
    "die": die,
    "stop": stop,
    "clock": clock,
    "lease": lease,
    "haste": haste,
    "defect": lambda name: DEFECTS[name](),
}

if __name__ == "__main__":
    border = sys.argv.index("--")
    for word in sys.argv[1:border]:
        kind, *rest = word.split(":")
        WORDS[kind](*rest)
    sys.argv = ["tiers", *sys.argv[border + 1 :]]
    commands(sys.argv[1])()
