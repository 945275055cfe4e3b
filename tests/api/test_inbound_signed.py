"""Which deliveries are authentic, while secrets change."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.cli.serving import doubted
from app.inbound.sources.known import KnownSources
from app.kit import memory
from app.kit.sealing import Seal
from tests.api.deliveries import (
    OTHER,
    STANDARD,
    deliver,
    edit,
    encoded,
    inbox,
    shown,
    source,
    standard,
    told_standard,
)
from tests.api.facts import snapshot
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


@pytest.mark.parametrize("change", ["body", "secret", "signature", "none", "late", "early"])
async def test_what_is_not_signed_now_with_a_secret_is_refused_alike(town, change):
    shop = await source(town)
    body = encoded(snapshot())
    moved = {"late": timedelta(seconds=-310), "early": timedelta(seconds=310)}
    now = town.clock.now() + moved.get(change, timedelta())
    headers = standard(body, now, OTHER if change == "secret" else STANDARD)
    if change == "signature":
        headers["webhook-signature"] = "v1,\xff,=="
    sent = body.replace(b"120.00", b"120.01") if change == "body" else body

    answer = await deliver(town, shop["path"], sent, {} if change == "none" else headers)

    assert answer.status_code == 401
    said = answer.json()
    assert (said["code"], said["detail"]) == (
        "signature_refused",
        "The delivery is not signed as its source demands.",
    )
    [counted] = (await shown(town))["refused"]
    assert counted["reason"] == ("window" if change in moved else "signature")
    assert await inbox(town) == []


async def test_a_delivery_within_the_window_is_taken(town):
    shop = await source(town)
    body = encoded(snapshot())

    answer = await deliver(
        town, shop["path"], body, standard(body, town.clock.now() - timedelta(seconds=290))
    )

    assert answer.status_code == 200


async def test_a_secret_is_rotated_without_a_gap(town):
    shop = await source(town)
    await edit(town, secrets=[OTHER, STANDARD])
    with_old = await _signed_with(town, shop, STANDARD, "e1")
    with_new = await _signed_with(town, shop, OTHER, "e2")
    uses = [one["last_used_at"] is not None for one in (await shown(town))["secrets"]]

    await edit(town, secrets=[OTHER])

    assert (with_old, with_new, uses) == (200, 200, [True, True])
    assert await _signed_with(town, shop, STANDARD, "e3") == 401
    assert await _signed_with(town, shop, OTHER, "e4") == 200


async def test_a_use_is_noted_at_most_once_a_minute(town):
    shop = await source(town)
    await _signed_with(town, shop, STANDARD, "e1")
    first = (await shown(town))["secrets"][0]["last_used_at"]
    await _signed_with(town, shop, STANDARD, "e2")
    same = (await shown(town))["secrets"][0]["last_used_at"]
    town.clock.at += timedelta(minutes=2)

    await _signed_with(town, shop, STANDARD, "e3")

    assert same == first
    assert (await shown(town))["secrets"][0]["last_used_at"] > first


async def test_after_its_end_a_source_takes_nothing(town):
    shop = await source(town)
    await told_standard(town, shop["path"], snapshot())

    await town.api.delete("/v1/sources/shop", headers={"If-Match": "*"})

    assert await _signed_with(town, shop, STANDARD, "e2") == 404


async def test_nothing_else_of_the_api_opens_with_a_signature(town):
    shop = await source(town)
    body = encoded(snapshot())

    answer = await deliver(town, "/v1/order-events", body, standard(body, town.clock.now()))

    assert answer.status_code == 401
    assert (await deliver(town, shop["path"], b"", {}, method="PUT")).status_code == 405


async def _signed_with(town, shop, secret, event_id):
    body = encoded(snapshot(event_id=event_id, order_id=event_id))
    headers = standard(body, town.clock.now(), secret)
    return (await deliver(town, shop["path"], body, headers)).status_code


async def test_other_processes_know_of_a_new_secret_after_a_second(town, monkeypatch):
    token = (await source(town))["path"].rpartition("/")[2]
    other = KnownSources(town.db, town.app.state.seal)
    before = await other.by_token(token)
    await edit(town, secrets=[OTHER])

    held = await other.by_token(token)
    later = time.monotonic() + 1
    monkeypatch.setattr(memory, "time", SimpleNamespace(monotonic=lambda: later))
    after = await other.by_token(token)

    assert held is before
    assert [one.text for one in after.secrets] == [OTHER]


async def test_a_secret_sealed_with_another_key_signs_nothing(town):
    token = (await source(town))["path"].rpartition("/")[2]

    found = await KnownSources(town.db, Seal("x" * 40)).by_token(token)

    assert found.secrets == ()


async def test_sources_without_signatures_are_told_at_the_start(town, capfd):
    await source(
        town, "agora", secrets=["a password"], unsigned={"allowed_addresses": ["127.0.0.1"]}
    )

    async with doubted(town.app):
        pass

    assert "sources_unsigned" in capfd.readouterr().out
