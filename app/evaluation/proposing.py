"""A definition that somebody thinks of: made of what was sent, and previewed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.access.caller import Caller
from app.evaluation.preview import preview
from app.evaluation.schemas.preview import PreviewIn
from app.kit.db import Session
from app.programs.checking import by_position, misplaced
from app.programs.definition import Definition
from app.programs.edit import Edit
from app.programs.errors import DefinitionRefused
from app.programs.publishing import preview_definition
from app.programs.schemas import Preview

NAMES = {"tiers": "tiers", "stages": "loyalty_stages"}


async def preview_of(session: Session, caller: Caller, asked: PreviewIn, now: datetime) -> Preview:
    """What publishing what is asked would do.

    Raises DefinitionRefused, FactsRecorded and PreviewRunning.
    """

    async def on_that_day(
        session: Session,
        program_id: UUID,
        definition: Definition,
        as_of: date | None,
        now: datetime,
    ) -> dict[str, Any]:
        return await preview(session, program_id, definition, asked.as_of or as_of, now)

    edit = Edit(
        program_id=caller.program_id,
        author=caller.author,
        request_id=caller.request_id,
        now=now,
        if_match=None,
        preview=on_that_day,
        dry_run=True,
    )
    said = asked.model_dump(mode="json", exclude={"as_of"})
    return await preview_definition(session, edit, lambda current: _changed(current, said))


def _changed(current: Definition, said: Mapping[str, Any]) -> Definition:
    """The definition that is asked for. Raises DefinitionRefused for misplaced levels."""
    raw = said.get("definition")
    if raw is None:
        whole = current.with_settings(said.get("settings", {})).model_dump(mode="json")
        raw = whole | {name: said[part] for part, name in NAMES.items() if part in said}
    placed = by_position(raw)
    if found := misplaced(placed):
        raise DefinitionRefused(found)
    return Definition.of(placed)
