from fastapi import APIRouter

from app.access.guard import CanIngest, Now
from app.inbound.activities import take_activity
from app.inbound.errors import ActivityConflict
from app.inbound.schemas.activities import ActivityIn, ActivityOut
from app.kit.db import Storage
from app.kit.errors import RequestInvalid, StrictRoute, Unavailable, Unparsable, problems

router = APIRouter(prefix="/v1/activities", tags=["facts"], route_class=StrictRoute)


@router.post("", responses=problems(ActivityConflict, RequestInvalid, Unparsable, Unavailable))
async def post_activity(said: ActivityIn, caller: CanIngest, db: Storage, now: Now) -> ActivityOut:
    """Tell that a customer has earned points otherwise than by an order.

    200 once it is committed, with the decision that follows. Its own id makes it idempotent for
    ever: told again it is a duplicate, with other content a conflict.
    """
    return await take_activity(db, caller.program_id, said, now)
