"""Statements about positions and changes; each takes arrays."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, tuple_

from app.customers.contract_models import Contract
from app.customers.models import Member, Representation
from app.kit.db import Session, rows, rows_as, run, sql
from app.kit.tables import col, select
from app.standings.listed import Holding, Listed, Wanted
from app.standings.models import Change, Position

CLAIM_SEQS = sql(__file__, "claim_seqs")
WRITE_POSITIONS = sql(__file__, "write_positions")
WRITE_CHANGES = sql(__file__, "write_changes")
ASK_REVIEW = sql(__file__, "ask_review")
HOLDINGS = sql(__file__, "holdings")


async def claim_seqs(
    session: Session, program_id: UUID, wanted: Sequence[tuple[UUID, int, int]]
) -> dict[UUID, int]:
    """Member → its last `seq` now. `wanted`: (member, version as read, number of changes).

    Members that were touched since they were read are left out.
    """
    found = await rows(
        session,
        CLAIM_SEQS,
        program_id=program_id,
        member_ids=[one[0] for one in wanted],
        versions=[one[1] for one in wanted],
        changes=[one[2] for one in wanted],
    )
    return {row.member_id: row.change_seq for row in found}


async def write_positions(session: Session, positions: Sequence[Mapping[str, Any]]) -> None:
    await run(session, WRITE_POSITIONS, positions=json.dumps(positions, default=str))


async def write_changes(session: Session, changes: Sequence[Mapping[str, Any]]) -> None:
    await run(session, WRITE_CHANGES, changes=json.dumps(changes, default=str))


async def ask_review(
    session: Session, program_id: UUID, members: Sequence[UUID], ladders: Sequence[str], on: date
) -> None:
    binds = {"member_ids": list(members), "ladders": list(ladders), "review_on": on}
    await run(session, ASK_REVIEW, program_id=program_id, **binds)


async def holdings(session: Session, program_id: UUID, members: Sequence[UUID]) -> list[Holding]:
    binds = {"program_id": program_id, "member_ids": list(members)}
    return await rows_as(session, Holding, HOLDINGS, **binds)


async def members(
    session: Session, program_id: UUID, wanted: Wanted, after: tuple[str, str], number: int
) -> list[Listed]:
    """The next `number` members behind a kind and external id, in that order."""
    statement = (
        select(Member.member_id, Member.kind, Member.external_id)
        .where(
            col(Member.program_id) == program_id,
            col(Member.kind).in_(("customer", "organization", "contract")),
            col(Member.external_id).is_not(None),
            col(Member.merged_into).is_(None),
            tuple_(col(Member.kind), col(Member.external_id)) > tuple_(*after),
            ~_ended(program_id, wanted.on),
            *_conditions(program_id, wanted),
        )
        .order_by(col(Member.kind), col(Member.external_id))
        .limit(number)
    )
    found = await session.exec(statement)
    return [Listed(member, kind, name or "") for member, kind, name in found]


def _sleeping(program_id: UUID, on: date) -> ColumnElement[bool]:
    """The member of a row represents an organization on that day, or belongs to one."""
    return (
        select(Representation.member_id)
        .where(
            col(Representation.program_id) == program_id,
            col(Representation.member_id) == col(Member.member_id),
            col(Representation.from_on) <= on,
            or_(col(Representation.until_on).is_(None), col(Representation.until_on) >= on),
        )
        .exists()
    )


def _ended(program_id: UUID, on: date) -> ColumnElement[bool]:
    """The member of a row is a contract that has ended before that day."""
    return (
        select(Contract.member_id)
        .where(
            col(Contract.program_id) == program_id,
            col(Contract.member_id) == col(Member.member_id),
            col(Contract.until_on) < on,
        )
        .exists()
    )


def _conditions(program_id: UUID, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.sleeping:
        yield ~_sleeping(program_id, wanted.on)
    holders = select(Position.member_id).where(col(Position.program_id) == program_id)
    if wanted.state is not None:
        holders = holders.where(col(Position.state) == wanted.state)
    for ladder, level in wanted.levels:
        on_level = (col(Position.ladder) == ladder, col(Position.level_key) == level)
        yield col(Member.member_id).in_(holders.where(*on_level))
    if wanted.state is not None and not wanted.levels:
        yield col(Member.member_id).in_(holders)
    if wanted.changed_since is not None:
        changed = select(Change.member_id).where(
            col(Change.program_id) == program_id,
            col(Change.recorded_at) >= wanted.changed_since,
        )
        yield col(Member.member_id).in_(changed)
