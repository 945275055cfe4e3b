import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.strict_json import MAX_KEYS, DuplicateKey, Unparsable, parse_json

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_it_reads_what_the_standard_library_writes(value):
    assert parse_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{} {}",
        b"nul",
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"\xef\xbb\xbf{}",
        b"\xff",
        b'"\xed\xa0\x80"',
        b"[01]",
        b"[1,]",
        b"{'a':1}",
        b"[" * 33 + b"]" * 33,
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b"[" * 200_000,
        json.dumps([{str(n): 0} for n in range(MAX_KEYS + 1)]).encode(),
    ],
)
def test_what_is_not_one_json_text_is_refused(body):
    with pytest.raises(Unparsable):
        parse_json(body)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"a":1,"a":1}', '"a"'),
        (b'[{"x":{"b":1,"\\u0062":2}}]', '"b"'),
        (b'{"<b>":1,"<b>":1}', "A key"),
        (b'{"\\ud800":1,"\\ud800":1}', "A key"),
    ],
)
def test_a_repeated_key_is_refused(body, named):
    with pytest.raises(DuplicateKey) as refused:
        parse_json(body)

    assert str(refused.value).startswith(named if named == "A key" else f"The key {named}")


def test_brackets_in_strings_are_no_depth():
    deep = json.dumps({'"[{\\"': "[" * 100 + '\\"' + "{" * 100})

    assert parse_json(deep.encode()) == json.loads(deep)


def test_32_levels_are_read():
    assert parse_json(b"[" * 32 + b"]" * 32)


def test_a_number_that_no_field_holds_stays_one():
    for digits in (b"1" + b"0" * 20, b"9" * 20, b"1" + b"0" * 100_000):
        assert parse_json(digits) > 2**63
        assert parse_json(b"-" + digits) < -(2**63)


def test_hostile_strings_cost_no_time():
    began = time.perf_counter()

    with pytest.raises(Unparsable):
        parse_json(b'["' + b"\\" * 200_001 + b"[" * 50_000)

    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("string", [b'"' + b'\\"' * 300_000, b'"' + b"\\" * 600_001])
def test_a_string_without_an_end_is_refused_at_once(string):
    started = time.process_time()

    with pytest.raises(Unparsable):
        parse_json(b"[" * 33 + string)

    assert time.process_time() - started < 1


def test_fractions_are_read_as_asked():
    assert parse_json(b"[1.50, 2]", read_fraction=str) == ["1.50", 2]
