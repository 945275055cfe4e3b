"""What an explanation stands on: the rules, the windows, every order."""

from datetime import date
from enum import StrEnum

from app.kit.schemas import Schema
from app.policy.ladder import Downgrade, RefundDowngrade, Start, Strategy, Upgrade
from app.programs.windows import WindowSpec


class Because(StrEnum):
    """Why an order does not count; `organization`: it counts for the one it was placed for."""

    waiting = "waiting"
    status = "status"
    guest = "guest"
    refunded = "refunded"
    unconverted = "unconverted"
    deleted = "deleted"
    organization = "organization"
    window = "window"


class NamedMember(Schema):
    kind: str
    id: str


class RulesOut(Schema):
    """The ladder's settings, and of the program's those that count and date orders.

    `removed`: for a level that is gone, the position of the next one below it that remains.
    """

    strategy: Strategy
    upgrade: Upgrade
    downgrade: Downgrade
    min_stay_days: int
    grace_days: int
    refund_downgrade: RefundDowngrade
    start: Start
    removed: dict[str, int]
    active: bool
    currency: str
    time_zone: str
    counted_statuses: tuple[str, ...]
    dated_by: str
    amount_basis: str
    pooling: str
    effective_tier: str
    points_per_unit: str
    starts_on: date | None
    check_schedule: str


class SumsOut(Schema):
    spend: str
    orders: int
    largest_order: str
    points: int


class WindowOut(Schema):
    """`first` and `last`: the days that count, null if none do. Numbered from 0 in this order."""

    window: WindowSpec
    first: date | None
    last: date | None
    sums: SumsOut


class OrderLine(Schema):
    """`windows`: the numbers of those in which it counts. `excluded_because` null: it does count.

    `counted_amount` in the program's currency, net of refunds.
    """

    id: str
    source: str
    customer_id: str | None
    counts_for: NamedMember | None
    status: str | None
    day: date | None
    currency: str | None
    total: str | None
    refunded: str
    counted_amount: str
    points: int
    counted: bool
    windows: tuple[int, ...]
    excluded_because: Because | None
    date_substituted: bool
    basis_substituted: bool
    over_refunded: bool


class ActivityLine(Schema):
    """Points earned otherwise than by an order."""

    day: date
    points: int
    windows: tuple[int, ...]
