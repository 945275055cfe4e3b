"""P12 at smoke size, and what the campaign has to see."""

import pytest

from tests.proof.fields import Reader
from tests.proof.hostile import CORPORA
from tests.proof.hostile_values import play
from tests.proof.operations import operations


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
