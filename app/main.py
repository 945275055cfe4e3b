"""The HTTP root: puts the application together and keeps its lifespan."""

from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from opentelemetry.trace import TracerProvider
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan, Scope

from app import VERSION
from app.access import router as access
from app.access.gate import Gate, bearer
from app.access.token_keys import TokenKeys
from app.checks import router as checks
from app.console import pages
from app.customers import stones
from app.evaluation import router as evaluation
from app.evaluation.preview import preview
from app.inbound import router as inbound
from app.inbound.coalescer import Coalescer
from app.inbound.fetching.notified import ask_fetches
from app.inbound.inbox.replaying import Replayer
from app.inbound.intake import Intake
from app.inbound.pipeline import Pipeline
from app.inbound.receiving.webhooks import Receiver
from app.inbound.sources.known import KnownSources
from app.inbound.sources.tally import Tally
from app.insight import router as insight
from app.kit import docs, health, metrics
from app.kit.clock import Clock, SystemClock
from app.kit.db import Database
from app.kit.downloads import Downloads
from app.kit.edge import EdgeMiddleware
from app.kit.errors import install_handlers
from app.kit.failures import shown
from app.kit.idempotency import StoredAnswer
from app.kit.limits import INBOUND, LimitMiddleware, Limits
from app.kit.openapi import completed
from app.kit.opening import Place, opened
from app.kit.outgoing import Outgoing
from app.kit.tracing import traced, tracer_to
from app.orders import router as orders
from app.outbound import router as outbound
from app.outbound.waiting import Waiting
from app.programs import router as programs
from app.settings import Settings

ROUTERS: tuple[APIRouter, ...] = (
    access.router,
    access.jwks,
    *programs.ROUTERS,
    *inbound.ROUTERS,
    orders.router,
    *evaluation.ROUTERS,
    *checks.ROUTERS,
    *outbound.ROUTERS,
    insight.router,
)
WEBHOOKS: tuple[APIRouter, ...] = (outbound.webhooks,)


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def _served() -> list[BaseRoute]:
    """All routes in one list: routers within routers are searched once more on every floor."""
    found = [route for router in ROUTERS for route in router.routes]
    for route in found:
        if isinstance(route, APIRoute):
            route.unique_id = _operation_id(route)
    return found


SERVED = _served()
BUSY = frozenset(
    {
        "/v1/customers/{customer_id}",
        "/v1/customers/{customer_id}/tier",
        "/v1/customers/{customer_id}/benefits",
        "/v1/customers/{customer_id}/quote",
        "/v1/customers/lookup",
        "/v1/inbound/{source}",
        "/v1/order-events",
        "/v1/order-events/batch",
    }
)
"""What shops ask all day: the list of routes is searched from its start, so these come first."""

DESCRIPTION = """Decides which customer is in which tier, proves why, and tells every system that
needs to know.

Send facts (orders, refunds) with a key that has the scope `ingest`; read tiers, benefits and
progress with `read`. Money is a decimal string, dates are `YYYY-MM-DD`, instants RFC 3339 with an
offset. Errors are `application/problem+json`; their `code` is stable. POSTs take
`Idempotency-Key`, edits need `If-Match`, lists are followed by their `next` cursor."""

Beside = Callable[["Application"], AbstractAsyncContextManager[Any]]


class Application(FastAPI):
    """FastAPI with our errors in its document, and spans of requests alone.

    Its own logs and metrics are off: ours tell as much, and hold no data of anybody.
    """

    def __init__(
        self, *, lifespan: Lifespan[Any], routes: list[BaseRoute], tracer: TracerProvider | None
    ) -> None:
        super().__init__(
            title="customer-tiers",
            version=VERSION,
            description=DESCRIPTION,
            lifespan=lifespan,
            routes=routes,
            openapi_url=None,
            generate_unique_id_function=_operation_id,
            redirect_slashes=False,
            telemetry={
                "tracer_provider": tracer,
                "tracing": tracer is not None,
                "metrics": False,
                "logs": False,
                "auto_configure": False,
            },
        )

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = completed(_in_order(super().openapi()))
        return self.openapi_schema


