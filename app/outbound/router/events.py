"""What endpoints receive: the document's section `webhooks`."""

from typing import Annotated

from fastapi import APIRouter, Header

from app.outbound.schemas import DisabledEvent, ErasedEvent, Event, ProgramEvent, TestEvent

webhooks = APIRouter(tags=["events"])
MessageId = Annotated[
    str, Header(alias="webhook-id", description="The change's, the same at every attempt.")
]
Timestamp = Annotated[
    str, Header(alias="webhook-timestamp", description="Of the attempt, in epoch seconds.")
]
Signature = Annotated[
    str,
    Header(
        alias="webhook-signature",
        description="`v1,` and the base64 of HMAC-SHA256 over id, timestamp and body with dots"
        " between, one for each active secret with blanks between.",
    ),
]


@webhooks.post("tier.upgraded")
@webhooks.post("tier.downgraded")
@webhooks.post("tier.assigned")
@webhooks.post("tier.left")
@webhooks.post("tier.at_risk")
@webhooks.post("stage.upgraded")
@webhooks.post("stage.downgraded")
@webhooks.post("stage.assigned")
@webhooks.post("stage.left")
@webhooks.post("stage.at_risk")
def member_changed(event: Event, id_: MessageId, at: Timestamp, signature: Signature) -> None:
    """A member moved on a ladder, or is about to fall (`at_risk`)."""


@webhooks.post("program.published")
@webhooks.post("program.enabled")
@webhooks.post("program.disabled")
def program_changed(
    event: ProgramEvent, id_: MessageId, at: Timestamp, signature: Signature
) -> None:
    """A version was published, or the program was switched on or off."""


@webhooks.post("customer.redacted")
def customer_redacted(
    event: ErasedEvent, id_: MessageId, at: Timestamp, signature: Signature
) -> None:
    """A customer was erased: forget it too."""


@webhooks.post("endpoint.disabled")
def endpoint_disabled(
    event: DisabledEvent, id_: MessageId, at: Timestamp, signature: Signature
) -> None:
    """Another endpoint was disabled for what it answered; this one is told."""


@webhooks.post("endpoint.test")
def endpoint_tested(event: TestEvent, id_: MessageId, at: Timestamp, signature: Signature) -> None:
    """Somebody asked for a test: nothing has happened."""
