"""Endpoints, changes and those who deliver them, as plainly as a test can read."""

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from uuid import uuid4

from app.kit.loops import step
from app.kit.outgoing import Outgoing
from app.kit.sealing import Seal
from app.outbound.delivering import Deliveries
from app.outbound.relay import RelayJob
from app.outbound.sending import Webhooks
from app.outbound.signing import new_secret
from tests.jobs import world

SEAL = Seal("s" * 40)
LOOPBACK = [ip_network("127.0.0.0/8")]
ENDPOINT = (
    "INSERT INTO endpoints (id, program_id, url, events, description, format, secret,"
    " since_feed_seq, created_at) VALUES (:id, :p, :url, :events, '', :format, :secret,"
    " coalesce((SELECT feed_seq FROM feeds WHERE program_id = :p), 0), :at)"
)
CHANGES = (
    "INSERT INTO changes (member_id, seq, program_id, type, ladder, direction, to_level,"
    " to_position, occasion, reason, version, as_of, recorded_at, metrics)"
    " SELECT m, seq, :p, 'tier.assigned', 'tiers', 'up', 'silver', 1, 'order', 'qualified', 1,"
    " :day, :at, '[]' FROM unnest(CAST(:members AS uuid[]), CAST(:seqs AS integer[]))"
    " AS c (m, seq)"
)
STATES = (
    "SELECT m.external_id, c.seq, d.state FROM deliveries d JOIN changes c USING (program_id,"
    " feed_seq) JOIN members m ON m.member_id = d.member_id WHERE d.endpoint_id = :id"
    " ORDER BY d.feed_seq"
)


class Now:
    """The real time, and as much more as a test lets pass."""

    def __init__(self):
        self.more = timedelta()

    def now(self):
        return datetime.now(UTC) + self.more

    def advance(self, **by):
        self.more += timedelta(**by)


class Office:
    """A program with members whose changes are told to endpoints."""

    def __init__(self, db, clock, program_id, members):
        self.db, self.clock, self.program_id, self.members = db, clock, program_id, members
        self._seqs = dict.fromkeys(members, 0)

    async def endpoint(self, url, *, format_="standard", events=(), secret=None):
        """Its id and its secret."""
        id_, secret = uuid4(), secret or new_secret()
        await world.execute(
            self.db,
            ENDPOINT,
            id=id_,
            p=self.program_id,
            url=url,
            events=list(events),
            format=format_,
            secret=self.sealed(secret, id_),
            at=self.clock.now(),
        )
        return id_, secret

    @staticmethod
    def sealed(secret, endpoint):
        return SEAL.seal(secret, f"endpoint {endpoint}")

    async def change(self, *names):
        """The next change of each of these members, in this order, numbered."""
        for name in names:
            self._seqs[name] += 1
            await self.write([(name, self._seqs[name])])
        await self.relay()

    async def write(self, changes):
        """Committed changes, (member, seq) each, without numbers."""
        await world.execute(
            self.db,
            CHANGES,
            p=self.program_id,
            members=[self.members[name] for name, _ in changes],
            seqs=[seq for _, seq in changes],
            day=world.TODAY,
            at=self.clock.now(),
        )

    async def relay(self):
        while await step(self.db, self.clock, RelayJob("relay")):
            pass

    async def states(self, endpoint):
        """(member, seq, state) of each delivery in the feed's order."""
        return [tuple(one) for one in await world.fetch(self.db, STATES, id=endpoint)]

    async def rows(self, statement, **binds):
        found = await world.fetch(self.db, statement, **binds)
        return [dict(one._mapping) for one in found]  # noqa: SLF001 - SQLAlchemy's public name

    async def delivery(self, endpoint, feed_seq=1):
        [found] = await self.rows(
            "SELECT * FROM deliveries WHERE endpoint_id = :e AND feed_seq = :n",
            e=endpoint,
            n=feed_seq,
        )
        return found

    @asynccontextmanager
    async def delivering(self, holder="d", send=None):
        """Somebody who delivers, until the block ends."""
        outgoing = Outgoing(LOOPBACK)
        found = Deliveries(self.db, self.clock, SEAL, send or Webhooks(outgoing), holder)
        found.start()
        try:
            yield found
        finally:
            await found.stop(2)
            await outgoing.close()


async def office(db, clock, *names):
    program_id = await world.program(db)
    members = await world.members(db, program_id, {name: {} for name in names or ("a", "b")})
    return Office(db, clock, program_id, members)


def told(got):
    """(member, sequence) of a message."""
    data = json.loads(got.body)["data"]
    return data["member"]["id"], data["sequence"]
