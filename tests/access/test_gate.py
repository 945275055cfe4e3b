"""The gate alone: what a wrong key costs, how long a good one is remembered, how fast it may be."""

import hmac
from types import SimpleNamespace
from uuid import uuid4

import pytest

from app.access import gate as gates
from app.access.caller import Identity, Scope
from app.access.errors import Unauthorized
from app.access.gate import Gate
from app.access.repository import StoredKey
from app.kit import memory
from app.kit.errors import TooManyRequests
from app.kit.ids import ApiKeyText, secret_hash
from app.kit.rates import Buckets

KNOWN = ApiKeyText("a" * 12, "s" * 43)
STORED = StoredKey(KNOWN.id, uuid4(), secret_hash(KNOWN.secret), ("read",))


@pytest.fixture
def gate(monkeypatch, still_clock):
    """A gate that paces and knows one key; `reads`: the ids that were looked up."""
    made = Gate(None, still_clock, "", paced=True)
    made.reads = []

    async def read(key_id):
        made.reads.append(key_id)
        return STORED if key_id == KNOWN.id else None

    monkeypatch.setattr(made, "_read", read)
    return made


@pytest.fixture
def work(monkeypatch):
    """What is computed of secrets: the lengths of what is hashed and of what is compared."""
    done = []

    def hashed(secret):
        done.append(("hash", len(secret)))
        return secret_hash(secret)

    def compared(one, other):
        done.append(("compare", len(one), len(other)))
        return compare(one, other)

    compare = hmac.compare_digest
    monkeypatch.setattr(gates, "secret_hash", hashed)
    monkeypatch.setattr(hmac, "compare_digest", compared)
    return done


async def refused(gate, text):
    with pytest.raises(Unauthorized):
        await gate.identify(text, "203.0.113.1")


async def test_an_unknown_key_is_as_much_work_as_a_wrong_secret(gate, work):
    await refused(gate, str(ApiKeyText(KNOWN.id, "t" * 43)))
    of_wrong, work[:] = list(work), []
    await refused(gate, str(ApiKeyText("b" * 12, "t" * 43)))

    assert work == of_wrong == [("hash", 43), ("compare", 32, 32)]
    assert gate.reads == [KNOWN.id, "b" * 12]


async def test_a_typing_error_is_seen_by_the_checksum_and_looked_up_nowhere(gate, work):
    for text in (str(KNOWN)[:-1], str(KNOWN)[:-6] + "000000", "tk_live_", ""):
        await refused(gate, text)

    assert gate.reads == work == []


async def test_a_good_key_is_remembered_for_a_second_at_most(gate, monkeypatch):
    at = 100.0
    monkeypatch.setattr(memory, "time", SimpleNamespace(monotonic=lambda: at))

    for at in (100.0, 100.9, 101.1):  # noqa: B007 - the timer reads it
        assert (await gate.identify(str(KNOWN), "203.0.113.1")).key_id == KNOWN.id

    assert gate.reads == [KNOWN.id] * 2


@pytest.mark.parametrize(
    ("scope", "most"), [(Scope.ingest, 2_000), (Scope.read, 1_000), (Scope.configure, 40)]
)
def test_each_kind_of_route_has_its_burst(gate, monkeypatch, scope, most):
    still = {rate: Buckets(rate, burst(one), lambda: 1.0) for rate, one in rates(gate).items()}
    monkeypatch.setattr(gate, "_rates", still)
    caller = Identity(KNOWN.id, STORED.program_id, frozenset(Scope))

    for _ in range(most):
        gate.pace(caller, [scope])

    with pytest.raises(TooManyRequests):
        gate.pace(caller, [scope])


def rates(gate):
    return gate._rates  # noqa: SLF001


def burst(bucket):
    return bucket.level("nobody yet")
