"""Everybody, as the reference model knows them, and how they are decided. Page 2, 7 to 9 and 13."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from .earning import Ladder, sums
from .enjoying import sleeps
from .gaps import Gap, Silent
from .model import (
    Day,
    Facts,
    Json,
    day_totals,
    representing,
)
from .moves import Held, Moment, Reins, Verdict, decide, start


class World:
    """`changes`, `held` (per member and ladder) and `conflicts`, as of `today`."""

    def __init__(self) -> None:
        self.today = date.min
        self.versions: list[Json] = []
        self.ladders: list[Ladder] = []
        self.facts = Facts({})
        self.folded: tuple[date | None, dict[str, dict[date, Day]]] | None = None
        self.known: dict[str, set[str]] = {}
        self.slept: set[str] = set()
        self.heard: dict[tuple[str, str], str] = {}
        self.conflicts: list[str] = []
        self.overrides: list[Json] = []
        self.held: dict[tuple[str, str], Held] = {}
        self.changes: list[Json] = []

    def enabled(self) -> bool:
        return bool(self.facts.settings["enabled"])

    def days(self) -> dict[str, dict[date, Day]]:
        """Section 1: day totals of everybody, folded anew from all facts after each fact.

        A check as of an earlier day sees who represents whom when it runs (section 7).
        """
        asked = None if self.facts.settings["pooling"] == "dated" else self.today
        if self.folded is None or self.folded[0] != asked:
            self.folded = (asked, day_totals(self.facts, self.today))
        return self.folded[1]

    def awake(self, member: str, on: date | None = None) -> bool:
        """Section 3: a customer's own positions sleep while it represents an organization."""
        kind, _, name = member.partition(":")
        if not sleeps(self.facts.settings):
            return True
        return kind == "organization" or not representing(self.facts, name, on or self.today)

    def now(self, occasion: str) -> Moment:
        return Moment(occasion, self.today)

    def judge_all(self, members: Iterable[str], moment: Moment, took: Collection[str] = ()) -> None:
        """Sections 7 and 9: nothing while disabled, nobody who sleeps or is gone."""
        names = {ladder.name for ladder in self.ladders}
        if any(held.level and name not in names for (_, name), held in self.held.items()):
            raise Silent(Gap.lost_ladder)
        for member in sorted(self.known.keys() & set(members)):
            if self.enabled() and self.awake(member, moment.on):
                mine = moment._replace(took_away=member in took)
                for ladder in self.ladders:
                    self.evaluate(member, ladder, mine)

    def evaluate(
        self, member: str, ladder: Ladder, moment: Moment, nudge: Json | None = None
    ) -> None:
        """Sections 6 to 8: one member, one ladder, one decision."""
        held = self.held.get((member, ladder.name), Held())
        if held.since and held.since > moment.on:
            if held.level is None:
                raise Silent(Gap.left_later)
            return
        found = sums(self.facts, self.days().get(member, {}), member, ladder, moment.on)
        reins = self.reins(member, ladder, moment.on, nudge)
        fresh = ladder.name in self.known[member] and ladder.rules.get("start") == "lowest"
        self.known[member].discard(ladder.name)
        if fresh and member in self.slept:
            raise Silent(Gap.started_asleep)
        below = self.below(ladder, held.level) if ladder.position(held.level) is None else []
        verdict = decide(ladder, held, found, moment, reins, below)
        self.apply(member, ladder, start(ladder, reins) if fresh else verdict, moment, found)

    def below(self, ladder: Ladder, key: str | None) -> list[str]:
        """Section 7, row 13: what is below a disabled level, or was below a deleted one."""
        for version in reversed(self.versions):
            stages = version.get("loyalty_stages", [])
            track = [one for one in stages if one.get("track", "default") == ladder.name]
            levels = version["tiers"] if ladder.name == "tiers" else track
            keys = [one["key"] for one in sorted(levels, key=lambda one: int(one["position"]))]
            if key in keys:
                return keys[: keys.index(key)][::-1]
        return []

    def apply(
        self, member: str, ladder: Ladder, verdict: Verdict, moment: Moment, found: Json
    ) -> None:
        """Section 13: per move exactly one change; row 10 announces `at_risk` once."""
        held = self.held.get((member, ladder.name), Held())
        key = ladder.key(verdict.position)
        since = held.since if key == held.level else moment.on
        self.held[member, ladder.name] = Held(key, since, verdict.state, verdict.grace_until)
        if verdict.notice or key != held.level:
            self.note(member, ladder, held.level, key, moment, verdict.reason, found)

    def note(
        self,
        member: str,
        ladder: Ladder | None,
        left: str | None,
        to: str | None,
        moment: Moment,
        reason: str,
        found: Json,
    ) -> None:
        """Section 13: the next of a gapless `seq` per member."""
        kind, direction = self.kind(ladder, left, to)
        self.changes.append(
            {
                "member": member,
                "ladder": ladder.name if ladder else None,
                "seq": 1 + sum(one["member"] == member for one in self.changes),
                "from": left,
                "to": to,
                "type": kind,
                "direction": direction,
                "occasion": moment.occasion,
                "reason": reason,
                "as_of": moment.on.isoformat(),
                "version": len(self.versions),
                "values": found,
            }
        )

    def kind(self, ladder: Ladder | None, left: str | None, to: str | None) -> tuple[str, Any]:
        """Section 13: event types; a notice has no direction."""
        if ladder is None:
            return "customer.redacted", None
        prefix = "tier" if ladder.strategy == "highest" else "stage"
        if left == to:
            return f"{prefix}.at_risk", None
        if left is None:
            return f"{prefix}.assigned", "up"
        if to is None:
            return f"{prefix}.left", "down"
        old, new = ladder.position(left), ladder.position(to) or 0
        falls = to in self.below(ladder, left) if old is None else new < old
        return (f"{prefix}.downgraded", "down") if falls else (f"{prefix}.upgraded", "up")

    def reins(self, member: str, ladder: Ladder, on: date, nudge: Json | None) -> Reins:
        """Section 8: of one kind the newest; freeze, exact, ceiling, floor."""
        newest: dict[str, Json] = {}
        for one in self.overrides:
            mine = one["on"] and (one["member"], one["ladder"]) == (member, ladder.name)
            last = one.get("until") or date.max.isoformat()
            if mine and one["from"] <= on.isoformat() <= last and one["mode"] != "nudge":
                newest[one["mode"]] = one
        if nudge:
            if newest:
                raise Silent(Gap.nudged_clamped)
            newest["exact"] = nudge
        bounds = {mode: ladder.position(one.get("level")) for mode, one in newest.items()}
        frozen = bounds.pop("freeze", None) is not None
        if None in bounds.values():
            raise Silent(Gap.lost_override)
        if "exact" in bounds:
            return Reins(frozen, bounds["exact"])
        return Reins(frozen, None, bounds.get("ceiling"), bounds.get("floor"))

    def affect(self, occasion: str, act: Callable[[], set[str]]) -> None:
        """Do it, then decide whom it named and whose day totals it changed."""
        before = self.days()
        named = act()
        self.folded = None
        changed, took = difference(before, self.days())
        if occasion == "membership" and (changed & self.known.keys()) - named:
            raise Silent(Gap.third_party)
        self.judge_all(named | changed, self.now(occasion), took)

    def meet(self, *members: str) -> set[str]:
        """Section 7: a member is decided once when it first becomes known."""
        fresh = {one for one in members if one not in self.known}
        for one in fresh:
            self.known[one] = {ladder.name for ladder in self.ladders}
        return fresh

    def writable(self, member: str) -> None:
        customer = member.removeprefix("customer:")
        if customer in self.facts.merged or customer in self.facts.redacted:
            raise Silent(Gap.gone_member)


def difference(
    before: Mapping[str, Mapping[date, Day]], after: Mapping[str, Mapping[date, Day]]
) -> tuple[set[str], set[str]]:
    """Section 3: whose day totals changed; whose spend, orders, largest or points fell."""
    changed, took = set(), set()
    for member in before.keys() | after.keys():
        old, new = before.get(member, {}), after.get(member, {})
        if old != new:
            changed.add(member)
        for day in old.keys() | new.keys():
            pairs = zip(old.get(day, Day()), new.get(day, Day()), strict=True)
            if any(now < was for was, now in pairs):
                took.add(member)
    return changed, took
