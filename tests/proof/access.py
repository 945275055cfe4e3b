"""P13: every operation with every kind of key answers as access.csv says; revoked keys end.

A cell is `in` (past the gate, whatever comes then) or the code of the refusal. The file is part
of the contract of pages 4 and 6: no scope implies another, except that it may GET what it may
change. `python -m tests.proof.access` prints what is answered now.
"""

import asyncio
import csv
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import UUID, uuid4

from app.access import service as access
from app.access.caller import Identity, Scope
from app.access.gate import Gate
from app.access.service import NewKey
from app.kit.clock import SystemClock
from app.kit.ids import ApiKeyText, parse_api_key
from app.kit.logs import set_up_logs
from tests.proof.campaign import ROOM, Result, Size
from tests.proof.driver import ROOT, service
from tests.proof.ground import ground
from tests.proof.operations import Operation, operations

TABLE = Path(__file__).with_name("access.csv")
REFUSALS = {
    401: {"unauthorized"},
    403: {"scope_missing", "root_only", "other_program"},
    400: {"program_required"},
}
REVOKED = {"smoke": 2, "ci": 10, "release": 100}
REVOKED_WITHIN = 1.5  # the second of page 6, and the time of a request on a busy machine

Headers = Mapping[str, str]


class Ended(NamedTuple):
    """`seconds`: how long a revoked key was still taken by another replica."""

    seconds: float
    failures: list[str]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    return asyncio.run(campaign(size, seed, blind=blind))


async def campaign(size: Size, seed: int, *, blind: bool) -> Result:
    async with ground() as found:
        return await play(found.server.url, size, seed, blind=blind)


async def play(
    url: str, size: Size, seed: int = 0, *, blind: bool = False, only: str = ""
) -> Result:
    """`only`: what the names of the operations begin with; the others are found missing."""
    asked = [one for one in operations() if one.name.startswith(only)]
    with ExitStack() as planted:
        if blind:
            planted.enter_context(patch.object(Gate, "identify", read_implied(Gate.identify)))
        async with world(url) as (apis, keys):
            cells = {one.name: await answers(apis[0], one, keys.columns) for one in asked}
            ended = [await revoked(apis, keys, ROOM[size]) for _ in range(REVOKED[size])]
    wrong = [*unequal(cells)]
    counts = {
        "operations": len(cells),
        "cells": sum(map(len, cells.values())),
        "wrong": len(wrong),
        "revoke_max_s": round(max(one.seconds for one in ended), 2),
    }
    return Result(seed, counts, wrong + [line for one in ended for line in one.failures])


