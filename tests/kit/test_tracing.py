"""Traces tell what took how long, and nothing of what was said."""

import httpx2 as httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import SecretStr

from app.kit.db import connect
from app.main import create_app
from app.settings import Settings, SettingsInvalid, read_settings
from tests.jobs.receiver import OK, Receiver
from tests.roles import as_service

TRACE = "0af7651916cd43dd8448eb211c80319c"
SENTINEL = "anna-of-the-sentinels"


@pytest.fixture
async def collector():
    found = Receiver(lambda *_: OK)
    await found.open()
    yield found
    await found.close()


async def asked(url, database_url, path, **said):
    """One request to a service that sends its traces there; the service ends."""
    db = connect(as_service(database_url))
    settings = Settings.model_construct(
        secret_key=SecretStr("s" * 40), root_key=SecretStr("r" * 40), traces_url=url
    )
    app = create_app(settings, db=db)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tiers")
    async with app.router.lifespan_context(app), client:
        answer = await client.post(path, **said)
    await db.close()
    return answer


async def test_a_request_is_told_by_its_route_and_status_alone(collector, database_url):
    answer = await asked(
        collector.url("/v1/traces"),
        database_url,
        f"/v1/customers/{SENTINEL}/points?key={SENTINEL}",
        json={"reason": SENTINEL},
        headers={"Authorization": f"Bearer {SENTINEL}", "traceparent": f"00-{TRACE}-{'1' * 16}-01"},
    )

    assert answer.status_code == 422
    sent = b"".join(one.body for one in collector.got)
    assert SENTINEL.encode() not in sent
    spans = [
        span
        for one in collector.got
        for found in ExportTraceServiceRequest.FromString(one.body).resource_spans
        for scope in found.scope_spans
        for span in scope.spans
    ]
    assert {span.trace_id.hex() for span in spans} == {TRACE}
    [whole] = [span for span in spans if span.parent_span_id.hex() == "1" * 16]
    assert whole.name == "POST /v1/customers/{customer_id}/points"
    told = {one.key: one.value.int_value or one.value.string_value for one in whole.attributes}
    assert told == {
        "http.request.method": "POST",
        "http.response.status_code": 422,
        "http.route": "/v1/customers/{customer_id}/points",
        "url.scheme": "http",
    }


async def test_a_collector_that_is_away_harms_no_request(database_url):
    answer = await asked("http://127.0.0.1:9/v1/traces", database_url, "/v1/order-events", json={})

    assert answer.status_code == 401


def test_an_address_that_is_none_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("TIERS_TRACES_URL", "collector:4318")

    with pytest.raises(SettingsInvalid, match="TIERS_TRACES_URL: must be an http"):
        read_settings()
