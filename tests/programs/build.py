"""Definitions with dull defaults."""

from app.programs.compiling import ladders_of
from app.programs.definition import Definition


def spent(amount, **more):
    return {"metric": "spend", "at_least": amount, **more}


def ordered(count, **more):
    return {"metric": "orders", "at_least": count, **more}


def tier(key, *criteria, **more):
    return {"key": key, "criteria": list(criteria), **more}


def stage(key, amount, **more):
    return {"key": key, "amount": amount, **more}


def definition(*levels, ladder=None, track=None, **settings):
    """Of tiers and stages, lowest first; `ladder` and `track` are settings of theirs."""
    return Definition.of(
        {
            "settings": {
                "currency": "EUR",
                "tiers": ladder or {},
                "stages": {"default": track} if track else {},
                **settings,
            },
            "tiers": [one for one in levels if "amount" not in one],
            "loyalty_stages": [one for one in levels if "amount" in one],
        }
    )


def ladder(*levels, removed=None, **more):
    """The only ladder that has levels."""
    found = ladders_of(definition(*levels, **more), removed or {})
    return found[-1] if any("amount" in one for one in levels) else found[0]
