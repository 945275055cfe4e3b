"""The keys of status tokens: published, turned, forgotten, sealed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.access.token_keys import MEMORY_SECONDS, PUBLISHED, TokenKeys, rotate
from app.kit.sealing import Seal
from tests.api.storefront import example, jwks, kids, part, program, token, turned, without_keys


@pytest.fixture
async def town(database_url):
    async with without_keys(database_url) as made:
        yield made


@pytest.fixture(params=["python", "js"])
def verified(request):
    return example(request.param)


async def test_public_keys_are_published_to_everybody_and_nothing_else(town):
    await town.order("c-7", "150.00")
    given = await token(town)

    found = await jwks(town)

    [key] = found["keys"]
    assert key.keys() == {"kty", "crv", "x", "kid", "alg", "use"}
    assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed25519", "EdDSA")
    assert part(given, 0) == {"alg": "EdDSA", "kid": key["kid"], "typ": "tiers-status+jwt"}


async def test_the_first_key_is_made_once(town):
    replicas = [TokenKeys(town.db, town.app.state.seal) for _ in range(2)]

    first, second = [(await one.signing(town.clock.now())).kid for one in replicas]

    assert first == second
    assert len(await town.rows("SELECT kid FROM token_keys")) == 1


async def test_a_new_key_signs_and_the_old_one_stays_until_its_tokens_have_expired(town, verified):
    town.clock.at = datetime.now(UTC)
    await town.order("c-7", "150.00")
    old = await token(town)

    kid = await turned(town)

    new, known, ours = await token(town), await jwks(town), await program(town)
    assert part(new, 0)["kid"] == kid == kids(known)[0]
    assert verified(old, known, ours)["sub"] == verified(new, known, ours)["sub"] == "c-7"
    town.clock.at += PUBLISHED
    town.app.state.token_keys = TokenKeys(town.db, town.app.state.seal)
    assert kids(await jwks(town)) == [kid]


async def test_rotations_forget_keys_that_nobody_needs(town):
    await turned(town)
    town.clock.at += PUBLISHED + timedelta(minutes=1)

    kid = await turned(town)

    assert kids(await jwks(town))[0] == kid
    town.clock.at += PUBLISHED
    assert await turned(town) != kid
    assert len(await town.rows("SELECT kid FROM token_keys")) == 2


async def test_a_key_that_has_leaked_is_no_longer_published(town):
    await town.order("c-7", "150.00")
    await token(town)

    kid = await turned(town, forget=True)

    assert kids(await jwks(town)) == [kid]
    assert len(await town.rows("SELECT kid FROM token_keys")) == 1


async def test_another_replica_follows_a_rotation_within_a_second(town):
    other = TokenKeys(town.db, town.app.state.seal)
    before = (await other.signing(town.clock.now())).kid

    kid = await turned(town)
    remembered = (await other.signing(town.clock.now())).kid
    await asyncio.sleep(MEMORY_SECONDS)

    assert remembered == before
    assert (await other.signing(town.clock.now())).kid == kid


async def test_secret_halves_are_sealed_at_rest(town):
    key = await town.app.state.token_keys.signing(town.clock.now())

    [stored] = await town.rows("SELECT row_to_json(k)::text AS line FROM token_keys k")

    assert key.public in stored["line"]
    assert key.text not in stored["line"]
    assert key.private.private_bytes_raw().hex() not in stored["line"]


async def test_a_key_sealed_by_another_secret_is_503_and_says_what_helps(town):
    await town.order("c-7", "150.00")
    async with town.db.transaction() as session:
        await rotate(session, Seal("another secret of long ago"), town.clock.now())

    answer = await town.api.get("/v1/customers/c-7/status-token")

    assert (answer.status_code, answer.json()["code"]) == (503, "token_key_unusable")
    assert "rotate-token-key" in answer.json()["detail"]
    await turned(town)
    assert part(await token(town), 1)["tier"] == "silver"
