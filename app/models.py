"""Every table, imported once: the metadata that migrations are held against."""

from collections.abc import Mapping

from app.access.models import ApiKey, IdempotencyKey, TokenKey
from app.checks.models import Check, CheckSlice
from app.customers.contract_models import Contract
from app.customers.models import EraseKeyRow, Member, Representation
from app.inbound.exchange.models import ExchangeFile, ExchangePart, ExchangeSession
from app.inbound.fetching.models import Fetch, Poll, SourceApi
from app.inbound.imports.models import ImportChunk, ImportFinding, ImportRow
from app.inbound.inbox.models import InboundReplay
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
from app.outbound.pushes.models import Push, PushLook, PushSweep, PushTarget
from app.points.models import PointsEntry
from app.programs.models import ExchangeRate, Program, ProgramVersion
from app.standings.models import Change, Override, Position

KEPT: Mapping[str, str] = {
    "order_events": "UPDATE (outcome, reason, detail)",
    "changes": "UPDATE (feed_seq)",
    "program_versions": "",
    "points_entries": "",
}
"""The tables of evidence, with what the service's role may do there beside reading and adding."""

__all__ = [
    "KEPT",
    "ApiKey",
    "Attempt",
    "Change",
    "Check",
    "CheckSlice",
    "Contract",
    "DayTotal",
    "Delivery",
    "Endpoint",
    "EraseKeyRow",
    "EventRef",
    "ExchangeFile",
    "ExchangePart",
    "ExchangeRate",
    "ExchangeSession",
    "Feed",
    "Fetch",
    "IdempotencyKey",
    "ImportChunk",
    "ImportFinding",
    "ImportRow",
    "InboundReplay",
    "Lease",
    "Member",
    "Message",
    "Order",
    "OrderEvent",
    "OrderRef",
    "Override",
    "PointsEntry",
    "Poll",
    "Position",
    "Program",
    "ProgramVersion",
    "Push",
    "PushLook",
    "PushSweep",
    "PushTarget",
    "Remap",
    "Representation",
    "SourceApi",
    "SourceCount",
    "SourceRow",
    "SourceSecret",
    "StatusMapRow",
    "TokenKey",
    "metadata",
]
