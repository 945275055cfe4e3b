"""Each row of page 6, section 4, and the test that proves it: none vanishes unseen."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CAMPAIGNS = (TESTS / "proof" / "campaigns.py").read_text("utf-8")
LEDGER = {
    "forged order: signature": "api/test_inbound_signed.py::"
    "test_what_is_not_signed_now_with_a_secret_is_refused_alike",
    "forged order: unsigned": "api/test_inbound_unsigned.py::"
    "test_any_other_unsigned_delivery_is_refused",
    "forged order: authentic but unusable": "api/test_inbound.py::"
    "test_an_authentic_body_that_cannot_be_read_is_kept_to_be_replayed",
    "two secrets while rotating": "api/test_inbound_signed.py::"
    "test_a_secret_is_rotated_without_a_gap",
    "replayed webhook": "api/test_facts.py::test_the_same_event_is_a_duplicate_and_changes_nothing",
    "buy, enjoy, return": "campaign abuse",
    "orders moved between representatives": "api/test_organizations_racing.py::"
    "test_every_order_ends_where_its_day_says",
    "orders of one who was merged": "campaign model-over-http",
    "leaked key: revoked": "access/test_access.py::test_a_deleted_key_is_refused_at_once",
    "leaked key: no more than its scope": "access/test_access.py::test_no_scope_implies_another",
    "insider: author and reason": "api/test_overrides.py::"
    "test_an_override_moves_at_once_and_says_who_and_why",
    "enumeration: cursors": "kit_web/test_values.py::"
    "test_a_cursor_that_somebody_made_is_refused_whatever_it_holds",
    "enumeration: foreign is unknown": "api/test_endpoints.py::"
    "test_what_is_not_there_and_what_is_not_yours_look_alike",
    "address rule: corpus": "campaign ssrf",
    "address rule: the other end": "kit_web/test_outgoing_addresses.py::"
    "test_the_other_end_of_the_connection_is_judged_too",
    "address rule: redirects": "kit_web/test_outgoing.py::test_a_redirect_is_an_answer",
    "address rule: proxies": "kit_web/test_outgoing.py::"
    "test_a_proxy_of_the_environment_is_not_used",
    "address rule: allowance is told": "kit_web/test_outgoing_addresses.py::"
    "test_an_allowance_is_told_at_the_start",
    "hostile receiver: time": "kit_web/test_outgoing.py::"
    "test_however_slowly_an_answer_comes_it_has_its_time_in_all",
    "hostile receiver: 20 kB": "kit_web/test_outgoing.py::"
    "test_of_a_long_answer_the_beginning_is_kept_and_the_rest_not_read",
    "hostile receiver: 4 at once": "jobs/test_deliveries.py::"
    "test_members_keep_their_order_under_load",
    "hostile receiver: 410": "jobs/test_deliveries.py::"
    "test_one_that_is_gone_is_disabled_at_once_and_the_others_are_told",
    "bombs on every operation": "access/test_checklist.py::test_no_operation_reads_a_hostile_body",
    "file exchange: formulas": "api/test_exports.py::test_no_cell_of_a_workbook_is_a_formula",
    "file exchange: XML": "kit_web/test_strict_xml.py::"
    "test_what_is_not_our_kind_of_document_is_refused",
    "file exchange: ratio": "inbound/test_erp_files.py::"
    "test_a_bomb_is_refused_before_it_is_unpacked",
    "file exchange: files": "inbound/test_erp_files.py::"
    "test_too_many_files_are_refused_by_the_directory_alone",
    "file exchange: links": "inbound/test_erp_files.py::test_a_link_is_refused",
    "file exchange: paths": "inbound/test_erp_files.py::test_a_path_is_refused",
    "file exchange: size": "api/test_imports_odd.py::test_a_file_over_the_limit_is_refused",
    "program filter: every statement": "house/test_distribution.py::"
    "test_every_statement_is_of_a_class_or_its_fault_is_known",
    "program filter: every read": "campaign programs-apart",
    "injection": "campaign hostile-values",
    "console: scripts": "access/test_headers.py::test_pages_run_scripts_of_their_own_files_alone",
    "stolen dump: secrets": "api/test_secrets_nowhere.py::test_no_secret_is_written_anywhere",
    "stolen dump: raw bodies": "jobs/test_raw.py::"
    "test_bodies_go_after_some_days_and_the_events_stay",
    "supply chain: hashes": "house/test_image.py::"
    "test_packages_are_pinned_by_hash_and_nothing_is_fetched_otherwise",
    "supply chain: image": "house/test_image.py::"
    "test_every_container_of_ours_is_read_only_and_has_no_privileges",
    "keys: hash": "access/test_keys.py::test_a_key_is_shown_once_and_stored_as_a_hash",
    "keys: unknown is as much work": "access/test_gate.py::"
    "test_an_unknown_key_is_as_much_work_as_a_wrong_secret",
    "keys: checksum": "access/test_gate.py::"
    "test_a_typing_error_is_seen_by_the_checksum_and_looked_up_nowhere",
    "keys: remembered for a second": "access/test_gate.py::"
    "test_a_good_key_is_remembered_for_a_second_at_most",
    "keys: scopes": "access/test_keys.py::test_a_key_mints_only_scopes_it_has",
    "keys: last admin": "access/test_keys.py::test_the_last_admin_key_stays",
    "keys: last use": "access/test_access.py::test_the_use_of_a_key_is_noted_once_a_minute",
    "routes: scopes": "proof/test_access.py::"
    "test_every_operation_answers_every_key_as_the_table_says",
    "routes: If-Match": "access/test_checklist.py::"
    "test_every_edit_of_configuration_asks_for_if_match",
    "routes: batch": "api/test_facts.py::"
    "test_a_batch_answers_in_order_and_a_bad_item_fails_no_other",
    "routes: body sizes": "kit_web/test_limits.py::test_each_kind_of_route_has_its_limit",
    "routes: 64 levels": "programs/test_checking.py::test_ladders_have_at_most_64_levels",
    "routes: 16 tracks": "programs/test_checking.py::test_there_are_at_most_16_tracks",
    "routes: one preview": "api/test_preview_told.py::test_a_program_has_one_preview_at_a_time",
    "routes: one check": "api/test_checks.py::test_one_check_of_a_program_runs_at_a_time",
    "routes: force is audited": "api/test_checks.py::test_force_needs_a_reason",
    "routes: waiting readers": "api/test_changes.py::test_a_key_has_so_many_places_to_wait",
    "routes: 50 endpoints": "api/test_endpoints.py::test_a_program_has_fifty_endpoints_at_most",
    "routes: metrics": "access/test_operation.py::test_figures_are_for_this_machine_or_a_token",
    "routes: health tells nothing": "access/test_operation.py::"
    "test_it_lives_and_is_ready_and_tells_nothing_else",
    "routes: docs": "access/test_operation.py::test_the_explorer_can_be_switched_off",
    "routes: jwks": "api/test_token_keys.py::"
    "test_public_keys_are_published_to_everybody_and_nothing_else",
    "gate: all faults at once": "kit_web/test_settings.py::"
    "test_every_fault_is_told_at_once_and_no_value",
    "gate: secret key": "kit_web/test_settings.py::test_a_database_needs_the_secret_key",
    "gate: each fault": "kit_web/test_fitness.py::test_each_fault_is_told",
    "gate: each warning": "kit_web/test_fitness.py::test_each_doubt_is_told",
    "gate: durability is shown": "kit/test_postgres_place.py::test_the_server_shows",
    "limits: header and idle": "kit_web/test_server.py::test_headers_have_less_time_than_silence",
    "limits: body": "kit_web/test_limits.py::test_a_slow_body_is_given_up",
    "limits: whole request": "kit_web/test_limits.py::"
    "test_a_request_that_takes_too_long_is_given_up",
    "limits: headers": "kit_web/test_limits.py::test_headers_have_a_limit",
    "limits: depth": "kit_web/test_strict_json.py::test_32_levels_are_read",
    "limits: at once": "kit_web/test_limits.py::"
    "test_more_requests_than_there_are_places_are_sent_away",
    "limits: database": "sql/test_time_outs.py::test_a_connection_has_its_time_outs",
    "limits: slices, audits, rates": "sql/test_time_outs.py::"
    "test_slices_and_audits_have_more_time_and_rates_are_as_promised",
    "limits: pool under fire": "campaign pool",
    "limits: wait for a connection": "access/test_operation.py::"
    "test_who_waits_too_long_for_a_connection_is_told_to_come_back",
    "limits: keys of one text": "kit_web/test_strict_json.py::"
    "test_what_is_not_one_json_text_is_refused",
    "limits: page": "house/test_openapi_bounds.py::test_a_page_has_250_at_most",
    "limits: id": "house/test_openapi_bounds.py::test_an_id_has_255_characters_at_most",
    "limits: reason": "house/test_openapi_bounds.py::test_a_reason_has_3_to_500_characters",
    "limits: ids and lines": "house/test_openapi_bounds.py::"
    "test_lists_of_ids_and_lines_have_500_at_most",
    "limits: lookup": "api/test_answers_lookup.py::test_a_lookup_takes_at_most_500",
    "limits: connect": "kit_web/test_outgoing_urls.py::"
    "test_a_server_that_shakes_no_hands_has_the_time_of_a_connection",
    "limits: rate per key": "access/test_operation.py::test_a_key_that_is_too_fast_is_told_to_wait",
    "limits: burst": "access/test_gate.py::test_each_kind_of_route_has_its_burst",
    "limits: rate after a burst": "kit_web/test_values.py::"
    "test_a_bucket_gives_its_rate_after_its_burst",
    "limits: failed keys": "access/test_operation.py::test_a_failed_key_too_often_is_told_to_wait",
    "figures": "house/test_operations.py::test_every_figure_of_page_6_is_there_with_its_labels",
    "logs: vocabulary": "api/test_told_in_logs.py::test_the_vocabulary_is_fixed",
    "logs: always": "api/test_told_in_logs.py::"
    "test_what_people_decide_is_logged_whatever_the_level",
    "erase: everywhere": "api/test_erased_everywhere.py::"
    "test_the_id_of_an_erased_customer_is_in_no_table",
    "erase: facts of organizations": "api/test_people_erased.py::"
    "test_what_it_bought_for_an_organization_stays_there_and_names_it_alone",
    "erase: tombstones": "api/test_tombstones.py::"
    "test_whom_they_mean_is_erased_again_and_the_rest_is_kept_out",
    "erase: races": "campaign erase",
    "role: evidence": "sql/test_roles.py::test_evidence_stays_as_it_was_written",
    "role: truncate": "sql/test_roles.py::test_no_table_can_be_emptied_at_once",
    "role: schema": "sql/test_roles.py::test_the_schema_and_the_server_are_not_its_own",
    "role: functions": "sql/test_roles.py::test_nobody_else_may_call_the_owner_s_functions",
}


@pytest.mark.parametrize("row", LEDGER)
def test_what_proves_a_row_is_there(row):
    assert is_there(LEDGER[row])


def test_what_is_gone_is_seen():
    assert not is_there("sql/test_roles.py::test_evidence")
    assert not is_there("sql/test_gone.py::test_evidence_stays_as_it_was_written")
    assert not is_there("campaign gone")


def is_there(proof):
    if proof.startswith("campaign "):
        return f'"{proof.removeprefix("campaign ")}":' in CAMPAIGNS
    file, _, name = proof.partition("::")
    path = TESTS / file
    return path.is_file() and bool(
        re.search(rf"^(async )?def {name}\(", path.read_text(), re.MULTILINE)
    )
