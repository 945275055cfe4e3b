"""What is watched of checks, audits, facts and the server, from whichever process is asked."""

from collections import Counter
from datetime import datetime, timedelta

from app.checks.auditing import CODES
from app.kit import metrics
from app.kit.clock import Clock
from app.kit.db import Database, Session, row, rows, sql
from app.kit.loops import Repeating
from app.kit.opening import facts

AUDITS = sql(__file__, "figures/audits")
CHECKS = sql(__file__, "figures/checks")
FACTS = sql(__file__, "figures/facts")
MEMBERS = sql(__file__, "figures/members")
TRANSACTIONS = sql(__file__, "figures/transactions")

PAUSE_SECONDS = 15.0
COUNTED_EVERY = timedelta(minutes=5)  # it reads every position


class Figures(Repeating):
    """Looks every few seconds, as long as its process runs."""

    def __init__(self, db: Database, clock: Clock) -> None:
        super().__init__("checks figures", most_wait=PAUSE_SECONDS)
        self._db = db
        self._clock = clock
        self._counted_at: datetime | None = None

    async def work(self) -> bool:
        """Set the gauges to what is true now; nothing is ever left to do at once."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            await _checks(session)
            await _audits(session)
            await _facts(session, now)
            if self._counted_at is None or now - self._counted_at >= COUNTED_EVERY:
                await _members(session)
                self._counted_at = now
        await _server(self._db, self._clock)
        return False


async def _checks(session: Session) -> None:
    found = await row(session, CHECKS)
    assert found is not None
    metrics.CHECK_REMAINING.set(found.remaining)
    if found.finished_at is not None:
        metrics.CHECK_LAST_SUCCESS.set(found.finished_at.timestamp())


async def _audits(session: Session) -> None:
    found = await rows(session, AUDITS)
    violations: Counter[str] = Counter()
    for one in found:
        violations.update(one.result["violations"])
    for code in CODES:
        metrics.AUDIT_VIOLATIONS.labels(code).set(violations[code])
    total = sum(one.members_total for one in found)
    proved = sum(one.result["members_proved"] for one in found)
    metrics.AUDIT_PROVED.set(proved / total if total else 1.0)
    if found:
        oldest = min(one.finished_at for one in found)
        metrics.AUDIT_LAST_SUCCESS.set(oldest.timestamp())


async def _facts(session: Session, now: datetime) -> None:
    found = await row(session, FACTS)
    assert found is not None
    metrics.QUARANTINE_SIZE.set(found.quarantined)
    metrics.QUARANTINE_OLDEST.set(_age(found.since, now))
    metrics.UNCONVERTED_ORDERS.set(found.unconverted)


async def _members(session: Session) -> None:
    metrics.MEMBERS.clear()
    for one in await rows(session, MEMBERS):
        metrics.MEMBERS.labels(one.ladder, one.level_key).set(one.members)


async def _server(db: Database, clock: Clock) -> None:
    async with db.transaction() as session:
        found = await row(session, TRANSACTIONS)
    theirs = (await facts(db)).now
    metrics.CLOCK_OFFSET.set((theirs - clock.now()).total_seconds())
    metrics.DB_LONGEST_TRANSACTION.set(_age(found.since if found else None, theirs))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
