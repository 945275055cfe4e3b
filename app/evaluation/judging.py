"""Totals, then `decide`: reads, judges, writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.evaluation import repository
from app.evaluation.repository import Asked, Known
from app.evaluation.runs import Run
from app.kit.db import Session
from app.orders.models import Touch
from app.policy.criteria import Criterion, Metric, Sums, Totals
from app.policy.decision import Case, Decision, decide
from app.policy.ladder import Ladder
from app.policy.money import to_major
from app.policy.override import Override
from app.policy.window import Days, Window, WindowKind, bounds, next_turn
from app.programs.rules import Rules
from app.standings.moves import Held, Verdict

NOTHING = Sums()
UNTOUCHED = Touch()
UNHELD = Held()
MONEY = {Metric.spend, Metric.largest_order}


@dataclass(frozen=True, slots=True)
class Judged:
    """One member on one ladder: what was known, and what `decide` made of it."""

    known: Known
    ladder: Ladder
    case: Case
    verdict: Verdict


async def judge(
    session: Session,
    run: Run,
    members: Iterable[UUID],
    touches: Mapping[UUID, Touch] | None = None,
    nudges: Mapping[UUID, Override] | None = None,
) -> list[Judged]:
    """What every ladder says of these members, in id order; sleeping ones are left out.

    `touches`: what facts have just done to them; `nudges`: the ones that act now.
    """
    rules = run.rules
    anchored = any(_anchored(ladder) for ladder in rules.ladders)
    asked = Asked(run.program_id, run.on, rules.sleeping, anchored)
    found = await repository.known(session, asked, members)
    totals = await totals_of(session, rules, run.on, found)
    return judge_known(run, found, totals, touches, nudges)


def judge_known(
    run: Run,
    found: Sequence[Known],
    totals: Mapping[tuple[UUID, str], Totals],
    touches: Mapping[UUID, Touch] | None = None,
    nudges: Mapping[UUID, Override] | None = None,
) -> list[Judged]:
    """The same of members that are known, by their totals on each ladder."""
    return [
        _judged(run, ladder, one, totals[one.member_id, ladder.name], touches or {}, nudges or {})
        for one in found
        for ladder in run.rules.ladders
    ]


async def totals_of(
    session: Session, rules: Rules, on: date, found: Sequence[Known]
) -> dict[tuple[UUID, str], Totals]:
    """(member, ladder) → totals over the ladder's windows as of `on`."""
    windows = list(dict.fromkeys(one for ladder in rules.ladders for one in ladder.windows))
    asked = [
        (one.member_id, number, days)
        for one in found
        for number, window in enumerate(windows)
        if (days := _days(rules, window, on, one.anchor)) is not None
    ]
    sums = await repository.sums(session, asked)
    return {
        (one.member_id, ladder.name): Totals(
            tuple(
                sums.get((one.member_id, windows.index(window)), NOTHING)
                for window in ladder.windows
            ),
            one.tags,
        )
        for one in found
        for ladder in rules.ladders
    }


def _days(rules: Rules, window: Window, on: date, anchor: date | None) -> Days | None:
    return bounds(window, on, anchor=anchor, starts_on=rules.starts_on)


def _judged(
    run: Run,
    ladder: Ladder,
    one: Known,
    totals: Totals,
    touches: Mapping[UUID, Touch],
    nudges: Mapping[UUID, Override],
) -> Judged:
    held = one.held.get(ladder.name, UNHELD)
    overrides = one.overrides.get(ladder.name, ())
    touch = touches.get(one.member_id, UNTOUCHED)
    nudge = nudges.get(one.member_id)
    case = Case(
        held=held.standing,
        totals=totals,
        occasion=run.occasion,
        on=run.on,
        took_away=touch.took_away,
        force=run.force,
        is_new=one.is_new,
        overrides=overrides,
        nudge=nudge if nudge in overrides else None,
    )
    decision = decide(ladder, case)
    verdict = Verdict(
        member_id=one.member_id,
        member_version=one.version,
        ladder=ladder.name,
        held=held,
        decision=decision,
        review_on=_review_on(run, ladder, one, held, decision),
        metrics=() if run.trial or not decision.moved else metrics(run.rules, ladder, totals),
        order_key=touch.order_key,
    )
    return Judged(one, ladder, case, verdict)


def _review_on(run: Run, ladder: Ladder, one: Known, held: Held, decision: Decision) -> date | None:
    """Also the next start of a window that starts with the member.

    A day before the last scheduled check knows less than that check did: what it changes, and
    what is still to be looked at, the next check looks at.
    """
    asked = [decision.review_on]
    if one.anchor is not None and _anchored(ladder):
        asked += [
            next_turn(window, run.on, anchor=one.anchor)
            for window in ladder.windows
            if window.kind is WindowKind.anniversary
        ]
    checked_on = run.rules.checked_on
    if checked_on is not None and run.on < checked_on:
        differs = decision.standing != held.standing
        asked += [run.on] if differs else [held.review_on]
    return min((day for day in asked if day is not None), default=None)


def _anchored(ladder: Ladder) -> bool:
    return any(window.kind is WindowKind.anniversary for window in ladder.windows)


def metrics(rules: Rules, ladder: Ladder, totals: Totals) -> list[dict[str, Any]]:
    """Every value that the ladder asks for, with the threshold of each level.

    Money as decimal strings; `window` is an index into the ladder's windows.
    """
    exponent = rules.exponent
    found: dict[tuple[Metric, int, str | None], dict[str, Any]] = {}
    for level in ladder.levels:
        for kind, criteria in (("enter", level.enter), ("keep", level.keep or ())):
            for one in criteria:
                place = (one.metric, one.window, one.tag)
                entry = found.get(place) or found.setdefault(place, _metric(exponent, one, totals))
                entry[kind][level.key] = _threshold(exponent, one.metric, one.at_least)
    return list(found.values())


def _metric(exponent: int, one: Criterion, totals: Totals) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "metric": one.metric,
        "window": one.window,
        "value": _amount(exponent, one.metric, one.value(totals)),
        "enter": {},
        "keep": {},
    }
    return entry if one.tag is None else {**entry, "tag": one.tag}


def _amount(exponent: int, metric: Metric, value: int) -> str | int:
    return to_major(value, exponent) if metric in MONEY else value


_threshold = lru_cache(maxsize=4_096)(_amount)
"""The same few for every move."""
