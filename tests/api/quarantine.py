"""Deliveries that wait in quarantine, and replays of them."""

from app.inbound.inbox.jobs import ReplayErrand
from app.kit.loops import ErrandLoop
from tests.api.deliveries import encoded, source, told, woocommerce

INBOX = "/v1/inbound-events"


async def listed(town, **query):
    answer = await town.api.get(INBOX, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def woo(number=7, status="processing", total="150.00", hour=10, **more):
    at = f"2026-11-20T{hour}:00:00"
    said = {
        "id": number, "status": status, "customer_id": 5, "currency": "EUR", "total": total,
        "date_created_gmt": at, "date_modified_gmt": at, "line_items": [], "refunds": [],
    }  # fmt: skip
    return encoded({**said, **more})


async def unmapped(town, *bodies):
    """Orders of a shop that does not know yet what `processing` means, kept in quarantine."""
    shop = await source(town, "woocommerce", status_map={"processing": None})
    for body in bodies:
        [(_, outcome, reason)] = await told(town, shop["path"], body, woocommerce(body))
        assert (outcome, reason) == ("quarantined", "unmapped_status")
    return shop


async def replay(town, event_id=None):
    [one] = [
        one
        for one in (await listed(town, state="quarantined"))["items"]
        if event_id in {None, one["event_id"]}
    ]
    return await town.api.post(f"{INBOX}/{one['id']}/replay")


async def work(town):
    """Let the worker do all that is left to replay."""
    loop = ErrandLoop(
        town.db, town.clock, ReplayErrand(town.app.state.replayer, town.clock), name="replays"
    )
    while await loop.work():
        pass
