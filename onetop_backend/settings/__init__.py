"""One settings package for every environment: behaviour differs by variables only."""

from __future__ import annotations

import hashlib

from onetop_backend.settings.api import *
from onetop_backend.settings.browsers import *
from onetop_backend.settings.identity import *
from onetop_backend.settings.logging import *
from onetop_backend.settings.queues import *
from onetop_backend.settings.rates import *
from onetop_backend.settings.stores import *
from onetop_backend.variables import BASE_DIR, current

_env = current()

SECRET_KEY = _env["SECRET_KEY"]
DEBUG = _env["DEBUG"]
ALLOWED_HOSTS = _env["ALLOWED_HOSTS"]
LOCAL_STACK = _env["ONETOP_LOCAL"]
TESTING = _env["ONETOP_TESTING"]

INSTALLED_APPS = [
    # Before ours, which take allauth's pages out of the admin.
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "onetop_backend",
    "apps.core",
    "apps.users",
    "apps.companies",
    "apps.payments",
    "apps.jobs",
    "apps.applications",
    "apps.notifications",
    "onetop_backend.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "corsheaders",
    "csp",
]
MIDDLEWARE = [
    "apps.core.logs.RequestLogMiddleware",
    "apps.core.throttle.RateLimitMiddleware",
    "onetop_backend.policies.ApiCorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "onetop_backend.policies.ContentPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.api.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Kept bytes are for nobody in particular: what stands below is for somebody.
    "apps.core.api.public.PublicMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.users.api.cookies.CookieMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "onetop_backend.urls"
WSGI_APPLICATION = "onetop_backend.wsgi.application"
ASGI_APPLICATION = "onetop_backend.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# In the session, which is read when a page needs it; the default prepares to sign a cookie for every request.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
JWT_SIGNING_KEY = (
    _env["JWT_SIGNING_KEY"] or hashlib.sha256(f"onetop-tokens:{SECRET_KEY}".encode()).hexdigest()
)

LANGUAGE_CODE = _env["LANGUAGE_CODE"]
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "onetop_backend" / "locale"]
FORMAT_MODULE_PATH = "onetop_backend.settings.formats"
TIME_ZONE = _env["TIME_ZONE"]
USE_TZ = True

EMAIL_HOST = _env["EMAIL_HOST"]
EMAIL_PORT = _env["EMAIL_PORT"]
EMAIL_USE_TLS = _env["EMAIL_USE_TLS"]
EMAIL_HOST_USER = _env["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _env["EMAIL_HOST_PASSWORD"]
EMAIL_TIMEOUT = 15
EMAIL_FILE_PATH = STATE_DIR / "mail"
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
DEFAULT_FROM_EMAIL = _env["DEFAULT_FROM_EMAIL"]

# A POST that is redirected to the slash loses its body: an address without it is not found.
APPEND_SLASH = False

USE_OPTIMISTIC_LOCKING = _env["USE_OPTIMISTIC_LOCKING"]
OPTIMISTIC_LOCK_MAX_RETRIES = _env["OPTIMISTIC_LOCK_MAX_RETRIES"]
METRICS_TOKEN = _env["METRICS_TOKEN"]
VNPAY_TMN_CODE = _env["VNPAY_TMN_CODE"]
VNPAY_HASH_SECRET = _env["VNPAY_HASH_SECRET"]
VNPAY_URL = _env["VNPAY_URL"]
VNPAY_RETURN_URL = _env["VNPAY_RETURN_URL"]
# The local stack's customers pay at a page of its own, which speaks VNPay's protocol.
VNPAY_SANDBOX = LOCAL_STACK and not VNPAY_HASH_SECRET
if VNPAY_SANDBOX:
    _here = f"http://127.0.0.1:{_env['ONETOP_PORT']}"
    VNPAY_TMN_CODE = "ONETOPPY"
    VNPAY_HASH_SECRET = hashlib.sha256(f"onetop-sandbox:{SECRET_KEY}".encode()).hexdigest()
    VNPAY_URL = f"{_here}/sandbox/vnpay/"
    VNPAY_RETURN_URL = f"{_here}/api/v1/payments/vnpay_return/"
JOB_POSTING_CREDIT_COST = _env["JOB_POSTING_CREDIT_COST"]
MAX_CV_FILE_SIZE = _env["MAX_CV_FILE_SIZE"]
WEBSOCKET_TICKET_EXPIRY = _env["WEBSOCKET_TICKET_EXPIRY"]

CELERY_TIMEZONE = TIME_ZONE
