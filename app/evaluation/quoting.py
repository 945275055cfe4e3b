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
from app.policy.pricing import Bill, Discount, Line, Priced, bill

Cart = tuple[QuoteLineIn, ...]


class Offer(NamedTuple):
    """The discounts of one member, each with the key by which it is named, null if hidden."""

    exponent: int
    keys: dict[Discount, str | None]

    @classmethod
    def of(cls, asked: Asked) -> "Offer":
        """What its levels give now; nothing while the program is disabled."""
        found = holdings.giving(asked.rules, asked.view)
        keys = {one.discount: one.key if one.shown else None for one in found}
        return cls(asked.rules.exponent, keys)

    def bill(self, cart: Cart) -> Bill:
        return bill([_line(one) for one in cart], self.keys, self.exponent)

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
    """The cart under the levels held now; a representative's are those that it enjoys.

    `default`: an unknown customer is quoted as holding nothing. Raises CustomerNotFound and
    OrganizationNotFound.
    """
    asked = await answers.asked_alone(session, caller, who, now, days=False, default=default)
    offer = Offer.of(asked)
    found = offer.bill(cart)
    return QuoteOut(
        lines=tuple(offer.told(*one) for one in zip(cart, found.lines, strict=True)),
        total=offer.major(found.total),
        discount_total=offer.major(found.off),
        currency=asked.rules.currency,
    )


def _line(line: QuoteLineIn) -> Line:
    return Line(
        product=line.product_id,
        quantity=amount(line.quantity),
        unit_price=amount(line.unit_price),
        categories=frozenset(line.category_ids),
    )


def _percent(percent: Decimal) -> str:
    return f"{percent:.2f}"
