"""P13 whole: every operation with every kind of key; and what the campaign has to see."""

from tests.proof.access import play, unequal


async def test_every_operation_answers_every_key_as_the_table_says(database_url):
    result = await play(database_url, "smoke")

    assert result.failures == []
    assert result.counts["cells"] == 15 * result.counts["operations"]


async def test_a_scope_that_implies_another_is_seen(database_url):
    result = await play(database_url, "smoke", blind=True, only="GET /v1/members")

    assert "GET /v1/members with configure: table scope_missing, answered in" in result.failures


def test_an_operation_that_the_table_does_not_have_is_seen():
    assert "GET /v1/unlisted: only in the document" in list(unequal({"GET /v1/unlisted": {}}))
