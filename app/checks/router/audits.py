from fastapi import APIRouter

from app.access.guard import CanRead
from app.checks import audit
from app.checks.errors import AuditNotFound
from app.checks.schemas import AuditOut, audit_out
from app.kit.db import Snapshot
from app.kit.errors import StrictRoute, problems

router = APIRouter(prefix="/v1/audits", tags=["checks"], route_class=StrictRoute)


@router.get("/latest", responses=problems(AuditNotFound))
async def latest_audit(caller: CanRead, session: Snapshot) -> AuditOut:
    """How many members were proved anew, and what was found wrong."""
    return audit_out(await audit.latest(session, caller.program_id))
