"""Where the rules of the house give way, each with its reason. A line that nothing needs fails a test."""

from __future__ import annotations

_A_PART = "a part of the services that call it, which know the person"
_NOBODY_YET = "nobody is signed in yet: a password or a token is the proof"
_SCHEDULED = "done by relay, beat or a migration, for nobody"
_A_GATEWAY = "told by a gateway, whose signature is the proof"

_FOR_AN_OPERATION = "done by a worker, for the owner that the operation names"

SYSTEM_SERVICES: dict[str, str] = {
    "apps.applications.services.exporting.run_export": _FOR_AN_OPERATION,
    "apps.companies.services.companies.hold_company": _A_PART,
    "apps.jobs.services.applying.open_posting": _A_PART,
    "apps.jobs.services.indexing.refresh_company": _SCHEDULED,
    "apps.jobs.services.indexing.refresh_place": _SCHEDULED,
    "apps.jobs.services.indexing.write_search_texts": _A_PART,
    "apps.jobs.services.taxonomy.load_places": _SCHEDULED,
    "apps.notifications.services.accounts.tell_of_decision": _SCHEDULED,
    "apps.notifications.services.accounts.welcome": _SCHEDULED,
    "apps.notifications.services.applications.tell_of_application": _SCHEDULED,
    "apps.notifications.services.mails.write_mail": _SCHEDULED,
    "apps.notifications.services.telling.tell": _SCHEDULED,
    "apps.payments.services.credits.add_bought": _A_PART,
    "apps.payments.services.credits.expire_lots": _SCHEDULED,
    "apps.payments.services.sandbox.play": "whoever pays at the local stack's page",
    "apps.payments.services.settling.receive_notice": _A_GATEWAY,
    "apps.payments.services.settling.settle": _A_GATEWAY,
    "apps.users.services.accounts.register": _NOBODY_YET,
    "apps.users.services.accounts.register_with_provider": _NOBODY_YET,
    "apps.users.services.attempts.give_back_guess": _NOBODY_YET,
    "apps.users.services.attempts.guess": _NOBODY_YET,
    "apps.users.services.attempts.take_guess": _NOBODY_YET,
    "apps.users.services.credentials.account_of": _NOBODY_YET,
    "apps.users.services.credentials.mfa_token": _A_PART,
    "apps.users.services.credentials.prove_code": _NOBODY_YET,
    "apps.users.services.credentials.prove_password": _NOBODY_YET,
    "apps.users.services.credentials.second_factors": _A_PART,
    "apps.users.services.emails.note_verified": _A_PART,
    "apps.users.services.emails.send_link": _A_PART,
    "apps.users.services.emails.verify": _NOBODY_YET,
    "apps.users.services.passwords.check_policy": _A_PART,
    "apps.users.services.passwords.confirm_reset": _NOBODY_YET,
    "apps.users.services.passwords.finish_reset": _NOBODY_YET,
    "apps.users.services.passwords.request_reset": _NOBODY_YET,
    "apps.users.services.sessions.admit": _NOBODY_YET,
    "apps.users.services.sessions.authenticate": _NOBODY_YET,
    "apps.users.services.sessions.end_all_sessions": _A_PART,
    "apps.users.services.sessions.keep_store_key": _A_PART,
    "apps.users.services.sessions.log_in": _NOBODY_YET,
    "apps.users.services.sessions.log_in_with_code": _NOBODY_YET,
    "apps.users.services.sessions.log_out": _NOBODY_YET,
    "apps.users.services.sessions.open_browser_session": _A_PART,
    "apps.users.services.sessions.open_session": _A_PART,
    "apps.users.services.sessions.refresh": _NOBODY_YET,
    "apps.users.services.sessions.resume": _NOBODY_YET,
    "apps.users.services.sessions.sweep": _SCHEDULED,
    "apps.users.services.tokens.exchange": _NOBODY_YET,
    "apps.users.services.tokens.find_refresh_token": _NOBODY_YET,
    "apps.users.services.tokens.issue_pair": _A_PART,
    "apps.users.services.tokens.read_access": _NOBODY_YET,
}
"""Services that no person performs, so that they take no ``actor``."""

_READS = "changes nothing"
_ITS_CALLERS = "a part of services that write the entry"
_CALLS_OTHERS = "changes nothing itself: the services that it calls write theirs"
_DERIVED = "derived from rows whose change has its entry, and can be made again"
_NOTES_READING = "notes that somebody was here or has read something"
_COUNTS = "counts guesses in Redis; the failed login has its entry"

