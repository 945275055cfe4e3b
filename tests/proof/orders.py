"""Random order events, as POST /v1/order-events takes them, for `generate`."""

import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from .definitions import money
from .model import Json, exponent

AFTER = {
    "pending": ["paid", "paid", "closed", "cancelled"],
    "paid": ["closed", "closed", "cancelled", "pending"],
    "closed": ["paid", "cancelled", "closed"],
    "cancelled": ["paid", "closed", "pending"],
}
REACHED = {
    "paid": ["paid_at"],
    "closed": ["paid_at", "closed_at"],
    "cancelled": ["cancelled_at"],
}
HOURS = [time(0, 0), time(0, 30), time(2, 30), time(9), time(12), time(23, 59, 59)]


def complete(order: Json) -> bool:
    """Whether the order tells the instant of its status and of all before it."""
    return all(order.get(name) for name in ["placed_at", *REACHED.get(order["status"], [])])


@dataclass
class Shop:
    """What senders know of the orders they told: every event, and the last state of each order."""

    rng: Random
    settings: Json
    amounts: list[int]
    told: list[Json] = field(default_factory=list)
    last: dict[tuple[str, str], Json] = field(default_factory=dict)
    count: int = 0
    untold: set[str] = field(default_factory=set)  # of these no instant but placed_at is stated

    def instant(self, day: date) -> str:
        """An hour near the edges of the local day, or noon."""
        at = datetime.combine(day, self.rng.choice(HOURS), ZoneInfo(self.settings["time_zone"]))
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def next_id(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def amount(self) -> str:
        """A threshold, one minor unit beside it, a part of it, or anything; now and then zero."""
        base = self.rng.choice(self.amounts)
        beside = [base, base, base - 1, base + 1, base // 2, base // 3]
        minor = self.rng.choice([*beside, self.rng.randrange(base) + 1])
        return money(0 if self.rng.random() < 0.03 else max(1, minor), self.settings)

    def fresh(self, today: date, customer: str | None, organization: str | None) -> Json:
        """A first state: today, up to three days late, or dated ahead."""
        rng = self.rng
        day = today + timedelta(days=rng.choice([0, 0, 0, 0, -1, -2, -3, -20, -40, 2, 5]))
        total = self.amount()
        order: Json = {
            "id": self.next_id("o"),
            "status": rng.choice(["paid", "paid", "closed", "closed", "pending"]),
            "customer_id": customer,
            "organization_id": organization,
            "currency": self.settings["currency"],
            "total": total,
            "refunds_complete": rng.random() < 0.7,
            "refunds": [],
            "placed_at": self.instant(day),
        }
        for part in ("tax", "shipping", "other_tender"):
            if rng.random() < 0.8:
                order[part] = rng.choice(["0", "1", total])
        if rng.random() < 0.12:
            order["currency"] = rng.choice(["GBP", "CHF"])
            order["rate"] = rng.choice([None, None, "1.25"])
        if rng.random() < 0.25:
            self.untold.add(order["id"])
            order["status"] = rng.choice(["pending", "pending", order["status"]])
            order |= {"placed_at": None} if rng.random() < 0.3 else {}
        self.stamp(order, day)
        sparse = rng.random() < 0.08 and order["status"] != "pending"
        if sparse:
            gone = rng.sample(["placed_at", "paid_at", "closed_at"], rng.choice([1, 2, 3]))
            order |= dict.fromkeys(gone)
        source = rng.choice(["api", "api", "erp"])
        return self.event(order, source, self.instant(min(day, today)), 1)

    def stamp(self, order: Json, day: date) -> None:
        """The instant of the status and of those before it, where a sender would know them."""
        if order["id"] in self.untold:
            return
        for name in REACHED.get(order["status"], []):
            order[name] = order.get(name) or self.instant(day)

    def event(self, order: Json, source: str, at: str, sequence: int) -> Json:
        event: Json = {
            "event_id": self.next_id("e"),
            "type": "order.snapshot",
            "occurred_at": at,
            "source": source,
            "order": order,
        }
        if source == "erp":
            event["sequence"] = sequence
        self.told.append(event)
        self.last[source, order["id"]] = event
        return event

    def change(self, today: date, people: list[str], groups: list[str]) -> Json:
        """The next state of an order: status, refund, total, customer, organization, currency."""
        rng = self.rng
        before = self.last[rng.choice(sorted(self.last))]
        order = copy.deepcopy(before["order"])
        kind = rng.choice(["status"] * 4 + ["refund"] * 4 + ["withdraw", "total", "home", "money"])
        untold = order["id"] in self.untold
        if untold and rng.random() < 0.6:
            kind = "status"
        if kind == "status" and (complete(order) or untold):
            order["status"] = rng.choice(AFTER[order["status"]])
            self.stamp(order, today)
        elif kind == "refund":
            self.refund(order)
        elif kind == "withdraw":
            order |= {"refunds": order["refunds"][:-1], "refunds_complete": True}
        elif kind == "total":
            order["total"] = self.amount()
        elif kind == "home":
            order["customer_id"] = rng.choice([*people, None])
            order["organization_id"] = rng.choice([*groups, None, None])
        elif kind == "money":
            order["currency"] = rng.choice(["GBP", self.settings["currency"]])
        tie = rng.random() < 0.1
        at = before["occurred_at"] if tie else self.instant(today)
        sequence = before.get("sequence", 1) + (0 if tie else 1)
        return self.event(order, before["source"], at, sequence)

    def refund(self, order: Json) -> None:
        """A part, the whole, or more than the whole, in the list of the order."""
        rng, scale = self.rng, 10 ** exponent(self.settings)
        total = round(float(order["total"]) * scale)
        minor = rng.choice([total, total // 2, total // 3 + 1, total + 100, 1])
        refund = {"id": self.next_id("r"), "amount": money(max(1, minor), self.settings)}
        refund["at"] = order.get("placed_at") or "2026-01-01T00:00:00Z"
        order["refunds"] = [*order["refunds"], refund]

    def refund_event(self, today: date) -> Json:
        """A refund of its own: of a known order, or of one that is told later."""
        rng = self.rng
        known = rng.random() < 0.7 and bool(self.last)
        before = self.last[rng.choice(sorted(self.last))] if known else None
        at = self.instant(today)
        name = before["order"]["id"] if before else f"o{self.count + 2}"
        event: Json = {
            "event_id": self.next_id("e"),
            "type": "order.refund",
            "occurred_at": at,
            "source": before["source"] if before else "api",
            "order": {"id": name},
            "refund": {"id": f"r{self.count}", "amount": self.amount(), "at": at},
        }
        if before and "sequence" in before:
            event["sequence"] = before["sequence"]
        self.told.append(event)
        return event

    def deleted(self, today: date) -> Json:
        before = self.last[self.rng.choice(sorted(self.last))]
        event: Json = {key: before[key] for key in ("source", "sequence") if key in before}
        event |= {"event_id": self.next_id("e"), "type": "order.deleted"}
        event |= {"occurred_at": self.instant(today), "order": {"id": before["order"]["id"]}}
        self.told.append(event)
        return event

    def again(self) -> Json:
        """A duplicate, at any distance in time."""
        return self.rng.choice(self.told)

    def conflict(self) -> Json:
        """The same event id with other content."""
        event = copy.deepcopy(self.rng.choice(self.told))
        if "total" in event["order"]:
            event["order"]["total"] = money(777_777, self.settings)
        elif "refund" in event:
            event["refund"]["amount"] = money(777_777, self.settings)
        return event

    def late(self) -> Json:
        """An older state of a known order that arrives only now."""
        states = [one for one in self.told if "total" in one["order"]]
        event = copy.deepcopy(self.rng.choice(states))
        at = datetime.fromisoformat(event["occurred_at"])
        at -= timedelta(hours=self.rng.choice([0, 5, 60]))
        event["occurred_at"] = at.isoformat().replace("+00:00", "Z")
        event["event_id"] = self.next_id("e")
        event["order"]["total"] = self.amount()
        if event["order"]["id"] in self.untold:
            event["order"]["status"] = self.rng.choice(["pending", "pending", "paid"])
        self.told.append(event)
        return event
