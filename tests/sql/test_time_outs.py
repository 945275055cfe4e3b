"""The limits of page 6 that a connection and a key have when nobody says otherwise."""

import inspect

import pytest

from app.access import gate
from app.checks import audit, slices
from app.kit.db import connect
from tests.jobs import world

SHOWN = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "15s",
}


@pytest.mark.parametrize("name", SHOWN)
async def test_a_connection_has_its_time_outs(db, name):
    assert await world.fetch(db, f"SHOW {name}") == [(SHOWN[name],)]


def test_slices_and_audits_have_more_time_and_rates_are_as_promised():
    assert inspect.signature(connect).parameters["wait"].default == 2.0
    assert (slices.STATEMENT_LIMIT, audit.LIMIT) == ("60s", "600s")
    assert (gate.INGEST, gate.READ, gate.REST) == (1_000, 500, 20)
    assert gate.FAILURES_PER_MINUTE == 20
