"""Long streams of many customers, in random order, through the service and its database."""

from random import Random

from tests.proof.driver import Driver, service
from tests.proof.model import Day
from tests.proof.over_http import totals
from tests.proof.replay import replay
from tests.proof.streams import SETTINGS, TODAY, renamed, stream

ORDERS, FACTS = 3, 6
LEVELS = {"t1": "1", "t2": "100", "t3": "500"}
TIERS = [
    {"key": key, "name": key, "position": place, "match": "all",
     "criteria": [{"metric": "spend", "at_least": amount}]}
    for place, (key, amount) in enumerate(LEVELS.items(), 1)
]  # fmt: skip
RULES = {"window": {"rolling_days": 365}, "downgrade": "to_earned"}
DEFINITION = {"settings": {**SETTINGS, "tiers": RULES}, "tiers": TIERS, "loyalty_stages": []}
PROGRAM = {"program": {"definition": DEFINITION, "today": TODAY.isoformat()}}
CHECK = {"check": {"as_of": TODAY.isoformat()}}


async def sent(database_url, name, number):
    """Streams of so many customers to one program; where it ends otherwise than the model."""
    customers = {f"c{one}": long_stream(f"{name}/{one}", f"c{one}") for one in range(number)}
    rng = Random(name)
    async with service(database_url) as (api, db):
        driver = Driver(api, db)
        await driver.tell(PROGRAM)
        for entry in grouped(rng, shuffled(rng, customers.values())):
            await driver.tell(entry)
        await driver.tell(CHECK)
        stored, held = await driver.totals(), await driver.positions()
    assert driver.conflicts == []
    return [
        line for one, events in customers.items() for line in otherwise(one, events, stored, held)
    ]


def long_stream(name, customer):
    """The facts of a few orders of one customer."""
    return [
        renamed(event, f"{customer}-{order}")
        for order in range(ORDERS)
        for event in stream(f"{name}/{order}", FACTS, customer)
    ]


def shuffled(rng, streams):
    """Every event, half of them twice, in any order."""
    events = [event for one in streams for event in one]
    events += rng.sample(events, len(events) // 2)
    rng.shuffle(events)
    return events


def grouped(rng, events):
    """As entries of a log: single events, batches and imports."""
    while events:
        name, most = rng.choice([("event", 1), ("batch", 80), ("import", 400)])
        taken, events = events[:most], events[most:]
        yield {name: taken[0] if name == "event" else taken}


def otherwise(customer, events, stored, held):
    """Day totals, and the level after a check, against the model of this customer alone."""
    world = replay([PROGRAM, {"import": events}, CHECK])
    member = f"customer:{customer}"
    said = {one: days for one, days in totals(world).items() if days != Day()}.get(member)
    if said != stored.get(member):
        yield f"{member}: model {said}, stored {stored.get(member)}"
    level = world.held[member, "tiers"].level if (member, "tiers") in world.held else None
    found = held.get((member, "tiers"), (None,))[0]
    if level != found:
        yield f"{member}: model on {level}, held {found}"
