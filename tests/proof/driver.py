"""Plays a log of `replay` to the real service over HTTP, and reads what became of everybody."""

import json
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

import httpx2 as httpx
from pydantic import SecretStr
from sqlalchemy import text

from app.checks import advancing
from app.checks import repository as checks_repository
from app.checks import service as checks
from app.kit.clock import SystemClock
from app.kit.db import connect
from app.main import create_app
from app.settings import Settings

ROOT = "r" * 40
LINES = {"Content-Type": "application/x-ndjson"}
CHANGES = """
SELECT m.kind, m.external_id, c.* FROM changes c JOIN members m USING (member_id)
 WHERE c.program_id = :program_id ORDER BY c.member_id, c.seq"""
POSITIONS = """
SELECT m.kind, m.external_id, p.* FROM positions p JOIN members m USING (member_id)
 WHERE p.program_id = :program_id AND m.external_id IS NOT NULL AND m.merged_into IS NULL"""
TOTALS = """
SELECT m.kind, m.external_id, d.* FROM day_totals d JOIN members m USING (member_id)
 WHERE d.program_id = :program_id AND m.external_id IS NOT NULL"""


class Refusal(Exception):
    """The service refused what the model took."""


class Driver:
    """One program on a service; `conflicts` are the event ids that were refused as such."""

    def __init__(self, api, db):
        self.api, self.db, self.clock = api, db, SystemClock()
        self.key = f"proof-{uuid4().hex[:16]}"
        self.headers = {}
        self.overrides = {}
        self.conflicts = []
        self.refused = []

    async def tell(self, entry):
        """Whether it was taken: a check of the past has to wait for an edit's own check."""
        [(name, value)] = entry.items()
        return await getattr(self, f"on_{name}")(value) is not False

    async def ask(self, method, path, body=None, **more):
        headers = {**self.headers, **more.pop("headers", {})}
        answer = await self.api.request(method, f"/v1{path}", json=body, headers=headers, **more)
        if answer.status_code >= 400:
            message = f"{method} {path} {body}: {answer.status_code} {answer.text}"
            raise Refusal(message)
        return answer

    async def on_program(self, given):
        settings = given["definition"]["settings"]
        said = {"key": self.key, "name": "Proof", "sandbox": True, "today": given["today"]}
        said |= {"currency": settings["currency"]}
        said |= {"time_zone": settings.get("time_zone", "UTC")}
        root = {"Authorization": f"Bearer {ROOT}"}
        made = (await self.ask("POST", "/programs", said, headers=root)).json()
        self.headers = {"Authorization": f"Bearer {made['api_key']['key']}"}
        [row] = await self.rows("SELECT id FROM programs WHERE key = :key", key=self.key)
        self.program_id = row["id"]
        await self.put_definition(given["definition"], apply="now", existing="may_fall")
        await self.run_due()

    async def put_definition(self, definition, **query):
        tag = (await self.ask("GET", "/definition")).headers["ETag"]
        await self.ask("PUT", "/definition", definition, headers={"If-Match": tag}, params=query)

    async def on_event(self, event):
        answer = await self.api.post("/v1/order-events", json=event, headers=self.headers)
        if answer.status_code == 409:
            self.conflicts.append(event["event_id"])
        elif answer.status_code != 200:
            raise Refusal(answer.text)

    async def on_batch(self, events):
        self.note(await self.ask("POST", "/order-events/batch", {"events": events}))

    async def on_import(self, events):
        body = "\n".join(json.dumps(event) for event in events)
        headers = {**self.headers, **LINES}
        answer = await self.api.post("/v1/order-events/batch", content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        self.note(answer)

    def note(self, answer):
        for one in answer.json()["results"]:
            if one["reason"] == "event_conflict":
                self.conflicts.append(one["event_id"])

    async def on_put_customer(self, said):
        body = {name: value for name, value in said.items() if name != "id"}
        await self.ask("PUT", f"/customers/{said['id']}", body)

    async def on_put_organization(self, said):
        body = {name: value for name, value in said.items() if name != "id"}
        await self.ask("PUT", f"/organizations/{said['id']}", body)

    async def on_represent(self, pair):
        dates = {name: pair[name] for name in ("from", "until") if pair.get(name)}
        await self.ask("PUT", representative(pair), dates)

    async def on_unrepresent(self, pair):
        answer = await self.api.delete(f"/v1{representative(pair)}", headers=self.headers)
        assert answer.status_code in {204, 404}, answer.text

    async def on_rate(self, said):
        await self.ask("PUT", f"/exchange-rates/{said['date']}", {said["currency"]: said["rate"]})

    async def on_activity(self, said):
        await self.ask("POST", "/activities", said)

    async def on_points(self, said):
        kind, _, name = said["member"].partition(":")
        body = {"kind": said["kind"], "points": said["points"], "reason": "as a test has it"}
        path = f"/v1/{kind}s/{name}/points"
        answer = await self.api.post(path, json=body, headers=self.headers)
        if answer.status_code == 409 and answer.json()["code"] == "insufficient_points":
            self.refused.append(said["id"])
        elif answer.status_code != 201:
            raise Refusal(answer.text)

    async def on_override(self, said):
        kind, _, name = said["member"].partition(":")
        kept = ("ladder", "mode", "level", "reason", "from", "until")
        body = {one: said[one] for one in kept if one in said}
        answer = await self.ask("POST", f"/{kind}s/{name}/overrides", body)
        self.overrides[said["id"]] = answer.json()["id"]

    async def on_remove_override(self, said):
        await self.ask("DELETE", f"/overrides/{self.overrides[said['id']]}")

    async def on_publish(self, said):
        query = {"apply": said.get("apply", "now"), "existing": said.get("existing", "may_fall")}
        await self.put_definition(said["definition"], **query)

    async def on_rules_changed(self, _):
        await self.run_due()

    async def on_enable(self, _):
        await self.switch(enabled=True)
        await self.run_due()

    async def on_disable(self, _):
        await self.switch(enabled=False)

    async def switch(self, *, enabled):
        tag = (await self.ask("GET", "/settings")).headers["ETag"]
        await self.ask("PATCH", "/settings", {"enabled": enabled}, headers={"If-Match": tag})

    async def on_check(self, said):
        body = {name: said[name] for name in ("as_of", "force", "reason") if name in said}
        answer = await self.api.post("/v1/checks", json=body, headers=self.headers)
        if answer.status_code == 409 and answer.json()["code"] == "check_due":
            return False
        assert answer.status_code == 202, answer.text
        check = answer.json()["id"]
        await checks.run_to_end(self.db, self.clock, self.program_id, check)
        return True

    async def on_clock(self, day):
        await self.ask("PUT", "/clock", {"today": day})

    async def run_due(self):
        """What a worker does: the checks that are owed by now, to their end."""
        find = partial(checks_repository.unfinished, program_id=self.program_id)
        owed = partial(advancing.advance, program_id=self.program_id, now=self.clock.now())
        while await self.db.run(owed) or await self.db.run(find):
            if check := await self.db.run(find):
                await checks.run_to_end(self.db, self.clock, self.program_id, check)

    async def rows(self, statement, **binds):
        async with self.db.engine.connect() as connection:
            return (await connection.execute(text(statement), binds)).mappings().all()

    async def changes(self):
        """The moves and notices, as the model writes them; versions count from the definition."""
        found = await self.rows(CHANGES, program_id=self.program_id)
        return [told(row) for row in found if row["kind"] != "guest"]

    async def positions(self):
        """(member, ladder) → (level, since, state, grace until) of all that hold or held."""
        found = await self.rows(POSITIONS, program_id=self.program_id)
        return {
            (f"{row['kind']}:{row['external_id']}", row["ladder"]): (
                row["level_key"], row["since_on"], row["state"], row["grace_until"],
            )
            for row in found
        }  # fmt: skip

    async def totals(self):
        """Member → day → (spend, orders, largest, points)."""
        found = {}
        for row in await self.rows(TOTALS, program_id=self.program_id):
            days = found.setdefault(f"{row['kind']}:{row['external_id']}", {})
            days[row["day"]] = (row["spend"], row["orders"], row["largest"], row["points"])
        return found


def representative(pair):
    return f"/organizations/{pair['organization_id']}/representatives/{pair['customer_id']}"


def told(row):
    plain = ("ladder", "seq", "type", "direction", "occasion", "reason")
    return {
        **{name: row[name] for name in plain},
        "member": f"{row['kind']}:{row['external_id']}",
        "from": row["from_level"],
        "to": row["to_level"],
        "as_of": row["as_of"].isoformat(),
        "version": row["version"] - 1,
    }


@asynccontextmanager
async def service(database_url, pool=5, clock=None):
    """The real application in process; yields its client and its database."""
    db = connect(database_url, pool=pool, overflow=5)
    settings = Settings.model_construct(
        secret_key=SecretStr("s" * 40), root_key=SecretStr(ROOT), rate_limits="off"
    )
    app = create_app(settings, db=db, clock=clock)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://tiers", timeout=60) as api,
    ):
        yield api, db
    await db.close()
