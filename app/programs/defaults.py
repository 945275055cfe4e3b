"""What a field that is left out means; filled in before anything is published."""

from typing import Any

DEFAULT_TRACK = "default"

BENEFITS: dict[str, Any] = {
    "discount_percent": "0.00",
    "products": [],
    "points_multiplier": "1",
    "entry_bonus_points": 0,
    "tag": None,
    "user_group": None,
    "entitlements": [],
}
TIER: dict[str, Any] = {
    "enabled": True,
    "automatic": True,
    "match": "all",
    "criteria": [],
    "keep": None,
    "benefits": {},
    "visible": True,
    "icon": None,
    "description": None,
}
STAGE: dict[str, Any] = {
    "track": DEFAULT_TRACK,
    "automatic": True,
    "keep_amount": None,
    "move_to_next": True,
    "products": [],
    "discount_percent": "0.00",
    "visible": True,
    "enabled": True,
}
TIER_LADDER: dict[str, Any] = {
    "window": {"rolling_days": 365},
    "upgrade": "immediate",
    "downgrade": "to_earned",
    "min_stay_days": 0,
    "grace_days": 0,
    "refund_downgrade": "at_check",
}
STAGE_LADDER: dict[str, Any] = {
    "window": {"rolling_days": 30},
    "amount_means": "to_hold",
    "upgrade": "immediate",
    "downgrade": "to_earned",
    "min_stay_days": 30,
    "start": "none",
}
SETTINGS: dict[str, Any] = {
    "enabled": True,
    "time_zone": "UTC",
    "counted_statuses": ["paid", "closed"],
    "dated_by": "counted",
    "amount_basis": "total",
    "pooling": "dated",
    "effective_tier": "organization_only",
    "points_per_unit": "1",
    "starts_on": None,
    "check_schedule": "15 0 * * *",
    "debounce_seconds": 300,
    "tiers": {},
    "stages": {},
}