UNAUDITED_SERVICES: dict[str, str] = {
    "apps.applications.services.exporting.run_export": "the operation's row tells what became of it",
    "apps.companies.services.companies.hold_company": _READS,
    "apps.jobs.services.applying.open_posting": _READS,
    "apps.jobs.services.indexing.refresh_company": _DERIVED,
    "apps.jobs.services.indexing.refresh_place": _DERIVED,
    "apps.jobs.services.indexing.write_search_texts": _DERIVED,
    "apps.jobs.services.publishing.charge_for_posting": _CALLS_OTHERS,
    "apps.jobs.services.taxonomy.load_places": "a migration writes a versioned file",
    "apps.notifications.services.accounts.tell_of_decision": _CALLS_OTHERS,
    "apps.notifications.services.accounts.welcome": _CALLS_OTHERS,
    "apps.notifications.services.applications.tell_of_application": _CALLS_OTHERS,
    "apps.notifications.services.reading.mark_all_read": _NOTES_READING,
    "apps.notifications.services.reading.mark_read": _NOTES_READING,
    "apps.payments.services.sandbox.play": _CALLS_OTHERS,
    "apps.payments.services.settling.receive_notice": _CALLS_OTHERS,
    "apps.users.services.attempts.give_back_guess": _COUNTS,
    "apps.users.services.attempts.guess": _COUNTS,
    "apps.users.services.attempts.take_guess": _COUNTS,
    "apps.users.services.credentials.account_of": _READS,
    "apps.users.services.credentials.mfa_token": _READS,
    "apps.users.services.credentials.second_factors": _READS,
    "apps.users.services.emails.send_link": _ITS_CALLERS,
    "apps.users.services.emails.verify": _CALLS_OTHERS,
    "apps.users.services.passwords.change": _CALLS_OTHERS,
    "apps.users.services.passwords.check_policy": _READS,
    "apps.users.services.passwords.confirm_reset": _CALLS_OTHERS,
    "apps.users.services.rights.require_rank": _READS,
    "apps.users.services.rights.require_right": _READS,
    "apps.users.services.sessions.authenticate": _NOTES_READING,
    "apps.users.services.sessions.end_all_sessions": _ITS_CALLERS,
    "apps.users.services.sessions.keep_store_key": _ITS_CALLERS,
    "apps.users.services.sessions.log_in": _CALLS_OTHERS,
    "apps.users.services.sessions.log_in_with_code": _CALLS_OTHERS,
    "apps.users.services.sessions.resume": _NOTES_READING,
    "apps.users.services.sessions.sweep": "removes what is over, whose end has its entry",
    "apps.users.services.tokens.find_refresh_token": _READS,
    "apps.users.services.tokens.issue_pair": _ITS_CALLERS,
    "apps.users.services.tokens.read_access": _READS,
}
"""Services without an audit entry of their own."""

UNAUDITED_ROUTES: dict[str, str] = {
    **{
        f"{route.replace(' ', f' /api/v1/identity/{client}/v1/', 1)}": reason
        for client in ("app", "browser")
        for route, reason in {
            "POST auth/reauthenticate": "notes in one session that its owner has just proved to be there",
            "DELETE account/authenticators/totp": "has nothing to remove in the small world",
        }.items()
    },
    "POST /api/v1/auth/email/verify/resend/": "sends nothing in the small world, where addresses are verified",
    "POST /api/v1/identity/browser/v1/auth/provider/redirect": "tells a browser where to go",
    "POST /api/v1/notifications/mark-all-read/": _NOTES_READING,
    "PATCH /api/v1/notifications/read-all/": _NOTES_READING,
    "POST /api/v1/notifications/{id}/mark-read/": _NOTES_READING,
    "PATCH /api/v1/notifications/{id}/read/": _NOTES_READING,
    "POST /api/v1/ws-ticket/": "a ticket lives for seconds in Redis; the socket that it opens is logged",
}
"""Routes that change something and leave no audit entry."""

_OF_A_PERSON = "a fact about a person, which callers scope by"
_PUBLIC = "public, the same for everybody"

