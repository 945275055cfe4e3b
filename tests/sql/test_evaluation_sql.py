"""What the statements of evaluations find, on real rows: a mover is never left out."""

import random
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.evaluation import repository, screening
from app.evaluation.judging import judge
from app.evaluation.repository import Asked, Slice
from app.evaluation.runs import Run
from app.policy.criteria import Sums
from app.policy.decision import Occasion
from app.policy.window import Days
from app.programs import service as programs
from app.programs.definition import Definition
from tests.jobs import world
from tests.jobs.world import NOON, TODAY

EVERYBODY = (UUID(int=0), UUID(int=2**128 - 1))
HOLD = (
    "INSERT INTO positions (member_id, ladder, program_id, position, level_key, since_on, state)"
    " VALUES (:m, 'tiers', :p, :position, :level, :since, 'held')"
)
OVERRIDE = (
    "INSERT INTO overrides (member_id, id, program_id, ladder, mode, level_key, reason, author,"
    " from_on, recorded, set_on, created_at) VALUES (:m, :id, :p, 'tiers', 'freeze', NULL,"
    " 'because', 'key:a', :day, 1, :day, :at)"
)
REPRESENT = (
    "INSERT INTO representations (member_id, organization_id, from_on, program_id, until_on,"
    " recorded) VALUES (:m, :o, :first, :p, :last, 1)"
)
ONE_WINDOW = {"rolling_days": 30}
PLAIN = world.definition(bronze="10.00", silver="100.00", gold="300.00")
MIXED = Definition.of(
    {
        "settings": {"currency": "EUR", "tiers": {"window": ONE_WINDOW}},
        "tiers": [
            {"key": "bronze", "criteria": [{"metric": "spend", "at_least": "10.00"}]},
            {
                "key": "gold",
                "match": "any",
                "criteria": [
                    {"metric": "largest_order", "at_least": "90.00"},
                    {"metric": "orders", "at_least": 3, "window": {"rolling_days": 90}},
                    {"metric": "spend", "at_least": "250.00", "window": "lifetime"},
                ],
            },
        ],
    }
)
RULES = pytest.mark.parametrize("rules", [PLAIN, MIXED], ids=["one window", "three windows"])


def back(days):
    return TODAY - timedelta(days)


def spends(rng):
    """What somebody spent on some of the last days."""
    days = rng.sample(range(100), rng.randrange(6))
    return {back(day): rng.choice([500, 1_000, 5_000, 9_999, 10_000, 30_000]) for day in days}


async def crowd(db, rules, number=150):
    """Customers by the dozen, holding whatever they hold; their ids by name."""
    rng = random.Random(7)
    program_id = await world.program(db, rules)
    ids = await world.members(db, program_id, {f"c-{one}": spends(rng) for one in range(number)})
    await world.execute(db, "UPDATE members SET decided = true WHERE program_id = :p", p=program_id)
    keys = [level.key for level in rules.tiers]
    for member in ids.values():
        position = rng.randrange(len(keys) + 1)
        if position:
            binds = {"m": member, "p": program_id, "since": back(200)}
            level = keys[position - 1]
            await world.execute(db, HOLD, position=position, level=level, **binds)
    return program_id, ids


async def seen(db, program_id, look):
    """What `look` finds of everybody, and whom `decide` would change in a check of today."""
    async with db.transaction() as session:
        rules = await programs.rules_of(session, program_id)
        part = Slice(program_id, *EVERYBODY)
        found = await look(session, rules, part)
        everybody = await repository.all_members(session, part)
        run = Run(rules, Occasion.check, TODAY, NOON)
        judged = await judge(session, run, everybody)
    return set(found), {one.known.member_id for one in judged if one.verdict.writes}


@RULES
async def test_a_screen_finds_exactly_whom_a_check_changes(db, rules):
    program_id, _ = await crowd(db, rules)

    found, changed = await seen(
        db, program_id, lambda s, rules, part: screening.movers(s, rules, part, TODAY)
    )

    assert found == changed
    assert 20 < len(changed) < 140


@RULES
async def test_the_screen_of_some_finds_the_same_among_them(db, rules):
    program_id, ids = await crowd(db, rules)
    some = sorted(ids.values())[::2]

    found, changed = await seen(
        db, program_id, lambda s, rules, _: screening.among(s, rules, some, TODAY)
    )

    assert found == changed & set(some)


async def test_of_many_candidates_those_are_looked_at_who_change(db):
    program_id, _ = await crowd(db, PLAIN)
    since = back(60)

    async def turned(session, rules, part):
        return await screening.turned(session, rules, part, since, TODAY)

    async def candidates(session, rules, part):
        return await screening.candidates(session, rules, part, since, TODAY)

    looked_at, changed = await seen(db, program_id, turned)
    found, _ = await seen(db, program_id, candidates)

    assert looked_at == changed & found
    assert len(looked_at) < len(found) < 150


