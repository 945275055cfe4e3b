"""The account widget: what a customer may see of its own tier, as HTML."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.access.caller import Caller
from app.customers.models import Who
from app.evaluation import answers
from app.evaluation.card.composing import composed
from app.evaluation.card.rendering import rendered
from app.evaluation.card.speech import Language, Speech
from app.evaluation.schemas.answers import CustomerTiers
from app.kit.db import Session
from app.outbound import history
from app.outbound.schemas import MoveData
from app.programs import service as programs

MOST_CHANGES = 20


class Wanted(NamedTuple):
    """`full`: a page of its own; `default`: an unknown customer is shown as holding nothing."""

    language: Language
    full: bool
    default: bool


async def card(session: Session, caller: Caller, who: Who, now: datetime, wanted: Wanted) -> str:
    """The card of a customer. Raises CustomerNotFound."""
    customer = await answers.customer(session, caller, who, now, default=wanted.default)
    rules = await programs.rules_of(session, caller.program_id)
    speech = Speech(wanted.language, rules.currency, rules.exponent)
    moves = await _moves(session, caller.program_id, _holder(caller, who, customer))
    return rendered(composed(rules, customer, moves, speech), speech, full=wanted.full)


def _holder(caller: Caller, who: Who, customer: CustomerTiers) -> UUID:
    """Whose history tells of what is held."""
    organization = customer.organization_id
    found = Who.of(caller.program_id, "organization", organization) if organization else who
    return found.member_id


async def _moves(session: Session, program_id: UUID, member_id: UUID) -> list[MoveData]:
    """The newest first."""
    page = await history.history(session, program_id, member_id, None, MOST_CHANGES)
    told = [one.data for one in page.items]
    return [one for one in told if isinstance(one, MoveData) and one.direction]
