"""What a shop asks about customers and organizations: tier, stages, benefits, progress, points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn
from uuid import UUID

from app.access.caller import Caller
from app.customers.models import Who
from app.evaluation import holdings, profiles, progressing
from app.evaluation.errors import LadderNotFound
from app.evaluation.membership import UNKNOWN
from app.evaluation.profiles import Profile, View
from app.evaluation.progressing import Course, checks_after, main_ladder, shown_keys
from app.evaluation.repository import Known
from app.evaluation.schemas.answers import (
    BenefitsOut,
    CustomerTiers,
    HoldingOut,
    LookupItem,
    LookupOut,
    OrganizationTiers,
    PointsOut,
    ProgressOut,
)
from app.kit.db import Session
from app.policy.days import DayTotal
from app.policy.ladder import Ladder
from app.programs import service as programs
from app.programs.rules import TIERS, Rules


@dataclass(frozen=True, slots=True)
class Asked:
    """A member in its program as of today; `days`: by member, of whoever holds for it."""

    rules: Rules
    on: date
    view: View
    days: Mapping[UUID, Sequence[DayTotal]]

    @property
    def account(self) -> Profile:
        """Where its orders of today count, and so its points."""
        return self.view.account

    def holding(self) -> HoldingOut:
        return holdings.shown(self.rules, self.view, self.on)

    def benefits(self) -> BenefitsOut:
        return holdings.benefits(self.rules, self.view)

    def course(self, ladder: Ladder, of: Profile | None = None) -> Course:
        """`of` None: of whoever holds for it on the ladder."""
        holder = of or self.view.on(self.rules, ladder.name)
        days = self.days.get(holder.member_id, ())
        return Course.of(self.rules, ladder, holder, days, self.on)

    def progress(self, ladder: Ladder) -> ProgressOut:
        shown = shown_keys(self.rules, ladder)
        return progressing.progress(self.course(ladder), checks_after(self.rules, self.on), shown)


async def customer(
    session: Session, caller: Caller, who: Who, now: datetime, *, default: bool
) -> CustomerTiers:
    """All about one customer. `default`: an unknown one is answered as holding nothing.

    Raises CustomerNotFound, also for one that was merged into another: its positions have ended.
    """
    asked = await asked_alone(session, caller, who, now, default=default)
    return shown_customer(asked, who)


def shown_customer(asked: Asked, who: Who) -> CustomerTiers:
    """All about one customer that was asked about."""
    organization = asked.view.organization
    return CustomerTiers(
        **whole(asked),
        id=who.external_id,
        organization_id=organization.external_id if organization else None,
        personal=_personal(asked),
    )


async def organization(
    session: Session, caller: Caller, who: Who, now: datetime
) -> OrganizationTiers:
    """All about one organization. Raises OrganizationNotFound."""
    asked = await asked_alone(session, caller, who, now)
    parent = asked.view.organization
    return OrganizationTiers(
        **whole(asked),
        id=who.external_id,
        parent_id=parent.external_id if parent else None,
        personal=_personal(asked),
    )


async def holding(session: Session, caller: Caller, who: Who, now: datetime) -> HoldingOut:
    """The tier and the stages alone. Raises CustomerNotFound and OrganizationNotFound."""
    return (await asked_alone(session, caller, who, now, days=False)).holding()


async def benefits(session: Session, caller: Caller, who: Who, now: datetime) -> BenefitsOut:
    """The benefits alone. Raises CustomerNotFound and OrganizationNotFound."""
    return (await asked_alone(session, caller, who, now, days=False)).benefits()


async def progress(
    session: Session, caller: Caller, who: Who, now: datetime, ladder: str | None
) -> ProgressOut:
    """The progress on one ladder, unasked on the main one.

    Raises CustomerNotFound, OrganizationNotFound and LadderNotFound.
    """
    asked = await asked_alone(session, caller, who, now)
    return asked.progress(ladder_of(asked.rules, ladder))


async def lookup(session: Session, caller: Caller, ids: Sequence[str], now: datetime) -> LookupOut:
    """What these customers hold, in the order asked, in as many statements as for one."""
    rules = await programs.rules_of(session, caller.program_id)
    on = programs.today(rules, now)
    members = [Who.of(caller.program_id, "customer", one).member_id for one in ids]
    views = await profiles.views(session, rules, on, members)
    found = [(one, views.get(member)) for one, member in zip(ids, members, strict=True)]
    return LookupOut(items=tuple(_item(rules, on, *one) for one in found))


def ladder_of(rules: Rules, name: str | None) -> Ladder:
    """The ladder of that name, the main one for None. Raises LadderNotFound."""
    found = main_ladder(rules) if name is None else rules.ladder(name)
    if found is None:
        raise LadderNotFound
    return found


async def asked_alone(
    session: Session,
    caller: Caller,
    who: Who,
    now: datetime,
    *,
    days: bool = True,
    default: bool = False,
) -> Asked:
    """As `asked_about`, where it is all that is read: mostly by one statement on its own."""
    guess = programs.guessed(caller.program_id)
    if guess is not None:
        on = programs.today(guess, now)
        found = await profiles.alone(session, guess, on, who.member_id, days=days)
        if found is not None:
            return Asked(found.rules, on, found.view, {who.member_id: found.days})
    return await asked_about(session, caller, who, now, days=days, default=default)


async def asked_about(
    session: Session,
    caller: Caller,
    who: Who,
    now: datetime,
    *,
    days: bool = True,
    default: bool = False,
) -> Asked:
    """A member as of today. `days` False: without the days that its totals come from.

    Raises CustomerNotFound and OrganizationNotFound, unless by `default` it holds nothing.
    """
    rules = await programs.rules_of(session, caller.program_id)
    on = programs.today(rules, now)
    view = (await profiles.views(session, rules, on, [who.member_id])).get(who.member_id)
    if view is None and not default:
        refuse_unknown(who)
    if view is None or not days:
        return Asked(rules, on, view or _nobody(who), {})
    held = await profiles.days_of(session, rules, on, view.holders(rules))
    return Asked(rules, on, view, held)


def refuse_unknown(who: Who) -> NoReturn:
    """Raises CustomerNotFound, OrganizationNotFound or ContractNotFound."""
    raise UNKNOWN[who.kind]


def _nobody(who: Who) -> View:
    known = Known(who.member_id, 0, frozenset(), None, {}, {})
    nothing = Profile(
        kind=who.kind,
        external_id=who.external_id,
        represents=None,
        incomplete=False,
        counting=0,
        balance=0,
        known=known,
    )
    return View(nothing)


def _personal(asked: Asked) -> HoldingOut | None:
    """What it holds itself while it stands for another."""
    own = View(asked.view.own)
    return holdings.shown(asked.rules, own, asked.on) if asked.view.above else None


def whole(asked: Asked) -> dict[str, Any]:
    """What is told of every kind of member."""
    tiers = asked.rules.ladder(TIERS)
    assert tiers is not None
    earned = asked.course(tiers, asked.account).totals.sums[0].points
    return {
        "active": asked.rules.enabled,
        "as_of": asked.on,
        **dict(asked.holding()),
        "benefits": asked.benefits(),
        "progress": asked.progress(main_ladder(asked.rules)),
        "points": PointsOut(balance=asked.account.balance, earned_in_window=earned),
        "incomplete": asked.account.incomplete,
    }


def _item(rules: Rules, on: date, customer_id: str, view: View | None) -> LookupItem:
    seen = view or _nobody(Who(UUID(int=0), "customer", customer_id))
    return LookupItem(
        id=customer_id,
        found=view is not None,
        **dict(holdings.shown(rules, seen, on)),
        benefits=holdings.benefits(rules, seen),
    )
