"""Two programs that name everything alike, and what one of them reads."""

import re
from datetime import date, timedelta

from tests.proof.access import bearer
from tests.proof.driver import ROOT
from tests.proof.operations import operations

OF_ITS_OWN = "/v1/programs"  # the root key's list of all programs
OF_ITS_INSTANT = re.compile(rb'"last_used_at":"[^"]*"')
TOKEN = "/status-token"  # tells when it was made
HOLDERS = {"customer_id": "c-1", "organization_id": "o-1"}
SEEN = {**HOLDERS, "order_id": "1001", "key": "gold", "number": "1"}
STARTS = date(2026, 11, 22)
DEFINITION = {
    "settings": {
        "currency": "EUR",
        "debounce_seconds": 0,
        "stages": {"default": {"min_stay_days": 0}},
    },
    "tiers": [{"key": "gold", "criteria": [{"metric": "spend", "at_least": "100.00"}]}],
    "loyalty_stages": [{"key": "s1", "amount": "50.00"}],
}


class Twin:
    """A sandbox, called by its first key."""

    def __init__(self, api, key):
        self.api, self.key, self.headers = api, key, {}
        self.today, self.told = STARTS, 0

    async def make(self):
        said = {"key": self.key, "name": "Shop", "currency": "EUR"}
        said |= {"sandbox": True, "today": STARTS.isoformat()}
        answer = await self.api.post("/v1/programs", json=said, headers=bearer(ROOT))
        self.headers = bearer(answer.json()["api_key"]["key"])
        await self.say("PUT", "/v1/definition", DEFINITION)

    async def say(self, method, path, body=None):
        headers = {**self.headers, "If-Match": "*"}
        answer = await self.api.request(method, path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def tell(self, total, refund):
        """One order, as any program's order number 1001."""
        self.told += 1
        at = "2026-11-22T10:00:00Z"
        order = {"id": "1001", "status": "paid", "customer_id": "c-1", "organization_id": "o-1"}
        order |= {"currency": "EUR", "total": total, "paid_at": at}
        event = {"event_id": f"e-{self.told}", "type": "order.snapshot", "occurred_at": at}
        await self.say("POST", "/v1/order-events", {**event, "order": order})
        back = {"event_id": f"r-{self.told}", "type": "order.refund", "occurred_at": at}
        back |= {"order": {"id": "1001"}, "refund": {"id": "r", "amount": refund}}
        await self.say("POST", "/v1/order-events", back)

    async def live(self):
        """Traffic over every kind of thing that has an id."""
        await self.tell("900.00", "1.00")
        await self.say("PUT", "/v1/customers/c-1", {"tags": ["theirs"], "organization_id": None})
        await self.say("PUT", "/v1/organizations/o-1/representatives/c-2", {})
        await self.say("PUT", "/v1/exchange-rates/2026-11-22", {"USD": "0.5"})
        reason = {"reason": "of the other program"}
        await self.say("POST", "/v1/organizations/o-1/overrides", {"mode": "freeze", **reason})
        await self.say("PATCH", "/v1/tiers/gold", {"name": "Of the other program"})
        await self.pass_days(3)
        await self.say("POST", "/v1/checks", {})
        await self.say("DELETE", "/v1/customers/c-2")

    async def live_on(self):
        """More of it: orders, an edit, a day."""
        await self.tell(f"{900 + self.told}.00", "1.00")
        await self.say("PATCH", "/v1/tiers/gold", {"name": f"Gold {self.told}"})
        await self.pass_days(1)

    async def pass_days(self, number):
        self.today += timedelta(number)
        await self.say("PUT", "/v1/clock", {"today": self.today.isoformat()})

    async def reads(self, **names):
        """The answer to every GET, with its ETag: operation → status, tag, bytes."""
        found = {}
        for one in operations():
            if one.method != "GET" or one.path.startswith(OF_ITS_OWN) or one.path.endswith(TOKEN):
                continue
            answer = await self.api.get(one.at(**names), headers=self.headers)
            told = OF_ITS_INSTANT.sub(b"", answer.content)
            if answer.status_code >= 400:
                told = re.sub(rb"[0-9a-f]{24}", b"", told)  # ids of requests
            found[one.name] = (answer.status_code, answer.headers.get("ETag"), told)
        return found
