import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from app.access.errors import ProgramNotFound
from app.programs import service
from app.programs.errors import VersionNotFound
from tests.api.merchant import opened, spent

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.make(preset="cs_cart", time_zone="Europe/Vilnius")
        yield made


async def rules_of(merchant):
    async with merchant.db.transaction() as session:
        return await service.rules_of(session, (await merchant.program())["id"])


async def test_rules_say_what_the_settings_say(merchant):
    await merchant.patch("/v1/settings", {"points_per_unit": "1.5", "starts_on": "2026-01-01"})

    rules = await rules_of(merchant)

    assert (rules.key, rules.name, rules.version, rules.counting) == (
        merchant.key,
        "Merchant",
        2,
        2,
    )
    assert (rules.currency, rules.exponent, rules.zone) == ("EUR", 2, "Europe/Vilnius")
    assert (rules.enabled, rules.pooling, rules.amount_basis) == (True, "dated", "total")
    assert (rules.counted_statuses, rules.dated_by) == (frozenset({"paid", "closed"}), "placed")
    assert (rules.points_per_unit, rules.starts_on) == (Decimal("1.5"), date(2026, 1, 1))
    assert (rules.check_schedule, rules.debounce_seconds) == ("15 0 * * *", 300)
    assert (rules.sandbox_day, rules.checked_on) == (None, None)


async def test_today_is_a_local_date_or_the_sandboxs_own(merchant):
    real = await rules_of(merchant)
    await merchant.rows("UPDATE programs SET sandbox_day = '2010-11-30' WHERE key = :key")
    sandbox = await rules_of(merchant)

    assert service.today(real, NOW) == date(2026, 11, 23)
    assert service.today(sandbox, NOW) == date(2010, 11, 30)


async def test_ladders_and_levels_are_found_by_name(merchant):
    await merchant.post(
        "/v1/loyalty-stages",
        {"key": "s1", "amount": "50", "discount_percent": "5", "products": ["p"]},
    )
    await merchant.patch("/v1/tiers/bronze", {"enabled": False, "visible": False})

    rules = await rules_of(merchant)

    assert [ladder.name for ladder in rules.ladders] == ["tiers", "default"]
    assert rules.ladder("default").position_of("s1") == 1
    assert rules.ladder("nothing") is None
    gold, bronze = rules.level("tiers", "gold"), rules.level("tiers", "bronze")
    assert (gold.name, gold.position, gold.benefits.discount_percent) == ("Gold", 2, "10.00")
    assert (bronze.position, bronze.visible) == (None, False)
    stage = rules.level("default", "s1")
    assert (stage.benefits.discount_percent, stage.benefits.products) == ("5.00", ("p",))
    assert stage.benefits.points_multiplier == "1"
    assert rules.level("tiers", "s1") is rules.level("default", "gold") is None
    assert rules.level("other", "s1") is None


async def test_a_version_that_is_gone_by_can_still_be_read(merchant):
    await merchant.delete("/v1/tiers/gold")
    program_id = (await merchant.program())["id"]

    async with merchant.db.transaction() as session:
        old = await service.rules_as_of(session, program_id, 1)
        current = await service.rules_of(session, program_id)
        with pytest.raises(VersionNotFound):
            await service.rules_as_of(session, program_id, 3)

    assert (old.version, current.version) == (1, 2)
    assert old.ladder("tiers").position_of("gold") == 3
    assert current.ladder("tiers").removed == {"gold": 2}


async def test_a_proposal_is_judged_as_the_next_version(merchant):
    async with merchant.db.transaction() as session:
        rules = await service.rules_of(session, (await merchant.program())["id"])
        proposed = await service.proposed(session, rules, rules.definition.without_tier("silver"))

    assert proposed.version == rules.version
    assert proposed.ladder("tiers").removed == {"silver": 1}
    assert proposed.definition.tier("silver") is None


async def test_an_unknown_program_has_no_rules(merchant):
    async with merchant.db.transaction() as session:
        for read in (service.hold, service.rules_of):
            with pytest.raises(ProgramNotFound):
                await read(session, uuid4())


async def test_who_holds_the_rules_is_waited_for_by_who_publishes(merchant):
    program_id = (await merchant.program())["id"]
    async with merchant.db.transaction() as session:
        held = await service.hold(session, program_id)
        edit = asyncio.create_task(
            merchant.patch("/v1/tiers/gold", {"criteria": [spent("20000.00")]})
        )
        async with merchant.db.transaction() as other:
            together = await service.hold(other, program_id)
        await asyncio.sleep(0.1)
        assert not edit.done()

    assert (held.version, together.version) == (1, 1)
    assert (await edit).json()["published"]["version"] == 2


async def test_a_refused_edit_does_not_show_in_the_rules(merchant):
    refused = await merchant.patch("/v1/tiers/gold", {"criteria": [spent("1.00")]})
    good = await merchant.patch("/v1/tiers/gold", {"criteria": [spent("20000.00")]})

    assert (refused.status_code, good.json()["published"]["version"]) == (422, 2)
    rules = await rules_of(merchant)
    assert rules.ladder("tiers").levels[2].enter[0].at_least == 2_000_000
