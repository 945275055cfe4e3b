"""The audit sees each fault that is planted, and none where there is none."""

from datetime import timedelta

import pytest

from app.checks import audit
from app.checks import clock as walk
from app.checks.auditing import CODES
from tests.api.merchant import opened
from tests.api.test_checks import order
from tests.jobs import world
from tests.roles import meddle

FIRST_TOLD = "(SELECT min(feed_seq) FROM deliveries WHERE program_id = :p)"
TOLD = ["tier.assigned", "tier.left"]
FAULTS = {
    "A1": [
        "UPDATE orders SET version = '0' || version WHERE program_id = :p",
        (
            "INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object('member_id',"
            " gen_random_uuid()))).* FROM orders o WHERE program_id = :p"
        ),
        "DELETE FROM orders WHERE program_id = :p",
    ],
    "A2": [
        "UPDATE day_totals SET spend = spend + 1 WHERE program_id = :p",
        "UPDATE day_totals SET orders = orders + 1 WHERE program_id = :p",
        "UPDATE day_totals SET largest = largest - 1 WHERE program_id = :p",
        "DELETE FROM day_totals WHERE program_id = :p",
        "UPDATE orders SET excluded_because = 'status' WHERE program_id = :p",
    ],
    "A3": [
        "UPDATE day_totals SET points = points + 1 WHERE program_id = :p",
        "DELETE FROM points_entries WHERE program_id = :p",
    ],
    "A4": [
        "UPDATE changes SET seq = seq + 1 WHERE program_id = :p AND type LIKE 'tier.%' AND seq = 2",
        "DELETE FROM changes WHERE program_id = :p AND type LIKE 'tier.%' AND seq = 1",
    ],
    "A5": [
        "UPDATE changes SET from_level = 'gold' WHERE program_id = :p AND seq = 2",
        "UPDATE changes SET to_level = from_level WHERE program_id = :p AND seq = 2",
        "UPDATE changes SET version = 9 WHERE program_id = :p AND seq = 1 AND type LIKE 'tier.%'",
    ],
    "A6": [
        "UPDATE positions SET level_key = 'silver', position = 1 WHERE program_id = :p",
        "UPDATE positions SET change_seq = 1 WHERE program_id = :p",
        "DELETE FROM positions WHERE program_id = :p",
    ],
    "A7": [
        (
            "UPDATE program_versions SET definition = jsonb_set(definition, '{settings,enabled}',"
            " 'false') WHERE program_id = :p"
        ),
        "UPDATE changes SET version = 99 WHERE program_id = :p AND direction = 'up'",
    ],
    "A8": ["UPDATE changes SET check_id = :p WHERE program_id = :p AND direction IS NOT NULL"],
    "A9": [
        "UPDATE checks SET members_done = members_done + 1 WHERE program_id = :p",
        "UPDATE check_slices SET state = 'queued' WHERE program_id = :p",
        (
            "INSERT INTO check_slices (check_id, slice, program_id, after_member, through_member,"
            " state) SELECT check_id, 2, program_id, after_member, through_member, 'done'"
            " FROM check_slices WHERE program_id = :p"
        ),
    ],
    "A10": [
        "UPDATE changes SET feed_seq = feed_seq + 1 WHERE program_id = :p",
        "UPDATE changes SET feed_seq = 1 WHERE program_id = :p",
    ],
    "A11": [
        "UPDATE changes SET feed_seq = 4 - seq WHERE program_id = :p AND type LIKE 'tier.%'",
        "UPDATE changes SET feed_seq = NULL WHERE program_id = :p AND type = 'tier.assigned'",
    ],
    "A12": [
        "DELETE FROM deliveries WHERE program_id = :p AND feed_seq = " + FIRST_TOLD,
        "UPDATE endpoints SET since_feed_seq = 0, events = '{}' WHERE program_id = :p",
        (
            "INSERT INTO deliveries SELECT (jsonb_populate_record(d, '{\"feed_seq\": 999}')).*"
            " FROM deliveries d WHERE program_id = :p AND feed_seq = " + FIRST_TOLD
        ),
    ],
    "A13": [
        "UPDATE deliveries SET state = 'pending' WHERE program_id = :p AND feed_seq = " + FIRST_TOLD
    ],
    "A14": [
        (
            "UPDATE deliveries SET state = 'pending', lease_until = '2020-01-01'"
            " WHERE program_id = :p"
        ),
        (
            "UPDATE changes SET feed_seq = NULL, recorded_at = recorded_at - interval '1 hour'"
            " WHERE program_id = :p"
        ),
        (
            "UPDATE check_slices SET state = 'queued', lease_until = '2020-01-01'"
            " WHERE program_id = :p"
        ),
    ],
    "A15": ["UPDATE order_events SET outcome = 'waiting' WHERE program_id = :p"],
}
PLANTS = [(code, statement) for code, statements in FAULTS.items() for statement in statements]
PROOFS = {
    "order": "UPDATE orders SET counted_amount = counted_amount + 1 WHERE program_id = :p",
    "days": "UPDATE day_totals SET spend = spend - 1, largest = largest - 1 WHERE program_id = :p",
    "standing": "UPDATE positions SET level_key = 'gold', position = 2, since_on = '2025-01-01'"
    " WHERE program_id = :p",
    "last_move": "UPDATE changes SET metrics = jsonb_set(metrics, '{0,value}', '\"9999.00\"')"
    " WHERE program_id = :p AND metrics <> '[]'",
}


