"""Writes the log of one random history, for `generate`."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from .dates import months_on
from .definitions import calm, definition, edited
from .earning import ladders
from .model import Json, exponent
from .orders import Shop
from .replay import Replay

CUSTOMERS = [f"c{number}" for number in range(1, 8)]
GROUPS = ["o1", "o2"]
STARTS = ["2028-02-20", "2027-02-15", "2026-10-15", "2026-03-20", "2026-12-20", "2027-08-25"]
MODES = ["floor", "floor", "ceiling", "exact", "freeze", "nudge"]
EVERY_DAY = ["fresh"] * 10 + ["change"] * 9 + ["again"] * 4 + ["refund"] * 3 + ["late"] * 2
RARELY = [
    *["batch", "batch", "imported", "tags", "represent", "represent", "leave", "rate", "rate"],
    *[
        "override",
        "override",
        "override",
        "remove",
        "remove",
        "publish",
        "publish",
        "publish",
        "switch",
    ],
    *[
        "switch",
        "check",
        "check",
        "force",
        "link",
        "merge",
        "redact",
        "activity",
        "conflict",
        "deleted",
    ],
]


class Writer:
    """Writes one log, telling each entry to a model so that choices fit what is known."""

    def __init__(self, rng: Random, world: Replay, *, many: bool) -> None:
        self.rng, self.many, self.still = rng, many, rng.random() < 0.25
        self.log: list[Json] = []
        self.world = world
        first = calm(definition(rng)) if self.still else definition(rng)
        self.today = date.fromisoformat(rng.choice(STARTS))
        if rng.random() < 0.15:
            first["settings"]["starts_on"] = (self.today - timedelta(days=3)).isoformat()
        scale = 10 ** exponent(first["settings"])
        found = [level for ladder in ladders(first).values() for level in ladder.levels]
        asked = [int(one.at_least) for level in found for one in level.enter]
        amounts = [value for value in asked if value >= scale] or [100 * scale]
        self.shop = Shop(rng, first["settings"], amounts)
        self.customers = CUSTOMERS[: rng.choice([1, 2, 4, 7])]
        self.groups = GROUPS[: rng.choice([0, 0, 1, 2])]
        self.plain = "anniversary" in str(first["settings"]["tiers"]) + str(first["tiers"])
        self.plain |= any(one["start"] == "lowest" for one in first["settings"]["stages"].values())
        self.tell("program", {"definition": first, "today": self.today.isoformat()})

    def tell(self, name: str, value: object) -> None:
        entry = {name: value}
        self.log.append(entry)
        self.world.tell(entry)

    def write(self) -> None:
        rng = self.rng
        for customer in self.customers:
            if self.plain or rng.random() < 0.3:
                joined = months_on(self.today, -rng.choice([0, 1, 5, 12]))
                joined -= timedelta(days=rng.choice([0, 1, 20]))
                self.tell("put_customer", {"id": customer, "joined_on": joined.isoformat()})
        for _ in range(rng.choice([12, 25, 40])):
            if not self.world.enabled() and rng.random() < 0.3:
                self.switch()
            for _ in range(rng.choice([0, 1, 1, 2, 3, 5])):
                self.act(rng.choice(RARELY if rng.random() < 0.3 else EVERY_DAY))
            if self.many:
                self.crowd()
            self.today += timedelta(days=rng.choice([1, 1, 1, 1, 1, 2, 7]))
            self.tell("clock", self.today.isoformat())

    def act(self, name: str) -> None:
        needs_orders = {"change", "again", "late", "conflict", "deleted", "batch", "imported"}
        if name in needs_orders and not self.shop.last:
            name = "fresh"
        getattr(self, name)()

    def crowd(self) -> None:
        """A member with 1,000 facts: many states of few orders."""
        if not self.shop.last or len(self.shop.last) < 20:
            self.fresh()
        self.tell("batch", [self.shop.change(self.today, ["c1"], []) for _ in range(30)])

    # facts

    def customer(self) -> str | None:
        gone = self.world.facts.redacted
        alive = [one for one in self.customers if one not in gone]
        return self.rng.choice([*alive * 3, None]) if alive else None

    def event_now(self) -> Json:
        pick = self.rng.random()
        if pick < 0.5 or not self.shop.last:
            group = self.rng.choice([*self.groups, None, None, None])
            return self.shop.fresh(self.today, self.customer(), group)
        if pick < 0.85:
            gone = self.world.facts.redacted
            alive = [one for one in self.customers if one not in gone]
            return self.shop.change(self.today, alive, self.groups)
        return self.shop.again()

    def fresh(self) -> None:
        group = self.rng.choice([*self.groups, None, None, None])
        self.tell("event", self.shop.fresh(self.today, self.customer(), group))

    def change(self) -> None:
        gone = self.world.facts.redacted
        alive = [one for one in self.customers if one not in gone]
        self.tell("event", self.shop.change(self.today, alive, self.groups))

    def again(self) -> None:
        self.tell("event", self.shop.again())

    def late(self) -> None:
        self.tell("event", self.shop.late())

    def refund(self) -> None:
        self.tell("event", self.shop.refund_event(self.today))

    def conflict(self) -> None:
        self.tell("event", self.shop.conflict())

    def deleted(self) -> None:
        self.tell("event", self.shop.deleted(self.today))

    def batch(self) -> None:
        self.tell("batch", [self.event_now() for _ in range(self.rng.randrange(2, 6))])

    def imported(self) -> None:
        self.tell("import", [self.event_now() for _ in range(self.rng.randrange(2, 9))])

    def rate(self) -> None:
        day = self.today - timedelta(days=self.rng.choice([0, 0, 1, 2, 3]))
        currency, rate = self.rng.choice(["GBP", "CHF"]), self.rng.choice(["1.1", "1.255", "0.9"])
        self.tell("rate", {"date": day.isoformat(), "currency": currency, "rate": rate})

    def activity(self) -> None:
        customer = self.customer()
        if customer and not self.plain:
            at = self.shop.instant(self.today)
            points = {"points": self.rng.choice([1, 5, 40]), "kind": "review", "occurred_at": at}
            made = {"activity_id": self.shop.next_id("a"), "customer_id": customer}
            self.tell("activity", made | points)

    # people

    def alive(self) -> list[str]:
        gone = self.world.facts.redacted | self.world.facts.merged.keys()
        return [one for one in self.customers if one not in gone]

    def tags(self) -> None:
        for customer in self.alive()[:1]:
            self.tell("put_customer", {"id": customer, "tags": self.rng.choice([[], ["vip"]])})
        for group in self.groups[:1]:
            self.tell("put_organization", {"id": group, "tags": self.rng.choice([[], ["vip"]])})

    def represent(self) -> None:
        if self.groups and self.alive() and not self.plain:
            pair = {"organization_id": self.rng.choice(self.groups)}
            pair |= {"customer_id": self.rng.choice(self.alive())}
            if self.rng.random() < 0.2:
                pair["until"] = (self.today + timedelta(days=4)).isoformat()
            self.tell("represent", pair)

    def leave(self) -> None:
        found = [one for one in self.world.facts.represented if one.customer in self.alive()]
        if found:
            one = self.rng.choice(found)
            pair = {"organization_id": one.organization, "customer_id": one.customer}
            self.tell("unrepresent", pair)

    def link(self) -> None:
        if self.groups and self.alive() and not self.plain:
            organization, customer = self.rng.choice(self.groups), self.rng.choice(self.alive())
            body = {"id": customer, "organization_id": organization, "from": None}
            self.person("customer.linked", body)

    def merge(self) -> None:
        alive = self.alive()
        if len(alive) > 1 and not self.plain:
            kept, removed = self.rng.sample(alive, 2)
            self.person("customer.merged", {"kept_id": kept, "removed_id": removed})

    def redact(self) -> None:
        if len(self.alive()) > 2 and self.rng.random() < 0.5:
            self.person("customer.redacted", {"id": self.rng.choice(self.alive()), "order_ids": []})

    def person(self, kind: str, customer: Json) -> None:
        at, name = self.shop.instant(self.today), self.shop.next_id("e")
        event = {"event_id": name, "type": kind, "occurred_at": at, "customer": customer}
        self.tell("event", event)

    # decisions of people

    def ruled(self) -> Iterator[tuple[str, str, str]]:
        """Members that are awake, each with a ladder and an enabled level."""
        for member in sorted(self.world.known):
            if self.world.awake(member):
                for ladder in self.world.ladders:
                    for level in ladder.levels:
                        yield member, ladder.name, level.key

    def override(self) -> None:
        options = list(self.ruled())
        if not options or self.plain or self.still:
            return
        member, ladder, level = self.rng.choice(options)
        made: Json = {"id": self.shop.next_id("v"), "member": member, "ladder": ladder}
        made |= {"mode": self.rng.choice(MODES), "reason": "agreed by telephone"}
        if made["mode"] != "freeze":
            made["level"] = level
        start = self.today + timedelta(days=self.rng.choice([0, 0, 0, 1, 3]))
        if start != self.today:
            made["from"] = start.isoformat()
        if self.rng.random() < 0.7:
            made["until"] = (start + timedelta(days=self.rng.choice([0, 1, 5, 10]))).isoformat()
        self.tell("override", made)

    def remove(self) -> None:
        today = self.today.isoformat()
        running = [
            one
            for one in self.world.overrides
            if one["on"] and one["member"] in self.world.known and one.get("until", today) >= today
        ]
        made = [one["id"] for one in running if not one["id"].startswith("keep:")]
        if made:
            self.tell("remove_override", {"id": self.rng.choice(made)})

    def publish(self) -> None:
        new, check = edited(self.rng, self.world.versions[-1], still=self.still)
        if new == self.world.versions[-1]:
            return
        named = {one.get("level") for one in self.world.overrides}
        remaining = {tier["key"] for tier in new["tiers"] if tier.get("enabled", True)}
        if named - {None} - remaining - {one["key"] for one in new["loyalty_stages"]}:
            return
        keeps = self.rng.random() < 0.25 and self.world.enabled() and not self.still
        apply = "now" if check and self.rng.random() < 0.8 else "next_check"
        existing = "keep" if keeps else "may_fall"
        self.tell("publish", {"definition": new, "apply": apply, "existing": existing})
        if apply == "now":
            self.tell("rules_changed", None)

    def switch(self) -> None:
        if not self.still:
            self.tell("disable" if self.world.enabled() else "enable", None)

    def check(self) -> None:
        back = self.rng.choice([0, 0, 0, 1, 5])
        first = date.fromisoformat(self.log[0]["program"]["today"])
        as_of = max(first, self.today - timedelta(days=back))
        self.tell("check", {"as_of": as_of.isoformat()})

    def force(self) -> None:
        as_of = self.today.isoformat()
        self.tell("check", {"as_of": as_of, "force": True, "reason": "asked by the owner"})
