"""What routes about one member depend on: a read-only snapshot, who asks, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response

from app.access.caller import Caller
from app.access.guard import ReadsDefinition
from app.access.tags import IfNoneMatch, Tagging
from app.customers import contracts
from app.customers.models import Who
from app.kit.clock import clock_of
from app.kit.db import Session, Snapshot
from app.kit.schemas import Id

CustomerId = Annotated[Id, Path(examples=["c-7"])]
OrganizationId = Annotated[Id, Path(examples=["o-3"])]
ContractId = Annotated[Id, Path(examples=["k-1"])]
Question = tuple[Session, Caller, Who, datetime]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a question is asked and answered."""

    response: Response
    tagged: Tagging
    session: Session
    caller: Caller
    now: datetime

    def customer(self, customer_id: str) -> Question:
        """What services are told of a question about a customer."""
        return self._about("customer", customer_id)

    def organization(self, organization_id: str) -> Question:
        """What services are told of a question about an organization."""
        return self._about("organization", organization_id)

    def contract(self, organization_id: str, contract_id: str) -> Question:
        """What services are told of a question about a contract."""
        who = contracts.who(self.caller.program_id, organization_id, contract_id)
        return self.session, self.caller, who, self.now

    def answered(self, value: Any) -> Response:
        """The value as JSON under its ETag, or 304."""
        return self.tagged.written(value)

    def _about(self, kind: str, external_id: str) -> Question:
        who = Who.of(self.caller.program_id, kind, external_id)
        return self.session, self.caller, who, self.now


async def desk(
    request: Request,
    response: Response,
    caller: ReadsDefinition,
    session: Snapshot,
    if_none_match: IfNoneMatch = None,
) -> Desk:
    tagged = Tagging(response, if_none_match)
    return Desk(response, tagged, session, caller, clock_of(request).now())


AtDesk = Annotated[Desk, Depends(desk)]
