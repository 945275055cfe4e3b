from datetime import timedelta

import pytest

from app.evaluation.runs import Run
from app.evaluation.turning import evaluate_turning, turning_dates
from app.policy.decision import Occasion
from app.programs import service as programs
from tests.api.town import DEFINITION, TODAY, opened

OF_C_1 = "/v1/customers/c-1/overrides"
DAYS = [TODAY + timedelta(number) for number in range(6)]


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        await made.order("c-1", "150.00")
        yield made


async def decide(town, mode, level, begins, ends=None, **more):
    said = {"mode": mode, "level": level, "reason": "Agreed by phone", "from": str(begins), **more}
    answer = await town.api.post(
        OF_C_1, json=said if ends is None else {**said, "until": str(ends)}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def turn(town, day):
    """What the schedule does when `day` comes; how many moved."""
    await town.pass_to(day)

    async def work(session):
        rules = await programs.hold(session, town.program_id)
        run = Run(rules, Occasion.override, day, town.clock.now())
        return await evaluate_turning(session, run)

    done = await town.db.run(work)
    return done.up + done.down


async def turning(town):
    async with town.db.transaction() as session:
        rules = await programs.rules_of(session, town.program_id)
        return await turning_dates(session, rules, DAYS[0], DAYS[-1])


async def moves(town):
    return [one[1:3] for one in await town.changes("customer", "c-1", "tiers")]


async def test_one_evaluation_on_the_first_day_and_one_after_the_last(town):
    await decide(town, "floor", "gold", DAYS[1], DAYS[3])

    assert await turning(town) == [DAYS[1], DAYS[4]]
    assert [await turn(town, day) for day in DAYS] == [0, 1, 0, 0, 1, 0]
    assert await town.changes("customer", "c-1", "tiers") == [
        ("tier.assigned", None, "silver", "order", "qualified"),
        ("tier.upgraded", "silver", "gold", "override", "override"),
        ("tier.downgraded", "gold", "silver", "override", "shortfall"),
    ]


async def test_what_was_in_force_when_it_was_set_begins_no_second_time(town):
    await decide(town, "floor", "gold", DAYS[0], DAYS[1])

    assert await turning(town) == [DAYS[2]]
    assert await moves(town) == [(None, "silver"), ("silver", "gold")]


async def test_a_nudge_moves_on_its_first_day_and_its_end_turns_nothing(town):
    await decide(town, "nudge", "gold", DAYS[1], DAYS[2])

    assert await turning(town) == [DAYS[1]]
    await turn(town, DAYS[1])

    assert await moves(town) == [(None, "silver"), ("silver", "gold")]


async def test_a_nudge_set_on_its_first_day_does_not_move_again(town):
    await town.order("c-1", "5000.00")
    await decide(town, "nudge", "silver", DAYS[0])
    await town.order("c-1", "1.00")
    before = await moves(town)

    assert await turning(town) == []
    assert await turn(town, DAYS[0]) == 0

    assert await moves(town) == before
    assert before[-2:] == [("gold", "silver"), ("silver", "gold")]


async def test_two_that_turn_together_make_one_evaluation(town):
    await decide(town, "floor", "gold", DAYS[1])
    await decide(town, "ceiling", "silver", DAYS[1])

    assert await turn(town, DAYS[1]) == 0

    assert await moves(town) == [(None, "silver")]


async def test_one_that_was_removed_does_not_turn(town):
    made = await decide(town, "floor", "gold", DAYS[1])
    await town.api.delete(f"/v1/overrides/{made['id']}")

    assert await turning(town) == []
    assert await turn(town, DAYS[1]) == 0


async def test_an_override_of_a_stage_turns_the_stage_alone(town):
    await decide(town, "floor", "s1", DAYS[1], ladder="default")

    await turn(town, DAYS[1])

    assert await town.level("customer", "c-1", "default") == "s1"
    assert await moves(town) == [(None, "silver")]


async def test_the_merged_the_erased_and_the_sleeping_do_not_turn(town):
    await decide(town, "floor", "gold", DAYS[1])
    await town.put("customers/c-1", organization_id="o-1")
    assert await turn(town, DAYS[1]) == 0
    await town.happen("customer.merged", kept_id="c-2", removed_id="c-1")

    assert await turn(town, DAYS[1]) == 0

    assert await moves(town) == [(None, "silver"), ("silver", None)]


async def test_pooled_orders_come_and_go_with_their_representative(database_url):
    settings = {**DEFINITION["settings"], "pooling": "current_representatives"}
    async with opened(database_url, {**DEFINITION, "settings": settings}) as town:
        await town.order("c-1", "150.00")
        span = {"from": str(DAYS[1]), "until": str(DAYS[2])}
        await town.put("organizations/o-1/representatives/c-1", **span)
        assert await turning(town) == [DAYS[1], DAYS[3]]
        assert await town.spend("organization", "o-1") == {}

        homes = []
        for day in DAYS[1:4]:
            await turn(town, day)
            homes.append(await town.spend("organization", "o-1"))

        assert homes == [{TODAY: 15_000}, {TODAY: 15_000}, {}]
        assert await town.changes("organization", "o-1") == []  # the next check decides
        asked = "SELECT DISTINCT review_on FROM positions WHERE program_id = :program_id"
        assert {one["review_on"] for one in await town.rows(asked)} <= {DAYS[1], DAYS[3]}


async def test_pooled_orders_come_home_while_the_program_is_disabled(database_url):
    settings = {**DEFINITION["settings"], "pooling": "current_representatives", "enabled": False}
    async with opened(database_url, {**DEFINITION, "settings": settings}) as town:
        await town.order("c-1", "150.00")
        await town.put("organizations/o-1/representatives/c-1", **{"from": str(DAYS[1])})

        await turn(town, DAYS[1])

        assert await town.spend("organization", "o-1") == {TODAY: 15_000}
