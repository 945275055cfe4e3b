"""One order at each shop platform: made, paid, closed, refunded, a refund taken back."""

from datetime import UTC, datetime

from tests.adapters.lives import Life, Step

DAY = "2026-11-20"


def at(clock):
    return f"{DAY}T{clock}Z"


def epoch(clock):
    return int(datetime.fromisoformat(at(clock)).timestamp())


def standard(kind, clock, **said):
    event = {"event_id": f"{kind}-{clock}", "type": f"order.{kind}", "occurred_at": at(clock)}
    order = {"id": "1", "status": "paid", "customer_id": "7", "currency": "EUR", "total": "100.00"}
    if kind == "snapshot":
        return Step({**event, "order": {**order, "placed_at": at("09:00:00"), **said}})
    return Step({**event, "order": {"id": "1"}, **said})


STANDARD = Life(
    "standard",
    (
        standard("snapshot", "09:00:00", status="pending"),
        standard("snapshot", "10:00:00"),
        standard("snapshot", "11:00:00", status="closed"),
        standard("refund", "12:00:00", refund={"id": "r1", "amount": "30.00"}),
        standard("refund", "12:30:00", refund={"id": "r2", "amount": "5.00"}),
        standard(
            "snapshot",
            "13:00:00",
            status="closed",
            refunds_complete=True,
            refunds=[{"id": "r2", "amount": "5.00"}],
        ),
    ),
    "closed",
    "5.00",
)


def shopify(topic, clock, **said):
    order = {
        "id": 1, "admin_graphql_api_id": "gid://shopify/Order/1", "name": "#1", "currency": "EUR",
        "financial_status": "paid", "fulfillment_status": None, "total_price": "100.00",
        "customer": {"id": 7}, "line_items": [], "refunds": [], "fulfillments": [],
        "created_at": at("09:00:00"), "updated_at": at(clock), **said,
    }  # fmt: skip
    return Step(order, {"x-shopify-topic": f"orders/{topic}"})


def shopify_refund(number, amount):
    transaction = {"kind": "refund", "status": "success", "amount": amount, "currency": "EUR"}
    return {
        "id": number, "order_id": 1, "created_at": at("12:00:00"), "refund_line_items": [],
        "transactions": [transaction], "total_duties_set": {"shop_money": {"currency_code": "EUR"}},
    }  # fmt: skip


SENT = {"fulfillment_status": "fulfilled", "fulfillments": [{"created_at": at("11:00:00")}]}
BACK = {"financial_status": "partially_refunded", "refunds": [shopify_refund(5, "30.00")]}
SHOPIFY = Life(
    "shopify",
    (
        shopify("create", "09:00:00", financial_status="pending"),
        shopify("paid", "10:00:00"),
        shopify("fulfilled", "11:00:00", **SENT),
        Step(shopify_refund(5, "30.00"), {"x-shopify-topic": "refunds/create"}),
        shopify("updated", "12:00:00", **SENT, **BACK),
        shopify("updated", "12:00:00", **SENT),
        Step(
            {"id": 1},
            {"x-shopify-topic": "orders/delete", "x-shopify-triggered-at": at("13:00:00")},
        ),
    ),
    "deleted",
    "30.00",
)


def woocommerce(event, clock, status, *refunds):
    refunded = [{"id": number, "total": amount} for number, amount in refunds]
    paid = None if status == "pending" else at("10:00:00")[:-1]
    order = {
        "id": 1, "number": "1", "status": status, "currency": "EUR", "total": "100.00",
        "customer_id": 7, "line_items": [], "refunds": refunded, "date_paid_gmt": paid,
        "date_created_gmt": at("09:00:00")[:-1], "date_modified_gmt": at(clock)[:-1],
    }  # fmt: skip
    return Step(order, {"x-wc-webhook-topic": f"order.{event}"})


