"""Push targets and their pushes as they are shown."""

from collections.abc import Sequence
from uuid import UUID

from app.kit import pages
from app.kit.db import Session
from app.kit.etags import etag
from app.kit.pages import Page
from app.kit.texts import instant
from app.outbound.pushes.errors import PushTargetNotFound
from app.outbound.pushes.schemas import (
    LastError,
    PushCounts,
    PushedOut,
    PushOut,
    PushTargetOut,
    State,
    WalkOut,
)
from app.outbound.pushes.values import OpenWalk, PushRow, TargetRow
from app.outbound.repository import push_targets, pushes
from app.outbound.schemas import MemberRef
from app.outbound.targets import PLATFORMS
from app.outbound.targets.contract import Gift
from app.programs import service as programs
from app.programs.rules import TIERS, Rules

OPEN = frozenset({"pending", "failed"})


async def targets(
    session: Session, program_id: UUID, after: str | None, limit: int
) -> Page[PushTargetOut]:
    """The oldest first. Raises RequestInvalid for a foreign cursor."""
    name = f"push targets of {program_id}"
    key = pages.after(name, after, instant, UUID)
    place = (key[0], key[1]) if key else None
    found = await push_targets.targets(session, program_id, place, limit + 1)
    some, following = pages.page(
        name, found, limit, lambda one: (one.created_at.isoformat(), one.id)
    )
    return Page(items=tuple(await _shown(session, program_id, some)), next=following)


async def shown(session: Session, program_id: UUID, id_: UUID) -> PushTargetOut:
    """One target. Raises PushTargetNotFound."""
    return (await tagged_target(session, program_id, id_))[0]


async def tagged_target(session: Session, program_id: UUID, id_: UUID) -> tuple[PushTargetOut, str]:
    """One target and its ETag: the version that edits match, and what else is shown of it.

    Raises PushTargetNotFound.
    """
    found = await push_targets.target(session, program_id, id_)
    if found is None:
        raise PushTargetNotFound
    [out] = await _shown(session, program_id, [found])
    return out, f'"{found.version}-{etag(out)[1:]}'


async def pushes_of(
    session: Session,
    program_id: UUID,
    id_: UUID,
    state: State | None,
    after: str | None,
    limit: int,
) -> Page[PushOut]:
    """What a target says of whom. Raises PushTargetNotFound, RequestInvalid."""
    if await push_targets.target(session, program_id, id_) is None:
        raise PushTargetNotFound
    name = f"pushes of {id_} {state}"
    key = pages.after(name, after, UUID)
    behind = key[0] if key else None
    found = await pushes.pushes_of(session, program_id, id_, state, behind, limit + 1)
    some, following = pages.page(name, found, limit, lambda one: (one.member_id,))
    return Page(items=tuple(map(_push, some)), next=following)


async def _shown(
    session: Session, program_id: UUID, found: Sequence[TargetRow]
) -> list[PushTargetOut]:
    ids = [one.id for one in found]
    counts = await push_targets.counts(session, program_id, ids)
    walks = await push_targets.open_walks(session, program_id, ids)
    rules = await programs.rules_of(session, program_id)
    return [_target(rules, one, counts, walks.get(one.id)) for one in found]


def _target(
    rules: Rules,
    one: TargetRow,
    counts: dict[tuple[UUID, str], int],
    walk: OpenWalk | None,
) -> PushTargetOut:
    numbers = {state: counts.get((one.id, state), 0) for state in PushCounts.model_fields}
    return PushTargetOut(
        id=one.id,
        platform=one.platform,
        url=one.url,
        ladder=one.ladder,
        mapping=one.mapping,
        unmapped=tuple(_unmapped(rules, one)),
        per_second=one.per_second,
        enabled=one.enabled,
        description=one.description,
        counts=PushCounts(**numbers),
        walk=WalkOut(
            occasion=walk.occasion, members_done=walk.members_done, created_at=walk.created_at
        )
        if walk
        else None,
        failures=one.failures,
        paused_until=one.ready_at if one.failures else None,
        last_error=LastError(error=one.error, at=one.error_at)
        if one.error and one.error_at
        else None,
        created_at=one.created_at,
        updated_at=one.updated_at,
    )


def _unmapped(rules: Rules, one: TargetRow) -> list[str]:
    platform = PLATFORMS[one.platform]
    definition = rules.definition
    levels = definition.tiers if one.ladder == TIERS else definition.track(one.ladder)
    keys = [level.key for level in levels]
    texts = [text for key in keys if (text := rules.level(one.ladder, key)) is not None]
    gifts = [Gift(text.key, text.benefits.tag, text.benefits.user_group) for text in texts]
    return [
        gift.level
        for gift in gifts
        if platform.value_of(one.ladder, gift, one.mapping.get(gift.level)) is None
    ]


def _push(one: PushRow) -> PushOut:
    return PushOut(
        member=MemberRef.model_validate({"kind": one.kind, "id": one.external_id}),
        state=one.state,
        desired=PushedOut(**one.desired),
        acknowledged=PushedOut(**one.acknowledged) if one.acknowledged else None,
        acknowledged_at=one.acknowledged_at,
        reason=one.reason,
        attempts=one.attempts,
        retry_at=one.retry_at if one.state in OPEN else None,
        error=one.error,
    )
