from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from app.access.guard import ReadsDefinition
from app.access.idempotent import Idempotent
from app.access.tags import Tagged
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import PositiveParam
from app.programs import examples
from app.programs import versions as service
from app.programs.errors import FactsRecorded, VersionNotFound
from app.programs.router.editing import Editing, edited, shows, shows_edit
from app.programs.schemas import DefinitionEdited, Diff, Preview, VersionOut, VersionWhole

router = APIRouter(prefix="/v1/versions", tags=["versions"], route_class=StrictRoute)
Number = Annotated[PositiveParam, Path(examples=[2])]
Against = Annotated[PositiveParam, Query(description="Default: the one before.", examples=[1])]


@router.get(
    "",
    responses=shows(examples.page(examples.VERSION), RequestInvalid),
)
async def versions(
    caller: ReadsDefinition,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[VersionOut]:
    """Every version that was published, the newest first."""
    return await service.versions(session, caller.program_id, after, limit)


@router.get(
    "/{number}",
    response_model=VersionWhole,
    responses=shows(examples.VERSION_WHOLE, VersionNotFound),
)
async def version(
    number: Number, caller: ReadsDefinition, tagged: Tagged, session: Snapshot
) -> Any:
    """One version with its definition."""
    return tagged(await service.version(session, caller.program_id, number))


@router.get("/{number}/diff", responses=shows(examples.DIFF, VersionNotFound))
async def diff(
    number: Number, caller: ReadsDefinition, session: Snapshot, against: Against | None = None
) -> Diff:
    """What a version changed, as JSON pointers with the values before and after."""
    return await service.diff(session, caller.program_id, number, against)


@router.post(
    "/{number}/restore",
    responses=shows_edit(examples.DEFINITION_EDITED, VersionNotFound, FactsRecorded),
    dependencies=[Idempotent],
)
async def restore(
    number: Number, edit: Editing, response: Response, session: Transaction
) -> DefinitionEdited | Preview:
    """Publish an old version again, as the next one. If-Match: the ETag of /v1/definition."""
    return edited(response, await service.restore(session, edit, number))
