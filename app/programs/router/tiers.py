from typing import Any

from fastapi import APIRouter, Response

from app.access.guard import ReadsDefinition
from app.access.idempotent import Idempotent
from app.access.tags import Tagged
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Key
from app.programs import editing, examples, reading
from app.programs.errors import TierExists, TierNotFound
from app.programs.inputs import LevelOrder, TierIn, TierPatch
from app.programs.levels import TIER
from app.programs.router.editing import Adding, Editing, edited, shows, shows_adding, shows_edit
from app.programs.schemas import OrderEdited, Preview, TierEdited
from app.programs.specs import Tier

router = APIRouter(prefix="/v1/tiers", tags=["tiers"], route_class=StrictRoute)


@router.get("", responses=shows(examples.page(examples.GOLD), RequestInvalid))
async def tiers(
    caller: ReadsDefinition,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[Tier]:
    """The tiers, lowest first."""
    return await reading.tiers(session, caller.program_id, after, limit)


@router.post(
    "",
    status_code=201,
    responses=shows_adding(examples.GOLD_EDITED, TierExists),
    dependencies=[Idempotent],
)
async def add_tier(
    given: TierIn, edit: Adding, response: Response, session: Transaction
) -> TierEdited | Preview:
    """Add a tier. Publishes the next version and plans one check of every member."""
    response.headers["Location"] = f"/v1/tiers/{given.key}"
    return edited(response, await editing.add_level(session, edit, TIER, given))


@router.get("/order", response_model=LevelOrder, responses=shows(examples.TIER_ORDER))
async def tier_order(caller: ReadsDefinition, tagged: Tagged, session: Snapshot) -> Any:
    """The keys of all tiers, lowest first."""
    return tagged(await reading.order(session, caller.program_id, None))


@router.put(
    "/order",
    responses=shows_edit(examples.TIER_ORDER_EDITED),
)
async def order_tiers(
    given: LevelOrder, edit: Editing, response: Response, session: Transaction
) -> OrderEdited | Preview:
    """Put the tiers into another order. If-Match takes the ETag of GET /v1/tiers/order."""
    return edited(response, await editing.order_levels(session, edit, None, given))


@router.get("/{key}", response_model=Tier, responses=shows(examples.GOLD, TierNotFound))
async def tier(key: Key, caller: ReadsDefinition, tagged: Tagged, session: Snapshot) -> Any:
    """One tier."""
    return tagged(await reading.level(session, caller.program_id, TIER, key))


@router.patch(
    "/{key}",
    responses=shows_edit(examples.GOLD_EDITED, TierNotFound),
)
async def patch_tier(
    key: Key, patch: TierPatch, edit: Editing, response: Response, session: Transaction
) -> TierEdited | Preview:
    """Change one tier. Publishes the next version and plans one check if members are affected."""
    return edited(response, await editing.patch_level(session, edit, TIER, key, patch))


@router.delete(
    "/{key}",
    responses=shows_edit(examples.GOLD_EDITED, TierNotFound),
)
async def delete_tier(key: Key, edit: Editing, session: Transaction) -> TierEdited | Preview:
    """Remove one tier; who holds it moves at the check that follows. Answers what it was."""
    return await editing.delete_level(session, edit, TIER, key)
