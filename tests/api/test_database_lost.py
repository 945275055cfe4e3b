"""A connection that is lost at any moment of a request: 503, try again, and nothing half done."""

import asyncio
import itertools
import json
from functools import partial
from unittest.mock import patch
from uuid import uuid4

import asyncpg
import pytest
from asyncpg import exceptions, prepared_stmt
from asyncpg.cursor import Cursor
from sqlalchemy import event

from app.checks import slicing
from app.kit.db import connect
from app.kit.failures import shown
from tests.api.deliveries import deliver, encoded, source, standard
from tests.api.facts import snapshot
from tests.api.onec import exchanging, order, package
from tests.api.town import TODAY, opened

CALLS = [
    (asyncpg.Connection, "execute"),  # BEGIN, COMMIT, ROLLBACK and savepoints
    (asyncpg.Connection, "prepare"),
    (asyncpg.Connection, "fetchrow"),
    (asyncpg.Connection, "copy_records_to_table"),
    (prepared_stmt.PreparedStatement, "fetch"),
    (Cursor, "fetch"),
]
LOST = {
    "closed": lambda: exceptions.ConnectionDoesNotExistError("closed in the middle of operation"),
    "broken": lambda: exceptions.ConnectionFailureError("unexpected connection_lost() call"),
    "interface": lambda: exceptions.InterfaceError("cannot call it: connection is closed"),
    "client": lambda: exceptions.InternalClientError("got result for unknown protocol state 3"),
    "57P01": lambda: exceptions.AdminShutdownError("terminating connection due to command"),
    "57P02": lambda: exceptions.CrashShutdownError("terminating connection because of crash"),
    "57P03": lambda: exceptions.CannotConnectNowError("the database system is starting up"),
    "53300": lambda: exceptions.TooManyConnectionsError("too many clients already"),
    "53100": lambda: exceptions.DiskFullError("No space left on device"),
    "reset": lambda: ConnectionResetError(104, "Connection reset by peer"),
    "refused": lambda: ConnectionRefusedError(111, "Connect call failed"),
    "no socket": lambda: FileNotFoundError(2, "No such file or directory"),
    "slow": TimeoutError,
}
MOMENTS = [
    ("told", "BEGIN;"),
    ("told", "PreparedStatement.fetch"),
    ("told", "Connection.copy_records_to_table"),
    ("told", "COMMIT;"),
    ("moved_on", "COMMIT;"),
    ("read", "Connection.fetchrow"),
    ("exported", "Cursor.fetch"),
]
ENDURING = {"moved_on"}  # a slice that is lost is done again within the request
STRIDES = {"asked_to_import": 4, "moved_on": 3}
MOST_CALLS = 100
NUMBERS = itertools.count(1)


class Wires:
    """Loses the connection at one call of the driver; `lost`: what was being said then."""

    def __init__(self, patching):
        self.lost = None
        self.loses = lambda _: False
        self.error, self.afterwards = None, False
        for owner, name in CALLS:
            patching.setattr(owner, name, self.passing(getattr(owner, name)))

    def lose(self, loses, error=None, *, afterwards=False):
        """At the first call that `loses`, with that error or whatever the driver makes of it.

        `afterwards`: when it is answered, so that the call after it meets a closed connection.
        """
        self.loses, self.error, self.afterwards, self.lost = loses, error, afterwards, None

    def lose_at(self, number, **more):
        calls = itertools.count(1)
        self.lose(lambda said: said != "ROLLBACK;" and next(calls) == number, **more)

    def passing(self, inner):
        async def call(asked, *given, **named):
            said = given[0] if inner.__name__ == "execute" else inner.__qualname__
            loses = self.lost is None and self.loses(said)
            if not loses:
                return await inner(asked, *given, **named)
            self.lost = said
            connection = getattr(asked, "_connection", asked)
            if self.afterwards:
                answer = await inner(asked, *given, **named)
                connection.terminate()
                return answer
            connection.terminate()
            if self.error is not None:
                raise self.error
            return await inner(asked, *given, **named)

        return call


