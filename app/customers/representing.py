"""What a person's word makes of the representations of one customer. Semantics 3 and 16.

Every function takes them and gives them back as they are from now on; the representations of
one customer for one organization never share a day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.customers.models import Represents
from app.kit.errors import Fault, RequestInvalid

ONE_DAY = timedelta(1)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
BACKWARDS = Fault("/until", "before_from", "It ends before it begins.")


class Pair(NamedTuple):
    """A customer, and the organization that it is to represent."""

    customer: UUID
    organization: UUID


class Term(NamedTuple):
    """The days that a caller names. `from_on` None: not said; `open_ended`: until said as none."""

    from_on: date | None = None
    until_on: date | None = None
    open_ended: bool = False


def recorded_now(known: Iterable[Represents], at: datetime) -> int:
    """A number above every earlier one of the customer; across customers it follows time."""
    instant = (at - EPOCH) // timedelta(microseconds=1)
    return max([instant, *(one.recorded + 1 for one in known)])


def switched(
    known: Sequence[Represents], pair: Pair, today: date, day: date, recorded: int
) -> list[Represents]:
    """From `day` on the customer orders for the organization, whoever else it represents.

    An end that is still to come stays; one that came by today is taken back.
    """
    current = max(today, day)
    if all(_settled(known, pair.organization, one) for one in (day, current)):
        return list(known)
    own = [one for one in known if one.organization_id == pair.organization]
    ends = [one.until_on for one in own if one.holds_on(day) and _reaches(one, current + ONE_DAY)]
    begun = Represents(pair.customer, pair.organization, day, next(iter(ends), None), recorded)
    return [*parted(known, pair.organization, day - ONE_DAY), begun]


def told(
    known: Sequence[Represents], pair: Pair, today: date, term: Term, recorded: int
) -> list[Represents]:
    """The customer represents the organization on these days.

    What overlaps them gets the new dates; what is over by now is only cut, unless the days said
    are over too. Not said: the days it has now, else from today on.
    Raises RequestInvalid when they end before they begin.
    """
    own = [one for one in known if one.organization_id == pair.organization]
    current = next((one for one in own if one.holds_on(term.from_on or today)), None)
    start = term.from_on or (current.from_on if current else today)
    until = _until(current, term, today)
    if until is not None and until < start:
        raise RequestInvalid([BACKWARDS])
    overlapping = [one for one in own if _overlap(one, start, until)]
    over = [one for one in overlapping if not _reaches(one, today)]
    past = [] if until is not None and until < today else over
    replaced = [one for one in overlapping if one not in past]
    kept = max((one.recorded for one in replaced), default=recorded)
    said = Represents(pair.customer, pair.organization, start, until, kept)
    others = [one for one in known if one not in replaced]
    return [*_cut(others, start - ONE_DAY, lambda one: one in past), said]


def left(known: Sequence[Represents], today: date) -> list[Represents]:
    """Whatever the customer represents today ends with today."""
    return _cut(known, today, lambda one: one.holds_on(today))


def left_from(known: Sequence[Represents], day: date) -> list[Represents]:
    """Whatever the customer represents on `day` has ended before it."""
    return _cut(known, day - ONE_DAY, lambda one: one.holds_on(day))


def ended(known: Sequence[Represents], last: date) -> list[Represents]:
    """The customer represents nobody after `last`."""
    return _cut(known, last, lambda _: True)


def parted(known: Sequence[Represents], organization: UUID, last: date) -> list[Represents]:
    """The customer represents the organization through `last` at most, and not again."""
    return _cut(known, last, lambda one: one.organization_id == organization)


def passed_on(
    kept: Sequence[Represents], removed: Sequence[Represents], customer: UUID
) -> list[Represents]:
    """The kept customer's representations with those of the one merged into it.

    Where both were for one organization each day stays with the one recorded last: no day of
    the past counts for another organization than before.
    """
    found: list[Represents] = []
    both = [*kept, *(replace(one, member_id=customer) for one in removed)]
    for one in sorted(both, key=_age, reverse=True):
        parts = [one]
        for newer in [row for row in found if _same(row, one)]:
            parts = [part for each in parts for part in _outside(each, newer)]
        found += parts
    return found


def _settled(known: Sequence[Represents], organization: UUID, day: date) -> bool:
    """The organization holds on `day` and goes on."""
    newest = max((one for one in known if one.holds_on(day)), key=_age, default=None)
    return bool(newest and newest.organization_id == organization and newest.until_on != day)


def _until(current: Represents | None, term: Term, today: date) -> date | None:
    if term.until_on is not None or term.open_ended or current is None:
        return term.until_on
    return current.until_on if _reaches(current, today + ONE_DAY) else None


def _cut(
    known: Sequence[Represents], last: date, chosen: Callable[[Represents], bool]
) -> list[Represents]:
    """The chosen ones end with `last`; those that begin later are gone."""
    kept = [one for one in known if not chosen(one) or one.from_on <= last]
    return [
        replace(one, until_on=last) if chosen(one) and _reaches(one, last + ONE_DAY) else one
        for one in kept
    ]


def _reaches(one: Represents, day: date) -> bool:
    return one.until_on is None or one.until_on >= day


def _overlap(one: Represents, start: date, until: date | None) -> bool:
    return _reaches(one, start) and (until is None or one.from_on <= until)


def _same(one: Represents, other: Represents) -> bool:
    same = one.organization_id == other.organization_id
    return same and _overlap(one, other.from_on, other.until_on)


def _outside(one: Represents, newer: Represents) -> list[Represents]:
    """The days of the one that the other does not have."""
    if not _overlap(one, newer.from_on, newer.until_on):
        return [one]
    parts = []
    if one.from_on < newer.from_on:
        parts.append(replace(one, until_on=newer.from_on - ONE_DAY))
    if newer.until_on is not None and _reaches(one, newer.until_on + ONE_DAY):
        parts.append(replace(one, from_on=newer.until_on + ONE_DAY))
    return parts


def _age(one: Represents) -> int:
    return one.recorded
