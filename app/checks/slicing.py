"""How the members of a program are cut into slices. Their ids are hashes: even cuts hold evenly."""

from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

NOBODY = UUID(int=0)
LAST = UUID(int=2**128 - 1)
SLICE_MEMBERS = 50_000  # of everybody: most are passed over
SLICE_CANDIDATES = 10_000
MOST_SLICES = 64


@dataclass(frozen=True, slots=True)
class Range:
    """Members above `after` up to and with `through`."""

    slice: int
    after: UUID
    through: UUID


EVERYBODY = Range(1, NOBODY, LAST)


def cut(members: int, each: int = SLICE_MEMBERS) -> list[Range]:
    """Ranges that join without a gap, of about `each` of the members or more."""
    number = min(max(members // each, 1), MOST_SLICES)
    edges = [UUID(int=(2**128 - 1) * part // number) for part in range(number + 1)]
    return [Range(one + 1, after, through) for one, (after, through) in enumerate(pairwise(edges))]


def share(members: int, slices: int, one: int) -> int:
    """How many of a check's members its slice `one` (from 1) stands for; the shares add up."""
    return members * one // slices - members * (one - 1) // slices
