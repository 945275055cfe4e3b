"""Order events, written with dull defaults."""

from tests.api.town import TODAY


def snapshot(order_id="o1", event_id="e1", at=f"{TODAY}T10:00:00Z", **order):
    said = {
        "id": order_id, "status": "paid", "customer_id": "c-7", "currency": "EUR",
        "total": "120.00", "placed_at": at, "paid_at": at, **order,
    }  # fmt: skip
    kept = {name: value for name, value in said.items() if value is not None}
    return {"event_id": event_id, "type": "order.snapshot", "occurred_at": at, "order": kept}


def refund(amount, event_id="r1", order_id="o1", refund_id="refund-1", at=f"{TODAY}T12:00:00Z"):
    said = {"id": refund_id, "amount": amount}
    event = {"event_id": event_id, "type": "order.refund", "occurred_at": at}
    return {**event, "order": {"id": order_id}, "refund": said}


async def stored(town, order_id="o1"):
    [row] = await town.rows(
        "SELECT * FROM orders WHERE program_id = :program_id AND order_id = :id", id=order_id
    )
    return row
