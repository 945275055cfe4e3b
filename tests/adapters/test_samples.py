"""Every sample, whatever its platform: signed, named, and read as was expected. Page 7."""

from datetime import timedelta

from app.inbound.adapters import ADAPTERS
from app.inbound.adapters.contract import Reason, Unreadable
from tests.adapters.samples import each, normal, samples, vectors

WINDOW = timedelta(seconds=300)
SCHEMES = {"standard-webhooks": "standard"}
OTHER_SECRETS = ("another_secret", "whsec_YW5vdGhlciBzZWNyZXQgb2YgZm91ciBhbmQgdHdlbnR5")


def signed(one):
    return one.kind == "webhook" and one.secret is not None


def told(one):
    return one.expected is not None and one.expected.get("outcome") not in (None, "handshake")


def test_the_samples_know_every_platform_that_is_read():
    assert {one.platform for one in samples()} in (set(), set(ADAPTERS))


@each(signed)
def test_a_sample_is_signed_by_its_secret_alone(sample):
    verify, headers, body = sample.adapter.verify, sample.headers, sample.body

    assert verify([sample.secret], headers, body) is True
    assert verify(["", sample.secret], headers, body) is True
    assert verify([*OTHER_SECRETS, sample.secret], headers, body) is True
    assert verify(OTHER_SECRETS, headers, body) is False
    assert verify([], headers, body) is False
    assert verify([""], headers, body) is False


@each(signed)
def test_a_sample_with_another_byte_is_not_signed(sample):
    body, places = sample.body, (0, len(sample.body) // 2, len(sample.body) - 1)
    changed = [body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :] for at in places]

    others = [body + b"\n", body + b" ", b" " + body, body[:-1], b"", *changed]

    assert [sample.adapter.verify([sample.secret], sample.headers, one) for one in others] == [
        False for _ in others
    ]


@each(signed)
def test_a_sample_without_its_headers_is_not_signed(sample):
    for name in sample.headers:
        if "sign" in name or "hmac" in name or name in ("webhook-id", "webhook-timestamp"):
            fewer = {key: value for key, value in sample.headers.items() if key != name}
            assert sample.adapter.verify([sample.secret], fewer, sample.body) is False


@each(lambda one: one.kind == "webhook")
def test_a_sample_has_one_event_id(sample):
    found = sample.adapter.event_id(sample.headers, sample.body)

    assert found == sample.adapter.event_id({**sample.headers}, bytes(sample.body))
    assert 0 < len(found) <= 255
    [*named] = [one["event_id"] for one in sample.expected.get("events", ()) if one["event_id"]]
    assert named in ([], [found])


@each(told)
def test_a_sample_is_read_as_expected(sample):
    try:
        reading = sample.read()
    except Unreadable as error:
        found = {"outcome": "quarantined", "reason": error.reason}
    else:
        found = outcome_of(sample, reading)

    wanted = {"reason": found.get("reason"), **sample.expected}
    assert normal(found) == normal(without_ids(wanted))


def outcome_of(sample, reading):
    if reading.ignored is not None:
        return {"outcome": "ignored", "reason": reading.ignored}
    test = {"test": True} if reading.test else {}
    if reading.fetch:
        return {"outcome": "fetch", "fetch": list(reading.fetch), **test}
    failed = [{"order_id": one.order_id, "reason": one.reason} for one in reading.failed]
    events = [
        {"occurred_at": sample.received_at.isoformat(), **without_nulls(one.said)}
        for one in reading.events
    ]
    some = {"failed": failed} if failed else {}
    return {"outcome": "facts", "events": [without_id(one) for one in events], **some, **test}


def without_nulls(said):
    return {name: value for name, value in said.items() if value is not None}


def without_id(event):
    return {name: value for name, value in event.items() if name != "event_id"}


def without_ids(expected):
    if "events" not in expected:
        return expected
    return {**expected, "events": [without_id(one) for one in expected["events"]]}


@vectors()
def test_a_signature_is_judged_as_published(vector):
    adapter = ADAPTERS[SCHEMES.get(vector["scheme"], vector["scheme"])]
    headers, body = vector["headers"], vector["body"].encode()

    valid = adapter.verify([vector["secret"] or "no secret"], headers, body)

    at = adapter.signed_at(headers)
    if valid and "now" in vector:
        valid = at is not None and abs(at.timestamp() - vector["now"]) <= WINDOW.seconds
    assert valid is (vector["valid"] or False)


def test_every_reason_is_one_of_the_page():
    page = (
        "not_parsable, not_valid, missing_field, bad_amount, bad_time, bad_flag, unknown_currency, "
        "unmapped_status, topic_mismatch, sequence_missing, refund_without_order, needs_fetch, "
        "event_conflict, customer_redacted"
    )

    assert ", ".join(Reason) == page
