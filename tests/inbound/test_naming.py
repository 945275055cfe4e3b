"""Whom an event seems to name that could not be read."""

import pytest

from app.inbound.naming import named_in

BODIES = {
    b'{"customer_id": "7"}': {"7"},
    b'{"customer": {"id": "gid://shop/Customer/7"}}': {"gid://shop/Customer/7", "7"},
    b'{"buyers": [{"id": 7, "name": "A"}]}': {"7"},
    b'{"order": {"id": "7"}}': set(),
    b'{"customer_id": "\\ud800", "company": "b"}': {"b"},
    b'{"customer_id": "\\ud83d\\ude42"}': {"\N{SLIGHTLY SMILING FACE}"},
    b"<customer>7</customer>": set(),
    b'{"customer":' * 5_000: set(),
    b"\xff": set(),
}


@pytest.mark.parametrize("body", BODIES)
def test_names_are_guessed_by_their_fields(body):
    assert named_in(body) == BODIES[body]
