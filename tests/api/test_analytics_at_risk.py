"""Who is said to fall, held against who falls when the days pass and nobody buys."""

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.api.crowd import Crowd
from tests.api.merchant import faults
from tests.api.town import TODAY, opened, tier

AHEAD = 25
WINDOWS = {
    "rolling": {"rolling_days": 20},
    "months": {"rolling_months": 1},
    "calendar": {"calendar": "month"},
    "previous": {"previous": "month"},
    "anniversary": {"anniversary": 1},
}


def definition(window, own=(), stages=None, **settings):
    orders = {"metric": "orders", "at_least": 3}
    largest = {"metric": "largest_order", "at_least": "250.00"}
    silver = {
        "key": "silver",
        "match": "any",
        "criteria": [*tier("", "300.00")["criteria"], orders],
    }
    gold = [*tier("", "700.00")["criteria"], largest, *own]
    return {
        "settings": {
            "currency": "EUR",
            "debounce_seconds": 0,
            "tiers": {"window": WINDOWS[window], **settings},
            "stages": {
                "default": {"window": WINDOWS["rolling"], **(stages or {"min_stay_days": 0})}
            },
        },
        "tiers": [tier("bronze", "50.00"), silver, {"key": "gold", "criteria": gold}],
        "loyalty_stages": [{"key": "s1", "amount": "50.00"}, {"key": "s2", "amount": "400.00"}],
    }


KINDS = {
    "rolling": definition("rolling"),
    "months": definition("months", stages={"min_stay_days": 9}),
    "calendar": definition("calendar", grace_days=4),
    "previous": definition("previous", upgrade="at_check"),
    "grace": definition("rolling", grace_days=6, downgrade="one_step"),
    "stay": definition("rolling", min_stay_days=12, grace_days=3, upgrade="at_check"),
    "never": definition("rolling", downgrade="never"),
    "two windows": definition(
        "rolling", own=[{"metric": "orders", "at_least": 2, "window": {"rolling_days": 9}}]
    ),
    "tags": definition("rolling", own=[{"tag": "friend"}]),
    "anniversary": definition("anniversary"),
}


async def pages(town, **asked):
    """The answer and the items of all pages."""
    found, after = [], None
    while True:
        params = {**asked, **({"after": after} if after else {})}
        answer = await town.api.get("/v1/analytics/at-risk", params=params)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        found += told["items"]
        after = told["next"]
        if after is None:
            return told, found


async def lived(town, seed):
    """A crowd that has bought and been overruled; it is checked today."""
    crowd = Crowd(town, seed, customers=30)
    await crowd.gather()
    await crowd.buy(220)
    await town.put("clock", today=str(TODAY + timedelta(1)))
    await crowd.overrule(["bronze", "silver", "gold"], 5)
    town.today = TODAY + timedelta(1)


async def held(town):
    found = await town.rows(
        "SELECT m.kind, m.external_id AS id, p.ladder, p.level_key, p.position FROM positions p"
        " JOIN members m ON m.member_id = p.member_id WHERE p.program_id = :program_id AND NOT"
        " EXISTS (SELECT FROM representations r WHERE r.member_id = p.member_id AND"
        " r.from_on <= :today AND (r.until_on IS NULL OR r.until_on >= :today))",
        today=town.today,
    )
    return {
        (one["kind"], one["id"], one["ladder"]): (one["level_key"], one["position"])
        for one in found
    }


async def fallen(town):
    """(kind, id, ladder) → the first day, and from where to where, as it happens."""
    before, falls = await held(town), {}
    for number in range(AHEAD):
        town.today += timedelta(1)
        answer = await town.put("clock", today=str(town.today))
        assert answer.status_code == 200, answer.text
        for name, (level, position) in (await held(town)).items():
            was = before.get(name, (None, 0))
            if position < was[1] and name not in falls:
                falls[name] = (str(town.today), was[0], level)
        assert number < AHEAD
    return falls


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_told_is_what_happens(database_url, kind):
    async with opened(database_url, KINDS[kind]) as town:
        await lived(town, f"{kind} days")

        told, items = await pages(town, days=AHEAD, limit=7)
        falls = await fallen(town)

    said = {
        (one["kind"], one["id"], one["ladder"]): (one["on"], one["from"], one["to"])
        for one in items
    }
    assert said == falls
    assert len(items) == len(said) > 5
    assert told["untold"] == 0
    days = {
        (one["on"], one["ladder"], one["from"], one["to"]): one["members"] for one in told["days"]
    }
    assert days == Counter((on, name[2], was, will) for name, (on, was, will) in falls.items())
    order = [(date.fromisoformat(one["on"]), one["ladder"]) for one in items]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ("days=0", ("/query/days", "greater_than_equal")),
        ("days=93", ("/query/days", "less_than_equal")),
        ("days=1e1", ("/query/days", "integer_invalid")),
        ("after=bm9uZQ", ("/query/after", "cursor_invalid")),
    ],
)
async def test_odd_questions_are_refused(database_url, asked, fault):
    async with opened(database_url) as town:
        answer = await town.api.get(f"/v1/analytics/at-risk?{asked}")

    assert answer.status_code == 422
    assert faults(answer) == [fault]
