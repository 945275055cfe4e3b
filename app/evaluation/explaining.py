"""The parts of an explanation, each as it is told. Pure; semantics 12."""

from collections.abc import Iterable, Sequence

from app.evaluation.grounds import Ground
from app.evaluation.progressing import Checks, Course, amount, criteria
from app.evaluation.schemas.answers import KeepOut
from app.evaluation.schemas.explanation import (
    DecisionOut,
    EarnedOut,
    HeldOut,
    KeepLine,
    LevelCriterion,
    LevelLine,
    OverrideLine,
)
from app.evaluation.schemas.grounds import RulesOut, SumsOut, WindowOut
from app.kit.schemas import MISSING
from app.policy.criteria import Criterion, Level, Metric, Sums
from app.policy.decision import Decision
from app.policy.money import to_major
from app.policy.override import Override
from app.policy.override import in_force as strongest
from app.policy.requirement import requirements, to_stay
from app.policy.standing import Occasion
from app.standings.overrides import RecordedOverride


def rules_line(course: Course) -> RulesOut:
    ladder, rules = course.ladder, course.rules
    return RulesOut(
        strategy=ladder.strategy,
        upgrade=ladder.upgrade,
        downgrade=ladder.downgrade,
        min_stay_days=ladder.min_stay_days,
        grace_days=ladder.grace_days,
        refund_downgrade=ladder.refund_downgrade,
        start=ladder.start,
        removed=dict(sorted(ladder.removed.items())),
        active=ladder.active,
        currency=rules.currency,
        time_zone=rules.zone,
        counted_statuses=tuple(sorted(rules.counted_statuses)),
        dated_by=rules.dated_by,
        amount_basis=rules.amount_basis,
        pooling=rules.pooling,
        effective_tier=rules.definition.settings.effective_tier,
        points_per_unit=rules.definition.settings.points_per_unit,
        starts_on=rules.starts_on,
        check_schedule=rules.check_schedule,
    )


def window_lines(ground: Ground) -> tuple[WindowOut, ...]:
    course = ground.course
    told = zip(course.ladder.windows, ground.spans, course.totals.sums, strict=True)
    return tuple(
        WindowOut(
            window=window,
            first=span.first if span else None,
            last=span.last if span else None,
            sums=_sums(course, sums),
        )
        for window, span, sums in told
    )


def level_lines(course: Course) -> tuple[LevelLine, ...]:
    """Lowest first."""
    return tuple(
        _level(course, position, level) for position, level in enumerate(course.ladder.levels, 1)
    )


def held_line(course: Course, *, past: bool) -> HeldOut:
    held = course.case.held
    position = course.ladder.position_of(held.level)
    return HeldOut(
        level=held.level,
        position=position or 0,
        since=held.since,
        state=held.state,
        grace_until=held.grace_until,
        told_by="changes" if past else "position",
    )


def decision_line(occasion: Occasion, decision: Decision) -> DecisionOut:
    return DecisionOut(
        occasion=occasion,
        row=decision.row,
        reason=decision.reason,
        moved=decision.moved,
        direction=decision.direction,
        level=decision.level,
        position=decision.position,
        since=decision.since,
        state=decision.state,
        grace_until=decision.grace_until,
        earned=EarnedOut(level=decision.earned_level, position=decision.earned),
        target=decision.target,
        override=decision.override.id if decision.override else None,
    )


def override_lines(course: Course, told: Sequence[RecordedOverride]) -> tuple[OverrideLine, ...]:
    """The newest first, with who set them and why."""
    case = course.case
    acting = set(strongest(case.overrides, case.on).values())
    said = {str(one.id): one for one in told}
    newest = sorted(case.overrides, key=lambda one: (-one.recorded, one.id))
    return tuple(_override(one, said.get(one.id), in_force=one in acting) for one in newest)


def keep_line(course: Course, checks: Checks, keep: KeepOut | None) -> KeepLine | None:
    """What it takes to keep the level, with every criterion on both dates."""
    if keep is None:
        return None
    level = course.ladder.level_at(course.ladder.position_of(course.case.held.level) or 0)
    falls = course.falls_off(checks)
    return KeepLine(
        **dict(keep),
        criteria=criteria(course, to_stay(level, course.totals)),
        criteria_then=criteria(course, falls.requirements) if falls else None,
    )


def _sums(course: Course, sums: Sums) -> SumsOut:
    exponent = course.rules.exponent
    return SumsOut(
        spend=to_major(sums.spend, exponent),
        orders=sums.orders,
        largest_order=to_major(sums.largest_order, exponent),
        points=sums.points,
    )


def _level(course: Course, position: int, level: Level) -> LevelLine:
    text = course.rules.level(course.ladder.name, level.key)
    keep = None if level.keep is None else _asked(course, level.keep)
    return LevelLine(
        key=level.key,
        name=text.name if text else level.key,
        position=position,
        visible=text.visible if text else True,
        automatic=level.automatic,
        match="any" if level.match_any else "all",
        move_to_next=level.moves_to_next,
        criteria=_asked(course, level.enter),
        keep=keep,
        entered=level.entered_by(course.totals),
        kept=level.kept_by(course.totals),
    )


def _asked(course: Course, asked: Iterable[Criterion]) -> tuple[LevelCriterion, ...]:
    found = requirements(asked, course.totals)
    return tuple(
        LevelCriterion(
            metric=one.criterion.metric,
            window=None if one.criterion.metric is Metric.tags else one.criterion.window,
            value=amount(course.rules, one.criterion.metric, one.value),
            needed=amount(course.rules, one.criterion.metric, one.needed),
            missing=amount(course.rules, one.criterion.metric, one.missing),
            holds=one.criterion.holds(course.totals),
            tag=MISSING if one.criterion.tag is None else one.criterion.tag,
        )
        for one in found
    )


def _override(one: Override, said: RecordedOverride | None, *, in_force: bool) -> OverrideLine:
    return OverrideLine(
        id=one.id,
        mode=one.mode,
        level=one.level,
        from_=one.from_on,
        until=one.until,
        recorded=one.recorded,
        in_force=in_force,
        reason=said.reason if said else None,
        author=said.author if said else None,
    )