class Asker:
    """Requests of every kind, each one a new one."""

    def __init__(self, town, shop, onec):
        self.town, self.shop, self.onec = town, shop, onec
        self.ask = town.api.request

    async def told(self):
        return partial(self.ask, "POST", "/v1/order-events", json=fact())

    async def told_in_lines(self):
        lines = "\n".join(json.dumps(fact()) for _ in range(2))
        headers = {"Content-Type": "application/x-ndjson"}
        return partial(self.ask, "POST", "/v1/order-events/batch", content=lines, headers=headers)

    async def delivered(self):
        body = encoded(fact())
        signed = standard(body, self.town.clock.now())
        return partial(deliver, self.town, self.shop["path"], body, signed)

    async def read(self):
        return partial(self.ask, "GET", "/v1/customers/c-7")

    async def exported(self):
        return partial(self.ask, "GET", "/v1/exports/changes?format=csv")

    async def registered(self):
        return partial(self.ask, "PUT", f"/v1/customers/c-{next(NUMBERS)}", json={})

    async def overruled(self):
        headers = {"Idempotency-Key": uuid4().hex}
        body = {"mode": "freeze", "reason": "agreed"}
        return partial(self.ask, "POST", "/v1/customers/c-7/overrides", json=body, headers=headers)

    async def imported(self):
        path = "/v1/imports?kind=orders&format=ndjson"
        return partial(self.ask, "POST", path, content=encoded(fact()))

    async def moved_on(self):
        """While a check of several slices waits to be ended first."""
        with patch.object(slicing, "SLICE_MEMBERS", 1):
            await self.ask("POST", "/v1/checks", json={"dry_run": True})
        return partial(self.ask, "PUT", "/v1/clock", json={"today": str(TODAY)})

    async def pushed(self):
        return partial(self.onec.ask, "file", body=b"<", filename=f"{next(NUMBERS)}.xml")

    async def asked_to_import(self):
        name = f"{next(NUMBERS)}.xml"
        await self.onec.ask("file", body=package(order(name)), filename=name)
        return partial(self.onec.ask, "import", filename=name)


ROUTES = [name for name, one in vars(Asker).items() if asyncio.iscoroutinefunction(one)]


@pytest.fixture
def wires(monkeypatch):
    return Wires(monkeypatch)


@pytest.fixture(scope="module")
async def asker(database_url):
    async with opened(database_url) as town:
        for name in ("c-7", "c-8"):
            assert (await town.put(f"customers/{name}")).status_code == 201
        found = Asker(town, await source(town), await exchanging(town))
        await found.onec.check()
        await town.app.state.tally.close()
        town.app.state.tally.wait = 3_600  # it would write beside the requests
        yield found


def fact():
    number = next(NUMBERS)
    return snapshot(f"o{number}", f"e{number}")


async def test_a_server_that_closes_what_it_has_opened_is_away(database_url):
    db = connect(database_url, pool=1, overflow=0)
    closing = partial(event.listen, db.engine.sync_engine, "connect")
    closing(lambda opened, _: opened.driver_connection.terminate())

    with pytest.raises(ConnectionAbortedError) as failed:
        await db.run(lambda session: session.connection())

    assert shown(failed.value).status == 503
    await db.close()


async def lost_at_every_call(asker, wires, route, **more):
    """(what was being said, the answer) of requests that lost their connection ever later."""
    answers = []
    for call in range(1, MOST_CALLS, STRIDES.get(route, 1)):
        send = await getattr(asker, route)()
        wires.lose_at(call, **more)
        answer = await send()
        if wires.lost is None:
            assert answer.status_code < 300
            return answers
        answers.append((wires.lost, answer))
    raise AssertionError(answers)


@pytest.mark.parametrize("route", ROUTES)
async def test_a_connection_lost_at_any_call_is_a_database_away(asker, wires, route):
    answers = await lost_at_every_call(asker, wires, route)

    good = {503, 200} if route in ENDURING else {503}
    assert [(said, one.text) for said, one in answers if one.status_code not in good] == []
    assert answers
    assert all(one.headers["Retry-After"] for _, one in answers if one.status_code == 503)


async def test_a_fact_whose_connection_is_lost_between_two_calls_is_not_set_aside(asker, wires):
    answers = await lost_at_every_call(asker, wires, "told", afterwards=True)

    committed = [one.json()["outcome"] for said, one in answers if said == "COMMIT;"]
    others = {one.status_code for said, one in answers if said != "COMMIT;"}
    assert (others, set(committed)) == ({503}, {"accepted"})


@pytest.mark.parametrize(("route", "at"), MOMENTS)
async def test_however_it_is_lost_the_sender_is_told_to_come_again(asker, wires, route, at):
    for name, error in LOST.items():
        send = await getattr(asker, route)()
        wires.lose(lambda said: said == at, error())
        answer = await send()

        assert wires.lost == at
        assert (name, answer.status_code) == (name, 503)
        assert answer.headers["Retry-After"]
    assert (await (await getattr(asker, route)())()).status_code == 200
