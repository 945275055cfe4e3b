"""Where the stage says otherwise than the model, each difference as one line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from app.customers.service import organization_on
from app.evaluation.judging import MONEY, Judged
from app.inbound.reading import order_key
from app.policy.criteria import Criterion, Metric
from app.policy.decision import Occasion
from app.policy.effective import whose
from app.policy.money import to_minor
from app.programs.windows import write_window
from tests.proof import earning, model, moves
from tests.proof.enjoying import enjoyed as model_enjoyed
from tests.proof.gaps import Silent
from tests.proof.ledger import PROGRAM, who
from tests.proof.replay import Replay
from tests.proof.scenes import Scenes
from tests.proof.stage import UNHELD

SHOWN = ("type", "direction", "from", "to", "occasion", "reason", "as_of", "version")
BECAUSE = {"currency": "unconverted"}
NEVER = moves.Held()

Json = dict[str, Any]
Places = set[tuple[str, str]]


def unequal(what: str, said: Mapping[Any, Any], found: Mapping[Any, Any]) -> Iterator[str]:
    """`said` by the model, `found` on the stage; what is left out of one differs."""
    for key in sorted(said.keys() | found.keys(), key=str):
        if said.get(key) != found.get(key):
            yield f"{what} {key}: model {said.get(key)}, product {found.get(key)}"


def orders(world: Replay, stage: Scenes, places: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Folded orders, by (source, id): day, amount, points, whose, and why not."""
    said, found = {}, {}
    for place in places:
        key = order_key(PROGRAM, *place)
        one = model.judge_order(world.facts, world.facts.orders.get(place, []), world.today)
        if one is not None:
            because = BECAUSE.get(one.because or "", one.because)
            member = one.member if because is None else None
            points = one.points if because is None else 0
            said[place] = (one.day, one.spend, points, because, member)
        counted = stage.ledger.counted.get(key)
        if counted is not None and counted.excluded_because not in {"waiting", "deleted"}:
            home = None
            if counted.excluded_because is None:
                home = stage.members[stage.ledger.adds[key].home].name
            money = (counted.amount, counted.points)
            found[place] = (counted.day, *money, counted.excluded_because, home)
    return unequal("order", said, found)


def totals(world: Replay, stage: Scenes) -> Iterator[str]:
    """Day totals of every member, of erased ones as well."""
    said = {
        member: kept
        for member, days in world.days().items()
        if (kept := {day: tuple(one) for day, one in days.items() if one != model.Day()})
    }
    found = {
        stage.members[member].name: {day: tuple(one)[1:] for day, one in days.items()}
        for member, days in stage.days().items()
    }
    return unequal("totals", said, found)


def conflicts(world: Replay, stage: Scenes) -> Iterator[str]:
    """Not compared once somebody is erased: whether his events contradict is not kept."""
    if world.facts.redacted:
        return iter(())
    return unequal("conflicts", {"": sorted(world.conflicts)}, {"": sorted(stage.conflicts)})


def changes(world: Replay, stage: Scenes, since: int) -> Iterator[str]:
    """The moves and notices behind the first `since`, with the values that they cite."""
    said = {(one["member"], one["ladder"], one["seq"]): one for one in world.changes[since:]}
    found = {(one["member"], one["ladder"], one["seq"]): one for one in stage.changes[since:]}
    yield from unequal(
        "change", {key: shown(one) for key, one in said.items()},
        {key: shown(one) for key, one in found.items()},
    )  # fmt: skip
    for key in said.keys() & found.keys():
        yield from cited(stage, said[key], found[key])


def shown(change: Json) -> Json:
    return {name: change[name] for name in SHOWN}


def cited(stage: Scenes, said: Json, found: Json) -> Iterator[str]:
    """The values of a change against those of the model."""
    for one in found["metrics"]:
        metric, value = Metric(one["metric"]), one["value"]
        if metric is Metric.tags:
            asked = int(one["tag"] in said["values"]["tags"])
        else:
            window = json.dumps(write_window(found["windows"][one["window"]]))
            asked = said["values"].get(f"{metric.value}@{window}")
        if metric in MONEY:
            value = to_minor(Decimal(value), stage.rules.exponent)
        if value != asked:
            yield f"change {found['member']} {found['seq']} cites {one}: model {asked}"


