"""Lines of the ledger that follow from facts: what they are worth against what stands there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from app.orders.resolving import Book
from app.policy.money import bonus_points

EARNED = "earned"
BONUS = "bonus"

Place = tuple[UUID, Any, date, str]  # member, order or activity, day, kind


def worth(
    where: tuple[UUID, Any, date], points: int, multiplier: Decimal | None
) -> Iterator[tuple[Place, int]]:
    """What is earned there, and what the multiplier adds to it."""
    yield (*where, EARNED), points
    if multiplier is not None and multiplier != 1:
        yield (*where, BONUS), bonus_points(points, multiplier)


def changed(now: Iterable[tuple[Place, int]], held: Mapping[Place, int]) -> dict[Place, int]:
    """By how much each place is wrong; what stands somewhere else is taken back there."""
    wanted = dict(now)
    places = sorted({*wanted, *held})
    found = {one: wanted.get(one, 0) - held.get(one, 0) for one in places}
    return {one: points for one, points in found.items() if points}


def line(book: Book, home: UUID, version: int) -> dict[str, Any]:
    """What all lines have in common. `version`: of the locked member."""
    return {
        "member_id": home,
        "entry_id": uuid4(),
        "program_id": book.program_id,
        "recorded_at": book.at,
        "recorded": version,
    }
