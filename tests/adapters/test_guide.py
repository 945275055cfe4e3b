"""The guide of the README: what it shows is a whole adapter, and works by its name alone."""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest

from app.inbound.adapters import ADAPTERS
from app.inbound.adapters.contract import Rules
from app.inbound.models import Delivery, Source
from app.inbound.receiving import bodies as receiving
from app.inbound.schemas.sources import SourceIn
from tests.adapters.hostile import ODD_BODIES, answer

README = Path(__file__).parents[2] / "README.md"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAID = {
    "id": 9007199254740993, "state": "sent/by post", "buyer": "c-7", "currency": "EUR",
    "total": "120.50", "placed": "2026-11-20T10:00:00+01:00", "changed": "2026-11-21T10:00:00Z",
}  # fmt: skip


@pytest.fixture
def acme(monkeypatch):
    """The guide's adapter, under its name for this test."""
    [_, section] = README.read_text("utf-8").split("## Add a platform\n")
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    module = ModuleType("acme")
    exec(compile(found[1], "README.md", "exec"), module.__dict__)
    monkeypatch.setitem(ADAPTERS, "acme", module)
    return module


def deliver(said, topic="order"):
    body = json.dumps(said).encode()
    signature = hmac.new(b"a secret", body, hashlib.sha256).hexdigest()
    headers = {"x-acme-signature": signature, "x-acme-topic": topic}
    return Delivery(headers, body, NOON)


def source_of(adapter):
    return Source(UUID(int=1), UUID(int=2), "shop", "acme", Rules(adapter.STATUS_MAP))


def test_the_guides_adapter_is_found_by_its_name(acme):
    delivery = deliver(SAID)

    [item] = receiving.received(source_of(acme), delivery).items

    assert acme.verify(["a secret"], delivery.headers, delivery.body)
    assert not acme.verify(["another"], delivery.headers, delivery.body)
    assert (item.fact.source, item.fact.order_id) == ("shop", "9007199254740993")
    assert (item.fact.body["status"], item.fact.body["total"]) == ("closed", "120.5")
    assert item.fact.body["placed_at"] == "2026-11-20T09:00:00Z"


def test_the_guides_adapter_says_why_it_cannot_read(acme):
    bad = {**SAID, "state": "lost"}, {**SAID, "total": "1,5"}, {**SAID, "currency": "XXX"}

    found = [receiving.received(source_of(acme), deliver(one)).items for one in bad]

    assert [one.unusable.reason for [one] in found] == [
        "unmapped_status",
        "bad_amount",
        "unknown_currency",
    ]
    assert receiving.received(source_of(acme), deliver(SAID, "stock")).ignored == "other_topic"


def test_the_guides_adapter_has_an_answer_to_odd_bodies(acme):
    for body in ODD_BODIES:
        answer(acme, {"x-acme-topic": "order"}, body, Rules(acme.STATUS_MAP))


@pytest.mark.usefixtures("acme")
def test_a_source_can_be_of_the_guides_platform():
    made = SourceIn(key="shop", platform="acme", secrets=["a secret of ours"])

    assert made.platform == "acme"
