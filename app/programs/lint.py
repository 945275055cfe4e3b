"""What is allowed and still likely a mistake. Semantics 4 and 6."""

from collections.abc import Iterator, Sequence

from app.kit.texts import exponents
from app.policy.criteria import Criterion, Level
from app.policy.ladder import Downgrade, Ladder, Strategy
from app.policy.money import to_major
from app.programs.checking import asked
from app.programs.compiling import ladders_of
from app.programs.definition import Definition
from app.programs.lint_windows import LintWarning, warning, window_warnings
from app.programs.rules import TIERS


def warnings(definition: Definition) -> tuple[LintWarning, ...]:
    """What publishing says beside; the definition has no faults."""
    ladders = ladders_of(definition, {})
    return (
        *(one for ladder in ladders for one in _swings(definition, ladder)),
        *(one for ladder in ladders for one in _unreachable(definition, ladder)),
        *_harder_to_keep(definition),
        *window_warnings(definition),
    )


def _swings(definition: Definition, ladder: Ladder) -> Iterator[LintWarning]:
    if ladder.strategy is not Strategy.step or ladder.downgrade is Downgrade.never:
        return
    exponent = exponents()[definition.settings.currency]
    levels = [level for level in ladder.levels if level.automatic]
    for below, level, above in zip([None, *levels], levels, [*levels[1:], None], strict=False):
        first, end = _least(level.enter), _least(level.staying)
        if above and level.moves_to_next:
            end = min(end, _least(above.enter))
        if first < end and (below is None or below.moves_to_next):
            detail = (
                f"With a sum from {to_major(first, exponent)} to {to_major(end - 1, exponent)} "
                f"a member goes up to {level.key} and falls to {below.key if below else 'none'} "
                "by turns."
            )
            yield warning("swings", _level_pointer(definition, ladder, level), detail)


def _least(criteria: Sequence[Criterion]) -> int:
    return criteria[0].at_least if criteria else 0


def _unreachable(definition: Definition, ladder: Ladder) -> Iterator[LintWarning]:
    barred = _barred if ladder.strategy is Strategy.step else _overshadowed
    levels = [level for level in ladder.levels if level.automatic]
    for n, level in enumerate(levels):
        if detail := barred(ladder, levels, n):
            yield warning("unreachable", _level_pointer(definition, ladder, level), detail)


def _barred(_: Ladder, levels: Sequence[Level], n: int) -> str:
    stops = next((level for level in levels[:n] if not level.moves_to_next), None)
    return f"Nobody reaches {levels[n].key}: {stops.key} does not move to next." if stops else ""


def _overshadowed(ladder: Ladder, levels: Sequence[Level], n: int) -> str:
    if ladder.downgrade is Downgrade.one_step:
        return ""
    level = levels[n]
    over = next((above for above in levels[n + 1 :] if _implies(level, above)), None)
    return f"Nobody stops at {level.key}: who reaches it has {over.key}." if over else ""


def _implies(level: Level, above: Level) -> bool:
    """Whether whoever enters `level` also enters `above`."""
    ways = [(one,) for one in level.enter] if level.match_any else [level.enter]
    return all(_entered(above, way) for way in ways or [()])


def _entered(level: Level, held: Sequence[Criterion]) -> bool:
    """Whether the criteria `held` are enough to enter the level."""
    met = [one.at_least == 0 or any(_covers(other, one) for other in held) for one in level.enter]
    return any(met) if level.match_any and met else all(met)


def _covers(held: Criterion, wanted: Criterion) -> bool:
    same = (held.metric, held.window, held.tag) == (wanted.metric, wanted.window, wanted.tag)
    return same and held.at_least >= wanted.at_least


def _harder_to_keep(definition: Definition) -> Iterator[LintWarning]:
    own = definition.settings.tiers.window
    for n, tier in enumerate(definition.tiers):
        entering = asked(tier.criteria, tier.match, own)
        staying = asked(tier.keep or (), tier.match, own)
        if any(staying[ask] > entering[ask] for ask in staying.keys() & entering.keys()):
            detail = f"Keeping {tier.key} asks more than entering it, so keep changes nothing."
            yield warning("keep_harder_than_enter", f"/tiers/{n}/keep", detail)


def _level_pointer(definition: Definition, ladder: Ladder, level: Level) -> str:
    if ladder.name == TIERS:
        return f"/tiers/{[tier.key for tier in definition.tiers].index(level.key)}"
    keys = [stage.key for stage in definition.loyalty_stages]
    return f"/loyalty_stages/{keys.index(level.key)}"
