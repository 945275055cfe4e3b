"""Others on the same rows in the same run: `beat` does the same work, `bound` does less."""

import time
from datetime import timedelta
from statistics import median

import asyncpg

from tests.bench import bare, persons
from tests.bench.crowd import BRONZE, GOLD, LAST_DAY, SILVER, WINDOW
from tests.bench.evaluations import ONE_DAY, TURNS, checked, day, forgotten, lifted, stands
from tests.bench.place import say
from tests.bench.report import Found

SHARE = 333
"""One in so many moves on a day, as real orders have it."""


async def peers(place):
    """Plain SQL, one statement a night; django-rfmizer, where it can be installed."""
    town = await place.town(place.size.compared)
    found, first = await nights(town)
    yield found
    seconds, moves = await first_evaluation(town)
    yield Found("peer_beat_sql_first_night", seconds, "s", first, goal=1.0)
    if place.size.elsewhere:
        async for one in django_rfmizer(place, town, moves / seconds):
            yield one


async def nights(town):
    """Some days on which few move, in turns with the statement; and its first night."""
    since = LAST_DAY + 2 * TURNS * ONE_DAY
    moving = town.crowd.members // SHARE
    await stands(town, since)
    await lifted(town, moving, since)
    connection = await asyncpg.connect(town.dsn)
    try:
        await bare.begin(connection, bare.EVENTS)
        first, _ = await night(connection, since)
        ours, theirs = [], []
        for one in range(TURNS):
            on = since + (one + 1) * ONE_DAY
            seconds, moved = await day(town, on)
            ours.append(seconds)
            seconds, told = await night(connection, on)
            theirs.append(seconds)
            assert moved == told == moving, (moved, told, moving)
    finally:
        await bare.end(connection)
        await connection.close()
    return Found("peer_beat_sql_night", median(ours), "s", median(theirs), goal=1.0), first


async def django_rfmizer(place, town, ours):
    """Persons a second where all move; what does not run is said and left out."""
    try:
        found = await persons.measured(place, town)
    except persons.DoesNotRun as why:
        say(f"django-rfmizer does not run: {why}")
        return
    theirs = found["persons_a_second"]
    yield Found("peer_beat_rfmizer_all_move", ours, "1/s", theirs, goal=1.0, more=True)
    for length, milliseconds in found["orders"].items():
        yield Found(f"peer_rfmizer_order_after_{length}", milliseconds, "ms")


async def night(connection, on):
    """Seconds of the statement for a day, and how many moved."""
    levels = [BRONZE, SILVER, GOLD]
    began = time.perf_counter()
    told = await connection.execute(bare.NIGHT, on - timedelta(WINDOW), on, levels)
    return time.perf_counter() - began, int(told.rpartition(" ")[2])


async def first_evaluation(town):
    """Seconds of deciding everybody for the first time, and how many moved."""
    await forgotten(town)
    seconds, status = await checked(town)
    return seconds, status.moves_up