@pytest.fixture
async def sandbox(database_url):
    """A sandbox in which one customer has risen by an order and fallen by a check."""
    async with opened(database_url) as merchant:
        await merchant.rows("DELETE FROM programs")
        await merchant.make(sandbox=True, today="2026-11-22")
        await merchant.with_tiers(silver="1000.00", gold="5000.00")
        await merchant.put(
            "/v1/definition",
            {
                "settings": {"currency": "EUR", "tiers": {"window": {"rolling_days": 1}}},
                "tiers": [
                    {"key": key, "criteria": [{"metric": "spend", "at_least": least}]}
                    for key, least in {"silver": "1000.00", "gold": "5000.00"}.items()
                ],
            },
        )
        await order(merchant, "a", "1500.00", day="2026-11-22")
        await order(merchant, "b", "200.00", day="2026-11-22")
        moved = await merchant.put("/v1/clock", {"today": "2026-11-25"}, match=None)
        assert moved.status_code == 200
        await number(merchant)
        await tell(merchant)
        yield merchant
        await forget(merchant)


async def forget(merchant):
    """A broken feed would stop the relay of whichever test runs one after this."""
    own = await program_id(merchant)
    for table in ("deliveries", "endpoints", "changes"):
        await meddle(merchant.db, f"DELETE FROM {table} WHERE program_id = :p", p=own)


async def number(merchant):
    """What the relay does."""
    own = await program_id(merchant)
    await merchant.rows(
        "UPDATE changes SET feed_seq = n.n FROM (SELECT member_id AS m, seq AS s, row_number() OVER"
        " (ORDER BY seq, member_id) AS n FROM changes WHERE program_id = :p) AS n"
        " WHERE member_id = n.m AND seq = n.s",
        p=own,
    )
    await merchant.rows(
        "INSERT INTO feeds (program_id, feed_seq)"
        " SELECT program_id, max(feed_seq) FROM changes WHERE program_id = :p GROUP BY 1",
        p=own,
    )


async def tell(merchant):
    """What the relay and whoever delivers do for an endpoint that was there from the start."""
    said = {"url": "https://shop.example/", "events": TOLD}
    made = await merchant.post("/v1/endpoints", said)
    assert made.status_code == 201, made.text
    await merchant.rows(
        "UPDATE endpoints SET since_feed_seq = 0 WHERE id = CAST(:id AS uuid)",
        id=made.json()["id"],
    )
    await merchant.rows(
        "INSERT INTO deliveries (endpoint_id, feed_seq, program_id, member_id, state, created_at)"
        " SELECT e.id, c.feed_seq, c.program_id, c.member_id, 'delivered', c.recorded_at"
        " FROM changes c JOIN endpoints e USING (program_id) WHERE c.type = ANY (:told)"
        " AND e.program_id = (SELECT id FROM programs WHERE key = :key)",
        told=TOLD,
    )


