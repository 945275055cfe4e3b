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
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .dates import due
from .earning import Ladder, ladders, totals
from .gaps import Gap, Silent
from .model import (
    SETTINGS,
    Facts,
    Json,
    content,
    kept_id,
    told,
)
from .moves import Held, Moment, decide
from .peopled import Peopled
from .world import difference

ONE_DAY = timedelta(days=1)


class Replay(Peopled):
    """A world after the entries told so far."""

    def __init__(self, log: Iterable[Json] = ()) -> None:
        super().__init__()
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


def replay(log: Iterable[Json]) -> Replay:
    """What the recorded order makes of everybody. A function of a sequence."""
    return Replay(log)
