"""A check of everybody, asked for by what is no edit of the definition."""

from datetime import datetime
from uuid import UUID

from app.kit.db import Session, run, sql
from app.programs import repository

ASK_RECHECK = sql(__file__, "ask_recheck")


async def lock(session: Session, program_id: UUID) -> None:
    """Wait for the facts that are being recorded, and let none begin. Lock no member before."""
    await repository.lock_program(session, program_id)


async def ask_recheck(session: Session, program_id: UUID, at: datetime) -> None:
    """Owe one check, occasion `rules_changed`, from `at` on, for this and for edits that wait.

    A disabled program owes none: enabling it evaluates everybody. Lock no member before.
    """
    await repository.lock_program(session, program_id)
    await run(session, ASK_RECHECK, program_id=program_id, at=at)
