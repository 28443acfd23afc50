from __future__ import annotations

import json
import re

import pytest

from onetop_backend.checks import unsafe
from onetop_backend.management.secrets import random_secret
from onetop_backend.variables import BASE_DIR, read

PROPER = {
    "SECRET_KEY": random_secret(),
    "DATABASE_URL": "postgresql://onetop:Tn8-wq2_Zr@db.onetop.vn/onetop",
    "REDIS_URL": "rediss://:Tn8-wq2_Zr@redis.onetop.vn",
    "ALLOWED_HOSTS": "api.onetop.vn",
    "CORS_ALLOWED_ORIGINS": "https://app.onetop.vn",
    "CSRF_TRUSTED_ORIGINS": "https://app.onetop.vn",
    "FRONTEND_URL": "https://app.onetop.vn",
    "EMAIL_HOST": "mail.onetop.vn",
}
GENERATE = "`manage.py generate_secrets` makes one"
SHORT = f"needs at least 50 random characters; {GENERATE}"
PROXIES = (
    "the number of proxies of yours that a request passes, not 99: "
    "every further one is an address that a client may invent"
)
REFUSED = [
    ({"SECRET_KEY": ""}, f"SECRET_KEY {SHORT}"),
    ({"SECRET_KEY": random_secret()[:49]}, f"SECRET_KEY {SHORT}"),
    ({"SECRET_KEY": "onetop123" * 10}, f"SECRET_KEY {SHORT}"),
    (
        {"SECRET_KEY": f"django-insecure-{random_secret()}"},
        f"SECRET_KEY is a value that was published; {GENERATE}",
    ),
    (
        {"SECRET_KEY": f"{random_secret()}Change-Me"},
        f"SECRET_KEY is a value that was published; {GENERATE}",
    ),
    ({"JWT_SIGNING_KEY": "onetop-demo-pass"}, f"JWT_SIGNING_KEY {SHORT}"),
    (
        {"METRICS_TOKEN": random_secret()[:31]},
        f"METRICS_TOKEN needs at least 32 random characters; {GENERATE}",
    ),
    (
        {"METRICS_TOKEN": f"example-{random_secret()}"},
        f"METRICS_TOKEN is a value that was published; {GENERATE}",
    ),
    (
        {"DATABASE_URL": ""},
        "DATABASE_URL must name a PostgreSQL, as postgresql://user:password@host/database",
    ),
    (
        {"DATABASE_URL": "postgresql://postgres:postgres@db/onetop"},
        "DATABASE_URL has a password that was published; change it at the server and here",
    ),
    ({"REDIS_URL": ""}, "REDIS_URL must name a Redis, as redis://:password@host"),
    (
        {"REDIS_URL": "", "CELERY_BROKER_URL": "redis://b", "REDIS_CACHE_URL": "redis://c"},
        "REDIS_URL must name a Redis, as redis://:password@host",
    ),
    (
        {"CELERY_BROKER_URL": "amqp://broker"},
        "CELERY_BROKER_URL must begin with redis://, rediss:// or unix://",
    ),
    (
        {"REDIS_CACHE_URL": "redis://:onetop-demo-pass@cache"},
        "REDIS_CACHE_URL has a password that was published; change it at the server and here",
    ),
    ({"DEBUG": "on"}, "DEBUG must be off"),
    (
        {"ALLOWED_HOSTS": "onetop.vn,*"},
        "ALLOWED_HOSTS must name the hosts that are served, not *",
    ),
    ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the hosts that are served, as api.onetop.vn"),
    (
        {"CORS_ALLOWED_ORIGINS": "https://app.onetop.vn,http://app.onetop.vn"},
        "CORS_ALLOWED_ORIGINS must be https origins, not http://app.onetop.vn",
    ),
    ({"CORS_ALLOWED_ORIGINS": "*"}, "CORS_ALLOWED_ORIGINS must be https origins, not *"),
    (
        {"CSRF_TRUSTED_ORIGINS": "http://localhost:3000,https://localhost"},
        "CSRF_TRUSTED_ORIGINS must be https origins, not http://localhost:3000, https://localhost",
    ),
    (
        {"FRONTEND_URL": ""},
        "FRONTEND_URL must be an https address, not http://localhost:3000",
    ),
    (
        {"TRUSTED_PROXY_COUNT": "99"},
        f"TRUSTED_PROXY_COUNT must be {PROXIES}",
    ),
    ({"EMAIL_HOST": ""}, "EMAIL_HOST must name a mail server"),
    (
        {"EMAIL_HOST_USER": "onetop"},
        "EMAIL_HOST_USER without EMAIL_HOST_PASSWORD: set all of them or none",
    ),
    (
        {"SOCIAL_GOOGLE_CLIENT_ID": "1.apps.googleusercontent.com"},
        "SOCIAL_GOOGLE_CLIENT_ID without SOCIAL_GOOGLE_SECRET: set all of them or none",
    ),
    (
        {"SOCIAL_OIDC_SECRET": "s", "SOCIAL_OIDC_URL": "https://id.onetop.vn"},
        "SOCIAL_OIDC_SECRET and SOCIAL_OIDC_URL without SOCIAL_OIDC_CLIENT_ID: set all of them or none",
    ),
    (
        {
            "SOCIAL_OIDC_CLIENT_ID": "c",
            "SOCIAL_OIDC_SECRET": "s",
            "SOCIAL_OIDC_URL": "http://id.onetop.vn",
        },
        "SOCIAL_OIDC_URL must be an https address, not http://id.onetop.vn",
    ),
]

