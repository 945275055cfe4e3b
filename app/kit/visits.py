"""Places for requests: who is slow to send takes none from who has sent."""

from dataclasses import dataclass, field

from app.kit.errors.problem import AppError, Unavailable
from app.kit.turns import Turn

ARRIVING = 10  # times as many as may be at work
MOST_BYTES = 128 * 1024 * 1024


@dataclass(slots=True)
class Places:
    """What one process has in hand: requests at work and arriving, and the bytes of all bodies."""

    at_once: int
    working: int = field(default=0, init=False)
    arriving: int = field(default=0, init=False)
    bytes: int = field(default=0, init=False)

    def enter(self, *, arrives: bool, is_kept: bool = True) -> "Visit":
        """A request has begun. `arrives`: its body is still to come, and kept while it is at work.

        Raises Unavailable when too many are arriving.
        """
        visit = Visit(self, is_kept=is_kept)
        if arrives:
            visit.arrive()
        return visit


class Visit:
    """One request, first arriving, then at work."""

    def __init__(self, places: Places, *, is_kept: bool) -> None:
        self._places = places
        self._is_kept = is_kept
        self._bytes = 0
        self._arrives = self._works = False
        self._turn: Turn | None = None

    def arrive(self) -> None:
        if self._places.arriving >= ARRIVING * self._places.at_once:
            raise too_many()
        self._arrives = True
        self._places.arriving += 1

    def took(self, number: int) -> None:
        """So many bytes came. Raises Unavailable when all bodies together are too large."""
        if self._is_kept:
            self._bytes += number
            self._places.bytes += number
            if self._places.bytes > MOST_BYTES:
                raise too_many()

    def work(self, turn: Turn | None = None) -> None:
        """All of it is there, and it is its turn. Raises Unavailable when too many are at work."""
        self._turn = turn
        if self._places.working >= self._places.at_once:
            raise too_many()
        self._leave()
        self._works = True
        self._places.working += 1

    def end(self) -> None:
        self._leave()
        if self._turn is not None:
            self._turn.end()
        self._places.bytes -= self._bytes
        self._bytes = 0

    def _leave(self) -> None:
        self._places.arriving -= self._arrives
        self._places.working -= self._works
        self._arrives = self._works = False


def too_many() -> AppError:
    return Unavailable("Too many requests at once.", retry_after=1)
