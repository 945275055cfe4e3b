"""Versions of a definition: seen, compared, published again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.kit import pages
from app.kit.db import Session
from app.kit.etags import etag, require_match
from app.kit.schemas import MISSING
from app.programs import repository, service
from app.programs.definition import Definition
from app.programs.edit import Edit
from app.programs.errors import VersionNotFound
from app.programs.publishing import edit_definition
from app.programs.schemas import (
    DefinitionEdited,
    Diff,
    Difference,
    Preview,
    Published,
    VersionOut,
    VersionWhole,
)


async def versions(
    session: Session, program_id: UUID, after: str | None, limit: int
) -> pages.Page[VersionOut]:
    """The newest first."""
    name = f"versions {program_id}"
    (before,) = pages.after(name, after, int) or (repository.LAST,)
    found = await repository.versions_before(session, program_id, before, limit + 1)
    shown, following = pages.page(name, found, limit, lambda one: (one.version,))
    items = tuple(VersionOut(**one._asdict()) for one in shown)
    return pages.Page(items=items, next=following)


async def version(session: Session, program_id: UUID, number: int) -> VersionWhole:
    """One version with its definition. Raises VersionNotFound."""
    found = await repository.version(session, program_id, number)
    if found is None:
        raise VersionNotFound
    return VersionWhole(
        version=found.version,
        author=found.author,
        note=found.note,
        published_at=found.published_at,
        definition=Definition.model_validate(found.definition),
    )


async def diff(session: Session, program_id: UUID, number: int, against: int | None) -> Diff:
    """What version `number` changed since `against`, default the one before it.

    Raises VersionNotFound.
    """
    base = max(number - 1, 1) if against is None else against
    before = await service.compiled(session, program_id, base)
    after = await service.compiled(session, program_id, number)
    changes = _differences(
        before.definition.model_dump(mode="json"), after.definition.model_dump(mode="json"), ""
    )
    return Diff(version=number, against=base, changes=tuple(changes))


async def restore(session: Session, edit: Edit, number: int) -> DefinitionEdited | Preview:
    """Publish an old definition as the next version.

    If-Match is that of the definition in force. Raises VersionNotFound, PreconditionFailed,
    DefinitionRefused, FactsRecorded.
    """
    old = await service.compiled(session, edit.program_id, number)

    def change(now: Definition) -> Definition:
        require_match(edit.if_match, etag(now))
        return old.definition

    def shown(_: Definition, after: Definition, said: Published) -> DefinitionEdited:
        return DefinitionEdited(**dict(after), published=said)

    noted = replace(edit, note=f"restored version {number}")
    return await edit_definition(session, noted, change, shown)


def _differences(before: Any, after: Any, pointer: str) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_members(before, after, pointer)
    elif _are_levels(before) and _are_levels(after):
        yield from _of_levels(before, after, pointer)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (was, now) in enumerate(zip(before, after, strict=True)):
            yield from _differences(was, now, f"{pointer}/{n}")
    else:
        yield Difference(pointer=pointer, before=before, after=after)


def _of_members(
    before: Mapping[str, Any], after: Mapping[str, Any], pointer: str
) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        yield from _of_part(
            before.get(name, MISSING), after.get(name, MISSING), f"{pointer}/{name}"
        )


def _of_levels(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], pointer: str
) -> Iterator[Difference]:
    """Levels are the same by key; the index is that of `after`, of a removed one that before."""
    were = {level["key"]: (n, level) for n, level in enumerate(before)}
    for n, level in enumerate(after):
        _, was = were.pop(level["key"], (n, MISSING))
        yield from _of_part(was, level, f"{pointer}/{n}")
    for n, level in were.values():
        yield Difference(pointer=f"{pointer}/{n}", before=level)


def _of_part(before: Any, after: Any, pointer: str) -> Iterator[Difference]:
    if before is MISSING or after is MISSING:
        yield Difference(pointer=pointer, before=before, after=after)
    else:
        yield from _differences(before, after, pointer)


def _are_levels(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and "key" in one for one in value)
