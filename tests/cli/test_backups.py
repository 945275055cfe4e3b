"""Backups and restores from the command line."""

import subprocess

import pytest

from app.kit.postgres import embedded
from app.kit.postgres.binaries import find
from tests.cli.conftest import Tiers
from tests.kit.conftest import place
from tests.kit.processes import ask

__all__ = ["place"]

READ_ONLY = "SHOW default_transaction_read_only"
STRAY = (
    "INSERT INTO day_totals (member_id, day, program_id, spend, orders, largest, points)"
    " SELECT gen_random_uuid(), '2026-11-22', id, 1, 1, 1, 0 FROM programs"
)


@pytest.fixture
def own(place):
    """The command line on an embedded database of its own."""
    found = Tiers("")
    del found.environment["TIERS_DATABASE_URL"]
    found.environment |= {
        "TIERS_DATA_DIR": str(place / "data"),
        "TIERS_WAL_ARCHIVE": str(place / "wal"),
    }
    return found


def done(finished):
    assert finished.returncode == 0, finished.stderr + finished.stdout
    return finished.stdout


async def test_what_comes_back_may_only_be_read_until_its_audit_is_clean(own, place):
    new = {"TIERS_DATA_DIR": str(place / "new")}
    async with embedded(place / "data", archive=place / "wal") as server:
        key = done(own("programs", "make", "shop"))
        await ask(server.dsn, STRAY)
        done(own("backup", place / "backups"))

    unsound = own("restore", place / "backups", **new)
    async with embedded(place / "new", archive=place / "wal") as server:
        reads = await ask(service(server), "SELECT count(*) FROM day_totals")
        writes = await ask(service(server), READ_ONLY)
        await ask(server.dsn, "DELETE FROM day_totals")
        sound = own("restore", "--open", **new)
        again = await ask(service(server), READ_ONLY)

    assert key
    assert (unsound.returncode, sound.returncode) == (1, 0), sound.stderr
    assert (reads, writes, again) == (1, "on", "off")


def service(server):
    return server.service_url.replace("+asyncpg", "")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nowhere", "--to", "yesterday"], "no instant"),
        (["nowhere", "--to", "2026-11-22T10:00:00"], "no instant"),
        (["nowhere", "--open"], "Either"),
        ([], "Either"),
        (["/nowhere"], "no whole base backup"),
    ],
)
def test_what_cannot_be_restored_is_said_in_one_line(own, words, why):
    refused = own("restore", *words)

    assert refused.returncode == 1
    assert why in refused.stderr


def test_an_external_database_is_dumped_whole(tiers, tmp_path):
    told = done(tiers("backup", tmp_path))
    [path] = tmp_path.iterdir()
    listed = subprocess.run(
        [find(None).folder / "pg_restore", "--list", path],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert str(path) in told
    assert path.stat().st_mode & 0o777 == 0o600
    assert "TABLE DATA public order_events" in listed.stdout
    assert tiers("restore", tmp_path).returncode == 1
