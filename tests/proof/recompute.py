"""Computes the decision of an explanation again, from its JSON alone. Standard library only.

    python tests/proof/recompute.py explanation.json

prints every difference and ends with 1 if there is any. Written from semantics 2 and 4 to 8.
"""

import json
import sys
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Row = tuple[int, str, int, str, str | None]  # row, reason, position, state, grace until
ONE_DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DECIDED = ("row", "reason", "moved", "level", "position", "since", "state", "grace_until",
           "target")  # fmt: skip


def differences(told: Json) -> list[str]:
    """What the explanation says otherwise than its own facts and rules do."""
    found = []
    sums = []
    for number, one in enumerate(told["windows"]):
        days = bounds(told, one["window"])
        said = None if one["first"] is None else (_day(one["first"]), _day(one["last"]))
        found += _compare(f"days of window {number}", days, said)
        sums.append(totals(told, days))
        found += _compare(f"sums of window {number}", sums[-1], _sums(one["sums"]))
        for order in told["orders"]:
            inside = _inside(order["day"], days) and _counts(told, order)
            found += _compare(f"order {order['id']}", inside, number in order["windows"])
    for level in told["levels"]:
        kept, entered = stays(told, level, sums), enters(told, level, sums)
        found += _compare(level["key"], (entered, kept), (level["entered"], level["kept"]))
        for one in [*level["criteria"], *(level["keep"] or ())]:
            if one["metric"] != "tags":
                value = sums[one["window"]][one["metric"]]
                found += _compare(f"a value of {level['key']}", value, Decimal(one["value"]))
    decided = decide(told, sums)
    said = told["decision"]
    found += [one for name in DECIDED for one in _compare(name, decided[name], said[name])]
    return found + _compare("earned", decided["earned"], said["earned"]["position"])


def _compare(name: str, ours: Any, theirs: Any) -> list[str]:
    return [] if ours == theirs else [f"{name}: {ours} and not {theirs}"]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _sums(said: Json) -> Json:
    return {
        "spend": Decimal(said["spend"]),
        "orders": said["orders"],
        "largest_order": Decimal(said["largest_order"]),
        "points": said["points"],
    }


# Windows: semantics 2


def bounds(told: Json, window: Any) -> tuple[date, date] | None:
    """The first and the last day that count."""
    on = date.fromisoformat(told["as_of"])
    days = _whole(window, on, _day(told["anchor"]))
    starts_on = _day(told["rules"]["starts_on"])
    if days is None or starts_on is None:
        return days
    first = max(days[0], starts_on)
    return (first, days[1]) if first <= days[1] else None


