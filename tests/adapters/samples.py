"""The shared samples: bodies as platforms send them, and what reading each gives."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.inbound.adapters import ADAPTERS, currency_map_of
from app.inbound.adapters.contract import Rules
from app.inbound.adapters.documents import parse

SHARED = Path(os.environ.get("TIERS_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES = SHARED / "data" / "samples"
AMOUNTS = {"total", "tax", "shipping", "discount", "other_tender", "quantity", "amount", "rate"}
INSTANTS = {"occurred_at", "placed_at", "paid_at", "closed_at", "cancelled_at", "at"}

needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the shared samples are not beside the checkout (TIERS_SHARED)"
)


@dataclass(frozen=True)
class Sample:
    """One file of the manifest. `expected` None: nothing is said of it."""

    file: str
    platform: str
    kind: str
    headers: dict[str, str]
    received_at: datetime
    rules: Rules
    expected: dict[str, Any] | None
    secret: str | None
    documents: tuple[str, ...]

    @property
    def adapter(self):
        return ADAPTERS[self.platform]

    @property
    def body(self):
        return body_of(self.file)

    def read(self):
        """What the adapter reads: of a document of an API, with those that belong to it."""
        if self.kind == "webhook" or not hasattr(self.adapter, "read_documents"):
            return self.adapter.read(self.headers, self.body, self.rules)
        order = parse(self.body)
        if self.platform == "cs_cart":
            return self.adapter.read(self.headers, self.body, self.rules)
        more = [parse(body_of(one)) for one in self.documents]
        documents = {"order": order, **dict(zip(["refunds"], more, strict=False))}
        return self.adapter.read_documents(str(order["id"]), documents, self.rules)


@cache
def body_of(file):
    return (SAMPLES / file).read_bytes()


@cache
def samples():
    """Those of the platforms that are read today."""
    if not SAMPLES.is_dir():
        return ()
    manifest = json.loads((SAMPLES / "manifest.json").read_text("utf-8"))
    expected = json.loads((SAMPLES / "expected.json").read_text("utf-8"))["expected"]
    known = [one for one in manifest["samples"] if one["platform"] in ADAPTERS]
    return tuple(_sample(one, expected, manifest["secrets"]) for one in known)


def _sample(said, expected, secrets):
    adapter, own = ADAPTERS[said["platform"]], said.get("rules", {})
    zone = ZoneInfo(own.get("time_zone", "UTC"))
    currencies = {**currency_map_of(adapter), **own.get("currency_map", {})}
    return Sample(
        file=said["file"],
        platform=said["platform"],
        kind=said["kind"],
        headers=said.get("headers", {}),
        received_at=datetime.fromisoformat(said.get("received_at", "2026-11-22T10:00:00Z")),
        rules=Rules(adapter.STATUS_MAP, currencies, zone),
        expected=expected.get(said["file"]),
        secret=None if said.get("unsigned") else secrets.get(said["platform"]),
        documents=tuple(said.get("documents", ())),
    )


def each(wanted=lambda _: True):
    """A parameter `sample`; without the shared folder one that is skipped."""
    found = [one for one in samples() if wanted(one)]
    given = [pytest.param(one, id=one.file) for one in found]
    return pytest.mark.parametrize(
        "sample", given or [pytest.param(None, marks=needs_samples, id="absent")]
    )


def vectors():
    """A parameter `vector`: a signature, good or bad."""
    file = SAMPLES / "vectors.json"
    found = json.loads(file.read_text("utf-8"))["vectors"] if file.is_file() else []
    given = [pytest.param(one, id=one["id"]) for one in found]
    return pytest.mark.parametrize(
        "vector", given or [pytest.param(None, marks=needs_samples, id="absent")]
    )


def normal(value, name=""):
    """Amounts as decimals, instants as instants, a missing field as null, lines by id."""
    if isinstance(value, dict):
        return {key: normal(one, key) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        members = [normal(one) for one in value]
        return sorted(members, key=lambda one: one["id"]) if name == "lines" else members
    if name in AMOUNTS and value is not None:
        return Decimal(value)
    return datetime.fromisoformat(value) if name in INSTANTS else value
