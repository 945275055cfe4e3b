"""P3: whatever the order in which facts arrive, once or twice, they say the same.

In process every order of a few facts is folded; through the database longer streams come in
random orders, as single events, batches and imports.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations, product
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.orders.counting import Counting, count
from app.orders.facts import Fact, FactType
from app.orders.fold import Known, learn
from tests.proof import ledger, model
from tests.proof.campaign import Result, Size, console, shared
from tests.proof.ground import ground
from tests.proof.sending import sent
from tests.proof.streams import SETTINGS, TODAY, stream

STREAMS = 12
FACTS = {"smoke": 4, "ci": 6, "release": 7}
SENT = {"smoke": 12, "ci": 300, "release": 20_000}
AT_ONCE = 300
ZONE = ZoneInfo(SETTINGS["time_zone"])
COUNTING = Counting(
    "USD", 2, ZONE, frozenset({"paid", "closed"}), "counted", "total", Decimal(1)
)  # fmt: skip

Learn = Callable[[Known, Fact], Known]


class Folded(NamedTuple):
    folds: int
    failures: list[str]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """`blind`: of two states the one that arrived last wins."""
    names = [f"{seed}/{number}" for number in range(STREAMS)]
    done = list(shared(fold_all, names, "folds", facts=FACTS[size], blind=blind))
    failures = [line for one in done for line in one.failures]
    if not blind:
        failures += asyncio.run(through_database(SENT[size], seed))
    counts = {"folds": sum(one.folds for one in done), "streams": SENT[size]}
    return Result(seed, {**counts, "differences": len(failures)}, failures)


def fold_all(name: str, facts: int, *, blind: bool = False) -> Folded:
    """Fold a stream in every order, each fact once or twice; what differs from the model."""
    events = stream(name, facts)
    told = [ledger.read(event) for event in events]
    rng, learned = Random(name), last_wins if blind else learn
    expected = fold(told, learn)
    failures = [*against_model(name, events, expected)]
    orders = permutations(range(facts))
    folds = 0
    for order, again in product(orders, product((False, True), repeat=facts)):
        folds += 1
        arrived = delivered(order, again, rng)
        if not failures and fold([told[one] for one in arrived], learned) != expected:
            failures.append(f"stream {name} of {facts}: otherwise when it comes as {arrived}")
    return Folded(folds, failures)


def delivered(order: Sequence[int], again: Sequence[bool], rng: Random) -> list[int]:
    """The facts in this order, and those of `again` once more somewhere behind."""
    arrived = list(order)
    for one, twice in enumerate(again):
        if twice:
            arrived.insert(rng.randrange(arrived.index(one) + 1, len(arrived) + 1), one)
    return arrived


def fold(facts: Sequence[Fact], learned: Learn) -> Known:
    known = Known()
    for fact in facts:
        known = learned(known, fact)
    return known


def last_wins(known: Known, fact: Fact) -> Known:
    """The planted defect."""
    if fact.type is not FactType.snapshot:
        return learn(known, fact)
    return replace(learn(known, fact), order=fact.body)


def against_model(name: str, events: Sequence[dict[str, Any]], known: Known) -> Iterator[str]:
    """What an order counts and when, by the model and by the product."""
    facts = model.Facts({**model.SETTINGS, **SETTINGS})
    told = [model.told(event) for event in events]
    said = model.judge_order(facts, told, TODAY)
    owned = said is not None and said.member is not None
    found = count(known, COUNTING, lambda _currency, _day: None, owned=owned)
    made = (found.day, found.amount, found.points if not found.excluded_because else 0)
    asked = (said.day, said.spend, 0 if said.because else said.points) if said else None
    if asked is None:
        if found.excluded_because not in {"deleted", "waiting"}:
            yield f"stream {name}: the model has no order, the product {found}"
    elif asked != made or bool(said and said.because) != bool(found.excluded_because):
        yield f"stream {name}: model {said}, product {found}"


async def through_database(streams: int, seed: int) -> list[str]:
    """Streams to a service of its own, so many of them to each program."""
    failures = []
    async with ground() as found:
        for first in range(0, streams, AT_ONCE):
            number = min(AT_ONCE, streams - first)
            failures += await sent(found.server.url, f"{seed}/{first}", number)
            console.print(f"any-order: {first + number} of {streams} streams sent")
    return failures
