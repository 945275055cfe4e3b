"""The thresholds that would put given parts of all members on the levels of a ladder."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple
from uuid import UUID

from app.insight import repository
from app.insight.repository import Reached
from app.insight.schemas import SuggestedLevel, SuggestIn, Suggestion
from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.policy.ladder import Ladder
from app.policy.money import to_major
from app.policy.window import bounds
from app.programs import service as programs
from app.programs.rules import Rules

MONEY = {"spend", "largest_order"}
PLACES = Decimal("0.000001")


class Cut(NamedTuple):
    """`reach` members have `at_least` or more, `tied` of them exactly that."""

    at_least: int
    reach: int
    tied: int


async def suggest(
    session: Session, program_id: UUID, asked: SuggestIn, now: datetime
) -> Suggestion:
    """What each level would have to ask, by what members have in the ladder's window today.

    As near to the targets as the values allow: members with the same value stay together.
    Raises RequestInvalid for levels that are not there, parts of more than all members, and a
    window that differs by member.
    """
    rules = await programs.rules_of(session, program_id)
    ladder, keys = _ladder(rules, asked)
    on = programs.today(rules, now)
    days = bounds(ladder.windows[0], on, starts_on=rules.starts_on)
    if days is None:
        raise RequestInvalid([Fault("/ladder", "window_unknown", "Its window has no fixed days.")])
    members = await repository.members_known(session, program_id, on, sleeping=rules.sleeping)
    shares = [Decimal(asked.target[key]) for key in reversed(keys)]
    ranks = [max(1, round(share * members)) for share in accumulate(shares)]
    column = asked.metric.removesuffix("_order")
    binds = {"metric": column, "as_of": on, "sleeping": rules.sleeping}
    found = await repository.reached(session, program_id, binds, days, ranks)
    cuts = [_cut(found, rank, members) for rank in ranks]
    return Suggestion(
        ladder=ladder.name,
        metric=asked.metric,
        from_=days.first,
        to=days.last,
        members=members,
        levels=tuple(_levels(rules, asked, keys, cuts, members)),
    )


def _ladder(rules: Rules, asked: SuggestIn) -> tuple[Ladder, list[str]]:
    """The ladder, and its levels that have a target, lowest first."""
    ladder = rules.ladder(asked.ladder)
    if ladder is None:
        raise RequestInvalid([Fault("/ladder", "unknown_ladder", "There is no such ladder.")])
    keys = [level.key for level in ladder.levels if level.key in asked.target]
    if unknown := sorted(asked.target.keys() - set(keys)):
        detail = "There is no such level on the ladder."
        raise RequestInvalid([Fault(f"/target/{key}", "unknown_level", detail) for key in unknown])
    if sum(map(Decimal, asked.target.values())) > 1:
        raise RequestInvalid([Fault("/target", "above_all", "Together more than all members.")])
    return ladder, keys


def _cut(found: Sequence[Reached], rank: int, members: int) -> Cut:
    """The value whose reach is nearest to the rank; `found` is highest first."""
    row = next((one for one in found if one.reach >= rank), None)
    if row is None:
        lowest = found[-1:]
        nothing = Cut(0, members, members - sum(one.reach for one in lowest))
        some = [Cut(one.value, one.reach, one.members) for one in lowest]
        return min([*some, nothing], key=lambda cut: abs(cut.reach - rank))
    here = Cut(row.value, row.reach, row.members)
    if row.above is None or row.reach - rank <= rank - (row.reach - row.members):
        return here
    return Cut(row.above, row.reach - row.members, row.tied_above)


def _levels(
    rules: Rules, asked: SuggestIn, keys: Sequence[str], cuts: Sequence[Cut], members: int
) -> list[SuggestedLevel]:
    """`cuts` are highest first."""
    levels, above = [], 0
    for key, cut in zip(reversed(keys), cuts, strict=True):
        levels.append(_level(rules, asked, key, cut, (cut.reach - above, members)))
        above = cut.reach
    return levels[::-1]


def _level(
    rules: Rules, asked: SuggestIn, key: str, cut: Cut, part: tuple[int, int]
) -> SuggestedLevel:
    text = rules.level(asked.ladder, key)
    target = Decimal(asked.target[key])
    share = Decimal(part[0]) / part[1] if part[1] else Decimal(0)
    money = asked.metric in MONEY
    return SuggestedLevel(
        key=key,
        name=text.name if text else key,
        target=asked.target[key],
        at_least=to_major(cut.at_least, rules.exponent) if money else cut.at_least,
        members=part[0],
        share=f"{share.quantize(PLACES):f}",
        off_by=f"{(share - target).quantize(PLACES):f}",
        tied=cut.tied,
    )
