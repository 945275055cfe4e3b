"""Lists of members: what is asked for, where a page ended, what is held."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.standings.moves import TIERS


class Wanted(NamedTuple):
    """Filters that all hold; None asks nothing.

    Contracts that ended before `on` are left out, and if positions sleep who stands for another
    then.
    `state` is that on the ladder of the tier or stage asked for, else on any. `stage`: its
    track and key.
    """

    on: date
    sleeping: bool
    tier: str | None = None
    stage: tuple[str, str] | None = None
    state: str | None = None
    changed_since: datetime | None = None

    @property
    def levels(self) -> list[tuple[str, str]]:
        """Ladder and key of each level asked for."""
        tier = [] if self.tier is None else [(TIERS, self.tier)]
        return tier if self.stage is None else [*tier, self.stage]


class Listed(NamedTuple):
    """A member of a list; also the place where a page ended."""

    member_id: UUID
    kind: str
    external_id: str


class Holding(NamedTuple):
    """What one member holds on one ladder."""

    member_id: UUID
    ladder: str
    level_key: str | None
    position: int
    since_on: date | None
    state: str
