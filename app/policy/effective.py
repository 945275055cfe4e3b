"""Whose level counts for somebody who stands for another. Semantics 3."""

from collections.abc import Sequence

from app.policy.ladder import Ladder


def whose(ladder: Ladder, held: Sequence[str | None], *, sleeping: bool) -> int:
    """The place in `held` of the level that is enjoyed; the holder itself comes first.

    Behind it comes whoever it stands for. `sleeping`: the last one's counts, whatever the others
    hold. Else the highest does; of equal ones, and of levels that are no longer there, the last.
    """
    last = len(held) - 1
    if sleeping:
        return last
    return max(range(len(held)), key=lambda place: (ladder.position_of(held[place]) or 0, place))