async def program_id(merchant):
    return (await merchant.program())["id"]


async def seen(merchant, wanted=None):
    """Query → violations of the program."""
    async with merchant.db.transaction() as session:
        before = merchant.clock.now() - timedelta(minutes=1)
        found = await audit.violations(session, wanted, before)
    own = await program_id(merchant)
    return {code: count for (program, code), count in found.items() if program == own}


async def test_a_sound_program_is_clean_and_every_member_is_proved(sandbox):
    own = await program_id(sandbox)

    report = await audit.audit(sandbox.db, sandbox.clock, own)

    assert report.is_clean, report
    assert (report.members_total, report.share) == (2, "1.000000")
    assert tuple(report.violations) == CODES
    assert {one[0] for one in await kinds(sandbox)} == {"tier.assigned", "tier.left"}


async def kinds(merchant):
    found = await merchant.rows(
        "SELECT DISTINCT type FROM changes WHERE direction IS NOT NULL AND program_id ="
        " (SELECT id FROM programs WHERE key = :key)"
    )
    return [tuple(one.values()) for one in found]


@pytest.mark.parametrize(("code", "fault"), PLANTS)
async def test_a_planted_fault_is_seen(sandbox, code, fault):
    own = await program_id(sandbox)
    assert await seen(sandbox) == {}

    await meddle(sandbox.db, fault, p=own)

    assert (await seen(sandbox)).get(code, 0) > 0
    assert (await seen(sandbox, own)).get(code, 0) > 0


async def test_an_index_that_is_not_valid_is_seen(sandbox):
    await meddle(sandbox.db, "ALTER TABLE leases ADD CONSTRAINT planted CHECK (term > 0) NOT VALID")
    try:
        async with sandbox.db.transaction() as session:
            found = await audit.violations(session, None, sandbox.clock.now())
    finally:
        await meddle(sandbox.db, "ALTER TABLE leases DROP CONSTRAINT planted")

    assert found[None, "A16"] == 1


async def test_programs_are_told_apart(sandbox):
    own = await program_id(sandbox)
    other = await world.program(sandbox.db)
    await meddle(sandbox.db, FAULTS["A2"][0], p=own)

    async with sandbox.db.transaction() as session:
        found = await audit.violations(session, other, sandbox.clock.now() - timedelta(minutes=1))

    assert found == {}


@pytest.mark.parametrize(("code", "fault"), PROOFS.items())
async def test_a_member_that_cannot_be_proved_is_named(sandbox, code, fault):
    own = await program_id(sandbox)
    await meddle(sandbox.db, fault, p=own)

    report = await audit.audit(sandbox.db, sandbox.clock, own)

    assert code in {one.code for one in report.mismatches}
    assert report.members_proved < report.members_total
    assert not report.is_clean


async def test_the_latest_audit_is_told(sandbox):
    first = await sandbox.get("/v1/audits/latest")
    await audit.audit(sandbox.db, sandbox.clock, await program_id(sandbox))
    found = (await sandbox.get("/v1/audits/latest")).json()

    assert (first.status_code, first.json()["code"]) == (404, "audit_not_found")
    assert (found["share"], found["members_total"], found["mismatches"]) == ("1.000000", 2, [])
    assert {one["violations"] for one in found["queries"]} == {0}
    assert found["as_of"] == "2026-11-25"


async def test_an_audit_of_the_same_date_takes_the_place_of_the_first(sandbox):
    own = await program_id(sandbox)
    for _ in range(2):
        await audit.audit(sandbox.db, sandbox.clock, own)

    assert await sandbox.rows(
        "SELECT count(*) AS n FROM checks WHERE occasion = 'audit' AND program_id ="
        " (SELECT id FROM programs WHERE key = :key)"
    ) == [{"n": 1}]


async def test_the_next_day_passes_also_beside_an_audit(sandbox):
    await audit.audit(sandbox.db, sandbox.clock, await program_id(sandbox))

    today = await walk.move(
        sandbox.db, sandbox.clock, await program_id(sandbox), world.TODAY + timedelta(40)
    )

    assert today == world.TODAY + timedelta(40)