def unequal(found: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Cells that the table has otherwise, operations that it does not have, and the reverse."""
    rows = csv.DictReader(TABLE.read_text("utf-8").splitlines())
    table = {row.pop("operation"): row for row in rows}
    for name in table.keys() ^ found.keys():
        yield f"{name}: only in {'the table' if name in table else 'the document'}"
    for name in table.keys() & found.keys():
        for key in table[name].keys() | found[name].keys():
            said, heard = table[name].get(key), found[name].get(key)
            if said != heard:
                yield f"{name} with {key}: table {said}, answered {heard}"


async def answers(api: Any, operation: Operation, keys: Mapping[str, Headers]) -> dict[str, str]:
    """Column → how the operation answers that key."""
    given = {}
    for name, headers in keys.items():
        answer = await api.request(operation.method, operation.at(), headers=headers)
        code = answer.json().get("code") if answer.status_code >= 400 else None
        given[name] = code if code in REFUSALS.get(answer.status_code, ()) else "in"
        if answer.status_code >= 500:
            given[name] = str(answer.status_code)
    return given


class Keys:
    """A program, another one, and a key of every kind; `columns`: headers by the kind's name."""

    def __init__(self, db: Any) -> None:
        self.db = db
        self.programs: dict[str, tuple[str, UUID]] = {}
        self.columns: dict[str, Headers] = {}

    async def make(self, api: Any) -> None:
        for name in ("ours", "theirs"):
            said = {"key": f"{name}-{uuid4().hex[:12]}", "name": name, "currency": "EUR"}
            answer = await api.post("/v1/programs", json=said, headers=bearer(ROOT))
            owner = await self.owner(answer.json()["api_key"]["id"])
            self.programs[name] = (said["key"], owner)
        key, _ = self.programs["ours"]
        whole = await self.mint(*Scope)
        expired = await self.mint(*Scope, expires_in=-1)
        gone = await self.mint(*Scope)
        await self.end(api, gone)
        other = await self.mint(*Scope, program="theirs")
        self.columns = {
            "no key": {},
            "garbage": bearer("garbage"),
            "cut": bearer(whole[:-1]),
            "wrong checksum": bearer(whole[:-1] + ("A" if whole[-1] != "A" else "B")),
            "wrong secret": bearer(other_secret(whole)),
            "expired": bearer(expired),
            "revoked": bearer(gone),
            "other program": bearer(other) | {"Tiers-Program": key},
            **{scope.value: bearer(await self.mint(scope)) for scope in Scope},
            "root without program": bearer(ROOT),
            "root": bearer(ROOT) | {"Tiers-Program": key},
        }

    async def mint(self, *scopes: Scope, program: str = "ours", expires_in: int = 3_600) -> str:
        now = SystemClock().now()
        ends = now + timedelta(seconds=expires_in)
        asked = NewKey(self.programs[program][1], scopes, "key:test", expires_at=ends)
        async with self.db.transaction() as session:
            return (await access.mint(session, asked, now)).key

    async def owner(self, key_id: str) -> UUID:
        async with self.db.transaction() as session:
            found = await access.repository.key_of(session, key_id, SystemClock().now())
        return found.program_id

    async def end(self, api: Any, key: str) -> None:
        headers = bearer(ROOT) | {"Tiers-Program": self.programs["ours"][0]}
        answer = await api.delete(f"/v1/keys/{parsed(key).id}", headers=headers)
        assert answer.status_code == 204, answer.text


async def revoked(apis: Any, keys: Keys, room: float) -> Ended:
    """Revoke a key on one replica while another is asked with it all the time."""
    one, other = apis
    key = await keys.mint(Scope.read)
    assert (await other.get("/v1/tiers", headers=bearer(key))).status_code == 200
    asking = asyncio.create_task(until_refused(other, key))
    await asyncio.sleep(0.05)
    await keys.end(one, key)
    began = time.monotonic()
    at_home = await one.get("/v1/tiers", headers=bearer(key))
    seconds = await asking - began
    failures = [] if at_home.status_code == 401 else ["a revoked key is taken where it was revoked"]
    if seconds > REVOKED_WITHIN * room:
        failures.append(f"a revoked key was taken for {seconds:.1f} s")
    return Ended(max(seconds, 0.0), failures)


async def until_refused(api: Any, key: str) -> float:
    """The instant before the first request that was refused."""
    async with asyncio.timeout(30):
        while True:
            asked = time.monotonic()
            if (await api.get("/v1/tiers", headers=bearer(key))).status_code == 401:
                return asked


def read_implied(identify: Any) -> Any:
    """The planted defect: whoever may configure may read."""

    async def identified(*args: Any) -> Identity:
        found: Identity = await identify(*args)
        more = {Scope.read} if Scope.configure in found.scopes else set()
        return Identity(found.key_id, found.program_id, found.scopes | more)

    return identified


@asynccontextmanager
async def world(url: str) -> Any:
    """Clients of two replicas, and keys of every kind."""
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(service(url)) for _ in range(2)]
        keys = Keys(found[0][1])
        await keys.make(found[0][0])
        yield [api for api, _ in found], keys


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def parsed(key: str) -> ApiKeyText:
    found = parse_api_key(key)
    assert found is not None
    return found


def other_secret(key: str) -> str:
    made = parsed(key)
    return str(ApiKeyText(made.id, made.secret[::-1]))


async def _print() -> None:
    async with ground() as found, world(found.server.url) as (apis, keys):
        lines = csv.DictWriter(sys.stdout, ["operation", *keys.columns], lineterminator="\n")
        lines.writeheader()
        for one in operations():
            row = await answers(apis[0], one, keys.columns)
            lines.writerow({"operation": one.name, **row})


if __name__ == "__main__":
    set_up_logs("error")
    asyncio.run(_print())
