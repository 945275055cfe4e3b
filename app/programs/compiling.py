"""From the definition to the ladders that decide."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain

from app.kit.schemas import MISSING
from app.kit.texts import exponents
from app.policy.criteria import Criterion, Level, Metric
from app.policy.ladder import Downgrade, Ladder, RefundDowngrade, Start, Strategy, Upgrade
from app.policy.money import to_minor
from app.policy.window import Window
from app.programs.definition import Definition
from app.programs.rules import TIERS
from app.programs.specs import AMOUNTS, CriterionSpec, Stage, StageLadder, Tier

Below = Mapping[str, Sequence[str]]  # gone level → the levels that were below it, lowest first
Removed = Mapping[str, Below]  # ladder → …
NONE_REMOVED: Below = {}


def ladders_of(definition: Definition, removed: Removed) -> tuple[Ladder, ...]:
    """The tier ladder, then the stage ladders by the names of their tracks.

    A track that is gone keeps a ladder without levels, so that who held one leaves it.
    """
    settings = definition.settings
    gone = {track for track, below in removed.items() if track != TIERS and below}
    tracks = sorted(settings.stages.keys() | gone)
    stages = (_stages(definition, track, removed.get(track, NONE_REMOVED)) for track in tracks)
    return (_tiers(definition, removed.get(TIERS, NONE_REMOVED)), *stages)


def removed_after(before: Definition, removed: Removed, after: Definition) -> dict[str, Below]:
    """What is gone once `after` follows `before`, and what was below it then."""
    names = {TIERS, *before.settings.stages, *after.settings.stages, *removed}
    gone = {name: _gone(before, removed.get(name, NONE_REMOVED), after, name) for name in names}
    return {name: below for name, below in sorted(gone.items()) if below}


def _tiers(definition: Definition, removed: Below) -> Ladder:
    settings = definition.settings.tiers
    exponent = exponents()[definition.settings.currency]
    enabled = [tier for tier in definition.tiers if tier.enabled]
    windows = _windows(settings.window, enabled)
    return Ladder(
        name=TIERS,
        strategy=Strategy.highest,
        levels=tuple(_tier_level(tier, windows, exponent) for tier in enabled),
        windows=windows,
        upgrade=Upgrade(settings.upgrade),
        downgrade=Downgrade(settings.downgrade),
        min_stay_days=settings.min_stay_days,
        grace_days=settings.grace_days,
        refund_downgrade=RefundDowngrade(settings.refund_downgrade),
        removed=_landing(removed, definition.tiers),
        active=definition.settings.enabled,
    )


def _stages(definition: Definition, track: str, removed: Below) -> Ladder:
    settings = definition.settings.stages.get(track)
    stages = definition.track(track)
    landing = _landing(removed, stages)
    active = definition.settings.enabled
    if settings is None:
        return Ladder(track, Strategy.step, (), (), removed=landing, active=active)
    return Ladder(
        name=track,
        strategy=Strategy.step,
        levels=tuple(_stage_levels(stages, settings, exponents()[definition.settings.currency])),
        windows=(settings.window,),
        upgrade=Upgrade(settings.upgrade),
        downgrade=Downgrade(settings.downgrade),
        min_stay_days=settings.min_stay_days,
        start=Start(settings.start),
        removed=landing,
        active=active,
    )


def _tier_level(tier: Tier, windows: tuple[Window, ...], exponent: int) -> Level:
    def read(specs: Sequence[CriterionSpec]) -> tuple[Criterion, ...]:
        return tuple(_criterion(spec, windows, exponent) for spec in specs)

    return Level(
        key=tier.key,
        enter=read(tier.criteria),
        keep=None if tier.keep is None else read(tier.keep),
        match_any=tier.match == "any",
        automatic=tier.automatic,
    )


def _stage_levels(stages: Sequence[Stage], settings: StageLadder, exponent: int) -> Iterator[Level]:
    """Semantics 6. `to_advance`: the amount of the stage below is what enters."""
    below: Stage | None = None
    for stage in stages:
        if not stage.enabled:
            continue
        holds = _spend(stage.amount, exponent)
        keeps = _spend(stage.keep_amount or stage.amount, exponent)
        advances = _spend(below.amount, exponent) if below else ()
        to_hold = settings.amount_means == "to_hold"
        yield Level(
            key=stage.key,
            enter=holds if to_hold else advances,
            keep=holds if to_hold else keeps,
            automatic=stage.automatic,
            moves_to_next=stage.move_to_next,
        )
        below = stage if stage.automatic else below


def _windows(own: Window, tiers: Sequence[Tier]) -> tuple[Window, ...]:
    """The ladder's own first, then those of criteria, each once."""
    criteria = chain.from_iterable((*tier.criteria, *(tier.keep or ())) for tier in tiers)
    others = (one.window for one in criteria if one.window is not MISSING)
    return tuple(dict.fromkeys((own, *others)))


def _criterion(spec: CriterionSpec, windows: tuple[Window, ...], exponent: int) -> Criterion:
    if spec.tag is not MISSING:
        return Criterion(Metric.tags, tag=spec.tag)
    window = 0 if spec.window is MISSING else windows.index(spec.window)
    in_minor = exponent if spec.metric in AMOUNTS else 0
    at_least = to_minor(Decimal(str(spec.at_least)), in_minor)
    return Criterion(Metric(str(spec.metric)), at_least, window)


def _spend(amount: str, exponent: int) -> tuple[Criterion, ...]:
    return (Criterion(Metric.spend, to_minor(Decimal(amount), exponent)),)


def _landing(removed: Below, levels: Sequence[Tier] | Sequence[Stage]) -> dict[str, int]:
    """For each level that is gone or disabled, the position of the nearest left below it."""
    keys = [level.key for level in levels]
    places = {key: n for n, key in enumerate((one.key for one in levels if one.enabled), 1)}
    disabled = {key: keys[:place] for place, key in enumerate(keys) if key not in places}
    return {
        key: next((places[one] for one in reversed(below) if one in places), 0)
        for key, below in {**removed, **disabled}.items()
    }


def _gone(before: Definition, removed: Below, after: Definition, ladder: str) -> Below:
    held, left = _keys(before, ladder), set(_keys(after, ladder))
    newly = {key: held[:place] for place, key in enumerate(held)}
    return {key: list(below) for key, below in {**removed, **newly}.items() if key not in left}


def _keys(definition: Definition, ladder: str) -> list[str]:
    levels = definition.tiers if ladder == TIERS else definition.track(ladder)
    return [level.key for level in levels]
