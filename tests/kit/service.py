"""A process that uses the embedded server: `python -m tests.kit.service <data_dir> [uid]`.

Prints the server's pid and address when it is up, then stops at the end of its input.
"""

import asyncio
import concurrent.futures.thread  # noqa: F401  here, for another user may not read our interpreter
import json
import os
import sys
from pathlib import Path

import asyncpg  # noqa: F401  likewise

from app.kit.postgres import start


async def serve(data_dir):
    server = await start(data_dir)
    sys.stdout.write(json.dumps({"server": server.pid, "dsn": server.dsn}) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await server.stop()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        os.setgroups([])
        os.setgid(int(sys.argv[2]))
        os.setuid(int(sys.argv[2]))
    asyncio.run(serve(Path(sys.argv[1])))
