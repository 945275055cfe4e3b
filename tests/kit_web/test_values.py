import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.clock import SystemClock, local_date
from app.kit.errors import RequestInvalid
from app.kit.etags import etag
from app.kit.ids import API_KEY, base62, computed_id, new_api_key, parse_api_key
from app.kit.pages import after, cursor, page
from app.kit.rates import MOST_NAMES, Buckets

texts = st.text(st.characters(exclude_categories=["Cs"]))


def test_a_key_has_its_shape_and_says_its_checksum():
    text = str(new_api_key())

    assert API_KEY.fullmatch(text)
    assert len(text) == len("tk_live_") + 12 + 1 + 43 + 6
    assert text[-6:] == base62(zlib.crc32(text[:-6].encode()), 6)
    assert str(parse_api_key(text)) == text


@given(st.integers(8, 69), st.characters(exclude_categories=["Cs"]))
def test_a_key_that_was_mistyped_is_none(place, letter):
    text = str(new_api_key())

    spoiled = text[:place] + letter + text[place + 1 :]

    assert spoiled == text or parse_api_key(spoiled) is None


def test_two_keys_are_never_one():
    assert len({new_api_key().secret for _ in range(1_000)}) == 1_000


@given(st.lists(texts, max_size=4), st.lists(texts, max_size=4))
def test_a_computed_id_belongs_to_its_parts_alone(one, other):
    assert (computed_id(*one) == computed_id(*other)) is (one == other)


def test_computed_ids_never_change():
    program = UUID("6f1d7c5e-0e0b-5d0c-9a3e-7f2d1b8c4a60")

    assert computed_id(program, "customer", "c-7") == UUID("66e4daad-fa9c-5499-b1b9-d42eb696d657")


@given(texts, st.integers(), texts)
def test_a_cursor_comes_back(name, number, text):
    key = (number, text, date(2026, 11, 22), uuid4())

    assert after(name, cursor(name, *key), int, str, date.fromisoformat, UUID) == key


def test_no_cursor_is_the_first_page():
    assert after("list", None, int) == ()


def _forged(name):
    raw = urlsafe_b64decode(cursor(name, 1) + "==")
    return urlsafe_b64encode(raw[:-2] + b"2]").decode()


@pytest.mark.parametrize(
    "given_cursor",
    ["", "x", "====", "a" * 999, "é", cursor("other", 1), cursor("list", 1, 2), cursor("list"),
     cursor("list", "x"), cursor("list", None), cursor("list", [1]), _forged("list")],
)  # fmt: skip
def test_a_cursor_of_no_page_of_this_list_is_refused(given_cursor):
    with pytest.raises(RequestInvalid):
        after("list", given_cursor, int)


@pytest.mark.parametrize(
    ("kind", "part"),
    [(UUID, 5), (UUID, 1.5), (UUID, True), (UUID, None), (UUID, []), (UUID, {"a": 1}),
     (UUID, "x"), (int, float("inf")), (int, float("nan")), (int, {}),
     (date.fromisoformat, 5), (date.fromisoformat, []), (date.fromisoformat, "2026-13-01")],
)  # fmt: skip
def test_a_cursor_that_somebody_made_is_refused_whatever_it_holds(kind, part):
    """How cursors are marked is no secret."""
    with pytest.raises(RequestInvalid):
        after("list", cursor("list", part), kind)


def test_a_page_ends_where_the_next_begins():
    found, following = page("list", [1, 2, 3], 2, lambda number: (number,))

    assert found == [1, 2]
    assert after("list", following, int) == (2,)
    assert page("list", [1, 2], 2, lambda number: (number,)) == ([1, 2], None)


def test_equal_values_have_equal_tags():
    assert etag({"a": 1, "b": [date(2026, 1, 1)]}) == etag({"b": ["2026-01-01"], "a": 1})
    assert etag({"a": 1}) != etag({"a": "1"})
    assert re.fullmatch('"[0-9a-f]{32}"', etag({}))


def test_a_bucket_gives_its_rate_after_its_burst():
    at = 100.0
    bucket = Buckets(per_second=8, burst=20, timer=lambda: at)

    burst = [bucket.take("a") for _ in range(21)]
    others = bucket.take("b")
    at += 0.125
    later = [bucket.take("a"), bucket.take("a")]
    at += 1_000
    rested = [bucket.take("a") for _ in range(21)]

    assert burst == [0] * 20 + [1]
    assert others == 0
    assert later == [0, 1]
    assert rested == burst


def test_a_bucket_tells_how_long_to_wait():
    bucket = Buckets(per_second=1 / 3, burst=1, timer=lambda: 100.0)

    assert [bucket.take("a"), bucket.take("a")] == [0, 3]


def test_names_do_not_fill_the_memory():
    bucket = Buckets(per_second=1, burst=1, timer=lambda: 100.0)

    for number in range(MOST_NAMES + 500):
        bucket.take(str(number))

    assert len(bucket._levels) == MOST_NAMES  # noqa: SLF001


def test_a_local_date_is_the_zones():
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    assert local_date(instant, "Europe/Vilnius") == date(2026, 11, 23)
    assert local_date(instant, "America/New_York") == date(2026, 11, 22)
    assert SystemClock().now().tzinfo is UTC
