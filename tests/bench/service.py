"""The service as the benchmark compares it, on a port of its own.

    python -m tests.bench.service <real|alone|dry|bare> <port> [<body>]

`real` is what `serve` is. `alone` gives each event a transaction of its own. `dry` verifies and
parses events and answers without a database. `bare` answers one body from memory.
"""

import json
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI

from app.cli.serving import parts
from app.inbound.coalescer import Coalescer
from app.inbound.intake import Intake
from app.inbound.pipeline import Pipeline
from app.inbound.reading import fact_of
from app.inbound.schemas.events import OutcomeOut
from app.kit import logs
from app.kit.server import run, server_of
from app.main import create_app
from app.orders.models import Outcome
from app.settings import read_settings

CONNECTIONS = 64


class DryCoalescer:
    """Answers at once."""

    async def submit(self, _program_id, _fact):
        return Outcome("accepted")


class DryIntake:
    """Reads an event as the real one does, and keeps nothing."""

    async def take_one(self, program_id, event, now):
        fact = fact_of(program_id, event, now)
        return OutcomeOut.model_construct(event_id=fact.event_id, outcome="accepted", reason=None)


@asynccontextmanager
async def alone(app):
    pipeline = Pipeline(app.state.db)
    coalescer = Coalescer(pipeline, at_once=1, lanes=CONNECTIONS)
    app.state.intake = Intake(pipeline, coalescer)
    app.state.receiver = replace(app.state.receiver, coalescer=coalescer)
    yield


@asynccontextmanager
async def dry(app):
    app.state.intake = DryIntake()
    app.state.receiver = replace(app.state.receiver, coalescer=DryCoalescer())
    yield


def service(kind):
    changes = {"real": (), "alone": (alone,), "dry": (dry,)}
    return create_app(read_settings(), beside=(*parts(with_worker=True), *changes[kind]))


def bare(body):
    app = FastAPI()

    @app.get("/v1/customers/{name}")
    async def read(name: str):  # noqa: ARG001 - the path is what it is
        return body

    return app


def main(kind, port, body=None):
    logs.set_up_logs("warning")
    made = bare(json.loads(Path(body).read_text("utf-8"))) if kind == "bare" else service(kind)
    run(server_of(made, "127.0.0.1", int(port), lambda: None))


if __name__ == "__main__":
    main(*sys.argv[1:])
