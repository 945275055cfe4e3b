"""What is read again and again is read once, however many ask for it at the same time."""

import asyncio

import pytest

from app.kit.memory import Memory


class Shelf:
    """Counts how often it is looked at, and lets nobody see it before `open`."""

    def __init__(self, *values):
        self.values, self.looks = list(values), 0
        self.open = asyncio.Event()
        self.open.set()

    async def read(self):
        self.looks += 1
        value = self.values[min(self.looks, len(self.values)) - 1]
        await self.open.wait()
        if isinstance(value, Exception):
            raise value
        return value


async def test_it_is_read_once_while_it_is_remembered():
    shelf, memory = Shelf("a", "b"), Memory(60)

    assert [await memory.value("key", shelf.read) for _ in range(3)] == ["a"] * 3
    assert shelf.looks == 1


async def test_many_at_once_wait_for_one_reading():
    shelf, memory = Shelf("a", "b"), Memory(0)
    shelf.open.clear()

    asked = [asyncio.create_task(memory.value("key", shelf.read)) for _ in range(9)]
    await asyncio.sleep(0)
    shelf.open.set()

    assert await asyncio.gather(*asked) == ["a"] * 9
    assert shelf.looks == 1


async def test_an_old_value_is_read_again():
    shelf, memory = Shelf("a", "b"), Memory(0)

    assert [await memory.value("key", shelf.read) for _ in range(2)] == ["a", "b"]


async def test_what_is_not_there_is_not_remembered():
    shelf, memory = Shelf(None, "b"), Memory(60)

    assert [await memory.value("key", shelf.read) for _ in range(2)] == [None, "b"]
    assert "key" in memory


async def test_what_was_read_before_it_was_forgotten_is_not_remembered():
    shelf, memory = Shelf("old", "new"), Memory(60)
    shelf.open.clear()
    asked = asyncio.create_task(memory.value("key", shelf.read))
    await asyncio.sleep(0)

    memory.forget("key")
    shelf.open.set()

    assert await asked == "old"
    assert await memory.value("key", shelf.read) == "new"


async def test_a_failure_reaches_all_who_wait_and_nobody_later():
    shelf, memory = Shelf(OSError("away"), "b"), Memory(60)
    shelf.open.clear()
    asked = [asyncio.create_task(memory.value("key", shelf.read)) for _ in range(2)]
    await asyncio.sleep(0)
    shelf.open.set()

    for one in asked:
        with pytest.raises(OSError, match="away"):
            await one
    assert await memory.value("key", shelf.read) == "b"


async def test_who_gives_up_takes_nothing_from_the_others():
    shelf, memory = Shelf("a"), Memory(60)
    shelf.open.clear()
    first, second = (asyncio.create_task(memory.value("key", shelf.read)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    shelf.open.set()

    assert await second == "a"


async def test_the_oldest_makes_room():
    memory = Memory(60, most=2)
    for name in "abc":
        await memory.value(name, Shelf(name).read)

    assert [name in memory for name in "abc"] == [False, True, True]
