"""Edits of a definition: each publishes the next version, or previews it."""

from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.kit.etags import etag, require_match
from app.kit.schemas import MISSING
from app.programs import checking
from app.programs.definition import Definition
from app.programs.edit import Edit
from app.programs.errors import DefinitionRefused
from app.programs.inputs import (
    DefinitionIn,
    LevelOrder,
    SettingsPatch,
    StageIn,
    StagePatch,
    TierIn,
    TierPatch,
)
from app.programs.levels import STAGE, Kind, Level, LevelEdited, order_of
from app.programs.publishing import edit_definition
from app.programs.schemas import (
    DefinitionEdited,
    OrderEdited,
    Preview,
    Published,
    SettingsEdited,
    StageEdited,
)


async def put_definition(
    session: Session, edit: Edit, given: DefinitionIn
) -> DefinitionEdited | Preview:
    """Replace the whole definition. Raises PreconditionFailed, DefinitionRefused, FactsRecorded."""
    raw = checking.by_position(given.model_dump(mode="json"))
    if found := checking.misplaced(raw):
        raise DefinitionRefused(found)

    def change(now: Definition) -> Definition:
        require_match(edit.if_match, etag(now))
        return Definition.of(raw)

    def shown(_: Definition, after: Definition, said: Published) -> DefinitionEdited:
        return DefinitionEdited(**dict(after), published=said)

    return await edit_definition(session, edit, change, shown)


async def patch_settings(
    session: Session, edit: Edit, patch: SettingsPatch
) -> SettingsEdited | Preview:
    """Change settings. Raises PreconditionFailed, DefinitionRefused, FactsRecorded."""

    def change(now: Definition) -> Definition:
        require_match(edit.if_match, etag(now.settings))
        return now.with_settings(patch.model_dump(mode="json"))

    def shown(_: Definition, after: Definition, said: Published) -> SettingsEdited:
        return SettingsEdited(**dict(after.settings), published=said)

    return await edit_definition(session, edit, change, shown)


async def add_level(
    session: Session, edit: Edit, kind: Kind[Level, LevelEdited], given: TierIn | StageIn
) -> LevelEdited | Preview:
    """Add a tier or a stage. Raises DefinitionRefused, and `taken` of the kind."""

    def change(now: Definition) -> Definition:
        if kind.find(now, given.key):
            raise kind.taken
        return kind.put(now, given.key, given.model_dump(mode="json"))

    def shown(_: Definition, after: Definition, said: Published) -> LevelEdited:
        return kind.shown(kind.get(after, given.key), said)

    return await edit_definition(session, edit, change, shown)


async def add_stage(
    session: Session, edit: Edit, given: StageIn, track: str | None
) -> StageEdited | Preview:
    """Add a stage; `track` is where it goes unless it says so itself.

    Raises RequestInvalid if the two differ, StageExists, DefinitionRefused.
    """
    if track is None:
        return await add_level(session, edit, STAGE, given)
    if given.track not in (MISSING, track):
        raise RequestInvalid([TWO_TRACKS])
    placed = StageIn.model_validate({**given.model_dump(mode="json"), "track": track})
    return await add_level(session, edit, STAGE, placed)


async def patch_level(
    session: Session,
    edit: Edit,
    kind: Kind[Level, LevelEdited],
    key: str,
    patch: TierPatch | StagePatch,
) -> LevelEdited | Preview:
    """Change one level. Raises `missing` of the kind, PreconditionFailed, DefinitionRefused."""

    def change(now: Definition) -> Definition:
        require_match(edit.if_match, etag(kind.get(now, key)))
        return kind.put(now, key, patch.model_dump(mode="json"))

    def shown(_: Definition, after: Definition, said: Published) -> LevelEdited:
        return kind.shown(kind.get(after, key), said)

    return await edit_definition(session, edit, change, shown)


async def delete_level(
    session: Session, edit: Edit, kind: Kind[Level, LevelEdited], key: str
) -> LevelEdited | Preview:
    """Remove one level; answers what it was. Raises `missing` of the kind, PreconditionFailed."""

    def change(now: Definition) -> Definition:
        require_match(edit.if_match, etag(kind.get(now, key)))
        return kind.drop(now, key)

    def shown(before: Definition, _: Definition, said: Published) -> LevelEdited:
        return kind.shown(kind.get(before, key), said)

    return await edit_definition(session, edit, change, shown)


async def order_levels(
    session: Session, edit: Edit, track: str | None, given: LevelOrder
) -> OrderEdited | Preview:
    """Put the stages of a track, or the tiers, into another order.

    Raises TrackNotFound, PreconditionFailed, DefinitionRefused, and RequestInvalid unless all are
    named once.
    """

    def change(now: Definition) -> Definition:
        held = order_of(now, track)
        require_match(edit.if_match, etag(held))
        if sorted(held.keys) != sorted(given.keys):
            raise RequestInvalid([NOT_ALL])
        return now.ordered(track, given.keys)

    def shown(_: Definition, after: Definition, said: Published) -> OrderEdited:
        return OrderEdited(keys=order_of(after, track).keys, published=said)

    return await edit_definition(session, edit, change, shown)


TWO_TRACKS = Fault("/track", "track_differs", "The query names another track.")
NOT_ALL = Fault("/keys", "keys_incomplete", "Name every level of the ladder once, lowest first.")
