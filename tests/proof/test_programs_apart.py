"""I26: whatever program A does, everything that program B reads stays byte for byte the same."""

from tests.jobs.world import StillClock
from tests.proof.driver import service
from tests.proof.twins import HOLDERS, SEEN, Twin


async def test_what_one_program_reads_is_the_same_without_the_others_traffic(database_url):
    async with service(database_url, clock=StillClock()) as (api, _):
        ours, theirs = Twin(api, "apart-b"), Twin(api, "apart-a")
        await ours.make()
        await theirs.make()
        await ours.tell("150.00", "20.00")
        known, unknown = await ours.reads(**SEEN), await ours.reads()

        await theirs.live()

        assert await ours.reads(**SEEN) == known
        assert await ours.reads() == unknown
    assert sum(status == 200 for status, _, _ in known.values()) > 30


async def test_ids_of_another_program_answer_as_unknown_ones_do(database_url):
    async with service(database_url, clock=StillClock()) as (api, _):
        ours, theirs = Twin(api, "apart-c"), Twin(api, "apart-d")
        await ours.make()
        await theirs.make()
        await theirs.tell("150.00", "20.00")
        made = await theirs.say("POST", "/v1/checks", {})
        ids = {**HOLDERS, "order_id": "1001", "check_id": made["id"]}

        assert await ours.reads(**ids) == await ours.reads()
