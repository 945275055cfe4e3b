"""What follows from an attempt: pauses, Retry-After, slowing, disabling. Page 7, section 14."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outbound.outcomes import (
    FAILING_FOR,
    MOST_TRIES,
    PAUSES,
    Health,
    Sent,
    asked_wait,
    fate,
    health,
)
from app.outbound.signing import new_secret, signed

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OK = Sent(AT, 200, 5, None)


def bad(status=500, wait=timedelta(0), at=AT):
    return Sent(at, status, 5, "status", None, wait)


def test_ten_tries_take_three_days_and_a_bit():
    assert MOST_TRIES == 10
    assert sum(PAUSES, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


@pytest.mark.parametrize("tries", range(1, 10))
@pytest.mark.parametrize("spread", [-1, 0, 1])
def test_each_failure_waits_its_pause_give_or_take_a_tenth(tries, spread):
    found = fate(bad(), tries, MOST_TRIES, spread)

    assert found.state == "pending"
    assert found.retry_at - AT == PAUSES[tries - 1] * (1 + 0.1 * spread)


def test_the_last_try_ends_it_and_a_success_ends_it_at_any():
    assert fate(bad(), 10, MOST_TRIES, 0) == ("exhausted", None)
    assert fate(bad(), 1, 1, 0) == ("exhausted", None)
    assert {fate(OK, tries, MOST_TRIES, 0) for tries in range(1, 11)} == {("delivered", None)}


@given(st.integers(0, 86_400), st.integers(1, 9), st.floats(-1, 1))
def test_nothing_comes_before_retry_after(seconds, tries, spread):
    wait = timedelta(seconds=seconds)

    assert fate(bad(wait=wait), tries, MOST_TRIES, spread).retry_at >= AT + wait


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", 120), (" 7 ", 7), ("0", 0), ("999999999999", 86_400), ("-5", 0), ("1.5", 0),
        ("soon", 0), ("", 0), ("١٢", 0), ("Sun, 22 Nov 2026 12:01:00 GMT", 60),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0), ("Sun, 22 Nov 2099 11:00:00 GMT", 86_400),
        ("Sun, 22 Nov 99999999999 11:00:00 GMT", 0), ("Wed, 31 Feb 2026 25:61:61 +9999", 0),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(said, wait):
    assert asked_wait({"retry-after": said}, AT) == timedelta(seconds=wait)


@given(st.text())
def test_no_retry_after_breaks_anything(said):
    assert timedelta(0) <= asked_wait({"retry-after": said}, AT) <= timedelta(hours=24)


def test_failures_are_counted_from_the_first_without_a_success():
    first = health(Health(), [bad(at=AT), bad(at=AT + HOUR)])
    later = health(first, [bad(at=AT + 2 * HOUR)])

    assert first.failing_since == later.failing_since == AT
    assert health(later, [bad(), OK]).failing_since is None
    assert health(later, []).failing_since == AT


def test_five_days_of_failures_disable_and_an_hour_less_does_not():
    failing = Health(failing_since=AT)

    assert health(failing, [bad(at=AT + FAILING_FOR)]).disabled_because == "failing"
    assert health(failing, [bad(at=AT + FAILING_FOR - HOUR)]).disabled_because is None
    assert health(failing, [bad(at=AT + FAILING_FOR), OK]).disabled_because is None


def test_gone_disables_whatever_else_was_answered():
    assert health(Health(), [OK, bad(410), OK]).disabled_because == "gone"


@pytest.mark.parametrize("status", [429, 502, 504])
def test_a_busy_endpoint_is_slowed_ever_more_until_it_takes_something(status):
    found, pauses = Health(), []
    for _ in range(9):
        found = health(found, [bad(status)])
        pauses.append((found.slowed_until - AT).total_seconds())

    assert pauses == [1, 2, 4, 8, 16, 32, 64, 64, 64]
    assert health(found, [bad(500)]).slowdown == 9
    assert health(found, [OK]) == Health()


def test_retry_after_slows_the_endpoint_but_an_hour_at_most():
    minute = health(Health(), [bad(429, timedelta(seconds=60))])
    long = health(Health(), [bad(429, timedelta(hours=24))])

    assert minute.slowed_until - AT == timedelta(seconds=60)
    assert long.slowed_until - AT == HOUR
    assert health(Health(), [bad(500, timedelta(seconds=60))]).slowed_until is None


def test_the_example_of_the_specification_is_signed_as_it_says():
    """The vector of Standard Webhooks' own document."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    body = b'{"test": 2432232314}'

    found = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, [secret])

    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_never_the_same():
    assert len({new_secret() for _ in range(100)}) == 100
