"""Statements about positions and changes; each takes arrays."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.kit.db import Session, rows, run, sql

CLAIM_SEQS = sql(__file__, "claim_seqs")
WRITE_POSITIONS = sql(__file__, "write_positions")
WRITE_CHANGES = sql(__file__, "write_changes")
ASK_REVIEW = sql(__file__, "ask_review")


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
