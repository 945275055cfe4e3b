"""No bytes and no headers bring an adapter to fail: it says no, or why it cannot read."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inbound.adapters import ADAPTERS
from app.inbound.adapters.contract import Reading, Rules
from tests.adapters.hostile import (
    ODD_BODIES,
    ODD_HEADERS,
    ODD_VALUES,
    answer,
    check,
    places,
    put,
    without,
)
from tests.adapters.samples import each, samples

HEADERS = (
    "webhook-id", "webhook-timestamp", "webhook-signature", "svix-signature", "authorization",
    "stripe-signature", "x-shopify-hmac-sha256", "x-shopify-triggered-at", "x-shopify-topic",
    "x-wc-webhook-signature", "x-wc-webhook-topic", "saleor-signature", "saleor-event",
    "shopware-shop-signature", "x-shopware-sequence", "x-adobe-digital-signature-1",
    "x-adobe-event-code",
)  # fmt: skip
SECRETS = ("s", "whsec_", "whsec_é", "whpk_AAAA", '{"keys": 1}', "{", "-----BEGIN PUBLIC KEY-----")
SMALL, SMALLER = 3_500, 2_000
platforms = pytest.mark.parametrize("platform", ADAPTERS)


def is_json(body):
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def is_small_json(one):
    return one.kind == "webhook" and len(one.body) < SMALLER and is_json(one.body)


@platforms
def test_no_header_is_too_odd_to_be_judged(platform):
    adapter = ADAPTERS[platform]

    for name, odd in product(HEADERS, ODD_HEADERS):
        headers = dict.fromkeys(HEADERS, "v1,AAAA") | {"webhook-timestamp": "1", name: odd}
        assert adapter.verify(SECRETS, headers, b"{}") is False
        assert isinstance(adapter.event_id(headers, b"{}"), str)
        adapter.signed_at(headers)
        answer(adapter, headers, b'{"id": 1}', Rules())


@platforms
def test_no_secret_is_too_odd_to_be_tried(platform):
    headers = dict.fromkeys(HEADERS, "v1,AAAA") | {"webhook-timestamp": "1"}
    odd = [value for value in ODD_VALUES if isinstance(value, str)]

    assert [ADAPTERS[platform].verify([one], headers, b"{}") for one in odd] == [False] * len(odd)


@platforms
@pytest.mark.parametrize("body", ODD_BODIES, ids=range(len(ODD_BODIES)))
def test_no_body_is_too_odd_to_be_read(platform, body):
    adapter = ADAPTERS[platform]
    for headers in ({}, *(one.headers for one in samples() if one.platform == platform)):
        assert isinstance(adapter.event_id(headers, body), str)
        answer(adapter, headers, body, Rules(adapter.STATUS_MAP))


@given(body=st.binary(max_size=200), topic=st.text(max_size=20))
def test_any_bytes_and_any_topic_have_an_answer(body, topic):
    for adapter in ADAPTERS.values():
        headers = dict.fromkeys(HEADERS, topic)
        assert adapter.verify(SECRETS, headers, body) is False
        assert isinstance(adapter.event_id(headers, body), str)
        answer(adapter, headers, body, Rules(adapter.STATUS_MAP))


@each(lambda one: one.kind == "webhook" and len(one.body) < SMALL)
def test_a_body_that_is_cut_short_has_an_answer(sample):
    whole = answer(sample.adapter, sample.headers, sample.body, sample.rules)

    found = [
        answer(sample.adapter, sample.headers, sample.body[:end], sample.rules)
        for end in range(len(sample.body.rstrip()))
    ]

    ignored = isinstance(whole, Reading) and whole.ignored
    assert ignored or not any(isinstance(one, Reading) and one.events for one in found)


@each(is_small_json)
def test_a_body_with_any_value_in_any_place_has_an_answer(sample):
    said = json.loads(sample.body)
    for path, odd in product(places(said), ODD_VALUES):
        body = json.dumps(put(said, path, odd)).encode(errors="surrogatepass")
        sample.adapter.event_id(sample.headers, body)
        answer(sample.adapter, sample.headers, body, sample.rules)


@each(is_small_json)
def test_a_body_without_any_one_field_has_an_answer(sample):
    said = json.loads(sample.body)
    for path in (path for path in places(said) if path and isinstance(path[-1], str)):
        body = json.dumps(without(said, path)).encode()
        answer(sample.adapter, sample.headers, body, sample.rules)


@each(lambda one: one.kind == "webhook")
def test_a_body_of_another_topic_tells_nothing_of_an_order(sample):
    """A captured body that comes again under another topic of its platform."""
    others = [one for one in samples() if one.platform == sample.platform and one.headers]
    for other in others:
        reading = answer(sample.adapter, other.headers, sample.body, sample.rules)
        if isinstance(reading, Reading) and reading.events:
            own = answer(sample.adapter, sample.headers, sample.body, sample.rules)
            assert isinstance(own, Reading)
            assert types(reading) == types(own)


@each(lambda one: one.kind == "webhook")
def test_a_body_of_another_platform_tells_nothing(sample):
    for platform, adapter in ADAPTERS.items():
        headers = [one.headers for one in samples() if one.platform == platform]
        if platform != sample.platform:
            for some in headers:
                check_nothing(answer(adapter, some, sample.body, Rules(adapter.STATUS_MAP)))


def check_nothing(found):
    if isinstance(found, Reading):
        check(found)
        assert not found.events
        assert not found.fetch


def types(reading):
    return [one.said["type"] for one in reading.events]
