from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.access.guard import ReadsDefinition
from app.access.idempotent import Idempotent
from app.access.tags import Tagged
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Key
from app.programs import editing, examples, reading
from app.programs.defaults import DEFAULT_TRACK
from app.programs.errors import StageExists, StageNotFound, TrackNotFound
from app.programs.inputs import LevelOrder, StageIn, StagePatch
from app.programs.levels import STAGE
from app.programs.router.editing import Adding, Editing, edited, shows, shows_adding, shows_edit
from app.programs.schemas import OrderEdited, Preview, StageEdited
from app.programs.specs import Stage

router = APIRouter(prefix="/v1/loyalty-stages", tags=["loyalty-stages"], route_class=StrictRoute)
Track = Annotated[Key, Query(description="The name of a stage ladder.", examples=["default"])]


@router.get("", responses=shows(examples.page(examples.STAGE_1), RequestInvalid))
async def stages(
    caller: ReadsDefinition,
    session: Snapshot,
    track: Track | None = None,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[Stage]:
    """The stages of one track or of all, lowest first."""
    return await reading.stages(session, caller.program_id, track, after, limit)


@router.post(
    "",
    status_code=201,
    responses=shows_adding(examples.STAGE_1_EDITED, StageExists),
    dependencies=[Idempotent],
)
async def add_stage(
    given: StageIn,
    edit: Adding,
    response: Response,
    session: Transaction,
    track: Track | None = None,
) -> StageEdited | Preview:
    """Add a stage to the track named in the body, else in the query, else to `default`."""
    response.headers["Location"] = f"/v1/loyalty-stages/{given.key}"
    return edited(response, await editing.add_stage(session, edit, given, track))


@router.get(
    "/order", response_model=LevelOrder, responses=shows(examples.STAGE_ORDER, TrackNotFound)
)
async def stage_order(
    caller: ReadsDefinition,
    tagged: Tagged,
    session: Snapshot,
    track: Track = DEFAULT_TRACK,
) -> Any:
    """The keys of all stages of a track, lowest first."""
    return tagged(await reading.order(session, caller.program_id, track))


@router.put(
    "/order",
    responses=shows_edit(examples.STAGE_ORDER_EDITED, TrackNotFound),
)
async def order_stages(
    given: LevelOrder,
    edit: Editing,
    response: Response,
    session: Transaction,
    track: Track = DEFAULT_TRACK,
) -> OrderEdited | Preview:
    """Put the stages of a track into another order. If-Match: the ETag of the order before."""
    return edited(response, await editing.order_levels(session, edit, track, given))


@router.get("/{key}", response_model=Stage, responses=shows(examples.STAGE_1, StageNotFound))
async def stage(key: Key, caller: ReadsDefinition, tagged: Tagged, session: Snapshot) -> Any:
    """One stage."""
    return tagged(await reading.level(session, caller.program_id, STAGE, key))


@router.patch(
    "/{key}",
    responses=shows_edit(examples.STAGE_1_EDITED, StageNotFound),
)
async def patch_stage(
    key: Key, patch: StagePatch, edit: Editing, response: Response, session: Transaction
) -> StageEdited | Preview:
    """Change one stage. Publishes the next version and plans one check if members are affected."""
    return edited(response, await editing.patch_level(session, edit, STAGE, key, patch))


@router.delete(
    "/{key}",
    responses=shows_edit(examples.STAGE_1_EDITED, StageNotFound),
)
async def delete_stage(key: Key, edit: Editing, session: Transaction) -> StageEdited | Preview:
    """Remove one stage; who holds it moves at the check that follows. Answers what it was."""
    return await editing.delete_level(session, edit, STAGE, key)
