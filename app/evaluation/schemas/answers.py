"""What a shop is told about a customer or an organization. Page 4, "People"."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.kit.schemas import MISSING, Id, Schema
from app.policy.criteria import Metric
from app.policy.override import OverrideMode
from app.policy.standing import State
from app.programs.windows import WindowSpec

MOST_IDS = 500

Amount = Annotated[str | int, Field(description="A decimal string for money, else an integer.")]
Shown = Annotated[str | None, Field(description="Null for a level that is not shown.")]


class TierOut(Schema):
    """The tier that is held. `until`: the last day of the override in force, if it has one."""

    key: Shown
    name: Shown
    position: int
    since: date | None
    state: State
    until: date | None
    overridden: OverrideMode | None


class StageOut(Schema):
    """The loyalty stage that is held on one track."""

    track: str
    key: Shown
    name: Shown
    position: int
    since: date | None


class DiscountOut(Schema):
    """One discount of a level that is held; `products` empty = all."""

    ladder: str
    key: Shown
    discount_percent: str
    products: tuple[str, ...]


class BenefitsOut(Schema):
    """What the levels held give together.

    `discount_percent`: the best single discount that fits every product; `discounts`: all, the
    best first, also those for some products only.
    """

    discount_percent: str
    points_multiplier: str
    tags: tuple[str, ...]
    user_group: str | None
    entitlements: tuple[str, ...]
    discounts: tuple[DiscountOut, ...]


class CriterionOut(Schema):
    """A criterion against what there is. `window` is told where it is not the ladder's own."""

    metric: Metric
    value: Amount
    needed: Amount
    missing: Amount
    tag: str | MISSING = MISSING
    window: WindowSpec | MISSING = MISSING


class NextOut(Schema):
    """The next level and what is missing. `match` any: one of the criteria is enough."""

    key: str
    name: str
    match: Literal["all", "any"]
    criteria: tuple[CriterionOut, ...]


class KeepOut(Schema):
    """What it takes to keep the level held; amounts are null if it asks no spend.

    `falls_off_on`: the first scheduled evaluation that lowers it if nothing more comes, null =
    none; `to`: the level then, null = none or one that is not shown; `needed_to_keep`: the spend
    that is missing on that date.
    """

    missing: str | None
    falls_off_on: date | None
    to: str | None
    needed_to_keep: str | None


class ProgressOut(Schema):
    """`next` null: no level above; `keep` null: no level is held."""

    ladder: str
    next: NextOut | None
    keep: KeepOut | None


class PointsOut(Schema):
    """`earned_in_window`: what counts in the window of the tier ladder."""

    balance: int
    earned_in_window: int


class HoldingOut(Schema):
    """What a member holds. `tier` null: none."""

    tier: TierOut | None
    stages: tuple[StageOut, ...]


class MemberTiers(HoldingOut):
    """`incomplete`: orders wait for an exchange rate and do not count yet."""

    id: str
    active: bool
    as_of: date
    benefits: BenefitsOut
    progress: ProgressOut
    points: PointsOut
    incomplete: bool


class OrganizationTiers(MemberTiers):
    """All that is known of an organization's tiers as of today.

    One that belongs to a parent has the parent's; `personal` is its own then.
    """

    parent_id: str | None
    personal: HoldingOut | None


class CustomerTiers(MemberTiers):
    """All that is known of a customer's tiers as of today.

    A customer who represents an organization has the organization's, or with the setting
    `effective_tier: best_of_both` the better of both; `personal` is its own then.
    """

    organization_id: str | None
    personal: HoldingOut | None


class LookupIn(Schema):
    """Customers in the order in which they are answered; an id may be asked for twice."""

    ids: Annotated[list[Id], Field(max_length=MOST_IDS, examples=[["c-7", "c-8"]])]


class LookupItem(HoldingOut):
    """An unknown customer holds nothing."""

    id: str
    found: bool
    benefits: BenefitsOut


class LookupOut(Schema):
    items: tuple[LookupItem, ...]
