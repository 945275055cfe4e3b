"""P2: a random history played to the service and to the model must leave the same."""

from tests.proof.driver import Driver
from tests.proof.generate import history
from tests.proof.model import Day, kept_id
from tests.proof.replay import Replay

SHOWN = ("member", "ladder", "seq", "from", "to", "type", "direction", "occasion", "reason",
         "as_of", "version")  # fmt: skip


async def differences(api, db, seed):
    """What the service says otherwise than the model after the history of a seed."""
    driver = Driver(api, db)
    world = Replay()
    for entry in history(seed).log:
        if await driver.tell(entry):
            world.tell(entry)
    return await compared(driver, world)


async def compared(driver, world):
    """Differences of moves, positions, totals and conflicts, each as one line."""
    return [
        *unequal("change", by_place(named(world)), by_place(await driver.changes())),
        *unequal("position", held(world), standing(await driver.positions())),
        *unequal("totals", totals(world), await driver.totals()),
        *unequal("conflicts", conflicts(world, world), conflicts(world, driver)),
    ]


def conflicts(world, side):
    """Not compared once somebody is erased: whether his events contradict is not kept."""
    return {} if world.facts.redacted else {"": sorted(side.conflicts)}


def unequal(what, model, engine):
    return [
        f"{what} {key}: model {model.get(key)}, engine {engine.get(key)}"
        for key in sorted(model.keys() | engine.keys(), key=str)
        if model.get(key) != engine.get(key)
    ]


def named(world):
    """The changes of members that still have a name, and were not merged into one who has none."""
    merged = {
        one for one in world.facts.merged if kept_id(world.facts, one) in world.facts.redacted
    }
    gone = {f"customer:{one}" for one in world.facts.redacted | merged}
    return [one for one in world.changes if one["member"] not in gone]


def by_place(changes):
    said = [one for one in changes if not one["member"].endswith(":None")]
    return {(one["member"], one["seq"]): {name: one[name] for name in SHOWN} for one in said}


def held(world):
    found = {
        key: (one.level, one.since if one.level else None, one.state, one.grace_until)
        for key, one in world.held.items()
        if key[0] in world.known
    }
    return {key: one for key, one in found.items() if one[0] or one[2] != "held"}


def standing(positions):
    found = {
        key: (level, since if level else None, state, grace)
        for key, (level, since, state, grace) in positions.items()
    }
    return {key: one for key, one in found.items() if one[0] or one[2] != "held"}


def totals(world):
    gone = {f"customer:{one}" for one in world.facts.redacted}
    counted = {
        member: {day: tuple(one) for day, one in days.items() if one != Day()}
        for member, days in world.days().items()
    }
    return {member: days for member, days in counted.items() if days and member not in gone}
