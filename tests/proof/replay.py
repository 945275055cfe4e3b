"""The reference model's second question: what the recorded order makes of everybody.

`replay(log)` tells a log entry by entry; `model` answers what is a function of a set. The log is
a list of entries of one key each:

| entry | value |
| --- | --- |
| program | `{definition, today}`; the first entry |
| event, batch, import | one order event; a list judged together; a list decided once at its end |
| put_customer, put_organization | `{id, tags?, joined_on?, organization_id?}` |
| represent, unrepresent | `{organization_id, customer_id, from?, until?}` |
| rate, activity | `{date, currency, rate}`; as POST /v1/activities |
| override, remove_override | `{id, member, ladder, mode, level?, from?, until?}`; `{id}` |
| publish | `{definition, apply?, existing?}`; its check is an entry of its own |
| enable, disable | a version that differs in `enabled` alone |
| rules_changed | the check after an edit runs now |
| check | `{as_of, force?}`: a manual one |
| clock | the days up to this one come one by one, each with its overrides and its due check |
"""

import copy
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .dates import due
from .enjoying import sleeps
from .gaps import Gap, Silent
from .model import (
    SETTINGS,
    Day,
    Facts,
    Held,
    Json,
    Judged,
    Ladder,
    Moment,
    Reins,
    Represents,
    Verdict,
    content,
    day_totals,
    decide,
    judged_orders,
    kept_id,
    ladders,
    representing,
    start,
    sums,
    told,
    totals,
)

ONE_DAY = timedelta(days=1)


