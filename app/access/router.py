from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from app.access import service
from app.access.errors import KeyNotFound, LastAdminKey, ScopeNotHeld
from app.access.gate import gate_of
from app.access.guard import CanAdminister, Now, ReadsAdministration
from app.access.idempotent import Idempotent
from app.access.schemas import JwksOut, KeyIn, KeyMade, KeyOut
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.logs import log
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=StrictRoute)
jwks = APIRouter(prefix="/.well-known", tags=["keys"], route_class=StrictRoute)
KeyId = Annotated[str, Path(pattern="^[0-9A-Za-z]{12}$", examples=["4fQ8zK1mPq0R"])]


@router.post(
    "",
    status_code=201,
    responses=problems(ScopeNotHeld, RequestInvalid),
    dependencies=[Idempotent],
)
async def make_key(asked: KeyIn, caller: CanAdminister, session: Transaction, now: Now) -> KeyMade:
    """Make an API key. Its text is shown this once; it has no scope that the caller lacks."""
    made = await service.make_key(session, caller, asked, now)
    log("key_made", key_id=made.id, request_id=caller.request_id)
    return made


@router.get("", responses=problems(RequestInvalid))
async def keys(
    caller: ReadsAdministration,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[KeyOut]:
    """The API keys of the program, without their secrets."""
    return await service.keys(session, caller.program_id, after, limit)


@router.delete("/{key_id}", status_code=204, responses=problems(KeyNotFound, LastAdminKey))
async def delete_key(
    request: Request, key_id: KeyId, caller: CanAdminister, session: Transaction, now: Now
) -> None:
    """End an API key. It is refused a second later at the latest, everywhere."""
    await service.delete_key(session, caller, key_id, now)
    gate_of(request).forget(key_id)
    log("key_ended", key_id=key_id, request_id=caller.request_id)


@jwks.get("/jwks.json", response_model=JwksOut)
async def token_keys(request: Request, response: Response, now: Now) -> Any:
    """The public keys of status tokens. Keep them, and ask again for a `kid` that is not there."""
    response.headers["Cache-Control"] = "public, no-cache"
    return {"keys": await request.app.state.token_keys.public(now)}
