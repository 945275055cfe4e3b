"""A program's rules, as transactions read them."""

from collections import OrderedDict
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from app.access.errors import ProgramNotFound
from app.kit.clock import local_date
from app.kit.db import Session
from app.policy.ladder import Ladder
from app.programs import repository
from app.programs.compiling import Removed, ladders_of, removed_after
from app.programs.definition import Definition
from app.programs.errors import VersionNotFound
from app.programs.models import ProgramRow, VersionRow
from app.programs.rules import Rules

Name = TypeVar("Name")
Value = TypeVar("Value")

MOST_REMEMBERED = 512


class Compiled(NamedTuple):
    definition: Definition
    removed: Removed
    ladders: tuple[Ladder, ...]


class Stand(NamedTuple):
    """What of a program changes between versions too, as it was read with something else."""

    key: str
    name: str
    version: int
    counting: int
    sandbox_day: date | None
    checked_on: date | None


_versions: OrderedDict[tuple[UUID, int], Compiled] = OrderedDict()  # immutable, so never stale
_guesses: OrderedDict[UUID, Rules] = OrderedDict()  # may be stale, so nothing unless proved


async def hold(session: Session, program_id: UUID) -> Rules:
    """The rules, fixed until the transaction ends: version, clock and all. Lock it first of all.

    Raises ProgramNotFound.
    """
    return await _rules(session, await repository.hold_program(session, program_id))


async def rules_of(session: Session, program_id: UUID) -> Rules:
    """The rules as they stand, for answers. Raises ProgramNotFound."""
    rules = await _rules(session, await repository.program(session, program_id))
    _remember(_guesses, program_id, rules)
    return rules


def guessed(program_id: UUID) -> Rules | None:
    """The rules as this process read them last, to ask with; the answer has to prove them."""
    return _guesses.get(program_id)


def proved(guess: Rules, stand: Stand) -> Rules | None:
    """The guess as its program stands; None when another version or another day holds."""
    if (guess.version, guess.sandbox_day) != (stand.version, stand.sandbox_day):
        return None
    return replace(guess, **stand._asdict())


async def rules_as_of(session: Session, program_id: UUID, version: int) -> Rules:
    """The rules with the definition of another version. Raises VersionNotFound."""
    program = await repository.program(session, program_id)
    return await _rules(session, program and program._replace(version=version))


def today(rules: Rules, now: datetime) -> date:
    """The program's date: of a sandbox its own, else that of its time zone."""
    return rules.sandbox_day or local_date(now, rules.zone)


async def proposed(session: Session, rules: Rules, definition: Definition) -> Rules:
    """The rules as they would be if `definition` were published next."""
    current = await compiled(session, rules.program_id, rules.version)
    removed = removed_after(current.definition, current.removed, definition)
    return replace(rules, definition=definition, ladders=ladders_of(definition, removed))


async def compiled(session: Session, program_id: UUID, version: int) -> Compiled:
    """A version ready for use, remembered by this process. Raises VersionNotFound.

    Not for a version that this very transaction publishes: it may yet be rolled back.
    """
    key = (program_id, version)
    known = _versions.get(key)
    if known is None:
        found = await repository.version(session, program_id, version)
        if found is None:
            raise VersionNotFound
        known = _compile(found)
    _remember(_versions, key, known)
    return known


def _remember(among: OrderedDict[Name, Value], name: Name, value: Value) -> None:
    among[name] = value
    among.move_to_end(name)
    if len(among) > MOST_REMEMBERED:
        among.popitem(last=False)


async def _rules(session: Session, program: ProgramRow | None) -> Rules:
    if program is None:
        raise ProgramNotFound
    in_force = await compiled(session, program.id, program.version)
    return Rules(
        program_id=program.id,
        key=program.key,
        name=program.name,
        version=program.version,
        counting=program.counting,
        sandbox_day=program.sandbox_day,
        checked_on=program.checked_on,
        definition=in_force.definition,
        ladders=in_force.ladders,
    )


def _compile(found: VersionRow) -> Compiled:
    definition = Definition.model_validate(found.definition)
    return Compiled(definition, found.removed, ladders_of(definition, found.removed))


async def program_id_of(session: Session, key: str) -> UUID | None:
    """The program of that key."""
    return await repository.program_id_of(session, key)
