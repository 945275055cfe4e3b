from typing import Any

from fastapi import APIRouter

from app.access.guard import CanOperate, Now, ReadsOperation
from app.access.idempotent import Idempotent
from app.access.tags import Tagged
from app.checks import listing, service
from app.checks.errors import (
    CheckDue,
    CheckEnded,
    CheckNotFound,
    CheckRunning,
    DateNotCome,
    ReasonMissing,
)
from app.checks.schemas import CheckIn, CheckOut, CheckStarted, asked, shown
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Uuid

router = APIRouter(prefix="/v1/checks", tags=["checks"], route_class=StrictRoute)


@router.post(
    "",
    status_code=202,
    responses=problems(CheckRunning, CheckDue, ReasonMissing, DateNotCome),
    dependencies=[Idempotent],
)
async def start_check(
    wanted: CheckIn, caller: CanOperate, session: Transaction, now: Now
) -> CheckStarted:
    """Evaluate every member as of one date, in the background."""
    started = await service.ask(session, asked(wanted, caller), now)
    return CheckStarted(id=started.id, state=started.state)


@router.get("", responses=problems(RequestInvalid))
async def checks(
    caller: ReadsOperation,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[CheckOut]:
    """The checks of the program, the newest first."""
    return await listing.checks_page(session, caller.program_id, after, limit)


@router.get(
    "/{check_id}", response_model=CheckOut, responses=problems(CheckNotFound, RequestInvalid)
)
async def check(check_id: Uuid, caller: ReadsOperation, tagged: Tagged, session: Snapshot) -> Any:
    """One check and how far it is."""
    return tagged(shown(await service.check_of(session, caller.program_id, check_id)))


@router.post(
    "/{check_id}/cancel",
    responses=problems(CheckNotFound, CheckEnded, RequestInvalid),
    dependencies=[Idempotent],
)
async def cancel_check(
    check_id: Uuid, caller: CanOperate, session: Transaction, now: Now
) -> CheckOut:
    """End a check early. What it has moved stays moved."""
    return shown(await service.cancel(session, caller.program_id, check_id, now))
