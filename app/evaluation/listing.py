"""Members and what they hold, page by page; the history of one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from app.access.caller import Caller
from app.customers.models import Who
from app.evaluation.membership import require_known
from app.evaluation.schemas.listing import HeldStage, HeldTier, MemberOut
from app.kit import pages
from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.kit.pages import Page
from app.outbound import history
from app.outbound.schemas import ChangeOut
from app.policy.decision import State
from app.programs import service as programs
from app.programs.rules import TIERS, Rules
from app.standings import service as standings
from app.standings.listed import Holding, Listed, Wanted

START = ("", "")
LIST = "members of {} {}"


class Asked(NamedTuple):
    """What a caller filters members by; all of it holds."""

    tier: str | None = None
    stage: str | None = None
    state: State | None = None
    changed_since: datetime | None = None


async def members(
    session: Session, caller: Caller, asked: Asked, now: datetime, place: tuple[str | None, int]
) -> Page[MemberOut]:
    """A page of members, customers before organizations, each in the order of ids.

    `place`: the cursor and how many. Raises RequestInvalid for levels that are not there.
    """
    cursor, limit = place
    rules = await programs.rules_of(session, caller.program_id)
    wanted = _wanted(rules, asked, now)
    name = LIST.format(caller.program_id, asked)
    key = pages.after(name, cursor, str, str)
    after = (key[0], key[1]) if key else START
    found = await standings.members(session, caller.program_id, wanted, after, limit + 1)
    shown, following = pages.page(name, found, limit, lambda one: (one.kind, one.external_id))
    held = await standings.holdings(session, caller.program_id, [one.member_id for one in shown])
    items = tuple(_member(rules, one, held.get(one.member_id, ())) for one in shown)
    return Page(items=items, next=following)


async def changes(
    session: Session, caller: Caller, who: Who, cursor: str | None, limit: int
) -> Page[ChangeOut]:
    """What has happened to a member, the newest first.

    Raises CustomerNotFound and OrganizationNotFound.
    """
    await require_known(session, caller.program_id, who)
    return await history.history(session, caller.program_id, who.member_id, cursor, limit)


def _wanted(rules: Rules, asked: Asked, now: datetime) -> Wanted:
    faults = []
    stage = None if asked.stage is None else rules.definition.stage(asked.stage)
    if asked.tier is not None and rules.definition.tier(asked.tier) is None:
        faults.append(Fault("/query/tier", "unknown_level", "There is no such tier."))
    if asked.stage is not None and stage is None:
        faults.append(Fault("/query/stage", "unknown_level", "There is no such loyalty stage."))
    if faults:
        raise RequestInvalid(faults)
    return Wanted(
        on=programs.today(rules, now),
        sleeping=rules.sleeping,
        tier=asked.tier,
        stage=(stage.track, stage.key) if stage else None,
        state=asked.state,
        changed_since=asked.changed_since,
    )


def _member(rules: Rules, one: Listed, held: Iterable[Holding]) -> MemberOut:
    shown = [holding for holding in held if holding.position or holding.state != State.held]
    tiers = [HeldTier(**_held(rules, holding)) for holding in shown if holding.ladder == TIERS]
    stages = [
        HeldStage(track=holding.ladder, **_held(rules, holding))
        for holding in shown
        if holding.ladder != TIERS
    ]
    said = {"kind": one.kind, "id": one.external_id, "tier": tiers[0] if tiers else None}
    return MemberOut.model_validate({**said, "stages": tuple(stages)})


def _held(rules: Rules, one: Holding) -> dict[str, Any]:
    level = None if one.level_key is None else rules.level(one.ladder, one.level_key)
    position = level.position if level and level.position else one.position
    return {
        "key": one.level_key,
        "name": level.name if level else one.level_key,
        "position": position,
        "since": one.since_on,
        "state": State(one.state),
    }
