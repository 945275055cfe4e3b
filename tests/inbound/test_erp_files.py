"""Files of an ERP: read one order at a time, packed or not, bounded whatever they hold."""

import io
import struct
import zipfile
from zoneinfo import ZoneInfo

import pytest

from app.inbound.adapters import ADAPTERS
from app.inbound.adapters.contract import FactEvent, Failure, Rules
from app.inbound.imports import archives
from app.inbound.imports.archives import MOST_FILES, ArchiveRefused, files_in, is_plain_name
from app.inbound.imports.erp_files import MOST_PAGE, FileRefused, orders_in

ORDER = (
    "<Документ><Ид>{0}</Ид><ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль>"
    "<Валюта>{1}</Валюта><Сумма>{2}</Сумма><Дата>2026-03-01</Дата></Документ>\n"
)
HEAD = '<?xml version="1.0" encoding="windows-1251"?>\n'
ROOT = '<КоммерческаяИнформация ДатаФормирования="2026-03-10T09:00:00">\n'
END = "</КоммерческаяИнформация>"
PAGE = (
    b'{"orders": [{"order_id": "a", "status": "P", "total": 1.5},'
    b' {"order_id": "b", "status": "P", "total": 1.5}]}'
)
FLAG_BYTES = 8  # from the end of a name's length back to nothing but flags


def rules(platform, **currencies):
    known = {**getattr(ADAPTERS[platform], "CURRENCY_MAP", {}), **currencies}
    return Rules(ADAPTERS[platform].STATUS_MAP, known, ZoneInfo("Europe/Moscow"))


def package(*orders):
    return (HEAD + ROOT + "".join(orders) + END).encode("windows-1251")


def order(name, currency="RUB", total="10.00"):
    return ORDER.format(name, currency, total)


def packed(*files, method=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, body in files:
            archive.writestr(name, body)
    held.seek(0)
    return held


def read(stream, platform="commerceml", **currencies):
    return list(orders_in(stream, platform, rules(platform, **currencies)))


def test_orders_come_one_by_one_with_their_place():
    body = package(order("a"), order("b", "тугрик"), order("c", total="23 000"), order("d"))

    found = read(io.BytesIO(body))

    assert [(one.place, one.order_id) for one in found] == [
        ("line 3", "a"),
        ("line 4", "b"),
        ("line 5", "c"),
        ("line 6", "d"),
    ]
    assert [isinstance(one.event, FactEvent) for one in found] == [True, False, False, True]
    assert [one.event.reason for one in found[1:3]] == ["unknown_currency", "bad_amount"]


def test_a_file_read_twice_gives_the_same_ids_and_another_state_another():
    first, again = (read(io.BytesIO(package(order("a"), order("b")))) for _ in range(2))
    (changed,) = read(io.BytesIO(package(order("a", total="11.00"))))

    ids = [one.event.said["event_id"] for one in first]
    assert ids == [one.event.said["event_id"] for one in again]
    assert len({*ids, changed.event.said["event_id"]}) == 3


@pytest.mark.parametrize(
    ("platform", "body", "mended"),
    [
        ("commerceml", package(order("a", "тугрик"), order("b", "тугрик")), {"тугрик": "MNT"}),
        ("cs_cart", PAGE, {"": "MNT"}),
    ],
)
def test_a_bad_order_is_kept_alone_and_read_again_alone(platform, body, mended):
    first, second = read(io.BytesIO(body), platform)

    again = ADAPTERS[platform].read({}, second.raw, rules(platform, **mended))

    assert (first.order_id, second.order_id) == ("a", "b")
    assert [one.said["order"]["id"] for one in again.events] == ["b"]


def test_packed_or_not_the_orders_are_the_same():
    whole = read(io.BytesIO(package(order("a"), order("b"))))
    files = packed(
        ("one.xml", package(order("a"))), ("readme.txt", b"?"), ("TWO.XML", package(order("b")))
    )

    found = read(files)

    assert [one.event for one in found] == [one.event for one in whole]
    assert [one.place for one in found] == ["one.xml, line 3", "TWO.XML, line 3"]


def test_orders_before_a_fault_are_given():
    body = package(*(order(str(place)) for place in range(1, 2_001)))[:-40]
    found = orders_in(io.BytesIO(body), "commerceml", rules("commerceml"))
    given = []

    with pytest.raises(FileRefused, match="well-formed"):
        given.extend(one.order_id for one in found)

    assert given[:3] == ["1", "2", "3"]
    assert len(given) > 1_900


def test_pages_of_cs_cart_are_read_whole():
    body = (
        b'{"orders": [{"order_id": "1", "status": "P", "total": "5", "updated_at": "1772449200"},'
        b' {"order_id": "2", "status": "?", "total": "5.00"},'
        b' {"order_id": "3", "status": "P", "total": "5.00", "is_parent_order": "Y"},'
        b' {"order_id": "4", "status": "P", "total": "5.00"}]}'
    )

    found = read(io.BytesIO(body), "cs_cart", **{"": "EUR"})

    assert [(one.place, one.order_id) for one in found] == [
        ("order 1", "1"),
        ("order 2", "2"),
        ("order 4", "4"),
    ]
    assert isinstance(found[1].event, Failure)
    assert "event_id" in found[0].event.said
    assert "event_id" not in found[2].event.said, "no instant: the import tells which it is"


@pytest.mark.parametrize(
    ("platform", "body"),
    [
        ("commerceml", b""),
        ("commerceml", b"<a/>"),
        ("commerceml", b"{}"),
        ("commerceml", b"<!DOCTYPE a><a/>"),
        ("commerceml", b"PK\x03\x04 and no archive"),
        ("agora", b"\x00"),
        ("cs_cart", b"{"),
        ("cs_cart", b"[]"),
        ("cs_cart", b" " * (MOST_PAGE + 1)),
        ("shopify", b"{}"),
    ],
)
def test_what_is_no_file_of_the_platform_is_refused(platform, body):
    with pytest.raises(FileRefused):
        read(io.BytesIO(body), platform)


def test_an_archive_cut_anywhere_is_refused():
    body = packed(("one.xml", package(order("a")))).getvalue()

    for end in range(4, len(body)):
        with pytest.raises(FileRefused):
            read(io.BytesIO(body[:end]))


def test_an_archive_damaged_anywhere_gives_orders_or_is_refused():
    body = packed(("one.xml", package(order("a")))).getvalue()

    for place in range(4, len(body)):
        damaged = body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :]
        try:
            assert len(read(io.BytesIO(damaged))) <= 1
        except FileRefused:
            continue


