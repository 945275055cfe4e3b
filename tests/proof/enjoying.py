"""The reference model of who enjoys what. Section 3, and the README's decision on it."""

from collections.abc import Mapping
from datetime import date

from .earning import Ladder
from .model import Facts, Json, representing
from .moves import Held


def sleeps(settings: Json) -> bool:
    """Whether the own positions of representatives sleep."""
    return bool(settings["effective_tier"] == "organization_only")


def enjoyed(
    facts: Facts, held: Mapping[tuple[str, str], Held], ladder: Ladder, customer: str, on: date
) -> str | None:
    """The organization's level while the customer represents one; with `best_of_both` the higher.

    Equal ones, and none, are the organization's; a level that is gone is none.
    """
    own = held.get((f"customer:{customer}", ladder.name), Held()).level
    organization = representing(facts, customer, on)
    if organization is None:
        return own
    theirs = held.get((f"organization:{organization}", ladder.name), Held()).level
    if sleeps(facts.settings):
        return theirs
    return own if (ladder.position(own) or 0) > (ladder.position(theirs) or 0) else theirs
