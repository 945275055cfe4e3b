"""The loops of a process that keep shops equal: several targets at once, each one by one."""

import asyncio

from app.kit.loops import Repeating
from app.outbound.pushes.pusher import Pusher

LANES = 4
NIGHTS_SECONDS = 60.0


class Lanes:
    """Lets a pusher take several turns at the same time."""

    def __init__(self, pusher: Pusher, number: int = LANES) -> None:
        self._pusher = pusher
        self._turns = [Turns(pusher, f"pushes-{place}") for place in range(number)]
        self._loops: tuple[Repeating, ...] = (*self._turns, Nights(pusher))

    def start(self) -> None:
        for one in self._loops:
            one.start()

    def wake(self) -> None:
        """There may be work: look now."""
        for one in self._turns:
            one.wake()

    async def stop(self) -> None:
        """Begin no other push; end those in work, or cancel them when they take long."""
        self._pusher.stopping.set()
        await asyncio.gather(*(one.stop() for one in self._loops))
        await self._pusher.db.run(self._pusher.give_back)


class Turns(Repeating):
    """One turn after the other."""

    def __init__(self, pusher: Pusher, name: str) -> None:
        super().__init__(name)
        self._pusher = pusher

    async def work(self) -> bool:
        return await self._pusher.turn()


class Nights(Repeating):
    """Looks every minute which targets have a night before them."""

    def __init__(self, pusher: Pusher) -> None:
        super().__init__("push-nights", most_wait=NIGHTS_SECONDS)
        self._pusher = pusher

    async def work(self) -> bool:
        await self._pusher.owe_nights()
        return False
