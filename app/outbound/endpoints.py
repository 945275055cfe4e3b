"""Endpoints as people make and change them. Page 7, section 14."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.kit import pages
from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.kit.etags import etag, require_match
from app.kit.outgoing import Outgoing, UrlRefused
from app.kit.sealing import Seal
from app.outbound.endpoint_schemas import EndpointIn, EndpointMade, EndpointOut, EndpointPatch
from app.outbound.errors import EndpointNotFound, TooManyEndpoints
from app.outbound.reading import EndpointRow
from app.outbound.repository import endpoints as repository
from app.outbound.signing import new_secret
from app.outbound.turns import place_of

MOST = 50
FIRST = UUID(int=0)


async def make(
    session: Session, program_id: UUID, asked: EndpointIn, seal: Seal, now: datetime
) -> EndpointMade:
    """Make an endpoint, which hears of what comes from now on. Raises TooManyEndpoints.

    The URL was checked before.
    """
    since = await repository.end_of_feed(session, program_id)
    if await repository.count(session, program_id) >= MOST:
        raise TooManyEndpoints
    id_, secret = uuid4(), new_secret()
    sealed = seal.seal(secret, place_of(id_))
    values = {**_told(asked), "id": id_, "secret": sealed, "since": since, "at": now}
    await repository.insert(session, program_id, values)
    return EndpointMade(**dict(await endpoint(session, program_id, id_)), secret=secret)


def check_url(outgoing: Outgoing, url: str) -> None:
    """Raises RequestInvalid for a URL that may never be called, whatever its address."""
    try:
        outgoing.check_url(url)
    except UrlRefused as refused:
        raise RequestInvalid([Fault("/url", refused.code, refused.detail)]) from None


async def endpoints(
    session: Session, program_id: UUID, after: str | None, limit: int
) -> pages.Page[EndpointOut]:
    """The endpoints of a program in the order of their ids."""
    name = f"endpoints {program_id}"
    (last,) = pages.after(name, after, UUID) or (FIRST,)
    found = await repository.endpoints_after(session, program_id, last, limit + 1)
    shown, following = pages.page(name, found, limit, lambda one: (one.id,))
    return pages.Page(items=tuple(map(_shown, shown)), next=following)


async def endpoint(session: Session, program_id: UUID, endpoint_id: UUID) -> EndpointOut:
    """One endpoint. Raises EndpointNotFound."""
    found = await repository.endpoint(session, program_id, endpoint_id)
    if found is None:
        raise EndpointNotFound
    return _shown(found)


async def locked(session: Session, program_id: UUID, endpoint_id: UUID) -> EndpointRow:
    """One endpoint, for this transaction alone. Raises EndpointNotFound."""
    found = await repository.lock(session, program_id, endpoint_id)
    if found is None:
        raise EndpointNotFound
    return found


async def patch(
    session: Session,
    asked: tuple[UUID, UUID],
    given: EndpointPatch,
    if_match: str | None,
    now: datetime,
) -> EndpointOut:
    """Change an endpoint, `asked` by program and id. What it begins to hear of, it hears from now.

    Raises EndpointNotFound, PreconditionRequired and PreconditionFailed.
    """
    end = await repository.end_of_feed(session, asked[0])
    before = await locked(session, *asked)
    require_match(if_match, etag(_shown(before)))
    after = replace(before, **given.model_dump())
    hears_anew = after.enabled and (after.events, True) != (before.events, before.enabled)
    values = {**_told(after), "enabled": after.enabled, "since": end if hears_anew else None}
    await repository.update(session, *asked, {**values, "at": now})
    return await endpoint(session, *asked)


async def delete(
    session: Session, asked: tuple[UUID, UUID], if_match: str | None, now: datetime
) -> None:
    """End an endpoint. Raises EndpointNotFound, PreconditionRequired and PreconditionFailed."""
    before = await locked(session, *asked)
    require_match(if_match, etag(_shown(before)))
    await repository.delete(session, *asked, now)


async def rotate(
    session: Session, asked: tuple[UUID, UUID], grace_hours: int, seal: Seal, now: datetime
) -> EndpointMade:
    """Give an endpoint a new secret; the one before signs beside it for some hours.

    Raises EndpointNotFound.
    """
    await locked(session, *asked)
    secret = new_secret()
    until = now + timedelta(hours=grace_hours) if grace_hours else None
    await repository.rotate(session, *asked, seal.seal(secret, place_of(asked[1])), until)
    return EndpointMade(**dict(await endpoint(session, *asked)), secret=secret)


def _told(said: EndpointIn | EndpointRow) -> dict[str, object]:
    return {
        "url": said.url,
        "events": list(dict.fromkeys(said.events)),
        "description": said.description,
        "format": said.format,
    }


def _shown(found: EndpointRow) -> EndpointOut:
    return EndpointOut.model_validate(
        {
            "id": found.id,
            **_told(found),
            "enabled": found.enabled,
            "disabled_reason": found.disabled_reason,
            "disabled_at": found.disabled_at,
            "old_secret_until": found.old_secret_until,
            "replaying": found.replay_after is not None,
            "created_at": found.created_at,
        }
    )
