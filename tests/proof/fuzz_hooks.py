"""What Schemathesis is taught of our contract; it loads this module by its name."""

import json
import os
from typing import Any, get_args

import schemathesis
from pydantic_core.core_schema import ErrorType
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData

KEPT = frozenset(os.environ.get("PROOF_KEPT", "").split())
READ = {
    "threshold_invalid",
    "day_invalid",
    "instant_invalid",
    "integer_invalid",
    "flag_invalid",
    "id_invalid",
}
SHAPE = ({"required", "unknown_field", *get_args(ErrorType), *READ}) - {"missing"}
ANY, NOBODY = "*", "nobodynobody"


@schemathesis.hook
def filter_failure(
    _: HookContext, failure: Failure, __: schemathesis.Case, response: Response
) -> bool:
    """Good data may break a rule that no schema can say; each of those has a code of ours."""
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 422:
        return True
    codes = {one["code"] for one in response.json().get("errors", [])}
    return not codes or bool(codes & SHAPE)


@schemathesis.hook
def before_call(_: HookContext, case: schemathesis.Case, __: dict[str, Any]) -> None:
    """Without its program and its key the rest of a run would prove nothing."""
    if case.method == "DELETE":
        named = case.path_parameters.items()
        case.path_parameters = {name: NOBODY if one in KEPT else one for name, one in named}


@schemathesis.hook
def map_body(_: HookContext, body: Any) -> Any:
    """To JSON Schema 1.0 is an integer; to us it is not, as page 6 has decided."""
    return _whole(body)


@schemathesis.hook
def map_headers(_: HookContext, headers: Any) -> Any:
    """Tags that nobody gave match nothing: edits would never happen."""
    return {**headers, "If-Match": ANY} if "If-Match" in (headers or {}) else headers


@schemathesis.serializer("application/x-ndjson")
def lines(_: Any, value: Any) -> bytes:
    """A line for each item of a list."""
    items = value if isinstance(value, list) else [value]
    return b"\n".join(json.dumps(one).encode() for one in items)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
