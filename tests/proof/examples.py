"""Short ways to say a definition and an event in the model's own tests."""

DAY = "2026-11-22"


def tier(key, position, at_least=None, **more):
    criteria = [] if at_least is None else [{"metric": "spend", "at_least": at_least}]
    return {"key": key, "position": position, "criteria": criteria, **more}


BRONZE, SILVER, GOLD = tier("bronze", 1, "1"), tier("silver", 2, "1000"), tier("gold", 3, "10000")


def program(*tiers, today=DAY, stages=(), settings=None, track=None, **rules):
    """The first entry of a log: rolling 30 days unless `rules`, the tiers', say otherwise."""
    given = {"currency": "USD", "tiers": {"window": {"rolling_days": 30}, **rules}}
    if stages:
        given["stages"] = {"default": track or {}}
    definition = {"settings": given | (settings or {}), "tiers": list(tiers)}
    return {
        "program": {"definition": definition | {"loyalty_stages": list(stages)}, "today": today}
    }


def publish(first, **changes):
    """Publish the definition of a `program` entry with some parts replaced."""
    definition = first["program"]["definition"]
    return {"publish": {"definition": definition | changes}}


def stage(key, position, amount, **more):
    return {"key": key, "position": position, "amount": amount, **more}


def snapshot(name, total, customer="c1", day=DAY, **more):
    """A paid order of the day at noon; `event_id`, `occurred_at` and `type` are the event's."""
    outer = {
        "event_id": f"{name}/{day}",
        "occurred_at": f"{day}T12:00:00Z",
        "type": "order.snapshot",
    }
    outer |= {key: more.pop(key) for key in list(more) if key in outer}
    order = {"id": name, "status": "paid", "customer_id": customer, "organization_id": None}
    order |= {"currency": "USD", "total": total, "refunds_complete": True, "refunds": []}
    order |= {"placed_at": f"{day}T12:00:00Z", "paid_at": f"{day}T12:00:00Z"}
    return {**outer, "order": order | more}


def bought(*args, **more):
    return {"event": snapshot(*args, **more)}


def refunded(name, total, amount, **more):
    """The same order, an hour later, with one refund."""
    refund = {"id": "r", "amount": amount, "at": f"{DAY}T13:00:00Z"}
    later = {"event_id": f"{name}/refunded", "occurred_at": f"{DAY}T13:00:00Z"}
    return {"event": snapshot(name, total, refunds=[refund], **{**later, **more})}


def people(kind, **customer):
    name = f"{kind}/{sorted(customer.items())}"
    event = {"event_id": name, "type": f"customer.{kind}", "occurred_at": f"{DAY}T12:00:00Z"}
    return {"event": event | {"customer": customer}}


def override(mode, level=None, **more):
    given = {
        "id": mode,
        "member": "customer:c1",
        "ladder": "tiers",
        "mode": mode,
        "reason": "agreed",
    }
    return {"override": given | ({"level": level} if level else {}) | more}


def represent(customer, organization="o1", **dates):
    return {"represent": {"organization_id": organization, "customer_id": customer, **dates}}


def story(world, member="customer:c1"):
    """The moves of a member: from, to, occasion, reason, as of."""
    names = ("from", "to", "occasion", "reason", "as_of")
    return [tuple(one[name] for name in names) for one in world.changes if one["member"] == member]
