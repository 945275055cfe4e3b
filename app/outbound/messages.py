"""What deliveries say: made once for each change, and put into the form an endpoint wants."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from app.kit.db import Session
from app.outbound import feed
from app.outbound.feeding import FeedRow
from app.outbound.parcels import Due, Message, Post, Taken, Target, message_id
from app.outbound.repository import feed as changes
from app.outbound.repository import messages as repository
from app.outbound.schemas import TEST_TYPE
from app.outbound.signing import signed
from app.programs import service as programs
from app.programs.rules import Rules

SPEC_VERSION = "1.0"
HEADER_SAFE = "".join(chr(one) for one in range(0x21, 0x7F) if chr(one) not in '"%')
JSON_TYPE = "application/json"


async def due(
    session: Session, program_id: UUID, endpoint_id: UUID, taken: Sequence[Taken]
) -> list[Due]:
    """Claimed deliveries with their messages; what was not told before is stored now."""
    told = await messages(session, program_id, [one.feed_seq for one in taken if not one.is_test])
    if any(one.is_test for one in taken):
        rules = await programs.rules_of(session, program_id)
        tests = [_test(rules, endpoint_id, one) for one in taken if one.is_test]
        told |= {one.feed_seq: one for one in tests}
    return [Due(one, told[one.feed_seq]) for one in taken]


async def messages(
    session: Session, program_id: UUID, feed_seqs: Sequence[int]
) -> dict[int, Message]:
    """The messages of changes by their numbers, the same bytes for whoever asks."""
    told = await repository.messages(session, program_id, feed_seqs)
    missing = [one for one in feed_seqs if one not in told]
    if missing:
        found = await changes.changes_at(session, program_id, missing)
        rules = await feed.rules_of(session, program_id, found)
        made = [(row.member_id, _message(rules[row.version], row)) for row in found]
        await repository.add_messages(session, program_id, made)
        told |= await repository.messages(session, program_id, missing)
    return told


def post(target: Target, due: Due, at: datetime) -> Post:
    """The request of an attempt: the message as it always is, signed at this instant."""
    message = due.message
    id_ = message_id(target, message.feed_seq)
    if target.format == "cloudevents":
        body, more = message.data, _cloud_event(id_, message)
    else:
        body, more = standard_body(message), {}
    signatures = signed(id_, at, body, target.secrets)
    return Post(target.url, {"content-type": JSON_TYPE, **signatures, **more}, body)


def standard_body(message: Message) -> bytes:
    """The body that Standard Webhooks asks for."""
    head = f'{{"type":"{message.type}","timestamp":"{message.timestamp}","data":'
    return head.encode() + message.data + b"}"


def _cloud_event(id_: UUID, message: Message) -> dict[str, str]:
    """The attributes of CloudEvents in binary mode; of the program itself there is no subject."""
    data = json.loads(message.data)
    attributes = {
        "ce-specversion": SPEC_VERSION,
        "ce-id": str(id_),
        "ce-source": f"/programs/{data['program']}",
        "ce-type": message.type,
        "ce-time": message.timestamp,
    }
    if "sequence" in data:
        attributes["ce-sequence"] = str(data["sequence"])
    if member := data.get("member"):
        subject = f"{member['kind']}/{member['id'] or ''}"
        attributes["ce-subject"] = quote(subject, safe=HEADER_SAFE)
    return attributes


def _message(rules: Rules, row: FeedRow) -> Message:
    told = feed.item(rules, row).model_dump(mode="json", by_alias=True)
    return Message(row.feed_seq, told["type"], told["timestamp"], _json(told["data"]))


def _test(rules: Rules, endpoint_id: UUID, taken: Taken) -> Message:
    """Made from its row alone, so that it is the same again."""
    said = {"program": rules.key, "endpoint": str(endpoint_id)}
    at = taken.created_at.isoformat().replace("+00:00", "Z")
    return Message(taken.feed_seq, TEST_TYPE, at, _json(said))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
