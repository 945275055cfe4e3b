"""Windows that are likely a mistake. Semantics 4."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from app.kit.cron import next_date
from app.kit.schemas import MISSING, Schema
from app.policy.dates import Period
from app.policy.window import Window, WindowKind
from app.programs.definition import Definition
from app.programs.specs import CriterionSpec, Stage, Tier

TO_DATE = {WindowKind.calendar, WindowKind.fiscal_year, WindowKind.anniversary}
LONGEST = {Period.month: 31, Period.quarter: 92, Period.half: 184, Period.year: 366}
FIRST_DAY = date(2024, 1, 1)  # of a leap year; schedules are looked at for a year from here
YEAR = timedelta(366)


class LintWarning(Schema):
    """Nothing was stopped; the pointer leads into the definition."""

    code: str
    pointer: str
    detail: str


class Used(NamedTuple):
    """A window that decides. `falls`: who stays by it falls when it starts anew."""

    pointer: str
    window: Window
    falls: bool


def warning(code: str, pointer: str, detail: str) -> LintWarning:
    return LintWarning(code=code, pointer=pointer, detail=detail)


def window_warnings(definition: Definition) -> Iterator[LintWarning]:
    """Windows that end unseen between two checks, and windows that let everybody fall."""
    used = [*_of_tiers(definition), *_of_stages(definition)]
    interval = longest_interval(definition.settings.check_schedule)
    for pointer, window in dict.fromkeys((one.pointer, one.window) for one in used):
        length = _length(window)
        if length is not None and length < interval:
            detail = f"Orders can leave between two checks, which may lie {interval} days apart."
            yield warning("window_shorter_than_interval", pointer, detail)
    for pointer in dict.fromkeys(one.pointer for one in used if one.falls):
        detail = "Everybody falls when the period starts: use previous, keep or a grace."
        yield warning("falls_with_period", pointer, detail)


@lru_cache(maxsize=256)
def longest_interval(schedule: str) -> int:
    """The most days between two scheduled dates, as seen over a year."""
    dates: list[date] = []
    following = next_date(schedule, FIRST_DAY)
    while following and (len(dates) < 2 or dates[-1] - dates[0] <= YEAR):  # noqa: PLR2004
        dates.append(following)
        following = next_date(schedule, following + timedelta(1))
    return max(((later - earlier).days for earlier, later in pairwise(dates)), default=1)


def _of_tiers(definition: Definition) -> Iterator[Used]:
    for n, tier in enumerate(definition.tiers):
        if tier.enabled:
            yield from _of_tier(definition, n, tier)


def _of_tier(definition: Definition, n: int, tier: Tier) -> Iterator[Used]:
    ladder = definition.settings.tiers
    may_fall = ladder.downgrade != "never" and not ladder.grace_days
    parts: list[tuple[str, Sequence[CriterionSpec], bool]] = [
        ("criteria", tier.criteria, may_fall and tier.keep is None),
        ("keep", tier.keep or (), may_fall),
    ]
    for name, criteria, falls in parts:
        for m, one in enumerate(criteria):
            if one.tag is not MISSING:
                continue
            own = one.window is MISSING
            pointer = "/settings/tiers/window" if own else f"/tiers/{n}/{name}/{m}/window"
            window = ladder.window if one.window is MISSING else one.window
            yield Used(pointer, window, falls and _least(one) > 0 and window.kind in TO_DATE)


def _of_stages(definition: Definition) -> Iterator[Used]:
    for track, ladder in definition.settings.stages.items():
        stages = [stage for stage in definition.track(track) if stage.enabled]
        if stages:
            falls = ladder.downgrade != "never" and ladder.window.kind in TO_DATE
            holds = any(_asks(stage) for stage in stages)
            yield Used(f"/settings/stages/{track}/window", ladder.window, falls and holds)


def _least(criterion: CriterionSpec) -> Decimal:
    return Decimal(str(criterion.at_least))


def _asks(stage: Stage) -> bool:
    return Decimal(stage.keep_amount or stage.amount) > 0


def _length(window: Window) -> int | None:
    """The most days that the window can have; None = no end."""
    match window.kind:
        case WindowKind.lifetime:
            return None
        case WindowKind.rolling_days:
            return window.n + 1
        case WindowKind.rolling_months | WindowKind.anniversary:
            return window.n * LONGEST[Period.month]
        case WindowKind.fiscal_year:
            return LONGEST[Period.year]
        case _:
            return LONGEST[window.period or Period.month]
