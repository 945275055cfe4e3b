"""Addresses that nobody may be sent to, and the ways to name them. Shares nothing with `app`."""

from ipaddress import IPv4Address, ip_address, ip_network

# The registries of special-purpose addresses (IANA), multicast, and what clouds answer at.
RANGES = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "168.63.129.16/32",
    "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/32",
    "2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "2002::/16",
    "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
]  # fmt: skip
KNOWN = [
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "169.254.169.254", "169.254.170.2",
    "169.254.0.23", "100.100.100.200", "192.0.0.192", "192.0.0.9", "192.0.0.10", "224.0.0.251",
    "::1", "fd00:ec2::254", "fd20:ce::254", "fe80::a9fe:a9fe", "ff02::1",
]  # fmt: skip
INSIDE = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "172.17.0.1", "100.64.0.1"]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001:81b::200e"]
LISTENING = ["127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "::1"]


def forbidden(rng, more=0):
    """The known ones, the first and last of each range, `more` between them, IPv4 in IPv6."""
    found = [*KNOWN, *LISTENING]
    for text in RANGES:
        network = ip_network(text)
        size = network.num_addresses
        picks = [0, size - 1, *(rng.randrange(size) for _ in range(more if size > 2 else 0))]
        found += [str(network[one]) for one in picks]
    carried = [*INSIDE, *(one for one in found if ":" not in one)] if more else INSIDE
    return list(dict.fromkeys(found + [one for text in carried for one in carriers(text)]))


def carriers(text):
    """IPv6 that leads to this address of IPv4, or may."""
    inner = int(IPv4Address(text))
    made = [
        inner,  # compatible
        0xFFFF << 32 | inner,  # mapped
        0xFFFF << 48 | inner,  # translated
        0x0064_FF9B << 96 | inner,  # NAT64
        0x2002 << 112 | inner << 80 | 1,  # 6to4
        0x2001_0000 << 96 | (inner ^ 0xFFFF_FFFF),  # Teredo
        0x2A00_1450_4001_0801 << 64 | 0x5EFE << 32 | inner,  # ISATAP
    ]
    return [str(ip_address(one)) if one > 1 << 32 else f"::{text}" for one in made if one > 1]


def spellings(text):
    """The ways to write an address that some resolver or some parser takes for it."""
    address = ip_address(text)
    if address.version == 6:
        whole = address.exploded
        return [f"[{whole}]", f"[{whole.upper()}]", f"[{address.compressed}%25lo]"]
    a, b, c, d = address.packed
    number = int(address)
    return [
        f"{number}",
        f"{number:#x}",
        f"{number:#o}".replace("o", ""),
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"{a:04o}.{b:04o}.{c:04o}.{d:04o}",
        f"{a:#x}.{number & 0xFFFFFF}",
        f"{text}.",
        f"{a:03}.{b:03}.{c:03}.{d:03}",
        "".join(f"%{ord(one):02x}" for one in text),
        text.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}),
        text.replace(".", "\N{IDEOGRAPHIC FULL STOP}"),
        f"user@{text}",
        f"shop.example@{text}",
        f"[::ffff:{text}]",
        f"[::ffff:{a:x}{b:02x}:{c:x}{d:02x}]",
        f"[::{text}]",
        f"[64:ff9b::{text}]",
    ]


def literal(text):
    return f"[{text}]" if ":" in text else text
