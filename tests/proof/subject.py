"""The program that hostile values are sent to: one thing of every kind; a digest of its rows."""

import json
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from app.models import metadata
from tests.proof.driver import ROOT
from tests.proof.wire import Answer, Request, send

CHECKS = "/v1/checks"
DEFINITION = {
    "settings": {
        "currency": "EUR",
        "debounce_seconds": 0,
        "stages": {"default": {}, "track-1": {}},
    },
    "tiers": [{"key": "gold", "criteria": [{"metric": "spend", "at_least": "100.00"}]}],
    "loyalty_stages": [{"key": "s1", "amount": "50.00"}],
}


class Sender:
    """Sends as one program after the other; `program`: its id, key and API key."""

    def __init__(self, port: int, db: Any) -> None:
        self.port, self.db = port, db
        self.known: dict[str, str] = {}
        self.scoped: str | None = None
        self.statement = text(
            " UNION ALL ".join(_digest_of(table) for table in metadata.sorted_tables)
        )

    async def found(self, scope: str = "") -> None:
        """A program with one thing of every kind, and a key of every scope or of this one."""
        said = {"key": f"hostile-{uuid4().hex[:12]}", "name": "Hostile", "currency": "EUR"}
        said |= {"sandbox": True, "today": "2026-11-22"}
        made = await self.say("POST", "/v1/programs", said, key=ROOT)
        self.known = {"program": said["key"], "api_key": made["api_key"]["key"], "key_id": "0" * 12}
        await self.restore()
        at = "2026-11-22T10:00:00Z"
        order = {"id": "1001", "status": "paid", "customer_id": "c-1", "currency": "EUR"}
        order |= {"total": "150.00", "paid_at": at}
        event = {"event_id": "e-1", "type": "order.snapshot", "occurred_at": at, "order": order}
        await self.say("POST", "/v1/order-events", event)
        for who in ("customers/c-1", "customers/good-1", "organizations/o-1"):
            await self.say("PUT", f"/v1/{who}", {})
        ruling = {"mode": "freeze", "reason": "Good reason"}
        made = await self.say("POST", "/v1/customers/c-1/overrides", ruling)
        self.known["override_id"] = made["id"]
        await self.say("GET", "/v1/customers/c-1/status-token", None)  # makes the key of tokens
        made = await self.say("POST", CHECKS, {"dry_run": True})
        self.known["check_id"] = made["id"]
        await self.cancel(made["id"])
        self.scoped = None
        if scope:
            made = await self.say("POST", "/v1/keys", {"name": "Hostile", "scopes": [scope]})
            self.scoped = made["key"]

    async def cancel(self, check_id: str) -> None:
        """It may have ended: a repeated Idempotency-Key tells of a check that was cancelled."""
        path = f"{CHECKS}/{check_id}/cancel".encode()
        answer = await self.send(Request("POST", path, self.headers()))
        assert answer.status in {200, 409}, answer

    async def restore(self) -> None:
        await self.say("PUT", "/v1/definition", DEFINITION)

    async def say(self, method: str, path: str, said: Any, key: str | None = None) -> Any:
        body = None if said is None else json.dumps(said).encode()
        answer = await self.send(Request(method, path.encode(), self.headers(key), body))
        assert answer.status < 300, (method, path, answer)
        return json.loads(answer.body)

    async def send(self, request: Request) -> Answer:
        return await send(self.port, request)

    def headers(self, key: str | None = None) -> dict[bytes, bytes]:
        found = {b"Authorization": f"Bearer {key or self.known['api_key']}".encode()}
        if key == ROOT and self.known:
            found[b"Tiers-Program"] = self.known["program"].encode()
        return {**found, b"Content-Type": b"application/json", b"If-Match": b"*"}

    async def digest(self) -> Any:
        """Of every row of the program, and of all programs."""
        async with self.db.engine.connect() as connection:
            found = await connection.execute(self.statement, {"key": self.known["program"]})
            return sorted(tuple(row) for row in found)


def _digest_of(table: Any) -> str:
    row = "CAST(to_jsonb(t) - 'last_used_at' AS text)"
    own = "program_id = (SELECT id FROM programs WHERE key = CAST(:key AS text))"
    where = own if "program_id" in table.columns else "true"
    return (
        f"SELECT '{table.name}', count(*), CAST(sum(hashtextextended({row}, 0)) AS text)"
        f" FROM {table.name} t WHERE {where}"
    )
