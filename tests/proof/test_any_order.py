"""P3, small: order of arrival and repetition say nothing."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.orders.fold import Known, learn
from tests.proof import ledger
from tests.proof.any_order import FACTS, STREAMS, fold, fold_all
from tests.proof.sending import sent
from tests.proof.streams import stream

NAMES = [f"0/{number}" for number in range(STREAMS)]


@pytest.mark.parametrize("name", NAMES)
def test_every_interleaving_of_six_facts_each_told_twice_gives_one_state(name):
    facts = [ledger.read(event) for event in stream(name, 6)]
    reached = {(0,) * len(facts): Known()}

    for times in product(range(3), repeat=len(facts)):
        for place, fact in enumerate(facts):
            if times[place] < 2:
                after = (*times[:place], times[place] + 1, *times[place + 1 :])
                known = learn(reached[times], fact)
                assert reached.setdefault(after, known) == known

    assert len(reached) == 3 ** len(facts)
    once = reached[(1,) * len(facts)]
    assert all(known == once for times, known in reached.items() if min(times) > 0)


@given(st.integers(0, 50), st.integers(2, 9), st.data())
def test_permutations_and_duplicates_converge(number, length, data):
    facts = [ledger.read(event) for event in stream(f"any/{number}", length)]
    again = data.draw(st.lists(st.sampled_from(range(length)), max_size=length))
    arrived = data.draw(st.permutations([*range(length), *again]))

    assert fold([facts[one] for one in arrived], learn) == fold(facts, learn)


def test_the_campaign_folds_every_order_and_agrees_with_the_model():
    done = [fold_all(name, FACTS["smoke"]) for name in NAMES]

    assert [one.failures for one in done] == [[]] * STREAMS
    assert sum(one.folds for one in done) == STREAMS * 24 * 2 ** FACTS["smoke"]


def test_the_campaign_sees_that_the_last_arrival_wins():
    done = [fold_all(name, FACTS["smoke"], blind=True) for name in NAMES]

    seen = [one for one in done if one.failures]
    assert len(seen) >= STREAMS - 2  # a stream whose snapshots are all alike cannot tell


async def test_streams_in_any_order_through_the_database_end_as_the_model_says(database_url):
    assert await sent(database_url, "smoke", 12) == []
