"""Completes the OpenAPI document: what every operation may answer is said once."""

import json
from typing import Any

from app.kit.errors.documents import problem_components
from app.kit.errors.problem import MEDIA_TYPE, phrase

METHODS = ("get", "put", "post", "patch", "delete")
COMMON = {
    400: "The body cannot be parsed.",
    401: "There is no valid API key.",
    403: "The key lacks the scope.",
    404: "There is nothing here by this name.",
    409: "It conflicts with what is there.",
    413: "The body is too large.",
    415: "The body is not JSON in UTF-8.",
    422: "Something in the request is not acceptable.",
    429: "Too many requests; see Retry-After.",
    503: "Not available at the moment; see Retry-After.",
}
TAG = {"ETag": {"description": "Of this state.", "schema": {"type": "string"}}}
UNCHANGED = {"description": "The caller has this state already.", "headers": TAG}
FRAMEWORK = ("HTTPValidationError", "ValidationError")

Document = dict[str, Any]


def completed(document: Document) -> Document:
    """The document with our errors in place of the framework's."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in FRAMEWORK:
        schemas.pop(name, None)
    schemas.update(problem_components())
    components["responses"] = {_name(status): _response(status) for status in COMMON}
    components["responses"]["NotModified"] = UNCHANGED
    for operation in operations(document["paths"]):
        _drop_frameworks(operation)
        _complete(operation)
        _demand_match(operation)
    for operation in operations(document.get("webhooks", {})):
        _drop_frameworks(operation)
    _close(document)
    return document


def as_text(document: Document) -> str:
    """The document as it is committed."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def operations(paths: Document) -> list[Document]:
    """Every operation of `paths` or `webhooks`."""
    return [item[method] for item in paths.values() for method in METHODS if method in item]


def _drop_frameworks(operation: Document) -> None:
    responses = operation["responses"]
    if MEDIA_TYPE not in responses.get("422", {}).get("content", {}):
        responses.pop("422", None)


def _complete(operation: Document) -> None:
    responses = operation["responses"]
    for response in responses.values():
        for content in response.get("content", {}).values():
            content.get("schema", {}).pop("title", None)
    for status in _possible(operation):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{_name(status)}"})
    if "If-None-Match" in _parameters(operation):
        responses["304"] = {"$ref": "#/components/responses/NotModified"}
        responses["200"]["headers"] = TAG | responses["200"].get("headers", {})
    operation["responses"] = dict(sorted(responses.items()))


def _demand_match(operation: Document) -> None:
    """Without If-Match an edit is refused, so it is no option, and null is none of its values."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "If-Match":
            text, _ = parameter["schema"].pop("anyOf")
            parameter["schema"] |= text
            parameter["required"] = True


def _close(node: Any) -> None:
    """An object whose keys follow a pattern takes no other keys."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node["additionalProperties"] = False
        for inner in node.values():
            _close(inner)
    elif isinstance(node, list):
        for inner in node:
            _close(inner)


def _parameters(operation: Document) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", [])}


def _possible(operation: Document) -> list[int]:
    statuses = [503]
    if operation.get("security"):
        statuses += [401, 403, 429]
    if "requestBody" in operation:
        statuses += [400, 413, 415, 422]
    names = _parameters(operation)
    if names:
        statuses.append(422)
    if "Idempotency-Key" in names:
        statuses.append(409)
    if "Tiers-Program" in names:
        statuses += [400, 404]
    return statuses


def _response(status: int) -> Document:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": f"{phrase(status)}: {COMMON[status]}",
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def _name(status: int) -> str:
    return phrase(status).replace(" ", "")
