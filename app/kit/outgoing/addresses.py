"""Which addresses may be connected to: the address rule of page 6, section 4. Pure."""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SPECIAL_V4 = (  # IANA's registry of special-purpose addresses
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "240.0.0.0/4", "255.255.255.255/32",
)  # fmt: skip
SPECIAL_V6 = (
    "::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
    "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48",
    "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
)  # fmt: skip
MULTICAST = ("224.0.0.0/4", "ff00::/8")
RETIRED = ("::/96", "::ffff:0:0:0/96", "3ffe::/16", "fec0::/10")  # compatible, translated, 6bone
METADATA = ("168.63.129.16/32",)  # the clouds' others lie in the ranges above
FORBIDDEN: tuple[Network, ...] = tuple(
    ip_network(text) for text in (*SPECIAL_V4, *SPECIAL_V6, *MULTICAST, *RETIRED, *METADATA)
)
GLOBAL_V6 = IPv6Network("2000::/3")  # all that was ever assigned to be routed
TRANSLATED = IPv6Network("64:ff9b::/96")
TUNNELED = (0x0000_5EFE, 0x0200_5EFE)  # an interface's name that carries IPv4 (RFC 5214)


def address_of(text: str) -> Address | None:
    """The address that a resolver or a socket names; None if it is none, or has a scope.

    IPv6 that is IPv4 in disguise (mapped, NAT64) is the address inside: there it leads.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    if address.scope_id is not None:
        return None
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address


def is_public(address: Address) -> bool:
    """Whether anybody may be sent there."""
    if not address.is_global or any(address in network for network in FORBIDDEN):
        return False
    if isinstance(address, IPv4Address):
        return True
    return address in GLOBAL_V6 and (int(address) >> 32) & 0xFFFF_FFFF not in TUNNELED


def passes(text: str, *, ordinary: bool, allowed: Sequence[Network]) -> bool:
    """Whether a resolved address may be connected to.

    `ordinary`: by HTTPS at one of the usual ports; anything else only inside `allowed`.
    """
    address = address_of(text)
    if address is None:
        return False
    return any(address in one for one in allowed) or (ordinary and is_public(address))
