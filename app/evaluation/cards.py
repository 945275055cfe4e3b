"""The account widget: what a customer may see of its own tier, as HTML."""

from datetime import datetime
from typing import NamedTuple

from app.access.caller import Caller
from app.customers.models import Who
from app.evaluation import answers
from app.evaluation.answers import Asked
from app.evaluation.card.composing import composed
from app.evaluation.card.rendering import rendered
from app.evaluation.card.speech import Language, Speech
from app.kit.db import Session
from app.outbound import history
from app.outbound.schemas import MoveData

MOST_CHANGES = 20


class Wanted(NamedTuple):
    """`full`: a page of its own; `default`: an unknown customer is shown as holding nothing."""

    language: Language
    full: bool
    default: bool


async def card(session: Session, caller: Caller, who: Who, now: datetime, wanted: Wanted) -> str:
    """The card of a customer. Raises CustomerNotFound."""
    asked = await answers.asked_about(session, caller, who, now, default=wanted.default)
    rules, customer = asked.rules, answers.shown_customer(asked, who)
    speech = Speech(wanted.language, rules.currency, rules.exponent)
    moves = await _moves(session, asked)
    return rendered(composed(rules, customer, moves, speech), speech, full=wanted.full)


async def _moves(session: Session, asked: Asked) -> list[MoveData]:
    """On each ladder those of whoever holds there, the newest first."""
    rules, view = asked.rules, asked.view
    told = []
    for holder in view.holders(rules):
        page = await history.history(
            session, rules.program_id, holder.member_id, None, MOST_CHANGES
        )
        told += [
            one.data
            for one in page.items
            if isinstance(one.data, MoveData)
            and one.data.direction
            and view.on(rules, one.data.ladder) == holder
        ]
    return told
