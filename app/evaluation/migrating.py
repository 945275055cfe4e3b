"""What an old system says of members, held against what is held here. Writes nothing."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from app.customers.models import Who
from app.evaluation import profiles
from app.evaluation.holdings import in_force
from app.evaluation.profiles import Profile, View
from app.evaluation.progressing import Course, criteria
from app.evaluation.schemas.answers import CriterionOut
from app.evaluation.schemas.migration import Difference, Why
from app.kit.db import Session
from app.policy.criteria import Level, Metric
from app.policy.ladder import Ladder
from app.policy.override import Override
from app.policy.requirement import requirements
from app.programs import service as programs
from app.programs.rules import TIERS, Rules

SAYINGS: dict[Why, str] = {
    "unknown_member": "No order, customer or organization of this id is known.",
    "disabled": "The program is disabled: nothing is decided.",
    "overridden": "An override is in force.",
    "given_by_hand": "The imported level is only given by hand.",
    "waits_for_check": "The criteria hold; the upgrade comes with a check.",
    "criteria_missing": "The criteria of the imported level do not hold.",
    "earned_more": "The criteria of the computed level hold.",
    "still_held": "The computed level is held still; a downgrade has not come.",
}


class Told(NamedTuple):
    """What the old system says: `level` is a key, None for none."""

    who: Who
    ladder: str
    level: str | None
    since: date | None


class Compared(NamedTuple):
    """`computed`: the level held here. `difference` None: they agree."""

    computed: str | None
    difference: Difference | None


def level_named(rules: Rules, ladder: str, name: str) -> str | None:
    """The level in force that a text names, by its key or else by its name."""
    found = rules.ladder(ladder)
    keys = [level.key for level in found.levels] if found else []
    texts = [text for key in keys if (text := rules.level(ladder, key))]
    wanted = name.strip().casefold()
    named = [text.key for text in texts if wanted in {text.key, text.name.casefold()}]
    return min(named, key=lambda key: key != wanted, default=None)


async def compare(
    session: Session, rules: Rules, told: Sequence[Told], now: datetime
) -> list[Compared]:
    """What is held in place of what is told, in its order; in three statements for all."""
    on = programs.today(rules, now)
    views = await profiles.views(session, rules, on, {one.who.member_id for one in told})
    holders = [holder for view in views.values() for holder in view.holders(rules)]
    days = await profiles.days_of(session, rules, on, holders)
    found = []
    for one in told:
        view, ladder = views.get(one.who.member_id), rules.ladder(one.ladder)
        assert ladder is not None
        if view is None:
            unlike = None if one.level is None else _difference(one, None, "unknown_member")
            found.append(Compared(None, unlike))
            continue
        holder = view.on(rules, one.ladder)
        course = Course.of(rules, ladder, holder, days[holder.member_id], on)
        found.append(_compared(one, view, holder, course))
    return found


def _compared(one: Told, view: View, holder: Profile, course: Course) -> Compared:
    held = course.case.held.level
    computed = held if course.ladder.position_of(held) else None
    if computed == one.level:
        return Compared(computed, None)
    why = _why(course, holder, one.level, computed)
    higher = _higher(course.ladder, one.level, computed)
    asked = criteria(course, requirements(higher.enter, course.totals)) if higher else ()
    other = None if holder == view.own else holder
    return Compared(
        computed,
        _difference(one, computed, why, asked).model_copy(
            update={
                "incomplete": holder.incomplete,
                "holder": other.external_id if other else None,
                "holder_id": other.member_id if other else None,
            }
        ),
    )


def _why(course: Course, holder: Profile, imported: str | None, computed: str | None) -> Why:
    ladder = course.ladder
    if not course.rules.enabled:
        return "disabled"
    if _override(course, holder, computed):
        return "overridden"
    rises = _position(ladder, imported) > _position(ladder, computed)
    level = _higher(ladder, imported, computed)
    assert level is not None
    entered = level.entered_by(course.totals)
    if not rises:
        return "earned_more" if entered else "still_held"
    if not level.automatic:
        return "given_by_hand"
    return "waits_for_check" if entered else "criteria_missing"


def _override(course: Course, holder: Profile, held: str | None) -> Override | None:
    told = holder.overrides(course.ladder.name)
    return in_force(course.ladder, told, held, course.case.on)


def _higher(ladder: Ladder, *keys: str | None) -> Level | None:
    return ladder.level_at(max(_position(ladder, key) for key in keys))


def _position(ladder: Ladder, key: str | None) -> int:
    return ladder.position_of(key) or 0


def _difference(
    one: Told, computed: str | None, why: Why, asked: Iterable[CriterionOut] = ()
) -> Difference:
    told = tuple(asked)
    return Difference(
        member_id=one.who.member_id,
        kind=one.who.kind,
        id=one.who.external_id,
        ladder=one.ladder,
        imported=one.level,
        computed=computed,
        since=one.since.isoformat() if one.since else None,
        reason=why,
        detail=" ".join([SAYINGS[why], *map(_said, told)]),
        criteria=told,
        incomplete=False,
        holder=None,
        holder_id=None,
    )


def _said(one: CriterionOut) -> str:
    if one.metric is Metric.tags:
        return f"Tag {one.tag}: {'there' if one.value else 'missing'}."
    return f"{one.metric.value} {one.value} of {one.needed}, {one.missing} missing."


__all__ = ["TIERS", "Compared", "Told", "compare", "level_named"]
