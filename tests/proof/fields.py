"""Every field of every operation, by the kind of its values, each inside a request that is good.

The OpenAPI document is all that is asked, so a new field is sent hostile values the day it is
there; a pattern that no kind knows stops the campaign.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from app.kit import schemas, texts
from app.kit.pages import After
from app.main import openapi_document
from app.programs.specs import Factor
from tests.proof.operations import Operation, operations

Json = Any
Wrap = Callable[[Json], Json]

TYPES = {
    "key": schemas.Key, "money": schemas.Money, "signed_money": schemas.SignedMoney,
    "rate": schemas.Rate, "percent": schemas.Percent, "factor": Factor,
    "currency": schemas.CurrencyCode, "time_zone": schemas.TimeZone, "cron": schemas.Cron,
    "cursor": After,
}  # fmt: skip
PATTERNS = {
    **{TypeAdapter(one).json_schema()["pattern"]: kind for kind, one in TYPES.items()},
    "^[0-9A-Za-z]{12}$": "key_id",
    "^[A-Za-z0-9._~-]{1,256}$": "challenge",
    "^[a-z_]{1,40}$": "code",
    r"^(0\.[0-9]{1,6}|1(\.0{1,6})?)$": "share",
    texts.ONE_LINE.replace("*", "{0,64}"): "written",
    "^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.(?:t?[1-9][0-9]{0,17})$": "delivery_id",
}
BEYOND_32_BITS = 2**53
NAMED = {"boolean": "flag", "object": "object", "array": "list"}
FORMATS = {"date": "day", "date-time": "instant", "uuid": "uuid"}
LENGTHS = {
    255: "id", 200: "name", 2_000: "text", 500: "reason", 1_000: "header", 40: "exchange",
    64: "network", 2_048: "url", 4_096: "url",
}  # fmt: skip
GOOD = {
    "id": "good-1", "name": "Good", "text": "Good", "reason": "Good reason", "key": "gold",
        "money": "5.00",
    "signed_money": "5.00", "rate": "1.5", "percent": "5.00", "factor": "1.5", "currency": "EUR",
    "time_zone": "UTC", "cron": "15 0 * * *", "cursor": None, "instant": "2026-11-22T10:00:00Z",
    "day": "2026-11-22", "integer": 1, "flag": True, "threshold": "7.00",
    "uuid": None, "key_id": None, "header": "*", "window": {"rolling_days": 365},
    "big_integer": 1, "challenge": "abc", "written": "EURO", "network": "203.0.113.7",
    "url": "https://hook.example/in", "code": "not_valid", "exchange": "sale", "delivery_id": None,
    "share": "0.05",
    "secret": "whsec_YSBzdGFuZGFyZCB3ZWJob29rcyB0ZXN0IGtleSAwMDE=",
}  # fmt: skip

# What a field needs beside it to be good; schema's title, then the field.
BESIDE: Mapping[str, Mapping[str, Json]] = {
    "CriterionSpec": {
        "metric": {"at_least": "7.00"},
        "at_least": {"metric": "spend"},
        "window": {"metric": "spend", "at_least": "7.00"},
    },
    "OverrideIn": {"level": {"mode": "exact"}, "ladder": {"ladder": "tiers"}},
    "CheckIn": {"force": {"reason": "Good reason"}},
    "SourceIn": {"unsigned": {"platform": "agora"}, "api": {"platform": "shopify"}},
}
WORDS = {"mode": "freeze", "metric": "spend", "status": "paid"}
FRESH = {
    ("ProgramIn", "key"), ("TierIn", "key"), ("StageIn", "key"), ("*", "event_id"),
    ("*", "activity_id"), ("SourceIn", "key"), ("OrderIn", "id"), ("MergeIn", "removed_id"),
}  # fmt: skip


class Field(NamedTuple):
    """`place`: path, query, header or body. `wrap`: the whole body with a value in the field."""

    operation: Operation
    place: str
    name: str
    kind: str
    wrap: Wrap


class Fresh:
    """Names that are used once."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> str:
        self.number += 1
        return f"fresh-{self.number}"


