"""P2 at smoke size: histories over HTTP on two replicas leave what the model says."""

import json

import pytest

from tests.proof.model_over_http import HISTORIES, Sender, play, replicas, told
from tests.proof.test_in_process import SEEDS


async def test_histories_end_as_the_model_says(database_url):
    played = await play(database_url, range(HISTORIES["smoke"]))

    assert [line for one in played for line in one.failures] == []
    assert sum(one.deliveries for one in played) > 40 * len(played)
    assert sum(one.checks for one in played) > 10 * len(played)


async def test_a_window_that_begins_a_day_early_is_seen(database_url):
    played = await play(database_url, (12, 23), blind=True)

    assert any(one.failures for one in played)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
async def test_what_once_differed_stays_mended(database_url, path):
    async with replicas(database_url) as (api, db):
        log = json.loads(path.read_text("utf-8"))["log"]
        played = await told(Sender(api, db, 0), log)

    assert played.failures == []