class Replay:
    """`changes`, `held` (per member and ladder) and `conflicts` after the entries told so far."""

    def __init__(self, log: Iterable[Json] = ()) -> None:
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
        for entry in log:
            self.tell(entry)

    def tell(self, entry: Json) -> None:
        ((name, value),) = entry.items()
        getattr(self, f"on_{name}")(value)
        self.slept |= {one for one, fresh in self.known.items() if fresh and not self.awake(one)}

    # facts (section 3)

    def on_event(self, event: Json) -> None:
        if event["type"].startswith("order."):
            self.record([event], "order")
        elif self.is_new(event):
            getattr(self, event["type"].replace(".", "_"))(event["customer"])

    def on_batch(self, events: Sequence[Json]) -> None:
        self.record(events, "order")

    def on_import(self, events: Sequence[Json]) -> None:
        self.record(events, "import")

    def record(self, events: Sequence[Json], occasion: str) -> None:
        """Section 7: all facts first, then each touched member once."""
        touched: set[str] = set()
        took: set[str] = set()
        before = self.days()
        for event in events:
            touched |= self.hear(event)
            self.folded = None
            after = self.days()
            changed, fell = difference(before, after)
            touched, took, before = touched | changed, took | fell, after
        self.judge_all(touched, self.now(occasion), took)

    def is_new(self, event: Json) -> bool:
        """Section 3: duplicates do nothing; one id with other content is a conflict."""
        name = (event.get("source") or "api", event["event_id"])
        text = content(event)
        if name not in self.heard:
            self.heard[name] = text
            return True
        if self.heard[name] != text:
            self.conflicts.append(event["event_id"])
        return False

    def hear(self, event: Json) -> set[str]:
        """Record one order event; answers the members that it makes known."""
        if not event["type"].startswith("order."):
            raise Silent(Gap.mixed_batch)
        order = event["order"]
        customer = kept_id(self.facts, order.get("customer_id"))
        if customer in self.facts.redacted:
            if order.get("organization_id"):
                raise Silent(Gap.gone_customer)
            return set()
        if not self.is_new(event):
            return set()
        key = (event.get("source") or "api", order["id"])
        states = self.facts.orders.setdefault(key, [])
        states.append(told(event))
        named = [f"customer:{customer}"] if customer else []
        if order.get("organization_id"):
            named.append(f"organization:{order['organization_id']}")
        fresh = self.meet(*named)
        stale = max(states, key=lambda one: one.version).event is not event
        if fresh and stale and any(one.rules.get("start") == "lowest" for one in self.ladders):
            raise Silent(Gap.started_stale)
        return fresh

    def on_rate(self, rate: Json) -> None:
        def act() -> set[str]:
            self.facts.rates[rate["currency"], rate["date"]] = Fraction(rate["rate"])
            return set()

        self.affect("order", act)

    def on_activity(self, activity: Json) -> None:
        if kept_id(self.facts, activity["customer_id"]) in self.facts.redacted:
            return

        def act() -> set[str]:
            self.facts.activities.setdefault(activity["activity_id"], activity)
            return self.meet(f"customer:{kept_id(self.facts, activity['customer_id'])}")

        self.affect("order", act)

    def affect(self, occasion: str, act: Callable[[], set[str]]) -> None:
        """Do it, then decide whom it named and whose day totals it changed."""
        before = self.days()
        named = act()
        self.folded = None
        changed, took = difference(before, self.days())
        if occasion == "membership" and (changed & self.known.keys()) - named:
            raise Silent(Gap.third_party)
        self.judge_all(named | changed, self.now(occasion), took)

    # people (sections 3 and 16)

    def on_put_customer(self, told_: Json) -> None:
        self.put(f"customer:{told_['id']}", told_)

    def on_put_organization(self, told_: Json) -> None:
        self.put(f"organization:{told_['id']}", told_)

    def put(self, member: str, given: Json) -> None:
        """Section 7: tags and joined_on decide with occasion membership when they change."""
        self.writable(member)
        person = self.facts.people.get(member, {})
        names = given.keys() & {"tags", "joined_on"}
        proposed: Json = person | {name: given[name] for name in names}
        changed = {member} if traits(person) != traits(proposed) else set()

        def act() -> set[str]:
            self.facts.people[member] = proposed
            named = changed | self.meet(member)
            if "organization_id" in given:
                named |= self.link(given["id"], given["organization_id"], {})
            return named

        self.affect("membership", act)

    def writable(self, member: str) -> None:
        customer = member.removeprefix("customer:")
        if customer in self.facts.merged or customer in self.facts.redacted:
            raise Silent(Gap.gone_member)

    def on_represent(self, pair: Json) -> None:
        self.writable(f"customer:{pair['customer_id']}")
        dates = {key: pair[key] for key in ("from", "until") if pair.get(key)}
        self.affect("membership", lambda: self.join(pair["customer_id"], pair, dates))

    def on_unrepresent(self, pair: Json) -> None:
        self.writable(f"customer:{pair['customer_id']}")
        named = pair["organization_id"]
        self.affect("membership", lambda: self.leave(pair["customer_id"], named))

    def link(self, customer: str, organization: str | None, dates: Json) -> set[str]:
        """Section 16: another organization adds a representation; null ends the one in force."""
        if organization is not None:
            holds = representing(self.facts, customer, self.today)
            pair = {"organization_id": organization}
            return self.join(customer, pair, dates, anew=holds not in {None, organization})
        named = {one.organization for one in self.in_force(customer)}
        if len(named) > 1:
            raise Silent(Gap.twice_represented)
        return self.leave(customer, named.pop()) if named else set()

    def in_force(self, customer: str) -> list[Represents]:
        """The representations of a customer that have not ended before today."""
        mine = [one for one in self.facts.represented if one.customer == customer]
        return [one for one in mine if one.until is None or one.until >= self.today]

    def join(self, customer: str, pair: Json, dates: Json, *, anew: bool = False) -> set[str]:
        """Section 3: a new representation; told again unchanged it changes nothing.

        `anew`: another organization holds, so that this one is recorded last (section 16).
        """
        organization = pair["organization_id"]
        since = date.fromisoformat(dates.get("from", self.today.isoformat()))
        until = date.fromisoformat(dates["until"]) if "until" in dates else None
        same = [one for one in self.in_force(customer) if one.organization == organization]
        if same and anew:
            until = same[-1].until
        elif same:
            if same[-1].until != until or ("from" in dates and same[-1].since != since):
                raise Silent(Gap.changed_dates)
            return set()
        self.facts.represented.append(Represents(customer, organization, since, until))
        self.meet(f"customer:{customer}", f"organization:{organization}")
        return {f"customer:{customer}", f"organization:{organization}"}

    def leave(self, customer: str, organization: str) -> set[str]:
        """Section 3: DELETE ends it with today, which is its last day."""
        found = False
        for index, one in enumerate(self.facts.represented):
            open_ended = one.until is None or one.until > self.today
            if (one.customer, one.organization) == (customer, organization) and open_ended:
                self.facts.represented[index] = one._replace(until=self.today)
                found = True
        return {f"customer:{customer}", f"organization:{organization}"} if found else set()

    def customer_linked(self, told_: Json) -> None:
        """Page 4's event of the same meaning as a representation that is put."""
        self.writable(f"customer:{told_['id']}")
        dates = {"from": told_["from"]} if told_.get("from") else {}

        def act() -> set[str]:
            named = self.link(told_["id"], told_.get("organization_id"), dates)
            return named | self.meet(f"customer:{told_['id']}")

        self.affect("membership", act)

    def customer_merged(self, pair: Json) -> None:
        """Section 3: all facts to the kept one; the removed one's positions end."""
        kept = str(kept_id(self.facts, pair["kept_id"]))
        gone = pair["removed_id"]
        if gone in self.facts.merged or gone == kept or {gone, kept} & self.facts.redacted:
            raise Silent(Gap.merge_cycle)

        def act() -> set[str]:
            self.end(f"customer:{gone}", "merged")
            self.facts.merged[gone] = kept
            self.facts.represented = [
                one._replace(customer=kept) if one.customer == gone else one
                for one in self.facts.represented
            ]
            self.meet(f"customer:{kept}")
            return {f"customer:{kept}"}

        self.affect("membership", act)

    def customer_redacted(self, told_: Json) -> None:
        """Section 3: the identity goes, anonymous totals stay, positions end."""
        if told_.get("order_ids"):
            raise Silent(Gap.redacted_orders)
        member = f"customer:{told_['id']}"
        self.writable(member)
        dated = self.facts.settings["pooling"] == "dated"
        later = [one for one in self.orders_of(told_["id"]) if not dated or one.day > self.today]
        if later and self.in_force(told_["id"]):
            raise Silent(Gap.redacted_ahead)
        self.end(member, "redacted")
        if member in self.known:
            self.note(member, None, None, None, self.now("membership"), "redacted", {})
        self.facts.redacted.add(told_["id"])
        self.known.pop(member, None)

    def orders_of(self, customer: str) -> list[Judged]:
        found = judged_orders(self.facts, self.today)
        return [one for one in found if one.customer == customer and one.because is None]

    def end(self, member: str, reason: str) -> None:
        """Sections 3 and 16: positions end with occasion membership, also while disabled."""
        for ladder in self.ladders:
            held = self.held.pop((member, ladder.name), Held())
            if held.level is not None:
                self.note(member, ladder, held.level, None, self.now("membership"), reason, {})
        self.known.pop(member, None) if reason == "merged" else None

    def meet(self, *members: str) -> set[str]:
        """Section 7: a member is decided once when it first becomes known."""
        fresh = {one for one in members if one not in self.known}
        for one in fresh:
            self.known[one] = {ladder.name for ladder in self.ladders}
        return fresh

    # overrides (section 8)

    def on_override(self, given: Json) -> None:
        self.writable(given["member"])
        if given["member"] not in self.known or not self.awake(given["member"]):
            raise Silent(Gap.unknown_member)
        made = {**given, "from": given.get("from") or self.today.isoformat(), "on": True}
        self.overrides.append(made)
        nudges = made["mode"] == "nudge" and made["from"] <= self.today.isoformat()
        self.turn(made, made if nudges else None)

    def on_remove_override(self, given: Json) -> None:
        made = next(one for one in self.overrides if one["id"] == given["id"])
        if made["member"] not in self.known:
            raise Silent(Gap.gone_member)
        made["on"] = False
        if made["mode"] != "nudge":
            self.turn(made, None)

    def turn(self, override: Json, nudge: Json | None) -> None:
        """Section 8: one evaluation of one member and ladder."""
        ladder = ladders(self.versions[-1]).get(override["ladder"])
        if self.enabled() and self.awake(override["member"]) and ladder:
            self.evaluate(override["member"], ladder, self.now("override"), nudge)
        elif nudge:
            raise Silent(Gap.nudge_missed)

    def turn_overrides(self) -> None:
        """Section 8: on `from` and on the day after `until`, before that day's check."""
        turning: dict[tuple[str, str], tuple[Json, Json | None]] = {}
        for one in self.overrides:
            starts = one["from"] == self.today.isoformat()
            nudge = one if starts and one["mode"] == "nudge" else None
            ends = one.get("until") == (self.today - ONE_DAY).isoformat() and one["mode"] != "nudge"
            if one["on"] and one["member"] in self.known and (starts or ends):
                pair = (one["member"], one["ladder"])
                turning[pair] = (one, nudge or turning.get(pair, (one, None))[1])
        for one, nudge in turning.values():
            self.turn(one, nudge)

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

    # definition, switches, clock (sections 2 and 9)

    def on_program(self, given: Json) -> None:
        self.today = date.fromisoformat(given["today"])
        self.adopt(given["definition"])

    def adopt(self, definition: Json) -> None:
        self.versions.append(copy.deepcopy(definition))
        self.ladders = list(ladders(definition).values())
        self.facts.settings = {**SETTINGS, **definition["settings"]}
        self.folded = None

    def on_publish(self, given: Json) -> None:
        was = self.enabled()
        old = (replace(self.facts), self.ladders)
        self.adopt(given["definition"])
        if given.get("existing") == "keep":
            if not (was and self.enabled()):
                raise Silent(Gap.keep_disabled)
            self.keep(*old)
        if self.enabled() and not was:
            self.judge_all(self.known, self.now("resync"))

    def on_enable(self, _: Any = None) -> None:
        self.switch(enabled=True)

    def on_disable(self, _: Any = None) -> None:
        self.switch(enabled=False)

    def switch(self, *, enabled: bool) -> None:
        """Section 9: a version of its own; enabling resyncs every member as of today."""
        settings = {**self.versions[-1]["settings"], "enabled": enabled}
        self.on_publish({"definition": {**self.versions[-1], "settings": settings}})

    def keep(self, facts: Facts, before: Sequence[Ladder]) -> None:
        """Sections 9 and 16: a floor for every member that this edit alone would lower."""
        old = {ladder.name: ladder for ladder in before}
        new = ladders(self.versions[-1])
        for (member, name), held in sorted(self.held.items()):
            known = held.level and name in old and name in new and self.awake(member)
            if known and new[name].position(held.level) and old[name].position(held.level):
                falls = self.would_fall(self.facts, new[name], member, held)
                if falls and not self.would_fall(facts, old[name], member, held):
                    made: Json = {"member": member, "ladder": name, "level": held.level}
                    made |= {"id": f"keep:{len(self.versions)}:{member}:{name}", "mode": "floor"}
                    self.overrides.append({**made, "from": self.today.isoformat(), "on": True})

    def would_fall(self, facts: Facts, ladder: Ladder, member: str, held: Held) -> bool:
        """Section 16: judged with minimum stay and grace left aside."""
        bare = replace(ladder, rules={**ladder.rules, "min_stay_days": 0, "grace_days": 0})
        found = totals(facts, member, bare, self.today)
        reins = self.reins(member, bare, self.today, None)
        plain = held._replace(grace_until=None)
        verdict = decide(bare, plain, found, self.now("rules_changed"), reins, ())
        return verdict.position < (bare.position(held.level) or 0)

    def on_rules_changed(self, _: Any = None) -> None:
        self.judge_all(self.known, self.now("rules_changed"))

    def on_check(self, given: Json) -> None:
        on, force = date.fromisoformat(given["as_of"]), bool(given.get("force"))
        self.judge_all(self.known, Moment("check", on, force=force))

    def on_clock(self, day: str) -> None:
        while self.today < date.fromisoformat(day):
            self.today += ONE_DAY
            self.turn_overrides()
            if due(self.facts.settings["check_schedule"], self.today):
                self.on_check({"as_of": self.today.isoformat()})

    # decisions (sections 7, 9 and 13)

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


def traits(person: Json) -> tuple[set[str], Any]:
    return set(person.get("tags") or []), person.get("joined_on")


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


def replay(log: Iterable[Json]) -> Replay:
    """What the recorded order makes of everybody. A function of a sequence."""
    return Replay(log)
