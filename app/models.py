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
from app.kit.citus.placements import LOCAL, REFERENCE, Placements, distributed
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

_BY_MEMBER = distributed("member_id", beside="members")
PLACEMENTS: Placements = {
    "members": distributed("member_id"),
    "changes": _BY_MEMBER,
    "contracts": _BY_MEMBER,
    "day_totals": _BY_MEMBER,
    "order_events": _BY_MEMBER,
    "orders": _BY_MEMBER,
    "overrides": _BY_MEMBER,
    "points_entries": _BY_MEMBER,
    "positions": _BY_MEMBER,
    "representations": _BY_MEMBER,
    "order_refs": distributed("order_key"),
    "event_refs": distributed("event_key"),
    "exchange_rates": REFERENCE,
    "program_versions": REFERENCE,
    "programs": REFERENCE,
    "status_maps": REFERENCE,
    **dict.fromkeys(
        (
            *("api_keys", "attempts", "check_slices", "checks", "deliveries", "endpoints"),
            *("erase_keys", "exchange_files", "exchange_parts", "exchange_sessions", "feeds"),
            *("fetches", "idempotency_keys", "import_chunks", "import_findings", "imports"),
            *("inbound_replays", "leases", "messages", "polls", "push_looks", "push_sweeps"),
            *("push_targets", "pushes", "remaps", "source_apis", "source_counts"),
            *("source_secrets", "sources", "token_keys"),
        ),
        LOCAL,
    ),
}
"""Where each table lives on a cluster. Facts and what follows from them lie with their member;
programs are copied to every machine; what one process at a time works through stays at home."""

__all__ = [
    "KEPT",
    "PLACEMENTS",
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
