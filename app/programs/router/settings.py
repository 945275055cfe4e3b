from typing import Any

from fastapi import APIRouter, Response

from app.access.guard import ReadsDefinition
from app.access.tags import Tagged
from app.kit.db import Snapshot, Transaction
from app.kit.errors import StrictRoute
from app.programs import editing, examples, service
from app.programs.errors import FactsRecorded
from app.programs.inputs import SettingsPatch
from app.programs.router.editing import Editing, edited, shows, shows_edit
from app.programs.schemas import Preview, SettingsEdited
from app.programs.specs import ProgramSettings

router = APIRouter(prefix="/v1/settings", tags=["settings"], route_class=StrictRoute)


@router.get("", response_model=ProgramSettings, responses=shows(examples.SETTINGS))
async def settings(caller: ReadsDefinition, tagged: Tagged, session: Snapshot) -> Any:
    """Everything of the definition that is not a level."""
    rules = await service.rules_of(session, caller.program_id)
    return tagged(rules.definition.settings)


@router.patch(
    "",
    responses=shows_edit(examples.SETTINGS_EDITED, FactsRecorded),
)
async def patch_settings(
    patch: SettingsPatch, edit: Editing, response: Response, session: Transaction
) -> SettingsEdited | Preview:
    """Change settings. Publishes the next version and plans one check if members are affected."""
    return edited(response, await editing.patch_settings(session, edit, patch))