VNPAY = {
    "VNPAY_TMN_CODE": "OTLIVE01",
    "VNPAY_HASH_SECRET": random_secret()[:32],
    "VNPAY_URL": "https://pay.vnpay.vn/vpcpay.html",
    "VNPAY_RETURN_URL": "https://api.onetop.vn/api/v1/payments/vnpay_return/",
}
ALL_OR_NONE = "set all of them or none"
GUESSED = (
    "VNPAY_HASH_SECRET is a value that was published or can be guessed; take your terminal's own"
)
SAMPLES = json.loads((BASE_DIR / "docs" / "gateway-vectors.json").read_text(encoding="utf-8"))
REFUSED += [
    (
        {"VNPAY_TMN_CODE": "OTLIVE01", "VNPAY_URL": VNPAY["VNPAY_URL"]},
        f"VNPAY_TMN_CODE and VNPAY_URL without VNPAY_HASH_SECRET and VNPAY_RETURN_URL: {ALL_OR_NONE}",
    ),
    (VNPAY | {"VNPAY_HASH_SECRET": SAMPLES[0]["secret"]}, GUESSED),
    (VNPAY | {"VNPAY_HASH_SECRET": "changeme-changeme-changeme"}, GUESSED),
    (VNPAY | {"VNPAY_HASH_SECRET": "test_secret"}, GUESSED),
    (
        VNPAY | {"VNPAY_URL": "http://pay.vnpay.vn/vpcpay.html"},
        "VNPAY_URL must be an https address, not http://pay.vnpay.vn/vpcpay.html",
    ),
    (
        VNPAY | {"VNPAY_RETURN_URL": "https://localhost/"},
        "VNPAY_RETURN_URL must be an https address, not https://localhost/",
    ),
]


class TestUnsafe:
    @pytest.mark.parametrize(
        "changed",
        [
            {},
            {"JWT_SIGNING_KEY": random_secret(), "METRICS_TOKEN": random_secret()},
            {"EMAIL_HOST_USER": "onetop", "EMAIL_HOST_PASSWORD": "Tn8-wq2_Zr"},
            {"SOCIAL_GOOGLE_CLIENT_ID": "c", "SOCIAL_GOOGLE_SECRET": "s"},
            VNPAY,
            {"DATABASE_URL": "postgresql://onetop@/onetop?host=%2Frun%2Fpostgresql"},
            {
                "REDIS_URL": "",
                "REDIS_CACHE_URL": "redis://c",
                "CELERY_BROKER_URL": "redis+socket:///run/valkey.sock?virtual_host=0",
                "CHANNELS_REDIS_URL": "redis://s",
            },
        ],
    )
    def test_lets_proper_variables_pass(self, changed):
        assert unsafe(read(PROPER | changed)) == []

    @pytest.mark.parametrize(("changed", "reason"), REFUSED)
    def test_d9_refuses_each_alone(self, changed, reason):
        assert unsafe(read(PROPER | changed)) == [reason]

    def test_names_everything_that_is_wrong_at_once(self):
        assert unsafe(read({})) == [
            f"SECRET_KEY {SHORT}",
            "DATABASE_URL must name a PostgreSQL, as postgresql://user:password@host/database",
            "REDIS_URL must name a Redis, as redis://:password@host",
            "ALLOWED_HOSTS must name the hosts that are served, as api.onetop.vn",
            *(
                f"{name} must be https origins, not http://localhost:3000, http://localhost:5173, http://127.0.0.1:3000"
                for name in ("CORS_ALLOWED_ORIGINS", "CSRF_TRUSTED_ORIGINS")
            ),
            "FRONTEND_URL must be an https address, not http://localhost:3000",
            "EMAIL_HOST must name a mail server",
        ]

    @pytest.mark.parametrize("name", ["ONETOP_LOCAL", "ONETOP_TESTING"])
    def test_asks_nothing_of_the_local_stack_and_the_tests(self, name):
        assert unsafe(read({"DEBUG": "on", name: "on"})) == []

    def test_never_lets_a_secret_from_our_pages_pass(self):
        pages = [
            BASE_DIR / "README.md",
            BASE_DIR / ".env.example",
            *(BASE_DIR / "docs").rglob("*.md"),
        ]
        text = "\n".join(page.read_text(encoding="utf-8") for page in pages)

        for name in ("SECRET_KEY", "JWT_SIGNING_KEY", "METRICS_TOKEN"):
            for value in re.findall(rf"\b{name}=['\"]?([^\s'\"`]+)", text):
                assert unsafe(read(PROPER | {name: value})), (name, value)
