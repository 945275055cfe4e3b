"""Processes that share the work of an import; each has its own connections."""

import asyncio
import gc
import os
import re
import signal
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from types import TracebackType
from typing import NamedTuple, Self, TypeVar
from uuid import UUID

from app.cli.opening import Refused
from app.customers import stones
from app.inbound.imports import importers as importing
from app.inbound.imports.importers import importer_of
from app.inbound.imports.lines import Line, Taken, Terms
from app.kit import logs
from app.kit.db import connect
from app.settings import read_settings
from app.standings.moves import Applied

ABOUT_PEOPLE = b'"customer.'
CONNECTIONS = 4
MOST_HINTS = 500_000
OBJECTS_BETWEEN_COLLECTIONS = 200_000  # parts are large, and none of them is a cycle
OWNER = re.compile(rb'"(?:organization_id|customer_id)"\s*:\s*"([^"]*)"')
NAMES = {  # of people: by what the lines about one member are known
    "customers": re.compile(rb'"id"\s*:\s*"([^"]*)"'),
    "organizations": re.compile(rb'"id"\s*:\s*"([^"]*)"'),
    "representatives": re.compile(rb'"customer_id"\s*:\s*"([^"]*)"'),
    "overrides": OWNER,
    "tiers": OWNER,
    "points": OWNER,
}
ORDER_ID = re.compile(rb'"order"\s*:\s*\{\s*"id"\s*:\s*"([^"]*)"')

Part = TypeVar("Part")
Answer = TypeVar("Answer")


class Task(NamedTuple):
    """What a process needs to know."""

    url: str
    terms: Terms


class Hand:
    """One that works: an event loop, connections, an importer."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._loop = asyncio.Runner()
        self._db = connect(
            task.url,
            pool=CONNECTIONS,
            overflow=1,
            statement_timeout="60s",
            lock_timeout="12s",
            name="tiers-import",
        )
        stones.equip(self._db, read_settings().seal())
        self._importer = importer_of(self._db, task.terms)

    def take(self, lines: Sequence[Line]) -> Taken:
        return self._loop.run(self._importer.take(lines))

    def decide(self, members: Sequence[UUID]) -> Applied:
        terms = self._task.terms
        return self._loop.run(importing.decide(self._db, terms.program_id, members, terms.now))

    def close(self) -> None:
        self._loop.run(self._db.close())
        self._loop.close()


_own = threading.local()


class Crew:
    """So many hands. One works in a thread of this process, more in processes of their own."""

    def __init__(self, task: Task, hands: int) -> None:
        self._hints: dict[bytes, int] = {}
        self._hands = hands
        self._name = NAMES.get(task.terms.kind)
        self._pool: Executor = (
            ThreadPoolExecutor(1, initializer=_begin, initargs=(task,))
            if hands == 1
            else ProcessPoolExecutor(
                hands, get_context("spawn"), initializer=_begin_apart, initargs=(task,)
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if self._hands == 1:
            self._pool.submit(_end).result()
        self._pool.shutdown(cancel_futures=kind is not None)

    async def take(self, lines: Sequence[Line]) -> Taken:
        """Record lines; who shares a member is given to one hand, in the order of the file."""
        taken = Taken()
        for one in await self._all(_take, self._parts(lines)):
            taken += one
        return taken.in_order()

    async def decide(self, parts: Sequence[Sequence[UUID]]) -> Applied:
        """Decide about members; no two parts share one."""
        return sum(await self._all(_decide, parts), Applied())

    async def _all(
        self, do: Callable[[Sequence[Part]], Answer], parts: Iterable[Sequence[Part]]
    ) -> list[Answer]:
        loop = asyncio.get_running_loop()
        try:
            return await asyncio.gather(
                *(loop.run_in_executor(self._pool, do, part) for part in parts)
            )
        except BrokenProcessPool:
            message = "A process of the import has ended. Run it again with --resume."
            raise Refused(message) from None

    def _parts(self, lines: Sequence[Line]) -> list[Sequence[Line]]:
        """All in one part where people are merged or erased: there the order of lines matters."""
        if self._hands == 1 or any(ABOUT_PEOPLE in line.said for line in lines):
            return [lines]
        parts: list[list[Line]] = [[] for _ in range(self._hands)]
        for line in lines:
            parts[self._hand_of(line)].append(line)
        return [part for part in parts if part]

    def _hand_of(self, line: Line) -> int:
        """Lines about one person go to one hand, in their order.

        For orders it is a guess that spares waiting for locks; the outcome is the same.
        """
        if self._name is not None:
            name = self._name.search(line.said)
            return zlib.crc32(name[1]) % self._hands if name else 0
        order, owner = ORDER_ID.search(line.said), OWNER.search(line.said)
        key = order[1] if order else line.said
        if owner is None:
            return self._hints.get(key, zlib.crc32(key) % self._hands)
        hand = zlib.crc32(owner[1]) % self._hands
        if len(self._hints) > MOST_HINTS:
            self._hints.clear()
        self._hints[key] = hand
        return hand


def _begin(task: Task) -> None:
    _own.hand = Hand(task)


def _begin_apart(task: Task) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    logs.set_up_logs("warning")
    _begin(task)
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        wait([parent.sentinel])
        os._exit(1)


def _end() -> None:
    _own.hand.close()


def _take(lines: Sequence[Line]) -> Taken:
    taken: Taken = _own.hand.take(lines)
    return taken


def _decide(members: Sequence[UUID]) -> Applied:
    applied: Applied = _own.hand.decide(members)
    return applied
