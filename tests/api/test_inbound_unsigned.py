"""Sources that take deliveries without a signature: only where they say so."""

import base64

import pytest

from tests.api.deliveries import STANDARD, deliver, edit, encoded, shown, source, standard
from tests.api.town import opened

PASSWORD = "correct horse battery staple"
HERE, ELSEWHERE = "127.0.0.0/8", "203.0.113.7"
ORDER = {
    "order_id": "7",
    "status": "P",
    "total": "120.00",
    "user_id": "5",
    "timestamp": "1795341600",
    "updated_at": "1795341600",
}


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


def basic(password, user="1c"):
    credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {credentials}"}


async def cart(town, *addresses, **more):
    """A CS-Cart store that takes orders from these addresses unsigned."""
    unsigned = {"allowed_addresses": list(addresses)} if addresses else None
    said = {"currency_map": {"": "EUR"}, "unsigned": unsigned, **more}
    secrets = [PASSWORD] if addresses else [STANDARD]
    return await source(town, "cs_cart", **{"secrets": secrets, **said})


@pytest.mark.parametrize("headers", [basic(PASSWORD), {"X-Source-Key": PASSWORD}])
async def test_a_password_from_an_allowed_address_is_enough(town, headers):
    shop = await cart(town, ELSEWHERE, HERE)

    answer = await deliver(town, shop["path"], encoded(ORDER), headers)

    assert answer.status_code == 200, answer.text
    assert answer.json()["results"][0]["outcome"] == "accepted"
    assert (await shown(town))["secrets"][0]["last_used_at"] is not None


@pytest.mark.parametrize(
    ("addresses", "headers", "reason"),
    [
        ([], basic(STANDARD), "signature"),
        ([], {"X-Source-Key": STANDARD}, "signature"),
        ([HERE], {}, "secret"),
        ([HERE], basic("wrong"), "secret"),
        ([HERE], basic(""), "secret"),
        ([HERE], {"X-Source-Key": f"{PASSWORD} "[:-2]}, "secret"),
        ([HERE], {"Authorization": "Basic %%%"}, "secret"),
        ([HERE], {"Authorization": f"Bearer {PASSWORD}"}, "secret"),
        ([ELSEWHERE, "::1", "::/1"], basic(PASSWORD), "address"),
    ],
)
async def test_any_other_unsigned_delivery_is_refused(town, addresses, headers, reason):
    shop = await cart(town, *addresses)

    answer = await deliver(town, shop["path"], encoded(ORDER), headers)

    assert answer.status_code == 401
    assert [one["reason"] for one in (await shown(town))["refused"]] == [reason]


async def test_a_signed_delivery_is_taken_from_anywhere(town):
    shop = await cart(town, ELSEWHERE, secrets=[STANDARD, PASSWORD])
    body = encoded(ORDER)

    answer = await deliver(town, shop["path"], body, standard(body, town.clock.now()))

    assert answer.status_code == 200, answer.text


async def test_a_wrong_signature_is_not_mended_by_a_password(town):
    shop = await cart(town, HERE)
    body = encoded(ORDER)
    headers = {**standard(body, town.clock.now()), **basic(PASSWORD)}

    assert (await deliver(town, shop["path"], body, headers)).status_code == 401


async def test_the_permission_can_be_taken_back(town):
    shop = await cart(town, HERE)

    await edit(town, unsigned=None, secrets=[STANDARD])

    answer = await deliver(town, shop["path"], encoded(ORDER), basic(STANDARD))
    assert answer.status_code == 401
