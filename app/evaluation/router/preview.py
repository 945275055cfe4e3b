from typing import Any

from fastapi import APIRouter

from app.access.guard import CanConfigure, Now
from app.evaluation.errors import PreviewRunning
from app.evaluation.proposing import preview_of
from app.evaluation.schemas.preview import PreviewIn, PreviewOut
from app.kit.db import Snapshot
from app.kit.errors import RequestInvalid, WideRoute, problems
from app.programs.errors import DefinitionRefused, FactsRecorded

router = APIRouter(prefix="/v1/preview", tags=["definition"], route_class=WideRoute)


@router.post(
    "",
    response_model=PreviewOut,
    responses=problems(DefinitionRefused, FactsRecorded, PreviewRunning, RequestInvalid),
)
async def preview(asked: PreviewIn, caller: CanConfigure, session: Snapshot, now: Now) -> Any:
    """What a definition would do, before it is published. Writes nothing.

    On a base that stands still its counts are those of the check that follows.
    """
    return await preview_of(session, caller, asked, now)
