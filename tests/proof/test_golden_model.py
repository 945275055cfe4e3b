"""The golden cases and tables of semantics, told to the reference model."""

import json
from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest

from .dates import in_window, local_day
from .earning import Ladder, Level, earned, ladders, refused, totals
from .explained import falls_off
from .model import SETTINGS, Facts, incomplete, judge_order, representing, told
from .moves import Held, Moment, rows
from .replay import replay

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())
STORY = ("member", "ladder", "from", "to", "occasion", "reason", "as_of")


def named(table):
    return pytest.mark.parametrize("case", GOLDEN[table], ids=label)


def label(case):
    return str(case.get("name") or f"{case.get('row', '')} {case.get('says') or case}")


def total(world, member, ladder, metric):
    found = totals(world.facts, member, ladders(world.versions[-1])[ladder], world.today)
    return next(value for name, value in found.items() if name.startswith(metric))


@named("cases")
def test_a_golden_case(case):
    world = replay(case["log"])

    assert [{key: one[key] for key in STORY} for one in world.changes] == case["changes"]
    for member, ladder, level, *state in case.get("held", []):
        assert [world.held[member, ladder].level, world.held[member, ladder].state] == [
            level,
            *state,
        ]
    for member, ladder, metric, value in case.get("totals", []):
        assert total(world, member, ladder, metric) == value
    if "incomplete" in case:
        waiting = [one for one in world.known if incomplete(world.facts, one, world.today)]
        assert waiting == case["incomplete"]
    for customer, organization in case.get("reads", []):
        name = customer.removeprefix("customer:")
        assert f"organization:{representing(world.facts, name, world.today)}" == organization


@pytest.mark.parametrize("case", [one for one in GOLDEN["cases"] if "falls_off" in one], ids=label)
def test_a_golden_forecast(case):
    asked = case["falls_off"]

    on, to, needed = falls_off(replay(case["log"]), asked["member"], asked["ladder"], 60)

    assert (on.isoformat(), to) == (asked["on"], asked["to"])
    assert needed == Fraction(asked["needed"]) * 100


@named("refused")
def test_a_definition_that_asks_the_same_twice_is_refused_naming_both(case):
    assert refused(case["definition"]) == [tuple(case["pointers"])]


@named("any_order")
def test_any_order_of_a_stream_ends_the_same(case):
    for index, stream in enumerate(permutations(case["stream"])):
        doubled = [*stream, stream[index % len(stream)]]
        entries = [{"event": event} for event in doubled]

        world = replay([*case["start"], *entries, *case["end"]])

        for member, ladder, level in case["held"]:
            assert world.held[member, ladder].level == level
        for member, ladder, metric, value in case["totals"]:
            assert total(world, member, ladder, metric) == value


@named("windows")
def test_a_window(case):
    anchor = case["anchor"] and date.fromisoformat(case["anchor"])
    as_of = date.fromisoformat(case["as_of"])
    reach = [as_of + timedelta(days=n) for n in range(-1200, 400)]

    inside = [day for day in reach if in_window(case["window"], day, as_of, anchor)]

    assert inside[-1].isoformat() == case["last"]
    if case["first"]:
        first = date.fromisoformat(case["first"])
        assert inside == [first + timedelta(days=n) for n in range((inside[-1] - first).days + 1)]


@named("windows")
def test_a_day_leaves_its_window_once(case):
    anchor = case["anchor"] and date.fromisoformat(case["anchor"])
    day = date.fromisoformat(case["day"])
    later = [day + timedelta(days=n) for n in range(1200)]
    counts = [in_window(case["window"], day, on, anchor) for on in later]

    if case["leaves_on"] is None:
        assert all(counts)
    else:
        leaves = (date.fromisoformat(case["leaves_on"]) - day).days
        assert counts[leaves - 1]
        assert not any(counts[leaves:])


@named("local_days")
def test_an_instant_becomes_a_local_day(case):
    assert local_day(case["instant"], case["zone"]).isoformat() == case["day"]


@named("counted")
def test_what_an_order_counts(case):
    facts = Facts(SETTINGS | case["settings"])
    for day, currency, rate in case["rates"]:
        facts.rates[currency, day] = Fraction(rate)

    judged = judge_order(facts, [told(event) for event in case["events"]], date(2026, 11, 30))

    expect = case["expect"]
    assert (judged.day.isoformat(), judged.spend, judged.because) == (
        expect["day"],
        expect["spend"],
        expect["because"],
    )


@named("section_6")
def test_a_row_of_section_6(case):
    written = [
        {
            "key": f"s{number}",
            "position": number,
            "amount": amount,
            "automatic": number not in case.get("by_hand", []),
            "move_to_next": number not in case.get("stops", []),
        }
        for number, amount in enumerate(["50", "100", "200"], start=1)
    ]
    for stage, keep in zip(written, case.get("keeps", []), strict=False):
        stage["keep_amount"] = keep
    settings = {
        "currency": "USD",
        "stages": {"default": {"amount_means": case.get("means", "to_hold")}},
    }
    ladder = ladders({"settings": settings, "loyalty_stages": written})["default"]
    spend = round(float(case["spend"]) * 100)
    found = {"tags": [], 'spend@{"rolling_days": 30}': spend}

    assert earned(ladder, case["held"], found) == case["earned"]


@named("section_7")
def test_a_row_of_section_7(case):
    rules = {
        "upgrade": "immediate",
        "downgrade": "to_earned",
        "min_stay_days": 0,
        "grace_days": 0,
        "refund_downgrade": "at_check",
    } | case["rules"]
    levels = tuple(
        Level(f"level{number}", automatic=True, match="all", enter=[], keep=None)
        for number in range(1, 5)
    )
    ladder = Ladder("tiers", "highest", levels, rules)
    held, expect = case["held"], case["expect"]
    grace = held["grace_until"] and date.fromisoformat(held["grace_until"])
    since = date.fromisoformat(held["since"])
    standing = Held(ladder.key(held["position"]), since, held["state"], grace)
    on = date.fromisoformat(case["on"])
    moment = Moment(case["occasion"], on, case["took_away"], case["force"])

    verdict = rows(ladder, standing, case["goal"], moment)

    until = verdict.grace_until and verdict.grace_until.isoformat()
    assert expect == verdict._asdict() | {"grace_until": until}
