from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from app.access.caller import Caller, Scope
from app.access.errors import ScopeMissing
from app.access.guard import Now, require
from app.access.idempotent import IdempotencyKey, Idempotent, claim_upload
from app.access.tags import Tagged
from app.inbound.errors import (
    FileMissing,
    ImportEnded,
    ImportNotFound,
    SourceNotFound,
    TooManyImports,
)
from app.inbound.imports import found as imports_found
from app.inbound.imports import service
from app.inbound.schemas.imports import (
    DifferenceOut,
    ImportAsked,
    ImportOut,
    ImportStarted,
    RefusedLine,
)
from app.kit.db import Snapshot, Storage, Transaction
from app.kit.downloads import TYPES, Downloads, Table, downloads_of
from app.kit.errors import (
    BodyTooLarge,
    Conflict,
    RequestInvalid,
    StrictRoute,
    Unavailable,
    problems,
)
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Uuid

router = APIRouter(prefix="/v1/imports", tags=["imports"], route_class=StrictRoute)

ASKS = (Scope.ingest, Scope.configure, Scope.operate)
CanImport = Annotated[Caller, Depends(require(*ASKS))]
SeesImports = Annotated[Caller, Depends(require(Scope.read, *ASKS))]
ImportId = Annotated[Uuid, Path(examples=["5b2f7c1e-9a3d-4e0f-8b61-2c7d9e4f1a05"])]
Asked = Annotated[ImportAsked, Query()]
Sending = Annotated[Downloads, Depends(downloads_of)]
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself, up to 100 MiB; NDJSON and CSV also compressed by gzip.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in (
                "application/x-ndjson",
                "text/csv",
                TYPES["xlsx"],
                "application/octet-stream",
            )
        },
    }
}
CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A table; cells that would be formulas begin with an apostrophe.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.post(
    "",
    status_code=202,
    responses=problems(
        SourceNotFound,
        FileMissing,
        RequestInvalid,
        ScopeMissing,
        BodyTooLarge,
        Conflict,
        TooManyImports,
    ),
    openapi_extra=FILE,
)
async def start_import(
    request: Request,
    asked: Asked,
    caller: CanImport,
    db: Storage,
    session: Transaction,
    now: Now,
    key: IdempotencyKey = None,
) -> ImportStarted:
    """Send a file; it is taken in in the background. Sending it twice changes nothing.

    Orders need the scope `ingest`, people `configure`, overrides, tiers and points `operate`.
    `tiers` compares what an old system says with what is held here, and tells why they differ.
    """
    content_type = request.headers.get("content-type", "")
    new = await db.run(lambda own: service.planned(own, caller, asked, content_type, now))
    try:
        uploaded = await service.receive(db, caller, new, request.stream())
        if key is not None:
            said = asked.model_dump_json().encode() + uploaded.digest
            await claim_upload(request, session, caller, key, said, now)
        return await service.start(session, caller, uploaded)
    except Exception:
        await service.forget(db, caller, new.id)
        raise


@router.get("", responses=problems(RequestInvalid))
async def imports(
    caller: SeesImports,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ImportOut]:
    """The imports, the newest first; without `read`, those that the key might make."""
    return await service.imports(session, caller, after, limit)


@router.get(
    "/{import_id}", response_model=ImportOut, responses=problems(ImportNotFound, RequestInvalid)
)
async def read_import(
    import_id: ImportId, caller: SeesImports, tagged: Tagged, session: Snapshot
) -> Any:
    """One import, how far it is, and what became of its lines."""
    return tagged(await service.import_of(session, caller, import_id))


@router.post(
    "/{import_id}/cancel",
    responses=problems(ImportNotFound, ImportEnded, ScopeMissing, RequestInvalid),
    dependencies=[Idempotent],
)
async def cancel_import(
    import_id: ImportId, caller: CanImport, session: Transaction, now: Now
) -> ImportOut:
    """Read no further line. What is recorded stays, and who is touched is decided about."""
    return await service.cancel(session, caller, import_id, now)


@router.get("/{import_id}/errors", responses=problems(ImportNotFound, RequestInvalid))
async def refused_lines(
    import_id: ImportId,
    caller: SeesImports,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[RefusedLine]:
    """The lines that were not taken: where, and why."""
    return await imports_found.refused(session, caller, import_id, after, limit)


@router.get("/{import_id}/differences", responses=problems(ImportNotFound, RequestInvalid))
async def differences(
    import_id: ImportId,
    caller: SeesImports,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[DifferenceOut]:
    """Where an old system puts members on other levels than we do, and why."""
    return await imports_found.differences(session, caller, import_id, after, limit)


@router.get(
    "/{import_id}/errors.csv",
    response_class=Response,
    responses={**problems(ImportNotFound, RequestInvalid, Unavailable), **CSV},
)
async def refused_lines_as_table(
    import_id: ImportId, caller: SeesImports, session: Snapshot, sending: Sending
) -> Response:
    """All lines that were not taken, as a table."""
    await service.status_of(session, caller, import_id)
    names = tuple(RefusedLine.model_fields)
    table = Table("errors", names, lambda own: imports_found.all_refused(own, caller, import_id))
    return await sending.send(table, "csv")


@router.get(
    "/{import_id}/differences.csv",
    response_class=Response,
    responses={**problems(ImportNotFound, RequestInvalid, Unavailable), **CSV},
)
async def differences_as_table(
    import_id: ImportId, caller: SeesImports, session: Snapshot, sending: Sending
) -> Response:
    """All differences, as a table."""
    await service.status_of(session, caller, import_id)
    names = tuple(DifferenceOut.model_fields)
    table = Table(
        "differences", names, lambda own: imports_found.all_differences(own, caller, import_id)
    )
    return await sending.send(table, "csv")
