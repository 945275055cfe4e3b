"""The end of answers that were kept to be given again."""

from datetime import datetime

from app.kit import idempotency
from app.kit.db import Session


class AnswerJob:
    """Forgets stored answers that no repetition may ask for any more."""

    async def claim(self, session: Session, now: datetime) -> int | None:
        return await idempotency.forget_old(session, now) or None

    async def work(self, session: Session, unit: int) -> None:
        """Claiming was all."""

    async def fail(self, session: Session, unit: int, now: datetime) -> None:
        pass
