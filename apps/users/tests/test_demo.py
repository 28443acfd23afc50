from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from apps.core.demo import demo_id
from apps.core.models import Mail, Work
from apps.users import demo
from apps.users.errors import AccountPendingApproval
from apps.users.models import User
from apps.users.services import sessions

pytestmark = pytest.mark.django_db

ROLES = {
    "candidate": ("CANDIDATE", "NOT_REQUIRED", False),
    "candidate2": ("CANDIDATE", "NOT_REQUIRED", False),
    "recruiter": ("RECRUITER", "APPROVED", False),
    "recruiter2": ("RECRUITER", "APPROVED", False),
    "pending": ("RECRUITER", "PENDING", False),
    "admin": ("ADMIN", "NOT_REQUIRED", True),
}


class TestLoad:
    def test_makes_the_six_accounts_and_tells_nobody(self, now):
        demo.load(now=now)

        assert {
            (user.pk, user.email): (user.user_type, user.approval, user.is_superuser)
            for user in User.objects.all()
        } == {
            (demo_id(f"user:{name}"), f"{name}@demo.onetop.vn"): role
            for name, role in ROLES.items()
        }
        assert sorted(EmailAddress.objects.values_list("email", "verified", "primary")) == sorted(
            (f"{name}@demo.onetop.vn", True, True) for name in ROLES
        )
        assert not Work.objects.exists()
        assert not Mail.objects.exists()

    def test_lets_everybody_in_but_the_one_who_waits(self, now):
        demo.load(now=now)

        for name in ROLES:
            credentials = {"email": f"{name}@demo.onetop.vn", "password": "onetop-demo-pass"}
            if name == "pending":
                with pytest.raises(AccountPendingApproval):
                    sessions.log_in(**credentials, ip=None, user_agent="", now=now)
            else:
                sessions.log_in(**credentials, ip=None, user_agent="", now=now)

    def test_makes_hashes_that_the_first_login_keeps(self, now, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
        demo.load(now=now)
        before = dict(User.objects.values_list("pk", "password"))

        sessions.log_in(
            email="candidate@demo.onetop.vn",
            password="onetop-demo-pass",
            ip=None,
            user_agent="",
            now=now,
        )

        assert dict(User.objects.values_list("pk", "password")) == before
        assert set(before.values()) == {before[demo_id("user:candidate")]}
        assert before[demo_id("user:candidate")].startswith("argon2$argon2id$")
