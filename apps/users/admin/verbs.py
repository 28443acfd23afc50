"""How the audit trail reads what is done to accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.admin import telling

telling.name_verbs(
    registered=_("registered"),
    corrected=_("corrected"),
    approved=_("approved"),
    rejected=_("rejected"),
    deactivated=_("deactivated"),
    reactivated=_("reactivated"),
    rights_changed=_("changed the rights of"),
    logged_in=_("signed in"),
    logged_out=_("signed out"),
    login_failed=_("failed to sign in"),
    session_ended=_("ended a session"),
    session_revoked=_("ended somebody else's session"),
    refreshed=_("went on with a session"),
    refresh_reused=_("showed a spent token"),
    password_changed=_("changed the password"),
    password_reset_requested=_("asked for a new password"),
    password_reset_ignored=_("asked for a new password in vain"),
    password_reset=_("set a new password"),
    key_used=_("used a security key"),
    code_used=_("used a code"),
    email_verified=_("verified the e-mail address"),
    email_verification_requested=_("asked for a verification mail"),
    factor_added=_("added a second factor"),
    factor_removed=_("removed a second factor"),
    recovery_codes_made=_("made recovery codes"),
    provider_connected=_("connected a sign-in elsewhere"),
    provider_disconnected=_("disconnected a sign-in elsewhere"),
)
telling.name_details(
    groups_given=_("groups given"),
    groups_taken=_("groups taken"),
    factor=_("second factor"),
    provider=_("provider"),
    address=_("disguised address"),
)
