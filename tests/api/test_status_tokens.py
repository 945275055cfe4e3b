"""Status tokens: what a storefront believes of a customer without asking."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.kit.jws import SigningKey
from tests.api.storefront import example, jwks, part, program, signed, token, without_keys, written
from tests.api.town import TODAY


@pytest.fixture
async def town(database_url):
    async with without_keys(database_url) as made:
        yield made


@pytest.fixture(params=["python", "js"])
def verified(request):
    return example(request.param)


async def test_a_token_says_what_the_customer_holds_for_five_minutes(town):
    await town.order("c-7", "150.00")
    said = {"mode": "floor", "level": "silver", "reason": "Agreed", "until": "2026-12-24"}
    await town.api.post("/v1/customers/c-7/overrides", json=said)

    answer = await town.api.get("/v1/customers/c-7/status-token")

    claims = part(answer.json()["token"], 1)
    issued = claims.pop("iat")
    assert abs(issued - town.clock.at.timestamp()) < 5
    assert claims == {
        "sub": "c-7",
        "program": await program(town),
        "active": True,
        "tier": "silver",
        "position": 1,
        "until": "2026-12-24",
        "stages": [{"track": "default", "key": "s1", "position": 1}],
        "exp": issued + 300,
    }
    expires = datetime.fromisoformat(answer.json()["expires_at"])
    assert expires == datetime.fromtimestamp(claims["exp"], UTC)
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_hidden_level_is_not_named_in_a_token(town):
    await town.order("c-7", "6000.00")

    claims = part(await token(town), 1)

    assert (claims["tier"], claims["position"], claims["until"]) == (None, 2, None)
    assert "secret" not in json.dumps(claims)


async def test_who_holds_nothing_and_who_gets_nothing_is_told_so(town):
    await town.put("customers/c-9")
    await town.order("c-7", "150.00")
    await town.api.patch("/v1/settings", json={"enabled": False}, headers={"If-Match": "*"})

    nothing, paused = part(await token(town, "c-9"), 1), part(await token(town), 1)

    assert (nothing["tier"], nothing["position"], nothing["stages"]) == (None, 0, [])
    assert (paused["tier"], paused["active"]) == ("silver", False)


async def test_a_representative_is_believed_to_hold_what_its_organization_does(town):
    await town.put("organizations/o-1/representatives/c-7")
    await town.order("c-8", "150.00", organization_id="o-1")

    claims = part(await token(town), 1)

    assert (claims["sub"], claims["tier"]) == ("c-7", "silver")


async def test_the_examples_believe_what_we_have_signed(town, verified):
    town.clock.at = datetime.now(UTC)
    await town.order("c-7", "150.00")
    given = await token(town)

    claims = verified(given, await jwks(town), await program(town))

    assert claims == part(given, 1)


async def test_the_examples_believe_nothing_else(town, verified):
    town.clock.at = datetime.now(UTC)
    await town.order("c-7", "150.00")
    given, known, ours = await token(town), await jwks(town), await program(town)
    head, body, signature = given.split(".")
    header, claims = part(given, 0), part(given, 1)
    raised = written({**claims, "position": 9})
    stranger = SigningKey.new()
    ours_signs = await town.app.state.token_keys.signing(town.clock.now())
    false = {
        "changed": f"{head}.{raised}.{signature}",
        "without a signature": f"{written({**header, 'alg': 'none'})}.{body}.",
        "said to be of another algorithm": signed(ours_signs, {**header, "alg": "HS256"}, body),
        "of another kind": signed(ours_signs, {**header, "typ": "JWT"}, body),
        "by a key of nobody": signed(stranger, {**header, "kid": stranger.kid}, body),
        "by a key that says it is ours": signed(stranger, header, body),
        "cut": given[:-4],
    }

    for name, one in false.items():
        with pytest.raises(Exception, match=r"(?s).*"):
            pytest.fail(f"{name}: {verified(one, known, ours)}", pytrace=False)
    with pytest.raises(ValueError, match=r"of another program|not for us"):
        verified(given, known, "another")


async def test_the_examples_do_not_believe_what_has_expired(town, verified):
    town.clock.at = datetime.now(UTC) - timedelta(seconds=310)
    await town.order("c-7", "150.00")

    with pytest.raises(ValueError, match=r"expired|not for us"):
        verified(await token(town), await jwks(town), await program(town))


async def test_only_customers_that_we_know_have_tokens(town):
    unknown = await town.api.get("/v1/customers/nobody/status-token")
    odd = await town.api.get("/v1/customers/%00/status-token")

    assert (unknown.status_code, unknown.json()["code"]) == (404, "customer_not_found")
    assert odd.status_code == 422


async def test_a_token_lasts_as_long_as_it_is_set(town):
    town.app.state.token_lasting = timedelta(seconds=30)
    await town.order("c-7", "150.00", on=TODAY)

    claims = part(await token(town), 1)

    assert claims["exp"] - claims["iat"] == 30
