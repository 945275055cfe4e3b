"""Programs as a root key sees them: made, named, ended."""

from datetime import datetime
from uuid import UUID, uuid4

from app.access import service as access
from app.access.errors import ProgramNotFound
from app.kit import pages
from app.kit.clock import local_date
from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.kit.schemas import MISSING
from app.programs import repository
from app.programs.definition import Definition
from app.programs.errors import ProgramExists, ProgramInUse
from app.programs.lint import warnings
from app.programs.models import NewVersion, ProgramSummary
from app.programs.presets import preset
from app.programs.schemas import ProgramIn, ProgramMade, ProgramOut, ProgramPatch

LIST = "programs"


async def make_program(
    session: Session, given: ProgramIn, author: str, request_id: str, now: datetime
) -> ProgramMade:
    """Make a program with its first version and a key of all scopes. Raises ProgramExists."""
    if given.today is not None and not given.sandbox:
        raise RequestInvalid([NOT_A_SANDBOX])
    program_id = uuid4()
    definition = Definition.of(preset(given.preset, given.currency, given.time_zone))
    real = local_date(now, given.time_zone)
    sandbox_day = (given.today or real) if given.sandbox else None
    if not await repository.insert_program(
        session, program_id, given.key, given.name, sandbox_day, now
    ):
        raise ProgramExists
    first = _first(program_id, definition, author, request_id, now)
    await repository.insert_version(session, first)
    await repository.insert_changes(session, first, ["program.published"], sandbox_day or real)
    key = await access.mint_first(session, program_id, author, now)
    return ProgramMade(
        **dict(await program(session, given.key, now)),
        api_key=key,
        warnings=warnings(definition),
    )


async def programs(
    session: Session, after: str | None, limit: int, now: datetime
) -> pages.Page[ProgramOut]:
    """All programs by their keys."""
    (key,) = pages.after(LIST, after, str) or (repository.FIRST,)
    found = await repository.programs_after(session, key, limit + 1)
    shown, following = pages.page(LIST, found, limit, lambda one: (one.key,))
    return pages.Page(items=tuple(_shown(one, now) for one in shown), next=following)


async def program(session: Session, key: str, now: datetime) -> ProgramOut:
    """One program. Raises ProgramNotFound."""
    found = await repository.summary(session, key)
    if found is None:
        raise ProgramNotFound
    return _shown(found, now)


async def patch_program(
    session: Session, key: str, patch: ProgramPatch, now: datetime
) -> ProgramOut:
    """Name a program otherwise. Raises ProgramNotFound."""
    if patch.name is not MISSING:
        await repository.rename_program(session, await _id_of(session, key), patch.name)
    return await program(session, key, now)


async def delete_program(session: Session, key: str) -> None:
    """End a program with everything it has.

    Raises ProgramNotFound, and ProgramInUse unless it is a sandbox or holds no facts.
    """
    held = await repository.lock_program(session, await _id_of(session, key))
    if held is None:
        raise ProgramNotFound
    if held.sandbox_day is None and await repository.has_facts(session, held.id):
        raise ProgramInUse
    await repository.delete_program(session, held.id)


def _first(
    program_id: UUID, definition: Definition, author: str, request_id: str, now: datetime
) -> NewVersion:
    return NewVersion(
        program_id=program_id,
        version=1,
        definition=definition.model_dump(mode="json"),
        removed={},
        counting=1,
        author=author,
        request_id=request_id,
        note=None,
        at=now,
    )


async def _id_of(session: Session, key: str) -> UUID:
    program_id = await repository.program_id_of(session, key)
    if program_id is None:
        raise ProgramNotFound
    return program_id


def _shown(found: ProgramSummary, now: datetime) -> ProgramOut:
    return ProgramOut(
        key=found.key,
        name=found.name,
        currency=found.currency,
        time_zone=found.time_zone,
        enabled=found.enabled,
        sandbox=found.sandbox_day is not None,
        today=found.sandbox_day or local_date(now, found.time_zone),
        version=found.version,
        created_at=found.created_at,
    )


NOT_A_SANDBOX = Fault("/today", "not_a_sandbox", "Only a sandbox has a date of its own.")
