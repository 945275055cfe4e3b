"""Page 6's checklist per route, held against every operation of the document."""

import gzip
import json

import pytest

from tests.proof.operations import operations

EDITED = (
    "settings",
    "tiers",
    "loyalty-stages",
    "definition",
    "sources",
    "endpoints",
    "push-targets",
)
OF_THEIR_OWN_ID = ("/order-events", "/activities", "/inbound/", "/exchange/")
WRITES_NOTHING = ("/lookup", "/quote", "/preview", "/suggest-thresholds")
KIBIBYTE = 1024
OF_FILES = {"POST /v1/imports", "POST /v1/inbound/{source}", "POST /v1/exchange/{source}"}
WIDE = {"POST /v1/order-events/batch", "POST /v1/preview", "PUT /v1/definition"}
OPERATIONS = list(operations())
WITH_BODY = [one for one in OPERATIONS if "requestBody" in one.said and one.name not in OF_FILES]
HOSTILE = {
    "deep": (b"[" * 40, {}, {400}),
    "wide": (json.dumps({f"k{n}": 1 for n in range(10_001)}).encode(), {}, {400}),
    "twice": (b'{"a": 1, "a": 2}', {}, {422}),
    "compressed": (gzip.compress(b"{}"), {"Content-Encoding": "gzip"}, {415}),
    "lines, compressed": (
        gzip.compress(b"{}"),
        {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"},
        {415},
    ),
    "a form": (b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}, {415}),
    "announced too large": (b"{}", {"Content-Length": "104857601"}, {413}),
}


def parameters(operation):
    return {one["name"] for one in operation.said.get("parameters", ())}


def edits():
    for one in OPERATIONS:
        if one.method in {"PATCH", "PUT", "DELETE"} and one.path.split("/")[2] in EDITED:
            yield one


async def sent(web, operation, headers, body):
    said = {"Content-Type": "application/json", **headers}
    return await web.request(operation.method, operation.at(), headers=said, content=body)


def test_every_edit_of_configuration_asks_for_if_match():
    found = {one.name: "If-Match" in parameters(one) for one in edits()}

    assert len(found) >= 14
    assert [name for name, asks in found.items() if not asks] == []
    assert [one.name for one in edits() if not {"412", "428"} <= set(one.said["responses"])] == []


def test_every_post_that_may_be_told_twice_takes_a_key_for_it():
    without = [
        one.path
        for one in OPERATIONS
        if one.method == "POST" and "Idempotency-Key" not in parameters(one)
    ]
    meant = [*OF_THEIR_OWN_ID, *WRITES_NOTHING]

    assert [path for path in without if not any(part in path for part in meant)] == []


@pytest.mark.parametrize("name", HOSTILE)
async def test_no_operation_reads_a_hostile_body(web, program, name):
    body, more, statuses = HOSTILE[name]
    headers = await program.mint("ingest", "read", "configure", "operate", "admin")
    headers |= {"If-Match": "*", **more}

    found = {one.name: (await sent(web, one, headers, body)).status_code for one in WITH_BODY}

    if name == "wide":  # these may hold a whole definition, or 500 orders
        found = {one: status for one, status in found.items() if one not in WIDE}
    assert len(found) >= 40
    assert {one: status for one, status in found.items() if status not in statuses} == {}
