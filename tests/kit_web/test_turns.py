"""Turns at work: alone everything, beside others a share, and nobody is forgotten."""

import asyncio
from contextlib import suppress

import pytest

from app.kit import turns as module
from app.kit.turns import Name, Turns

OURS, THEIRS = Name("ours"), Name("theirs")
SHARE = 2


class Hours:
    """A timer that stands still."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def hours():
    return Hours()


@pytest.fixture
def turns(hours):
    return Turns(hours)


async def asked(turns, name, number):
    """So many who ask; those that have their turn have ended."""
    tasks = [asyncio.create_task(turns.turn(name, SHARE)) for _ in range(number)]
    await asyncio.sleep(0)
    return tasks


def granted(tasks):
    return [one.result() for one in tasks if one.done() and not one.cancelled()]


async def settled():
    for _ in range(3):
        await asyncio.sleep(0)


async def test_alone_nobody_waits(turns):
    assert len(granted(await asked(turns, OURS, 50))) == 50


async def test_beside_others_a_share_is_at_work_and_the_others_do_not_wait(turns):
    await asked(turns, THEIRS, 1)

    many = await asked(turns, OURS, 9)
    one = await asked(turns, THEIRS, 1)

    assert (len(granted(many)), turns.waiting(OURS), len(granted(one))) == (SHARE, 7, 1)


async def test_what_began_alone_shrinks_to_the_share(turns):
    early = granted(await asked(turns, OURS, 5))
    await asked(turns, THEIRS, 1)
    late = await asked(turns, OURS, 3)

    for number, turn in enumerate(early):
        turn.end()
        await settled()
        assert len(granted(late)) == max(0, number + 1 - (len(early) - SHARE))


async def test_whoever_is_left_alone_goes_on_at_once(turns, hours):
    await asked(turns, THEIRS, 1)
    many = await asked(turns, OURS, 9)

    hours.now += 2 * module.BESIDE_SECONDS
    granted(many)[0].end()
    await settled()

    assert len(granted(many)) == 9


async def test_a_turn_ends_once(turns):
    await asked(turns, THEIRS, 1)
    many = await asked(turns, OURS, 9)
    first = granted(many)[0]

    first.end()
    first.end()
    await settled()

    assert len(granted(many)) == SHARE + 1


async def test_who_goes_away_leaves_the_line_and_gives_back_what_was_given(turns):
    await asked(turns, THEIRS, 1)
    first, second, gone, called, last = await asked(turns, OURS, 5)
    gone.cancel()
    await settled()

    first.result().end()
    called.cancel()  # amid the call
    with suppress(asyncio.CancelledError):
        await called
    await settled()

    assert (len(granted([second, last])), turns.waiting(OURS)) == (2, 0)


async def test_what_takes_long_leaves_its_turn_to_the_next(turns, monkeypatch):
    monkeypatch.setattr(module, "QUICK_SECONDS", 0.0)
    await asked(turns, THEIRS, 1)

    many = await asked(turns, OURS, 9)
    await asyncio.wait_for(asyncio.gather(*many), 5)

    assert len(granted(many)) == 9


async def test_nobody_is_company_to_himself(turns):
    await asked(turns, Name("ours", "facts"), 1)

    assert len(granted(await asked(turns, Name("ours", "rest"), 9))) == 9


async def test_who_is_not_known_is_company_to_nobody(turns):
    await asked(turns, Name(None), 1)

    assert len(granted(await asked(turns, OURS, 9))) == 9


async def test_names_that_are_idle_are_forgotten(turns, monkeypatch):
    monkeypatch.setattr(module, "MOST_NAMES", 2)
    for number in range(5):
        for turn in granted(await asked(turns, Name(number), 1)):
            turn.end()

    assert len(turns._lines) == 2  # noqa: SLF001 - nothing else tells
