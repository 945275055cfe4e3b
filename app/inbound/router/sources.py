from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response

from app.access.guard import CanConfigure, Now, ReadsDefinition
from app.access.idempotent import Idempotent
from app.access.tags import IfMatch, Tagged
from app.inbound.errors import SourceExists, SourceKeyTaken, SourceNotFound
from app.inbound.schemas.sources import MADE, SourceIn, SourceOut, SourcePatch
from app.inbound.sources import service, shown
from app.inbound.sources.known import KnownSources
from app.inbound.sources.service import SourceEdit
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.etags import PreconditionFailed, PreconditionRequired
from app.kit.logs import log
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Key

router = APIRouter(prefix="/v1/sources", tags=["sources"], route_class=StrictRoute)


async def adding(request: Request, caller: CanConfigure, now: Now) -> SourceEdit:
    """An edit that adds, so there is nothing yet to match."""
    state = request.app.state
    return SourceEdit(caller.program_id, caller.author, state.seal, now, state.outgoing)


async def editing(
    edit: Annotated[SourceEdit, Depends(adding)], if_match: IfMatch = None
) -> SourceEdit:
    """An edit of a source that is there."""
    return edit._replace(if_match=if_match)


async def known_of(request: Request) -> KnownSources:
    """What this process knows of sources; the root puts it into the state."""
    known: KnownSources = request.app.state.sources
    return known


Adds = Annotated[SourceEdit, Depends(adding)]
Edits = Annotated[SourceEdit, Depends(editing)]
Known = Annotated[KnownSources, Depends(known_of)]


@router.post(
    "",
    status_code=201,
    responses=problems(SourceExists, SourceKeyTaken, RequestInvalid),
    dependencies=[Idempotent],
)
async def make_source(
    said: Annotated[SourceIn, Body(openapi_examples=MADE)],
    edit: Adds,
    session: Transaction,
    response: Response,
) -> SourceOut:
    """Connect a shop. Give `path` to its platform; the secrets are never shown again."""
    response.headers["Location"] = f"/v1/sources/{said.key}"
    made = await service.make_source(session, edit, said)
    log("source_made", source=said.key, kind=said.platform)
    return made


@router.get("", responses=problems(RequestInvalid))
async def sources(
    caller: ReadsDefinition,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[SourceOut]:
    """The program's sources by their keys."""
    return await shown.sources(session, caller.program_id, after, limit)


@router.get("/{key}", response_model=SourceOut, responses=problems(SourceNotFound))
async def source(key: Key, caller: ReadsDefinition, tagged: Tagged, session: Snapshot) -> Any:
    """One source, what was ignored and refused of its deliveries, and which secrets are in use.

    The ETag changes with those too; If-Match demands only that nobody edited it since.
    """
    found, tag = await shown.tagged_source(session, caller.program_id, key)
    return tagged(found, tag)


@router.patch(
    "/{key}",
    responses=problems(SourceNotFound, PreconditionRequired, PreconditionFailed, RequestInvalid),
)
async def patch_source(
    key: Key,
    patch: SourcePatch,
    edit: Edits,
    session: Transaction,
    known: Known,
    response: Response,
) -> SourceOut:
    """Change one source. Another status map is applied to its stored orders, then all is checked.

    To rotate a secret, send the new one and the old one, switch the platform, watch the old
    one's `last_used_at`, then send the new one alone.
    """
    changed, response.headers["ETag"] = await service.patch_source(session, edit, key, patch)
    known.forget(changed.path.rpartition("/")[2])
    return changed


@router.delete(
    "/{key}",
    status_code=204,
    responses=problems(SourceNotFound, PreconditionRequired, PreconditionFailed),
)
async def delete_source(key: Key, edit: Edits, session: Transaction, known: Known) -> None:
    """End the intake of a source: 404 from a second later on, everywhere. Its facts stay."""
    known.forget(await service.delete_source(session, edit, key))
    log("source_ended", source=key)
