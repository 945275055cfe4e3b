"""What cannot be asked of analytics."""

from datetime import date

from app.kit.errors import Fault, RequestInvalid
from app.policy.window import Days

MOST_DAYS = 366


def after_today(pointer: str) -> Fault:
    return Fault(pointer, "in_the_future", "This date has not come yet.")


def spanned(first: date, last: date) -> Days:
    """The span from `first` through `last`. Raises RequestInvalid if it cannot be told."""
    if last < first:
        raise RequestInvalid([Fault("/query/to", "before_from", "It ends before it begins.")])
    if (last - first).days >= MOST_DAYS:
        too_long = f"At most {MOST_DAYS} days can be told at once."
        raise RequestInvalid([Fault("/query/to", "span_too_long", too_long)])
    return Days(first, last)
