"""Every statement as a real cluster plans it: what it refuses is what is known to be refused.

TIERS_CITUS_URL: a superuser's, of a database with the extension that may be migrated and spread.
"""

import os
import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kit.citus.moving import moving
from app.kit.db import connect
from app.kit.migrations import migrate
from app.models import PLACEMENTS
from tests.house.test_distribution import KNOWN, TEXTS, complaints

URL = os.environ.get("TIERS_CITUS_URL", "")
BIND = re.compile(r"CAST\(\s*:\w+\s+AS\s+([\w ]+?)(\[\])?\s*\)")
SAMPLES = {
    "uuid": "'6c1f0d3a-0000-5000-8000-000000000001'",
    "date": "'2026-11-22'",
    "timestamptz": "'2026-11-22'",
    "jsonb": "'{}'",
    "boolean": "'true'",
}
pytestmark = [
    pytest.mark.citus,
    pytest.mark.skipif(not URL, reason="TIERS_CITUS_URL is not set: no cluster to ask"),
]


def filled(statement):
    """The statement with a value of its type for each bind."""

    def value(bind):
        kind, many = bind[1], bind[2] or ""
        one = SAMPLES.get(kind.strip(), "'1'")
        said = f"ARRAY[{one}, {one}]" if many else one
        return f"CAST({said} AS {kind}{many})"

    return BIND.sub(value, statement)


@pytest.fixture(scope="module")
async def cluster():
    db = connect(URL, pool=2, overflow=0, statement_timeout="60s")
    await migrate(db)
    yield db
    await db.close()


async def refused(db, names):
    found = {}
    for name in names:
        async with db.engine.connect() as connection:
            try:
                await connection.execute(text(f"EXPLAIN {filled(TEXTS[name])}"))
            except DBAPIError as error:
                found[name] = str(error.orig)
    return found


async def test_a_spread_database_refuses_only_what_is_known(cluster):
    asked = [
        name for name in TEXTS if name.endswith(".sql") and complaints(TEXTS[name])[0] != "home"
    ]
    async with moving(cluster, PLACEMENTS) as left:
        await left.run(lambda _: None)
    async with moving(cluster, PLACEMENTS) as again:
        assert again.steps == []

    found = await refused(cluster, asked)

    assert {name: why for name, why in found.items() if name not in KNOWN} == {}
