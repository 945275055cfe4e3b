"""What the explorer shows of facts."""

from typing import Any

ORDER: dict[str, Any] = {
    "id": "1001",
    "number": "#1001",
    "status": "paid",
    "customer_id": "c-7",
    "currency": "EUR",
    "total": "120.50",
    "tax": "20.08",
    "shipping": "5.00",
    "placed_at": "2026-11-22T10:15:00Z",
    "paid_at": "2026-11-22T10:15:30Z",
    "refunds_complete": True,
    "refunds": [],
}
SNAPSHOT: dict[str, Any] = {
    "event_id": "evt-1001-1",
    "type": "order.snapshot",
    "occurred_at": "2026-11-22T10:15:30Z",
    "order": ORDER,
}
REFUND: dict[str, Any] = {
    "event_id": "evt-1001-2",
    "type": "order.refund",
    "occurred_at": "2026-11-25T08:00:00Z",
    "order": {"id": "1001"},
    "refund": {"id": "r1", "amount": "20.00", "at": "2026-11-25T08:00:00Z"},
}
DELETED: dict[str, Any] = {
    "event_id": "evt-1001-3",
    "type": "order.deleted",
    "occurred_at": "2026-11-26T08:00:00Z",
    "order": {"id": "1001"},
}
MERGED: dict[str, Any] = {
    "event_id": "evt-merge-1",
    "type": "customer.merged",
    "occurred_at": "2026-11-26T09:00:00Z",
    "customer": {"kept_id": "c-7", "removed_id": "c-8"},
}
LINKED: dict[str, Any] = {
    "event_id": "evt-link-1",
    "type": "customer.linked",
    "occurred_at": "2026-11-26T10:00:00Z",
    "customer": {"id": "c-7", "organization_id": "o-3", "from": "2026-11-26"},
}
REDACTED: dict[str, Any] = {
    "event_id": "evt-redact-1",
    "type": "customer.redacted",
    "occurred_at": "2026-11-26T11:00:00Z",
    "customer": {"id": "c-9", "order_ids": []},
}

EVENTS: dict[str, Any] = {
    "snapshot": {"summary": "The whole state of an order", "value": SNAPSHOT},
    "refund": {"summary": "A refund", "value": REFUND},
    "deleted": {"summary": "An order is gone", "value": DELETED},
    "merged": {"summary": "Two customers are one", "value": MERGED},
    "linked": {"summary": "A customer joins an organization", "value": LINKED},
    "redacted": {"summary": "A customer is to be forgotten", "value": REDACTED},
}
BATCH_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["events"],
                    "additionalProperties": False,
                    "properties": {
                        "events": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 500,
                            "items": {"type": "object"},
                        }
                    },
                },
                "example": {"events": [SNAPSHOT, REFUND]},
            },
            "application/x-ndjson": {
                "schema": {"type": "string"},
                "example": '{"event_id": "evt-1001-3", "type": "order.deleted", …}\n',
            },
        },
    }
}
