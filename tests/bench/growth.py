"""The chart: what checks cost at ever more members, those of few and those of everybody."""

from statistics import median

from tests.bench.crowd import GOLD, LAST_DAY, publish, tiers
from tests.bench.evaluations import EDITED, TURNS, checked, grouped, walked
from tests.bench.report import Found

MOST_MOVING, SHARE = 300, 30
FULL, BARE = "full evaluation", "bare GROUP BY"


async def growth(place):
    """Seconds by members of a daily check, of a full one, and of the bare sums."""
    if not place.size.drawn:
        return
    towns = [await place.town(members) for members in place.size.drawn]
    moving = min(MOST_MOVING, place.size.drawn[0] // SHARE)
    days = await walked(towns, moving, LAST_DAY)
    daily = f"daily check, {moving} move"
    place.chart[daily] = {members: median(seconds) for members, seconds in days.items()}
    place.chart |= {FULL: {}, BARE: {}}
    for town in towns:
        members = town.crowd.members
        place.chart[FULL][members], place.chart[BARE][members] = await of_everybody(town)
    for members, seconds in place.chart[daily].items():
        yield Found(f"chart_daily_{members}", seconds, "s")
        bare = place.chart[BARE][members]
        yield Found(f"chart_full_{members}", place.chart[FULL][members], "s", bare)


async def of_everybody(town):
    """Medians of seconds, run in turns: a full evaluation after an edit, and the bare sums."""
    found, bases = [], []
    for turn in range(TURNS):
        await publish(town.db, town.crowd.program_id, tiers((EDITED, GOLD)[turn % 2]))
        seconds, _ = await checked(town)
        found.append(seconds)
        bases.append(await grouped(town))
    return median(found), median(bases)
