"""Windows of every kind, on every day: the product's bounds against the model's question."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from app.policy.dates import Period
from app.policy.window import Window, WindowKind, bounds, enters_on, leaves_on, next_turn

from .dates import in_window

ONE = timedelta(1)
ANCHORS = [date(2020, 2, 29), date(2022, 10, 31), date(2023, 1, 1)]
WINDOWS: list[Any] = [
    "lifetime",
    *({"rolling_days": n} for n in (1, 30, 365, 366)),
    *({"rolling_months": n} for n in (1, 2, 12, 13)),
    *({kind: unit} for kind in ("calendar", "previous") for unit in Period),
    *({"fiscal_year": start} for start in ("01-01", "02-29", "04-01", "12-31")),
    *({"anniversary": n} for n in (1, 6, 12)),
]


def built(window: Any) -> Window:
    """The product's form of a window in JSON."""
    if window == "lifetime":
        return Window(WindowKind.lifetime)
    ((kind, size),) = window.items()
    match WindowKind(kind):
        case WindowKind.fiscal_year:
            month, first = map(int, size.split("-"))
            return Window(WindowKind.fiscal_year, start=(month, first))
        case WindowKind.calendar | WindowKind.previous as named:
            return Window(named, period=Period(size))
        case named:
            return Window(named, n=size)


def turned(year: int) -> tuple[int, list[str]]:
    """How many windows were looked at, and what differs, for all days of a year."""
    days = [one for n in range(366) if (one := date(year, 1, 1) + n * ONE).year == year]
    asked = [(window, anchor) for window in WINDOWS for anchor in anchors(window)]
    failures = [
        f"{window}, anchor {anchor}, on {day}: {wrong}"
        for window, anchor in asked
        for day in days
        for wrong in differing(window, day, anchor)
    ]
    return len(days) * len(asked), failures


def anchors(window: Any) -> list[date | None]:
    return [*ANCHORS] if "anniversary" in window else [None]


def differing(window: Any, day: date, anchor: date | None) -> Iterator[str]:
    """Where one of the product's dates does not turn what the model says."""
    made = built(window)

    def counts(which: date, on: date) -> bool:
        return in_window(window, which, on, anchor)

    said = bounds(made, day, anchor=anchor)
    assert said is not None
    edges = [said.first <= date(2000, 1, 1) or not counts(said.first - ONE, day)]
    edges += [counts(said.first, day), counts(said.last, day), not counts(said.last + ONE, day)]
    if not all(edges):
        yield f"bounds {said.first} … {said.last}"
    entered = enters_on(made, day)
    if not counts(day, entered) or (entered > day and counts(day, entered - ONE)):
        yield f"enters on {entered}"
    left = leaves_on(made, day, anchor=anchor)
    turns = next_turn(made, day, anchor=anchor)
    for name, which, when in (("leaves", day, left), ("turns", said.first, turns)):
        if when is None and window != "lifetime":
            yield f"never {name}"
        elif when and (counts(which, when) or not counts(which, when - ONE)):
            yield f"{name} on {when}"
