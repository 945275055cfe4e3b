import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.strict_xml import (
    CHUNK,
    MAX_DEPTH,
    MAX_ROW,
    NotXml,
    Repeated,
    rows,
)

ORDERS = """<?xml version="1.0" encoding="{encoding}"?>
<!-- from the ERP -->
<Пакет xmlns="urn:any" Дата="2026-03-10"><Заголовок><Ид>0</Ид></Заголовок>
<Заказ><Ид> 1 </Ид><Товары><Товар>a</Товар><Товар>b</Товар></Товары></Заказ>
<Заказ><Ид>2</Ид><Заказ><Ид>3</Ид></Заказ></Заказ></Пакет>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>
<a><Row>&c;</Row></a>"""
OUTSIDE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><Row>&x;</Row></a>"""


def read(body, names=frozenset({"Row"})):
    return [(row.element.name, row.line) for row in rows([body], names)]


def orders(encoding, written=None, mark=b""):
    return mark + ORDERS.format(encoding=encoding).encode(written or encoding)


@pytest.mark.parametrize(
    "body",
    [
        orders("UTF-8"),
        orders("utf-8", mark=b"\xef\xbb\xbf"),
        orders("windows-1251"),
        orders("Windows-1251", "cp1251"),
    ],
    ids=["utf-8", "with a mark", "windows-1251", "spelled otherwise"],
)
def test_rows_are_the_outermost_elements_of_the_name(body):
    found = [
        (row.element.name, row.element.text("Ид"), row.line, row.root)
        for row in rows([body], frozenset({"Заказ"}))
    ]

    root = {"Дата": "2026-03-10"}
    assert found == [("Заказ", "1", 4, root), ("Заказ", "2", 5, root)]


def test_parts_are_found_by_name_whatever_their_namespace():
    (first, _) = (
        [(part.name, part.text_of()) for part in row.element.all("Товары", "Товар")]
        for row in rows([orders("utf-8")], frozenset({"Заказ"}))
    )

    assert first == [("Товар", "a"), ("Товар", "b")]


@given(st.lists(st.integers(1, 50), min_size=1))
def test_how_the_bytes_arrive_makes_no_difference(sizes):
    body, chunks = orders("windows-1251"), []
    while body:
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(body[:size])
        body = body[size:]

    assert sum(1 for _ in rows(chunks, frozenset({"Заказ"}))) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"no markup",
        b"<Row>",
        b"<Row/><Row/>",
        b"<Row>&unknown;</Row>",
        b"<Row>\x00</Row>",
        b"<Row>&#0;</Row>",
        b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
        BOMB,
        OUTSIDE,
        b"<!DOCTYPE html><Row/>",
        b"<!-- " + b"x" * CHUNK + b" --><!DOCTYPE a><Row/>",
        "<Row>й</Row>".encode("windows-1251"),
        orders("windows-1251", "utf-8", b"\xef\xbb\xbf"),
        orders("utf-8", "windows-1251"),
        orders("utf-16", "utf-16"),
        orders("koi8-r"),
        b'<?xml version="1.0" encoding="windows-1251"?><Row>\x98</Row>',
        '<?xml version="1.0"?><Row/>'.encode("utf-16"),
    ],
)
def test_what_is_not_our_kind_of_document_is_refused(body):
    with pytest.raises(NotXml):
        read(body)


def test_a_document_cut_anywhere_is_refused():
    body = orders("windows-1251")

    for end in range(len(body)):
        with pytest.raises(NotXml):
            list(rows([body[:end]], frozenset({"Заказ"})))


def test_a_row_can_be_read_again_alone():
    names = frozenset({"Заказ"})
    whole = [
        (row.line, row.element.text("Ид"), row.alone())
        for row in rows([orders("windows-1251")], names)
    ]

    again = [
        (row.element.text("Ид"), row.root) for _, _, one in whole for row in rows([one], names)
    ]

    assert again == [("1", {"Дата": "2026-03-10"}), ("2", {"Дата": "2026-03-10"})]


def test_another_root_than_the_expected_is_refused():
    assert [*rows([b"<a><Row/></a>"], {"Row"}, {"a"})]
    with pytest.raises(NotXml, match="root"):
        list(rows([b"<b><Row/></b>"], {"Row"}, {"a"}))


def test_nothing_is_included_from_elsewhere():
    body = b"""<a xmlns:i="http://www.w3.org/2001/XInclude">
        <Row><i:include href="file:///etc/passwd" parse="text"/></Row></a>"""

    (row,) = (
        (part.element.children[0].text_of(), len(part.element.children))
        for part in rows([body], {"Row"})
    )

    assert row == ("", 1)


def test_a_fault_is_told_by_its_place_and_never_by_its_content():
    with pytest.raises(NotXml, match="line 2, column") as refused:
        read(b"<a>\n<Row>secret</Wor></a>")

    assert "secret" not in str(refused.value)
    assert "Wor" not in str(refused.value)


def test_of_a_text_that_is_there_twice_none_is_taken():
    for row in rows([b"<Row><Id>1</Id><Id>2</Id><Sum>3<Tax/></Sum></Row>"], {"Row"}):
        with pytest.raises(Repeated):
            row.element.text("Id")
        with pytest.raises(Repeated):
            row.element.text("Sum")
        assert row.element.text("Absent") == ""


def test_a_long_document_takes_the_memory_of_a_piece():
    part = b"<Row>" + b"<Sum>1.00</Sum>" * 40 + b"</Row><Other><Sum>1</Sum></Other>"

    def document():
        yield b"<a>"
        for _ in range(10_000):
            yield part
        yield b"</a>"

    tracemalloc.start()
    try:
        count = sum(1 for _ in rows(document(), {"Row"}))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 10_000
    assert most < 40 * CHUNK, "only what one piece of bytes holds is kept"


def test_any_thread_may_ask_for_the_next_row():
    found = rows([b"<a>", *[b"<Row><Id>1</Id></Row>"] * 5_000, b"</a>"], {"Row"})

    with ThreadPoolExecutor(4) as pool:
        ids = [pool.submit(next, found).result().element.text("Id") for _ in range(5_000)]

    assert ids == ["1"] * 5_000


def test_a_tag_without_end_is_refused_before_it_takes_long():
    def document():
        yield b"<a "
        for number in range(200):
            yield b"".join(b"a%d_%d='1' " % (number, one) for one in range(8_000))

    fed = document()
    with pytest.raises(NotXml, match="bytes"):
        list(rows(fed, {"Row"}))

    assert next(fed, None) is not None


def test_a_row_without_end_is_refused_before_it_fills_the_memory():
    def document():
        yield b"<Row>"
        for _ in range(MAX_ROW // 1000 * 2):
            yield b"<Sum>" + b"1" * 989 + b"</Sum>"

    fed = document()
    with pytest.raises(NotXml, match="bytes"):
        list(rows(fed, {"Row"}))

    assert next(fed, None) is not None
