"""What a member holds after an occasion: the one decision of the product. Semantics 7 and 8."""

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from app.policy.criteria import Totals
from app.policy.ladder import Ladder, Start
from app.policy.override import Limits, Override, limits, next_turn
from app.policy.rows import Outcome, outcome, stay_ends_on
from app.policy.standing import Case, Direction, Occasion, Reason, Standing, State

__all__ = [
    "Case",
    "Decision",
    "Direction",
    "Occasion",
    "Reason",
    "Standing",
    "State",
    "decide",
    "rests",
]


@dataclass(frozen=True, slots=True)
class Decision:
    """`level` to `grace_until` are what is held from now on.

    `row`: of semantics 7; 0 for a nudge, a start and a position from after `on`. `earned` is
    underneath the overrides, `target` what they make of it. `override`: the one that bound,
    else the strongest in force. `at_risk_notice`: a grace has just begun. `review_on`: from
    this date on a check may change the answer although no day turns and no fact comes.
    """

    level: str | None
    position: int
    since: date | None
    state: State
    grace_until: date | None
    moved: bool
    direction: Direction | None
    reason: Reason
    row: int
    earned: int
    earned_level: str | None
    target: int
    override: Override | None
    at_risk_notice: bool
    review_on: date | None

    @property
    def standing(self) -> Standing:
        return Standing(self.level, self.since, self.state, self.grace_until)


def decide(ladder: Ladder, case: Case) -> Decision:
    """What the member holds after `case`: the rows of semantics 7 under the overrides of 8.

    Every valid input has an answer. A disabled program and a position that is held only
    since a later day are left as they are.
    """
    since = case.held.since
    if not ladder.active:
        return _left_alone(ladder, case, Outcome(0, Reason.disabled, 14), None)
    if since is not None and since > case.on:
        return _left_alone(ladder, case, Outcome(0, Reason.unchanged, 0), since)
    decision = _judged(ladder, case)
    review_on = _review_on(ladder, case, decision)
    return decision if review_on is None else replace(decision, review_on=review_on)


def rests(ladder: Ladder, held: Standing, totals: Totals, on: date) -> bool:
    """Whether a check without overrides is row 4 and changes nothing, told without `decide`."""
    position = ladder.position_of(held.level)
    begins = held.since is not None and held.since > on
    if position is None or begins or held != Standing(held.level, held.since):
        return False
    return ladder.earned(totals, position) == position


class _Aim(NamedTuple):
    """Where the facts and the overrides want the member; `held` None = level removed."""

    held: int | None
    earned: int
    target: int
    limits: Limits


def _aim(ladder: Ladder, case: Case) -> _Aim:
    held = ladder.position_of(case.held.level)
    if held is None:
        earned = ladder.earned_without(case.totals, case.held.level or "")
    else:
        earned = ladder.earned(case.totals, held)
    allowed = limits(ladder, case.overrides, case.on, held)
    return _Aim(held, earned, allowed.clamp(earned), allowed)


def _judged(ladder: Ladder, case: Case) -> Decision:
    aim = _aim(ladder, case)
    found = _started(ladder, case, _found(ladder, case, aim))
    position = aim.limits.clamp(found.position)
    moved = position != aim.held
    overruled = position != found.position or (found.row > 0 and aim.target != aim.earned)
    return Decision(
        level=ladder.key_at(position),
        position=position,
        since=case.on if moved else case.held.since,
        state=State.held if position == aim.target else found.state,
        grace_until=None if moved else found.grace_until,
        moved=moved,
        direction=_direction(ladder, case, position) if moved else None,
        reason=Reason.override if moved and overruled else found.reason,
        row=found.row,
        earned=aim.earned,
        earned_level=ladder.key_at(aim.earned),
        target=aim.target,
        override=_cause(case, aim, found),
        at_risk_notice=found.announces and not moved,
        review_on=None,
    )


def _found(ladder: Ladder, case: Case, aim: _Aim) -> Outcome:
    """The outcome before the last clamp. A nudge to where the facts lead anyway changes none."""
    if aim.held is None:
        own = Outcome(aim.target, Reason.level_removed, 13)
    else:
        own = outcome(ladder, case, aim.held, aim.target)
    nudged = ladder.position_of(case.nudge.level) if case.nudge else None
    if nudged is None or (to := aim.limits.clamp(nudged)) == own.position == aim.earned:
        return own
    if to == aim.held:
        return Outcome(nudged, Reason.unchanged, 4)
    return Outcome(to, Reason.override, 0)


def _started(ladder: Ladder, case: Case, found: Outcome) -> Outcome:
    """`start: lowest` lifts a new member who would otherwise end no higher."""
    lowest = ladder.next_above(0) or 0
    starts = ladder.start is Start.lowest and case.is_new and case.held.level is None
    if starts and lowest and found.position <= lowest and found.reason is not Reason.override:
        return Outcome(lowest, Reason.start, 0)
    return found


def _direction(ladder: Ladder, case: Case, position: int) -> Direction:
    held = ladder.position_of(case.held.level)
    if held is None:
        held = ladder.removed.get(case.held.level or "", 0) + 1
        return Direction.up if position >= held else Direction.down
    return Direction.up if position > held else Direction.down


def _cause(case: Case, aim: _Aim, found: Outcome) -> Override | None:
    if found.reason is Reason.override:
        return case.nudge
    differs = aim.target != aim.earned
    return aim.limits.binding(aim.earned if differs else found.position)


def _review_on(ladder: Ladder, case: Case, decision: Decision) -> date | None:
    """`case.on` if the very next check would already change something, as after a step."""
    if not case.overrides and rests(ladder, decision.standing, case.totals, case.on):
        return None
    turn = next_turn(case.overrides, case.on)
    next_check = Case(
        decision.standing, case.totals, Occasion.check, case.on, overrides=case.overrides
    )
    again = _judged(ladder, next_check)
    if again.standing != decision.standing:
        return case.on
    dates = [turn, again.grace_until]
    if again.reason is Reason.minimum_stay:
        dates.append(stay_ends_on(ladder, decision.since))
    return min((day for day in dates if day is not None), default=None)


def _left_alone(ladder: Ladder, case: Case, found: Outcome, review_on: date | None) -> Decision:
    aim = _aim(ladder, case)
    return Decision(
        level=case.held.level,
        position=aim.held or 0,
        since=case.held.since,
        state=case.held.state,
        grace_until=case.held.grace_until,
        moved=False,
        direction=None,
        reason=found.reason,
        row=found.row,
        earned=aim.earned,
        earned_level=ladder.key_at(aim.earned),
        target=aim.target,
        override=aim.limits.binding(aim.earned),
        at_risk_notice=False,
        review_on=review_on,
    )
