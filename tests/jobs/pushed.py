"""A program whose members move, and the workers that tell a shop."""

from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

from app.kit.ids import computed_id
from app.kit.loops import step
from app.kit.sealing import Seal
from app.outbound.pushes.credentials import sealed
from app.outbound.pushes.pusher import Pusher
from app.outbound.relay import RelayJob
from app.outbound.repository import push_targets
from tests.jobs import world
from tests.jobs.world import NOON, TODAY

SEAL = Seal("s" * 40)
MAPPING = {"silver": "5", "gold": "6"}
VALUES = {
    "shopify": {None: None, "silver": "tier:silver", "gold": "tier:gold"},
    "woocommerce": {None: None, "silver": "silver", "gold": "gold"},
    "cs_cart": {None: None, **MAPPING},
}
MEMBER = (
    "INSERT INTO members (member_id, program_id, kind, external_id, known_on, version, counting,"
    " created_at) SELECT m, :p, :kind, x, :day, 1, 1, :at"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) AS who (m, x)"
)
POSITION = (
    "INSERT INTO positions (member_id, ladder, program_id, position, level_key, state)"
    " VALUES (:m, 'tiers', :p, :position, :level, 'held') ON CONFLICT (member_id, ladder)"
    " DO UPDATE SET position = excluded.position, level_key = excluded.level_key"
)
CHANGE = (
    "INSERT INTO changes (member_id, seq, program_id, type, version, as_of, recorded_at, metrics)"
    " SELECT :m, coalesce(max(seq), 0) + 1, :p, :type, 1, :day, :at, '[]'"
    " FROM changes WHERE member_id = :m"
)
POSITIONS = (
    "INSERT INTO positions (member_id, ladder, program_id, position, level_key, state)"
    " SELECT m, 'tiers', :p, n, l, 'held' FROM unnest(CAST(:ids AS uuid[]),"
    " CAST(:positions AS integer[]), CAST(:levels AS text[])) AS held (m, n, l)"
)
CHANGES = (
    "INSERT INTO changes (member_id, seq, program_id, type, version, as_of, recorded_at, metrics)"
    " SELECT m, n, :p, 'tier.upgraded', 1, :day, :at, '[]'"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:seqs AS integer[])) AS told (m, n)"
)
REPRESENTS = (
    "INSERT INTO representations (member_id, organization_id, from_on, program_id, until_on,"
    " recorded) VALUES (:m, :o, CAST(:day AS date) - 30, :p, :until, 1)"
)
OVERRIDE = (
    "INSERT INTO overrides (member_id, id, program_id, ladder, mode, level_key, reason, author,"
    " from_on, until_on, recorded, set_on, created_at)"
    " VALUES (:m, :id, :p, 'tiers', :mode, :level, 'Agreed', 'test', :day, :until, 1, :day, :at)"
)
RULES = {"silver": "1000.00", "gold": "5000.00"}


