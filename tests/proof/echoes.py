"""Whether an answer refuses, whether it repeats what came in, and a service that does."""

import json
from collections.abc import Mapping
from typing import Any

from app.kit.errors.problem import Fault
from app.kit.strict_json import SAYABLE
from tests.proof.hostile import Value
from tests.proof.wire import Answer

LEAST_ECHO = 8


def echo(value: Value | None, said: str, *, named: bool) -> str:
    """What of a value stands in an answer; short ones stand there by chance."""
    text = value.text if value else None
    if text is None or len(text) < LEAST_ECHO or (named and SAYABLE.fullmatch(text)):
        return ""
    written = json.dumps(text)[1:-1]
    return text[:100] if written in said else ""


def echoing(error: Mapping[str, Any], _: Any) -> Fault:
    """The planted defect: a refusal that repeats what came in."""
    return Fault("", error["type"], f"{error['msg']}: {error.get('input')}")


def was_refused(answer: Answer) -> bool:
    """A batch refuses an event by setting it aside."""
    if answer.status >= 400:
        return True
    results = json.loads(answer.body).get("results") if answer.body[:1] == b"{" else None
    return bool(results) and results[0]["outcome"] == "quarantined"
