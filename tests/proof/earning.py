"""The reference model, sections 4 to 6 of page 2: levels, criteria, earned positions."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from .dates import in_window
from .gaps import Gap, Silent
from .model import Day, Facts, Json, day_totals, exponent

TIERS = {
    "window": {"rolling_days": 365}, "upgrade": "immediate", "downgrade": "to_earned",
    "min_stay_days": 0, "grace_days": 0, "refund_downgrade": "at_check",
}  # fmt: skip
STAGES = {**TIERS, "window": {"rolling_days": 30}, "min_stay_days": 30}


class Criterion(NamedTuple):
    """`at_least` in minor units or a count; for a tag, `metric` is "tag" and `name` the tag."""

    name: str
    metric: str
    window: Any = None
    at_least: Fraction = Fraction(0)


class Level(NamedTuple):
    key: str
    automatic: bool
    match: str
    enter: Sequence[Criterion]
    keep: Sequence[Criterion] | None
    moves_to_next: bool = True


@dataclass(frozen=True)
class Ladder:
    """Enabled levels, lowest first; `rules` are the ladder's settings."""

    name: str
    strategy: str
    levels: tuple[Level, ...]
    rules: Json

    def position(self, key: str | None) -> int | None:
        """Section 1: 0 = on no level; None = the level is no longer there (row 13)."""
        keys = [None, *(level.key for level in self.levels)]
        return keys.index(key) if key in keys else None

    def key(self, position: int) -> str | None:
        return self.levels[position - 1].key if position else None

    def automatic_below(self, position: int) -> int:
        """Section 6: hand-only levels are skipped by automatic moves."""
        return next((p for p in range(position - 1, 0, -1) if self.levels[p - 1].automatic), 0)


def ladders(definition: Json) -> dict[str, Ladder]:
    """Sections 1 and 5 to 7: the tier ladder and one stage ladder per track."""
    settings = definition["settings"]
    minor = 10 ** exponent(settings)
    rules = TIERS | settings.get("tiers", {})
    found = {"tiers": Ladder("tiers", "highest", tiers(definition, rules, minor), rules)}
    written = lowest_first(definition.get("loyalty_stages", []))
    tracks = {stage.get("track", "default") for stage in written} | {*settings.get("stages", {})}
    for track in sorted(tracks):
        rules = STAGES | settings.get("stages", {}).get(track, {})
        mine = [stage for stage in written if stage.get("track", "default") == track]
        found[track] = Ladder(track, "step", stages(mine, rules, minor), rules)
    return found


def lowest_first(levels: Iterable[Json]) -> list[Json]:
    enabled = [level for level in levels if level.get("enabled", True)]
    return sorted(enabled, key=lambda level: int(level["position"]))


def criterion(written: Json, rules: Json, minor: int) -> Criterion:
    """Section 4: without its own window it uses the ladder's."""
    if "tag" in written:
        return Criterion(written["tag"], "tag")
    metric, window = written["metric"], written.get("window") or rules["window"]
    money = metric in {"spend", "largest_order"}
    at_least = Fraction(written["at_least"]) * (minor if money else 1)
    return Criterion(f"{metric}@{json.dumps(window)}", metric, window, at_least)


def tiers(definition: Json, rules: Json, minor: int) -> tuple[Level, ...]:
    """Section 4: a level with its criteria, `match` and optional `keep`."""
    levels = []
    for tier in lowest_first(definition.get("tiers", [])):
        enter = [criterion(one, rules, minor) for one in tier.get("criteria", [])]
        keep = tier.get("keep")
        kept = None if keep is None else [criterion(one, rules, minor) for one in keep]
        automatic, match = tier.get("automatic", True), tier.get("match", "all")
        levels.append(Level(tier["key"], automatic, match, enter, kept))
    return tuple(levels)


def stages(written: Sequence[Json], rules: Json, minor: int) -> tuple[Level, ...]:
    """Section 6: one amount, read `to_hold` or `to_advance`."""
    advance = rules.get("amount_means", "to_hold") == "to_advance"
    levels = []
    for index, stage in enumerate(written):
        hold = stage.get("keep_amount") if advance else None
        asked = written[max(index - 1, 0)] if advance else stage
        spend, keep = [
            [criterion({"metric": "spend", "at_least": amount}, rules, minor)]
            for amount in (asked["amount"], hold or stage["amount"])
        ]
        enter = [] if advance and index == 0 else spend
        automatic, following = stage.get("automatic", True), stage.get("move_to_next", True)
        levels.append(Level(stage["key"], automatic, "all", enter, keep, following))
    return tuple(levels)


