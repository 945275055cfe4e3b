from datetime import timedelta

import pytest

from tests.api.merchant import NOW, content, faults, opened

QUIET = timedelta(seconds=300)


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.make()
        await made.with_tiers(silver="1000.00", gold="5000.00")
        await made.rows(
            "UPDATE programs SET checked_on = '2026-11-21', recheck_at = NULL,"
            " recheck_occasion = NULL WHERE key = :key"
        )
        yield made


async def owed(merchant):
    row = await merchant.program()
    return row["recheck_at"], row["recheck_occasion"], row["recheck_keep"]


async def test_settings_have_defaults(merchant):
    assert (await merchant.get("/v1/settings")).json() == {
        "enabled": True, "currency": "EUR", "time_zone": "UTC",
        "counted_statuses": ["paid", "closed"], "dated_by": "counted", "amount_basis": "total",
        "pooling": "dated", "effective_tier": "organization_only",
        "points_per_unit": "1", "starts_on": None,
        "check_schedule": "15 0 * * *", "debounce_seconds": 300,
        "tiers": {
            "window": {"rolling_days": 365}, "upgrade": "immediate", "downgrade": "to_earned",
            "min_stay_days": 0, "grace_days": 0, "refund_downgrade": "at_check",
        },
        "stages": {},
    }  # fmt: skip


async def test_ladders_are_patched_field_by_field(merchant):
    body = {
        "tiers": {"grace_days": 14},
        "stages": {"classes": {"min_stay_days": 10}},
        "starts_on": "2026-01-01",
    }

    first = await merchant.patch("/v1/settings", body)
    second = await merchant.patch("/v1/settings", {"stages": {"classes": {"start": "lowest"}}})
    removed = await merchant.patch("/v1/settings", {"stages": {"classes": None}})

    assert first.json()["tiers"]["grace_days"] == 14
    assert first.json()["tiers"]["window"] == {"rolling_days": 365}
    assert first.json()["starts_on"] == "2026-01-01"
    classes = second.json()["stages"]["classes"]
    assert (classes["min_stay_days"], classes["start"]) == (10, "lowest")
    assert content(removed)["stages"] == {}
    assert removed.headers["ETag"] == await merchant.tag("/v1/settings")


async def test_a_window_is_replaced_as_a_whole(merchant):
    answer = await merchant.patch("/v1/settings", {"tiers": {"window": {"previous": "year"}}})

    assert answer.json()["tiers"]["window"] == {"previous": "year"}


async def test_an_edit_of_settings_says_what_it_changes(merchant):
    tag = await merchant.tag("/v1/settings")

    without = await merchant.patch("/v1/settings", {"debounce_seconds": 1}, match=None)
    good = await merchant.patch("/v1/settings", {"debounce_seconds": 1}, match=tag)
    stale = await merchant.patch("/v1/settings", {"debounce_seconds": 2}, match=tag)

    assert [one.status_code for one in (without, good, stale)] == [428, 200, 412]


async def test_an_edit_that_changes_nothing_publishes_nothing(merchant):
    answer = await merchant.patch("/v1/settings", {"counted_statuses": ["closed", "paid"]})

    published = {"version": 2, "warnings": [], "check_due_at": None}
    assert (answer.status_code, answer.json()["published"]) == (200, published)
    assert await merchant.versions() == [1, 2]


async def test_an_edit_waits_for_a_quiet_period(merchant):
    answer = await merchant.patch("/v1/tiers/gold", {"enabled": False})

    assert answer.json()["published"]["check_due_at"] == "2026-11-22T12:05:00Z"
    assert await owed(merchant) == (NOW + QUIET, "rules_changed", None)
    assert str((await merchant.program())["checked_on"]) == "2026-11-21"


async def test_several_edits_share_the_check_of_the_last(merchant):
    await merchant.patch("/v1/tiers/gold", {"enabled": False})
    merchant.clock.advance(seconds=60)
    await merchant.patch("/v1/tiers/gold", {"enabled": True})
    merchant.clock.advance(seconds=60)
    await merchant.patch("/v1/settings", {"debounce_seconds": 0})
    last = await merchant.patch("/v1/tiers/gold", {"enabled": False})

    assert last.json()["published"]["check_due_at"] == "2026-11-22T12:06:00Z"
    assert await owed(merchant) == (NOW + timedelta(seconds=360), "rules_changed", None)


