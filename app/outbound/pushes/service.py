"""Push targets: made, shown, changed, ended, walked anew. Page 7, section 14."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.kit.etags import require_match
from app.kit.outgoing import Outgoing, UrlRefused
from app.kit.schemas import MISSING
from app.kit.sealing import Seal
from app.outbound.pushes.credentials import sealed
from app.outbound.pushes.errors import (
    PushTargetDisabled,
    PushTargetExists,
    PushTargetNotFound,
    TooManyPushTargets,
)
from app.outbound.pushes.schemas import PushTargetIn, PushTargetOut, PushTargetPatch
from app.outbound.pushes.sending import SECONDS
from app.outbound.pushes.shown import shown
from app.outbound.pushes.values import TargetRow
from app.outbound.repository import push_targets as repository
from app.outbound.targets import PLATFORMS
from app.programs import service as programs
from app.programs.rules import Rules

MOST_TARGETS = 20
TAG = re.compile(r'"([0-9]{1,10})-[0-9a-f]{32}"')


class TargetEdit(NamedTuple):
    """Who edits, when, what secrets are sealed with, who judges URLs, and If-Match."""

    program_id: UUID
    seal: Seal
    outgoing: Outgoing
    now: datetime
    if_match: str | None = None


async def make_target(session: Session, edit: TargetEdit, said: PushTargetIn) -> PushTargetOut:
    """Make a target and owe it everybody.

    Raises RequestInvalid, PushTargetExists, TooManyPushTargets.
    """
    rules = await programs.rules_of(session, edit.program_id)
    _require_fit(edit, rules, said.platform, said.ladder, said.model_dump())
    held = await repository.targets(session, edit.program_id, None, MOST_TARGETS)
    if len(held) >= MOST_TARGETS:
        raise TooManyPushTargets
    target = _new(edit, said)
    if not await repository.add(session, target):
        raise PushTargetExists
    place = (edit.program_id, target.id)
    await repository.owe_walk(session, *place, "backfill", edit.now, key="1")
    return await shown(session, edit.program_id, target.id)


async def patch_target(
    session: Session, edit: TargetEdit, id_: UUID, patch: PushTargetPatch
) -> PushTargetOut:
    """Change a target. Whoever works for it begins anew, and meets everybody again.

    Raises PushTargetNotFound, PreconditionFailed, RequestInvalid, PushTargetExists.
    """
    held = await _locked(session, edit, id_)
    told = patch.model_dump()
    rules = await programs.rules_of(session, edit.program_id)
    _require_fit(edit, rules, held.platform, held.ladder, told)
    edited = held._replace(**_content(edit, id_, told))
    quiet_at = edit.now + timedelta(seconds=SECONDS)
    await repository.edit(session, edited, edit.now, quiet_at)
    if _meets_everybody(held, edited):
        place, key = (edit.program_id, id_), str(held.version + 1)
        await repository.owe_walk(session, *place, "edited", edit.now, key=key)
    return await shown(session, edit.program_id, id_)


async def delete_target(session: Session, edit: TargetEdit, id_: UUID) -> None:
    """End a target. What the shop holds stays there.

    Raises PushTargetNotFound, PreconditionFailed.
    """
    await _locked(session, edit, id_)
    await repository.remove(session, edit.program_id, id_, edit.now)


async def resync(session: Session, edit: TargetEdit, id_: UUID) -> PushTargetOut:
    """Owe a walk that looks at everybody in the shop; one that is under way is enough.

    Raises PushTargetNotFound, PushTargetDisabled.
    """
    held = await repository.target(session, edit.program_id, id_)
    if held is None:
        raise PushTargetNotFound
    if not held.enabled:
        raise PushTargetDisabled
    key, place = uuid4().hex, (edit.program_id, id_)
    await repository.owe_walk(session, *place, "resync", edit.now, key=key)
    return await shown(session, edit.program_id, id_)


async def _locked(session: Session, edit: TargetEdit, id_: UUID) -> TargetRow:
    held = await repository.lock(session, edit.program_id, id_)
    if held is None:
        raise PushTargetNotFound
    given = None if edit.if_match is None else TAG.sub(r'"\1"', edit.if_match)
    require_match(given, f'"{held.version}"')
    return held


def _meets_everybody(held: TargetRow, edited: TargetRow) -> bool:
    if not edited.enabled:
        return False
    before = (held.url, held.mapping, held.sealed, held.enabled)
    return before != (edited.url, edited.mapping, edited.sealed, edited.enabled)


def _new(edit: TargetEdit, said: PushTargetIn) -> TargetRow:
    id_ = uuid4()
    return TargetRow(
        id=id_,
        program_id=edit.program_id,
        platform=said.platform,
        url=_plain(said.url),
        ladder=said.ladder,
        mapping=said.mapping,
        sealed=sealed(edit.seal, id_, said.credentials),
        per_second=said.per_second,
        enabled=said.enabled,
        description=said.description,
        version=1,
        created_at=edit.now,
        updated_at=edit.now,
        ready_at=None,
        failures=0,
        error=None,
        error_at=None,
    )


def _content(edit: TargetEdit, id_: UUID, told: Mapping[str, Any]) -> dict[str, Any]:
    content = {name: value for name, value in told.items() if value is not MISSING}
    if "credentials" in content:
        content["sealed"] = sealed(edit.seal, id_, content.pop("credentials"))
    if "url" in content:
        content["url"] = _plain(content["url"])
    return content


def _plain(url: str) -> str:
    return url.rstrip("/")


def _require_fit(
    edit: TargetEdit, rules: Rules, platform: str, ladder: str, told: Mapping[str, Any]
) -> None:
    """Raises RequestInvalid with every fault of what is told."""
    faults = [
        *(_url_faults(edit.outgoing, told["url"]) if "url" in told else ()),
        *_ladder_faults(rules, ladder),
        *_mapping_faults(rules, platform, ladder, told.get("mapping", {})),
    ]
    if "credentials" in told:
        faults += _credential_faults(PLATFORMS[platform].CREDENTIALS, told["credentials"])
    if faults:
        raise RequestInvalid(faults)


def _url_faults(outgoing: Outgoing, url: str) -> Iterable[Fault]:
    try:
        outgoing.check_url(url)
    except UrlRefused as refused:
        yield Fault("/url", refused.code, refused.detail)
    if "?" in url or "#" in url:
        yield Fault("/url", "not_a_place", "The URL must end with its path.")


def _ladder_faults(rules: Rules, ladder: str) -> Iterable[Fault]:
    if rules.ladder(ladder) is None:
        yield Fault("/ladder", "unknown_ladder", "There is no such ladder.")


def _mapping_faults(
    rules: Rules, platform: str, ladder: str, mapping: Mapping[str, str]
) -> Iterable[Fault]:
    for level, value in mapping.items():
        if rules.level(ladder, level) is None:
            yield Fault(f"/mapping/{level}", "unknown_level", "The ladder has no such level.")
        if not PLATFORMS[platform].usable(value):
            yield Fault(f"/mapping/{level}", "value_unusable", "The platform cannot hold this.")


def _credential_faults(needed: Sequence[str], given: Mapping[str, str]) -> list[Fault]:
    lacking = [
        Fault(f"/credentials/{name}", "credential_missing", "The platform needs it.")
        for name in needed
        if name not in given
    ]
    unknown = [
        Fault(f"/credentials/{name}", "credential_unknown", "The platform has no such credential.")
        for name in given
        if name not in needed
    ]
    return lacking + unknown
