"""P1: what the product makes of a history in memory is what the model says, on every date."""

import json
from pathlib import Path

import pytest

from tests.proof.model_in_process import HISTORIES, Walk, compare, run

SEEDS = sorted((Path(__file__).parent / "seeds").glob("*.json"))


def test_histories_end_as_the_model_says():
    result = run("smoke", 0, blind=False)

    assert result.failures == []
    assert result.counts["histories"] == HISTORIES["smoke"]
    assert result.counts["dates"] > 40 * HISTORIES["smoke"]


@pytest.mark.proof
def test_ten_times_as_many_end_as_the_model_says():
    for seed in range(1, 11):
        assert run("ci", seed, blind=False).failures == []


def test_a_window_that_begins_a_day_early_is_seen():
    assert any(compare(seed, blind=True).failures for seed in range(10))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_what_once_differed_stays_mended(path):
    walk = Walk()
    for entry in json.loads(path.read_text("utf-8"))["log"]:
        walk.tell(entry)

    assert walk.ended() == []