def standings(world: Replay, stage: Scenes) -> Iterator[str]:
    """What is held, and what a check of today would make of everybody."""
    said = {
        place: (one.level, one.since if one.level else None, one.state, one.grace_until)
        for place, one in world.held.items()
        if place[0] in world.known and (one.level or one.state != "held")
    }
    found = {
        (stage.members[member].name, ladder): (
            held.level, held.since if held.level else None, held.state.value, held.grace_until,
        )
        for (member, ladder), row in stage.held.items()
        if (held := row.standing).level or held.state.value != "held"
    }  # fmt: skip
    yield from unequal("position", said, found)
    yield from enjoyed(world, stage)
    yield from asked(world, stage)


def levels(world: Replay, stage: Scenes) -> Iterator[str]:
    """The levels of whoever is awake, whenever and why they came there."""
    said = {place: one.level for place, one in world.held.items() if world.awake(place[0])}
    found = {
        (stage.members[member].name, ladder): held.standing.level
        for (member, ladder), held in stage.held.items()
        if stage.awake(member, stage.today)
    }
    held = ({key: one for key, one in each.items() if one} for each in (said, found))
    return unequal("level", *held)


def enjoyed(world: Replay, stage: Scenes) -> Iterator[str]:
    """What customers enjoy, by themselves or by whom they represent today."""
    said, found = {}, {}
    for name in (one for one in world.known if one.startswith("customer:")):
        customer = name.partition(":")[2]
        member = who("customer", customer).member_id
        above = organization_on(stage.ledger.people.get(member, ()), stage.today)
        chain = [member] if above is None else [member, above]
        for ladder in world.ladders:
            said[name, ladder.name] = model_enjoyed(
                world.facts, world.held, ladder, customer, world.today
            )
            own = stage.rules.ladder(ladder.name)
            assert own is not None
            held = [stage.held.get((one, ladder.name), UNHELD).standing.level for one in chain]
            place = whose(own, held, sleeping=stage.rules.sleeping)
            found[name, ladder.name] = held[place]
    return unequal("enjoyed", said, found)


def asked(world: Replay, stage: Scenes) -> Iterator[str]:
    """A check of everybody as of today, of which nothing is kept."""
    if not world.enabled():
        return
    awake = {who(*one.split(":")).member_id: one for one in world.known if world.awake(one)}
    found = stage.judged(stage.run(Occasion.check), stage.members)
    names = {one.known.member_id: stage.members[one.known.member_id].name for one in found}
    yield from unequal("awake", awake, names)
    ladders = {one.name: one for one in world.ladders}
    for one in found:
        if one.known.member_id in awake:
            yield from verdict(world, awake[one.known.member_id], ladders[one.ladder.name], one)


def verdict(world: Replay, member: str, ladder: earning.Ladder, one: Judged) -> Iterator[str]:
    """Totals over windows, the earned position, and what section 7 makes of it."""
    days, held = world.days().get(member, {}), world.held.get((member, ladder.name), NEVER)
    found = earning.sums(world.facts, days, member, ladder, world.today)
    yield from values(member, ladder, found, one)
    at, decision = ladder.position(held.level), one.verdict.decision
    if at is not None and (own := earning.earned(ladder, at, found)) != decision.earned:
        yield f"earned {member} {ladder.name}: model {own}, product {decision.earned}"
    below = world.below(ladder, held.level) if at is None else []
    moment = moves.Moment("check", world.today)
    try:
        reins = world.reins(member, ladder, world.today, None)
        said = moves.decide(ladder, held, found, moment, reins, below)
    except Silent:
        return
    made = moves.Verdict(
        decision.position, decision.reason.value, decision.state.value,
        decision.grace_until, decision.at_risk_notice,
    )  # fmt: skip
    if said != made and not one.known.is_new:
        yield f"check {member} {ladder.name}: model {said}, product {made}"


def values(member: str, ladder: earning.Ladder, found: Json, one: Judged) -> Iterator[str]:
    """Every value that a level asks for, and what it asks."""
    for level, compiled in zip(ladder.levels, one.ladder.levels, strict=True):
        pairs = [*zip(level.enter, compiled.enter, strict=True)]
        pairs += zip(level.keep or (), compiled.keep or (), strict=True)
        for asks, criterion in pairs:
            said, made = wanted(asks, found), told(criterion, one)
            if said != made:
                yield f"value {member} {level.key} {asks.name}: model {said}, product {made}"


def wanted(asks: earning.Criterion, found: Json) -> tuple[int, int]:
    if asks.metric == "tag":
        return int(asks.name in found["tags"]), 1
    return found[asks.name], int(asks.at_least)


def told(criterion: Criterion, one: Judged) -> tuple[int, int]:
    return criterion.value(one.case.totals), criterion.at_least
