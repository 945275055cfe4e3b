"""A program with people in it, seen from outside: the real service on the real database."""

import itertools
import json
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import httpx2 as httpx
from pydantic import SecretStr
from sqlalchemy import text

from app.access import service as access
from app.access.caller import Scope
from app.access.service import NewKey
from app.customers.models import Who
from app.kit.db import connect
from app.main import create_app
from app.programs.filling import filled
from app.settings import Settings
from tests import pools
from tests.roles import as_service

TODAY = date(2026, 11, 22)
PROGRAM = (
    "INSERT INTO programs (id, key, name, version, counting, sandbox_day, created_at)"
    " VALUES (:id, :key, 'Town', 1, 1, :today, :at)"
)
VERSION = (
    "INSERT INTO program_versions"
    " (program_id, version, definition, removed, counting, author, published_at)"
    " VALUES (:id, 1, CAST(:definition AS jsonb), '{}', 1, 'test', :at)"
)


def tier(key, spend, **more):
    criteria = [] if spend is None else [{"metric": "spend", "at_least": spend}]
    return {"key": key, "criteria": criteria, **more}


DEFINITION = {
    "settings": {"currency": "EUR", "stages": {"default": {"min_stay_days": 0}}},
    "tiers": [tier("silver", "100.00"), tier("gold", "1000.00")],
    "loyalty_stages": [{"key": "s1", "amount": "500.00"}],
}


class Town:
    """What a test does and sees; its program is a sandbox whose today is `today`."""

    def __init__(self, api, db, clock, program_id):
        self.api, self.db, self.clock, self.program_id = api, db, clock, program_id
        self._numbers = itertools.count(1)
        self.today = TODAY

    async def rows(self, statement, **binds):
        async with self.db.engine.begin() as connection:
            binds = {"program_id": self.program_id, **binds}
            found = await connection.execute(text(statement), binds)
            return found.mappings().all() if found.returns_rows else []

    def member(self, kind, external_id):
        return Who.of(self.program_id, kind, external_id).member_id

    async def put(self, path, **body):
        return await self.api.put(f"/v1/{path}", json=body)

    async def order(self, customer, total, on=None, **more):
        """A paid order of a customer on a day, today if none is given."""
        number = next(self._numbers)
        at = f"{on or self.today}T10:00:00Z"
        order = {
            "id": f"order-{number}", "status": "paid", "customer_id": customer,
            "currency": "EUR", "total": total, "placed_at": at, "paid_at": at, **more,
        }  # fmt: skip
        event = {"event_id": f"event-{number}", "occurred_at": at, "order": order}
        return await self.tell({**event, "type": "order.snapshot"})

    async def happen(self, kind, **said):
        """An event about a customer."""
        number = next(self._numbers)
        event = {"event_id": f"event-{number}", "type": kind, "customer": said}
        return await self.tell({**event, "occurred_at": f"{self.today}T11:00:00Z"})

    async def tell(self, event):
        answer = await self.api.post("/v1/order-events", json=event)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def pass_to(self, day):
        """The sandbox's clock alone: no checks run."""
        self.today = day
        await self.rows("UPDATE programs SET sandbox_day = :day WHERE id = :program_id", day=day)

    async def publish(self, **settings):
        """Other settings in place of version 1, as if they had always been."""
        definition = {**DEFINITION, "settings": {**DEFINITION["settings"], **settings}}
        await self._write_version(2, definition)

    async def _write_version(self, version, definition):
        statement = VERSION.replace(":id, 1", ":program_id, :version")
        content = _json(filled(definition))
        at = self.clock.now()
        await self.rows(statement, version=version, definition=content, at=at)
        await self.rows(
            "UPDATE programs SET version = :version WHERE id = :program_id", version=version
        )

    async def level(self, kind, external_id, ladder="tiers"):
        """The key of the level that somebody holds."""
        found = await self.rows(
            "SELECT level_key FROM positions WHERE member_id = :member AND ladder = :ladder",
            member=self.member(kind, external_id),
            ladder=ladder,
        )
        return found[0]["level_key"] if found else None

    async def changes(self, kind, external_id, ladder=None):
        """(type, from, to, occasion, reason) of each change, oldest first."""
        found = await self.rows(
            "SELECT * FROM changes WHERE member_id = :member ORDER BY seq",
            member=self.member(kind, external_id),
        )
        names = ("type", "from_level", "to_level", "occasion", "reason")
        told = [one for one in found if ladder is None or one["ladder"] == ladder]
        return [tuple(one[name] for name in names) for one in told]

    async def spend(self, kind, external_id):
        """Day → spend in minor units."""
        found = await self.rows(
            "SELECT day, spend FROM day_totals WHERE member_id = :member AND spend > 0",
            member=self.member(kind, external_id),
        )
        return {one["day"]: one["spend"] for one in found}

    async def represents(self, customer):
        """(organization, from, until) of each representation, the oldest recorded first."""
        found = await self.rows(
            "SELECT o.external_id, r.from_on, r.until_on FROM representations r"
            " JOIN members o ON o.member_id = r.organization_id"
            " WHERE r.member_id = :member ORDER BY r.recorded",
            member=self.member("customer", customer),
        )
        return [tuple(one.values()) for one in found]


class StillClock:
    """A clock that moves by a second whenever it is read."""

    def __init__(self):
        self.at = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self):
        self.at += timedelta(seconds=1)
        return self.at


@asynccontextmanager
async def opened(
    database_url, definition=DEFINITION, scopes=tuple(Scope), rate_limits="off", **connection
):
    """A town of its own on the run's database; with a pool of its own if `connection` says how."""
    clock, program_id = StillClock(), uuid4()
    db = pools.shared(database_url)
    if connection:
        db = connect(as_service(database_url), pool=5, overflow=5, **connection)
    town = Town(None, db, clock, program_id)
    await _found(town, definition)
    settings = Settings.model_construct(
        secret_key=SecretStr("s" * 40), root_key=SecretStr("r" * 40), rate_limits=rate_limits
    )
    town.app = app = create_app(settings, db=db, clock=clock)
    async with app.router.lifespan_context(app), _client(app) as town.api:
        town.api.headers = await key(town, *scopes)
        yield town
    if connection:
        await db.close()


async def key(town, *scopes):
    """Headers with a new key of these scopes."""
    async with town.db.transaction() as session:
        asked = NewKey(town.program_id, scopes, "key:test")
        made = await access.mint(session, asked, town.clock.now())
    return {"Authorization": f"Bearer {made.key}"}


async def _found(town, definition):
    binds = {"id": town.program_id, "at": town.clock.now()}
    named = {"key": f"t-{town.program_id.hex[:12]}", "today": TODAY}
    await town.rows(PROGRAM, **binds, **named)
    await town.rows(VERSION, **binds, definition=_json(filled(definition)))


def _client(app):
    transport = httpx.ASGITransport(app, client=("127.0.0.9", 1))
    return httpx.AsyncClient(transport=transport, base_url="http://tiers")


def _json(value):
    return json.dumps(value, default=str)
