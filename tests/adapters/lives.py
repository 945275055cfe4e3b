"""The life of one order as its platform tells it: deliveries as they happened."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.inbound.adapters import ADAPTERS
from app.inbound.adapters.contract import NO_INSTANT, Rules
from app.inbound.items import EVENT
from app.inbound.reading import fact_of

RECEIVED = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """A delivery; `documents` where it is what the platform's API answered."""

    said: Any
    headers: dict[str, str] = field(default_factory=dict)
    received_at: datetime = RECEIVED
    documents: bool = False

    @property
    def body(self):
        return self.said if isinstance(self.said, bytes) else json.dumps(self.said).encode()


@dataclass(frozen=True)
class Life:
    """All of it, and how it ends. `status`: the newest state's; `refunded`: in force then."""

    platform: str
    steps: tuple[Step, ...]
    status: str
    refunded: str

    def facts(self, program_id):
        """The facts of its deliveries, each with the receipt that it had."""
        return [fact for step in self.steps for fact in facts_of(self.platform, step, program_id)]


def facts_of(platform, step, program_id):
    adapter = ADAPTERS[platform]
    rules = Rules(adapter.STATUS_MAP, {"": "EUR"})
    if step.documents:
        reading = adapter.read_documents(str(step.said["order"]["id"]), step.said, rules)
    else:
        reading = adapter.read(step.headers, step.body, rules)
    assert reading.events, (platform, reading)
    return [_fact(adapter, step, one, program_id) for one in reading.events]


def _fact(adapter, step, event, program_id):
    received = step.received_at.isoformat()
    event_id = event.said.get("event_id") or adapter.event_id(step.headers, step.body)
    if event_id.endswith(NO_INSTANT):
        event_id += received
    said = {**event.said, "event_id": event_id, "source": "shop"}
    said["occurred_at"] = said["occurred_at"] or received
    checked = EVENT.validate_python(said)
    return fact_of(program_id, checked, step.received_at, event.raw_status)
