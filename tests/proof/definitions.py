"""Random valid definitions and random edits of them, for `generate`."""

import copy
from random import Random
from typing import Any

from .earning import ladders
from .model import Json, exponent

ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"]
CURRENCIES = ["USD", "USD", "EUR", "JPY", "KWD"]
SCHEDULES = ["15 0 * * *"] * 6 + ["15 0 * * 1", "30 6 * * 1-5", "0 0 1,15 * *"]
STATUSES = [["paid", "closed"], ["closed"], ["paid"], ["pending", "paid", "closed"]]
WINDOWS: list[Any] = [
    *({"rolling_days": days} for days in (0, 1, 7, 7, 14, 14, 30, 90)),
    *({"rolling_months": months} for months in (1, 2, 12)),
    *({"calendar": unit} for unit in ("month", "quarter", "half", "year")),
    *({"previous": unit} for unit in ("month", "quarter")),
    *({"fiscal_year": start} for start in ("02-29", "03-01", "11-05")),
    *({"anniversary": months} for months in (1, 12)),
    "lifetime",
]
COUNTS = ("orders", "points")


def money(minor: int, settings: Json) -> str:
    """Minor units as a decimal string."""
    places = exponent(settings)
    whole, part = divmod(minor, 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(whole)


def definition(rng: Random) -> Json:
    """A definition that publishing accepts."""
    settings: Json = {
        "enabled": rng.random() < 0.97,
        "currency": rng.choice(CURRENCIES),
        "time_zone": rng.choice(ZONES),
        "counted_statuses": rng.choice(STATUSES),
        "dated_by": rng.choice(["counted", "counted", "placed", "paid", "closed"]),
        "amount_basis": rng.choice(["total", "total", "paid", "goods", "goods_without_tax"]),
        "pooling": rng.choice(["dated", "dated", "dated", "current_representatives"]),
        "effective_tier": rng.choice(["organization_only", "best_of_both"]),
        "points_per_unit": rng.choice(["1", "0.5", "2"]),
        "check_schedule": rng.choice(SCHEDULES),
        "debounce_seconds": 0,
        "tiers": {"window": rng.choice(WINDOWS), **moves(rng), "grace_days": grace(rng)},
        "stages": {name: track(rng) for name in rng.choice([[], ["default"], ["default", "vat"]])},
    }
    settings["tiers"]["refund_downgrade"] = rng.choice(["at_check", "at_check", "immediate"])
    tiers = [] if rng.random() < 0.05 else levels(rng, settings)
    stages = [one for name in settings["stages"] for one in steps(rng, settings, name)]
    return {"settings": settings, "tiers": tiers, "loyalty_stages": stages}


def calm(given: Json) -> Json:
    """The same with positions that depend on facts alone: no stages, keep, grace, minimum stay."""
    settings = given["settings"]
    still = {"grace_days": 0, "min_stay_days": 0, "downgrade": "to_earned"}
    tiers = {**settings["tiers"], **still}
    levels = [{name: tier[name] for name in tier if name != "keep"} for tier in given["tiers"]]
    settings = {**settings, "tiers": tiers, "stages": {}, "enabled": True}
    return {"settings": settings, "tiers": levels, "loyalty_stages": []}


def moves(rng: Random) -> Json:
    return {
        "upgrade": rng.choice(["immediate", "immediate", "at_check"]),
        "downgrade": rng.choice(["to_earned", "to_earned", "one_step", "never"]),
        "min_stay_days": rng.choice([0, 0, 0, 1, 3, 10]),
    }


def grace(rng: Random) -> int:
    return rng.choice([0, 0, 1, 2, 5])


def track(rng: Random) -> Json:
    return {
        "window": rng.choice([{"rolling_days": 30}, {"rolling_days": 7}, *WINDOWS[8:]]),
        "amount_means": rng.choice(["to_hold"] * 4 + ["to_advance"]),
        **moves(rng),
        "start": rng.choice(["none", "none", "none", "lowest"]),
    }


def rising(rng: Random, count: int) -> list[int]:
    """Thresholds in whole units, each above the one before."""
    found, last = [], 0
    for _ in range(count):
        last += rng.choice([1, 5, 40, 50, 100])
        found.append(last)
    return found


def levels(rng: Random, settings: Json) -> list[Json]:
    """Tiers whose thresholds rise on each metric and window, so that publishing accepts them."""
    count = rng.choice([1, 2, 3, 3, 4])
    columns = [column(rng, settings, "spend" if rng.random() < 0.7 else None, count)]
    if rng.random() < 0.35:
        columns.append(column(rng, settings, None, count, other=columns[0][0]["metric"]))
    match = rng.choice(["all", "all", "any"])
    found = []
    for index in range(count):
        criteria = [one[index] for one in columns]
        if rng.random() < 0.08:
            criteria.append({"tag": "vip"})
        level = {"key": f"t{index + 1}", "name": f"Tier {index + 1}", "position": index + 1}
        found.append({**level, "criteria": criteria, "match": match, **extras(rng, criteria)})
    if rng.random() < 0.12:
        found[0] |= {"criteria": [], "automatic": True}
    return found


def extras(rng: Random, criteria: list[Json]) -> Json:
    """Now and then keep criteria, a hand-only level, a disabled level."""
    found: Json = {"automatic": rng.random() > 0.1, "enabled": rng.random() > 0.05}
    if rng.random() < 0.25:
        found["keep"] = [halved(one) for one in criteria]
    return found


def halved(criterion: Json) -> Json:
    if "tag" in criterion:
        return criterion
    at_least = criterion["at_least"]
    if isinstance(at_least, int):
        return {**criterion, "at_least": at_least // 2}
    whole, dot, part = at_least.partition(".")
    return {**criterion, "at_least": f"{int(whole) // 2}{dot}{part}"}


def column(
    rng: Random, settings: Json, metric: str | None, count: int, other: str | None = None
) -> list[Json]:
    """One criterion per level, of one metric and window."""
    choices = [one for one in ("spend", "orders", "largest_order", "points") if one != other]
    metric = metric or rng.choice(choices)
    own = {"window": rng.choice(WINDOWS)} if rng.random() < 0.25 else {}
    scale = 10 ** exponent(settings)
    found: list[int | str] = []
    for index, units in enumerate(rising(rng, count)):
        counts = (units + 19) // 20 if metric == "orders" else units
        found.append(counts + index if metric in COUNTS else money(units * scale, settings))
    return [{"metric": metric, "at_least": value, **own} for value in found]


def steps(rng: Random, settings: Json, name: str) -> list[Json]:
    """The stages of one track."""
    advance = settings["stages"][name]["amount_means"] == "to_advance"
    found = []
    for index, units in enumerate(rising(rng, rng.choice([1, 2, 3]))):
        amount = money(units * 10 ** exponent(settings), settings)
        stage: Json = {"key": f"{name}{index + 1}", "track": name, "name": f"Stage {index + 1}"}
        stage |= {"position": index + 1, "amount": amount, "move_to_next": rng.random() > 0.15}
        stage |= {"automatic": advance or rng.random() > 0.1}
        if advance and rng.random() < 0.5:
            half = units * 10 ** exponent(settings) // 2
            stage["keep_amount"] = money(half, settings)
        found.append(stage)
    return found


def edited(rng: Random, old: Json, *, still: bool = False) -> tuple[Json, bool]:
    """Another definition, and whether levels, windows or statuses changed (so a check is due).

    A disabled level is on no ladder: what becomes of it changes none.
    """
    new = copy.deepcopy(old)
    settings, tiers = new["settings"], new["tiers"]
    kinds = ["scale", "add", "remove", "swap", "switch", "window", "statuses", "moves"]
    kind = rng.choice(kinds[:-1] if still else kinds)
    if kind == "moves":
        settings["tiers"] |= moves(rng)
        return new, False
    if kind == "window":
        settings["tiers"]["window"] = rng.choice(WINDOWS)
    elif kind == "statuses":
        settings["counted_statuses"] = rng.choice(STATUSES)
    elif kind == "add" and settings["tiers"] and not any(one["key"] == "top" for one in tiers):
        above = 1 + max((one["position"] for one in tiers), default=0)
        added = {"key": "top", "name": "Top", "position": above, "match": "all"}
        tiers.append({**added, "criteria": [{"metric": "spend", "at_least": "999999"}]})
    elif tiers:
        edit_levels(rng, kind, new)
    return new, deciding(new) != deciding(old)


def deciding(given: Json) -> tuple[Any, ...]:
    return ladders(given), given["settings"].get("counted_statuses")


def edit_levels(rng: Random, kind: str, new: Json) -> None:
    """Scale, remove, swap (two keys change places) or switch one level off or on."""
    tiers = new["tiers"]
    one, two = rng.choice(tiers), rng.choice(tiers)
    if kind == "remove":
        tiers.remove(one)
    elif kind == "swap":
        one["key"], two["key"] = two["key"], one["key"]
    elif kind == "switch":
        one["enabled"] = not one.get("enabled", True)
    else:
        for level in tiers:
            for criterion in [*level["criteria"], *(level.get("keep") or [])]:
                double(criterion)


def double(criterion: Json) -> None:
    at_least = criterion.get("at_least")
    if isinstance(at_least, str):
        whole, dot, part = at_least.partition(".")
        criterion["at_least"] = f"{int(whole) * 2}{dot}{part}"
    elif at_least is not None:
        criterion["at_least"] = at_least * 2
