"""Seeds to histories: a random valid definition and a random log that the model answers whole.

`history(seed)` gives the log in recorded order, for one sender per member: everything that the
model's `replay` says must be equal, moves included. `disturbed(history, seed)` gives the same
facts in another order, some of them twice: facts and totals must be equal, and positions after a
last check where `converges(history)`.

The entries of a log are those that `replay` lists. A driver that feeds a product must know:

- `program` comes first; `today` is the sandbox's first date, the definition its version 1.
- `event`, `batch` and `import` are bodies of the three forms of POST /v1/order-events, to be
  sent as they are. A batch or an import holds order events only.
- `clock` is PUT /v1/clock; due checks run while it moves. `check` is a manual one to its end.
- `publish` is PUT /v1/definition with `apply` and `existing`. `debounce_seconds` is 0; where the
  edit makes a check due the next entry is `rules_changed`: wait for it (nothing else is needed).
- `enable` and `disable` patch `settings.enabled`; after `enable` wait for the resync.
- `override` names an id of its own; `remove_override` means that one. Members are written
  `customer:<id>` and `organization:<id>`. `reason` is always there.
- `put_customer`, `put_organization`, `represent`, `unrepresent`, `rate`, `activity`: the routes
  of those names.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random

from .earning import ladders
from .gaps import Gap, Silent
from .model import Json
from .replay import Replay
from .writer import Writer

MANY = 1000  # one seed in so many has a member with 1,000 facts


@dataclass(frozen=True)
class History:
    """`silences` are the gaps that drew this history anew before the model could answer it.

    `world` is the model after the last entry: what `replay(log)` gives.
    """

    seed: int
    definition: Json
    log: list[Json]
    silences: tuple[Gap, ...]
    world: Replay = field(compare=False, repr=False)


def history(seed: int, world: Callable[[], Replay] = Replay) -> History:
    """The history of a seed, the same for ever: drawn again until page 2 answers all of it.

    `world` makes what is told each entry as it is written.
    """
    silences: list[Gap] = []
    for attempt in count():
        writer = Writer(Random(f"{seed}/{attempt}"), world(), many=seed % MANY == MANY - 1)
        try:
            writer.write()
        except Silent as silent:
            silences.append(silent.gap)
        else:
            first = writer.log[0]["program"]["definition"]
            return History(seed, first, writer.log, tuple(silences), writer.world)
    raise AssertionError


def converges(given: History) -> bool:
    """Whether positions after a last check depend on the facts alone (section 15, G17)."""
    plain = {"grace_days": 0, "min_stay_days": 0, "downgrade": "to_earned"}
    told = [next(iter(entry.items())) for entry in given.log]
    definitions = [value["definition"] for name, value in told if name in {"program", "publish"}]
    for ladder in [one for each in definitions for one in ladders(each).values()]:
        kept = any(level.keep is not None for level in ladder.levels)
        bare = all(ladder.rules[name] == value for name, value in plain.items())
        if not bare or kept or ladder.strategy == "step":
            return False
    if any(name == "publish" and value.get("existing") == "keep" for name, value in told):
        return False
    return not any(name in {"override", "disable"} for name, _ in told)


def disturbed(given: History, seed: int) -> list[Json]:
    """The same facts in another order of arrival, some twice; everything else in its place.

    Events that share an id with other content stay in their order, as do all facts of a log
    that redacts somebody, because there arrival means something.
    """
    rng = Random(f"{given.seed}/{seed}")
    names = {name for entry in given.log for name in entry}
    types = {entry["event"]["type"] for entry in given.log if "event" in entry}
    if "customer.redacted" in types or "import" in names:
        return list(given.log)
    grouped = {one["event_id"] for entry in given.log for one in entry.get("batch", [])}
    places = [index for index, entry in enumerate(given.log) if movable(entry, grouped)]
    log = list(given.log)
    firsts = {log[index]["event"]["event_id"]: log[index] for index in reversed(places)}
    moved = [firsts[log[index]["event"]["event_id"]] for index in places]
    rng.shuffle(moved)
    for index, entry in zip(places, moved, strict=True):
        log[index] = entry
    for entry in rng.sample(moved, len(moved) // 3):
        log.insert(rng.randrange(log.index(entry) + 1, len(log) + 1), entry)
    return log


def movable(entry: Json, grouped: set[str]) -> bool:
    event = entry.get("event", {"type": ""})
    return event["type"].startswith("order.") and event["event_id"] not in grouped
