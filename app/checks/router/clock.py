from fastapi import APIRouter, Request

from app.access.guard import CanOperate, ReadsOperation
from app.checks import clock
from app.checks.errors import ClockBackwards, ClockTooFar, NotASandbox
from app.checks.schemas import ClockIn, ClockOut
from app.kit.clock import clock_of
from app.kit.db import Snapshot, database
from app.kit.errors import RequestInvalid, StrictRoute, problems

router = APIRouter(prefix="/v1/clock", tags=["clock"], route_class=StrictRoute)


@router.get("", responses=problems(NotASandbox))
async def read_clock(caller: ReadsOperation, session: Snapshot) -> ClockOut:
    """The date that a sandbox program takes for today."""
    return ClockOut(today=await clock.today(session, caller.program_id))


@router.put("", responses=problems(NotASandbox, ClockBackwards, ClockTooFar, RequestInvalid))
async def move_clock(request: Request, wanted: ClockIn, caller: CanOperate) -> ClockOut:
    """Let a sandbox program's days pass, each with its overrides and its check, in order."""
    db, instants = database(request), clock_of(request)
    return ClockOut(today=await clock.move(db, instants, caller.program_id, wanted.today))