def refused(definition: Json) -> list[tuple[str, str]]:
    """Section 4: pairs of automatic levels of the tier ladder that ask exactly the same."""
    asked = [sorted(one.enter) for one in ladders(definition)["tiers"].levels if one.automatic]
    same = [(a, b) for b in range(len(asked)) for a in range(b) if asked[a] == asked[b]]
    return [(f"/tiers/{a}/criteria", f"/tiers/{b}/criteria") for a, b in same]


def totals(facts: Facts, member: str, ladder: Ladder, on: date) -> Json:
    """Section 4: every value that the ladder's criteria ask for. A function of a set."""
    return sums(facts, day_totals(facts, on).get(member, {}), member, ladder, on)


def sums(facts: Facts, days: Mapping[date, Day], member: str, ladder: Ladder, on: date) -> Json:
    """Section 4: `totals` with the day totals of the member already told."""
    person = facts.people.get(member, {})
    found: Json = {"tags": sorted(person.get("tags") or [])}
    for level in ladder.levels:
        for one in [*level.enter, *(level.keep or [])]:
            if one.metric != "tag" and one.name not in found:
                found[one.name] = figure(
                    one.metric, days_inside(facts, days, person, one.window, on)
                )
    return found


def days_inside(
    facts: Facts, days: Mapping[date, Day], person: Json, window: Any, on: date
) -> list[Day]:
    """Section 2: the days that count, cut below by `starts_on`."""
    first = facts.settings["starts_on"]
    anchor = anchor_of(days, person, first) if "anniversary" in window else None
    inside = [day for day in days if in_window(window, day, on, anchor)]
    return [days[day] for day in inside if first is None or day.isoformat() >= first]


def anchor_of(days: Mapping[date, Day], person: Json, starts_on: str | None) -> date | None:
    """Section 2: `joined_on`, else the member's first counted day."""
    if person.get("joined_on"):
        return date.fromisoformat(person["joined_on"])
    ordered = min((day for day, total in days.items() if total.orders), default=None)
    if ordered != min(days, default=None):
        raise Silent(Gap.anchor_points)
    if ordered and starts_on and ordered.isoformat() < starts_on:
        raise Silent(Gap.anchor_cut)
    return ordered


def figure(metric: str, rows: Sequence[Day]) -> int:
    """Section 1: the metrics over a window."""
    if metric == "largest_order":
        return max((row.largest for row in rows), default=0)
    return sum(getattr(row, metric) for row in rows)


def holds(level: Level, criteria: Sequence[Criterion], found: Json) -> bool:
    """Section 4: all or any of the criteria, inclusively; none always holds."""
    answers = [
        one.name in found["tags"] if one.metric == "tag" else found[one.name] >= one.at_least
        for one in criteria
    ]
    return all(answers) if level.match == "all" or not answers else any(answers)


def entered(ladder: Ladder, position: int, found: Json) -> bool:
    """Section 4: hand-only levels are never entered."""
    level = ladder.levels[position - 1]
    return level.automatic and holds(level, level.enter, found)


def stayed(ladder: Ladder, position: int, found: Json) -> bool:
    """Section 4: without keep criteria, staying takes what entering takes."""
    level = ladder.levels[position - 1]
    if level.keep is not None:
        return holds(level, level.keep, found)
    return (level.automatic or bool(level.enter)) and holds(level, level.enter, found)


def earned(ladder: Ladder, held: int, found: Json) -> int:
    """Sections 5 and 6: the earned position of a member that holds `held`."""
    if ladder.strategy == "step":
        return stepped(ladder, held, found)
    kept = [held] if held and stayed(ladder, held, found) else []
    places = range(1, len(ladder.levels) + 1)
    return max([*kept, *(p for p in places if entered(ladder, p, found))], default=0)


def stepped(ladder: Ladder, held: int, found: Json) -> int:
    """Section 6, rows 1, 2 and 4; minimum stay and downgrades off are section 7's."""
    above = range(held + 1, len(ladder.levels) + 1)
    following = next((p for p in above if ladder.levels[p - 1].automatic), None)
    moves = held == 0 or ladder.levels[held - 1].moves_to_next
    if following and moves and entered(ladder, following, found):
        return following
    stays = held == 0 or stayed(ladder, held, found)
    return held if stays else ladder.automatic_below(held)