@pytest.mark.parametrize(
    "unsettle",
    [
        "UPDATE positions SET state = 'at_risk' WHERE member_id = :m",
        "UPDATE positions SET review_on = '2027-01-01' WHERE member_id = :m",
        "UPDATE positions SET level_key = 'gone', position = 2 WHERE member_id = :m",
        "UPDATE members SET decided = false WHERE member_id = :m",
        OVERRIDE,
    ],
    ids=["a state", "a review", "a removed level", "nothing decided yet", "an override"],
)
async def test_more_than_sums_unsettles(db, unsettle):
    program_id = await world.program(db, PLAIN)
    ids = await world.members(db, program_id, {one: {TODAY: 2_000} for one in ("a", "b")})
    await world.execute(db, "UPDATE members SET decided = true")
    for member in ids.values():
        binds = {"p": program_id, "level": "bronze", "since": back(200)}
        await world.execute(db, HOLD, m=member, position=1, **binds)
    more = {"p": program_id, "id": uuid4(), "day": TODAY, "at": NOON}
    used = {name: value for name, value in more.items() if f":{name}" in unsettle}

    await world.execute(db, unsettle, m=ids["a"], **used)

    async with db.transaction() as session:
        rules = await programs.rules_of(session, program_id)
        part = Slice(program_id, *EVERYBODY)
        assert await screening.movers(session, rules, part, TODAY) == [ids["a"]]
        assert list(await screening.among(session, rules, [*ids.values()], TODAY)) == [ids["a"]]


async def test_candidates_are_who_turned_who_is_due_who_woke_and_who_is_new(db):
    program_id, other = await world.program(db), await world.program(db)
    names = ("turned", "due", "woke", "sleeps", "quiet", "new")
    days = {"turned": {back(5): 100}, "quiet": {back(6): 100}}
    ids = await world.members(db, program_id, {one: days.get(one, {}) for one in names})
    await world.members(db, other, {"stranger": {back(5): 100}})
    await world.execute(db, "UPDATE members SET decided = external_id <> 'new'")
    since = {"p": program_id, "position": 1, "level": "silver", "since": back(200)}
    await world.execute(db, HOLD, m=ids["due"], **since)
    await world.execute(db, "UPDATE positions SET review_on = :on", on=TODAY)
    for name, last in (("woke", back(1)), ("sleeps", TODAY)):
        binds = {"m": ids[name], "o": uuid4(), "first": back(90), "last": last}
        await world.execute(db, REPRESENT, p=program_id, **binds)

    async def found(part, on=TODAY):
        async with db.transaction() as session:
            turned = [Days(back(5), back(5))]
            return await repository.candidates(session, part, back(1), on, turned)

    expected = sorted(ids[one] for one in ("turned", "due", "woke", "new"))
    cut = expected[1]
    assert await found(Slice(program_id, *EVERYBODY)) == expected
    assert await found(Slice(program_id, EVERYBODY[0], cut)) == expected[:2]
    assert await found(Slice(program_id, cut, EVERYBODY[1])) == expected[2:]
    assert ids["due"] not in await found(Slice(program_id, *EVERYBODY), back(1))


async def test_totals_hold_both_ends_of_their_windows(db):
    program_id = await world.program(db)
    spent = {back(31): 1, back(30): 20, TODAY: 300, TODAY + timedelta(1): 4_000}
    ids = await world.members(db, program_id, {"a": spent, "b": {}})
    days = Days(back(30), TODAY)

    async with db.transaction() as session:
        asked = [(one, 3, days) for one in ids.values()]
        found = await repository.sums(session, asked)

    assert found == {(ids["a"], 3): Sums(320, 2, 300, 0)}


async def test_cases_leave_out_guests_the_removed_and_who_sleeps(db):
    program_id = await world.program(db)
    names = ("plain", "guest", "merged", "erased", "sleeping", "woken")
    ids = await world.members(db, program_id, {one: {} for one in names})
    for name, change in (
        ("guest", "kind = 'guest'"),
        ("merged", "merged_into = member_id"),
        ("erased", "external_id = NULL"),
    ):
        await world.execute(db, f"UPDATE members SET {change} WHERE member_id = :m", m=ids[name])
    for name, last in (("sleeping", None), ("woken", back(1))):
        binds = {"m": ids[name], "o": uuid4(), "first": back(90), "last": last}
        await world.execute(db, REPRESENT, p=program_id, **binds)

    async with db.transaction() as session:
        asked = Asked(program_id, TODAY, sleeping=True, anchored=False)
        found = await repository.known(session, asked, ids.values())
        awake = await repository.known(session, asked._replace(sleeping=False), ids.values())
        elsewhere = await repository.known(
            session, asked._replace(program_id=uuid4()), ids.values()
        )

    assert [one.member_id for one in found] == sorted((ids["plain"], ids["woken"]))
    names = ("plain", "sleeping", "woken")
    assert [one.member_id for one in awake] == sorted(ids[one] for one in names)
    assert elsewhere == []
