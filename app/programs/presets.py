"""Definitions to begin with. Semantics 14."""

from collections.abc import Mapping
from typing import Any, Literal

Preset = Literal["cs_cart", "b2b_stages", "classes", "vip"]

ROLLING_MONTH = {"rolling_days": 30}


def _spent(amount: str) -> dict[str, Any]:
    return {"metric": "spend", "at_least": amount}


def _tier(key: str, criteria: list[dict[str, Any]], **benefits: Any) -> dict[str, Any]:
    name = "VIP" if key == "vip" else key.replace("_", " ").title()
    return {"key": key, "name": name, "criteria": criteria, "benefits": benefits}


def _stage(key: str, name: str, amount: str, discount: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "name": name, "amount": amount, "discount_percent": discount, **more}


CS_CART = {
    "settings": {
        "dated_by": "placed",
        "tiers": {"window": ROLLING_MONTH, "downgrade": "never"},
    },
    "tiers": [
        _tier("bronze", [_spent("1")], discount_percent="3"),
        _tier("silver", [_spent("1000")], discount_percent="7"),
        _tier("gold", [_spent("10000")], discount_percent="10"),
    ],
}
B2B_STAGES = {
    "settings": {
        "counted_statuses": ["closed"],
        "dated_by": "closed",
        "stages": {"default": {"window": ROLLING_MONTH, "amount_means": "to_hold"}},
    },
    "loyalty_stages": [
        _stage("stage_1", "Stage 1", "1000", "3"),
        _stage("stage_2", "Stage 2", "5000", "5"),
        _stage("stage_3", "Stage 3", "10000", "7"),
    ],
}
CLASSES = {
    "settings": {"stages": {"classes": {"window": ROLLING_MONTH, "amount_means": "to_advance"}}},
    "loyalty_stages": [
        _stage("a", "A", "10000", "5", track="classes", keep_amount="0"),
        _stage("b", "B", "50000", "10", track="classes", keep_amount="10000"),
        _stage("vip", "VIP", "100000", "15", track="classes", keep_amount="50000"),
    ],
}
VIP = {
    "settings": {"tiers": {"downgrade": "to_earned"}},
    "tiers": [
        _tier("member", [], tag="member"),
        _tier(
            "silver",
            [_spent("500"), {"metric": "orders", "at_least": 2}],
            discount_percent="3",
            points_multiplier="1.25",
            entry_bonus_points=100,
            tag="silver",
        ),
        _tier(
            "gold",
            [
                _spent("2000"),
                {"metric": "orders", "at_least": 5},
                {"metric": "points", "at_least": 2_000},
            ],
            discount_percent="7",
            points_multiplier="1.5",
            entry_bonus_points=500,
            tag="gold",
        ),
        _tier(
            "vip",
            [
                _spent("5000"),
                {"metric": "orders", "at_least": 10},
                {"metric": "points", "at_least": 5_000},
            ],
            discount_percent="10",
            points_multiplier="2",
            entry_bonus_points=1_000,
            tag="vip",
            entitlements=["shipping:express"],
        ),
    ],
}
PRESETS: Mapping[Preset | None, Mapping[str, Any]] = {
    None: {"settings": {}},
    "cs_cart": CS_CART,
    "b2b_stages": B2B_STAGES,
    "classes": CLASSES,
    "vip": VIP,
}


def preset(name: Preset | None, currency: str, time_zone: str) -> dict[str, Any]:
    """What a new program begins with; without a preset no levels."""
    raw = PRESETS[name]
    return {**raw, "settings": {**raw["settings"], "currency": currency, "time_zone": time_zone}}
