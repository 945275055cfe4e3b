"""Discounts of an ERP as loyalty stages, by a mapping."""

import json

import pytest

from app.inbound.imports.stage_files import StagesRefused, mapping_of, read_stages
from tests.adapters.samples import SAMPLES, needs_samples

MAPPING = {
    "row": "Скидка",
    "name": "Имя",
    "percent": "Процент",
    "amount": "Сумма",
    "loyalty": "Лояльность",
    "products": "Товары/Товар",
}


def discount(name="Stage", amount="100", percent="5", loyalty="1", *products):
    flag = "" if loyalty is None else f"<Лояльность>{loyalty}</Лояльность>"
    goods = "".join(f"<Товар>{one}</Товар>" for one in products)
    return (
        f"<Скидка><Имя>{name}</Имя><Процент>{percent}</Процент><Сумма>{amount}</Сумма>{flag}"
        f"<Товары>{goods}</Товары></Скидка>\n"
    )


def read(*discounts, **more):
    body = f'<?xml version="1.0"?>\n<a xmlns="urn:any">\n{"".join(discounts)}</a>'.encode()
    return read_stages([body], mapping_of(json.dumps({**MAPPING, **more}).encode()))


def faults(*discounts, **more):
    with pytest.raises(StagesRefused) as refused:
        read(*discounts, **more)
    return refused.value.lines


@needs_samples
def test_the_portal_s_table_is_read_as_expected():
    samples = json.loads((SAMPLES / "manifest.json").read_text("utf-8"))["samples"]
    (sample,) = [one for one in samples if one["file"] == "agora/simple_item_discounts.xml"]
    expected = json.loads((SAMPLES / "expected.json").read_text("utf-8"))["expected"]
    body = (SAMPLES / sample["file"]).read_bytes()

    found = read_stages([body], mapping_of(json.dumps(sample["mapping"]).encode()))

    told = [
        (one.name, float(one.amount), float(one.discount_percent), list(one.products))
        for one in found.stages
    ]
    wanted = expected[sample["file"]]
    assert told == [
        (one["name"], float(one["amount"]), float(one["discount_percent"]), one["products"])
        for one in wanted["stages"]
    ]
    assert [one.move_to_next for one in found.stages] == [True, True, True]
    assert found.regular == wanted["regular"]


def test_stages_are_ordered_by_amount_and_regular_ones_are_counted():
    found = read(
        discount("High", "1000.00"),
        discount("Sale", "no amount", "no percent", "0"),
        discount("Low", "50.5000", "7.50", "1", "p1", "p2", "p1", ""),
        discount("Old", loyalty=None),
    )

    low, high = found.stages
    assert (low.name, low.amount, low.discount_percent) == ("Low", "50.5", "7.5")
    assert (low.products, low.move_to_next) == (("p1", "p2"), True)
    assert (high.amount, high.line) == ("1000", 3)
    assert found.regular == 2


@pytest.mark.parametrize("flag", ["2", "true", "yes", "-1", "1 1", "да"])
def test_another_loyalty_flag_is_refused_with_its_line(flag):
    (line,) = faults(discount(), discount("B", "200", loyalty=flag))

    assert line.startswith("line 4: the loyalty flag must be 1")


def test_every_fault_is_told_at_once():
    lines = faults(
        discount("", "1"),
        discount("B", "1 000"),
        discount("C", "3", "101"),
        discount("D", "4", "5", "1", "x" * 300),
        discount("E", "5", "1,5"),
        "<Скидка><Лояльность>1</Лояльность><Имя>F</Имя><Имя>G</Имя></Скидка>",
    )

    assert [line.split(": ")[:2] for line in lines[:5]] == [
        ["line 3", "name"],
        ["line 4", "amount"],
        ["line 5", "percent"],
        ["line 6", "products"],
        ["line 7", "percent"],
    ]
    assert lines[5].startswith("line 8: The element Имя must be there once")


def test_equal_amounts_are_refused_naming_both():
    assert faults(discount("A", "100.00"), discount("B", "200"), discount("C", "100")) == [
        "the same amount: A (line 3) and C (line 5)"
    ]


def test_constants_and_paths():
    moves = read(discount(), move_to_next="=0").stages[0]
    by_flag = read(discount(), loyalty="=1").stages[0]

    assert moves.move_to_next is False
    assert by_flag.name == "Stage"
    assert faults(discount(), move_to_next="=perhaps") == ["line 3: move_to_next must be 1 or 0"]


@pytest.mark.parametrize(
    "body", ["", "<a/>", "<a><Скидка>", "<!DOCTYPE a><a/>", "no markup", "<a>&b;</a>"]
)
def test_a_file_without_stages_leaves_the_track_as_it_is(body):
    with pytest.raises(StagesRefused):
        read_stages([body.encode()], mapping_of(json.dumps(MAPPING).encode()))


def test_too_many_stages_are_refused():
    (line,) = faults(*(discount(f"S{n}", str(n)) for n in range(1, 70)))

    assert "more than 64" in line


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"row": "a", "row": "b"}',
        json.dumps({**MAPPING, "more": "x"}).encode(),
        json.dumps({**MAPPING, "row": "a/b"}).encode(),
        json.dumps({**MAPPING, "name": "/a"}).encode(),
        json.dumps({**MAPPING, "name": "a//b"}).encode(),
        json.dumps({**MAPPING, "name": ""}).encode(),
        json.dumps({**MAPPING, "name": 5}).encode(),
    ],
)
def test_a_mapping_that_is_none_is_refused(body):
    with pytest.raises(StagesRefused, match="mapping"):
        mapping_of(body)