def create_app(
    settings: Settings,
    *,
    db: Database | None = None,
    clock: Clock | None = None,
    beside: tuple[Beside, ...] = (),
) -> Application:
    """The service. Opens the database of the settings, unless it is given one.

    `beside`: what lives and dies with the application, entered when the database is there.
    """
    tracer = tracer_to(settings.traces_url, VERSION)

    @asynccontextmanager
    async def lifespan(app: Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(traced(tracer))
            held = db
            if held is None:
                opening = opened(_place(settings), app.state.clock)
                held = await stack.enter_async_context(opening)
            _open(app, settings, held)
            stack.push_async_callback(_close, app)
            for part in beside:
                await stack.enter_async_context(part(app))
            yield
            app.state.stopping = True

    routes = _plain_routes(with_docs=settings.docs == "on")
    app = Application(lifespan=lifespan, routes=routes, tracer=tracer)
    app.state.clock = clock or SystemClock()
    app.state.stopping = False
    _assemble(app, settings)
    return app


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, the same on every machine."""
    return create_app(Settings.model_construct()).openapi()


def _in_order(document: dict[str, Any]) -> dict[str, Any]:
    """The document as routers tell of their routes, however these are searched."""
    found = document["paths"]
    return document | {"paths": {path: found[path] for path in map(_path, SERVED) if path in found}}


def _path(route: BaseRoute) -> str:
    return str(getattr(route, "path", ""))


def _assemble(app: FastAPI, settings: Settings) -> None:
    app.router.routes[:0] = sorted(SERVED, key=lambda route: _path(route) not in BUSY)
    for router in WEBHOOKS:
        app.webhooks.include_router(router)
    install_handlers(app)
    app.exception_handler(StoredAnswer)(_stored)
    limits = Limits(body=settings.body_limit, at_once=settings.requests_at_once)
    app.add_middleware(LimitMiddleware, limits=limits, whose=partial(_whose, app))
    app.add_middleware(EdgeMiddleware, translate=shown)
    metrics.BUILD_INFO.labels(VERSION).set(1)


def _whose(app: FastAPI, scope: Scope) -> Hashable:
    """The program that a request is for, as far as is known without looking anything up."""
    path: str = scope["path"]
    if path.startswith(INBOUND):
        sources: KnownSources = app.state.sources
        return sources.program_of(path.rsplit("/", 1)[1])
    said = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    if not (text := bearer(said.decode("latin-1"))):
        return None
    gate: Gate = app.state.gate
    return gate.whose(text)


def _open(app: FastAPI, settings: Settings, db: Database) -> None:
    root_key = settings.root_key.get_secret_value() if settings.root_key else ""
    token = settings.metrics_token
    app.state.db = db
    app.state.seal = settings.seal()
    stones.equip(db, app.state.seal)
    app.state.token_keys = TokenKeys(db, app.state.seal)
    app.state.token_lasting = timedelta(seconds=settings.token_seconds)
    app.state.raw_days = settings.raw_days
    app.state.outgoing = Outgoing.at_start(settings.webhook_allow_cidrs)
    pipeline = Pipeline(db)
    coalescer = Coalescer(pipeline)
    app.state.intake = Intake(pipeline, coalescer)
    app.state.sources = KnownSources(db, app.state.seal)
    app.state.tally = Tally(db)
    app.state.downloads = Downloads(db)
    app.state.waiting = Waiting(lambda: app.state.stopping)
    app.state.preview = preview
    app.state.metrics_token = token.get_secret_value() if token else None
    gate = Gate(db, app.state.clock, root_key, paced=settings.rate_limits == "on")
    app.state.gate = gate
    app.state.replayer = Replayer(pipeline, app.state.sources, ask_fetches)
    app.state.receiver = Receiver(
        db, coalescer, gate, app.state.sources, app.state.tally, ask_fetches
    )


async def _close(app: FastAPI) -> None:
    await app.state.outgoing.close()
    await app.state.tally.close()


def _place(settings: Settings) -> Place:
    return Place(
        settings.database_url,
        settings.data_dir,
        settings.pg_bindir,
        settings.pool,
        settings.pool_overflow,
        settings.wal_archive,
    )


def _plain_routes(*, with_docs: bool) -> list[BaseRoute]:
    explorer = [*docs.ROUTES, Route("/openapi.json", _openapi)] if with_docs else []
    return [*health.ROUTES, *pages.ROUTES, *explorer]


async def _openapi(request: Request) -> Response:
    return JSONResponse(request.app.openapi())


async def _stored(_: Request, answer: StoredAnswer) -> Response:
    return answer.response
