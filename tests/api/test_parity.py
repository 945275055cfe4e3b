"""The parity table is whole: every row of it is shown, and no walk is about nothing."""

import re
from itertools import chain
from pathlib import Path

import pytest

from tests.adapters.samples import SHARED
from tests.api.parity import PARITY

TESTS = Path(__file__).parents[1]
WALK = re.compile(r"^(?:async )?def (test_parity_\w+)\(", re.MULTILINE)
PAGE = SHARED / "design" / "1-product.md"
ROW = re.compile(r"^\|(.*?)\|(.+?)\|.+\|$", re.MULTILINE)


def test_every_row_has_walks_and_every_walk_is_of_one_row():
    rows = list(chain.from_iterable(rows.values() for rows in PARITY.values()))
    walks = chain.from_iterable(
        WALK.findall(path.read_text("utf-8")) for path in TESTS.rglob("test_*.py")
    )

    assert [names for names in rows if not names] == []
    assert sorted(chain.from_iterable(rows)) == sorted(walks)


@pytest.mark.skipif(not PAGE.is_file(), reason="the product page is not beside the checkout")
def test_the_rows_are_those_of_the_page():
    rows, product = {}, ""
    _, _, *table = ROW.findall(PAGE.read_text("utf-8"))
    for named, feature in table:
        product = named.strip() or product
        rows.setdefault(product, []).append(feature.strip())

    assert {product: list(promised) for product, promised in PARITY.items()} == rows
