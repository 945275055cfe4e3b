import asyncio
import inspect


async def until(condition, seconds=10):
    """Wait for what has no event of its own."""
    async with asyncio.timeout(seconds):
        while not await _holds(condition):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _holds(condition):
    found = condition()
    return await found if inspect.isawaitable(found) else found
