"""The histories: the same for ever, answered whole, varied, and free of the order of arrival."""

import json
from collections import Counter
from random import Random

import pytest

from .definitions import edited
from .examples import BRONZE, SILVER, program
from .gaps import Silent
from .generate import converges, disturbed, history
from .model import Day
from .replay import replay

SEEDS = range(120)
OCCASIONS = {"order", "check", "resync", "rules_changed", "override", "membership", "import"}


@pytest.fixture(scope="module")
def histories():
    return [history(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def worlds(histories):
    return [given.world for given in histories]


def answered(log):
    try:
        return replay(log)
    except Silent:
        return None


def awake_levels(world):
    """Levels of whoever is evaluated: positions that sleep are kept as they were."""
    return {pair: one.level for pair, one in world.held.items() if world.awake(pair[0])}


def settled(world):
    """Day totals without members that have none."""
    return {member: days for member, days in world.days().items() if days}


def test_a_seed_gives_the_same_history_for_ever(histories):
    assert [history(seed) for seed in SEEDS[:10]] == histories[:10]
    assert json.loads(json.dumps(histories[0].log)) == histories[0].log


def test_the_model_answers_every_history_and_silence_is_rare(histories, worlds):
    silences = sum(len(given.silences) for given in histories)

    assert len(worlds) == len(SEEDS)
    assert silences < len(SEEDS) / 4


def test_everything_happens(histories, worlds):
    entries = Counter(name for given in histories for entry in given.log for name in entry)
    changes = [change for world in worlds for change in world.changes]

    assert min(entries.values()) >= 5
    assert len(entries) == 18
    assert {one["occasion"] for one in changes} == OCCASIONS
    reasons = {"qualified", "shortfall", "grace", "start", "override", "level_removed", "merged"}
    assert {one["reason"] for one in changes} == reasons | {"redacted"}
    assert any(world.conflicts for world in worlds)


def test_the_log_alone_gives_what_the_writer_saw(histories):
    for given in histories[:20]:
        again = replay(given.log)

        assert (again.changes, again.held) == (given.world.changes, given.world.held)


def test_changes_chain_and_count_without_gap(worlds):
    for world in worlds:
        place, seq = {}, Counter()
        for one in world.changes:
            seq[one["member"]] += 1
            assert one["seq"] == seq[one["member"]]
            if one["ladder"]:
                pair = (one["member"], one["ladder"])
                assert one["from"] == place.get(pair)
                place[pair] = one["to"]
        held = {pair: held.level for pair, held in world.held.items() if held.level}
        assert held == {pair: level for pair, level in place.items() if level}


def test_facts_do_not_depend_on_the_order_of_arrival(histories):
    compared = 0
    for given in histories[:40]:
        log = disturbed(given, seed=1)
        other = answered(log)
        if other:
            assert settled(other) == settled(given.world)
            compared += log != given.log

    assert compared > 15


def test_positions_converge_after_a_check_where_they_must(histories):
    compared = moved = 0
    for given in filter(converges, histories):
        check = {"check": {"as_of": given.world.today.isoformat()}}
        ends = [answered([*log, check]) for log in (given.log, disturbed(given, seed=2))]
        if all(ends):
            levels = [awake_levels(end) for end in ends]
            assert levels[0] == levels[1]
            compared += 1
            moved += any(levels[0].values())

    assert compared > len(SEEDS) / 10
    assert moved > compared / 4


def test_a_day_never_goes_below_nothing(worlds):
    days = [day for world in worlds for totals in world.days().values() for day in totals.values()]

    assert all(min(day) >= 0 and day.largest <= day.spend and day != Day() for day in days)


def test_an_edit_of_a_disabled_level_alone_makes_no_check_due():
    off = {**BRONZE, "enabled": False}
    old = program(SILVER, off)["program"]["definition"]
    edits = [edited(Random(seed), old) for seed in range(200)]

    due = {one["tiers"][0]["key"]: check for one, check in edits if len(one["tiers"]) == 1}

    assert due == {"silver": False, "bronze": True}
