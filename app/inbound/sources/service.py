"""Sources: made, shown, changed, ended. Page 7, section 1."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from app.inbound.adapters import ADAPTERS, currency_map_of
from app.inbound.errors import SourceExists, SourceKeyTaken
from app.inbound.models import SourceRow
from app.inbound.repository import sources as repository
from app.inbound.schemas.sources import SourceIn, SourceOut, SourcePatch, Unsigned
from app.inbound.sources import kept_secrets as sources_secrets
from app.inbound.sources.apis import drop_api, forget_api, set_api
from app.inbound.sources.sealed import Sealing, set_secrets
from app.inbound.sources.shown import source, source_row, tagged_source, unsigned_of
from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.kit.etags import require_match
from app.kit.ids import random_text
from app.kit.outgoing import Outgoing
from app.kit.schemas import MISSING
from app.kit.sealing import Seal
from app.orders import service as orders
from app.programs import service as programs

TOKEN = "src_"  # noqa: S105
TOKEN_CHARACTERS = 20
TAG = re.compile(r'"([0-9]{1,10})-[0-9a-f]{32}"')
SIGNS = Fault("/unsigned", "platform_signs", "Deliveries of this platform are signed.")


class SourceEdit(NamedTuple):
    """Who edits, when, what secrets are sealed with, what judges URLs, and If-Match."""

    program_id: UUID
    author: str
    seal: Seal
    now: datetime
    outgoing: Outgoing
    if_match: str | None = None

    def sealing(self, source_id: UUID) -> Sealing:
        """For the secrets of one source."""
        return Sealing(self.program_id, source_id, self.seal, self.now)


async def make_source(session: Session, edit: SourceEdit, said: SourceIn) -> SourceOut:
    """Make a source with the platform's maps, changed as told.

    Raises SourceExists, SourceKeyTaken, RequestInvalid.
    """
    _require_fit(said.platform, said.secrets, said.unsigned)
    if await repository.other_platform(session, edit.program_id, said.key, said.platform):
        raise SourceKeyTaken
    source_id = uuid4()
    adapter = ADAPTERS[said.platform]
    row = {
        "id": source_id,
        "program_id": edit.program_id,
        "key": said.key,
        "token": f"{TOKEN}{random_text(TOKEN_CHARACTERS)}",
        "platform": said.platform,
        "time_zone": said.time_zone or await _zone(session, edit.program_id),
        "currency_map": merged(currency_map_of(adapter), said.currency_map),
        "test": said.test,
        "allowed_addresses": _addresses(said.unsigned),
        "author": edit.author,
        "at": edit.now,
    }
    if not await repository.insert_source(session, row):
        raise SourceExists
    await set_secrets(session, edit.sealing(source_id), said.secrets)
    if said.api is not None:
        await set_api(session, edit.sealing(source_id), edit.outgoing, said.platform, said.api)
    words = merged(adapter.STATUS_MAP, said.status_map)
    await orders.set_status_map(session, edit.program_id, said.key, words, edit.now)
    return await source(session, edit.program_id, said.key)


async def patch_source(
    session: Session, edit: SourceEdit, key: str, patch: SourcePatch
) -> tuple[SourceOut, str]:
    """Change one source. Raises SourceNotFound, PreconditionFailed, RequestInvalid."""
    row = await source_row(session, edit.program_id, key, lock=True)
    _require_version(edit.if_match, row.version)
    unsigned = _kept(patch.unsigned, unsigned_of(row))
    secrets: list[str] = _kept(patch.secrets, [])
    _require_fit(row.platform, secrets, unsigned)
    zone = _kept(patch.time_zone, row.time_zone) or await _zone(session, edit.program_id)
    changed = {
        "id": row.id,
        "program_id": edit.program_id,
        "time_zone": zone,
        "currency_map": merged(row.currency_map, _kept(patch.currency_map, {})),
        "test": _kept(patch.test, row.test),
        "allowed_addresses": _addresses(unsigned),
    }
    await repository.update_source(session, changed)
    session.expunge(row)
    if secrets:
        await set_secrets(session, edit.sealing(row.id), secrets)
    await _patch_api(session, edit, row, patch)
    if patch.status_map is not MISSING:
        held = await orders.status_map(session, edit.program_id, key)
        words = merged(held, patch.status_map)
        await orders.set_status_map(session, edit.program_id, key, words, edit.now)
    return await tagged_source(session, edit.program_id, key)


async def delete_source(session: Session, edit: SourceEdit, key: str) -> str:
    """End the intake of a source; its facts stay, its secrets do not. Answers its token.

    Raises SourceNotFound, PreconditionFailed.
    """
    row = await source_row(session, edit.program_id, key, lock=True)
    _require_version(edit.if_match, row.version)
    await repository.end_source(session, edit.program_id, row.id, edit.now)
    await repository.replace_secrets(session, edit.program_id, row.id, [])
    await forget_api(session, edit.program_id, row.id)
    return row.token


def merged(held: Mapping[str, str], changes: Mapping[str, Any]) -> dict[str, str]:
    """A map with changes; null removes a key."""
    return {name: word for name, word in {**held, **changes}.items() if word is not None}


async def _patch_api(
    session: Session, edit: SourceEdit, row: SourceRow, patch: SourcePatch
) -> None:
    if patch.api is None:
        await drop_api(session, edit.program_id, row.id)
    elif patch.api is not MISSING:
        await set_api(session, edit.sealing(row.id), edit.outgoing, row.platform, patch.api)


async def _zone(session: Session, program_id: UUID) -> str:
    return (await programs.rules_of(session, program_id)).zone


def _require_version(if_match: str | None, version: int) -> None:
    """What changes by itself (when a secret was used, what was ignored) is no obstacle."""
    given = None if if_match is None else TAG.sub(r'"\1"', if_match)
    require_match(given, f'"{version}"')


def _require_fit(platform: str, secrets: Sequence[str], unsigned: Unsigned | None) -> None:
    """Raises RequestInvalid with every fault."""
    found = sources_secrets.faults(platform, secrets, unsigned=unsigned is not None)
    if unsigned is not None and platform not in sources_secrets.UNSIGNED:
        found.append(SIGNS)
    if found:
        raise RequestInvalid(found)


def _kept(given: Any, held: Any) -> Any:
    return held if given is MISSING else given


def _addresses(unsigned: Unsigned | None) -> list[str] | None:
    return None if unsigned is None else list(dict.fromkeys(unsigned.allowed_addresses))
