"""What is counted of checks that have ended."""

from datetime import datetime

from app.kit import metrics
from app.kit.db import Session, once_committed


def count_ended(
    session: Session, occasion: str, state: str, started_at: datetime | None, at: datetime
) -> None:
    """A check has ended, once this is committed. `started_at` None: its time says nothing."""

    def tell() -> None:
        metrics.CHECKS.labels(occasion, state).inc()
        if started_at is not None:
            metrics.CHECK_SECONDS.observe(max((at - started_at).total_seconds(), 0.0))

    once_committed(session, tell)
