//! What the store promises, proven on both databases: one list of tests, each run on SQLite in a folder of its own
//! and on PostgreSQL in a database of its own. A function that is not listed is an unused function, and so a warning.

mod break_ins;
mod bulletins;
mod calendar_links;
mod confirmations;
mod force_majeure;
mod grid_drafts;
mod keys;
mod local_items;
mod looks;
mod offers;
mod opening;
mod people;
mod portraits;
mod rundowns;
mod samples;
mod schedules;
mod stations;
mod stops;
mod uploads;

use loa::store::Store;
use tempfile::TempDir;

use crate::helpers::postgres::fresh_url;

/// Where one test's store is kept, so that it can be opened more than once.
enum Place {
    Folder(TempDir),
    Url(String),
}

impl Place {
    fn folder() -> Self {
        Self::Folder(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    async fn database() -> Self {
        Self::Url(fresh_url().await)
    }

    /// Opens the store as another process would.
    async fn open(&self) -> Store {
        match self {
            Self::Folder(folder) => Store::open_folder(folder.path()).await,
            Self::Url(url) => Store::open_url(url).await,
        }
        .expect("the store opens")
    }
}

macro_rules! contract {
    ($($room:ident: $($name:ident)*;)*) => {
        mod sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$room::$name(super::Place::folder()).await;
                }
            )*)*
        }
        mod postgres {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$room::$name(super::Place::database().await).await;
                }
            )*)*
        }
    };
}

