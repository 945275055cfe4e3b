"""A small application of the kit alone: what any domain's router looks like from outside."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, FastAPI, Header, Request

from app.access.tags import Tagged
from app.kit.edge import EdgeMiddleware
from app.kit.errors import AppError, StrictRoute, install_handlers
from app.kit.etags import require_match
from app.kit.failures import shown
from app.kit.limits import LimitMiddleware, Limits
from app.kit.schemas import Key, Money, Name, PositiveInt, PositiveParam, Schema

router = APIRouter(prefix="/v1/things", tags=["things"], route_class=StrictRoute)


class Part(Schema):
    amount: Money


class Thing(Schema):
    name: Name
    count: PositiveInt = 1
    parts: tuple[Part, ...] = ()


class ThingBroken(AppError):
    status = 409


class Secretive(Exception):
    """Its text must never be seen."""


@router.post("")
async def make(thing: Thing) -> Thing:
    return thing


@router.get("/{key}")
async def read(tagged: Tagged, key: Key, limit: PositiveParam = 5) -> dict:
    return tagged({"key": key, "limit": limit})


@router.put("/{key}")
async def write(key: Key, if_match: Annotated[str | None, Header()] = None) -> dict:
    require_match(if_match, '"now"')
    return {"key": key}


@router.get("/any/{name}")
async def named(name: str) -> dict:
    return {"id": name}


@router.post("/raw")
async def raw(request: Request) -> dict:
    return {"length": len(await request.body())}


@router.post("/fail/{kind}")
async def fail(kind: str) -> None:
    errors = {
        "broken": ThingBroken("It is broken."),
        "secret": Secretive("hunter2"),
        "refused": ConnectionRefusedError("10.0.0.1"),
        "slow": TimeoutError(),
    }
    raise errors[kind]


@router.get("/wait/{seconds}")
async def wait(seconds: float) -> None:
    await asyncio.sleep(seconds)


def application(**limits):
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.include_router(router)
    install_handlers(app)
    app.add_middleware(LimitMiddleware, limits=Limits(**limits))
    app.add_middleware(EdgeMiddleware, translate=shown)
    return app
