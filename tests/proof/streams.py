"""Streams of facts about single orders, for `any_order`."""

from datetime import date, timedelta
from itertools import count
from random import Random

from .gaps import Silent
from .model import Json, refunds, told
from .orders import Shop

TODAY = date(2026, 11, 22)
SETTINGS: Json = {"currency": "USD", "time_zone": "America/New_York"}
AMOUNTS = [10_000, 50_000]
DEEDS = ["change"] * 5 + ["late"] * 2 + ["refund_event"] * 2 + ["deleted"]


def stream(name: str, facts: int, customer: str = "c1") -> list[Json]:
    """So many different facts about one order: drawn again until page 2 answers all of it."""
    for attempt in count():
        found = drawn(Random(f"{name}/{attempt}"), facts, customer)
        try:
            refunds([told(event) for event in found])
        except Silent:
            continue
        return found
    raise AssertionError


def drawn(rng: Random, facts: int, customer: str) -> list[Json]:
    shop = Shop(rng, SETTINGS, AMOUNTS)
    found = [shop.fresh(TODAY, customer, None)]
    order = found[0]["order"]["id"]
    while len(found) < facts:
        event = deed(rng, shop, customer)
        if event["order"]["id"] == order:
            found.append(event)
    return found


def deed(rng: Random, shop: Shop, customer: str) -> Json:
    day = TODAY + timedelta(days=rng.randrange(5))
    match rng.choice(DEEDS):
        case "change":
            return shop.change(day, [customer], [])
        case "refund_event":
            return shop.refund_event(day)
        case "deleted":
            return shop.deleted(day)
        case _:
            return shop.late()


def renamed(event: Json, prefix: str) -> Json:
    """The same event as one of another sender's orders."""
    order = {**event["order"], "id": f"{prefix}-{event['order']['id']}"}
    return {**event, "event_id": f"{prefix}-{event['event_id']}", "order": order}