UNSCOPED_SELECTORS: dict[str, str] = {
    "apps.companies.selectors.access.company_of": _OF_A_PERSON,
    "apps.companies.selectors.access.roles_of": _OF_A_PERSON,
    "apps.jobs.selectors.places.known_places": _PUBLIC,
    "apps.jobs.selectors.places.resolve_place": _PUBLIC,
    "apps.jobs.selectors.postings.live_jobs": _PUBLIC,
    "apps.jobs.selectors.postings.next_end": _PUBLIC,
    "apps.payments.selectors.credits.credit_balance": "callers have scoped the company",
    "apps.payments.selectors.orders.get_package": _PUBLIC,
    "apps.payments.selectors.orders.packages_on_sale": _PUBLIC,
    "apps.users.selectors.active_account": "work that outlives a session, an export say, asks by id",
}
"""Selectors whose contract names them without ``_unscoped`` although they ask for no viewer."""

OTHER_TIME_NAMES: dict[str, str] = {
    "applications.ApplicationEvent.at": "the one time of a step, and its name in the API",
    "core.Audit.at": "the one time of an entry, which its id carries too",
    "core.Work.leased_until": "a bound, and reads as one",
    "jobs.Job.deadline": "the field's word, and its name in the API",
}
"""Moments whose names do not end in ``_at`` and days whose names do not end in ``_on``."""

_DECIDED_FIRST = "the services normalise and decide before they write"
_ARITHMETIC = "the ledger's own arithmetic"
_KERNEL = "keys and states that only the kernel writes"

INTERNAL_CONSTRAINTS: dict[str, str] = {
    "applications_application_state_known": _DECIDED_FIRST,
    "applications_event_starts_once": _DECIDED_FIRST,
    "core_audit_kind_known": _KERNEL,
    "core_idempotency_key_once": _KERNEL,
    "core_mail_sent_has_time": _KERNEL,
    "core_mail_written_once": _KERNEL,
    "core_operation_end_dated": _KERNEL,
    "core_operation_failure_explained": _KERNEL,
    "core_operation_one_at_a_time": _KERNEL,
    "core_operation_result_of_success": _KERNEL,
    "core_stored_file_path_unique": _KERNEL,
    "core_stored_file_size_positive": _KERNEL,
    "core_work_claim_has_lease": _KERNEL,
    "core_work_key_unique": _KERNEL,
    "jobs_job_state_dated": _DECIDED_FIRST,
    "jobs_job_type_known": _DECIDED_FIRST,
    "jobs_place_alias_kind_known": _DECIDED_FIRST,
    "jobs_place_kind_known": _DECIDED_FIRST,
    "jobs_place_name_unique": _DECIDED_FIRST,
    "notifications_notification_kind_known": _DECIDED_FIRST,
    "notifications_notification_seq_unique": _DECIDED_FIRST,
    "notifications_notification_told_once": _DECIDED_FIRST,
    "payments_attempt_gateway_ref_once": "a gateway that repeats its numbers: a person must look",
    "payments_attempt_pays_once": _ARITHMETIC,
    "payments_attempt_payment_dated": _ARITHMETIC,
    "payments_attempt_ref_once": "60 random bits",
    "payments_credit_entry_kind_agrees": _ARITHMETIC,
    "payments_credit_entry_moves_something": _ARITHMETIC,
    "payments_credit_entry_numbered": _ARITHMETIC,
    "payments_credit_entry_seq_unique": _ARITHMETIC,
    "payments_credit_entry_source_present": _ARITHMETIC,
    "payments_credit_lot_granted_positive": _ARITHMETIC,
    "payments_credit_lot_remaining_in_bounds": _ARITHMETIC,
    "payments_lot_allocation_lot_once": _ARITHMETIC,
    "payments_lot_allocation_moves_something": _ARITHMETIC,
    "payments_order_gives_something": _DECIDED_FIRST,
    "payments_order_in_dong": _DECIDED_FIRST,
    "payments_order_payment_dated": _ARITHMETIC,
    "payments_order_total_adds_up": _ARITHMETIC,
    "payments_order_vat_adds_up": _ARITHMETIC,
    "users_refresh_token_expires_later": _DECIDED_FIRST,
    "users_refresh_token_one_unspent": _DECIDED_FIRST,
    "users_session_end_explained": _DECIDED_FIRST,
    "users_user_approval_decided": _DECIDED_FIRST,
    "users_user_approval_fits_type": _DECIDED_FIRST,
    "users_user_email_lower_case": _DECIDED_FIRST,
    "users_user_language_known": _DECIDED_FIRST,
    "users_user_type_known": _DECIDED_FIRST,
}
"""Constraints that nobody can violate by using the platform: a violation is a defect and stays a 500."""
