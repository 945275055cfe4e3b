"""Builders with dull defaults. Amounts are minor units."""

from datetime import date, timedelta

from app.policy.criteria import Criterion, Level, Metric, Sums, Totals
from app.policy.decision import Case, Occasion, Standing, decide
from app.policy.ladder import Ladder, Strategy
from app.policy.override import Override, OverrideMode
from app.policy.window import Period, Window, WindowKind

TODAY = date(2026, 11, 22)
LONG_AGO = date(2020, 1, 1)
CHECK_LIKE = [one for one in Occasion if one is not Occasion.order]


def rolling(days=30):
    return Window(WindowKind.rolling_days, n=days)


def months(count):
    return Window(WindowKind.rolling_months, n=count)


def calendar(period):
    return Window(WindowKind.calendar, period=Period(period))


def previous(period):
    return Window(WindowKind.previous, period=Period(period))


def fiscal(month, day):
    return Window(WindowKind.fiscal_year, start=(month, day))


def anniversary(count):
    return Window(WindowKind.anniversary, n=count)


LIFETIME = Window(WindowKind.lifetime)
MONTH_LONG = (rolling(30),)


def spend(at_least, window=0):
    return Criterion(Metric.spend, at_least, window)


def level(key, amount=None, **more):
    return Level(key, () if amount is None else (spend(amount),), **more)


def tiers(*levels, strategy=Strategy.highest, windows=MONTH_LONG, **more):
    """Bronze 1, silver 1,000, gold 10,000 unless levels are given."""
    named = (level("bronze", 1), level("silver", 1_000), level("gold", 10_000))
    return Ladder("tiers", strategy, levels or named, tuple(windows), **more)


def stages(*levels, **more):
    """Stages 50, 100, 200 to hold unless levels are given."""
    named = (level("s1", 50), level("s2", 100), level("s3", 200))
    return tiers(*(levels or named), strategy=Strategy.step, **more)


def totals(amount=0, *, tags=()):
    return Totals((Sums(amount, int(amount > 0), amount, 0),), frozenset(tags))


def held(key, *, days=1_000, **more):
    """A standing since `days` before TODAY."""
    return Standing(key, TODAY - timedelta(days), **more)


def override(mode, key=None, *, from_on=LONG_AGO, until=None, recorded=0):
    return Override(f"{mode}-{key}", OverrideMode(mode), key, from_on, until, recorded)


def judged(ladder, standing, amount, occasion=Occasion.check, *, on=TODAY, **more):
    return decide(ladder, Case(standing, totals(amount), occasion, on, **more))


def kept(decision, standing):
    """Nothing moved, and this is what is held."""
    return not decision.moved and decision.standing == standing


def moved_to(decision, key):
    return decision.moved and decision.standing == Standing(key, TODAY)
