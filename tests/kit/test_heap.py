import gc
from weakref import ref

import pytest

from app.cli.serving import parts, settled
from app.kit import heap


class Knot:
    """Refers to itself, so that only a collection ends it."""

    def __init__(self):
        self.itself = self


@pytest.fixture
def collector():
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("collector")
def test_what_is_there_is_not_looked_at_again_and_what_is_made_then_is():
    old, ended = Knot(), Knot()
    gone = ref(ended)
    del ended

    heap.settle()

    assert gone() is None
    assert gc.get_freeze_count() > 0
    assert not any(one is old for one in gc.get_objects())
    new = ref(Knot())
    gc.collect()
    assert new() is None


@pytest.mark.parametrize("with_worker", [True, False])
def test_a_process_that_serves_settles_when_all_else_has_begun(with_worker):
    assert parts(with_worker=with_worker)[-1] is settled
