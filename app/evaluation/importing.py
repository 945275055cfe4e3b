"""Whom an import has touched: marked in the database, so that a killed import loses nobody."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from app.evaluation import repository
from app.evaluation.runs import Run
from app.kit.db import Session
from app.standings import service as standings

IMPORTED = date(1, 1, 2)  # before any other; the driver stores date.min as -infinity


async def mark(session: Session, run: Run, members: Iterable[UUID]) -> None:
    """Have the end of an import decide about members that this transaction has locked."""
    ladders = [ladder.name for ladder in run.rules.ladders]
    await standings.ask_review(session, run.program_id, sorted(members), ladders, IMPORTED)


async def marked(session: Session, program_id: UUID, after: UUID, number: int) -> list[UUID]:
    """The next members behind `after` that imports have marked, in id order."""
    return await repository.reviewed_on(session, program_id, IMPORTED, after, number)
