"""Raw statuses: what a map says they mean, now and after an edit of it. Page 7, section 1."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from app.inbound.reading import fact_of
from app.inbound.schemas.events import OrderEventIn
from app.orders.fold import Known, from_json, learn, to_json, under
from app.orders.statuses import mapped

PROGRAM = UUID(int=1)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVENT = TypeAdapter(OrderEventIn)
MAP = {"paid/fulfilled": "closed", "paid/*": "paid", "*/mark": "cancelled", "*": "pending"}


def told(status, raw, hours=0, total="10.00"):
    said = {
        "event_id": f"{raw}-{status}-{hours}",
        "type": "order.snapshot",
        "occurred_at": (NOON + timedelta(hours=hours)).isoformat(),
        "source": "shop",
        "order": {"id": "1", "status": status, "currency": "EUR", "total": total},
    }
    return fact_of(PROGRAM, EVENT.validate_python(said), NOON, raw)


def known(*facts):
    found = Known()
    for fact in facts:
        found = learn(found, fact)
    return found


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("paid/fulfilled", "closed"),
        ("paid/none", "paid"),
        ("paid/mark", "paid"),
        ("odd/mark", "cancelled"),
        ("a/b/mark", "cancelled"),
        ("odd/none", "pending"),
        ("whatever", "pending"),
        ("paid", "pending"),
        ("", "pending"),
    ],
)
def test_the_exact_status_is_asked_first_then_its_first_part_then_its_last(raw, status):
    assert mapped(MAP, raw) == status


def test_no_rule_no_status():
    assert mapped({"paid/*": "paid"}, "paid") is None
    assert mapped({}, "paid/x") is None


def test_the_content_is_the_raw_status_and_not_what_it_was_mapped_to():
    before, after = told("pending", "processing"), told("paid", "processing")

    assert before.content_hash == after.content_hash
    assert told("paid", "completed").content_hash != after.content_hash
    assert told("paid", None).content_hash != after.content_hash


def test_both_are_kept_in_what_is_stored():
    fact = told("paid", "processing")

    assert fact.body["raw_status"] == "processing"
    assert fact.body["status"] == "paid"
    assert '"raw_status":"processing"' in fact.text


def test_an_edited_map_gives_every_state_its_new_status_and_none_a_new_version():
    found = known(told("pending", "on-hold"), told("paid", "processing", 1))

    edited = under(found, {"processing": "closed", "on-hold": "cancelled"})

    assert [state.status for state in edited.states] == ["cancelled", "closed"]
    assert [one.version for one in edited.states] == [one.version for one in found.states]


def test_what_the_map_has_forgotten_means_what_it_meant_at_receipt():
    found = under(known(told("paid", "processing")), {"processing": "closed"})

    assert under(found, {}).status == "paid"


def test_a_status_that_nobody_mapped_stays():
    found = known(told("paid", None))

    assert under(found, {"paid": "cancelled", "*": "closed"}) == found


def test_one_state_heard_under_two_maps_is_one_state():
    before, after = told("paid", "processing"), told("paid", "processing")
    edited = under(known(before), {"processing": "closed"})

    found = under(learn(edited, after), {"processing": "closed"})

    assert [state.status for state in found.states] == ["closed"]


def test_maps_and_facts_may_come_in_any_order():
    facts = [told("pending", "on-hold"), told("paid", "processing", 1), told("closed", "done", 2)]
    words = {"on-hold": "paid", "processing": "cancelled"}

    found = {repr(under(known(*order), words)) for order in permutations(facts)}
    step_by_step = Known()
    for fact in facts:
        step_by_step = under(learn(step_by_step, fact), words)

    assert found == {repr(step_by_step)}


def test_history_is_stored_and_read_back_whole():
    found = known(told("pending", "on-hold"), told("paid", None, 1))

    history, refunds = to_json(found)

    assert [len(state) for state in history] == [8, 7]
    assert from_json(found.order, history, refunds) == found