class Reader:
    """Reads schemas of one document."""

    def __init__(self) -> None:
        self.document = openapi_document()
        self.fresh = Fresh()

    def fields(self) -> Iterator[Field]:
        for one in operations(self.document):
            for said in one.said.get("parameters", ()):
                [schema, *_] = self.variants(said["schema"])
                yield Field(one, said["in"], said["name"], kind_of(schema), lambda value: value)
            for pointer, kind, wrap in self.leaves(self.body_of(one) or {"type": "none"}):
                yield Field(one, "body", pointer, kind, wrap)

    def body_of(self, operation: Operation) -> Json | None:
        content = operation.said.get("requestBody", {}).get("content", {})
        if "application/x-ndjson" in content:
            return self.batch()
        return content.get("application/json", {}).get("schema")

    def good(self, schema: Json, title: str = "*", name: str = "") -> Json:
        """A value that this schema takes, with nothing that may be left out."""
        [schema, *_] = self.variants(schema)
        if (title, name) in FRESH or ("*", name) in FRESH:
            return self.fresh()
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return WORDS.get(name, schema["enum"][0])
        if schema["type"] == "object":
            return self.whole(schema)
        if schema["type"] == "array":
            return [self.good(schema["items"])] * schema.get("minItems", 0)
        return GOOD[kind_of(schema)]

    def whole(self, schema: Json) -> dict[str, Json]:
        title, properties = schema.get("title", "*"), schema.get("properties", {})
        if schema.get("minProperties"):
            [values] = schema["patternProperties"].values()
            return {"USD": self.good(values)}
        return {one: self.good(properties[one], title, one) for one in schema.get("required", ())}

    def leaves(self, schema: Json) -> Iterator[tuple[str, str, Wrap]]:
        """(pointer, kind, wrap) of everything inside that takes a value; objects and lists too."""
        if whole := kind_of_several(self.variants(schema)):
            yield "", whole, lambda value: value
            return
        for one in self.variants(schema):
            kind = one.get("type")
            if kind == "object" and "properties" in one:
                yield "", "object", lambda value: value
                yield from self.members(one)
            elif kind == "object":
                yield "", "object", lambda value: value
                yield from self.entries(one)
            elif kind == "array":
                yield "", "list", lambda value: value
                for pointer, found, wrap in self.leaves(one["items"]):
                    yield f"/0{pointer}", found, lambda value, wrap=wrap: [wrap(value)]
            elif kind != "none":
                yield "", kind_of(one), lambda value: value

    def members(self, schema: Json) -> Iterator[tuple[str, str, Wrap]]:
        title = schema.get("title", "*")
        for name, inner in schema["properties"].items():
            beside = BESIDE.get(title, {}).get(name, {})

            def around(value: Json, name: str = name, beside: Json = beside) -> Json:
                return {**self.whole(schema), **beside, name: value}

            for pointer, kind, wrap in self.leaves(inner):
                yield (
                    f"/{name}{pointer}", kind,
                    lambda value, wrap=wrap, around=around: around(wrap(value)),
                )  # fmt: skip

    def entries(self, schema: Json) -> Iterator[tuple[str, str, Wrap]]:
        """Of an object whose keys are data: a key, and what is inside."""
        for pattern, inner in schema.get("patternProperties", {}).items():
            kind = PATTERNS.get(pattern, "id")
            key = "USD" if kind == "currency" else "track-1"
            yield "/*", kind, lambda value, inner=inner: {value: self.good(inner)}
            for pointer, found, wrap in self.leaves(inner):
                yield (
                    f"/{key}{pointer}",
                    found,
                    lambda value, key=key, wrap=wrap: {key: wrap(value)},
                )

    def variants(self, schema: Json) -> list[Json]:
        """The schemas that a value may have; null is told apart."""
        if "$ref" in schema:
            found = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            return self.variants(found)
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return [one for inner in schema[several] for one in self.variants(inner)]
        return [] if schema.get("type") == "null" else [schema]

    def batch(self) -> Json:
        """Of the batch route the document says only that events are objects."""
        [event] = (one for one in operations(self.document) if one.path == "/v1/order-events")
        events = {"type": "array", "minItems": 1, "items": self.body_of(event)}
        return {"type": "object", "required": ["events"], "properties": {"events": events}}


def kind_of_several(variants: list[Json]) -> str | None:
    """The kind of a field that takes values of several types."""
    types = {one.get("type") for one in variants}
    if {"const": "lifetime", "type": "string"} in variants:
        return "window"
    return "threshold" if types == {"string", "integer"} else None


def kind_of(schema: Json) -> str:
    """The name of a corpus. Raises KeyError for what no kind knows."""
    if "enum" in schema or "const" in schema:
        return "word"
    if schema.get("writeOnly"):
        return "secret"
    if schema["type"] == "integer":
        return "big_integer" if schema.get("maximum", 0) > BEYOND_32_BITS else "integer"
    if schema["type"] in NAMED:
        return NAMED[schema["type"]]
    if "format" in schema:
        return FORMATS[schema["format"]]
    return PATTERNS.get(schema.get("pattern")) or LENGTHS[schema["maxLength"]]
