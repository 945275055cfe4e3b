"""P12 at smoke size, and what the campaign has to see."""

from random import Random

import pytest

from tests.proof.fields import Reader
from tests.proof.hostile import CORPORA
from tests.proof.hostile_values import play
from tests.proof.operations import operations
from tests.proof.pairs import here, merged, pairs


async def test_hostile_values_are_refused_without_harm(database_url):
    result = await play(database_url, "smoke")

    assert [one for one in result.failures if " took " not in one] == []
    assert result.counts["server_errors"] == 0
    assert result.counts["requests"] > 150


async def test_a_refusal_that_repeats_what_came_in_is_seen(database_url):
    result = await play(database_url, "smoke", blind=True)

    assert any(" echoes " in one for one in result.failures)


def test_every_field_of_every_operation_has_values():
    reader = Reader()
    fields = list(reader.fields())

    assert {one.kind for one in fields} <= CORPORA.keys()
    reading = {one.name for one in operations(reader.document) if reader.body_of(one)}
    assert {one.operation.name for one in fields if one.place == "body"} == reading


@pytest.mark.parametrize("kind", sorted(CORPORA))
def test_a_corpus_holds_each_value_once(kind):
    said = [one.said for one in CORPORA[kind]]

    assert sorted({*said}) == sorted(said)


@pytest.mark.parametrize(
    ("one", "two", "both"),
    [
        (
            {"a": here(0), "b": 1, "c": 2},
            {"a": 3, "b": here(1), "d": 4},
            {"a": here(0), "b": here(1), "c": 2, "d": 4},
        ),
        ({"a": {"b": here(0)}}, {"a": {"c": here(1)}}, {"a": {"b": here(0), "c": here(1)}}),
        ({"a": [{"b": here(0)}]}, {"a": [{"b": 1}, 2]}, {"a": [{"b": here(0)}, 2]}),
        ({"a": here(0)}, {"a": {"b": here(1)}}, {"a": here(0)}),
        (here(0), {"a": here(1)}, here(0)),
    ],
)
def test_two_values_stand_in_one_body(one, two, both):
    assert merged(one, two) == both


def test_pairs_are_of_two_fields_each():
    fields = list(Reader().fields())[:10]

    found = pairs(Random(0), fields, 40)

    assert len({(one[0].name, two[0].name) for one, two in found}) > 20
    assert len(found) == 40
