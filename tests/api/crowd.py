"""Random people with random orders, told over HTTP; the same seed tells the same."""

import random
from datetime import timedelta
from functools import partial

from app.checks import service as checks
from app.checks.advancing import advance
from tests.api.town import TODAY

STATUSES = ["pending", "paid", "paid", "closed", "closed", "closed", "cancelled"]
TAGS = ["friend", "press"]


class Crowd:
    """Customers c0, c1 and so on, of whom some order for the organizations o0, o1 and o2."""

    def __init__(self, town, seed, customers=18):
        self.town, self.random = town, random.Random(seed)
        self.customers = [f"c{number}" for number in range(customers)]
        self.organizations = ["o0", "o1", "o2"]
        self.orders = 0

    async def gather(self):
        """Everybody is known; a third represent somebody, some since a while ago."""
        for customer in self.customers:
            said = {"tags": self.random.sample(TAGS, self.random.choice([0, 0, 1]))}
            if self.random.random() < 0.3:
                said["joined_on"] = str(self._day(400))
            await self.town.put(f"customers/{customer}", **said)
            if self.random.random() < 0.35:
                path = f"organizations/{self.random.choice(self.organizations)}/representatives"
                await self.town.put(f"{path}/{customer}", **{"from": str(self._day(60))})

    async def buy(self, orders):
        """So many orders of the last months, a few of days to come, in one request."""
        events = [self._snapshot() for _ in range(orders)]
        answer = await self.town.api.post("/v1/order-events/batch", json={"events": events})
        assert {one["outcome"] for one in answer.json()["results"]} <= {"accepted", "unconverted"}

    async def overrule(self, levels, number):
        for customer in self.random.sample(self.customers, number):
            mode = self.random.choice(["exact", "floor", "ceiling", "freeze"])
            said = {"mode": mode, "reason": "Said so", "from": str(self._day(9))}
            if mode != "freeze":
                said["level"] = self.random.choice(levels)
            await self.town.api.post(f"/v1/customers/{customer}/overrides", json=said)

    def _day(self, back):
        return TODAY - timedelta(self.random.randint(0, back))

    def _snapshot(self):
        self.orders += 1
        day = TODAY + timedelta(self.random.randint(-100, 6))
        said = self.random
        at = f"{day}T{said.randint(0, 23):02}:30:00Z"
        later = f"{day + timedelta(said.randint(0, 40))}T09:00:00Z"
        order = {
            "id": f"order-{self.orders}",
            "status": said.choice(STATUSES),
            "customer_id": said.choice([*self.customers, None]),
            "organization_id": said.choice([None, None, None, *self.organizations]),
            "currency": said.choice(["EUR", "EUR", "EUR", "USD"]),
            "rate": said.choice([None, "0.9"]),
            "total": f"{said.randint(0, 400)}.{said.randint(0, 99):02}",
            "tax": "10.00",
            "shipping": said.choice([None, "5.00"]),
            "placed_at": at,
            "paid_at": said.choice([None, at, later]),
            "closed_at": said.choice([None, later]),
            "refunds": [{"id": "r", "amount": f"{said.choice([0, 0, 20, 400])}.00"}],
        }
        event = {"event_id": f"event-{self.orders}", "occurred_at": at, "order": order}
        return {**event, "type": "order.snapshot"}


async def run_owed_check(town):
    """Run the check that an edit has asked for to its end; its id."""
    work = partial(advance, program_id=town.program_id, now=town.clock.now())
    while await town.db.run(work):
        found = await town.rows(
            "SELECT id FROM checks WHERE program_id = :program_id AND state <> 'finished'"
        )
        if found:
            await checks.run_to_end(town.db, town.clock, town.program_id, found[0]["id"])
            return found[0]["id"]
    return None
