"""A merchant who configures a program over HTTP: the real service on the real database."""

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2 as httpx
from pydantic import SecretStr
from sqlalchemy import text

from app.main import create_app
from app.settings import Settings
from tests import pools

ROOT = "r" * 40
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class StillClock:
    """A clock that stands where it is put."""

    def __init__(self):
        self.at = NOW

    def now(self):
        return self.at

    def advance(self, **by):
        self.at += timedelta(**by)


class Merchant:
    """`preview` notes what the service was asked to preview."""

    def __init__(self, client, db, clock):
        self.client, self.db, self.clock = client, db, clock
        self.key = f"m-{uuid4().hex[:12]}"
        self.previews = []
        self.headers = {}

    async def make(self, **more):
        """The merchant's program; later calls act in it with its first key."""
        body = {"key": self.key, "name": "Merchant", "currency": "EUR", **more}
        answer = await self.as_root("POST", "/v1/programs", json=body)
        if answer.status_code == 201:
            self.headers = {"Authorization": f"Bearer {answer.json()['api_key']['key']}"}
        return answer

    async def as_root(self, method, path, **more):
        headers = {"Authorization": f"Bearer {ROOT}", **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def send(self, method, path, body=None, *, match="*", **more):
        headers = {**self.headers, **more.pop("headers", {})}
        if match is not None and method != "GET":
            headers["If-Match"] = match
        return await self.client.request(method, path, headers=headers, json=body, **more)

    async def get(self, path, **more):
        return await self.send("GET", path, **more)

    async def post(self, path, body=None, **more):
        return await self.send("POST", path, body, **more)

    async def patch(self, path, body, **more):
        return await self.send("PATCH", path, body, **more)

    async def put(self, path, body, **more):
        return await self.send("PUT", path, body, **more)

    async def delete(self, path, **more):
        return await self.send("DELETE", path, **more)

    async def tag(self, path):
        return (await self.get(path)).headers["ETag"]

    async def with_tiers(self, **spends):
        """Tiers of these keys, lowest first, each asking a spend."""
        tiers = [{"key": key, "criteria": [spent(amount)]} for key, amount in spends.items()]
        definition = {"settings": {"currency": "EUR"}, "tiers": tiers}
        assert (await self.put("/v1/definition", definition)).status_code == 200

    async def rows(self, statement, **binds):
        async with self.db.engine.begin() as connection:
            found = await connection.execute(text(statement), {"key": self.key, **binds})
            return found.mappings().all() if found.returns_rows else []

    async def program(self):
        """The program's row."""
        return (await self.rows("SELECT * FROM programs WHERE key = :key"))[0]

    async def versions(self):
        """The numbers of all published versions."""
        found = await self.rows(
            "SELECT version FROM program_versions WHERE program_id ="
            " (SELECT id FROM programs WHERE key = :key) ORDER BY version"
        )
        return [one["version"] for one in found]

    async def events(self):
        """(seq, type, version) of the program's own changes."""
        found = await self.rows(
            "SELECT seq, type, version FROM changes WHERE member_id ="
            " (SELECT id FROM programs WHERE key = :key) ORDER BY seq"
        )
        return [tuple(one.values()) for one in found]

    async def record_fact(self):
        """Somebody's order event, as small as the table allows."""
        await self.rows(
            "INSERT INTO exchange_rates (program_id, currency, day, rate, set_at)"
            " SELECT id, 'USD', '2026-11-22', 1.1, created_at FROM programs WHERE key = :key"
        )

    async def preview(self, session, program_id, definition, as_of, now):
        """Plays the previewer of the evaluation."""
        self.previews.append((session, program_id, definition, as_of, now))
        return {"ladders": [], "benefit_cost": None}


@asynccontextmanager
async def opened(database_url):
    """A merchant before a running service; the program is not made yet."""
    db, clock = pools.shared(database_url), StillClock()
    settings = Settings.model_construct(
        secret_key=SecretStr("s" * 40), root_key=SecretStr(ROOT), rate_limits="off"
    )
    app = create_app(settings, db=db, clock=clock)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://tiers") as client,
    ):
        merchant = Merchant(client, db, clock)
        merchant.app = app
        app.state.preview = merchant.preview
        yield merchant


def spent(amount, **more):
    return {"metric": "spend", "at_least": amount, **more}


def faults(answer):
    """(pointer, code) of each fault."""
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def codes(answer):
    """The codes of the warnings that an edit came with."""
    return [warning["code"] for warning in answer.json()["published"]["warnings"]]


def content(answer):
    """The resource of an edit, without what was published."""
    return {name: value for name, value in answer.json().items() if name != "published"}


def clone(value):
    return json.loads(json.dumps(value))
