"""What a test says as a platform would, and what was read of it."""

from zoneinfo import ZoneInfo

from app.inbound.adapters import ADAPTERS, currency_map_of
from app.inbound.adapters.contract import Rules

MOSCOW = ZoneInfo("Europe/Moscow")


def rules(platform, status_map=None, **currencies):
    adapter = ADAPTERS[platform]
    known = {**currency_map_of(adapter), **currencies}
    return Rules({**adapter.STATUS_MAP, **(status_map or {})}, known, MOSCOW)


def xml(value):
    """Elements of a dictionary, several of a name for a list."""
    parts = [(name, one) for name, some in value.items() for one in listed(some)]
    return "".join(
        f"<{name}>{xml(one) if isinstance(one, dict) else one}</{name}>" for name, one in parts
    )


def listed(value):
    return value if isinstance(value, list) else [value]


def only(reading):
    assert not reading.failed, reading.failed
    [event] = reading.events
    return event.said["order"] | {"raw": event.raw_status, "at": event.said["occurred_at"]}
