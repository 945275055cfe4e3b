"""The sources whose platforms write files of orders."""

from uuid import UUID
from zoneinfo import ZoneInfo

from app.inbound.adapters.contract import Rules
from app.inbound.imports.erp_files import NO_FILES, PLATFORMS
from app.inbound.models import Source
from app.inbound.sources.shown import source_row
from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.orders import service as orders


async def source_of_files(session: Session, program_id: UUID, key: str) -> Source:
    """A source as its files are read, without its secrets.

    Raises SourceNotFound, and RequestInvalid for a platform that writes none.
    """
    row = await source_row(session, program_id, key)
    if row.platform not in PLATFORMS:
        raise RequestInvalid([Fault("/query/source", "source_without_files", NO_FILES)])
    words = await orders.status_map(session, program_id, key)
    rules = Rules(words, row.currency_map, ZoneInfo(row.time_zone))
    return Source(row.id, program_id, key, row.platform, rules, row.test)
