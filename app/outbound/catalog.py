"""Every type of event, and what its messages look like."""

from functools import cache
from typing import Any

from pydantic import BaseModel

from app.outbound.endpoint_schemas import EventTypeOut, EventTypes
from app.outbound.schemas import (
    DISABLED_TYPE,
    ERASED_TYPE,
    MOVE_TYPES,
    PROGRAM_TYPES,
    TEST_TYPE,
    TYPES,
    DisabledEvent,
    ErasedEvent,
    Event,
    ProgramEvent,
    TestEvent,
)

SCHEMAS: dict[str, type[BaseModel]] = {
    **dict.fromkeys(MOVE_TYPES, Event),
    **dict.fromkeys(PROGRAM_TYPES, ProgramEvent),
    DISABLED_TYPE: DisabledEvent,
    ERASED_TYPE: ErasedEvent,
    TEST_TYPE: TestEvent,
}
MOVES = {
    "upgraded": "A member rose to a higher level.",
    "downgraded": "A member fell to a lower level.",
    "assigned": "A member that held no level holds one now.",
    "left": "A member holds no level any more.",
    "at_risk": "A member is about to lose its level.",
}
DESCRIPTIONS = {
    **{one: MOVES[one.partition(".")[2]] for one in MOVE_TYPES},
    "program.published": "A version of the definition was published.",
    "program.enabled": "The program was switched on.",
    "program.disabled": "The program was switched off.",
    DISABLED_TYPE: "An endpoint was disabled for what it answered.",
    ERASED_TYPE: "A customer was erased: forget it too.",
    TEST_TYPE: "Sent by hand to one endpoint; nothing has happened.",
}


@cache
def event_types() -> EventTypes:
    """In the order of the documentation; the test, which nobody subscribes to, is last."""
    items = tuple(map(_told, (*TYPES, TEST_TYPE)))
    return EventTypes(items=items, next=None)


def _told(type_: str) -> EventTypeOut:
    schema: dict[str, Any] = SCHEMAS[type_].model_json_schema(mode="serialization")
    properties = {**schema["properties"], "type": {"const": type_}}
    return EventTypeOut(
        type=type_,
        description=DESCRIPTIONS[type_],
        json_schema={**schema, "properties": properties},
    )
