import json
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from app.customers import stones
from app.kit.clock import SystemClock
from app.kit.db import connect
from app.kit.sealing import Seal
from app.programs import managing
from app.programs.schemas import ProgramIn
from tests.cli import forks
from tests.jobs import world

ROOT = Path(__file__).parents[2]
NUMBERS = count(1)
SECRET = "s" * 40


class Tiers:
    """The command line on the run's database."""

    def __init__(self, url):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TIERS_")}
        self.environment = {**kept, "TIERS_DATABASE_URL": url, "TIERS_SECRET_KEY": SECRET}

    def __call__(self, *words, **environment):
        return forks.run(list(map(str, words)), self.environment | environment)

    def begin(self, *words, **environment):
        """The command, under way."""
        return subprocess.Popen(
            self.command(*words),
            env=self.environment | environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def command(self, *words):
        return [sys.executable, "-m", "app", *map(str, words)]


@pytest.fixture(scope="module")
def tiers(database_url):
    return Tiers(database_url)


@pytest.fixture
async def db(database_url):
    found = connect(database_url, pool=2, overflow=2)
    stones.equip(found, Seal(SECRET))
    yield found
    await found.close()


@pytest.fixture
def another(db):
    """Makes programs with the tiers of CS-Cart; answers their keys."""

    async def make(preset="cs_cart", **more):
        key = f"cli-{os.getpid()}-{next(NUMBERS)}"
        said = {"key": key, "name": key, "currency": "EUR", "preset": preset, **more}
        asked = ProgramIn.model_validate(said)
        now = SystemClock().now()
        await db.run(lambda session: managing.make_program(session, asked, "test", "test", now))
        return key

    return make


@pytest.fixture
async def program(another):
    return await another()


@pytest.fixture
def rows(db, program):
    """The rows of a statement about the program, as dictionaries."""

    async def ask(statement, key=program):
        about = "program_id = (SELECT id FROM programs WHERE key = :key)"
        found = await world.fetch(db, statement.replace("PROGRAM", about), key=key)
        return [one._asdict() for one in found]

    return ask


@pytest.fixture
def ndjson(tmp_path):
    """Writes lines of JSON into a file."""

    def write(lines, name="orders.ndjson"):
        path = tmp_path / name
        texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
        path.write_text("".join(f"{one}\n" for one in texts), "utf-8")
        return path

    return write
