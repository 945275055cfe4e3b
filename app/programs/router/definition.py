from typing import Any

from fastapi import APIRouter, Response

from app.access.guard import ReadsDefinition
from app.access.tags import Tagged
from app.kit.db import Snapshot, Transaction
from app.kit.errors import WideRoute
from app.programs import editing, examples, service
from app.programs.definition import Definition
from app.programs.errors import FactsRecorded
from app.programs.inputs import DefinitionIn
from app.programs.router.editing import Editing, edited, shows, shows_edit
from app.programs.schemas import DefinitionEdited, Preview

router = APIRouter(prefix="/v1/definition", tags=["definition"], route_class=WideRoute)


@router.get("", response_model=Definition, responses=shows(examples.DEFINITION))
async def definition(caller: ReadsDefinition, tagged: Tagged, session: Snapshot) -> Any:
    """Everything that is configured, as PUT takes it."""
    rules = await service.rules_of(session, caller.program_id)
    return tagged(rules.definition)


@router.put(
    "",
    responses=shows_edit(examples.DEFINITION_EDITED, FactsRecorded),
)
async def put_definition(
    given: DefinitionIn, edit: Editing, response: Response, session: Transaction
) -> DefinitionEdited | Preview:
    """Replace the whole definition. Publishes the next version, or nothing if it is the same."""
    return edited(response, await editing.put_definition(session, edit, given))
