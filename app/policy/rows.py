"""Is the move applied now? The rows of semantics 7, one to twelve."""

from datetime import date
from typing import NamedTuple

from app.policy.dates import shifted
from app.policy.ladder import Downgrade, Ladder, RefundDowngrade, Upgrade
from app.policy.standing import Case, Occasion, Reason, State


class Outcome(NamedTuple):
    """`row` 0 is a nudge, a start, or a position that is left alone."""

    position: int
    reason: Reason
    row: int
    state: State = State.held
    grace_until: date | None = None
    announces: bool = False


def outcome(ladder: Ladder, case: Case, held: int, earned: int) -> Outcome:
    """The row for a member at `held` who has earned `earned`, clamped by overrides.

    Only rows 5, 6 and 10 carry a running grace on; every other ends it.
    """
    if earned > held:
        return _rise(ladder, case, held, earned)
    if earned == held:
        return Outcome(held, Reason.unchanged, 4)
    if case.occasion is Occasion.order:
        return _fall_by_order(ladder, case, held, earned)
    return _fall(ladder, case, held, earned)


def stay_ends_on(ladder: Ladder, since: date | None) -> date:
    """The first date on which the minimum stay allows a fall."""
    return date.min if since is None else shifted(since, ladder.min_stay_days) or date.max


def _rise(ladder: Ladder, case: Case, held: int, earned: int) -> Outcome:
    if case.occasion is not Occasion.order:
        return Outcome(earned, Reason.qualified, 3)
    if ladder.upgrade is Upgrade.immediate:
        return Outcome(earned, Reason.qualified, 1)
    return Outcome(held, Reason.awaits_check, 2, State.pending_upgrade)


def _fall_by_order(ladder: Ladder, case: Case, held: int, earned: int) -> Outcome:
    grace = case.held.grace_until
    if not case.took_away:
        return Outcome(held, Reason.awaits_check, 5, case.held.state, grace)
    if ladder.downgrade is Downgrade.never:
        return Outcome(held, Reason.downgrades_off, 6, State.held, grace)
    if ladder.refund_downgrade is RefundDowngrade.at_check:
        return Outcome(held, Reason.awaits_check, 6, State.at_risk, grace)
    return _fall(ladder, case, held, earned)


def _fall(ladder: Ladder, case: Case, held: int, earned: int) -> Outcome:
    postponed = None if case.force else _postponed(ladder, case, held)
    if postponed:
        return postponed
    if ladder.downgrade is Downgrade.one_step:
        return Outcome(ladder.next_below(held), Reason.shortfall, 12)
    return Outcome(earned, Reason.shortfall, 11)


def _postponed(ladder: Ladder, case: Case, held: int) -> Outcome | None:
    if ladder.downgrade is Downgrade.never:
        return Outcome(held, Reason.downgrades_off, 8)
    if case.on < stay_ends_on(ladder, case.held.since):
        return Outcome(held, Reason.minimum_stay, 9, State.at_risk)
    if ladder.grace_days == 0:
        return None
    until = case.held.grace_until or shifted(case.on, ladder.grace_days) or date.max
    if case.on >= until:
        return None
    announces = case.held.grace_until is None
    return Outcome(held, Reason.grace, 10, State.at_risk, until, announces)
