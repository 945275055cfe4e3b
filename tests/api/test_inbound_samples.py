"""Every shared sample through the whole service, and hundreds of bodies made of it."""

import json
import random
from uuid import uuid4

import pytest

from app.inbound.models import Delivery
from tests.adapters.samples import each
from tests.api.deliveries import deliver, source
from tests.api.town import opened

FACTS = {"accepted", "superseded", "unconverted", "waiting"}
NOTHING = {"ignored", "handshake"}
MUTATIONS = 100
MOST_TAKEN = 20  # of them read as if they were signed; each is a transaction or more
NESTED = b"[" * 100 + b"]" * 100


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def source_of(town, sample, **more):
    """A source that takes the sample as the manifest says."""
    return await source(
        town,
        sample.platform,
        key=f"s-{uuid4().hex}",
        secrets=[sample.secret or "whatever it is"],
        currency_map=dict(sample.rules.currency_map),
        time_zone=str(sample.rules.time_zone),
        **more,
    )


@each(lambda sample: sample.kind == "webhook")
async def test_a_sample_posted_twice_is_taken_then_known(town, sample):
    shop = await source_of(town, sample, test=bool(sample.expected.get("test")))
    town.clock.at = sample.received_at

    first, again = [
        await deliver(town, shop["path"], sample.body, sample.headers) for _ in range(2)
    ]

    assert (first.status_code, again.status_code) == (200, 200), first.text
    outcomes, repeated = _outcomes(first), _outcomes(again)
    expected = sample.expected
    if expected["outcome"] == "facts":
        events, failed = len(expected["events"]), len(expected.get("failed", ()))
        assert set(outcomes[:events]) <= FACTS
        assert outcomes[events:] == ["quarantined"] * failed
        known = {"duplicate"} if _timed(first) else {*FACTS, "duplicate"}
        assert set(repeated[:events]) <= known
    elif expected["outcome"] in NOTHING:
        assert outcomes == repeated == []
        assert first.json()["ignored"] == expected.get("reason", "handshake")
    else:
        assert set(outcomes) == set(repeated) == {"quarantined"}
        reasons = {one["reason"] for one in first.json()["results"]}
        wanted = "needs_fetch" if expected["outcome"] == "fetch" else expected.get("reason")
        assert wanted is None or reasons == {wanted}


@each(lambda sample: sample.kind == "webhook" and sample.secret is not None)
async def test_no_bytes_are_our_fault(town, sample):
    """Under the old signature every change is refused; read all the same, it has an answer."""
    shop = await source_of(town, sample)
    receiver = town.app.state.receiver
    found = await receiver.sources.by_token(shop["path"].rpartition("/")[2])
    chance = random.Random(sample.file)
    bodies = [mutated(chance, sample.body) for _ in range(MUTATIONS)]

    for number, body in enumerate(bodies):
        town.clock.at = sample.received_at
        refused = await deliver(town, shop["path"], body, sample.headers)
        assert refused.status_code == (200 if body == sample.body else 401)
        if number < MOST_TAKEN:
            taken = await receiver.take(found, Delivery(sample.headers, body, town.clock.now()))
            assert taken.ignored or taken.results


@pytest.mark.parametrize("platform", ["standard", "shopify", "woocommerce"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\xef\xbb\xbf{}",
        b'"text"',
        b"[]",
        b"null",
        b"1e400000000",
        NESTED,
        b'{"id": 1, "id": 2}',
        b'{"id": NaN}',
        b'{"id": "\\ud800"}',
        b'{"customer_id": "\\ud800", "customer": {"id": "\\udfff"}}',
        b'{"id": "\\u0000", "event_id": "\\u0000"}',
        json.dumps({"id": 10**400}).encode(),
        json.dumps({"event_id": {}, "order": [], "refund": 1, "customer": True}).encode(),
        '{"статус": "paid"}'.encode("cp1251"),
        b'{"a": "' + b"x" * 1_000_000 + b'"}',
        b"{" + b",".join(b'"%d": 1' % number for number in range(20_000)) + b"}",
    ],
    ids=range(18),
)
async def test_odd_bodies_have_answers(town, platform, body):
    shop = await source(town, platform)
    receiver = town.app.state.receiver
    found = await receiver.sources.by_token(shop["path"].rpartition("/")[2])
    headers = {"x-shopify-topic": "orders/paid", "x-wc-webhook-topic": "order.updated"}

    refused = await deliver(town, shop["path"], body, headers)
    taken = await receiver.take(found, Delivery(headers, body, town.clock.now()))

    assert refused.status_code == 401
    assert taken.ignored or {one.outcome for one in taken.results} == {"quarantined"}


def mutated(chance, body):
    """The body with some bytes changed, cut out, doubled or put elsewhere."""
    found = bytearray(body)
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(found) + 1)
        end = min(len(found), start + chance.randint(0, 40))
        match chance.randrange(5):
            case 0:
                found[start:end] = chance.randbytes(end - start)
            case 1:
                del found[start:end]
            case 2:
                found[start:start] = found[start:end]
            case 3:
                del found[start:]
            case _:
                found[start:end] = chance.choice([b"null", b'""', b"{}", b"-1", b"1e9", b"\xff"])
    return bytes(found)


def _outcomes(answer):
    return [one["outcome"] for one in answer.json()["results"]]


def _timed(answer):
    """Whether something tells an instant; otherwise each receipt is an event of its own."""
    return not any("@" in one["event_id"] for one in answer.json()["results"])
