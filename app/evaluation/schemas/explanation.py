"""Why a member holds what it holds. From the JSON alone the decision can be computed again."""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.evaluation.schemas.answers import Amount, CriterionOut, KeepOut, NextOut
from app.evaluation.schemas.grounds import (
    ActivityLine,
    NamedMember,
    OrderLine,
    RulesOut,
    WindowOut,
)
from app.kit.schemas import MISSING, Schema
from app.policy.criteria import Metric
from app.policy.override import OverrideMode
from app.policy.standing import Direction, Occasion, Reason, State


class Note(Schema):
    """Something to know when reading it."""

    code: str
    detail: str


class LevelCriterion(Schema):
    """`window` is a number of the windows, null for a tag."""

    metric: Metric
    window: int | None
    value: Amount
    needed: Amount
    missing: Amount
    holds: bool
    tag: str | MISSING = MISSING


class LevelLine(Schema):
    """`entered`: automation may enter it by the sums; `kept`: who holds it may stay."""

    key: str
    name: str
    position: int
    visible: bool
    automatic: bool
    match: Literal["all", "any"]
    move_to_next: bool
    criteria: tuple[LevelCriterion, ...]
    keep: tuple[LevelCriterion, ...] | None
    entered: bool
    kept: bool


class HeldOut(Schema):
    """What is held before the decision. `told_by`: the position itself, or the history of it."""

    level: str | None
    position: int
    since: date | None
    state: State
    grace_until: date | None
    told_by: Literal["position", "changes"]


class OverrideLine(Schema):
    """`recorded`: the greater is the newer."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    id: str
    mode: OverrideMode
    level: str | None
    from_: Annotated[date, Field(alias="from")]
    until: date | None
    recorded: int
    in_force: bool
    reason: str | None
    author: str | None


class EarnedOut(Schema):
    level: str | None
    position: int


class DecisionOut(Schema):
    """What a check as of the date decides. `row`: of the table in semantics 7; 0 where none is.

    `earned` by the facts; `target`: the position that the overrides make of it.
    """

    occasion: Occasion
    row: int
    reason: Reason
    moved: bool
    direction: Direction | None
    level: str | None
    position: int
    since: date | None
    state: State
    grace_until: date | None
    earned: EarnedOut
    target: int
    override: str | None


class KeepLine(KeepOut):
    """`criteria` as of the date; `criteria_then` as of the date on which it falls."""

    criteria: tuple[CriterionOut, ...]
    criteria_then: tuple[CriterionOut, ...] | None


class Explanation(Schema):
    """As of one date; hidden levels are named: this is for the merchant, not for customers.

    `orders`: all in the windows, dated later, or not longer before them than they are long; the
    twelve before them in any case. `anchor`: from which windows that begin with the member count.
    """

    asked: NamedMember
    member: NamedMember
    ladder: str
    as_of: date
    version: int
    notes: tuple[Note, ...]
    rules: RulesOut
    anchor: date | None
    tags: tuple[str, ...]
    is_new: bool
    windows: tuple[WindowOut, ...]
    orders: tuple[OrderLine, ...]
    activities: tuple[ActivityLine, ...]
    levels: tuple[LevelLine, ...]
    overrides: tuple[OverrideLine, ...]
    held: HeldOut
    decision: DecisionOut
    next: NextOut | None
    keep: KeepLine | None
