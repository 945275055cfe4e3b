"""A route that reads its input strictly, before FastAPI sees it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from email.message import Message
from typing import Any

from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Cookie, Header, Path
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from app.kit.errors.problem import Fault, RequestInvalid, Unparsable, UnsupportedMediaType
from app.kit.paths import segment
from app.kit.strict_json import MAX_KEYS, SAYABLE, DuplicateKey, parse_json
from app.kit.strict_json import Unparsable as NotJson

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Keep = Callable[[Response], Awaitable[None]]
Look = Callable[[Request], None]
ELSEWHERE = (Path, Header, Cookie)  # the fields of a model of the query are no Query themselves
NOT_JSON = "Send application/json in UTF-8."
COMPRESSED = "Send the body uncompressed."


class StrictRoute(APIRoute):
    """JSON without duplicate keys, no unknown or repeated query parameter, one content type.

    A dependency of a route with `look_first` looks at a request before its body is read. One
    may leave `request.state.keep_answer`: it is given the answer before the
    transaction commits.
    """

    most_keys = MAX_KEYS

    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()
        reads_json = self.body_field is not None
        calls = [one.call for one in self.dependant.dependencies]
        looks: list[Look] = [look for one in calls if (look := getattr(one, "look_first", None))]
        params = get_flat_params(self.dependant)
        known = {one.alias for one in params if not isinstance(one.field_info, ELSEWHERE)}

        async def strict(request: Request) -> Response:
            strictly = StrictRequest(request.scope, request.receive)
            for look in looks:
                look(strictly)
            _decode_params(strictly.scope)
            if strictly.scope["query_string"]:
                _check_query(strictly, known)
            if reads_json:
                await strictly.read(self.most_keys)
            response = await handler(strictly)
            keep: Keep | None = getattr(strictly.state, "keep_answer", None)
            if keep is not None:
                await keep(response)
            return response

        return strict


class WideRoute(StrictRoute):
    """Takes a definition of all the levels that there may be."""

    most_keys = 5 * MAX_KEYS


class StrictRequest(Request):
    """A request whose JSON has been read by our reader."""

    value: Any = None

    async def read(self, most_keys: int) -> None:
        """Raises UnsupportedMediaType, Unparsable, and RequestInvalid for a repeated key."""
        body = await self.body()
        if not body:
            return
        _check_type(self)
        try:
            self.value = parse_json(body, most_keys)
        except NotJson as error:
            raise Unparsable(str(error)) from None
        except DuplicateKey as error:
            raise RequestInvalid([Fault("", "duplicate_key", str(error))]) from None

    async def json(self) -> Any:
        return self.value


def _decode_params(scope: Scope) -> None:
    found = scope["path_params"].items()
    scope["path_params"] = {
        name: segment(value) if isinstance(value, str) else value for name, value in found
    }


def _check_query(request: Request, known: set[str]) -> None:
    given = Counter(name for name, _ in request.query_params.multi_items())
    if unknown := [name for name in given if name not in known]:
        raise RequestInvalid(
            Fault(_query_pointer(name), "unknown_parameter", "There is no such parameter.")
            for name in unknown
        )
    if repeated := [name for name, times in given.items() if times > 1]:
        raise RequestInvalid(
            Fault(_query_pointer(name), "repeated_parameter", "This is given more than once.")
            for name in repeated
        )


def _query_pointer(name: str) -> str:
    return f"/query/{name}" if SAYABLE.fullmatch(name) else "/query"


def _check_type(request: Request) -> None:
    message = Message()
    message["content-type"] = request.headers.get("content-type", "")
    named = request.headers.get("content-type") and message.get_content_type()
    charset = str(message.get_param("charset", "utf-8")).lower()
    if named != "application/json" or charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(NOT_JSON)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType(COMPRESSED)
