"""Parts of the definition in force."""

from collections.abc import Sequence
from uuid import UUID

from app.kit import pages
from app.kit.db import Session
from app.programs import service
from app.programs.inputs import LevelOrder
from app.programs.levels import Kind, Level, LevelEdited, order_of
from app.programs.specs import Stage, Tier


async def tiers(
    session: Session, program_id: UUID, after: str | None, limit: int
) -> pages.Page[Tier]:
    """Lowest first."""
    rules = await service.rules_of(session, program_id)
    return _page(f"tiers {program_id}", rules.definition.tiers, after, limit)


async def stages(
    session: Session, program_id: UUID, track: str | None, after: str | None, limit: int
) -> pages.Page[Stage]:
    """Those of one track or of all, lowest first."""
    definition = (await service.rules_of(session, program_id)).definition
    found = definition.loyalty_stages if track is None else definition.track(track)
    return _page(f"stages {program_id} {track}", found, after, limit)


async def level(
    session: Session, program_id: UUID, kind: Kind[Level, LevelEdited], key: str
) -> Level:
    """One tier or stage. Raises `missing` of the kind."""
    return kind.get((await service.rules_of(session, program_id)).definition, key)


async def order(session: Session, program_id: UUID, track: str | None) -> LevelOrder:
    """The keys of a track, or of the tiers. Raises TrackNotFound."""
    return order_of((await service.rules_of(session, program_id)).definition, track)


def _page(name: str, levels: Sequence[Level], after: str | None, limit: int) -> pages.Page[Level]:
    (done,) = pages.after(name, after, int) or (0,)
    numbered = list(enumerate(levels, 1))[max(done, 0) :][: limit + 1]
    shown, following = pages.page(name, numbered, limit, lambda one: (one[0],))
    return pages.Page(items=tuple(level for _, level in shown), next=following)
