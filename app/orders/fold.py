"""What all facts of one order say together, whatever their number and order of arrival.

Pure. `learn` is commutative, associative and idempotent: the same set of facts gives the same
knowledge. Semantics 3, page 7 sections 5 and 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from app.orders.facts import MOMENT, Fact, FactType, instant_text, status_received
from app.orders.statuses import mapped

NOTHING = Decimal(0)
WHOLE_SECONDS = len("2026-11-22T10:15:30Z")
STAMPED = ("placed_at", "paid_at", "closed_at", "cancelled_at")


class State(NamedTuple):
    """One state of an order; the instants are texts of UTC or None.

    `raw`: the platform's own word, which the source's status map gave its `status`.
    """

    version: str
    status: str
    occurred_at: str
    placed_at: str | None = None
    paid_at: str | None = None
    closed_at: str | None = None
    cancelled_at: str | None = None
    raw: str | None = None


class Told(NamedTuple):
    """The newest word about one refund: the version that said it, and the amount."""

    version: str
    amount: str


@dataclass(frozen=True, slots=True)
class Known:
    """`states` oldest first. `order`: the newest snapshot's object, None while there is none.

    `listed`: the refunds of the newest complete snapshot, `listed_at` its version; `told`:
    the newest word about each refund from everywhere else.
    """

    states: tuple[State, ...] = ()
    order: Mapping[str, Any] | None = None
    order_version: str = ""
    listed_at: str = ""
    listed: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)

    @property
    def version(self) -> str | None:
        """Of the winning state; None while only refunds are known."""
        return self.states[-1].version if self.states else None

    @property
    def status(self) -> str | None:
        return self.states[-1].status if self.states else None

    @property
    def raw_status(self) -> str | None:
        """The platform's own word for `status`."""
        return self.states[-1].raw if self.states else None

    @property
    def has_raw(self) -> bool:
        """Whether a status map decides what one of the states means."""
        return any(state.raw is not None for state in self.states)

    @property
    def refunded(self) -> Decimal:
        """The sum of the refunds in force, in the order's currency."""
        if not self.listed and not self.told:
            return NOTHING
        effective = {one: Told(self.listed_at, amount) for one, amount in self.listed.items()}
        for one, told in self.told.items():
            newer = told.version[:MOMENT] >= self.listed_at[:MOMENT]
            if newer and (one not in effective or told > effective[one]):
                effective[one] = told
        return sum((Decimal(told.amount) for told in effective.values()), NOTHING)


def learn(known: Known, fact: Fact) -> Known:
    """The knowledge with one more fact of the same order."""
    match fact.type:
        case FactType.snapshot:
            return _learn_snapshot(known, fact)
        case FactType.deleted:
            return replace(known, states=_with_state(known, fact, "deleted"))
        case _:
            refund = {fact.body["id"]: fact.body["amount"]}
            return replace(known, told=_with_told(known, refund, fact.version))


def under(known: Known, status_map: Mapping[str, str]) -> Known:
    """The knowledge with every raw status read by this map.

    One that the map does not know any more means what it meant when it was received. Versions
    stay: which state is the newest does not depend on the map.
    """
    if not known.has_raw:
        return known
    states = {_read(state, status_map) for state in known.states}
    return replace(known, states=tuple(sorted(states)))


def _read(state: State, status_map: Mapping[str, str]) -> State:
    if state.raw is None:
        return state
    status = mapped(status_map, state.raw) or status_received(state.version)
    return state._replace(status=status)


def _learn_snapshot(known: Known, fact: Fact) -> Known:
    order = fact.body
    refunds = {refund["id"]: refund["amount"] for refund in order.get("refunds", ())}
    is_list = bool(order.get("refunds_complete", False))
    is_newest = fact.version > known.order_version
    lists = is_list and fact.version > known.listed_at
    return Known(
        states=_with_state(known, fact, order["status"]),
        order=order if is_newest else known.order,
        order_version=fact.version if is_newest else known.order_version,
        listed_at=fact.version if lists else known.listed_at,
        listed=refunds if lists else known.listed,
        told=known.told if is_list else _with_told(known, refunds, fact.version),
    )


def _with_state(known: Known, fact: Fact, status: str) -> tuple[State, ...]:
    said = [_stamp(fact.body.get(name)) for name in STAMPED] + [fact.body.get("raw_status")]
    state = State(fact.version, status, instant_text(fact.occurred_at), *said)
    return tuple(sorted({*known.states, state})) if known.states else (state,)


def _stamp(instant: str | None) -> str | None:
    """Of fixed width, so that text sorts as time does."""
    if instant is None:
        return None
    if len(instant) == WHOLE_SECONDS:
        return f"{instant[:-1]}.000000Z"
    return instant_text(datetime.fromisoformat(instant))


def _with_told(known: Known, refunds: Mapping[str, str], version: str) -> Mapping[str, Told]:
    told = dict(known.told)
    for one, amount in refunds.items():
        told[one] = max(Told(version, amount), told.get(one, Told("", "")))
    return told


def to_json(known: Known) -> tuple[list[Any], dict[str, Any]]:
    """What is stored as `history` and `refunds` of the order's row."""
    refunds = {
        "listed_at": known.listed_at,
        "listed": dict(known.listed),
        "told": {one: list(told) for one, told in known.told.items()},
        "order_version": known.order_version,
    }
    return [_listed(state) for state in known.states], refunds


def _listed(state: State) -> list[str | None]:
    return list(state if state.raw is not None else state[:-1])


def from_json(
    order: Mapping[str, Any] | None, history: list[Any], refunds: Mapping[str, Any]
) -> Known:
    """The knowledge that `to_json` stored."""
    return Known(
        states=tuple(State(*state) for state in history),
        order=order,
        order_version=refunds["order_version"],
        listed_at=refunds["listed_at"],
        listed=refunds["listed"],
        told={one: Told(*told) for one, told in refunds["told"].items()},
    )
