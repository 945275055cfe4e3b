"""Every table, imported once: the metadata that migrations are held against."""

from app.access.models import ApiKey, IdempotencyKey
from app.checks.models import Check, CheckSlice
from app.customers.models import Member, Representation
from app.inbound.models import SourceCount, SourceRow, SourceSecret
from app.kit.tables import metadata
from app.orders.models import (
    DayTotal,
    EventRef,
    Order,
    OrderEvent,
    OrderRef,
    Remap,
    StatusMapRow,
)
from app.outbound.models import Attempt, Delivery, Endpoint, Feed, Lease, Message
from app.points.models import PointsEntry
from app.programs.models import ExchangeRate, Program, ProgramVersion
from app.standings.models import Change, Override, Position

__all__ = [
    "ApiKey",
    "Attempt",
    "Change",
    "Check",
    "CheckSlice",
    "DayTotal",
    "Delivery",
    "Endpoint",
    "EventRef",
    "ExchangeRate",
    "Feed",
    "IdempotencyKey",
    "Lease",
    "Member",
    "Message",
    "Order",
    "OrderEvent",
    "OrderRef",
    "Override",
    "PointsEntry",
    "Position",
    "Program",
    "ProgramVersion",
    "Remap",
    "Representation",
    "SourceCount",
    "SourceRow",
    "SourceSecret",
    "StatusMapRow",
    "metadata",
]