WOOCOMMERCE = Life(
    "woocommerce",
    (
        woocommerce("created", "09:00:00", "pending"),
        woocommerce("updated", "10:00:00", "processing"),
        woocommerce("updated", "11:00:00", "completed"),
        woocommerce("updated", "11:00:00", "completed", (5, "-30.00"), (6, "-5.00")),
        woocommerce("updated", "12:00:00", "completed", (6, "-5.00")),
        Step(
            {"id": 1},
            {"x-wc-webhook-topic": "order.deleted"},
            datetime(2026, 11, 20, 13, tzinfo=UTC),
        ),
        woocommerce("restored", "14:00:00", "completed", (6, "-5.00")),
    ),
    "closed",
    "5.00",
)


def stripe(kind, clock, about):
    event = {"id": f"evt_{kind}_{clock}", "type": kind, "created": epoch(clock), "livemode": True}
    return Step({**event, "data": {"object": about}})


def invoice(status, **moments):
    return {
        "object": "invoice", "id": "in_1", "status": status, "currency": "eur", "total": 10_000,
        "customer": "cus_7", "amount_due": 10_000, "created": epoch("09:00:00"),
        "status_transitions": moments, "metadata": {"order_id": "1"},
    }  # fmt: skip


def charge(refunded):
    return {
        "object": "charge", "id": "ch_1", "currency": "eur", "amount_refunded": refunded,
        "metadata": {"order_id": "1"},
    }  # fmt: skip


LOST = {
    "object": "dispute", "id": "dp_1", "status": "lost", "amount": 1_000, "currency": "eur",
    "metadata": {"order_id": "1"},
}  # fmt: skip
STRIPE = Life(
    "stripe",
    (
        stripe("invoice.paid", "10:00:00", invoice("paid", paid_at=epoch("10:00:00"))),
        stripe("invoice.payment_succeeded", "10:00:01", invoice("paid", paid_at=epoch("10:00:00"))),
        stripe("charge.refunded", "11:00:00", charge(2_500)),
        stripe("charge.refunded", "12:00:00", charge(4_000)),
        stripe("charge.refunded", "13:00:00", charge(3_000)),
        stripe("charge.dispute.closed", "14:00:00", LOST),
    ),
    "paid",
    "40.00",
)


def bigcommerce(status, clock, *refunds):
    order = {
        "id": 1, "status_id": status, "customer_id": 7, "default_currency_code": "EUR",
        "total_inc_tax": "100.0000", "date_created": "Fri, 20 Nov 2026 09:00:00 +0000",
        "date_modified": f"Fri, 20 Nov 2026 {clock} +0000",
    }  # fmt: skip
    told = [{"id": 5, "order_id": 1, "payments": [one]} for one in refunds]
    return Step({"order": order, "refunds": {"data": told}}, documents=True)


BIGCOMMERCE = Life(
    "bigcommerce",
    (
        bigcommerce(0, "09:00:00"),
        bigcommerce(11, "10:00:00"),
        bigcommerce(10, "11:00:00"),
        bigcommerce(14, "12:00:00", {"amount": "30.00", "is_declined": False}),
        bigcommerce(10, "13:00:00", {"amount": "30.00", "is_declined": True}),
    ),
    "closed",
    "0",
)


def saleor(event, clock, status, charged, refunded=0):
    def money(amount):
        return {"currency": "EUR", "fractionalAmount": amount, "fractionDigits": 2}

    order = {
        "id": "T3JkZXI6MQ==", "number": "1", "status": status, "chargeStatus": charged,
        "created": at("09:00:00"), "updatedAt": at(clock), "user": {"id": "VXNlcjo3"},
        "total": {"gross": money(10_000)}, "totalRefunded": money(refunded),
    }  # fmt: skip
    return Step({"issuedAt": at(clock), "order": order}, {"saleor-event": f"order_{event}"})


SALEOR = Life(
    "saleor",
    (
        saleor("created", "09:00:00", "UNFULFILLED", "NONE"),
        saleor("fully_paid", "10:00:00", "UNFULFILLED", "FULL"),
        saleor("fulfilled", "11:00:00", "FULFILLED", "FULL"),
        saleor("refunded", "12:00:00", "FULFILLED", "FULL", 3_000),
        saleor("updated", "13:00:00", "FULFILLED", "OVERCHARGED", 2_000),
    ),
    "closed",
    "20.00",
)
LIVES = (STANDARD, SHOPIFY, WOOCOMMERCE, STRIPE, BIGCOMMERCE, SALEOR)
