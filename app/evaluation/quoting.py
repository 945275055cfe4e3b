"""What a cart costs whoever holds what it holds now. Semantics 10."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from app.access.caller import Caller
from app.customers.models import Who
from app.evaluation import answers, holdings
from app.evaluation.answers import Asked
from app.evaluation.schemas.quoting import GiverOut, LoserOut, QuoteLineIn, QuoteLineOut, QuoteOut
from app.kit.db import Session
from app.kit.schemas import amount
from app.policy.money import to_major
from app.policy.pricing import Discount, Line, Priced, price

Cart = tuple[QuoteLineIn, ...]


class Offer(NamedTuple):
    """The discounts of one member, each with the key by which it is named, null if hidden."""

    exponent: int
    keys: dict[Discount, str | None]

    @classmethod
    def of(cls, asked: Asked) -> "Offer":
        """What its levels give now; nothing while the program is disabled."""
        found = holdings.giving(asked.rules, asked.holder)
        keys = {one.discount: one.key if one.shown else None for one in found}
        return cls(asked.rules.exponent, keys)

    def priced(self, line: QuoteLineIn) -> Priced:
        asked = Line(
            product=line.product_id,
            quantity=amount(line.quantity),
            unit_price=amount(line.unit_price),
            categories=frozenset(line.category_ids),
        )
        return price(asked, self.keys, self.exponent)

    def told(self, line: QuoteLineIn, priced: Priced) -> QuoteLineOut:
        by = priced.by
        return QuoteLineOut(
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount_percent=_percent(by.percent if by else Decimal(0)),
            discount_amount=self.major(priced.off),
            total=self.major(priced.total),
            by=GiverOut(ladder=by.ladder, key=self.keys[by]) if by else None,
            lost=tuple(
                LoserOut(
                    ladder=one.ladder,
                    key=self.keys[one],
                    discount_percent=_percent(one.percent),
                    because=because,
                )
                for one, because in priced.lost
            ),
        )

    def major(self, minor: int) -> str:
        return to_major(minor, self.exponent)


async def quote(
    session: Session, caller: Caller, who: Who, cart: Cart, now: datetime, *, default: bool = False
) -> QuoteOut:
    """The cart under the levels held now; a representative's are its organization's.

    `default`: an unknown customer is quoted as holding nothing. Raises CustomerNotFound and
    OrganizationNotFound.
    """
    asked = await answers.asked_about(session, caller, who, now, days=False, default=default)
    offer = Offer.of(asked)
    priced = [offer.priced(line) for line in cart]
    return QuoteOut(
        lines=tuple(offer.told(*one) for one in zip(cart, priced, strict=True)),
        total=offer.major(sum(one.total for one in priced)),
        discount_total=offer.major(sum(one.off for one in priced)),
        currency=asked.rules.currency,
    )


def _percent(percent: Decimal) -> str:
    return f"{percent:.2f}"
