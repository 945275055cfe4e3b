"""Facts of one order that meet on their way, as they do on several replicas."""

import pytest

from app.inbound.items import EVENT
from app.inbound.pipeline import Pipeline
from app.inbound.reading import fact_of
from app.orders import service as orders
from tests.api.test_facts import NOW, refund, snapshot
from tests.api.town import TODAY, opened

DELETED = {
    "event_id": "d1",
    "type": "order.deleted",
    "occurred_at": f"{TODAY}T18:00:00Z",
    "order": {"id": "o1"},
}
REFUND = refund("20.00", "r1", at=f"{TODAY}T18:00:00Z")
EARLY = refund("1.00", "r0", refund_id="refund-0")


@pytest.mark.parametrize(("late", "spend"), [(DELETED, {}), (REFUND, {TODAY: 9_900})])
async def test_an_order_that_moves_before_its_home_is_locked_is_found_again(
    database_url, monkeypatch, late, spend
):
    async with opened(database_url) as town:
        await town.tell(EARLY)  # the order is at home with nobody
        inner, asked = orders.pins, []

        async def pins(session, book, facts):
            found = await inner(session, book, facts)
            asked.append(found)
            if len(asked) == 1:
                await town.tell(snapshot(total="120.00"))
            return found

        monkeypatch.setattr(orders, "pins", pins)
        fact = fact_of(town.program_id, EVENT.validate_python(late), NOW)
        await Pipeline(town.db).take(town.program_id, [fact], NOW, together=False)

        homes = await town.rows("SELECT member_id FROM orders WHERE program_id = :program_id")
        assert [one["member_id"] for one in homes] == [town.member("customer", "c-7")]
        assert await town.spend("customer", "c-7") == spend
