"""Orders of an ERP's file as the pipeline takes them; bad ones as they are kept and replayed."""

from datetime import datetime

from app.inbound.adapters.contract import Failure, Reading
from app.inbound.adapters.values import content_id
from app.inbound.imports.erp_files import Filed
from app.inbound.items import Item
from app.inbound.models import Source
from app.inbound.quarantine import UNREAD, Unusable
from app.inbound.receiving.bodies import facts_of, storable


def item_of_filed(source: Source, filed: Filed, event_id: str, received_at: datetime) -> Item:
    """A fact, or what is kept of an order that is none: a file of it alone.

    `event_id`: of the file, for an order that has no instant and so no id of its own.
    """
    if isinstance(filed.event, Failure):
        return _unusable(source, filed, filed.event)
    named = f"{event_id}#{filed.order_id}"
    (told,) = facts_of(source, named, Reading((filed.event,)), received_at)
    if told.failure is not None:
        return _unusable(source, filed, told.failure)
    return Item(told.event_id, told.fact, None)


def _unusable(source: Source, filed: Filed, failure: Failure) -> Item:
    identifier = content_id("file", filed.raw)
    kept = Unusable(
        event_id=identifier,
        source=source.key,
        type=UNREAD,
        said=filed.raw,
        reason=failure.reason,
        detail=storable(f"{filed.place}: {failure.detail}"),
        headers={},
    )
    return Item(identifier, None, kept)