async def test_an_edit_can_be_checked_now(merchant):
    await merchant.patch("/v1/tiers/gold", {"enabled": False})

    answer = await merchant.patch("/v1/tiers/gold?apply=now", {"enabled": True})

    assert answer.json()["published"]["check_due_at"] == "2026-11-22T12:00:00Z"
    assert await owed(merchant) == (NOW, "rules_changed", None)


async def test_an_edit_can_wait_for_the_next_check(merchant):
    answer = await merchant.patch("/v1/tiers/gold?apply=next_check", {"enabled": False})

    assert answer.json()["published"]["check_due_at"] == "2026-11-23T00:15:00Z"
    assert await owed(merchant) == (None, None, None)
    assert (await merchant.program())["checked_on"] is None


async def test_what_waits_is_not_put_off_to_the_next_check(merchant):
    await merchant.patch("/v1/tiers/gold", {"enabled": False})

    answer = await merchant.patch("/v1/tiers/gold?apply=next_check", {"enabled": True})

    assert answer.json()["published"]["check_due_at"] == "2026-11-22T12:05:00Z"
    assert await owed(merchant) == (NOW + QUIET, "rules_changed", None)


async def test_the_next_check_of_a_sandbox_is_of_its_own_calendar(merchant):
    await merchant.rows("UPDATE programs SET sandbox_day = '2010-11-30' WHERE key = :key")

    answer = await merchant.patch("/v1/tiers/gold?apply=next_check", {"enabled": False})

    assert answer.json()["published"]["check_due_at"] == "2010-12-01T00:15:00Z"


async def test_members_are_kept_as_of_the_version_before_the_first_edit(merchant):
    await merchant.patch("/v1/tiers/gold?existing=keep", {"enabled": False})
    merchant.clock.advance(seconds=10)
    await merchant.patch("/v1/tiers/silver?existing=keep", {"enabled": False})

    due = NOW + QUIET + timedelta(seconds=10)
    assert await owed(merchant) == (due, "rules_changed", 2)


async def test_keeping_at_the_next_check_has_that_check_give_the_floors(merchant):
    path = "/v1/tiers/gold?apply=next_check&existing=keep"
    answer = await merchant.patch(path, {"enabled": False})

    assert answer.json()["published"]["check_due_at"] == "2026-11-23T00:15:00Z"
    assert await owed(merchant) == (None, None, 2)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "G"}, {"visible": False}, {"icon": "star"}, {"description": "The best."},
        {"benefits": {"discount_percent": "11"}},
    ],
)  # fmt: skip
async def test_what_moves_nobody_owes_no_check(merchant, body):
    answer = await merchant.patch("/v1/tiers/gold", body)

    assert answer.json()["published"]["check_due_at"] is None
    assert await owed(merchant) == (None, None, None)
    assert await merchant.versions() == [1, 2, 3]


async def test_what_becomes_of_a_disabled_level_owes_no_check(merchant):
    await merchant.with_tiers(silver="1000.00")
    await merchant.patch("/v1/tiers/silver", {"enabled": False})
    await merchant.rows("UPDATE programs SET recheck_at = NULL, recheck_occasion = NULL")

    answer = await merchant.patch("/v1/tiers/silver?apply=now", {"automatic": False})

    assert answer.json()["published"]["check_due_at"] is None
    assert await owed(merchant) == (None, None, None)


@pytest.mark.parametrize(
    ("body", "raises"),
    [
        ({"counted_statuses": ["closed"]}, 1),
        ({"dated_by": "placed"}, 1),
        ({"amount_basis": "goods"}, 1),
        ({"pooling": "current_representatives"}, 1),
        ({"points_per_unit": "2"}, 1),
        ({"starts_on": "2026-01-01"}, 0),
        ({"effective_tier": "best_of_both"}, 0),
        ({"tiers": {"window": {"rolling_days": 90}}}, 0),
        ({"tiers": {"grace_days": 3}}, 0),
    ],
)
async def test_what_counts_otherwise_is_counted_anew(merchant, body, raises):
    await merchant.patch("/v1/settings", body)

    row = await merchant.program()
    assert row["counting"] == 1 + raises
    assert row["recheck_occasion"] == "rules_changed"


