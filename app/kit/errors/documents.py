"""How errors look in the OpenAPI document."""

from collections import defaultdict
from typing import Any

from app.kit.errors.problem import MEDIA_TYPE, AppError, phrase
from app.kit.schemas import Schema

REFERENCE = {"$ref": "#/components/schemas/Problem"}


class FaultOut(Schema):
    """One reason of a refusal; the pointer is a JSON pointer into the body."""

    pointer: str
    code: str
    detail: str


class Problem(Schema):
    """Problem details (RFC 9457). `code` is stable; texts are for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    request_id: str
    errors: tuple[FaultOut, ...] | None = None


def problems(*classes: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """What a route declares as `responses=`: each class under its status, with its code."""
    by_status: dict[int | str, list[type[AppError]]] = defaultdict(list)
    for one in classes:
        by_status[one.status].append(one)
    return {status: _response(int(status), some) for status, some in by_status.items()}


def problem_components() -> dict[str, Any]:
    """The schemas that the responses refer to."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


def _response(status: int, classes: list[type[AppError]]) -> dict[str, Any]:
    codes = ", ".join(f"`{one.code}`" for one in classes)
    return {
        "description": f"{phrase(status)}: {codes}",
        "content": {MEDIA_TYPE: {"schema": REFERENCE}},
    }
