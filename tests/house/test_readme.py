"""What the README promises: settings, commands and limits that are there."""

import re
from pathlib import Path

import pytest

from app.cli import COMMANDS, commands
from app.inbound import batches
from app.inbound.imports import spreadsheets
from app.inbound.schemas.events import MOST_LINES, MOST_REFUNDS
from app.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def section(title):
    return README.partition(f"\n{title}\n")[2].partition("\n## ")[0]


def test_every_setting_is_explained_with_its_default():
    table = re.findall(r"^\| (`TIERS_.+?) \| (.+?) \|", section("## Settings"), re.MULTILINE)
    told = {
        name: default.strip("`").replace("empty", "")
        for names, defaults in table
        for name, default in zip(names.split(", "), defaults.split(", "), strict=True)
    }

    assert told == {
        f"`TIERS_{name}`".upper(): said(one.default) for name, one in Settings.model_fields.items()
    }


def said(default):
    return "" if default is None or default == () else str(default)


def test_every_command_is_named():
    named = re.findall(r"`([a-z]+)", section("## Command line").partition("They end with")[0])
    cli = commands()
    single = {one.name or one.callback.__name__ for one in cli.registered_commands}
    groups = {one.name for one in cli.registered_groups}

    assert single | groups <= set(named)
    assert single | groups == set(COMMANDS)


@pytest.mark.parametrize("kind", spreadsheets.SHEETS)
def test_every_column_of_a_spreadsheet_is_told(kind):
    [line] = re.findall(rf"^\| {kind} \| (.+) \|$", README, re.MULTILINE)
    told = set(re.findall(r"`([a-z_]+)`", line))
    known = spreadsheets.SHEETS[kind].columns
    of_the_order = set(spreadsheets.ORDER) if kind == "orders" else set()

    assert told <= known
    assert known - of_the_order <= told


def test_limits_are_those_of_the_code():
    limits = section("## Limits")

    assert f"{batches.MOST_EVENTS} events" in limits
    assert f"{batches.MOST_LINES:,} lines" in limits
    assert f"{MOST_LINES} lines and {MOST_REFUNDS} refunds" in limits