async def test_disabling_clears_what_was_owed(merchant):
    await merchant.patch("/v1/tiers/gold?existing=keep", {"enabled": False})

    answer = await merchant.patch("/v1/settings", {"enabled": False})

    assert answer.json()["published"]["check_due_at"] is None
    assert await owed(merchant) == (None, None, None)
    assert (await merchant.events())[-2:] == [
        (4, "program.published", 4), (5, "program.disabled", 4),
    ]  # fmt: skip


async def test_enabling_resyncs_at_once_and_a_resync_stays_one(merchant):
    await merchant.patch("/v1/settings", {"enabled": False})
    silent = await merchant.patch("/v1/tiers/gold", {"enabled": False})
    enabled = await merchant.patch("/v1/settings", {"enabled": True})
    after_enabling = await owed(merchant)
    await merchant.patch("/v1/tiers/gold", {"enabled": True})

    assert silent.json()["published"]["check_due_at"] is None
    assert enabled.json()["published"]["check_due_at"] == "2026-11-22T12:00:00Z"
    assert after_enabling == (NOW, "resync", None)
    assert await owed(merchant) == (NOW + QUIET, "resync", None)
    types = [kind for _, kind, _ in await merchant.events()]
    assert types[2:6] == [
        "program.published", "program.disabled", "program.published", "program.published",
    ]  # fmt: skip
    assert types[6] == "program.enabled"


@pytest.mark.parametrize("body", [{"currency": "USD"}, {"time_zone": "Europe/Vilnius"}])
async def test_currency_and_zone_are_fixed_by_the_first_fact(merchant, body):
    free = await merchant.patch("/v1/settings", body)
    await merchant.record_fact()
    back = {"currency": "EUR", "time_zone": "UTC"}
    fixed = await merchant.patch("/v1/settings", back)

    assert free.status_code == 200
    assert (fixed.status_code, fixed.json()["code"]) == (409, "facts_recorded")
    assert await merchant.versions() == [1, 2, 3]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"counted_statuses": []}, "/counted_statuses"),
        ({"counted_statuses": ["paid", "paid"]}, "/counted_statuses"),
        ({"counted_statuses": ["refunded"]}, "/counted_statuses/0"),
        ({"dated_by": "sent"}, "/dated_by"),
        ({"debounce_seconds": -1}, "/debounce_seconds"),
        ({"debounce_seconds": "300"}, "/debounce_seconds"),
        ({"check_schedule": "* * * * *"}, "/check_schedule"),
        ({"check_schedule": "0 0 30 2 *"}, "/check_schedule"),
        ({"starts_on": "2026-02-30"}, "/starts_on"),
        ({"points_per_unit": 2}, "/points_per_unit"),
        ({"tiers": {"window": {"rolling_days": -1}}}, "/tiers/window"),
        ({"tiers": {"window": "forever"}}, "/tiers/window"),
        ({"tiers": None}, "/tiers"),
        ({"stages": {"tiers": {}}}, "/settings/stages/tiers"),
    ],
)
async def test_what_settings_cannot_be_is_refused(merchant, body, pointer):
    answer = await merchant.patch("/v1/settings", body)

    assert (answer.status_code, faults(answer)[0][0]) == (422, pointer)
    assert await merchant.versions() == [1, 2]


@pytest.mark.parametrize("query", ["apply=later", "existing=all", "dry_run=1", "unknown=1"])
async def test_an_edit_takes_no_other_options(merchant, query):
    answer = await merchant.patch(f"/v1/settings?{query}", {"debounce_seconds": 1})

    pointer = "/query/" + query.partition("=")[0]
    assert (answer.status_code, faults(answer)[0][0]) == (422, pointer)
