from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from app.access.guard import CanAdminister, Now
from app.evaluation import exporting
from app.kit.db import Snapshot
from app.kit.downloads import TYPES, Downloads, Table, TableForm, downloads_of
from app.kit.errors import RequestInvalid, StrictRoute, Unavailable, problems
from app.programs import service as programs
from app.standings import exporting as standings

router = APIRouter(prefix="/v1/exports", tags=["exports"], route_class=StrictRoute)

Sending = Annotated[Downloads, Depends(downloads_of)]
Form = Annotated[
    TableForm,
    Query(
        alias="format",
        description="CSV keeps formulas away with an apostrophe; XLSX has text cells.",
    ),
]
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The table, as it is at one instant, row by row.",
        "content": {
            kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in TYPES.values()
        },
    }
}


@router.get(
    "/customers",
    response_class=Response,
    responses={**problems(RequestInvalid, Unavailable), **FILES},
)
async def export_customers(
    caller: CanAdminister, session: Snapshot, sending: Sending, now: Now, form: Form = "csv"
) -> Response:
    """Every customer and organization: its tier and stages, since when, and the benefits."""
    rules = await programs.rules_of(session, caller.program_id)
    on = programs.today(rules, now)
    table = Table("customers", exporting.COLUMNS, lambda own: exporting.customers(own, rules, on))
    return await sending.send(table, form)


@router.get(
    "/changes",
    response_class=Response,
    responses={**problems(RequestInvalid, Unavailable), **FILES},
)
async def export_changes(caller: CanAdminister, sending: Sending, form: Form = "csv") -> Response:
    """Every move and notice, the oldest first."""
    program_id = caller.program_id
    table = Table("changes", standings.COLUMNS, lambda own: standings.changes(own, program_id))
    return await sending.send(table, form)
