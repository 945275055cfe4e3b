"""I26: whatever program A does, everything that program B reads stays byte for byte the same."""

import re

from tests.jobs.world import StillClock
from tests.proof.access import bearer
from tests.proof.driver import ROOT, service
from tests.proof.operations import operations

OF_ITS_OWN = "/v1/programs"  # the root key's list of all programs
HOLDERS = {"customer_id": "c-1", "organization_id": "o-1"}
SEEN = {**HOLDERS, "order_id": "1001", "key": "gold", "number": "1"}
DEFINITION = {
    "settings": {"currency": "EUR", "stages": {"default": {"min_stay_days": 0}}},
    "tiers": [{"key": "gold", "criteria": [{"metric": "spend", "at_least": "100.00"}]}],
    "loyalty_stages": [{"key": "s1", "amount": "50.00"}],
}


class Program:
    """A sandbox, called by its first key. Both programs name everything alike."""

    def __init__(self, api, key):
        self.api, self.key, self.headers = api, key, {}

    async def make(self):
        said = {"key": self.key, "name": "Shop", "currency": "EUR"}
        said |= {"sandbox": True, "today": "2026-11-22"}
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
        at = "2026-11-22T10:00:00Z"
        order = {"id": "1001", "status": "paid", "customer_id": "c-1", "organization_id": "o-1"}
        order |= {"currency": "EUR", "total": total, "paid_at": at}
        event = {"event_id": "e-1", "type": "order.snapshot", "occurred_at": at, "order": order}
        await self.say("POST", "/v1/order-events", event)
        back = {"event_id": "e-2", "type": "order.refund", "occurred_at": at}
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
        await self.say("PUT", "/v1/clock", {"today": "2026-11-25"})
        await self.say("POST", "/v1/checks", {})
        await self.say("DELETE", "/v1/customers/c-2")

    async def reads(self, **names):
        """The answer to every GET, with its ETag: operation → status, tag, bytes."""
        found = {}
        for one in operations():
            if one.method != "GET" or one.path.startswith(OF_ITS_OWN):
                continue
            answer = await self.api.get(one.at(**names), headers=self.headers)
            told = answer.content
            if answer.status_code >= 400:
                told = re.sub(rb"[0-9a-f]{24}", b"", told)  # ids of requests
            found[one.name] = (answer.status_code, answer.headers.get("ETag"), told)
        return found


async def test_what_one_program_reads_is_the_same_without_the_others_traffic(database_url):
    async with service(database_url, clock=StillClock()) as (api, _):
        ours, theirs = Program(api, "apart-b"), Program(api, "apart-a")
        await ours.make()
        await theirs.make()
        await ours.tell("150.00", "20.00")
        known, unknown = await ours.reads(**SEEN), await ours.reads()

        await theirs.live()

        assert await ours.reads(**SEEN) == known
        assert await ours.reads() == unknown
    assert sum(status == 200 for status, _, _ in known.values()) > 30


async def test_ids_of_another_program_answer_as_unknown_ones_do(database_url):
    async with service(database_url, clock=StillClock()) as (api, _):
        ours, theirs = Program(api, "apart-c"), Program(api, "apart-d")
        await ours.make()
        await theirs.make()
        await theirs.tell("150.00", "20.00")
        made = await theirs.say("POST", "/v1/checks", {})
        ids = {**HOLDERS, "order_id": "1001", "check_id": made["id"]}

        assert await ours.reads(**ids) == await ours.reads()
