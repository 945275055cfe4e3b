"""The product page's parity table, and what its walks are made of."""

from uuid import UUID

from app.checks import service as checks
from app.programs.presets import preset
from tests.api.town import opened

# What others have, in the words of the page → the tests that show it here. A row that promises
# several things has a test of each.
PARITY = {
    "CS-Cart Client Tiers": {
        "required spendings per user group within a reporting period (30 days, previous month,"
        " 12 months, previous year)": ["test_parity_spendings_within_a_reporting_period"],
        "upgrade only at the check, or after a paid order as well": [
            "test_parity_upgrade_at_the_check_or_after_a_paid_order_as_well"
        ],
        "downgrade on/off; the check is the only way down": [
            "test_parity_downgrade_on_and_off_and_the_check_is_the_only_way_down"
        ],
        "tier check by hand or from cron (one command)": [
            "test_parity_tier_check_by_hand_by_command_and_on_schedule"
        ],
        "organization: all representatives share one tier, all their orders count": [
            "test_parity_representatives_share_one_tier_and_all_their_orders_count"
        ],
        "one tier at a time, different thresholds": [
            "test_parity_one_tier_at_a_time_and_different_thresholds"
        ],
        "sample groups and promotions at install": [
            "test_parity_sample_groups_and_promotions_at_install"
        ],
        "groups open promotions, shipping, payments, products": [
            "test_parity_groups_open_promotions_shipping_payments_and_products"
        ],
    },
    "B2B portal, client classification": {
        "classes (name, discount, amount to increase), bound to a contract by hand": [
            "test_parity_classes_with_a_discount_bound_to_a_contract_by_hand"
        ],
    },
    "B2B portal, loyalty program": {
        "stages: name, products (none = all), discount, amount, move-to-next flag;"
        " closed orders of 30 days; up one, down one": [
            "test_parity_stages_with_a_name_products_and_a_discount",
            "test_parity_closed_orders_of_30_days_move_one_stage_up_and_one_down",
        ],
        "discounts imported from the ERP, `<ПрограммаЛояльности>` 1 = loyalty, 0 = regular": [
            "test_parity_discounts_imported_from_the_erp_by_their_loyalty_flag"
        ],
        "the customer is told that he is in a group with a discount": [
            "test_parity_the_customer_is_told_that_he_is_in_a_group_with_a_discount"
        ],
    },
    "Keystone customer tiers": {
        "qualifications: spending, points, orders, large order, tag; all must hold;"
        " highest tier wins": [
            "test_parity_all_qualifications_must_hold_and_the_highest_tier_wins"
        ],
        "multiplier, bonus points once, tag; visible or hidden tier": [
            "test_parity_multiplier_tag_and_a_hidden_tier",
            "test_parity_bonus_points_once",
        ],
        "order of tiers; several edits make one sync (debounce); manual sync": [
            "test_parity_order_of_tiers_one_sync_of_several_edits_and_a_manual_sync"
        ],
        "global off keeps assignments inactive; on resyncs all": [
            "test_parity_global_off_keeps_assignments_inactive_and_on_resyncs_all"
        ],
        "distribution and movement analytics": ["test_parity_distribution_and_movement_analytics"],
    },
}


def starting_with(database_url, name):
    """A town whose program begins with a preset."""
    return opened(database_url, preset(name, "EUR", "UTC"))


async def seen(town, path, **asked):
    answer = await town.api.get(f"/v1/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def edit(town, path, **said):
    answer = await town.api.patch(f"/v1/{path}", json=said, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    return answer.json()["published"]


async def tiers_of(town, *customers):
    """The tier that each of them enjoys, in their order."""
    answer = await town.api.post("/v1/customers/lookup", json={"ids": customers})
    assert answer.status_code == 200, answer.text
    return [one["tier"] and one["tier"]["key"] for one in answer.json()["items"]]


async def day(town, on):
    """The sandbox's days pass through this one, each with its check."""
    answer = await town.put("clock", today=on)
    assert answer.status_code == 200, answer.text
    town.today = on


async def check(town):
    """A check by hand, to its end; a worker's part is done here."""
    answer = await town.api.post("/v1/checks", json={})
    assert answer.status_code == 202, answer.text
    check_id = answer.json()["id"]
    await checks.run_to_end(town.db, town.clock, town.program_id, UUID(check_id))
    return await seen(town, f"checks/{check_id}")