@pytest.mark.parametrize(
    "name",
    ["../one.xml", "a/one.xml", "a\\one.xml", "/etc/passwd", "C:one.xml", "folder/", "..", "."],
)
def test_a_path_is_refused(name):
    assert not is_plain_name(name)
    with pytest.raises(ArchiveRefused):
        list(files_in(packed((name, b""))))


def test_a_link_is_refused():
    link = zipfile.ZipInfo("one.xml")
    link.external_attr = 0o120777 << 16

    with pytest.raises(ArchiveRefused, match="link"):
        list(files_in(packed((link, b"/etc/passwd"))))


def test_a_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(ArchiveRefused, match="more than"):
        list(files_in(packed(("one.xml", b"0" * 10_000_000))))


def test_many_large_files_are_refused_by_their_sum(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000)

    with pytest.raises(ArchiveRefused, match="more than"):
        list(files_in(packed(*((f"{n}.xml", b"12345678" * 16) for n in range(9)), method=0)))


def test_a_file_larger_than_it_says_is_not_unpacked_further():
    body = bytearray(packed(("one.xml", package(order("a")) + b" " * 5_000)).getvalue())
    size = struct.pack("<L", len(package(order("a")) + b" " * 5_000))
    lied = bytes(body).replace(size, struct.pack("<L", 10))

    with pytest.raises(FileRefused):
        read(io.BytesIO(lied))


def test_too_many_files_are_refused_by_the_directory_alone():
    files = packed(*((f"{place}.xml", b"<a/>") for place in range(MOST_FILES + 1)))

    with pytest.raises(ArchiveRefused, match="files"):
        list(files_in(files))


def test_an_encrypted_file_is_refused():
    body = bytearray(packed(("one.xml", b"<a/>")).getvalue())
    directory = body.index(b"PK\x01\x02")
    body[6] |= 1
    body[directory + FLAG_BYTES] |= 1

    with pytest.raises(ArchiveRefused, match="encrypted"):
        list(files_in(io.BytesIO(bytes(body))))


def test_the_large_format_is_refused():
    body = packed(("one.xml", b"<a/>")).getvalue()
    end = body.index(b"PK\x05\x06")
    locator = b"PK\x06\x07" + bytes(16)

    with pytest.raises(ArchiveRefused):
        list(files_in(io.BytesIO(body[:end] + locator + body[end:])))
