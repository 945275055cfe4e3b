"""Events in quarantine, searched for an id: nobody has read them, so nobody knows whose."""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from app.kit.db import Session, rows, run, sql

SEARCH = sql(__file__, "erase_search")
EMPTY = sql(__file__, "erase_unread")
AT_ONCE = 200
FIRST = UUID(int=0)
ENCODINGS = ("utf-8", "windows-1251", "utf-16-le")


async def empty_of(session: Session, program_id: UUID, ids: Iterable[str]) -> None:
    """Empty what may hold one of these ids; better one event too many than one too few."""
    needles = sorted({needle for one in ids for needle in needles_of(one)})
    found = re.compile(b"|".join(map(_alone, needles)))
    after = FIRST
    while True:
        binds = {"needles": needles, "after": after, "number": AT_ONCE}
        some = await rows(session, SEARCH, program_id=program_id, **binds)
        hit = [row for row in some if found.search(_whole(row))]
        if hit:
            members, events = [row.member_id for row in hit], [row.event_key for row in hit]
            binds = {"member_ids": members, "event_keys": events}
            await run(session, EMPTY, program_id=program_id, **binds)
        if len(some) < AT_ONCE:
            return
        after = some[-1].event_key


def needles_of(id_: str) -> set[bytes]:
    """How the id may be written in a body: in each encoding, also as JSON and XML escape it."""
    spelled = {id_, json.dumps(id_)[1:-1], json.dumps(id_, ensure_ascii=False)[1:-1]}
    spelled.add(id_.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    found = set()
    for text in spelled:
        for encoding in ENCODINGS:
            with suppress(UnicodeEncodeError):
                found.add(text.encode(encoding))
    return found


def _whole(row: Any) -> bytes:
    texts = (row.event_id, row.detail, row.said)
    return b"\n".join([row.raw or b"", *(text.encode() for text in texts if text)])


def _alone(needle: bytes) -> bytes:
    """The id where it is not a part of a longer word or number."""
    return rb"(?<![0-9A-Za-z_-])" + re.escape(needle) + rb"(?![0-9A-Za-z_-])"