def _whole(window: Any, on: date, anchor: date | None) -> tuple[date, date] | None:
    if window == "lifetime":
        return date.min, on
    [(kind, said)] = window.items()
    if kind == "anniversary":
        return (_anniversary(said, on, anchor), on) if anchor else None
    if kind in ("calendar", "previous"):
        first = date(on.year, (on.month - 1) // MONTHS[said] * MONTHS[said] + 1, 1)
        before = _clamped(first.year, first.month - MONTHS[said], 1), first - ONE_DAY
        return (first, on) if kind == "calendar" else before
    return _rolling(kind, said, on), on


def _rolling(kind: str, said: Any, on: date) -> date:
    """The first day of a window that ends today and begins where no period does."""
    if kind == "rolling_days":
        return on - timedelta(days=said)
    if kind == "rolling_months":
        return _clamped(on.year, on.month - said, on.day)
    month, day = map(int, said.split("-"))
    this = _clamped(on.year, month, day)
    return this if this <= on else _clamped(on.year - 1, month, day)


def _clamped(year: int, month: int, day: int) -> date:
    """`month` may lie outside 1 to 12."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def _anniversary(months: int, on: date, anchor: date) -> date:
    number = ((on.year - anchor.year) * 12 + on.month - anchor.month) // months
    if (start := _clamped(anchor.year, anchor.month + number * months, anchor.day)) <= on:
        return start
    return _clamped(anchor.year, anchor.month + (number - 1) * months, anchor.day)


# Sums and criteria: semantics 3 and 4


def totals(told: Json, days: tuple[date, date] | None) -> Json:
    """What the orders and activities of these days come to."""
    orders = [one for one in told["orders"] if _inside(one["day"], days) and _counts(told, one)]
    amounts = [Decimal(one["counted_amount"]) for one in orders]
    active = [one["points"] for one in told["activities"] if _inside(one["day"], days)]
    return {
        "spend": sum(amounts, Decimal(0)),
        "orders": len(orders),
        "largest_order": max(amounts, default=Decimal(0)),
        "points": sum(one["points"] for one in orders) + sum(active),
    }


def _inside(day: str | None, days: tuple[date, date] | None) -> bool:
    return days is not None and day is not None and days[0] <= date.fromisoformat(day) <= days[1]


def _counts(told: Json, order: Json) -> bool:
    return order["excluded_because"] in (None, "window") and order["counts_for"] == told["member"]


def enters(told: Json, level: Json, sums: list[Json]) -> bool:
    return level["automatic"] and _hold(told, level, level["criteria"], sums)


def stays(told: Json, level: Json, sums: list[Json]) -> bool:
    asked = level["criteria"] if level["keep"] is None else level["keep"]
    return _hold(told, level, asked, sums)


def _hold(told: Json, level: Json, asked: list[Json], sums: list[Json]) -> bool:
    if not asked:
        return bool(level["automatic"])
    held = []
    for one in asked:
        if one["metric"] == "tags":
            held.append(one["tag"] in told["tags"])
        else:
            held.append(Decimal(sums[one["window"]][one["metric"]]) >= Decimal(one["needed"]))
    return any(held) if level["match"] == "any" else all(held)


# The earned position: semantics 5 and 6


def earned(told: Json, held: int | None, sums: list[Json]) -> int:
    levels, rules = told["levels"], told["rules"]
    if rules["strategy"] == "step":
        if held is None:
            return _below(levels, rules["removed"].get(told["held"]["level"], 0) + 1)
        return _stepped(told, held, sums)
    for level in reversed(levels):
        keeps = level["position"] == held and stays(told, level, sums)
        if enters(told, level, sums) or keeps:
            return int(level["position"])
    return 0


def _stepped(told: Json, held: int, sums: list[Json]) -> int:
    levels = told["levels"]
    level = levels[held - 1] if held else None
    above = next((one for one in levels[held:] if one["automatic"]), None)
    if above and (level is None or level["move_to_next"]) and enters(told, above, sums):
        return int(above["position"])
    if level is None or stays(told, level, sums):
        return held
    return _below(levels, held)


def _below(levels: list[Json], position: int) -> int:
    found = [one["position"] for one in levels[: max(position - 1, 0)] if one["automatic"]]
    return max(found, default=0)


# Overrides: semantics 8


def limits(told: Json, held: int | None) -> tuple[int, int]:
    """The lowest and the highest position that are allowed."""
    places = {one["key"]: one["position"] for one in told["levels"]} | {None: 0}
    newest: Json = {}
    for one in sorted(told["overrides"], key=lambda one: one["recorded"]):
        begun = one["from"] <= told["as_of"]
        if begun and (one["until"] or told["as_of"]) >= told["as_of"] and one["level"] in places:
            newest[one["mode"]] = places[one["level"]]
    if "freeze" in newest and held is not None:
        return held, held
    if "exact" in newest:
        return newest["exact"], newest["exact"]
    return newest.get("floor", 0), newest.get("ceiling", len(told["levels"]))


# The rows: semantics 7, occasion check


def decide(told: Json, sums: list[Json]) -> Json:
    """The decision as the explanation names its parts, with the position earned."""
    now, rules = told["held"], told["rules"]
    places = {one["key"]: one["position"] for one in told["levels"]} | {None: 0}
    held = places.get(now["level"])
    aim = earned(told, held, sums)
    low, high = limits(told, held)
    target = min(max(aim, low), high)
    same = {name: now[name] for name in ("level", "since", "state", "grace_until")}
    same |= {"position": held or 0, "moved": False, "earned": aim, "target": target}
    if not rules["active"]:
        return same | {"row": 14, "reason": "disabled"}
    if now["since"] is not None and now["since"] > told["as_of"]:
        return same | {"row": 0, "reason": "unchanged"}
    row, reason, position, state, grace = _row(told, held, target)
    starts = rules["start"] == "lowest" and told["is_new"] and now["level"] is None
    lowest = next((one["position"] for one in told["levels"] if one["automatic"]), 0)
    if starts and lowest and position <= lowest:
        row, reason, position, state, grace = 0, "start", lowest, "held", None
    final = min(max(position, low), high)
    moved = final != held
    overruled = final != position or (row > 0 and target != aim)
    return {
        "row": row,
        "reason": "override" if moved and overruled else reason,
        "moved": moved,
        "level": told["levels"][final - 1]["key"] if final else None,
        "position": final,
        "since": told["as_of"] if moved else now["since"],
        "state": "held" if final == target else state,
        "grace_until": None if moved else grace,
        "earned": aim,
        "target": target,
    }


def _row(told: Json, held: int | None, target: int) -> Row:
    if held is None:
        return 13, "level_removed", target, "held", None
    if target > held:
        return 3, "qualified", target, "held", None
    if target == held:
        return 4, "unchanged", held, "held", None
    if told["rules"]["downgrade"] == "one_step":
        falls: Row = (12, "shortfall", _below(told["levels"], held), "held", None)
    else:
        falls = (11, "shortfall", target, "held", None)
    return _postponed(told, held) or falls


def _postponed(told: Json, held: int) -> Row | None:
    now, rules, on = told["held"], told["rules"], date.fromisoformat(told["as_of"])
    if rules["downgrade"] == "never":
        return 8, "downgrades_off", held, "held", None
    since = _day(now["since"]) or date.min
    if on < since + timedelta(days=rules["min_stay_days"]):
        return 9, "minimum_stay", held, "at_risk", None
    until = _day(now["grace_until"]) or on + timedelta(days=rules["grace_days"])
    if rules["grace_days"] and on < until:
        return 10, "grace", held, "at_risk", str(until)
    return None


if __name__ == "__main__":
    faults = differences(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    sys.exit(bool(faults))
