"""What a server must be to be served from, and what is only doubted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.kit.db import connect
from app.kit.fitness import Facts
from app.kit.opening import facts
from tests.roles import as_service

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIT = Facts(
    server=150_000,
    fsync="on",
    full_page_writes="on",
    synchronous_commit="on",
    encoding="UTF8",
    data_checksums="on",
    now=NOW,
    connections=20,
    is_privileged=False,
    is_near=False,
    is_encrypted=True,
)
FAULTS = [
    ({"server": 149_999}, "The server is older than PostgreSQL 15."),
    ({"fsync": "off"}, "The server runs with fsync off."),
    ({"full_page_writes": "off"}, "The server runs with full_page_writes off."),
    ({"synchronous_commit": "off"}, "The server runs with synchronous_commit off."),
    ({"encoding": "SQL_ASCII"}, "The database's encoding is not UTF8."),
    ({"now": NOW + timedelta(seconds=31)}, "The server's clock and ours differ by more than 30 s."),
    ({"now": NOW - timedelta(seconds=31)}, "The server's clock and ours differ by more than 30 s."),
    ({"connections": 19}, "The pool is larger than the server's connections."),
]
DOUBTS = [
    ({"is_privileged": True}, "database_role_privileged"),
    ({"data_checksums": "off"}, "database_checksums_off"),
    ({"is_encrypted": False}, "database_not_encrypted"),
]


def test_a_fit_server_has_no_fault_and_raises_no_doubt():
    assert FIT.faults(NOW + timedelta(seconds=30), 20, is_migrated=True) == []
    assert FIT.doubts() == []
    assert replace(FIT, is_encrypted=False, is_near=True).doubts() == []


@pytest.mark.parametrize(("change", "line"), FAULTS)
def test_each_fault_is_told(change, line):
    assert replace(FIT, **change).faults(NOW, 20, is_migrated=True) == [line]


def test_all_faults_are_told_at_once():
    all_at_once = replace(
        FIT, **{name: bad for change, _ in FAULTS for name, bad in change.items()}
    )

    told = all_at_once.faults(NOW, 20, is_migrated=False)

    unmigrated = "The schema is not one that this code runs on: migrate."
    assert told == [*dict.fromkeys(line for _, line in FAULTS), unmigrated]


@pytest.mark.parametrize(("change", "event"), DOUBTS)
def test_each_doubt_is_told(change, event):
    assert replace(FIT, **change).doubts() == [event]


async def test_the_owner_is_doubted_and_the_service_s_role_is_not(database_url):
    said = []
    for url in (database_url, as_service(database_url)):
        db = connect(url, pool=1, overflow=0)
        said.append((await facts(db)).doubts())
        await db.close()

    assert said == [["database_role_privileged"], []]
