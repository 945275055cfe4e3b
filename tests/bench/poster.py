"""The client alone: `python -m tests.bench.poster <port> <number> <body>`, its rate on stdout.

Posts one body so often to a receiver, signed, over as many connections as four endpoints get.
"""

import asyncio
import sys
import time
from ipaddress import ip_network
from pathlib import Path
from uuid import uuid4

import uvloop

from app.kit.clock import SystemClock
from app.kit.outgoing import Outgoing
from app.outbound.lane import AT_ONCE
from app.outbound.messages import JSON_TYPE
from app.outbound.signing import new_secret, signed

ENDPOINTS = 4


async def main(port, number, body):
    outgoing = Outgoing([ip_network("127.0.0.0/8")])
    left = iter(range(number))
    secrets = [new_secret()]
    clock = SystemClock()

    async def posts(url):
        for _ in left:
            headers = signed(uuid4(), clock.now(), body, secrets)
            answer = await outgoing.send(
                "POST", url, headers={"content-type": JSON_TYPE, **headers}, body=body
            )
            assert answer.status == 200

    began = time.perf_counter()
    urls = [f"http://127.0.0.1:{port}/{one}" for one in range(ENDPOINTS)] * AT_ONCE
    await asyncio.gather(*map(posts, urls))
    sys.stdout.write(f"{number / (time.perf_counter() - began)}\n")
    await outgoing.close()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).read_bytes()))
