"""Where a table lives once the database is spread over several machines."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Kind = Literal["local", "reference", "distributed"]


class Placement(NamedTuple):
    """`by`: the column that says on which machine a row lives; `beside`: whose rows it shares."""

    kind: Kind
    by: str | None = None
    beside: str | None = None


Placements = Mapping[str, Placement]
LOCAL = Placement("local")
REFERENCE = Placement("reference")


def distributed(by: str, beside: str | None = None) -> Placement:
    """Spread by a column; rows of equal value lie on one machine with those of `beside`."""
    return Placement("distributed", by, beside)
