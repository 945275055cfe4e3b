"""What holds deliveries back: rates, failures of an address, a database that is away."""

from dataclasses import replace

import pytest

from app.inbound.coalescer import Coalescer
from app.inbound.pipeline import Pipeline
from app.kit.db import connect
from app.kit.rates import Buckets
from tests.api.deliveries import OTHER, deliver, encoded, shown, source, standard
from tests.api.facts import snapshot
from tests.api.town import opened

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:1/none"


@pytest.fixture
async def town(database_url):
    async with opened(database_url, rate_limits="on") as found:
        yield found


async def test_an_address_of_failures_is_held_back_but_not_whoever_signs(town):
    shop = await source(town)
    body = encoded(snapshot())

    async def status(secret):
        headers = standard(body, town.clock.now(), secret)
        return await deliver(town, shop["path"], body, headers)

    wrong = [await status(OTHER) for _ in range(25)]
    right = await status("whsec_YSBzdGFuZGFyZCB3ZWJob29rcyB0ZXN0IGtleSAwMDE=")

    assert [one.status_code for one in wrong] == [401] * 20 + [429] * 5
    assert int(wrong[-1].headers["Retry-After"]) >= 1
    assert right.status_code == 200
    assert (await shown(town))["refused"][0]["count"] == 20


async def test_guesses_of_addresses_are_held_back(town):
    paths = [f"/v1/inbound/src_{number:020d}" for number in range(22)]

    answers = [await deliver(town, path, b"", {}) for path in paths]

    assert [one.status_code for one in answers] == [404] * 20 + [429] * 2


async def test_a_source_that_is_too_fast_is_told_to_slow_down(town):
    shop = await source(town)
    gate = town.app.state.gate
    gate._rates = {rate: Buckets(rate, 2, timer=lambda: 1.0) for rate in gate._rates}  # noqa: SLF001
    body = encoded(snapshot())

    answers = [
        await deliver(town, shop["path"], body, standard(body, town.clock.now())) for _ in range(3)
    ]

    assert [one.status_code for one in answers] == [200, 200, 429]


async def test_without_a_database_every_delivery_is_to_come_again(town):
    shop = await source(town)
    body = encoded(snapshot())
    assert (await deliver(town, shop["path"], b"{", {})).status_code == 401  # it is known now
    away = connect(NOWHERE)
    town.app.state.receiver = replace(
        town.app.state.receiver, db=away, coalescer=Coalescer(Pipeline(away))
    )

    headers = standard(body, town.clock.now())
    fact = await deliver(town, shop["path"], body, headers)
    unreadable = await deliver(town, shop["path"], b"{", standard(b"{", town.clock.now()))

    for answer in (fact, unreadable):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1


async def test_counts_that_cannot_be_written_are_written_later(town):
    shop = await source(town)
    tally = town.app.state.tally
    there, tally.db = tally.db, connect(NOWHERE)
    await deliver(town, shop["path"], b"{", {})
    await tally.write()

    tally.db = there
    await deliver(town, shop["path"], b"{", {})

    assert [one["count"] for one in (await shown(town))["refused"]] == [2]
