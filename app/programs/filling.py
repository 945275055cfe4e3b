"""From what was given to the whole value: defaults, positions, one way to write a number."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from operator import itemgetter
from typing import Any

from app.kit.texts import exponents
from app.programs import defaults
from app.programs.specs import AMOUNTS

STATUSES = ("pending", "paid", "closed", "cancelled")


def filled(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a whole definition; `raw` may leave out what has a default.

    Levels are lowest first, stages by their tracks, and get their positions; amounts get the
    decimals of the currency unless they have more.
    """
    settings = filled_settings(raw["settings"])
    exponent = exponents()[settings["currency"]]
    filled_stages = (_stage(stage, exponent) for stage in raw.get("loyalty_stages", ()))
    stages = sorted(filled_stages, key=itemgetter("track"))
    for track in {stage["track"] for stage in stages} - settings["stages"].keys():
        settings["stages"][track] = defaults.STAGE_LADDER
    return {
        "settings": settings,
        "tiers": [
            {**_tier(tier, exponent), "position": position}
            for position, tier in enumerate(raw.get("tiers", ()), 1)
        ],
        "loyalty_stages": _numbered(stages),
    }


def filled_settings(raw: Mapping[str, Any]) -> dict[str, Any]:
    settings = {**defaults.SETTINGS, **raw}
    given = settings["counted_statuses"]
    return {
        **settings,
        "counted_statuses": [status for status in STATUSES if status in given],
        "points_per_unit": _shortest(settings["points_per_unit"]),
        "tiers": {**defaults.TIER_LADDER, **settings["tiers"]},
        "stages": {
            track: {**defaults.STAGE_LADDER, **ladder}
            for track, ladder in settings["stages"].items()
        },
    }


def _tier(raw: Mapping[str, Any], exponent: int) -> dict[str, Any]:
    tier = {"name": raw["key"], **defaults.TIER, **raw}
    benefits = {**defaults.BENEFITS, **tier["benefits"]}
    return {
        **tier,
        "criteria": [_criterion(one, exponent) for one in tier["criteria"]],
        "keep": [_criterion(one, exponent) for one in tier["keep"] or ()] or None,
        "benefits": {
            **benefits,
            "discount_percent": _decimals(benefits["discount_percent"], 2),
            "points_multiplier": _shortest(benefits["points_multiplier"]),
        },
    }


def _stage(raw: Mapping[str, Any], exponent: int) -> dict[str, Any]:
    stage = {"name": raw["key"], **defaults.STAGE, **raw}
    kept = stage["keep_amount"]
    return {
        **stage,
        "amount": _decimals(stage["amount"], exponent),
        "keep_amount": None if kept is None else _decimals(kept, exponent),
        "discount_percent": _decimals(stage["discount_percent"], 2),
    }


def _criterion(raw: Mapping[str, Any], exponent: int) -> dict[str, Any]:
    if raw.get("metric") not in AMOUNTS:
        return dict(raw)
    return {**raw, "at_least": _decimals(raw["at_least"], exponent)}


def _numbered(stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each with its position within its track."""
    seen: Counter[str] = Counter()
    numbered = []
    for stage in stages:
        seen[stage["track"]] += 1
        numbered.append({**stage, "position": seen[stage["track"]]})
    return numbered


def _decimals(text: str, least: int) -> str:
    """With at least so many decimals; more stay, for the validation to name."""
    whole, _, fraction = text.partition(".")
    fraction = fraction.ljust(least, "0")
    return f"{whole}.{fraction}" if fraction else whole


def _shortest(text: str) -> str:
    return f"{Decimal(text).normalize():f}"
