"""Tiers and stages alike: how each is found, put and removed in a definition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.kit.errors import Conflict, NotFound
from app.programs.definition import Definition
from app.programs.errors import (
    StageExists,
    StageNotFound,
    TierExists,
    TierNotFound,
    TrackNotFound,
)
from app.programs.inputs import LevelOrder
from app.programs.schemas import Published, StageEdited, TierEdited
from app.programs.specs import Stage, Tier

Level = TypeVar("Level", Tier, Stage)
LevelEdited = TypeVar("LevelEdited", TierEdited, StageEdited)


@dataclass(frozen=True, slots=True)
class Kind(Generic[Level, LevelEdited]):
    """Of levels: tiers or stages. `missing` and `taken` say that a key is not there, or is."""

    find: Callable[[Definition, str], Level | None]
    put: Callable[[Definition, str, Mapping[str, Any]], Definition]
    drop: Callable[[Definition, str], Definition]
    edited: type[LevelEdited]
    missing: type[NotFound]
    taken: type[Conflict]

    def get(self, definition: Definition, key: str) -> Level:
        """Raises `missing`."""
        level = self.find(definition, key)
        if level is None:
            raise self.missing
        return level

    def shown(self, level: Level, published: Published) -> LevelEdited:
        return self.edited(**dict(level), published=published)


def order_of(definition: Definition, track: str | None) -> LevelOrder:
    """The keys of a track, or of the tiers. Raises TrackNotFound."""
    if track is not None and track not in definition.settings.stages:
        raise TrackNotFound
    levels = definition.tiers if track is None else definition.track(track)
    return LevelOrder(keys=tuple(level.key for level in levels))


TIER: Kind[Tier, TierEdited] = Kind(
    find=Definition.tier,
    put=Definition.with_tier,
    drop=Definition.without_tier,
    edited=TierEdited,
    missing=TierNotFound,
    taken=TierExists,
)
STAGE: Kind[Stage, StageEdited] = Kind(
    find=Definition.stage,
    put=Definition.with_stage,
    drop=Definition.without_stage,
    edited=StageEdited,
    missing=StageNotFound,
    taken=StageExists,
)
