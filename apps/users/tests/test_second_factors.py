"""Second factors: switched on through identity, asked for at every door."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError
from rest_framework.test import APIClient

from apps.core.models import Audit
from apps.users.errors import InvalidToken, WrongCode
from apps.users.models import Session
from apps.users.services import credentials, sessions
from apps.users.tests.factories import PASSWORD, code_of, give_totp
from apps.users.tests.identity import AppClient, codes

pytestmark = pytest.mark.django_db

LOGIN = "/api/v1/auth/login/"
SECOND_STEP = "/api/v1/auth/login/mfa/"
ME = "/api/v1/auth/me/"
FACTORS = "account/authenticators"


def post(path, **body):
    return APIClient(HTTP_ACCEPT_LANGUAGE="en").post(path, body, "json")


def first_step(user):
    answer = post(LOGIN, email=user.email, password=PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (401, "mfa_required")
    return answer.json()


def verbs(user):
    return list(
        Audit.objects.filter(subject_id=user.pk).order_by("id").values_list("verb", flat=True)
    )


@pytest.fixture
def verified(candidate):
    EmailAddress.objects.create(user=candidate, email=candidate.email, verified=True, primary=True)
    return candidate


class TestThinLogin:
    def test_asks_for_a_code_and_finishes_with_it(self, candidate, now):
        secret = give_totp(candidate)
        problem = first_step(candidate)

        answer = post(SECOND_STEP, mfa_token=problem["mfa_token"], code=code_of(secret, now))

        assert problem["mfa_types"] == ["totp"]
        assert answer.status_code == 200
        assert not answer.cookies
        assert set(answer.json()) == {
            "access", "refresh", "user_id", "full_name", "email", "user_type", "avatar",
        }  # fmt: skip
        access = answer.json()["access"]
        me = APIClient().get(ME, headers={"Authorization": f"Bearer {access}"})
        assert me.json()["email"] == candidate.email

    def test_says_nothing_of_the_code_to_who_does_not_know_the_password(self, candidate):
        give_totp(candidate)

        answer = post(LOGIN, email=candidate.email, password="wrong-wrong-wrong")

        assert answer.json()["code"] == "invalid_credentials"

    def test_opens_no_session_before_the_code(self, candidate):
        give_totp(candidate)
        first_step(candidate)

        assert not Session.objects.exists()

    def test_refuses_a_wrong_code_and_a_code_that_was_used(self, candidate, now):
        code = code_of(give_totp(candidate), now)
        token = first_step(candidate)["mfa_token"]

        wrong = post(SECOND_STEP, mfa_token=token, code="000000")
        right = post(SECOND_STEP, mfa_token=token, code=code)
        again = post(SECOND_STEP, mfa_token=token, code=code)

        assert [wrong.status_code, right.status_code, again.status_code] == [401, 200, 401]
        assert wrong.json()["code"] == again.json()["code"] == "incorrect_code"
        assert Session.objects.count() == 1
        assert verbs(candidate) == ["login_failed", "code_used", "logged_in", "login_failed"]

    def test_takes_a_forged_an_old_and_an_outdated_token_for_none(self, candidate, now):
        secret = give_totp(candidate)
        token = first_step(candidate)["mfa_token"]
        candidate.set_password("another-long-passphrase-8")
        candidate.save()

        for bad in ("forged", f"{token}x", token):
            answer = post(SECOND_STEP, mfa_token=bad, code=code_of(secret, now))
            assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")

    def test_takes_a_token_for_five_minutes(self, candidate, monkeypatch):
        token = credentials.mfa_token(user=candidate)
        late = timezone.now() + timedelta(minutes=5, seconds=2)
        monkeypatch.setattr("django.core.signing.time.time", late.timestamp)

        with pytest.raises(InvalidToken):
            credentials.account_of(mfa_token=token)

    def test_counts_wrong_codes_with_wrong_passwords(self, candidate, now, settings):
        secret = give_totp(candidate)
        token = first_step(candidate)["mfa_token"]
        for _ in range(3):
            assert post(SECOND_STEP, mfa_token=token, code="000000").status_code == 401
        for _ in range(2):
            assert post(LOGIN, email=candidate.email, password="wrong").status_code == 401

        right_but_late = post(SECOND_STEP, mfa_token=token, code=code_of(secret, now))

        assert right_but_late.status_code == 429
        assert int(right_but_late["Retry-After"]) > 0

    def test_refuses_an_account_that_was_banned_between_the_steps(self, candidate, now):
        secret = give_totp(candidate)
        token = first_step(candidate)["mfa_token"]
        type(candidate).objects.update(is_active=False)

        answer = post(SECOND_STEP, mfa_token=token, code=code_of(secret, now))

        assert (answer.status_code, answer.json()["code"]) == (401, "account_inactive")


class TestCodes:
    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_of_the_step_before_and_after_are_taken(self, candidate, now, steps):
        code = code_of(give_totp(candidate), now, steps=steps)

        assert credentials.prove_code(user=candidate, code=code, ip=None, now=now) == "totp"

    @pytest.mark.parametrize("steps", [-2, 2])
    def test_of_others_are_not(self, candidate, now, steps):
        code = code_of(give_totp(candidate), now, steps=steps)

        with pytest.raises(WrongCode):
            credentials.prove_code(user=candidate, code=code, ip=None, now=now)

    def test_before_one_that_was_used_are_spent_with_it(self, candidate, now):
        secret = give_totp(candidate)
        credentials.prove_code(user=candidate, code=code_of(secret, now), ip=None, now=now)

        with pytest.raises(WrongCode):
            credentials.prove_code(
                user=candidate, code=code_of(secret, now, steps=-1), ip=None, now=now
            )

    @pytest.mark.django_db(transaction=True)
    def test_used_at_once_by_many_open_one_session(self, candidate, now, at_once, settings):
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "login": None, "login_address": None}
        code = code_of(give_totp(candidate), now)
        token = credentials.mfa_token(user=candidate)

        def enter(number):
            try:
                return sessions.log_in_with_code(
                    mfa_token=token, code=code, ip=None, user_agent=str(number), now=now
                )
            except WrongCode:
                return None

        opened = [each for each in at_once(4, enter) if each]

        assert len(opened) == 1


class TestIdentity:
    def activate(self, client):
        assert client.reauthenticate().status_code == 200
        offered = client.ask("get", f"{FACTORS}/totp")
        secret = offered.json()["meta"]["secret"]
        answer = client.ask(
            "post", f"{FACTORS}/totp", {"code": code_of(secret, timezone.now(), steps=0)}
        )
        assert answer.status_code == 200
        return secret

    def test_activation_asks_for_the_password_again(self, verified):
        client = AppClient()
        client.log_in(verified)
        secret = client.ask("get", f"{FACTORS}/totp").json()["meta"]["secret"]

        answer = client.ask("post", f"{FACTORS}/totp", {"code": code_of(secret, timezone.now())})

        assert answer.status_code == 401
        assert not Authenticator.objects.exists()

    def test_activation_waits_for_a_verified_address(self, candidate):
        EmailAddress.objects.create(user=candidate, email=candidate.email, primary=True)
        client = AppClient()
        client.log_in(candidate)
        client.reauthenticate()

        answer = client.ask("get", f"{FACTORS}/totp")

        assert (answer.status_code, codes(answer)) == (409, ["unverified_email"])

    def test_offers_what_an_app_can_scan(self, verified):
        client = AppClient()
        client.log_in(verified)

        url = urlsplit(client.ask("get", f"{FACTORS}/totp").json()["meta"]["totp_url"])

        assert (url.scheme, url.netloc, url.path) == (
            "otpauth",
            "totp",
            f"/{verified.email.replace('@', '%40')}",
        )
        assert parse_qs(url.query)["issuer"] == ["OneTop"]

    def test_signs_in_with_a_code_in_two_steps(self, verified, now):
        first = AppClient()
        first.log_in(verified)
        secret = self.activate(first)
        client = AppClient()

        pending = client.log_in(verified)
        wrong = client.ask("post", "auth/2fa/authenticate", {"code": "000000"})
        done = client.ask(
            "post", "auth/2fa/authenticate", {"code": code_of(secret, timezone.now(), steps=1)}
        )

        assert pending.status_code == 401
        assert "access_token" not in pending.json()["meta"]
        assert {
            "id": "mfa_authenticate",
            "is_pending": True,
            "types": ["recovery_codes", "totp"],
        } in [
            flow | {"types": sorted(flow.get("types", []))}
            for flow in pending.json()["data"]["flows"]
        ]
        assert (wrong.status_code, codes(wrong)) == (400, ["incorrect_code"])
        assert done.status_code == 200
        me = APIClient().get(
            ME, headers={"Authorization": f"Bearer {done.json()['meta']['access_token']}"}
        )
        assert me.status_code == 200

    def test_counts_wrong_codes_there_too(self, verified):
        give_totp(verified)
        client = AppClient()
        client.log_in(verified)

        statuses = [
            client.ask("post", "auth/2fa/authenticate", {"code": "000000"}).status_code
            for _ in range(6)
        ]

        assert statuses == [400] * 5 + [429]

    def test_gives_recovery_codes_that_work_once(self, verified, now):
        client = AppClient()
        client.log_in(verified)
        self.activate(client)
        [code, *_] = client.ask("get", f"{FACTORS}/recovery-codes").json()["data"]["unused_codes"]
        token = first_step(verified)["mfa_token"]

        once = post(SECOND_STEP, mfa_token=token, code=code)
        twice = post(SECOND_STEP, mfa_token=token, code=code)

        assert [once.status_code, twice.status_code] == [200, 401]
        left = client.ask("get", f"{FACTORS}/recovery-codes").json()["data"]
        assert (left["unused_code_count"], left["total_code_count"]) == (9, 10)

    def test_is_switched_off_after_the_password_and_login_is_as_before(self, verified):
        client = AppClient()
        client.log_in(verified)
        self.activate(client)

        assert client.ask("delete", f"{FACTORS}/totp").status_code == 200
        assert post(LOGIN, email=verified.email, password=PASSWORD).status_code == 200


class TestWithoutRedis:
    @pytest.fixture(autouse=True)
    def _redis_is_away(self, settings, tmp_path):
        nowhere = f"unix://{tmp_path}/nobody-listens?db=1"
        settings.CACHES = {
            alias: kept | {"LOCATION": nowhere} for alias, kept in settings.CACHES.items()
        }

    def test_codes_still_work_and_work_once(self, candidate, now):
        code = code_of(give_totp(candidate), now)
        client, again = AppClient(), AppClient()
        with pytest.raises(RedisError):
            cache.get("anything")
        client.log_in(candidate)
        again.log_in(candidate)

        assert client.ask("post", "auth/2fa/authenticate", {"code": code}).status_code == 200
        assert again.ask("post", "auth/2fa/authenticate", {"code": code}).status_code == 400
        assert client.ask("get", "auth/session").status_code == 200
