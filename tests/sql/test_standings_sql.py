"""What the statements about positions and changes write, and whom they leave alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.customers.models import Who
from app.customers.repository import lock_members
from app.policy.decision import Occasion, Reason
from app.standings import endings, repository
from app.standings.moves import Cause
from app.standings.then import held_then
from tests.jobs import world
from tests.jobs.world import NOON, TODAY

POSITIONS = "SELECT member_id, ladder, position, level_key, review_on, change_seq FROM positions"
MEMBERS = "SELECT member_id, version, change_seq FROM members"


@pytest.fixture
async def town(db):
    """A program, and the ids of two of its customers, in order."""
    program_id = await world.program(db)
    ids = await world.members(db, program_id, {"a": {}, "b": {}})
    return program_id, sorted(ids.values())


def position(program_id, member_id, **more):
    return {
        "member_id": member_id,
        "ladder": "tiers",
        "program_id": program_id,
        "position": 1,
        "level_key": "silver",
        "since_on": TODAY,
        "state": "held",
        "grace_until": None,
        "review_on": None,
        "change_seq": 1,
        **more,
    }


def change(program_id, member_id, seq):
    return {
        "member_id": member_id,
        "seq": seq,
        "program_id": program_id,
        "type": "tier.assigned",
        "ladder": "tiers",
        "to_level": "silver",
        "direction": "up",
        "version": 1,
        "as_of": TODAY,
        "recorded_at": NOON.isoformat(),
        "metrics": [{"metric": "spend", "value": "10.00"}],
        "data": {},
    }


async def test_numbers_are_given_only_where_nobody_was_faster(db, town):
    program_id, (first, second) = town

    async with db.transaction() as session:
        given = await repository.claim_seqs(
            session, program_id, [(first, 1, 2), (second, 7, 1), (uuid4(), 1, 1)]
        )
        again = await repository.claim_seqs(session, program_id, [(first, 1, 1)])
        elsewhere = await repository.claim_seqs(session, uuid4(), [(second, 1, 1)])

    assert given == {first: 2}
    assert (again, elsewhere) == ({}, {})
    assert {tuple(one) for one in await world.fetch(db, MEMBERS)} == {(first, 2, 2), (second, 1, 0)}


async def test_a_lock_between_reading_and_writing_takes_the_number_away(db, town):
    program_id, (first, _) = town

    async with db.transaction() as session:
        [locked] = await lock_members(session, program_id, 1, [Who.existing(first)], TODAY, NOON)
        stale = await repository.claim_seqs(session, program_id, [(first, 1, 1)])
        fresh = await repository.claim_seqs(session, program_id, [(first, locked.version, 1)])

    assert (stale, fresh) == ({}, {first: 1})


async def test_a_position_is_written_once_and_then_over(db, town):
    program_id, (first, second) = town
    later = {"position": 2, "level_key": "gold", "change_seq": 2, "review_on": TODAY}

    async with db.transaction() as session:
        both = [position(program_id, one) for one in (first, second)]
        await repository.write_positions(session, both)
        await repository.write_positions(session, [position(program_id, first, **later)])

    assert {tuple(one) for one in await world.fetch(db, POSITIONS)} == {
        (first, "tiers", 2, "gold", TODAY, 2),
        (second, "tiers", 1, "silver", None, 1),
    }


async def test_changes_keep_their_values_and_wait_for_the_feed(db, town):
    program_id, (first, second) = town

    async with db.transaction() as session:
        told = [change(program_id, first, 1), change(program_id, second, 1)]
        await repository.write_changes(session, [*told, change(program_id, first, 2)])

    found = await world.fetch(
        db, "SELECT seq, feed_seq, metrics -> 0 ->> 'value', recorded_at FROM changes ORDER BY 1"
    )
    assert [tuple(one) for one in found] == [(seq, None, "10.00", NOON) for seq in (1, 1, 2)]


async def test_a_review_is_asked_for_no_later_than_before(db, town):
    program_id, (first, second) = town
    soon, late = TODAY, TODAY + timedelta(9)

    async with db.transaction() as session:
        held = position(program_id, first, review_on=late)
        await repository.write_positions(session, [held])
        await repository.ask_review(session, program_id, [first, second], ["tiers", "a"], soon)
        await repository.ask_review(session, program_id, [first], ["tiers"], late)

    assert {tuple(one) for one in await world.fetch(db, POSITIONS)} == {
        (first, "tiers", 1, "silver", soon, 1),
        (first, "a", 0, None, soon, 0),
        (second, "tiers", 0, None, soon, 0),
        (second, "a", 0, None, soon, 0),
    }


async def test_holdings_are_those_of_the_members_of_the_program(db, town):
    program_id, (first, second) = town
    other = await world.program(db)

    async with db.transaction() as session:
        rows = [position(program_id, first), position(other, second)]
        await repository.write_positions(session, rows)
        found = await repository.holdings(session, program_id, [first, second])

    assert [(one.member_id, one.ladder, one.level_key) for one in found] == [
        (first, "tiers", "silver")
    ]


async def test_the_tier_of_who_ends_ends_first_then_the_rest_by_name(db, town):
    program_id, (first, _) = town
    cause = Cause(program_id, 1, Occasion.membership, TODAY, NOON)

    async with db.transaction() as session:
        held = [position(program_id, first, ladder=one) for one in ("b", "tiers", "a")]
        await repository.write_positions(session, held)
        await endings.end(session, cause, first, Reason.redacted)

    found = await world.fetch(db, "SELECT ladder FROM changes ORDER BY seq")
    assert [one.ladder for one in found] == ["tiers", "a", "b"]


async def test_of_two_notices_since_the_last_move_the_later_tells_the_grace(db, town):
    program_id, (first, _) = town
    notices = [
        change(program_id, first, seq)
        | {"direction": None, "type": "tier.at_risk", "as_of": TODAY + timedelta(seq)}
        | {"data": {"grace_until": (TODAY + timedelta(10 * seq)).isoformat()}}
        for seq in (2, 3)
    ]

    async with db.transaction() as session:
        await repository.write_changes(session, [change(program_id, first, 1), *notices])
        found = [
            await held_then(session, program_id, first, "tiers", TODAY + timedelta(days))
            for days in (1, 2, 3)
        ]

    waits = [None, TODAY + timedelta(20), TODAY + timedelta(30)]
    assert [one.grace_until for one in found] == waits
    assert {one.level for one in found} == {"silver"}
