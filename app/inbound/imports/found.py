"""What was found about the lines of an import: refused ones, and differences with their names."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from app.access.caller import Caller
from app.customers import service as customers
from app.customers.models import Person
from app.inbound.imports.service import status_of
from app.inbound.repository import imports as repository
from app.inbound.repository.imports import Finding
from app.inbound.schemas.imports import DifferenceOut, RefusedLine
from app.kit import pages
from app.kit.db import Session
from app.kit.pages import Page

REFUSED = ("refused",)
DIFFERENCES = ("differs", "kept", "not_kept")
AT_ONCE = 1_000

Shown = TypeVar("Shown")


async def refused(
    session: Session, caller: Caller, import_id: UUID, after: str | None, limit: int
) -> Page[RefusedLine]:
    """The lines that were not taken, in their order. Raises ImportNotFound."""
    found, following = await _page(session, caller, (import_id, REFUSED), after, limit)
    return Page(items=tuple(map(_refused, found)), next=following)


async def differences(
    session: Session, caller: Caller, import_id: UUID, after: str | None, limit: int
) -> Page[DifferenceOut]:
    """Where an old system and we differ, in the order of lines. Raises ImportNotFound."""
    found, following = await _page(session, caller, (import_id, DIFFERENCES), after, limit)
    return Page(items=tuple(await _named(session, caller, found)), next=following)


async def all_refused(
    session: Session, caller: Caller, import_id: UUID
) -> AsyncGenerator[Mapping[str, Any], None]:
    """Every refused line as a row of a table."""
    async for found in _all(session, caller, import_id, REFUSED):
        for one in found:
            yield _refused(one).model_dump()


async def all_differences(
    session: Session, caller: Caller, import_id: UUID
) -> AsyncGenerator[Mapping[str, Any], None]:
    """Every difference as a row of a table."""
    async for found in _all(session, caller, import_id, DIFFERENCES):
        for one in await _named(session, caller, found):
            yield one.model_dump(mode="json")


async def _page(
    session: Session,
    caller: Caller,
    wanted: tuple[UUID, Sequence[str]],
    after: str | None,
    limit: int,
) -> tuple[Sequence[Finding], str | None]:
    import_id, words = wanted
    await status_of(session, caller, import_id)
    name = f"{words[0]} of {import_id}"
    key = pages.after(name, after, _line)
    place = (key[0] if key else 0, limit + 1)
    found = await repository.findings(session, caller.program_id, import_id, words, place)
    return pages.page(name, found, limit, lambda one: (one.line,))


def _line(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


async def _all(
    session: Session, caller: Caller, import_id: UUID, words: Sequence[str]
) -> AsyncIterator[list[Finding]]:
    after = 0
    while found := await repository.findings(
        session, caller.program_id, import_id, words, (after, AT_ONCE)
    ):
        yield found
        after = found[-1].line


def _refused(one: Finding) -> RefusedLine:
    return RefusedLine(
        line=one.line,
        column=one.field,
        event_id=one.event_id,
        reason=one.reason,
        detail=one.detail,
    )


async def _named(session: Session, caller: Caller, found: Sequence[Finding]) -> list[DifferenceOut]:
    ids = {id_ for one in found for id_ in (one.member_id, one.holder_id) if id_}
    people = await customers.people(session, caller.program_id, sorted(ids))
    name = _naming(people)
    return [
        DifferenceOut.model_validate(
            {
                "line": one.line,
                **(one.said or {}),
                "criteria": tuple((one.said or {}).get("criteria", ())),
                "reason": one.reason,
                "detail": one.detail,
                "id": name(one.member_id),
                "holder": name(one.holder_id),
                "outcome": one.word,
            }
        )
        for one in found
    ]


def _naming(people: dict[UUID, Person]) -> Callable[[UUID | None], str | None]:
    def name(member: UUID | None) -> str | None:
        found = people.get(member) if member else None
        return found.external_id if found else None

    return name
