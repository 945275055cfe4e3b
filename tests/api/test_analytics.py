"""Who stood where and who moved, held against what the lists said at the time."""

from collections import Counter
from datetime import timedelta

import pytest

from app.access.caller import Scope
from tests.api.crowd import Crowd
from tests.api.facts import snapshot
from tests.api.merchant import faults
from tests.api.town import TODAY, key, opened, tier

DEFINITION = {
    "settings": {
        "currency": "EUR",
        "tiers": {"window": {"rolling_days": 20}},
        "stages": {"default": {"min_stay_days": 3, "window": {"rolling_days": 12}}},
    },
    "tiers": [tier("silver", "100.00"), tier("gold", "700.00")],
    "loyalty_stages": [{"key": "s1", "amount": "50.00"}, {"key": "s2", "amount": "400.00"}],
}
LADDERS = {"tiers": ["silver", "gold"], "default": ["s1", "s2"]}


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


async def told(town, name, **asked):
    answer = await town.api.get(f"/v1/analytics/{name}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sleep_until(town, day):
    """The days through this one pass, each with its check."""
    answer = await town.put("clock", today=str(day))
    assert answer.status_code == 200, answer.text
    town.today = day


async def ended(town, kind, **said):
    event = {"event_id": kind, "type": kind, "customer": said}
    await town.tell({**event, "occurred_at": f"{town.today}T11:00:00Z"})


async def standing(town):
    """Member → ladder → level, as the list tells it now."""
    answer = await town.api.get("/v1/members", params={"limit": 250})
    found = {}
    for one in answer.json()["items"]:
        held = {stage["track"]: stage["key"] for stage in one["stages"]}
        if one["tier"]:
            held["tiers"] = one["tier"]["key"]
        found[one["kind"], one["id"]] = {name: level for name, level in held.items() if level}
    return found


def counted(then, gone=frozenset()):
    """Of that standing, when those in `gone` are no members any more: ladder → none and levels."""
    shares = {}
    for ladder, keys in LADDERS.items():
        held = Counter(held[ladder] for held in then.values() if ladder in held)
        none = sum(ladder not in held for member, held in then.items() if member not in gone)
        shares[ladder] = [none, *(held[one] for one in keys)]
    return shares


def shares(distribution):
    return {
        one["ladder"]: [one["none"], *(level["members"] for level in one["levels"])]
        for one in distribution["ladders"]
    }


async def live(town, seed):
    """A month in a town; what everybody held at the end of each of its days."""
    crowd, days = Crowd(town, seed, customers=24), {}
    await crowd.gather()
    await crowd.buy(150)
    for number in range(30):
        day = TODAY + timedelta(number)
        await sleep_until(town, day)
        said = {"customer_id": f"n{number % 7}", "total": f"{100 + 40 * (number % 5)}.00"}
        name = {"order_id": f"new-{number}", "event_id": f"new-{number}"}
        await town.tell(snapshot(**name, at=f"{day}T10:00:00Z", **said))
        if number in {9, 18}:
            await town.put(f"customers/c{number}", organization_id="o1")
        if number in {12, 20}:
            await town.put(f"customers/c{number}", organization_id=None)
        days[day] = await standing(town)
    return days


async def test_any_date_is_told_as_it_was_seen_then(town):
    days = await live(town, "any date")
    await ended(town, "customer.redacted", id="n1")
    await ended(town, "customer.merged", kept_id="n2", removed_id="n3")
    gone = {("customer", "n1"), ("customer", "n3")}
    now = await standing(town)

    for day, then in list(days.items())[:-1]:
        found = await told(town, "distribution", as_of=str(day))

        assert shares(found) == counted(then, gone), day
        assert found["members"] == len(then.keys() - gone)
    today = await told(town, "distribution")
    assert (today["as_of"], shares(today)) == (str(max(days)), counted(now))
    assert today["members"] == len(now)
    assert len({str(counted(then)) for then in days.values()}) > 10


async def test_movement_counts_every_move_once_by_its_occasion(town):
    await live(town, "movement")
    first, last = TODAY + timedelta(3), TODAY + timedelta(24)
    history = await town.rows(
        "SELECT ladder, from_level, to_level, occasion, direction FROM changes WHERE direction"
        " IS NOT NULL AND as_of >= :first AND as_of <= :last AND program_id = :program_id",
        first=first,
        last=last,
    )

    found = await told(town, "movement", **{"from": str(first), "to": str(last)})

    cells = {
        (ladder["ladder"], move["from"], move["to"], one["occasion"], move["direction"]): one[
            "moves"
        ]
        for ladder in found["ladders"]
        for move in ladder["moves"]
        for one in move["by_occasion"]
    }
    assert cells == Counter(tuple(one.values()) for one in history)
    assert len({cell[3] for cell in cells}) > 1
    for ladder in found["ladders"]:
        ways = Counter(one["direction"] for one in history if one["ladder"] == ladder["ladder"])
        assert (ladder["up"], ladder["down"]) == (ways["up"], ways["down"])
        assert sum(move["moves"] for move in ladder["moves"]) == ladder["up"] + ladder["down"]
        assert ladder["down"] > 0


async def test_parity_distribution_and_movement_analytics(town):
    """Keystone customer tiers."""
    await town.order("c-1", "150.00")
    await town.order("c-2", "150.00")
    await town.order("c-2", "700.00")

    [tiers, _] = (await told(town, "distribution"))["ladders"]
    [moved, _] = (await told(town, "movement"))["ladders"]

    assert [(one["key"], one["members"]) for one in tiers["levels"]] == [("silver", 1), ("gold", 1)]
    assert [(one["from"], one["to"], one["moves"]) for one in moved["moves"]] == [
        (None, "silver", 2),
        ("silver", "gold", 1),
    ]
    assert moved["moves"][0]["by_occasion"] == [{"occasion": "order", "moves": 2}]


async def test_a_level_that_is_gone_is_told_last_and_without_a_position(town):
    await town.order("c-1", "150.00")
    levels = await town.api.get("/v1/tiers/silver")
    match = {**town.api.headers, "If-Match": levels.headers["ETag"]}
    await sleep_until(town, TODAY + timedelta(1))

    gone = await town.api.delete("/v1/tiers/silver", headers=match)

    assert gone.status_code == 200, gone.text
    [tiers, _] = (await told(town, "distribution", as_of=str(TODAY)))["ladders"]
    assert [(one["key"], one["position"], one["members"]) for one in tiers["levels"]] == [
        ("gold", 1, 0),
        ("silver", None, 1),
    ]


async def test_before_anybody_was_known_there_is_nobody(town):
    await town.order("c-1", "150.00")

    found = await told(town, "distribution", as_of=str(TODAY - timedelta(1)))

    assert (found["members"], shares(found)) == (0, {"tiers": [0, 0, 0], "default": [0, 0, 0]})


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("distribution?as_of=2026-11-23", ("/query/as_of", "in_the_future")),
        ("distribution?as_of=yesterday", ("/query/as_of", "day_invalid")),
        ("movement?from=2026-11-22&to=2026-11-21", ("/query/to", "before_from")),
        ("movement?from=2025-11-21&to=2026-11-22", ("/query/to", "span_too_long")),
        ("movement?to=0001-01-01", ("/query/to", "day_impossible")),
    ],
)
async def test_odd_dates_are_refused(town, path, fault):
    answer = await town.api.get(f"/v1/analytics/{path}")

    assert answer.status_code == 422
    assert faults(answer) == [fault]


async def test_only_a_key_that_reads_is_told(town):
    others = await key(town, *(set(Scope) - {Scope.read}))

    answer = await town.api.get("/v1/analytics/distribution", headers=others)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_another_program_is_not_counted(town, database_url):
    await town.order("c-1", "150.00")

    async with opened(database_url, DEFINITION) as other:
        found = await told(other, "distribution")
        moved = await told(other, "movement")

    assert found["members"] == 0
    assert [one["up"] for one in moved["ladders"]] == [0, 0]
