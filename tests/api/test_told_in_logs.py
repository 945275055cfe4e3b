"""What is always logged, by a word of its own: definitions, overrides, forced checks, forgeries."""

import json
import logging
import re
from pathlib import Path

import pytest
import structlog

from app.kit.logs import FIELDS, set_up_logs
from tests.api.merchant import opened

APP = Path(__file__).parents[2] / "app"
CALL = re.compile(r"\blog(?:s\.log)?\(\s*([^,)\s]+)")
PASSED_ON = {"event", "self"}  # of functions that are given one of their own words; of a method


@pytest.fixture
def logs_as_before():
    """Whatever a test sets up, the next one logs as before."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = before


@pytest.mark.usefixtures("logs_as_before")
async def test_what_people_decide_is_logged_whatever_the_level(database_url, capsys):
    async with opened(database_url) as merchant:
        await merchant.make()
        await merchant.with_tiers(silver="1000.00")
        await merchant.put("/v1/customers/sentinel-7", {}, match=None)
        set_up_logs("error")
        said = {"ladder": "tiers", "mode": "exact", "level": "silver", "reason": "A friend of ours"}

        made = await merchant.post("/v1/customers/sentinel-7/overrides", said)
        await merchant.delete(f"/v1/overrides/{made.json()['id']}")
        await merchant.patch("/v1/tiers/silver", {"name": "Silber"})
        await merchant.post("/v1/checks", {"force": True, "reason": "They asked for it"})

    printed = capsys.readouterr().err
    lines = [json.loads(line) for line in printed.splitlines()]
    told = [one["event"] for one in lines if one["event"] != "request"]
    assert made.status_code == 201, made.text
    assert told == ["override_set", "override_removed", "definition_published", "check_forced"]
    assert all(set(one) <= set(FIELDS) and one["request_id"] for one in lines)
    assert "sentinel-7" not in printed
    assert "A friend" not in printed


def test_the_vocabulary_is_fixed():
    words = {
        word
        for path in APP.rglob("*.py")
        if path.name != "logs.py"
        for word in CALL.findall(path.read_text("utf-8"))
    } - PASSED_ON

    assert len(words) > 30
    assert [word for word in words if not re.fullmatch(r'"[a-z_]+"', word)] == []
