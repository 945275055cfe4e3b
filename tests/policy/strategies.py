"""Random ladders, standings and totals: small numbers, so that thresholds are often met."""

from datetime import date, timedelta

from hypothesis import strategies as st

from app.policy.criteria import Criterion, Level, Metric, Sums, Totals
from app.policy.days import DayTotal
from app.policy.decision import Case, Occasion, Standing, State
from app.policy.ladder import Downgrade, Ladder, RefundDowngrade, Start, Strategy, Upgrade
from app.policy.override import Override, OverrideMode
from tests.policy.build import (
    LIFETIME,
    TODAY,
    anniversary,
    calendar,
    fiscal,
    months,
    previous,
    rolling,
)

SMALL = st.integers(0, 6)
AMOUNTS = st.integers(0, 9)
SUMMED = [Metric.spend, Metric.orders, Metric.largest_order, Metric.points]
KEYS = ["a", "b", "c", "d"]
NO_OVERRIDES = st.just(())
HELD = st.sampled_from([None, *KEYS])
WINDOWS = st.one_of(
    st.integers(0, 40).map(rolling),
    st.integers(1, 3).map(months),
    st.sampled_from(["month", "quarter"]).map(calendar),
    st.sampled_from(["month", "quarter"]).map(previous),
    st.just(fiscal(2, 29)),
    st.integers(1, 3).map(anniversary),
    st.just(LIFETIME),
)


@st.composite
def criteria(draw, windows):
    metric = draw(st.sampled_from(SUMMED))
    return Criterion(metric, draw(AMOUNTS), draw(st.integers(0, windows - 1)))


@st.composite
def levels(draw, key, windows):
    asked = st.lists(criteria(windows), max_size=2).map(tuple)
    return Level(
        key,
        draw(asked),
        draw(st.none() | asked),
        match_any=draw(st.booleans()),
        automatic=draw(st.sampled_from([True, True, True, False])),
        moves_to_next=draw(st.sampled_from([True, True, False])),
    )


@st.composite
def ladders(draw, **fixed):
    """Levels a, b, …; what is not there of them may be held and counts as removed."""
    windows = tuple(draw(st.lists(WINDOWS, min_size=1, max_size=2)))
    count = draw(st.integers(1, len(KEYS)))
    drawn = {
        "strategy": st.sampled_from(Strategy),
        "upgrade": st.sampled_from(Upgrade),
        "downgrade": st.sampled_from(Downgrade),
        "min_stay_days": st.sampled_from([0, 0, 7]),
        "grace_days": st.sampled_from([0, 0, 5]),
        "refund_downgrade": st.sampled_from(RefundDowngrade),
        "start": st.sampled_from(Start),
    }
    settings = {name: draw(values) for name, values in drawn.items() if name not in fixed}
    return Ladder(
        "tiers",
        levels=tuple(draw(levels(key, len(windows))) for key in KEYS[:count]),
        windows=windows,
        removed=dict.fromkeys(KEYS[count:], count),
        **settings | fixed,
    )


@st.composite
def sums(draw, ladder):
    """Totals over the windows of the ladder; windows need not agree with one another."""
    return Totals(
        tuple(
            Sums(draw(AMOUNTS), draw(SMALL), draw(AMOUNTS), draw(AMOUNTS)) for _ in ladder.windows
        )
    )


@st.composite
def standings(draw, keys=HELD):
    grace = draw(st.none() | st.integers(-3, 9).map(lambda days: TODAY + timedelta(days)))
    since = TODAY - timedelta(draw(st.integers(0, 20)))
    return Standing(draw(keys), since, draw(st.sampled_from(State)), grace)


@st.composite
def overrides(draw):
    """At most three, beginning and ending around TODAY."""
    found = []
    for number in range(draw(st.integers(0, 3))):
        from_on = TODAY + timedelta(draw(st.integers(-9, 12)))
        until = draw(st.none() | st.integers(0, 12).map(lambda n, day=from_on: day + timedelta(n)))
        mode = draw(st.sampled_from(OverrideMode))
        key = None if mode is OverrideMode.freeze else draw(st.sampled_from(KEYS))
        found.append(Override(str(number), mode, key, from_on, until, number))
    return tuple(found)


@st.composite
def cases(draw, ladder, *, keys=HELD, ruled=NO_OVERRIDES):
    return Case(
        draw(standings(keys)),
        draw(sums(ladder)),
        draw(st.sampled_from(Occasion)),
        TODAY,
        took_away=draw(st.booleans()),
        force=draw(st.sampled_from([False, False, True])),
        is_new=draw(st.booleans()),
        overrides=draw(ruled),
    )


def keys_of(ladder):
    """None and the keys of levels that are there."""
    return st.sampled_from([None, *(level.key for level in ladder.levels)])


@st.composite
def histories(draw):
    """Day totals within 120 days before TODAY and 20 days after."""
    days = draw(st.lists(st.integers(-120, 20), max_size=8, unique=True))
    return [_day(draw, TODAY + timedelta(number)) for number in days]


def _day(draw, day: date):
    spend = draw(AMOUNTS)
    return DayTotal(day, spend, draw(st.integers(1, 2)), spend, draw(st.integers(0, spend)))