contract! {
    opening:
        a_store_opened_twice_keeps_what_it_holds
        two_processes_may_open_a_new_store_at_once
        what_one_process_writes_another_sees_as_new
        many_writers_wait_in_line_and_none_fails
        a_copy_is_a_whole_store_of_its_own
        what_people_had_before_their_rights_had_days_goes_on;
    schedules:
        a_changed_document_is_a_new_version_and_an_equal_one_is_not
        a_document_may_go_back_to_what_it_was
        each_kind_has_its_own_versions_in_order_of_name
        only_a_new_version_raises_the_planning_number
        of_two_imports_at_once_one_is_new_and_neither_fails;
    bulletins:
        a_version_comes_back_as_it_went_in
        an_unchanged_bulletin_is_no_new_version
        versions_are_listed_by_code_then_number_or_for_one_code
        steps_belong_to_their_version_and_keep_their_order
        an_approval_keeps_its_signed_bytes_and_a_withdrawal_takes_the_manifest_out_of_force
        a_step_that_expected_another_state_changes_nothing
        a_step_of_a_version_nobody_made_is_refused
        of_two_approvals_at_once_exactly_one_is_taken
        of_two_equal_uploads_at_once_one_is_a_version_and_neither_fails
        an_envelope_is_kept_byte_for_byte_once;
    portraits:
        a_portrait_comes_back_as_it_went_in_and_is_kept_once
        the_portraits_sharing_most_marks_come_first_and_one_mark_is_none
        the_versions_that_hold_a_recording_are_known
        of_two_equal_portraits_at_once_one_is_kept_and_neither_fails;
    looks:
        a_warning_opened_twice_is_noted_once_and_at_the_first_time
        looks_belong_to_their_person_version_and_finding
        a_look_at_a_version_nobody_made_is_refused
        of_two_looks_at_once_one_is_new_and_neither_fails;
    rundowns:
        rundowns_come_back_verbatim_by_station_day_and_version
        rundowns_are_added_all_or_none
        rundowns_planned_upon_others_than_there_are_are_refused
        marks_tell_how_far_each_input_stood
        the_newest_version_of_each_day_is_known
        of_two_processes_issuing_one_version_exactly_one_does;
    confirmations:
        a_journal_grows_line_by_line_and_keeps_exact_bytes
        a_batch_sent_again_is_not_kept_again
        a_batch_from_another_history_or_beyond_the_end_is_not_kept
        a_line_that_could_not_be_read_is_kept_like_any_other
        of_two_connections_appending_at_once_exactly_one_does
        two_devices_of_a_station_have_journals_of_their_own
        every_kind_of_record_comes_back_as_it_went_in
        a_note_with_a_zero_byte_does_not_stop_a_journal
        a_form_sent_twice_counts_once
        records_come_in_the_order_of_their_acceptance;
    stations:
        a_code_admits_one_device_once
        a_device_whose_answer_was_lost_may_ask_again
        a_code_ends_at_its_hour_to_the_microsecond
        a_revoked_code_admits_nobody
        a_revoked_device_is_not_admitted_by_asking_again
        a_new_device_takes_the_place_of_the_old_one
        a_known_key_does_not_use_up_a_second_code
        of_two_devices_racing_with_one_code_exactly_one_is_admitted
        a_device_asking_twice_at_once_is_admitted_twice_and_kept_once
        of_two_codes_used_at_once_one_device_stays_in_force
        what_a_device_holds_is_noted
        the_last_standing_choice_is_the_one_that_counts;
    people:
        a_user_comes_back_with_every_grant
        a_name_is_given_once
        of_two_people_taking_one_name_exactly_one_gets_it
        users_are_listed_by_name
        a_password_that_was_set_says_whether_it_must_be_changed
        a_grant_that_was_ended_stays_and_says_by_whom
        of_two_changes_of_grants_that_saw_the_same_exactly_one_is_made
        a_session_ends_at_its_time_to_the_microsecond
        an_ended_session_stays_ended_and_others_stay_open
        a_session_that_takes_anothers_place_ends_it
        a_device_is_known_once_it_got_all_the_way_in
        a_disabled_user_loses_every_session_and_may_be_enabled_again
        a_step_of_time_is_used_once
        a_recovery_code_is_used_once_and_new_ones_replace_all
        failures_are_remembered_by_other_processes_and_after_a_restart
        many_attempts_at_once_are_no_way_around_the_wait
        a_token_comes_back_and_is_revoked_by_its_owner_once
        acts_come_newest_first_by_person_and_by_page;
    offers:
        answers_are_appended_and_read_as_they_stood;
    local_items:
        a_local_bulletin_is_submitted_once_with_its_order
        of_two_local_bulletins_judged_by_the_same_state_one_is_judged_again;
    stops:
        a_stop_order_comes_back_and_is_lifted_once;
    break_ins:
        an_order_comes_back_as_it_was_signed_and_its_number_is_used_once
        an_order_is_answered_once_and_the_first_answer_stays
        of_two_answers_at_once_exactly_one_is_kept
        a_duty_is_put_down_and_ended_once_and_stays_on_the_list;
    force_majeure:
        a_declaration_comes_back_is_withdrawn_once_and_stays_in_the_books;
    calendar_links:
        a_calendar_link_comes_back_and_is_revoked_once
        a_new_calendar_link_takes_the_place_of_the_same_persons_at_that_station_only
        of_two_links_made_at_once_by_one_person_one_is_in_force;
    keys:
        a_request_for_a_key_waits_until_it_is_decided_once
        a_key_is_asked_for_once_and_by_one_person
        a_trust_list_is_kept_verbatim_and_tells_other_processes;
    grid_drafts:
        a_draft_comes_back_as_its_last_step_and_keeps_the_others
        a_step_on_what_is_not_the_newest_is_not_kept
        of_two_steps_at_once_exactly_one_is_kept
        a_publication_stores_the_grid_its_rundowns_and_the_words_together
        a_publication_of_what_has_moved_stores_nothing
        of_two_publications_at_once_exactly_one_is_in_force
        a_held_day_stands_as_the_last_that_was_said_of_it;
    uploads:
        an_upload_comes_back_as_it_went_in
        a_file_of_the_same_person_size_and_start_is_gone_on_with
        a_quota_counts_a_units_uploads_but_not_those_given_up
        of_many_uploads_begun_at_once_none_overruns_the_quota
        a_person_has_only_so_many_open
        an_upload_moves_only_to_a_state_that_may_follow
        queued_uploads_are_taken_in_turn_and_each_once
        a_verdict_on_an_upload_given_up_is_not_kept
        a_refused_upload_is_listed_for_a_while
        a_checked_upload_becomes_one_version_once
        a_taken_code_leaves_an_upload_waiting_and_a_known_version_uses_it_up;
}
