"""B3 to B6: whole programs evaluated, by the path that the service goes."""

import time
from datetime import timedelta
from statistics import median

import httpx2 as httpx

from app.checks import clock as walk
from app.checks import service as checks
from app.checks.plans import Asked
from tests.bench.crowd import (
    BRONZE,
    FIRST_CHECK,
    GOLD,
    LAST_DAY,
    NOW,
    QUIET,
    WINDOW,
    publish,
    tiers,
)
from tests.bench.place import REAL
from tests.bench.report import ROUNDS, Found, alternated

ONE_DAY = timedelta(1)
TURNS = QUIET // 3
"""The quiet days are walked by three benchmarks: the chart, B6 and what peers stand to."""

EDITED = GOLD + 3_000
PATIENCE = 300.0
GROUP = """
SELECT count(*), sum(spend), sum(orders), max(largest), sum(points)
  FROM (SELECT member_id, sum(spend) AS spend, sum(orders) AS orders, max(largest) AS largest,
               sum(points) AS points
          FROM day_totals
         WHERE program_id = $1 AND day BETWEEN $2 AND $3
         GROUP BY member_id) AS sums
"""
FORGET = (
    "DELETE FROM positions WHERE program_id = $1",
    "DELETE FROM changes WHERE program_id = $1 AND direction IS NOT NULL",
    "UPDATE members SET change_seq = 0, decided = false WHERE program_id = $1",
)
STAND = "UPDATE programs SET sandbox_day = $2, checked_on = $2, overrides_on = $2 WHERE id = $1"
CHANGED = "SELECT count(*) AS n FROM changes WHERE program_id = $1 AND as_of = $2"
LIFT = """
INSERT INTO day_totals (member_id, day, program_id, spend, orders, largest, points)
SELECT member_id, $2::date + rank::integer % $4::integer, program_id, $5, 1, $5, 0
  FROM (SELECT p.member_id, p.program_id,
               row_number() OVER (ORDER BY hashtext(p.member_id::text)) AS rank
          FROM positions p
         WHERE p.program_id = $1 AND p.level_key = 'bronze' AND p.ladder = 'tiers'
         ORDER BY rank
         LIMIT $3) AS lifted
"""


class Clock:
    def now(self):
        return NOW


async def full(place):
    """B3: everybody, after an edit that moves less than one in a hundred."""
    town = await place.large()
    await stands(town, LAST_DAY)
    golds = [EDITED, GOLD] * ROUNDS

    async def ours():
        await publish(town.db, town.crowd.program_id, tiers(golds.pop()))
        seconds, status = await checked(town)
        assert status.state == "finished"
        assert status.moves_up + status.moves_down < town.crowd.members / 100
        return seconds

    await publish(town.db, town.crowd.program_id, tiers(EDITED))
    await checked(town)
    value, base = await alternated(ours, lambda: grouped(town))
    yield Found("B3_full_evaluation", value, "s", base, goal=2.0)


async def first(place):
    """B4: everybody for the first time, when most of them move."""
    town = await place.large()

    found = {"preview": [], "evaluation": []}
    bases = []
    for _ in range(place.size.first_rounds):
        await forgotten(town)
        async with place.service(REAL, town.url) as port:
            found["preview"].append(await previewed(town, port))
        bases.append(await grouped(town))
        seconds, status = await checked(town)
        assert status.moves_up > town.crowd.members / 2
        found["evaluation"].append(seconds)
    for name, seconds in found.items():
        yield Found(f"B4_first_{name}", median(seconds), "s", median(bases))


async def previewed(town, port):
    """Seconds of the service to tell what the first evaluation would do."""
    headers = {"Authorization": f"Bearer {town.crowd.key}"}
    began = time.perf_counter()
    async with httpx.AsyncClient(timeout=PATIENCE, headers=headers) as client:
        said = {"definition": tiers()}
        answer = await client.post(f"http://127.0.0.1:{port}/v1/preview", json=said)
    assert answer.status_code == httpx.codes.OK, answer.text
    return time.perf_counter() - began


async def daily(place):
    """B5: the checks of some days, of a program whose customers order as they do."""
    town = await place.large()
    found = [await day(town, FIRST_CHECK + (one + 1) * ONE_DAY) for one in range(ROUNDS + 1)][1:]
    share = sum(moved for _, moved in found) / len(found) / town.crowd.members
    yield Found("B5_daily_check", median(one for one, _ in found), "s", goal=1.0)
    yield Found("B5_moving", 100 * share, "%")


async def flat(place):
    """B6: the same few candidates, all of them moving, however many members there are."""
    towns = [await place.town(members) for members in place.size.crowds]
    found = await walked(towns, place.size.candidates, LAST_DAY + TURNS * ONE_DAY)
    smallest, *_, largest = found
    for members, seconds in found.items():
        base = None if members == smallest else median(found[smallest])
        goal = 1.3 if members == largest else None
        yield Found(f"B6_{members}_members", median(seconds), "s", base, goal=goal)


async def walked(towns, candidates, since):
    """Members → the seconds of each of some days behind `since`, on which so many move."""
    for town in towns:
        await stands(town, since)
        await lifted(town, candidates, since)
    found = {town.crowd.members: [] for town in towns}
    for one in range(TURNS):
        for town in towns:
            seconds, moved = await day(town, since + (one + 1) * ONE_DAY)
            assert moved == candidates
            found[town.crowd.members].append(seconds)
    return found


async def checked(town):
    """A full check as of today: seconds, and what it came to."""
    program_id = town.crowd.program_id
    asked = Asked(program_id, None, False, False, None, "bench", None)  # noqa: FBT003 - its fields
    began = time.perf_counter()
    begun = await town.db.run(lambda session: checks.ask(session, asked, NOW))
    status = await checks.run_to_end(town.db, Clock(), program_id, begun.id)
    return time.perf_counter() - began, status


async def day(town, on):
    """A day passes in the sandbox: seconds, and how many moved."""
    program_id = town.crowd.program_id
    began = time.perf_counter()
    await walk.move(town.db, Clock(), program_id, on)
    seconds = time.perf_counter() - began
    return seconds, (await town.ask(CHANGED, program_id, on))[0]["n"]


async def grouped(town):
    """Seconds of the bare GROUP BY over the rows of the window."""
    [today] = await town.ask(
        "SELECT sandbox_day FROM programs WHERE id = $1", town.crowd.program_id
    )
    until = today["sandbox_day"]
    began = time.perf_counter()
    await town.ask(GROUP, town.crowd.program_id, until - timedelta(WINDOW), until)
    return time.perf_counter() - began


async def stands(town, on):
    """The program stands on that day, everybody checked."""
    await town.ask(STAND, town.crowd.program_id, on)
    await checked(town)


async def forgotten(town):
    for statement in FORGET:
        await town.ask(statement, town.crowd.program_id)
    await town.ask("VACUUM ANALYZE")


async def lifted(town, candidates, since):
    """On each of the days to come so many members of the lowest level buy what lifts them."""
    drawn = (since + ONE_DAY, candidates * TURNS, TURNS, EDITED - BRONZE)
    await town.ask(LIFT, town.crowd.program_id, *drawn)
    await town.ask("VACUUM ANALYZE day_totals")
