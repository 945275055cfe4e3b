"""What the erased held and how they moved is nobody's from now on. Page 6, "Erase"."""

from collections.abc import Mapping
from uuid import UUID

from app.kit.db import Session, rows, run, sql
from app.standings import overrides

HOLD_CHANGES = sql(__file__, "hold_changes")
MOVES = sql(__file__, "erase_moves")
POSITIONS = sql(__file__, "erase_positions")
OLD_POSITIONS = sql(__file__, "erase_old_positions")


async def forget(session: Session, program_id: UUID, nobodies: Mapping[UUID, UUID]) -> None:
    """Hand positions and changes over, and delete overrides. `nobodies`: member → who holds them.

    The members are locked, and their positions have ended.
    """
    homes = sorted(nobodies)
    await rows(session, HOLD_CHANGES, program_id=program_id, member_ids=homes)
    for home in homes:
        await overrides.drop(session, program_id, home)
        binds = {"member_id": home, "nobody": nobodies[home]}
        await run(session, MOVES, program_id=program_id, **binds)
    pairs = {"homes": homes, "nobodies": [nobodies[home] for home in homes]}
    await run(session, POSITIONS, program_id=program_id, **pairs)
    await run(session, OLD_POSITIONS, program_id=program_id, member_ids=homes)
