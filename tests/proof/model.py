"""The reference model: page 2 (semantics) told slowly, sharing nothing with the product.

Two questions, never mixed: `totals` is a function of a set of facts, `replay` of the recorded
order. Members are written `customer:<id>` and `organization:<id>`. Where page 2 is silent `Silent`
is raised. Here are sections 3 to 8; section 2 is in `dates`, the recorded order in `replay`.
"""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from .dates import in_window, local_day
from .gaps import Gap, Silent

Json = dict[str, Any]
EXPONENTS = {"BHD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "TND": 3}
STAMPS = {"pending": "placed_at"} | {name: f"{name}_at" for name in ("paid", "closed", "cancelled")}
RANKS = ["pending", "paid", "closed", "cancelled", "deleted"]
AMOUNTS = {"total", "tax", "shipping", "discount", "other_tender", "rate", "amount", "quantity"}
SETTINGS = {
    "enabled": True, "time_zone": "UTC", "counted_statuses": ["paid", "closed"],
    "dated_by": "counted", "amount_basis": "total", "pooling": "dated", "starts_on": None,
    "effective_tier": "organization_only", "check_schedule": "15 0 * * *", "points_per_unit": "1",
}  # fmt: skip
TIERS = {
    "window": {"rolling_days": 365}, "upgrade": "immediate", "downgrade": "to_earned",
    "min_stay_days": 0, "grace_days": 0, "refund_downgrade": "at_check",
}  # fmt: skip
STAGES = {**TIERS, "window": {"rolling_days": 30}, "min_stay_days": 30}


# --- Section 3: which orders count, when, how much ---------------------------------------------


class Told(NamedTuple):
    """One order event as recorded; `version` compares states of one order."""

    type: str
    version: tuple[int, datetime, int, Fraction, str]
    order: Json
    event: Json


class Represents(NamedTuple):
    customer: str
    organization: str
    since: date
    until: date | None


class Judged(NamedTuple):
    """One order for one definition: whose, of which day, how much, or why not."""

    order: str
    customer: str | None
    member: str | None
    day: date
    spend: int
    points: int
    because: str | None


class Day(NamedTuple):
    spend: int = 0
    orders: int = 0
    largest: int = 0
    points: int = 0


@dataclass
class Facts:
    """All that was recorded, without decisions. `represented` is in recorded order."""

    settings: Json
    orders: dict[tuple[str, str], list[Told]] = field(default_factory=dict)
    activities: dict[str, Json] = field(default_factory=dict)
    rates: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    represented: list[Represents] = field(default_factory=list)
    people: dict[str, Json] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    redacted: set[str] = field(default_factory=set)


def normal(value: Any, name: str = "") -> Any:
    """Sections 15 and 16: nulls left out, amounts without trailing zeros, instants in UTC."""
    if isinstance(value, dict):
        return {key: normal(one, key) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [normal(one, name) for one in value]
    if name in AMOUNTS:
        return (value.rstrip("0").rstrip(".") if "." in value else value) or "0"
    if name == "at" or name.endswith("_at"):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def content(event: Json) -> str:
    """Section 16: what makes two events of one id the same."""
    body = {key: event[key] for key in ("type", "order", "refund", "customer") if key in event}
    return json.dumps(normal(body), sort_keys=True, separators=(",", ":"))


def told(event: Json) -> Told:
    """Section 3: an event with its version (sequence or -1, occurred_at, rank, content hash)."""
    order = event["order"]
    status = "deleted" if event["type"] == "order.deleted" else order.get("status", "pending")
    refunded = sum((Fraction(one["amount"]) for one in order.get("refunds") or []), Fraction(0))
    text = json.dumps(normal(order), sort_keys=True, separators=(",", ":"))
    sequence = -1 if event.get("sequence") is None else event["sequence"]
    at, digest = datetime.fromisoformat(event["occurred_at"]), hashlib.sha256(text.encode())
    version = (sequence, at, RANKS.index(status), refunded, digest.hexdigest())
    return Told(event["type"], version, order, event)


def refunds(events: Sequence[Told]) -> Fraction:
    """Section 3: a later complete list retires what it does not name; per refund the newest."""
    complete = [one for one in events if one.order.get("refunds_complete")]
    base = max(complete, key=lambda one: one.version) if complete else None
    newest: dict[str, tuple[tuple[int, datetime], Fraction]] = {}
    for one in events:
        age = one.version[:2]
        if one is not base and base and (one in complete or age < base.version[:2]):
            continue
        listed = one.order.get("refunds") or []
        for refund in [*listed, one.event["refund"]] if "refund" in one.event else listed:
            heard = (age, Fraction(refund["amount"]))
            known = newest.setdefault(refund["id"], heard)
            if known[0] == age and known != heard:
                raise Silent(Gap.refund_tie)
            newest[refund["id"]] = max(known, heard)
    if any(amount < 0 for _, amount in newest.values()):
        raise Silent(Gap.negative)
    return sum((amount for _, amount in newest.values()), Fraction(0))


def counted_on(settings: Json, states: Sequence[Told], current: Told) -> date:
    """Section 3, `dated_by`: the asked instant, else paid, closed, placed, else the oldest."""
    if settings["dated_by"] == "counted":
        asked = []
        for name in [STAMPS[status] for status in settings["counted_statuses"]]:
            said = [one.order.get(name) for one in states]
            asked += said if any(said) else [seen_at(states, name)]
    else:
        name = f"{settings['dated_by']}_at"
        asked = [current.order.get(name) or seen_at(states, name)]
    oldest = min(states, key=lambda one: one.version).event["occurred_at"]
    names = ["paid_at", "closed_at", "placed_at"]
    known = [current.order.get(name) or seen_at(states, name) for name in names]
    instants = [one for one in asked if one] or [one for one in [*known, oldest] if one][:1]
    return min(local_day(one, settings["time_zone"]) for one in instants)


def seen_at(states: Sequence[Told], name: str) -> str | None:
    """Page 7, section 5: an instant that nobody states is that of the first state past pending."""
    wanted = {"paid_at": ["paid", "closed"], "closed_at": ["closed"]}.get(name, [])
    ordered = sorted(states, key=lambda one: one.version)
    statuses = [one.order.get("status", "deleted") for one in ordered]
    if statuses[0] in {"paid", "closed"}:
        return None
    for number, status in enumerate(statuses):
        if status in wanted and "pending" in statuses[:number]:
            return str(ordered[number].event["occurred_at"])
    return None


def basis(settings: Json, order: Json) -> Fraction:
    """Section 3, `amount_basis`: the total where a part that is needed is missing."""
    parts = {"total": (), "paid": ("other_tender",), "goods": ("shipping",)}
    less = parts.get(settings["amount_basis"], ("shipping", "tax"))
    total = Fraction(order["total"])
    missing = any(order.get(part) is None for part in less)
    return total if missing else total - sum(Fraction(order[part]) for part in less)


def rate_of(facts: Facts, order: Json, day: date) -> Fraction | None:
    """Section 3: the rate sent with the order, else the program's of that very day."""
    if order["currency"] == facts.settings["currency"]:
        return Fraction(1)
    if order.get("rate") is not None:
        return Fraction(order["rate"])
    return facts.rates.get((order["currency"], day.isoformat()))


def kept_id(facts: Facts, customer: str | None) -> str | None:
    """Section 3: `customer.merged` moves all facts to the kept customer."""
    while customer in facts.merged:
        customer = facts.merged[customer]
    return customer


def representing(facts: Facts, customer: str, day: date) -> str | None:
    """Sections 3 and 16: of two representations in force the one recorded last holds."""
    for one in reversed(facts.represented):
        ended = one.until is not None and one.until < day
        if kept_id(facts, one.customer) == customer and one.since <= day and not ended:
            return one.organization
    return None


def home(facts: Facts, customer: str | None, day: date, on: date) -> str | None:
    """Section 3: the organization the customer represented on the day (or does now), else it."""
    if customer is None:
        return None
    asked = day if facts.settings["pooling"] == "dated" else on
    organization = representing(facts, customer, asked)
    return f"organization:{organization}" if organization else f"customer:{customer}"


def exponent(settings: Json) -> int:
    """Section 3: the ISO 4217 exponent of the program's currency."""
    return EXPONENTS.get(settings["currency"], 2)


def judge_order(facts: Facts, events: Sequence[Told], on: date) -> Judged | None:
    """Sections 3 and 11: the greatest state of an order; None while only refunds are known."""
    states = [one for one in events if one.type != "order.refund"]
    current = max(states, key=lambda one: one.version, default=None)
    if current is None or current.type == "order.deleted":
        return None
    order, settings = current.order, facts.settings
    day = counted_on(settings, states, current)
    customer = kept_id(facts, order.get("customer_id"))
    named = order.get("organization_id")
    member = f"organization:{named}" if named else home(facts, customer, day, on)
    rate = rate_of(facts, order, day)
    total, refunded = Fraction(order["total"]), refunds(events)
    because = None
    if order["status"] not in settings["counted_statuses"]:
        because = "status"
    elif member is None:
        because = "guest"
    elif refunded >= total > 0:
        because = "refunded"
    elif rate is None:
        because = "currency"
    spend = 0
    if because is None and rate is not None and total > 0:
        net = basis(settings, order) * (total - refunded) / total
        spend = max(0, round(net * rate * 10 ** exponent(settings)))
    units = Fraction(spend, 10 ** exponent(settings))
    points = math.floor(Fraction(settings["points_per_unit"]) * units)
    return Judged(order["id"], customer, member, day, spend, points, because)


def judged_orders(facts: Facts, on: date) -> list[Judged]:
    """Section 3: every order that has a state."""
    return [one for told_ in facts.orders.values() if (one := judge_order(facts, told_, on))]


def day_totals(facts: Facts, on: date) -> dict[str, dict[date, Day]]:
    """Section 1: spend, orders, largest and points per member and local day."""
    totals: defaultdict[str, dict[date, Day]] = defaultdict(dict)
    for one in judged_orders(facts, on):
        if one.because is None and one.member:
            was = totals[one.member].get(one.day, Day())
            spend, points = was.spend + one.spend, was.points + one.points
            largest = max(was.largest, one.spend)
            totals[one.member][one.day] = Day(spend, was.orders + 1, largest, points)
    for activity in facts.activities.values():
        day = local_day(activity["occurred_at"], facts.settings["time_zone"])
        member = home(facts, kept_id(facts, activity["customer_id"]), day, on)
        if activity["points"] < 0:
            raise Silent(Gap.negative)
        if member and activity["points"]:
            was = totals[member].get(day, Day())
            totals[member][day] = was._replace(points=was.points + activity["points"])
    return totals


def incomplete(facts: Facts, member: str, on: date) -> bool:
    """Section 3: a member with an order that waits for a rate."""
    return (member, "currency") in {(one.member, one.because) for one in judged_orders(facts, on)}


# --- Sections 4 to 6: levels, criteria, earned positions ---------------------------------------


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


# --- Sections 7 and 8: is the move applied now? ------------------------------------------------


class Held(NamedTuple):
    level: str | None = None
    since: date | None = None
    state: str = "held"
    grace_until: date | None = None


class Moment(NamedTuple):
    occasion: str
    on: date
    took_away: bool = False
    force: bool = False


class Verdict(NamedTuple):
    position: int
    reason: str
    state: str = "held"
    grace_until: date | None = None
    notice: bool = False


class Reins(NamedTuple):
    """The overrides in force on one ladder, as positions; `exact` may be a nudge acting now."""

    freeze: bool = False
    exact: int | None = None
    ceiling: int | None = None
    floor: int | None = None

    def clamp(self, position: int, held: int | None) -> int:
        """Section 8: freeze, exact, ceiling, floor; the ceiling wins over the floor."""
        if self.freeze and held is not None:
            return held
        if self.exact is not None:
            return self.exact
        position = max(position, self.floor or 0)
        return position if self.ceiling is None else min(position, self.ceiling)


def rows(ladder: Ladder, held: Held, goal: int, moment: Moment) -> Verdict:
    """Section 7, rows 1 to 4: `goal` is the earned position, clamped."""
    at = ladder.position(held.level) or 0
    if goal == at:
        return Verdict(at, "unchanged")
    if goal < at:
        return lower(ladder, held, goal, moment)
    if moment.occasion != "order" or ladder.rules["upgrade"] == "immediate":
        return Verdict(goal, "qualified")
    if held.grace_until:
        raise Silent(Gap.grace_overtaken)
    return Verdict(at, "awaits_check", "pending_upgrade")


def lower(ladder: Ladder, held: Held, goal: int, moment: Moment) -> Verdict:
    """Section 7, rows 5 to 8."""
    at = ladder.position(held.level) or 0
    order = moment.occasion == "order"
    if order and not moment.took_away:
        return Verdict(at, "awaits_check", held.state, held.grace_until)
    if ladder.rules["downgrade"] == "never" and not moment.force:
        if held.grace_until and not order:
            raise Silent(Gap.grace_never)
        return Verdict(at, "downgrades_off", "held", held.grace_until)
    if order and ladder.rules["refund_downgrade"] == "at_check":
        return Verdict(at, "awaits_check", "at_risk", held.grace_until)
    return fall(ladder, held, goal, moment)


def fall(ladder: Ladder, held: Held, goal: int, moment: Moment) -> Verdict:
    """Section 7, rows 9 to 12; `force` skips 9 and 10 and moves as `to_earned` under never."""
    at = ladder.position(held.level) or 0
    stay, grace = ladder.rules["min_stay_days"], ladder.rules["grace_days"]
    if not moment.force and held.since and (moment.on - held.since).days < stay:
        if held.grace_until:
            raise Silent(Gap.grace_stay)
        return Verdict(at, "minimum_stay", "at_risk")
    until = held.grace_until or moment.on + timedelta(days=grace)
    if not moment.force and grace and moment.on < until:
        return Verdict(at, "grace", "at_risk", until, notice=held.grace_until is None)
    one_step = ladder.rules["downgrade"] == "one_step"
    return Verdict(ladder.automatic_below(at) if one_step else goal, "shortfall")


def decide(
    ladder: Ladder, held: Held, found: Json, moment: Moment, reins: Reins, below: Sequence[str]
) -> Verdict:
    """Sections 7 and 8. `below`: the keys below a level that is no longer there, nearest first."""
    at = ladder.position(held.level)
    if at is None:
        return removed(ladder, found, reins, below)
    own = earned(ladder, at, found)
    goal = reins.clamp(own, at)
    row = rows(ladder, held, goal, moment)
    end = reins.clamp(row.position, at)
    if end != at and (goal != own or end != row.position):
        return Verdict(end, "override", "held" if end == goal else row.state)
    return row


def removed(ladder: Ladder, found: Json, reins: Reins, below: Sequence[str]) -> Verdict:
    """Section 7, row 13: to the earned position; on a step ladder to the next level below."""
    if ladder.strategy == "step":
        places = [ladder.position(key) or 0 for key in below]
        own = next((p for p in places if p and ladder.levels[p - 1].automatic), 0)
    else:
        own = earned(ladder, 0, found)
    if reins._replace(freeze=False).clamp(own, None) != own:
        raise Silent(Gap.removed_clamped)
    return Verdict(own, "level_removed")


def start(ladder: Ladder, reins: Reins) -> Verdict:
    """Section 6: a new member begins on the lowest automatic level."""
    if reins != Reins():
        raise Silent(Gap.started_override)
    lowest = (p for p, level in enumerate(ladder.levels, 1) if level.automatic)
    return Verdict(next(lowest, 0), "start")
