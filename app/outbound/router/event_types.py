from typing import Annotated

from fastapi import APIRouter, Depends

from app.access.caller import Caller, Scope
from app.access.guard import require
from app.kit.errors import StrictRoute
from app.outbound import catalog
from app.outbound.endpoint_schemas import EventTypes

router = APIRouter(prefix="/v1/event-types", tags=["events"], route_class=StrictRoute)
ReadsEvents = Annotated[Caller, Depends(require(Scope.read, Scope.admin))]


@router.get("")
async def event_types(_: ReadsEvents) -> EventTypes:
    """Every type of event, with the JSON Schema of its messages."""
    return catalog.event_types()
