"""Errors that a caller can act on, as problem details (RFC 9457)."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import Response
from starlette.types import Scope

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 100
RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason of a refusal; `pointer` is a JSON pointer into the body ("" is all of it).

    Parameters are found under /path, /query and /header.
    """

    pointer: str
    code: str
    detail: str


class AppError(Exception):
    """Base of errors that HTTP may show. The code is the class's name in snake case."""

    status: int = 500
    code: str = "app_error"

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(
        self,
        detail: str,
        faults: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


class Unparsable(AppError):
    status = 400


class NotFound(AppError):
    """Unknown, or not yours: the two look alike."""

    status = 404

    def __init__(self, detail: str = "There is nothing here by this name.") -> None:
        super().__init__(detail)


class MethodNotAllowed(AppError):
    status = 405


class RequestTimeout(AppError):
    status = 408


class Conflict(AppError):
    status = 409


class BodyTooLarge(AppError):
    status = 413


class UnsupportedMediaType(AppError):
    status = 415


class RequestInvalid(AppError):
    """The request was understood and something in it is not acceptable."""

    status = 422

    def __init__(
        self,
        faults: Iterable[Fault] = (),
        detail: str = "The request holds something that is not acceptable.",
    ) -> None:
        super().__init__(detail, faults)


class TooManyRequests(AppError):
    status = 429

    def __init__(self, retry_after: int, detail: str = "Slow down, please.") -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class Unexpected(AppError):
    status = 500

    def __init__(self) -> None:
        super().__init__("Something went wrong here. It was recorded under this request id.")


class Unavailable(AppError):
    status = 503

    def __init__(self, detail: str = "Not available at the moment.", retry_after: int = 2) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class HttpProblem(AppError):
    """A status of the web framework, said in our form."""

    def __init__(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        said = phrase(status)
        super().__init__(f"{said}.", headers=headers)
        self.status = status
        self.code = re.sub("[^a-z]+", "_", said.lower())


def problem(error: AppError, scope: Scope) -> Response:
    """The answer that says `error`. Its JSON is ASCII, so no text can break it."""
    request_id = scope.get("state", {}).get("request_id", "")
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": phrase(error.status),
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "instance": f"/requests/{request_id}",
        "request_id": request_id,
    }
    if error.faults:
        content["errors"] = [asdict(fault) for fault in error.faults[:MOST_FAULTS]]
    return Response(json.dumps(content), error.status, error.headers, MEDIA_TYPE)


def phrase(status: int) -> str:
    """The name of a status in RFC 9110; Python's own list depends on its version."""
    return RENAMED.get(status) or HTTPStatus(status).phrase
