"""Everything that can be configured, as one frozen value: changes give the next value."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from app.kit.schemas import Schema
from app.programs.defaults import DEFAULT_TRACK
from app.programs.filling import filled
from app.programs.specs import ProgramSettings, Stage, Tier

Raw = dict[str, Any]


class Definition(Schema):
    """Levels lowest first; stages by the names of their tracks."""

    settings: ProgramSettings
    tiers: tuple[Tier, ...]
    loyalty_stages: tuple[Stage, ...]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """The whole value of what was given, with its defaults.

        Raises pydantic's ValidationError if a part is not well formed.
        """
        return cls.model_validate(filled(raw))

    def tier(self, key: str) -> Tier | None:
        return next((tier for tier in self.tiers if tier.key == key), None)

    def stage(self, key: str) -> Stage | None:
        return next((stage for stage in self.loyalty_stages if stage.key == key), None)

    def track(self, name: str) -> tuple[Stage, ...]:
        """The stages of one track, lowest first."""
        return tuple(stage for stage in self.loyalty_stages if stage.track == name)

    def with_settings(self, patch: Mapping[str, Any]) -> Self:
        """Named settings changed; ladders field by field, a track set to None is removed."""
        raw = self.model_dump(mode="json")
        settings = {**raw["settings"], **patch}
        settings["tiers"] = {**raw["settings"]["tiers"], **patch.get("tiers", {})}
        settings["stages"] = _patched(raw["settings"]["stages"], patch.get("stages", {}))
        return self.of({**raw, "settings": settings})

    def with_tier(self, key: str, patch: Mapping[str, Any]) -> Self:
        """One tier added (on top), changed, or, with a `position`, moved there."""
        raw = self.model_dump(mode="json")
        return self.of({**raw, "tiers": _with_level(raw["tiers"], key, patch)})

    def without_tier(self, key: str) -> Self:
        raw = self.model_dump(mode="json")
        return self.of({**raw, "tiers": [tier for tier in raw["tiers"] if tier["key"] != key]})

    def with_stage(self, key: str, patch: Mapping[str, Any]) -> Self:
        """One stage added (on top of its track), changed, or moved within its track."""
        raw = self.model_dump(mode="json")
        held = self.stage(key)
        track = held.track if held else patch.get("track", DEFAULT_TRACK)
        ours = [stage for stage in raw["loyalty_stages"] if stage["track"] == track]
        return self._with_track(raw, track, _with_level(ours, key, patch))

    def without_stage(self, key: str) -> Self:
        raw = self.model_dump(mode="json")
        left = [stage for stage in raw["loyalty_stages"] if stage["key"] != key]
        return self.of({**raw, "loyalty_stages": left})

    def with_track(self, track: str, stages: Sequence[Raw]) -> Self:
        """All stages of one track replaced, lowest first; others keep theirs."""
        return self._with_track(self.model_dump(mode="json"), track, list(stages))

    def ordered(self, track: str | None, keys: Sequence[str]) -> Self:
        """The stages of a track, or the tiers, in another order; `keys`: all, lowest first."""
        raw = self.model_dump(mode="json")
        if track is None:
            return self.of({**raw, "tiers": _sorted(raw["tiers"], keys)})
        ours = [stage for stage in raw["loyalty_stages"] if stage["track"] == track]
        return self._with_track(raw, track, _sorted(ours, keys))

    def _with_track(self, raw: Raw, track: str, stages: list[Raw]) -> Self:
        others = [stage for stage in raw["loyalty_stages"] if stage["track"] != track]
        return self.of({**raw, "loyalty_stages": [*others, *stages]})


def _sorted(levels: list[Raw], keys: Sequence[str]) -> list[Raw]:
    return sorted(levels, key=lambda level: keys.index(level["key"]))


def _with_level(levels: list[Raw], key: str, patch: Mapping[str, Any]) -> list[Raw]:
    held = next((level for level in levels if level["key"] == key), None)
    others = [level for level in levels if level["key"] != key]
    changed = {**(held or {"key": key}), **patch}
    if held and "benefits" in patch:
        changed["benefits"] = {**held["benefits"], **patch["benefits"]}
    place = changed.get("position", len(others) + 1) - 1
    return [*others[:place], changed, *others[place:]]


def _patched(
    ladders: Mapping[str, Raw], patch: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, Raw]:
    changed = {
        track: {**ladders.get(track, {}), **ladder}
        for track, ladder in patch.items()
        if ladder is not None
    }
    return {**{track: one for track, one in ladders.items() if track not in patch}, **changed}
