"""Who is too fast is turned away before anything is read for it, and each program has its turns."""

from uuid import UUID

from app.kit.limits import Limits
from app.kit.rates import Buckets
from app.main import _whose
from tests.api.deliveries import deliver as delivered
from tests.api.deliveries import encoded, source, standard
from tests.api.facts import snapshot
from tests.api.town import opened


def _burst(gate, number):
    """So many requests of a key, and no more."""
    stopped = {rate: Buckets(rate, number, timer=lambda: 1.0) for rate in gate._rates}  # noqa: SLF001
    gate._paced, gate._rates = True, stopped  # noqa: SLF001


async def test_a_key_that_is_too_fast_is_refused_before_its_body_is_read(web, program):
    headers = await program.mint("ingest")
    read = []

    async def body():
        read.append(True)
        yield b"{"

    _burst(web.app.state.gate, 1)
    path = "/v1/order-events"
    first = await web.post(path, headers=headers, json=snapshot())
    second = await web.post(path, headers=headers, content=body())

    assert (first.status_code, second.status_code, read) == (200, 429, [])
    assert second.headers["Retry-After"] == "1"


async def test_looking_first_takes_no_token_and_trusts_no_wrong_secret(web, program):
    headers = await program.mint("ingest")
    text = headers["Authorization"].removeprefix("Bearer ")
    _burst(web.app.state.gate, 3)

    answers = [
        await web.post("/v1/order-events", headers=headers, json=snapshot()) for _ in range(4)
    ]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert web.app.state.gate.whose(text) == program.id
    assert web.app.state.gate.whose(f"{text[:-1]}{'a' if text[-1] != 'a' else 'b'}") is None


async def test_keys_and_sources_of_a_program_are_its_own(database_url):
    async with opened(database_url) as town:
        shop, body = await source(town), encoded(snapshot())
        await delivered(town, shop["path"], body, standard(body, town.clock.now()))

        by_source = _whose(town.app, _scope(shop["path"]))
        by_key = _whose(town.app, _scope("/v1/tiers", town.api.headers["Authorization"]))
        by_nobody = _whose(town.app, _scope("/v1/tiers", "Bearer nonsense"))

    assert isinstance(by_source, UUID)
    assert (by_key, by_nobody) == (by_source, None)


def test_what_waits_or_streams_takes_no_turn():
    kinds = {path: Limits().share_of(_scope(path)) for path in ("/v1/changes", "/v1/imports")}
    told, asked, tried = (
        Limits().share_of(_scope(path))
        for path in ("/v1/inbound/src_1", "/v1/tiers", "/v1/preview")
    )

    assert kinds == {"/v1/changes": None, "/v1/imports": None}
    assert (told[0], asked[0], tried[0]) == ("facts", "rest", "rest")


def _scope(path, authorization=""):
    headers = [(b"authorization", authorization.encode())] if authorization else []
    return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
