"""The programs that Schemathesis is let loose on: what the document's examples name is there."""

from typing import Any

import httpx2 as httpx

from tests.proof.ground import AS_ROOT, Replica

SCOPES = ("ingest", "read", "configure", "operate", "admin")
CALLERS = (*SCOPES, "root")
TODAY = "2026-11-22"
TIERS = [
    {"key": key, "criteria": [{"metric": "spend", "at_least": amount}]}
    for key, amount in (("bronze", "10.00"), ("silver", "100.00"), ("gold", "1000.00"))
]
DEFINITION = {
    "settings": {
        "currency": "EUR", "time_zone": "UTC", "debounce_seconds": 0, "stages": {"default": {}},
    },
    "tiers": TIERS,
    "loyalty_stages": [{"key": "gold", "amount": "50.00"}],
}  # fmt: skip
ORDER = {
    "id": "1001", "status": "paid", "customer_id": "c-7", "currency": "EUR", "total": "120.50",
    "paid_at": f"{TODAY}T10:15:30Z",
}  # fmt: skip
EVENT = {
    "event_id": "evt-1001-1", "type": "order.snapshot", "occurred_at": f"{TODAY}T10:15:30Z",
    "order": ORDER,
}  # fmt: skip
SAID: tuple[tuple[str, str, Any], ...] = (
    ("PUT", "/v1/definition", DEFINITION),
    ("PUT", "/v1/organizations/o-3", {}),
    ("PUT", "/v1/organizations/o-3/contracts/k-1", {}),
    ("PUT", "/v1/customers/c-7", {}),
    ("POST", "/v1/order-events", EVENT),
    ("POST", "/v1/sources", {"key": "gold", "platform": "shopify", "secrets": ["a long secret"]}),
    ("POST", "/v1/endpoints", {"url": "http://127.0.0.1:9/hook"}),
    ("POST", "/v1/customers/c-7/overrides", {"mode": "freeze", "reason": "Agreed by phone"}),
)


class Caller:
    """A program of its own and a key: of one scope, or the root key."""

    def __init__(self, name: str, replica: Replica) -> None:
        self.name, self.replica = name, replica
        self.program = f"fuzzed-{name}"
        self.headers: dict[str, str] = {}

    async def begin(self) -> None:
        """Make the program and what the examples name; then forget the key of every scope."""
        said = {"key": self.program, "name": "Fuzzed", "currency": "EUR", "time_zone": "UTC"}
        said |= {"sandbox": True, "today": TODAY}
        made = await self.say("POST", "/v1/programs", said, AS_ROOT)
        able = {"Authorization": f"Bearer {made['api_key']['key']}", "If-Match": "*"}
        for method, path, body in SAID:
            await self.say(method, path, body, able)
        own = AS_ROOT
        if self.name in SCOPES:
            scoped = {"name": "Fuzzed", "scopes": [self.name]}
            key = await self.say("POST", "/v1/keys", scoped, able)
            own = {"Authorization": f"Bearer {key['key']}"}
        self.headers = {**own, "Tiers-Program": self.program}

    async def say(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        answer = await self.replica.client.request(method, path, json=body, headers=headers)
        assert answer.is_success, (method, path, answer.text)
        return answer.json()

    async def lost(self) -> str:
        """What became of its key or program: without them what was answered proves little."""
        answer = await self.replica.client.get("/v1/settings", headers=self.headers)
        lives = answer.status_code in {httpx.codes.OK, httpx.codes.FORBIDDEN}
        return "" if lives else f"{self.name} has lost its key or program: {answer.text}"

    @property
    def kept(self) -> str:
        """What it must not delete: every program, and its own key."""
        key_id = self.headers["Authorization"].split("_")[2:3]
        return " ".join([*(f"fuzzed-{one}" for one in CALLERS), *key_id])
