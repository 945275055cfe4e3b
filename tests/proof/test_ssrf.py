"""P14 at smoke size, and what the campaign has to see."""

from random import Random

from app.kit.outgoing.addresses import address_of, is_public
from tests.proof.addresses import PUBLIC, forbidden
from tests.proof.ssrf import play


async def test_no_forbidden_address_is_connected_to():
    result = await play("smoke")

    assert result.failures == []
    assert result.counts["connections"] == 0
    assert result.counts["addresses"] > 100


async def test_a_rule_that_is_only_the_standard_library_s_is_seen():
    result = await play("smoke", blind=True)

    assert any("connected to" in one for one in result.failures)
    assert result.counts["connections"] > 0


def test_the_rule_and_the_corpus_agree():
    found = forbidden(Random(0), 20)

    assert [text for text in found if (one := address_of(text)) and is_public(one)] == []
    assert [text for text in PUBLIC if not is_public(address_of(text))] == []
