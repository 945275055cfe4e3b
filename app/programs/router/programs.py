from typing import Any

from fastapi import APIRouter, Request, Response

from app.access.errors import ProgramNotFound
from app.access.guard import IsRoot, Now
from app.access.idempotent import IdempotentRoot
from app.access.tags import Tagged
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Key
from app.programs import examples, managing
from app.programs.errors import ProgramExists, ProgramInUse
from app.programs.router.editing import shows
from app.programs.schemas import ProgramIn, ProgramMade, ProgramOut, ProgramPatch

router = APIRouter(prefix="/v1/programs", tags=["programs"], route_class=StrictRoute)


@router.post(
    "",
    status_code=201,
    responses=shows(examples.PROGRAM_MADE, ProgramExists, RequestInvalid, status=201),
    dependencies=[IdempotentRoot],
)
async def make_program(
    given: ProgramIn,
    known: IsRoot,
    request: Request,
    response: Response,
    session: Transaction,
    now: Now,
) -> ProgramMade:
    """Make a program, enabled, with a first API key of all scopes, shown this once."""
    response.headers["Location"] = f"/v1/programs/{given.key}"
    return await managing.make_program(
        session, given, f"key:{known.key_id}", request.state.request_id, now
    )


@router.get(
    "",
    responses=shows(examples.page(examples.PROGRAM), RequestInvalid),
)
async def programs(
    _: IsRoot,
    session: Snapshot,
    now: Now,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ProgramOut]:
    """All programs by their keys."""
    return await managing.programs(session, after, limit, now)


@router.get("/{key}", response_model=ProgramOut, responses=shows(examples.PROGRAM, ProgramNotFound))
async def program(key: Key, _: IsRoot, tagged: Tagged, session: Snapshot, now: Now) -> Any:
    """One program."""
    return tagged(await managing.program(session, key, now))


@router.patch(
    "/{key}",
    responses=shows(examples.PROGRAM, ProgramNotFound, RequestInvalid),
)
async def patch_program(
    key: Key, patch: ProgramPatch, _: IsRoot, session: Transaction, now: Now
) -> ProgramOut:
    """Name a program otherwise; everything else of it is in its definition."""
    return await managing.patch_program(session, key, patch, now)


@router.delete("/{key}", status_code=204, responses=problems(ProgramNotFound, ProgramInUse))
async def delete_program(key: Key, _: IsRoot, session: Transaction) -> None:
    """End a sandbox, or a program without facts, with everything it has."""
    await managing.delete_program(session, key)
