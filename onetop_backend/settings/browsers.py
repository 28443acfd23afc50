"""What browsers may do: which origins, with which headers and cookies, and what our own pages may load."""

from __future__ import annotations

from csp.constants import NONCE, NONE, SELF

from onetop_backend.variables import current

_env = current()
# The local stack and the tests speak plain http; everything else stands behind TLS.
_TLS = not (_env["ONETOP_LOCAL"] or _env["ONETOP_TESTING"])

FRONTEND_URL = _env["FRONTEND_URL"].rstrip("/")
TRUSTED_PROXY_COUNT = _env["TRUSTED_PROXY_COUNT"]

CORS_URLS_REGEX = r"^/api/"
CORS_ALLOWED_ORIGINS = _env["CORS_ALLOWED_ORIGINS"]
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = (
    "Authorization",
    "Content-Type",
    "X-CSRFToken",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Request-ID",
)
CORS_EXPOSE_HEADERS = (
    "ETag",
    "Location",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "Idempotency-Replayed",
    "X-Request-ID",
)

CSRF_TRUSTED_ORIGINS = _env["CSRF_TRUSTED_ORIGINS"]
CSRF_FAILURE_VIEW = "apps.users.api.cookies.csrf_failed"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = _TLS
# Pages of the frontend read the token from this cookie; nothing needs to read the session's.
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"

SECURE_SSL_REDIRECT = _env["SECURE_SSL_REDIRECT"] and _TLS
# Probes inside the cluster come over plain http.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
# Without a proxy of ours the header is the client's own claim; with one and without this, every page is a redirect
# to itself.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT > 0 else None
SECURE_HSTS_SECONDS = 365 * 86400 if _TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
