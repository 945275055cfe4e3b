"""Every exception becomes problem details, or nothing that was not meant to be seen."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.kit.errors.problem import (
    MOST_FAULTS,
    AppError,
    Fault,
    HttpProblem,
    MethodNotAllowed,
    NotFound,
    RequestInvalid,
    Unparsable,
    problem,
)
from app.kit.strict_json import SAYABLE

CODES = {"missing": "required", "extra_forbidden": "unknown_field"}
DETAILS = {
    "missing": "This is required.",
    "extra_forbidden": "There is no such field.",
    "union_tag_invalid": "This is none of the kinds there are.",
    "uuid_parsing": "Must be an id as we gave it.",
    "string_unicode": "Must be Unicode text.",
}


def install_handlers(app: FastAPI) -> None:
    """Let `app` answer errors as problem details."""

    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == MethodNotAllowed.status:
            allowed = allowed_methods(app.openapi(), request.url.path)
            return problem(_not_allowed(allowed, error.headers), request.scope)
        if error.status_code == NotFound.status:
            return problem(NotFound("There is no such address."), request.scope)
        return problem(HttpProblem(error.status_code, error.headers), request.scope)

    app.exception_handler(HTTPException)(http)
    app.exception_handler(AppError)(_app_error)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(ClientDisconnect)(_gone)


def faults(errors: Sequence[Mapping[str, Any]], body: Any = None) -> list[Fault]:
    """Pydantic's errors without anything that came in. `body`: what they were found in."""
    return [_fault(error, body) for error in errors[:MOST_FAULTS]]


def allowed_methods(document: Mapping[str, Any], path: str) -> list[str]:
    """The methods that the document knows for a path."""
    return sorted(
        method.upper()
        for template, item in document["paths"].items()
        if re.fullmatch(re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(template)), path)
        for method in item
        if method in {"get", "put", "post", "delete", "patch"}
    )


async def _app_error(request: Request, error: AppError) -> Response:
    return problem(error, request.scope)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    return problem(RequestInvalid(faults(error.errors(), error.body)), request.scope)


async def _gone(request: Request, _: ClientDisconnect) -> Response:
    return problem(Unparsable("The body ended early."), request.scope)


def _not_allowed(allowed: list[str], headers: Mapping[str, str] | None) -> AppError:
    named = ", ".join(allowed) or (headers or {}).get("Allow", "")
    return MethodNotAllowed("This address knows other methods.", headers={"Allow": named})


def _fault(error: Mapping[str, Any], body: Any) -> Fault:
    kind = error["type"]
    location = _without_tags(error["loc"], body)
    return Fault(_pointer(location), CODES.get(kind, kind), DETAILS.get(kind, error["msg"]))


def _without_tags(location: Sequence[str | int], body: Any) -> list[str | int]:
    """Without the names of union members, which pydantic puts between and no body has."""
    if list(location[:1]) != ["body"]:
        return list(location)
    said: list[str | int] = ["body"]
    for place, part in enumerate(location[1:], 2):
        inside = part in body if isinstance(body, dict) else isinstance(part, int)
        if not inside and place < len(location):
            continue
        said.append(part)
        body = _inside(body, part) if inside else None
    return said


def _inside(body: Any, part: str | int) -> Any:
    if isinstance(body, list):
        return body[int(part)] if int(part) < len(body) else None
    return body.get(part) if isinstance(body, dict) else None


def _pointer(location: Sequence[str | int]) -> str:
    """A JSON pointer of the parts that can be said; it ends before the first that cannot."""
    parts = [str(part) for part in location]
    pointer = "" if parts[:1] == ["body"] else f"/{parts[0]}" if parts else ""
    for part in parts[1:]:
        if not SAYABLE.fullmatch(part):
            break
        pointer += f"/{part}"
    return pointer
