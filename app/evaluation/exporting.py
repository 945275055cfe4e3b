"""Every customer and organization with what it holds and what that gives, row by row."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import date
from typing import Any

from app.evaluation import holdings, profiles
from app.evaluation.profiles import View
from app.kit.db import Session, rows, sql
from app.programs.rules import TIERS, Rules

PAGE = sql(__file__, "export_page")
AT_ONCE = 500
COLUMNS = (
    "id", "kind", "organization_id", "tags", "joined_on", "currency", "known_on",
    "tier", "tier_name", "tier_since", "tier_state", "stages", "stages_since",
    "discount_percent", "points_multiplier", "benefit_tags", "user_group", "entitlements",
    "points_balance",
)  # fmt: skip


async def customers(
    session: Session, rules: Rules, on: date
) -> AsyncGenerator[Mapping[str, Any], None]:
    """By kind and id. A customer who represents an organization holds what that one holds."""
    place = {"kind": "", "after": ""}
    while found := await rows(session, PAGE, program_id=rules.program_id, most=AT_ONCE, **place):
        views = await profiles.views(session, rules, on, [one.member_id for one in found])
        for one in found:
            yield _row(rules, one._asdict(), views[one.member_id])
        place = {"kind": found[-1].kind, "after": found[-1].id}


def _row(rules: Rules, said: Mapping[str, Any], view: View) -> dict[str, Any]:
    held = holdings.held_by(rules, view)
    tier = next((one for one in held if one.ladder == TIERS), None)
    stages = [one for one in held if one.ladder != TIERS]
    standing = tier.held.standing if tier else None
    given = holdings.benefits(rules, view)
    return {
        **said,
        "organization_id": view.organization.external_id if view.organization else None,
        "tier": tier.key if tier else None,
        "tier_name": tier.name if tier else None,
        "tier_since": standing.since if standing else None,
        "tier_state": standing.state.value if standing else None,
        "stages": {one.ladder: one.key for one in stages} or None,
        "stages_since": _since(stages),
        "discount_percent": given.discount_percent,
        "points_multiplier": given.points_multiplier,
        "benefit_tags": list(given.tags),
        "user_group": given.user_group,
        "entitlements": list(given.entitlements),
        "points_balance": view.account.balance,
    }


def _since(stages: Sequence[holdings.Holding]) -> dict[str, str] | None:
    since = {one.ladder: one.held.standing.since for one in stages}
    return {track: day.isoformat() for track, day in since.items() if day} or None
