"""The OpenAPI document: true, whole, and the one that is committed."""

import json
import re
from pathlib import Path

import pytest

from app.kit.openapi import as_text, operations
from app.main import openapi_document

COMMITTED = Path(__file__).parents[2] / "openapi" / "openapi.json"
REPEATABLE = {  # facts have ids of their own, the rest writes nothing
    "/v1/order-events",
    "/v1/order-events/batch",
    "/v1/activities",
    "/v1/inbound/{source}",
    "/v1/exchange/{source}",
    "/v1/customers/lookup",
    "/v1/customers/{customer_id}/quote",
    "/v1/organizations/{organization_id}/quote",
    "/v1/organizations/{organization_id}/contracts/{contract_id}/quote",
    "/v1/preview",
    "/v1/analytics/suggest-thresholds",
}
OPEN = {"/v1/inbound/{source}", "/v1/exchange/{source}", "/.well-known/jwks.json"}


@pytest.fixture(scope="module")
def document():
    return openapi_document()


def _by_name(document):
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict)
    }


def test_the_committed_document_is_current(document):
    assert COMMITTED.read_text("utf-8") == as_text(document)


def test_no_schema_is_named_after_a_file(document):
    """The framework does so where two schemas have one name."""
    assert [name for name in document["components"]["schemas"] if "__" in name] == []


def test_it_is_the_same_each_time(document):
    assert as_text(openapi_document()) == as_text(document)


def test_every_reference_leads_somewhere(document):
    text = json.dumps(document)

    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
        found = document
        for part in reference.split("/"):
            found = found[part]


def test_nothing_of_the_framework_is_left(document):
    assert "HTTPValidationError" not in json.dumps(document)


def test_operations_have_names_of_their_own(document):
    ids = [operation["operationId"] for operation in operations(document["paths"])]

    assert len(ids) == len(set(ids))


def test_every_operation_says_what_it_does(document):
    silent = [
        name
        for name, operation in _by_name(document).items()
        if not operation.get("description") or not operation.get("tags")
    ]

    assert silent == []


def test_every_operation_needs_a_key(document):
    unguarded = [
        name
        for name, operation in _by_name(document).items()
        if not operation.get("security") and name.partition(" ")[2] not in OPEN
    ]

    assert unguarded == []


def test_every_error_is_a_problem(document):
    wrong = [
        (name, status)
        for name, operation in _by_name(document).items()
        for status, response in operation["responses"].items()
        if status >= "400"
        and "$ref" not in response
        and set(response.get("content", {})) != {"application/problem+json"}
    ]

    assert wrong == []


def test_every_post_may_be_repeated(document):
    unsafe = [
        name
        for name, operation in _by_name(document).items()
        if name.startswith("POST ")
        and name.removeprefix("POST ") not in REPEATABLE
        and "Idempotency-Key" not in {one["name"] for one in operation.get("parameters", [])}
    ]

    assert unsafe == []


def test_limits_are_said_in_words_of_json_schema(document):
    unknown = re.findall(r'"(?:[gl][et]|m(?:in|ax)_length)":', json.dumps(document))

    assert unknown == []


def test_an_edit_has_to_say_what_it_changes(document):
    optional = [
        name
        for name, operation in _by_name(document).items()
        for one in operation.get("parameters", [])
        if one["name"] == "If-Match" and not (one["required"] and "428" in operation["responses"])
    ]

    assert optional == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/customers/{customer_id}",
        "/v1/organizations/{organization_id}",
        "/v1/organizations/{organization_id}/representatives/{customer_id}",
        "/v1/organizations/{organization_id}/contracts/{contract_id}",
    ],
)
def test_making_somebody_known_is_told_apart(document, path):
    responses = document["paths"][path]["put"]["responses"]

    assert responses["201"]["content"] == responses["200"]["content"]


def test_keys_that_follow_a_pattern_have_no_others_beside_them(document):
    open_ = [
        place
        for place in _objects(document)
        if "patternProperties" in place and place.get("additionalProperties") is not False
    ]

    assert open_ == []


def test_no_number_stands_for_money(document):
    numbers = re.findall(r'"type": "number"', json.dumps(document))

    assert numbers == []


def _objects(node):
    inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict):
        yield node
    for inner in inside:
        yield from _objects(inner)
