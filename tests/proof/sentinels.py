"""People whose ids can be told from everything else, and all that they leave behind."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

from app.kit.ids import computed_id
from app.outbound.signing import signed

AT = "2026-{:02}-{:02}T10:00:00Z"
FORMS = ("zq{}", "Ж{}", "zq {} & <co>", "zq/{}%", 'zq"{}')
REFUSED = "customer_redacted"


class Sentinel:
    """`token` is in all of its ids. `told`: the facts as they were sent, to be sent again."""

    def __init__(self, town, number):
        self.town, self.rng = town, town.rng
        self.token = f"{self.rng.getrandbits(64):016x}"
        self.id = FORMS[number % len(FORMS)].format(self.token)
        self.former = f"{self.id}-former"
        self.path = f"/v1/customers/{quote(self.id, safe='')}"
        self.told = []

    @property
    def needles(self):
        """The token in clear, in hex, in base64 at any alignment; our computed ids of both."""
        raw = self.token.encode()
        found = {self.token, raw.hex()}
        found |= {base64.b64encode(b"." * shift + raw)[4:-4].decode() for shift in range(3)}
        ids = [computed_id(self.town.program_id, "customer", one) for one in (self.id, self.former)]
        return found | {str(one) for one in ids} | {one.hex for one in ids}

    async def live(self):
        """Something by every path, errors included."""
        said = {"tags": ["vip"], "joined_on": "2026-01-31"}
        await self.town.call("PUT", self.path, said)
        for customer in (self.id, self.id, self.former):
            await self.tell(self.snapshot(customer))
        await self.tell(self.fact("customer.merged", kept_id=self.id, removed_id=self.former))
        await self.tell(self.snapshot(self.id), batch=True)
        await self.tell(self.refund())
        await self.webhook(self.snapshot(self.id))
        await self.by_hand()
        if self.rng.random() < 0.5:
            await self.tell(self.fact("customer.linked", id=self.id, organization_id="o-1"))
            await self.tell(self.snapshot(self.id))
        await self.errors()

    async def by_hand(self):
        town = self.town
        said = {"mode": "floor", "level": "gold", "reason": f"Agreed with {self.id}"}
        await town.call("POST", f"{self.path}/overrides", said, key=uuid4().hex)
        activity = {"activity_id": f"did-{self.token}", "customer_id": self.id, "points": 5}
        activity |= {"kind": "review", "occurred_at": AT.format(3, 1)}
        await town.call("POST", "/v1/activities", activity)
        line = {"product_id": "p", "quantity": "1", "unit_price": "9.00"}
        await town.call("POST", f"{self.path}/quote", {"lines": [line]})
        await town.call("POST", "/v1/preview", {}, key=uuid4().hex)
        await town.call("POST", "/v1/customers/lookup", {"ids": [self.id]}, key=uuid4().hex)

    async def errors(self):
        """Refused and kept: what names it all the same."""
        town = self.town
        await town.call("PUT", self.path, {"tags": self.id})
        await town.call("GET", f"{self.path}%2Funknown")
        wrong = self.snapshot(self.id)
        wrong["order"]["total"] = f"of {self.id}"
        await town.call("POST", "/v1/order-events", wrong)
        await town.call("POST", "/v1/order-events/batch", {"events": [wrong]})
        await self.webhook(wrong, keep=False)

    def snapshot(self, customer):
        """A paid order; an event id in three names the customer."""
        number = next(self.town.numbers)
        at = AT.format(self.rng.randint(1, 11), self.rng.randint(1, 28))
        order = {"id": f"order-{number}", "status": "paid", "customer_id": customer}
        order |= {"currency": "EUR", "total": f"{self.rng.randint(1, 400)}.00", "placed_at": at}
        event_id = f"{self.token}-{number}" if number % 3 == 0 else f"event-{number}"
        return {"event_id": event_id, "type": "order.snapshot", "occurred_at": at, "order": order}

    def refund(self):
        first = next(one for one, *_ in self.told if one["type"] == "order.snapshot")
        said = {"refund": {"id": "r", "amount": "1.00"}, "order": {"id": first["order"]["id"]}}
        event_id = f"refund-{next(self.town.numbers)}"
        return {
            "event_id": event_id,
            "type": "order.refund",
            "occurred_at": AT.format(11, 20),
        } | said

    def fact(self, kind, **said):
        event_id = f"event-{next(self.town.numbers)}"
        return {
            "event_id": event_id,
            "type": kind,
            "occurred_at": AT.format(11, 21),
            "customer": said,
        }

    async def tell(self, event, *, batch=False, keep=True):
        """What became of it."""
        if keep:
            self.told.append((event, batch, False))
        if batch:
            answer = await self.town.call("POST", "/v1/order-events/batch", {"events": [event]})
            return answer.json()["results"][0]
        return (await self.town.call("POST", "/v1/order-events", event)).json()

    async def webhook(self, event, *, keep=True):
        if keep:
            self.told.append((event, False, True))
        body = json.dumps(event, ensure_ascii=keep).encode()
        headers = signed(uuid4(), datetime.now(UTC), body, [self.town.source_secret])
        answer = await self.town.send("POST", self.town.inbound, content=body, headers=headers)
        return answer.json()["results"][0] if answer.json().get("results") else answer.json()

    async def leave(self, number):
        """Erased by the API, or by what a shop says."""
        if number % 2:
            answer = await self.town.call("DELETE", self.path)
            assert answer.status_code == 204, answer.text
        else:
            await self.tell(self.fact("customer.redacted", id=self.id), keep=False)

    async def come_back(self):
        """All facts again and a late one; those that were taken."""
        again = [*self.told, (self.snapshot(self.id), False, False)]
        outcomes = await asyncio.gather(*map(self._again, again))
        return [f"{one[0]} {outcome}" for one, outcome in zip(again, outcomes, strict=True)
                if not is_kept_out(outcome)]  # fmt: skip

    async def _again(self, told):
        event, batch, signs = told
        if signs:
            return await self.webhook(event, keep=False)
        return await self.tell(event, batch=batch, keep=False)


def is_kept_out(outcome):
    """It was refused, or had come before."""
    return outcome.get("reason") == REFUSED or outcome.get("outcome") == "duplicate"
