"""P1: random histories, the model against the fold of orders and the policy, on every date.

Every history is also delivered in three other orders with duplicates: facts and totals have to be
the same, and positions where page 2 says that they converge.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any, NamedTuple
from unittest.mock import patch

from app.orders.facts import Fact
from app.policy import days
from app.policy.window import Days, Window, bounds
from tests.proof import compared, ledger
from tests.proof.campaign import Result, Size, bound95, shared
from tests.proof.generate import History, converges, disturbed, history
from tests.proof.replay import ONE_DAY, Replay
from tests.proof.scenes import Scenes
from tests.proof.stage import Read

HISTORIES = {"smoke": 100, "ci": 2_000, "release": 100_000}
DISTURBED = 3
SHOWN = 5
RULINGS = {"override", "remove_override"}

Json = dict[str, Any]


class Compared(NamedTuple):
    """What one history gave. `failures`: those of the first date that has any."""

    seed: int
    dates: int
    deliveries: int
    failures: list[str]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Histories of seeds that no other `seed` has."""
    first, number = seed * HISTORIES["release"], HISTORIES[size]
    what = f"{number} histories"
    seeds = range(first, first + number)
    return told(seed, shared(compare, seeds, what, blind=blind))


def told(seed: int, found: Iterator[Compared]) -> Result:
    done = list(found)
    failures = [f"seed {one.seed}: {line}" for one in done for line in one.failures[:SHOWN]]
    counts = {
        "histories": len(done),
        "deliveries": sum(one.deliveries for one in done),
        "dates": sum(one.dates for one in done),
        "differences": sum(bool(one.failures) for one in done),
        "bound95": bound95(len(done), len(failures)),
    }
    return Result(seed, counts, failures)


def compare(seed: int, *, blind: bool = False) -> Compared:
    """Play the history of a seed to both, and once more in other orders to the product."""
    with ExitStack() as planted:
        if blind:
            planted.enter_context(patch.object(days, "bounds", a_day_more))
        read = Reader()
        given = history(seed, lambda: Walk(read))
        assert isinstance(given.world, Walk)
        failures = given.world.ended()
        last = {"check": {"as_of": given.world.today.isoformat()}} if converges(given) else None
        if last:
            Replay.tell(given.world, last)
        for number in range(DISTURBED):
            failures = failures or [*delivered(given, number, read, last)]
    return Compared(seed, given.world.dates, read.told, failures)


def a_day_more(window: Window, as_of: date, **more: Any) -> Days | None:
    """The planted defect: a window begins one day too early."""
    found = bounds(window, as_of, **more)
    return found and found._replace(first=max(found.first, date(1, 1, 2)) - ONE_DAY)


class Reader:
    """Reads each event once; `told` counts its deliveries."""

    def __init__(self) -> None:
        self.facts: dict[int, tuple[Json, Fact]] = {}  # with the event, whose id is then its own
        self.told = 0

    def __call__(self, event: Json) -> Fact:
        self.told += 1
        if id(event) not in self.facts:
            self.facts[id(event)] = (event, ledger.read(event))
        return self.facts[id(event)][1]


class Walk(Replay):
    """The model with the product beside it: compared at the end of every date.

    `failures`: the differences of the first date that has any; a crash is one.
    """

    def __init__(self, read: Read = ledger.read) -> None:
        self.stage = Scenes(read)
        self.dates = self.compared = 0
        self.places: compared.Places = set()
        self.failures: list[str] = []
        super().__init__()

    def tell(self, entry: Json) -> None:
        super().tell(entry)
        self.places |= {*named(entry)}
        if "clock" not in entry:
            self.play(entry)

    def on_clock(self, day: str) -> None:
        """Day by day, as the dates are compared."""
        while self.today < date.fromisoformat(day):
            self.end_date()
            tomorrow = (self.today + ONE_DAY).isoformat()
            super().on_clock(tomorrow)
            self.play({"clock": tomorrow})

    def play(self, entry: Json) -> None:
        if self.failures:
            return
        try:
            self.stage.tell(entry)
        except Exception as error:  # noqa: BLE001 - whatever it is, the product has failed
            self.failures.append(f"{self.today} {entry}: {error!r}")

    def end_date(self) -> None:
        self.dates += 1
        if not self.failures:
            found = told_otherwise(self, self.stage, self.places, self.compared)
            self.failures = [f"{self.today} {line}" for line in found]
        self.places, self.compared = set(), len(self.changes)

    def ended(self) -> list[str]:
        """All that was ever told is compared once more."""
        self.places = set(self.facts.orders)
        self.end_date()
        return self.failures or [*compared.conflicts(self, self.stage)]


def told_otherwise(
    world: Replay, stage: Scenes, places: compared.Places, since: int
) -> Iterator[str]:
    """Everything that is compared at the end of a date; `places`: the orders it told of."""
    yield from compared.orders(world, stage, places)
    yield from compared.totals(world, stage)
    yield from compared.changes(world, stage, since)
    yield from compared.standings(world, stage)


def named(entry: Json) -> Iterator[tuple[str, str]]:
    """The orders that an entry tells of, by source and id."""
    events = [entry["event"]] if "event" in entry else entry.get("batch") or entry.get("import")
    for event in events or ():
        if event["type"].startswith("order."):
            yield event.get("source") or "api", event["order"]["id"]


def delivered(given: History, number: int, read: Read, last: Json | None) -> Iterator[str]:
    """The same facts in another order give the same orders and totals.

    `last`: the check after which positions have to be the same too, which the model has seen.
    """
    stage = Scenes(read)
    stage.decides = last is not None
    for entry in disturbed(given, number):
        if last or not RULINGS & entry.keys():
            stage.tell(entry)
    yield from compared.orders(given.world, stage, set(given.world.facts.orders))
    yield from compared.totals(given.world, stage)
    if last:
        stage.tell(last)
        yield from compared.levels(given.world, stage)
