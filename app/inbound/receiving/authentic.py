"""Whether a delivery is authentic, and which secret says so. Touches nothing; page 7, section 3."""

from collections.abc import Sequence
from datetime import timedelta
from hmac import compare_digest
from ipaddress import ip_address

from app.inbound.adapters import ADAPTERS
from app.inbound.adapters.contract import Headers
from app.inbound.adapters.signatures import basic_password
from app.inbound.models import Delivery, OpenSecret, Source

CLOCKS_DIFFER = timedelta(seconds=300)
SOURCE_KEY = "x-source-key"
SIGNATURES = ("webhook-signature", "svix-signature")


class NotAuthentic(Exception):
    """`reason`: signature, window, address or secret. The sender is not told which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def signer(source: Source, delivery: Delivery, address: str) -> OpenSecret:
    """The secret that vouches for a delivery, of those that the source has.

    Without a signature, a password vouches where the source allows it. Raises NotAuthentic.
    """
    if source.allowed and not any(name in delivery.headers for name in SIGNATURES):
        return knower(source, delivery.headers, address)
    adapter = ADAPTERS[source.platform]
    headers = {name: said for name, said in delivery.headers.items() if name != "authorization"}
    agree = [one for one in source.secrets if adapter.verify([one.text], headers, delivery.body)]
    if not agree:
        raise NotAuthentic(NO_SIGNATURE)
    signed_at = adapter.signed_at(headers)
    if signed_at is not None and abs(delivery.received_at - signed_at) > CLOCKS_DIFFER:
        raise NotAuthentic(OUT_OF_WINDOW)
    return agree[0]


def knower(source: Source, headers: Headers, address: str) -> OpenSecret:
    """The secret that an unsigned request knows: HTTP Basic's password, or `X-Source-Key`.

    Raises NotAuthentic, also for every address that the source does not allow.
    """
    if not allows(source, address):
        raise NotAuthentic(WRONG_ADDRESS)
    given = headers.get(SOURCE_KEY) or basic_password(headers) or ""
    agree = _knows(source.secrets, given)
    if not agree:
        raise NotAuthentic(WRONG_SECRET)
    return agree[0]


def _knows(secrets: Sequence[OpenSecret], given: str) -> list[OpenSecret]:
    said = given.encode(errors="replace")
    return [one for one in secrets if compare_digest(said, one.text.encode())]


def allows(source: Source, address: str) -> bool:
    """Whether the source takes what is not signed from this address."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None) or found
    return any(inner in network for network in source.allowed)


NO_SIGNATURE, OUT_OF_WINDOW = "signature", "window"
WRONG_ADDRESS, WRONG_SECRET = "address", "secret"
