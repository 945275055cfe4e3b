"""Members are proved also when their orders have been with others, or with nobody."""

import pytest

from app.checks import audit
from app.kit.clock import SystemClock
from tests.api.test_facts import snapshot
from tests.api.town import opened

LATER = "2026-11-22T11:00:00Z"


@pytest.mark.parametrize(
    "later",
    [
        {"customer_id": None},
        {"customer_id": None, "organization_id": "o-1"},
        {"customer_id": "c-8"},
        {"customer_id": None, "status": "cancelled"},
    ],
)
async def test_an_order_that_changes_hands_is_proved(database_url, later):
    async with opened(database_url) as town:
        await town.tell(snapshot(total="150.00"))
        await town.tell({**snapshot(event_id="e2", total="150.00", **later), "occurred_at": LATER})

        report = await audit.audit(town.db, SystemClock(), town.program_id)

    assert report.mismatches == ()
    assert report.members_proved == report.members_total > 0
