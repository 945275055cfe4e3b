"""Imports of people and of what was decided about them: each line as the API would take it."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple, Self

from pydantic import ValidationError, model_validator

from app.access.caller import Caller, Scope
from app.customers.models import Who
from app.evaluation import overrides, pointing, registering, representatives
from app.evaluation.representatives import Names
from app.evaluation.schemas.overrides import OverrideIn
from app.evaluation.schemas.people import CustomerIn, OrganizationIn, RepresentativeIn
from app.inbound.imports.lines import Line, Problem, Taken, Terms
from app.inbound.imports.spreadsheets import column_of
from app.inbound.items import said_of
from app.kit.db import Database, Session
from app.kit.errors import AppError
from app.kit.schemas import Id, Reason, Schema
from app.kit.strict_json import DuplicateKey, Unparsable, parse_json
from app.points.schemas import Points

LANES = 4  # parts of the members, each in the order of the file
AT_ONCE = 50  # lines of one transaction
NOT_ONE = "Give a customer_id or an organization_id."


class CustomerLine(CustomerIn):
    """A customer of a file."""

    id: Id


class OrganizationLine(OrganizationIn):
    """An organization of a file."""

    id: Id


class RepresentativeLine(RepresentativeIn):
    """Who orders for whom, in a file."""

    organization_id: Id
    customer_id: Id


class MemberLine(Schema):
    """A line about a customer or about an organization."""

    customer_id: Id | None = None
    organization_id: Id | None = None

    @model_validator(mode="after")
    def names_one(self) -> Self:
        """Exactly one of the two."""
        if (self.customer_id is None) == (self.organization_id is None):
            raise ValueError(NOT_ONE)
        return self

    @property
    def id(self) -> str:
        return self.customer_id or self.organization_id or ""

    def who(self, caller: Caller) -> Who:
        kind = "organization" if self.customer_id is None else "customer"
        return Who.of(caller.program_id, kind, self.id)


class PointsLine(MemberLine):
    """What somebody had elsewhere, in a file."""

    points: Points
    reason: Reason | None = None


class OverrideLine(OverrideIn, MemberLine):
    """An override of a file."""


Put = Callable[[Session, Caller, Any, Terms], Awaitable[str]]


class Kind(NamedTuple):
    """`put` makes one line known and answers the outcome."""

    model: type[Schema]
    put: Put


class Read(NamedTuple):
    number: int
    said: Any


class PeopleImporter:
    """Each line is decided about at once; lines about one member keep their order."""

    def __init__(self, db: Database, terms: Terms) -> None:
        self._db = db
        self._terms = terms
        self._kind = KINDS[terms.kind]
        self._caller = caller_of(terms)

    async def take(self, lines: Sequence[Line]) -> Taken:
        taken = Taken()
        lanes: list[list[Read]] = [[] for _ in range(LANES)]
        for line in lines:
            found = read(line, self._kind.model)
            if isinstance(found, Problem):
                taken.refuse(found)
            else:
                lanes[zlib.crc32(_id(found.said).encode()) % LANES].append(found)
        for one in await asyncio.gather(*map(self._lane, lanes)):
            taken += one
        return taken.in_order()

    async def _lane(self, lines: Sequence[Read]) -> Taken:
        taken = Taken()
        for start in range(0, len(lines), AT_ONCE):
            part = lines[start : start + AT_ONCE]
            taken += await self._db.run(partial(self._put, lines=part))
        return taken

    async def _put(self, session: Session, lines: Sequence[Read]) -> Taken:
        taken = Taken()
        for line in lines:
            try:
                outcome = await self._kind.put(session, self._caller, line.said, self._terms)
            except AppError as error:
                taken.refuse(problem_of(line, error))
            else:
                taken.outcomes[outcome] += 1
        return taken


def caller_of(terms: Terms) -> Caller:
    """Whoever asked for the import, whose right to it was seen to then."""
    request_id = terms.request_id or terms.key_id
    return Caller(
        terms.program_id, terms.key_id, frozenset(Scope), is_root=True, request_id=request_id
    )


def read(line: Line, model: type[Schema]) -> Read | Problem:
    """What a line says, or why that cannot be told."""
    if line.fault is not None:
        return Problem(line.number, None, None, "not_parsable", line.fault)
    try:
        return Read(line.number, model.model_validate(parse_json(line.said)))
    except (Unparsable, DuplicateKey) as error:
        return Problem(line.number, None, None, "not_parsable", str(error))
    except ValidationError as error:
        pointer, _, detail = said_of(error, {}).partition(": ")
        return Problem(line.number, column_of(pointer), None, "not_valid", detail)


def problem_of(line: Read, error: AppError) -> Problem:
    """Why the service refused a line."""
    fault = error.faults[0] if error.faults else None
    column = column_of(fault.pointer) if fault else None
    detail = fault.detail if fault else error.detail
    return Problem(line.number, column, _id(line.said), error.code, detail)


async def _customer(session: Session, caller: Caller, said: CustomerLine, terms: Terms) -> str:
    told = CustomerIn.model_validate(said.model_dump(exclude={"id"}))
    await registering.put_customer(session, caller, said.id, told, terms.now)
    return "accepted"


async def _organization(
    session: Session, caller: Caller, said: OrganizationLine, terms: Terms
) -> str:
    told = OrganizationIn.model_validate(said.model_dump(exclude={"id"}))
    await registering.put_organization(session, caller, said.id, told, terms.now)
    return "accepted"


async def _representative(
    session: Session, caller: Caller, said: RepresentativeLine, terms: Terms
) -> str:
    names = Names(said.organization_id, said.customer_id)
    told = RepresentativeIn.model_validate(
        said.model_dump(by_alias=True, exclude={"organization_id", "customer_id"})
    )
    await representatives.put(session, caller, names, told, terms.now)
    return "accepted"


async def _override(session: Session, caller: Caller, said: OverrideLine, terms: Terms) -> str:
    """The same line is the same override: told again, also on a later day, nothing happens."""
    told = said.model_dump(mode="json", by_alias=True, exclude={"customer_id", "organization_id"})
    once = sha256(repr(sorted(told.items())).encode()).hexdigest()
    asked = OverrideIn.model_validate(told)
    who = said.who(caller)
    put = await overrides.set_once(session, caller, who, asked, terms.now, once)
    return "accepted" if put else "duplicate"


async def _points(session: Session, caller: Caller, said: PointsLine, terms: Terms) -> str:
    given = (said.points, said.reason)
    opened = await pointing.open_once(session, caller, said.who(caller), given, terms.now)
    return "accepted" if opened else "duplicate"


def _id(said: Any) -> str:
    found: str = said.customer_id if isinstance(said, RepresentativeLine) else said.id
    return found


KINDS: dict[str, Kind] = {
    "customers": Kind(CustomerLine, _customer),
    "organizations": Kind(OrganizationLine, _organization),
    "representatives": Kind(RepresentativeLine, _representative),
    "overrides": Kind(OverrideLine, _override),
    "points": Kind(PointsLine, _points),
}
