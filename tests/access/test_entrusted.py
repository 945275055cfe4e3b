"""I47: every write that a shop's people are entrusted with names its key and its request."""

import csv
import json
import logging
from pathlib import Path

import pytest
import structlog

from app.kit.logs import set_up_logs
from tests.proof.operations import operations

TABLE = Path(__file__).parents[1] / "proof" / "access.csv"
ENTRUSTED = ("configure", "operate", "admin")


@pytest.fixture
def logs_as_before():
    """Whatever a test sets up, the next one logs as before."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = before


def entrusted_writes():
    """(operation, scope) of everything that one of these scopes writes."""
    rows = {row["operation"]: row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())}
    for one in operations():
        row = rows[one.name]
        for scope in ENTRUSTED:
            if one.method != "GET" and row[scope] == "in" and row["no key"] != "in":
                yield one, scope


@pytest.mark.usefixtures("logs_as_before")
async def test_every_entrusted_write_is_logged_with_its_key_and_request(web, program, capsys):
    keys = {scope: await program.minted(scope) for scope in ENTRUSTED}
    asked = [one for one in entrusted_writes() if not one[0].path.startswith("/v1/keys")]
    set_up_logs("error")

    for number, (operation, scope) in enumerate(asked):
        named = {"X-Request-Id": f"asked-{number:03}"}
        headers = {"Authorization": f"Bearer {keys[scope].key}", **named}
        await web.request(operation.method, operation.at(), headers=headers)

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    told = {line["request_id"]: line for line in lines if line["event"] == "request"}
    assert len(asked) > 40
    for number, (operation, scope) in enumerate(asked):
        line = told[f"asked-{number:03}"]
        assert (line["level"], line["key_id"]) == ("notice", keys[scope].id)
        assert (line["route"], line["program"]) == (operation.name, str(program.id))


@pytest.mark.usefixtures("logs_as_before")
async def test_reads_and_facts_are_not_logged_where_only_errors_are(web, program, capsys):
    headers = await program.mint("read", "ingest", "configure")
    set_up_logs("error")

    await web.get("/v1/tiers", headers=headers)
    await web.post("/v1/order-events", headers=headers, json={})

    assert capsys.readouterr().err == ""
