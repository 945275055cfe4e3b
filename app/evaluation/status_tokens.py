"""What a storefront may believe of a customer for some minutes without asking: a signed token."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.access.caller import Caller
from app.customers.models import Who
from app.evaluation import answers
from app.evaluation.schemas.answers import CustomerTiers
from app.evaluation.schemas.status_tokens import StatusTokenOut
from app.kit.db import Session
from app.kit.jws import SigningKey
from app.programs import service as programs

KIND = "tiers-status+jwt"


class Signing(NamedTuple):
    """What tokens are signed with, and how long they are valid."""

    key: SigningKey
    lasting: timedelta


async def status_token(
    session: Session, caller: Caller, who: Who, now: datetime, signing: Signing
) -> StatusTokenOut:
    """What the customer holds as of `now`, signed. Raises CustomerNotFound."""
    customer = await answers.customer(session, caller, who, now, default=False)
    rules = await programs.rules_of(session, caller.program_id)
    issued = now.replace(microsecond=0)
    expires = issued + signing.lasting
    span = {"iat": int(issued.timestamp()), "exp": int(expires.timestamp())}
    claims = {"program": rules.key, **_held(customer), **span}
    return StatusTokenOut(token=signing.key.signed(KIND, claims), expires_at=expires)


def _held(customer: CustomerTiers) -> dict[str, Any]:
    tier = customer.tier
    return {
        "sub": customer.id,
        "active": customer.active,
        "tier": tier.key if tier else None,
        "position": tier.position if tier else 0,
        "until": str(tier.until) if tier and tier.until else None,
        "stages": [
            {"track": one.track, "key": one.key, "position": one.position}
            for one in customer.stages
        ],
    }
