import json
import logging
import re

import httpx2 as httpx
import pytest
import structlog
from pydantic import SecretStr

from app.kit.clock import SystemClock
from app.kit.db import connect
from app.kit.logs import set_up_logs
from app.kit.opening import CannotStart, Place, faults, opened
from app.kit.rates import Buckets
from app.main import create_app
from app.settings import Settings
from tests.access.conftest import ROOT

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"


async def test_it_lives_and_is_ready_and_tells_nothing_else(web):
    for path, word in (("/healthz", "alive"), ("/readyz", "ready")):
        answer = await web.get(path)

        assert (answer.status_code, answer.json()) == (200, {"status": word})
        assert "server" not in answer.headers


async def test_it_is_not_ready_while_it_stops(web):
    web.app.state.stopping = True

    assert (await web.get("/healthz")).status_code == 200
    assert (await web.get("/readyz")).status_code == 503


@pytest.mark.parametrize("path", ["/readyz", "/v1/keys"])
async def test_without_its_database_it_says_so_and_lives(still_clock, path):
    db = connect(NOWHERE)
    settings = Settings.model_construct(secret_key=SecretStr("s" * 40), root_key=SecretStr(ROOT))
    app = create_app(settings, db=db, clock=still_clock)
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {ROOT}", "Tiers-Program": "any"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://tiers") as client,
    ):
        answer = await client.get(path, headers=headers)
        alive = await client.get("/healthz")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "Retry-After" in answer.headers
    assert alive.status_code == 200
    await db.close()


async def test_who_waits_too_long_for_a_connection_is_told_to_come_back(database_url, still_clock):
    db = connect(database_url, pool=1, overflow=0, wait=0.05)
    settings = Settings.model_construct(secret_key=SecretStr("s" * 40), root_key=SecretStr(ROOT))
    app = create_app(settings, db=db, clock=still_clock)
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {ROOT}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://tiers", headers=headers) as client,
    ):
        async with db.engine.connect():
            refused = await client.get("/v1/programs")
        served = await client.get("/v1/programs")
    await db.close()

    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert "Retry-After" in refused.headers
    assert served.status_code == 200


async def test_figures_are_for_this_machine_or_a_token(web):
    await web.get("/v1/keys")
    local = await web.get("/metrics")
    transport = httpx.ASGITransport(web.app, client=("192.0.2.1", 1))
    web.app.state.metrics_token = "m" * 32
    async with httpx.AsyncClient(transport=transport, base_url="http://tiers") as away:
        refused = await away.get("/metrics")
        wrong = await away.get("/metrics", headers={"Authorization": "Bearer no"})
        right = await away.get("/metrics", headers={"Authorization": f"Bearer {'m' * 32}"})

    assert [answer.status_code for answer in (local, refused, wrong, right)] == [200, 404, 404, 200]
    assert 'tiers_http_requests_total{method="GET",route="/v1/keys",status="401"}' in local.text


async def test_the_explorer_needs_nobody_else(web):
    page = await web.get("/docs")
    script = await web.get("/docs/scalar.js")

    sources = re.findall(r'(?:src|href|data-url)="([^"]+)"', page.text)
    assert sources
    assert all(source.startswith(("/", "data:")) for source in sources)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text
    assert len(script.content) > 1_000_000
    assert b"@scalar/api-reference" in script.content[:400]


async def test_the_explorer_can_be_switched_off(web_db):
    app = create_app(Settings.model_construct(docs="off"), db=web_db)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tiers") as client:
        answers = [await client.get(path) for path in ("/docs", "/docs/scalar.js", "/openapi.json")]

    assert {answer.status_code for answer in answers} == {404}


async def test_a_failed_key_too_often_is_told_to_wait(web, program):
    good = await program.mint("admin")
    web.app.state.gate._paced = True  # noqa: SLF001
    assert (await web.get("/v1/keys", headers=good)).status_code == 200

    bad = {"Authorization": "Bearer nonsense"}
    statuses = [(await web.get("/v1/keys", headers=bad)).status_code for _ in range(25)]

    assert statuses[:20] == [401] * 20
    assert statuses[21:] == [429] * 4
    assert (await web.get("/v1/keys", headers=good)).status_code == 200


async def test_a_key_that_is_too_fast_is_told_to_wait(web, program):
    headers = await program.mint("admin")
    gate = web.app.state.gate
    stopped = {rate: Buckets(rate, 2 * rate, timer=lambda: 1.0) for rate in gate._rates}  # noqa: SLF001
    gate._paced, gate._rates = True, stopped  # noqa: SLF001 - no token comes back meanwhile

    answers = [await web.get("/v1/keys", headers=headers) for _ in range(60)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert answers[39].status_code == 200
    assert refused[0].headers["Retry-After"] == "1"


async def test_a_good_database_has_no_faults(web_db):
    assert await faults(web_db, SystemClock(), 20) == []


async def test_a_database_that_may_lose_facts_is_refused(database_url):
    db = connect(database_url, pool=1, overflow=0)
    async with db.engine.connect() as connection:
        await connection.exec_driver_sql("SET synchronous_commit = off")
        await connection.commit()

    lines = await faults(db, SystemClock(), 1)
    await db.close()

    assert lines == ["The server runs with synchronous_commit off."]


async def test_every_fault_of_a_database_is_told_at_once(web_db, still_clock):
    still_clock.advance(days=-4_000)

    lines = await faults(web_db, still_clock, 100_000)

    assert lines == [
        "The server's clock and ours differ by more than 30 s.",
        "The pool is larger than the server's connections.",
    ]


async def test_a_database_that_is_never_there_is_told(monkeypatch, tmp_path, still_clock):
    monkeypatch.setattr("app.kit.opening.REACHABLE_WITHIN", 0.5)

    with pytest.raises(CannotStart, match="cannot be reached"):
        async with opened(Place(NOWHERE, tmp_path), still_clock):
            pass


@pytest.fixture
def logs_as_before():
    """Whatever a test sets up, the next one logs as before."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = before


@pytest.mark.usefixtures("logs_as_before")
async def test_refused_keys_are_logged_without_their_text(web, program, capsys):
    set_up_logs("info")
    made = await program.minted("read")

    await web.get("/v1/keys", headers={"Authorization": "Bearer sentinel"})
    await web.get("/v1/keys", headers={"Authorization": f"Bearer {made.key}"})

    said = capsys.readouterr().err
    lines = [json.loads(line) for line in said.splitlines()]
    events = [(line["event"], line.get("key_id"), line.get("reason")) for line in lines]
    assert ("key_failed", None, "wrong") in events
    assert ("scope_denied", made.id, None) in events
    assert "sentinel" not in said
    assert made.key not in said
    assert all(line["request_id"] for line in lines)
