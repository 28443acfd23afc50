"""Which routes are limited is stated on their views; here stands why the others are not."""

from __future__ import annotations

_BY_ROW = "changes one row of one's own, and again changes nothing more"
_BY_CREDITS = "what costs something is paid with credits"
_BY_TOKEN = "a token of 256 bits cannot be guessed, and a good one is worth a row"
_READS = "reads that one query answers; the proxy limits connections"

_BY_SIGNATURE = "a signature cannot be guessed"
_BY_PROOF = "for those who have just proved again who they are, which is limited"

_IDENTITY: dict[str, str] = {
    "DELETE auth/session": _BY_ROW,
    "POST auth/email/verify": _BY_SIGNATURE,
    "POST auth/2fa/authenticate": "takes turns of `login` once the password was right; see apps/users/tests",
    "POST auth/webauthn/authenticate": _BY_SIGNATURE,
    "POST auth/webauthn/reauthenticate": _BY_SIGNATURE,
    "POST auth/webauthn/login": _BY_SIGNATURE,
    "POST auth/provider/signup": "finishes what a provider has proved",
    "POST auth/provider/token": _BY_SIGNATURE,
    "POST account/authenticators/totp": _BY_PROOF,
    "DELETE account/authenticators/totp": _BY_PROOF,
    "POST account/authenticators/recovery-codes": _BY_PROOF,
    "POST account/authenticators/webauthn": _BY_PROOF,
    "PUT account/authenticators/webauthn": _BY_PROOF,
    "DELETE account/authenticators/webauthn": _BY_PROOF,
    "DELETE account/providers": _BY_PROOF,
}

UNTHROTTLED: dict[str, str] = {
    **{
        route.replace(" ", f" identity/{client}/v1/", 1): reason
        for client in ("app", "browser")
        for route, reason in _IDENTITY.items()
    },
    "POST identity/app/v1/tokens/refresh": _BY_TOKEN,
    "POST identity/browser/v1/auth/provider/redirect": "answers with an address",
    "POST auth/refresh/": _BY_TOKEN,
    "POST auth/logout/": _BY_TOKEN,
    "POST auth/email/verify/": _BY_SIGNATURE,
    "DELETE auth/sessions/{id}/": _BY_ROW,
    "PATCH auth/me/": _BY_ROW,
    "POST ws-ticket/": "a key of ten seconds in Redis; a reconnecting client asks for many",
    "POST companies/": "for recruiters whom the staff approved",
    "PATCH companies/{ref}/": _BY_ROW,
    "DELETE companies/{ref}/": _BY_ROW,
    "POST companies/{company_id}/members/": "names an account that is there; nobody is mailed",
    "PATCH companies/{company_id}/members/{membership_id}/": _BY_ROW,
    "DELETE companies/{company_id}/members/{membership_id}/": _BY_ROW,
    "POST jobs/": _BY_CREDITS,
    "PATCH jobs/{ref}/": _BY_ROW,
    "DELETE jobs/{ref}/": _BY_ROW,
    "POST jobs/{job_id}/publish/": _BY_CREDITS,
    "POST jobs/{job_id}/close/": _BY_ROW,
    **{
        f"{method} {prefix}{{id}}/{action}/": _BY_ROW
        for prefix in ("applications/", "applications/applications/")
        for method, action in (("POST", "move"), ("PATCH", "update-status"), ("POST", "withdraw"))
    },
    "POST operations/{id}/cancel/": _BY_ROW,
    "POST notifications/mark-all-read/": _BY_ROW,
    "PATCH notifications/read-all/": _BY_ROW,
    "POST notifications/{id}/mark-read/": _BY_ROW,
    "PATCH notifications/{id}/read/": _BY_ROW,
    # reads that cost more than others
    "GET jobs/": _READS,
    "GET jobs/search/": _READS,
    "GET media/application/{id}/download/": "hands a file to its reader; audited by the step that it makes",
}
"""Routes below ``/api/v1/`` that change something, or cost more than a page, and have no limit; with the reason."""

EXPENSIVE_READS = frozenset(
    {"GET jobs/", "GET jobs/search/", "GET media/application/{id}/download/"}
)

OTHER_DOORS: dict[str, str] = {
    "user_create": "the admin's form for a new account",
}
"""Scopes that no route of the API has, because their way in is another one."""
