"""Members in lists: who holds what."""

from datetime import date
from typing import Literal

from app.kit.schemas import Schema
from app.policy.decision import State


class HeldTier(Schema):
    """Null key: on no tier, with something to wait for."""

    key: str | None
    name: str | None
    position: int
    since: date | None
    state: State


class HeldStage(HeldTier):
    track: str


class MemberOut(Schema):
    kind: Literal["customer", "organization", "contract"]
    id: str
    tier: HeldTier | None
    stages: tuple[HeldStage, ...]
