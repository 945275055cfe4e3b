"""The API of a source's shop: set, changed, shown, forgotten."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.inbound.fetching.apis import place
from app.inbound.fetching.models import Poll, SourceApi
from app.inbound.platforms import LISTING, PLATFORMS
from app.inbound.repository import apis as repository
from app.inbound.repository.apis import Owed
from app.inbound.schemas.credentials import ApiIn, ApiOut, ApiPatch, ReconciledOut
from app.inbound.sources.sealed import Sealing
from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.kit.outgoing import Outgoing, UrlRefused
from app.kit.schemas import MISSING

FIRST_WINDOW = timedelta(days=1)
NO_API = Fault("/api", "no_api", "This platform's API is not asked.")
NO_LIST = Fault("/api/reconcile_every_minutes", "no_list", "This platform does not list changes.")
NEVER_ASKED = Fault(
    "/api/reconcile_since", "never_asked", "Nobody is asked without reconcile_every_minutes."
)
URL_NEEDED = Fault("/api/url", "url_missing", "The API has no URL yet.")
CREDENTIALS_NEEDED = Fault(
    "/api/credentials", "credential_missing", "Another URL, or the first, needs its credentials."
)


async def set_api(
    session: Session, sealing: Sealing, outgoing: Outgoing, platform: str, said: ApiIn | ApiPatch
) -> None:
    """Ask the shop so from now on; what waits to be fetched is tried at once.

    Raises RequestInvalid with every fault.
    """
    held = await _held(session, sealing)
    _require_fit(platform, said, held, outgoing)
    whose = {"program_id": sealing.program_id, "source_id": sealing.source_id}
    every = _kept(said.reconcile_every_minutes, held.every_minutes if held else None)
    api = {
        **whose,
        "url": _kept(said.url, held.url if held else ""),
        "sealed": _sealed(sealing, said, held),
        "every_minutes": every,
        "pause_ms": PLATFORMS[platform].PAUSE // timedelta(milliseconds=1),
        "at": sealing.now,
    }
    await repository.set_api(session, api)
    if held is not None:
        session.expunge(held)
    await repository.hurry_fetches(session, sealing.program_id, sealing.source_id, sealing.now)
    if every is not None:
        since = _since(said)
        first = since or sealing.now - FIRST_WINDOW
        await repository.start_poll(session, whose, first, sealing.now, again=since is not None)


async def drop_api(session: Session, program_id: UUID, source_id: UUID) -> None:
    """Forget how the shop is asked; what waits to be fetched waits on."""
    await repository.drop_api(session, program_id, source_id)


async def forget_api(session: Session, program_id: UUID, source_id: UUID) -> None:
    """Forget the API and all that was to be asked of it."""
    await repository.drop_api(session, program_id, source_id)
    await repository.drop_work(session, program_id, source_id)


async def apis_shown(
    session: Session, program_id: UUID, sources: Iterable[UUID]
) -> dict[UUID, ApiOut]:
    """By source, those that have one."""
    ids = list(sources)
    polls = {one.source_id: one for one in await repository.polls_of(session, program_id, ids)}
    owed = {one.source_id: one for one in await repository.fetches_of(session, program_id, ids)}
    return {
        one.source_id: _shown(one, polls.get(one.source_id), owed.get(one.source_id))
        for one in await repository.apis_of(session, program_id, ids)
    }


async def _held(session: Session, sealing: Sealing) -> SourceApi | None:
    found = await repository.apis_of(session, sealing.program_id, [sealing.source_id])
    return found[0] if found else None


def _require_fit(
    platform: str, said: ApiIn | ApiPatch, held: SourceApi | None, outgoing: Outgoing
) -> None:
    if platform not in PLATFORMS:
        raise RequestInvalid([NO_API])
    faults = [*_url_faults(said, held, outgoing), *_credential_faults(platform, said)]
    asks_list = said.reconcile_every_minutes not in (MISSING, None)
    if asks_list and platform not in LISTING:
        faults.append(NO_LIST)
    if _since(said) and not _kept(said.reconcile_every_minutes, held and held.every_minutes):
        faults.append(NEVER_ASKED)
    if faults:
        raise RequestInvalid(faults)


def _url_faults(
    said: ApiIn | ApiPatch, held: SourceApi | None, outgoing: Outgoing
) -> Iterable[Fault]:
    """Credentials go only where they were given for."""
    if said.url is MISSING:
        if held is None:
            yield URL_NEEDED
    else:
        try:
            outgoing.check_url(said.url)
        except UrlRefused as refused:
            yield Fault("/api/url", refused.code, refused.detail)
    moves = held is None or (said.url is not MISSING and said.url != held.url)
    if moves and said.credentials is MISSING:
        yield CREDENTIALS_NEEDED


def _credential_faults(platform: str, said: ApiIn | ApiPatch) -> Iterable[Fault]:
    if said.credentials is MISSING:
        return
    wanted = PLATFORMS[platform].CREDENTIALS
    for name in wanted:
        if name not in said.credentials:
            yield Fault(f"/api/credentials/{name}", "credential_missing", "This platform needs it.")
    if not said.credentials.keys() <= set(wanted):
        only = f"This platform has no other than {', '.join(wanted)}."
        yield Fault("/api/credentials", "credential_unknown", only)


def _sealed(sealing: Sealing, said: ApiIn | ApiPatch, held: SourceApi | None) -> bytes:
    if said.credentials is MISSING:
        assert held is not None
        return held.sealed
    credentials: Mapping[str, Any] = said.credentials
    return sealing.seal.seal(json.dumps(credentials), place(sealing.source_id))


def _since(said: ApiIn | ApiPatch) -> datetime | None:
    return None if said.reconcile_since is MISSING else said.reconcile_since


def _kept(given: Any, held: Any) -> Any:
    return held if given is MISSING else given


def _shown(api: SourceApi, poll: Poll | None, owed: Owed | None) -> ApiOut:
    return ApiOut(
        url=api.url,
        set_at=api.set_at,
        answered_at=api.answered_at,
        failed_at=api.failed_at,
        error=api.error,
        to_fetch=owed.orders if owed else 0,
        oldest_at=owed.oldest_at if owed else None,
        reconcile_every_minutes=api.every_minutes,
        reconciled=_progress(poll) if poll else None,
    )


def _progress(poll: Poll) -> ReconciledOut:
    return ReconciledOut(
        since=poll.since_at,
        until=poll.until_at,
        orders=poll.orders,
        finished_at=poll.finished_at,
        next_at=poll.due_at,
    )
