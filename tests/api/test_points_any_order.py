"""The same facts in any order, some of them twice, earn the same. Semantics 3 and 11."""

from random import Random

from tests.api.facts import refund, snapshot
from tests.api.town import DEFINITION, TODAY, opened

EARNING = {**DEFINITION, "settings": {**DEFINITION["settings"], "points_per_unit": "0.7"}}
YESTERDAY = "2026-11-21T10:00:00Z"
ORDERS = 4
EARNED = (
    "SELECT day, sum(points) AS points FROM points_entries"
    " WHERE member_id = :member AND kind = 'earned' GROUP BY day ORDER BY day"
)


def facts(name):
    """Of one customer: an order that is refunded, one that changes its day, one that is undone."""
    mine = {"customer_id": name}
    one, two, three = (f"{name}-{number}" for number in range(3))
    later = f"{TODAY}T11:00:00Z"
    return [
        snapshot(one, f"{one}-paid", total="99.99", **mine),
        refund("33.33", f"{one}-back", one),
        snapshot(two, f"{two}-paid", YESTERDAY, total="10.00", **mine),
        snapshot(two, f"{two}-dearer", later, total="12.50", **mine),
        snapshot(three, f"{three}-paid", total="50.00", **mine),
        snapshot(three, f"{three}-off", later, status="cancelled", total="50.00", **mine),
        activity(name, "a", 40),
        activity(name, "b", 2),
    ]


def activity(name, what, points):
    said = {"activity_id": f"{name}-{what}", "customer_id": name, "points": points}
    return {**said, "kind": "review", "occurred_at": YESTERDAY}


async def test_the_same_facts_in_any_order_earn_the_same(database_url):
    async with opened(database_url, EARNING) as town:
        for number in range(ORDERS):
            told = facts(f"c-{number}")
            told += told[::3]
            if number:
                Random(number).shuffle(told)
            for fact in told:
                where = "order-events" if "event_id" in fact else "activities"
                answer = await town.api.post(f"/v1/{where}", json=fact)
                assert answer.status_code == 200, answer.text

        found = [
            [tuple(one.values()) for one in await town.rows(EARNED, member=member)]
            for member in (town.member("customer", f"c-{number}") for number in range(ORDERS))
        ]

    earned = {day.isoformat(): int(points) for day, points in found[0] if points}
    assert earned == {"2026-11-21": 8 + 42, "2026-11-22": 46}
    kept = [[(day, points) for day, points in one if points] for one in found]
    assert kept == [kept[0]] * ORDERS
