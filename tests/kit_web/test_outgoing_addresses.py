"""Where requests to the outside may go. The campaign `ssrf` tries every kind at length."""

from ipaddress import ip_network

import pytest
from prometheus_client import REGISTRY

from app.kit.outgoing import Outgoing, SendFailed
from app.kit.outgoing.addresses import address_of, is_public, passes
from tests.kit_web.outside import leading_to, listening

ALL_OF_LOOPBACK = [ip_network("127.0.0.0/8")]


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("1.1.1.1", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("2002:808:808::1", False),
        ("2001::1", False),
        ("168.63.129.16", False),
        ("192.88.99.1", False),
        ("4000::1", False),
    ],
)
def test_an_address_is_public_or_not(text, public):
    assert is_public(address_of(text)) is public


@pytest.mark.parametrize("text", ["fe80::1%lo", "shop.example", "", "127.1"])
def test_what_is_no_plain_address_never_passes(text):
    everything = [ip_network("0.0.0.0/0"), ip_network("::/0")]

    assert not passes(text, ordinary=True, allowed=everything)


@pytest.mark.parametrize("text", ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
def test_an_allowance_is_for_the_address_inside(text):
    assert passes(text, ordinary=False, allowed=ALL_OF_LOOPBACK)
    assert not passes(text, ordinary=False, allowed=[ip_network("10.0.0.0/8")])


async def test_an_allowance_lets_nothing_else_through():
    held = Outgoing(ALL_OF_LOOPBACK, resolve=leading_to(["1.1.1.1", "10.0.0.1"]))

    for url in ("http://shop.example/", "https://shop.example:444/"):
        with pytest.raises(SendFailed, match="address_refused"):
            await held.send("GET", url, headers={})


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:7f00:1]"])
async def test_without_an_allowance_the_own_machine_is_refused(host):
    refused = counted()

    with pytest.raises(SendFailed, match="address_refused"):
        await Outgoing().send("GET", f"https://{host}:8443/", headers={})

    assert counted() == refused + 1


async def test_the_other_end_of_the_connection_is_judged_too():
    """The system connects to 127.0.0.1 when it is told to connect to 0.0.0.0."""
    held = Outgoing([ip_network("0.0.0.0/32")])
    async with listening() as listener:
        with pytest.raises(SendFailed, match="address_refused"):
            await held.send("GET", f"http://0.0.0.0:{listener.port}/", headers={})

    assert listener.heard == []


async def test_a_kept_connection_is_left_when_its_name_leads_elsewhere():
    held = Outgoing(ALL_OF_LOOPBACK, resolve=leading_to(["127.0.0.1"], ["10.0.0.1"]))
    async with listening() as listener:
        url = f"http://shop.example:{listener.port}/"
        first = await held.send("GET", url, headers={})
        with pytest.raises(SendFailed, match="address_refused"):
            await held.send("GET", url, headers={})
    await held.close()

    assert (first.status, len(listener.heard)) == (200, 1)


async def test_of_several_addresses_only_those_that_pass_are_tried():
    held = Outgoing(ALL_OF_LOOPBACK, resolve=leading_to(["10.0.0.1", "127.0.0.1", "192.168.0.1"]))
    async with listening() as listener:
        answer = await held.send("GET", f"http://shop.example:{listener.port}/", headers={})
    await held.close()

    assert answer.status == 200


def counted():
    return REGISTRY.get_sample_value("tiers_address_refused_total")


def test_an_allowance_is_told_at_the_start(capsys):
    warnings = REGISTRY.get_sample_value("tiers_startup_warnings")

    Outgoing.at_start([ip_network("10.0.0.0/8"), ip_network("127.0.0.0/8")])

    told = capsys.readouterr()
    assert "10.0.0.0/8" in told.out + told.err
    assert REGISTRY.get_sample_value("tiers_startup_warnings") == warnings + 1
