"""Addresses: whatever an id holds, it is found under its own address and no other."""

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.paths import routed, segment
from tests.kit_web.shop import application


@pytest.fixture
async def shop():
    transport = httpx.ASGITransport(application())
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_segment_comes_back_as_it_was_sent(said):
    encoded = "".join(f"%{byte:02X}" for byte in said.encode())

    matched = routed(f"/v1/{encoded}/tier".encode())

    _, _, middle, last = matched.split("/")
    assert (segment(middle), last) == (said, "tier")


@pytest.mark.parametrize(
    ("path", "matched"),
    [(b"/v1/a", "/v1/a"), (b"/v1/%61", "/v1/a"), (b"/", "/"), (b"/v1//a", "/v1//a")],
)
def test_a_plain_path_is_matched_as_ever(path, matched):
    assert routed(path) == matched


@pytest.mark.parametrize("said", ["a/b", "a%2Fb", "a%b", "../a", "?", "#", "é"])
async def test_an_id_may_hold_what_divides_addresses(shop, said):
    encoded = "".join(f"%{byte:02x}" for byte in said.encode())

    answer = await shop.get(f"/v1/things/any/{encoded}")

    assert answer.json() == {"id": said}


@pytest.mark.parametrize("path", ["%ff", "%c3%28", "%zz", "%", "a?limit=%ff", "a?limit=%"])
async def test_an_address_that_is_no_text_is_refused(shop, path):
    raw = f"/v1/things/{path}".encode()
    request = shop.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=raw)

    answer = await shop.send(request)

    assert (answer.status_code, answer.json()["code"]) == (400, "unparsable")


async def test_a_parameter_is_given_once(shop):
    answer = await shop.get("/v1/things/a?limit=1&limit=2")

    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/query/limit", "repeated_parameter")
    ]
