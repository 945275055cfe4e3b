"""Which URLs may be called, by their form; and who a server has to be."""

from ipaddress import ip_network

import pytest

from app.kit.outgoing import Outgoing, SendFailed, UrlRefused, client
from tests.kit_web.certificates import Authority
from tests.kit_web.outside import leading_to, listening

LOOPBACK = [ip_network("127.0.0.0/8")]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://shop.example/", "not_https"),
        ("ftp://shop.example/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("//shop.example/", "not_https"),
        ("shop.example", "not_https"),
        ("https://shop.example:80/", "bad_port"),
        ("https://shop.example:22/", "bad_port"),
        ("https://shop.example:0/", "bad_port"),
        ("https://shop.example:99999/", "bad_port"),
        ("https://me:word@shop.example/", "user_info"),
        ("https://@shop.example/", "user_info"),
        ("https://shop.example\\@10.0.0.1/", "bad_url"),
        ("https://shop.example/ x", "bad_url"),
        ("https://shop.example/\r\nx: y", "bad_url"),
        ("https://shop.example/\x00", "bad_url"),
        ("https://①②⑦.⓪.⓪.①/", "bad_url"),
        ("https://127。0。0。1/", "bad_url"),
        ("https:///x", "bad_url"),
        ("https://[fe80::1%25eth0]/", "bad_url"),
        ("https://%31%32%37.0.0.1/", "bad_url"),
        ("https://[::1", "bad_url"),
        ("https://[v1.x]/", "bad_url"),
        ("https://shop.example:a/", "bad_url"),
        ("https://shop.example/" + "x" * 2_048, "too_long"),
        ("", "bad_url"),
    ],
)
async def test_a_url_that_may_never_be_called_is_refused_by_its_text(url, code):
    held = Outgoing(resolve=leading_to(["1.1.1.1"]))

    with pytest.raises(UrlRefused) as refused:
        held.check_url(url)
    with pytest.raises(SendFailed, match="url_refused"):
        await held.send("GET", url, headers={})

    assert refused.value.code == code


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://SHOP.example:443/a%20b?c=d&e#f",
        "https://shop_1.example:8443/",
        "https://xn--bcher-kva.example/",
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::1]/",
    ],
)
def test_where_a_url_leads_is_not_judged_by_its_text(url):
    Outgoing().check_url(url)


def test_plain_http_and_odd_ports_need_an_allowance():
    Outgoing(LOOPBACK).check_url("http://127.0.0.1:8080/")


async def test_the_certificate_is_judged_by_the_host_of_the_url(tmp_path):
    authority = Authority()
    shop = authority.server(tmp_path, "shop.example")
    held = Outgoing(LOOPBACK, resolve=leading_to(["127.0.0.1"]), trust=authority.trusted())
    async with listening(tls=shop) as listener:
        good = await held.send("GET", f"https://shop.example:{listener.port}/", headers={})
        with pytest.raises(SendFailed, match="tls_failed"):
            await held.send("GET", f"https://other.example:{listener.port}/", headers={})
    await held.close()

    assert good.status == 200
    assert [head[1] for head, _ in listener.heard] == [f"host: shop.example:{listener.port}"]


async def test_two_hosts_at_one_address_do_not_share_a_connection(tmp_path):
    authority = Authority()
    both = authority.server(tmp_path, "shop.example", "other.example")
    held = Outgoing(LOOPBACK, resolve=leading_to(["127.0.0.1"]), trust=authority.trusted())
    async with listening(tls=both) as listener:
        for host in ("shop.example", "other.example", "shop.example"):
            await held.send("GET", f"https://{host}:{listener.port}/", headers={})
    await held.close()

    assert listener.connections == 2


async def test_an_unknown_authority_is_refused(tmp_path):
    shop = Authority().server(tmp_path, "shop.example")
    held = Outgoing(LOOPBACK, resolve=leading_to(["127.0.0.1"]))
    async with listening(tls=shop) as listener:
        with pytest.raises(SendFailed, match="tls_failed"):
            await held.send("GET", f"https://shop.example:{listener.port}/", headers={})

    assert listener.heard == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["127.0.0.1", "127.0.0.2"]])
async def test_a_server_that_shakes_no_hands_has_the_time_of_a_connection(monkeypatch, addresses):
    monkeypatch.setattr(client, "CONNECT_SECONDS", 0.4)

    async def silence(_, reader, writer):
        await reader.read()
        writer.close()

    held = Outgoing(LOOPBACK, resolve=leading_to(addresses))
    async with listening(silence) as first, listening(silence, host="127.0.0.2", port=first.port):
        with pytest.raises(SendFailed, match="connect_timeout") as failed:
            await held.send("GET", f"https://shop.example:{first.port}/", headers={})

    assert 400 <= failed.value.milliseconds < 2_000
    assert first.connections == 1
