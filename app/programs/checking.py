"""What a definition must not be. Semantics 4."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from operator import itemgetter
from typing import Any, NamedTuple

from app.kit.errors import Fault
from app.kit.schemas import MISSING
from app.kit.texts import exponents
from app.policy.window import Window
from app.programs.defaults import DEFAULT_TRACK
from app.programs.definition import Definition
from app.programs.rules import TIERS
from app.programs.specs import AMOUNTS, CriterionSpec, Stage, Tier

MOST_LEVELS, MOST_TRACKS, MOST_WINDOWS = 64, 16, 16
MOST_BYTES = 1024 * 1024
ORDER = "order"  # the route that orders levels stands where a level's key would

Ask = tuple[str, Window | str]  # metric and window, or tag
Asked = Mapping[Ask, Decimal]


class Rung(NamedTuple):
    """An automatic level as it compares with others."""

    key: str
    pointer: str
    asked: Asked
    match: str


def faults(definition: Definition) -> list[Fault]:
    """Every reason why the definition cannot be published; empty if it can."""
    return [
        *_too_many(definition),
        *_too_large(definition),
        *_misnamed(definition),
        *_too_precise(definition),
        *_kept_in_vain(definition),
        *_confused(_tier_rungs(definition)),
        *(fault for track in _tracks(definition) for fault in _confused(_rungs(definition, track))),
    ]


def asked(criteria: Sequence[CriterionSpec], match: str, own: Window) -> Asked:
    """What is asked, each thing once: where a thing is asked twice, what it comes to."""
    harder = min if match == "any" else max
    found: dict[Ask, Decimal] = {}
    for one in criteria:
        ask, least = _ask(one, own), _least(one)
        found[ask] = harder(found.get(ask, least), least)
    return found


def _ask(criterion: CriterionSpec, own: Window) -> Ask:
    if criterion.tag is not MISSING:
        return "tags", criterion.tag
    return str(criterion.metric), own if criterion.window is MISSING else criterion.window


def _least(criterion: CriterionSpec) -> Decimal:
    return Decimal(1) if criterion.at_least is MISSING else Decimal(criterion.at_least)


def _too_many(definition: Definition) -> Iterator[Fault]:
    if len(definition.tiers) > MOST_LEVELS:
        yield Fault("/tiers", "too_many", f"At most {MOST_LEVELS} tiers.")
    if len(definition.settings.stages) > MOST_TRACKS:
        yield Fault("/settings/stages", "too_many", f"At most {MOST_TRACKS} tracks.")
    if any(len(definition.track(track)) > MOST_LEVELS for track in _tracks(definition)):
        yield Fault("/loyalty_stages", "too_many", f"At most {MOST_LEVELS} stages in a track.")
    criteria = [one for tier in definition.tiers for one in (*tier.criteria, *(tier.keep or ()))]
    if len({one.window for one in criteria} - {MISSING}) >= MOST_WINDOWS:
        yield Fault("/tiers", "too_many_windows", f"At most {MOST_WINDOWS} different windows.")


def _too_large(definition: Definition) -> Iterator[Fault]:
    """What is stored has to fit into the request that brings it back."""
    if len(definition.model_dump_json().encode()) > MOST_BYTES:
        yield Fault("", "too_large", f"At most {MOST_BYTES} bytes in all, as JSON.")


def _misnamed(definition: Definition) -> Iterator[Fault]:
    if TIERS in definition.settings.stages:
        yield Fault("/settings/stages/tiers", "key_reserved", "No track is called tiers.")
    lists: dict[str, Sequence[Tier | Stage]] = {
        "tiers": definition.tiers,
        "loyalty_stages": definition.loyalty_stages,
    }
    for name, levels in lists.items():
        keys = Counter(level.key for level in levels)
        for n, level in enumerate(levels):
            pointer = f"/{name}/{n}/key"
            if keys[level.key] > 1:
                yield Fault(pointer, "key_repeated", f"There are several {level.key}.")
            if level.key == ORDER:
                yield Fault(pointer, "key_reserved", "No level is called order.")


def _too_precise(definition: Definition) -> Iterator[Fault]:
    currency = definition.settings.currency
    decimals = exponents()[currency]
    for pointer, amount in _amounts(definition):
        if len(amount.partition(".")[2]) > decimals:
            yield Fault(pointer, "too_precise", f"{currency} has {decimals} decimals.")


def _amounts(definition: Definition) -> Iterator[tuple[str, str]]:
    for n, tier in enumerate(definition.tiers):
        for name, criteria in (("criteria", tier.criteria), ("keep", tier.keep or ())):
            for m, one in enumerate(criteria):
                if one.metric in AMOUNTS:
                    yield f"/tiers/{n}/{name}/{m}/at_least", str(one.at_least)
    for n, stage in enumerate(definition.loyalty_stages):
        yield f"/loyalty_stages/{n}/amount", stage.amount
        if stage.keep_amount is not None:
            yield f"/loyalty_stages/{n}/keep_amount", stage.keep_amount


def _kept_in_vain(definition: Definition) -> Iterator[Fault]:
    for n, stage in enumerate(definition.loyalty_stages):
        means = definition.settings.stages[stage.track].amount_means
        if stage.keep_amount is not None and means == "to_hold":
            yield Fault(
                f"/loyalty_stages/{n}/keep_amount",
                "keep_amount_refused",
                f"On {stage.track} the amount itself is what holds a stage (to_hold).",
            )


def _tracks(definition: Definition) -> list[str]:
    return list(definition.settings.stages)


def _tier_rungs(definition: Definition) -> list[Rung]:
    own = definition.settings.tiers.window
    return [
        Rung(tier.key, f"/tiers/{n}/criteria", asked(tier.criteria, tier.match, own), _match(tier))
        for n, tier in enumerate(definition.tiers)
        if tier.enabled and tier.automatic
    ]


def _match(tier: Tier) -> str:
    """Of one criterion, all and any are the same."""
    return tier.match if len(tier.criteria) > 1 else "all"


def _rungs(definition: Definition, track: str) -> list[Rung]:
    own = definition.settings.stages[track].window
    return [
        Rung(
            stage.key,
            f"/loyalty_stages/{n}/amount",
            {("spend", own): Decimal(stage.amount)},
            "all",
        )
        for n, stage in enumerate(definition.loyalty_stages)
        if stage.track == track and stage.enabled and stage.automatic
    ]


def _confused(rungs: Sequence[Rung]) -> Iterator[Fault]:
    """Levels that ask the same, or less than one below them; both are named."""
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for below, above in combinations(rungs, 2):
        if (below.asked, below.match) == (above.asked, above.match):
            told[below.pointer, "asks_the_same"].append(f"{below.key} asks what {above.key} asks.")
            told[above.pointer, "asks_the_same"].append(f"{above.key} asks what {below.key} asks.")
        elif _easier(above.asked, below.asked):
            sentence = f"{above.key} stands above {below.key} and asks less."
            told[below.pointer, "easier_than_below"].append(sentence)
            told[above.pointer, "easier_than_below"].append(sentence)
    for (pointer, code), sentences in told.items():
        yield Fault(pointer, code, " ".join(sentences))


def _easier(above: Asked, below: Asked) -> bool:
    return any(above[ask] < below[ask] for ask in above.keys() & below.keys())


def by_position(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The levels in the order of their positions, numbered anew, where all of them give one.

    Positions of one ladder that are given twice stay as they are, to be refused.
    """
    said = dict(raw)
    for name in ("tiers", "loyalty_stages"):
        levels = list(said.get(name, ()))
        ladders = {level.get("track", DEFAULT_TRACK) for level in levels}
        said[name] = [
            level
            for ladder in sorted(ladders)
            for level in _by_position(
                [one for one in levels if one.get("track", DEFAULT_TRACK) == ladder]
            )
        ]
    return said


def _by_position(levels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len({level.get("position") for level in levels} - {None}) < len(levels):
        return levels
    ordered = sorted(levels, key=itemgetter("position"))
    return [{**level, "position": number} for number, level in enumerate(ordered, 1)]


def misplaced(raw: Mapping[str, Any]) -> list[Fault]:
    """Positions that were given and are not the places in the list. `raw`: as it was sent."""
    seen: Counter[str] = Counter()
    found = []
    for name in ("tiers", "loyalty_stages"):
        for n, level in enumerate(raw.get(name, ())):
            ladder = name if name == "tiers" else f"stages/{level.get('track', DEFAULT_TRACK)}"
            seen[ladder] += 1
            if level.get("position", seen[ladder]) != seen[ladder]:
                detail = f"Levels are listed lowest first: this is number {seen[ladder]}."
                found.append(Fault(f"/{name}/{n}/position", "position_misplaced", detail))
    return found
