"""Where the embedded server lies, whom it runs as, what it is made of."""

import os
import pwd
import shutil
from pathlib import Path

import psutil
import pytest

from app.kit.postgres import PostgresUnavailable, embedded, start
from app.kit.postgres.binaries import ELSEWHERE, find
from tests.kit.processes import ask, gone, mode, services

NOBODY = pwd.getpwnam("nobody").pw_uid
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
SYSTEM = sorted(Path("/usr/lib/postgresql").glob("1[56]/bin"))


@pytest.fixture(scope="module")
async def running(folder):
    async with embedded(folder / "running") as server:
        yield server


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("jit", "off"),
        ("TimeZone", "UTC"),
        ("log_error_verbosity", "terse"),
    ],
)
async def test_the_server_shows(running, setting, value):
    assert await ask(running.dsn, f"SHOW {setting}") == value


async def test_a_durability_setting_cannot_be_lost_by_alter_system(folder):
    async with embedded(folder / "altered") as server:
        await ask(server.superuser_url.replace("+asyncpg", ""), "ALTER SYSTEM SET fsync = off")

    async with embedded(folder / "altered") as server:
        assert await ask(server.dsn, "SHOW fsync") == "on"


async def test_settings_of_the_caller_win(place):
    async with embedded(place, settings={"max_connections": "37"}) as server:
        assert await ask(server.dsn, "SHOW max_connections") == "37"


async def test_text_sorts_by_code_point_and_lower_knows_unicode(running):
    assert await ask(running.dsn, "SELECT 'Z' < 'a' AND lower('ÄÉ') = 'äé'")


async def test_only_its_own_account_reaches_the_socket(running):
    socket = running.log.parent / "socket"
    rules = (running.log.parent / "data" / "pg_hba.conf").read_text("utf-8")
    ways = [line.split() for line in rules.splitlines() if line and line[0] != "#"]

    assert mode(socket) == 0o700
    assert {way[-1] for way in ways if way[0] == "host"} == {"reject"}


@pytest.mark.parametrize("name", ["x" * 120, "a,b c:1 50% ünï"])
async def test_any_path_will_do(folder, name):
    data_dir = folder / name

    async with embedded(data_dir) as server:
        socket = Path(await ask(server.dsn.replace("tiers@", "postgres@"), SOCKETS))
        assert mode(socket) == 0o700
        assert not socket.is_relative_to(folder)

    assert gone(socket)


SOCKETS = "SELECT trim('\"' FROM current_setting('unix_socket_directories'))"


@ROOT_ONLY
async def test_root_runs_it_as_somebody_else(running):
    process = psutil.Process(running.pid)

    assert process.uids().real != 0
    assert process.gids().real != 0
    assert process.uids().real == (running.log.parent / "data").stat().st_uid


@ROOT_ONLY
async def test_an_ordinary_user_runs_it_as_itself_and_root_continues(place):
    place.mkdir()
    os.chown(place, NOBODY, NOBODY)

    with services(place, 1, NOBODY) as (service,):
        assert psutil.Process(service.ready().server).uids().real == NOBODY
        assert service.stop() == 0

    async with embedded(place) as server:
        assert psutil.Process(server.pid).uids().real == NOBODY
    with services(place, 1, NOBODY) as (service,):
        assert await ask(service.ready().dsn, "SELECT 1") == 1


@ROOT_ONLY
async def test_a_private_parent_stays_private_and_the_data_lie_elsewhere(place, elsewhere):
    place.mkdir(mode=0o700)
    data_dir = place / "deep" / "data"

    async with embedded(data_dir) as first:
        await ask(first.dsn, "CREATE TABLE notes AS SELECT 42 AS note")
    async with embedded(data_dir) as second:
        note = await ask(second.dsn, "SELECT note FROM notes")

    link = next(data_dir.glob("pg*"))
    assert note == 42
    assert link.readlink().parent == ELSEWHERE
    assert mode(place) == 0o700
    assert elsewhere() == {link.readlink().name}


@ROOT_ONLY
async def test_binaries_below_a_private_folder_are_copied_once(place, elsewhere):
    place.mkdir(mode=0o700)
    package = find(None).folder.parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, place / folder.name, symlinks=True)
    bindir = place / package.name / "pginstall" / "bin"
    outside = place.parent / "outside"

    for _ in range(2):
        async with embedded(outside, bindir=bindir) as server:
            program = Path(psutil.Process(server.pid).exe())

    assert program.is_relative_to(ELSEWHERE)
    assert mode(place) == 0o700
    assert elsewhere() == {program.relative_to(ELSEWHERE).parts[0]}


@pytest.mark.skipif(not SYSTEM, reason="no system PostgreSQL 15 or 16")
async def test_a_system_server_without_the_builtin_locale_serves_too(folder):
    async with embedded(folder / "system", bindir=SYSTEM[0]) as server:
        assert server.log.parent.name == f"pg{SYSTEM[0].parent.name}"
        assert await ask(server.dsn, "SHOW data_checksums") == "on"
        assert await ask(server.dsn, "SELECT 'Z' < 'a' AND octet_length('é') = 2")


async def test_data_of_another_major_version_are_not_passed_over(folder):
    (folder / "old" / "pg14" / "data").mkdir(parents=True)

    with pytest.raises(PostgresUnavailable, match="pg14"):
        await start(folder / "old")


async def test_a_folder_without_binaries_is_refused(folder):
    with pytest.raises(PostgresUnavailable, match="TIERS_PG_BINDIR"):
        await start(folder / "none", bindir=folder)
