"""The orders and points that an explanation stands on, as they are told. Pure; semantics 12."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.evaluation.profiles import Profile
from app.evaluation.progressing import Course
from app.evaluation.schemas.grounds import ActivityLine, Because, NamedMember, OrderLine
from app.orders.stored import NearOrder
from app.policy.money import to_major
from app.policy.window import Days, bounds

Earned = Sequence[tuple[date, UUID | None, int]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What an explanation stands on: one member and ladder, its orders and earned points."""

    course: Course
    holder: Profile
    spans: Sequence[Days | None]
    orders: Sequence[NearOrder]
    earned: Earned

    def windows_of(self, day: date | None) -> tuple[int, ...]:
        """The numbers of the windows that hold the day."""
        return tuple(
            number
            for number, span in enumerate(self.spans)
            if span and day and span.first <= day <= span.last
        )


def spans_of(course: Course) -> list[Days | None]:
    """The days of each window of the ladder."""
    return [
        bounds(window, course.case.on, anchor=course.anchor, starts_on=course.rules.starts_on)
        for window in course.ladder.windows
    ]


def order_lines(ground: Ground) -> tuple[OrderLine, ...]:
    """By day; those without a day are last."""
    points: dict[tuple[UUID | None, date | None], int] = {
        (key, day): earned for day, key, earned in ground.earned
    }
    windows = {day: ground.windows_of(day) for day in {one.counted_on for one in ground.orders}}
    homes = {home: _named(*home) for home in {(one.kind, one.external_id) for one in ground.orders}}
    return tuple(
        _order(
            ground,
            one,
            points.get((one.order_key, one.counted_on), 0),
            windows[one.counted_on] if _is_counted(ground, one) else (),
            homes[one.kind, one.external_id],
        )
        for one in ground.orders
    )


def activity_lines(ground: Ground) -> tuple[ActivityLine, ...]:
    return tuple(
        ActivityLine(day=day, points=points, windows=ground.windows_of(day))
        for day, key, points in ground.earned
        if key is None
    )


def _named(kind: str, external_id: str | None) -> NamedMember | None:
    if kind == "guest" or external_id is None:
        return None
    return NamedMember(kind=kind, id=external_id)


def _order(
    ground: Ground, one: NearOrder, points: int, windows: tuple[int, ...], home: NamedMember | None
) -> OrderLine:
    return OrderLine(
        id=one.order_id,
        source=one.source,
        customer_id=one.customer_id,
        counts_for=home,
        status=one.status,
        day=one.counted_on,
        currency=one.currency,
        total=one.total,
        refunded=f"{one.refunded:f}",
        counted_amount=to_major(one.counted_amount, ground.course.rules.exponent),
        points=points,
        counted=bool(windows),
        windows=windows,
        excluded_because=None if windows else _because(ground, one),
        date_substituted=one.date_substituted,
        basis_substituted=one.basis_substituted,
        over_refunded=one.over_refunded,
    )


def _is_counted(ground: Ground, one: NearOrder) -> bool:
    return one.counts and one.member_id == ground.holder.member_id


def _because(ground: Ground, one: NearOrder) -> Because:
    """Its own reason first, then that it counts for another, then that no window holds its day."""
    if one.excluded_because is not None:
        return Because(one.excluded_because)
    at_home = one.member_id == ground.holder.member_id
    return Because.window if at_home else Because.organization