class Program:
    """What happens in a program, and one push target of it."""

    def __init__(self, db, clock, shop, program_id):
        self.db, self.clock, self.shop, self.id = db, clock, shop, program_id
        self.target_id = uuid4()
        self.pauses = []

    @classmethod
    async def make(cls, db, clock, shop, **more):
        """A program of silver and gold; its customers are those of the shop."""
        made = cls(db, clock, shop, await world.program(db, world.definition(**RULES)))
        await made.know("customer", *shop.customers)
        await made.add_target(**more)
        return made

    async def add_target(self, mapping=None, owes="backfill", **more):
        shop = self.shop
        own = MAPPING if shop.PLATFORM == "cs_cart" else {}
        row = {
            "id": self.target_id, "program_id": self.id, "platform": shop.PLATFORM,
            "url": shop.url, "ladder": "tiers", "mapping": mapping or own,
            "sealed": sealed(SEAL, self.target_id, shop.CREDENTIALS), "per_second": 50,
            "enabled": True, "description": None, "version": 1, "created_at": self.clock.now(),
            "updated_at": None, "ready_at": None, "failures": 0, "error": None, "error_at": None,
            **more,
        }  # fmt: skip
        async with self.db.transaction() as session:
            assert await push_targets.add(session, push_targets.TargetRow(**row))
        if owes:
            await self.owe(owes)

    async def owe(self, occasion, key="1"):
        async with self.db.transaction() as session:
            place = (self.id, self.target_id)
            await push_targets.owe_walk(session, *place, occasion, self.clock.now(), key=key)

    def member(self, name, kind="customer"):
        return computed_id(self.id, kind, str(name))

    async def know(self, kind, *names):
        ids = [self.member(name, kind) for name in names]
        binds = {"ids": ids, "names": list(map(str, names)), "kind": kind}
        await world.execute(self.db, MEMBER, p=self.id, day=TODAY, at=NOON, **binds)

    async def moves(self, name, level, kind="customer"):
        """A move, committed and numbered."""
        member, position = self.member(name, kind), [None, *RULES].index(level)
        binds = {"m": member, "p": self.id}
        await world.execute(self.db, POSITION, position=position, level=level, **binds)
        await self.change(member, "tier.upgraded")

    async def represents(self, name, organization, until):
        binds = {"m": self.member(name), "o": self.member(organization, "organization")}
        await world.execute(self.db, REPRESENTS, p=self.id, day=TODAY, until=until, **binds)

    async def overrides(self, name, mode, level, until):
        binds = {"id": uuid4(), "mode": mode, "level": level, "until": date.fromisoformat(until)}
        await world.execute(
            self.db, OVERRIDE, m=self.member(name), p=self.id, day=TODAY, at=NOON, **binds
        )

    async def walks(self):
        """(occasion, whether it has ended) of every walk."""
        found = await world.fetch(self.db, "SELECT occasion, finished_at FROM push_sweeps")
        return {(one.occasion, one.finished_at is not None) for one in found}

    async def scatter(self, chosen):
        """Many moves at once: (customer, level) in their order."""
        seqs, told = Counter(), []
        for name, _ in chosen:
            seqs[name] += 1
            told.append((self.member(name), seqs[name]))
        last = {self.member(name): level for name, level in chosen}
        levels = list(last.values())
        held = {"levels": levels, "positions": [[None, *RULES].index(one) for one in levels]}
        await world.execute(self.db, POSITIONS, p=self.id, ids=list(last), **held)
        ids, numbers = map(list, zip(*told, strict=True))
        binds = {"ids": ids, "seqs": numbers, "day": TODAY, "at": NOON}
        await world.execute(self.db, CHANGES, p=self.id, **binds)
        while await step(self.db, self.clock, RelayJob("relay")):
            pass

    async def change(self, member, type_):
        binds = {"m": member, "p": self.id, "type": type_, "day": TODAY, "at": NOON}
        await world.execute(self.db, CHANGE, **binds)
        assert await step(self.db, self.clock, RelayJob("relay"))

    def pusher(self, holder="w1"):
        async def pause(seconds):
            self.pauses.append(seconds)

        return Pusher(self.db, self.clock, SEAL, self.shop.outgoing, holder, pause)

    async def push(self, times=100, **by):
        """Let a worker take turns until there is nothing to do.

        With `by` so much time passes after each turn, and what is to be tried again is waited for.
        """
        pusher = self.pusher()
        self.clock.advance(seconds=1)
        for _ in range(times):
            if not await pusher.turn() and not (by and await self._waits()):
                break
            self.clock.advance(**by or {"seconds": 1})

    async def _waits(self):
        open_ = "SELECT count(*) FROM pushes WHERE state IN ('pending', 'failed')"
        return (await world.fetch(self.db, open_))[0][0] > 0

    async def states(self):
        """Customer → (state, what is desired, reason or error)."""
        found = await world.fetch(
            self.db,
            "SELECT m.external_id, p.state, p.desired ->> 'level', coalesce(p.reason, p.error)"
            " FROM pushes p JOIN members m USING (member_id) WHERE p.target_id = :t",
            t=self.target_id,
        )
        return {one[0]: tuple(one[1:]) for one in found}

    async def target(self):
        [found] = await world.fetch(
            self.db, "SELECT * FROM push_targets WHERE id = :t", t=self.target_id
        )
        return found

    def held(self):
        """Customer → what the shop says of it, of those of whom it says anything."""
        found = {one: self.shop.held(one) for one in self.shop.customers}
        return {one: value for one, value in found.items() if value is not None}

    async def wanted(self):
        """Customer → what the shop should say of it, from the positions alone."""
        values = VALUES[self.shop.PLATFORM]
        held = await world.levels(self.db, self.id)
        return {one: values[level] for one, level in held.items()}

    async def publish(self, rules):
        """Another version in force, told by the feed."""
        await world.version(self.db, self.id, 2, rules)
        await self.change(self.id, "program.published")


def definition(**settings):
    return world.definition(settings, **RULES)


async def turns(town):
    """Number what has changed, and let a worker of the town's service push it."""
    state = town.app.state
    while await step(town.db, town.clock, RelayJob("relay")):
        pass

    async def pause(_):
        town.clock.at += timedelta(seconds=1)

    pusher = Pusher(town.db, town.clock, state.seal, state.outgoing, "w", pause)
    while await pusher.turn():
        await pause(1)
