"""Checks in pages."""

from uuid import UUID

from app.checks import service
from app.checks.schemas import CheckOut, shown
from app.kit.db import Session
from app.kit.pages import Page, after, page
from app.kit.texts import instant, uuid


async def checks_page(
    session: Session, program_id: UUID, given: str | None, limit: int
) -> Page[CheckOut]:
    """Checks of a program, the newest first. Raises RequestInvalid for a foreign cursor."""
    name = f"checks of {program_id}"
    place = after(name, given, instant, uuid)
    before = (place[0], place[1]) if place else None
    found = await service.checks_of(session, program_id, before, limit + 1)
    items, following = page(name, found, limit, lambda one: (one.created_at.isoformat(), one.id))
    return Page(items=tuple(shown(one) for one in items), next=following)
