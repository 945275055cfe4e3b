"""Starting service processes of the tests, and looking at processes."""

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil

ROOT = Path(__file__).parents[2]


class Service:
    """A process of `tests.kit.service`; `server` is the postmaster it uses."""

    def __init__(self, data_dir, *uid):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.kit.service", data_dir, *map(str, uid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )

    def ready(self):
        told = json.loads(self.process.stdout.readline())
        self.server, self.dsn = told["server"], told["dsn"]
        return self

    def stop(self):
        self.process.stdin.close()
        return self.process.wait(30)

    def kill(self):
        self.process.kill()
        self.process.wait(30)


@contextmanager
def services(data_dir, count=1, *uid):
    """So many at once; those a test has not ended itself are ended."""
    begun = [Service(data_dir, *uid) for _ in range(count)]
    try:
        yield begun
    finally:
        for service in begun:
            if service.process.poll() is None:
                service.stop()
            service.process.stdout.close()
            service.process.stdin.close()


async def ask(dsn, statement):
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def until(answer, seconds=20):
    """What `answer` gives once it gives something true; connection failures count as false."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := await answer():
                return found
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
            pass
        await asyncio.sleep(0.02)
    message = f"not true within {seconds} s"
    raise AssertionError(message)


def runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def postgres_below(folder):
    """The processes that were started with this folder on their command line."""
    return [
        process.info["pid"]
        for process in psutil.process_iter(["cmdline", "pid"])
        if any(os.fspath(folder) in word for word in process.info["cmdline"] or ())
    ]


def mode(path):
    return path.stat().st_mode & 0o777


def gone(path):
    return not os.path.lexists(path)
