"""How often one may guess, register, ask for a link and open accounts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from apps.core.errors import TooManyRequests
from apps.users.errors import InvalidCredentials
from apps.users.models import Session, User
from apps.users.services import accounts, attempts, passwords
from apps.users.tests.doors import log_in
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.pages import ADD, browser_of, messages

pytestmark = pytest.mark.django_db

LOGIN = "/api/v1/auth/login/"
MOMENT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock_stands_still(time_machine):
    time_machine.move_to(MOMENT, tick=False)


def post(path, body, *, ip="203.0.113.7", client=None):
    client = client or APIClient(HTTP_ACCEPT_LANGUAGE="en")
    return client.post(path, body, format="json", REMOTE_ADDR=ip)


def guess(email, password="wrong", *, ip="203.0.113.7"):
    return post(LOGIN, {"email": email, "password": password}, ip=ip)


def left(response, scope):
    found = re.search(rf'"{scope}";r=(\d+);t=(\d+)', response.get("RateLimit", ""))
    return found and (int(found[1]), int(found[2]))


class TestLogin:
    def test_d20_the_sixth_wrong_password_is_not_looked_at(self, candidate):
        statuses = [guess(candidate.email).status_code for _ in range(5)]
        refused = guess(candidate.email)

        assert statuses == [401] * 5
        assert (refused.status_code, refused["Retry-After"]) == (429, "60")
        assert refused.json()["code"] == "throttled"
        assert left(refused, "login") == (0, 60)
        assert refused["RateLimit-Policy"] == '"login_address";q=60;w=60, "login";q=5;w=300'

    def test_a_locked_account_refuses_its_own_password_too_so_that_it_tells_nothing(
        self, candidate, time_machine
    ):
        for _ in range(5):
            guess(candidate.email)

        assert guess(candidate.email, PASSWORD).status_code == 429
        assert not Session.objects.exists()

        time_machine.move_to(MOMENT + timedelta(seconds=60), tick=False)
        assert guess(candidate.email, PASSWORD).status_code == 200

    def test_an_address_without_an_account_is_locked_in_the_same_way(self, candidate):
        answers = {
            email: [guess(email) for _ in range(7)]
            for email in (candidate.email, "nobody@example.vn")
        }

        told = [
            [
                (answer.status_code, answer.get("RateLimit").split(", ")[1], answer.json()["code"])
                for answer in each
            ]
            for each in answers.values()
        ]
        assert told[0] == told[1]
        assert [status for status, *_ in told[0]] == [401] * 5 + [429] * 2

    def test_however_the_address_is_spelled(self, candidate):
        for email in ("candidate@example.vn", "CANDIDATE@example.vn", " Candidate@Example.VN "):
            guess(email)
            guess(email)

        assert guess(candidate.email, PASSWORD).status_code == 429

    def test_from_wherever_the_guesses_come(self, candidate):
        for host in range(5):
            guess(candidate.email, ip=f"198.51.100.{host}")

        assert guess(candidate.email, ip="192.0.2.1").status_code == 429

    def test_a_right_password_does_not_count(self, candidate):
        answers = [guess(candidate.email, PASSWORD) for _ in range(12)]

        assert {answer.status_code for answer in answers} == {200}
        assert left(answers[-1], "login") == (5, 0)
        assert left(answers[-1], "login_address") == (60, 0)

    def test_a_right_password_does_not_forgive_the_wrong_ones(self, candidate):
        for _ in range(4):
            guess(candidate.email)
        right = guess(candidate.email, PASSWORD)

        assert left(right, "login") == (1, 60)
        assert [guess(candidate.email).status_code for _ in range(2)] == [401, 429]

    def test_a_right_password_of_an_account_that_may_not_enter_does_not_count(self):
        user = UserFactory(pending=True)

        codes = {guess(user.email, PASSWORD).json()["code"] for _ in range(7)}

        assert codes == {"account_pending_approval"}

    def test_one_address_may_guess_at_sixty_accounts_a_minute(self):
        statuses = [guess(f"person{n}@example.vn").status_code for n in range(61)]

        assert statuses == [401] * 60 + [429]
        assert guess("person99@example.vn", ip="203.0.113.8").status_code == 401

    def test_guesses_that_a_locked_account_refuses_cost_its_neighbours_nothing(self, candidate):
        answers = [guess(candidate.email).status_code for _ in range(100)]

        assert answers == [401] * 5 + [429] * 95
        assert left(guess("neighbour@example.vn"), "login_address")[0] == 60 - 6

    @pytest.mark.django_db(transaction=True)
    def test_parallel_guesses_do_not_slip_past(self, candidate, at_once):
        statuses = at_once(24, lambda _: guess(candidate.email).status_code)

        assert sorted(statuses) == [401] * 5 + [429] * 19

    def test_is_not_counted_where_operators_say_so(self, candidate, settings):
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "login": None, "login_address": None}

        answers = [guess(candidate.email) for _ in range(10)]

        assert {answer.status_code for answer in answers} == {401}
        assert "RateLimit" not in answers[-1]


class TestGuess:
    """What every other way in uses: codes and the staff's door count with passwords."""

    def test_wrong_codes_and_wrong_passwords_fill_one_counter(self, candidate, now):
        class WrongCode(Exception):
            pass

        def code():
            with attempts.guess(email=candidate.email, ip="203.0.113.7", wrong=WrongCode):
                raise WrongCode

        for _ in range(3):
            with pytest.raises(WrongCode):
                code()
        for _ in range(2):
            with pytest.raises(InvalidCredentials):
                log_in(candidate, now, password="wrong")

        with pytest.raises(TooManyRequests) as refused:
            code()
        assert refused.value.retry_after == 60

    def test_a_defect_is_not_a_wrong_guess(self, candidate):
        for _ in range(7):
            with (
                pytest.raises(ZeroDivisionError),
                attempts.guess(email=candidate.email, ip="203.0.113.7"),
            ):
                raise ZeroDivisionError

    def test_taking_and_giving_back_are_there_for_ways_in_that_are_not_one_block(self, candidate):
        who = {"email": candidate.email, "ip": "203.0.113.7"}

        for _ in range(7):
            attempts.take_guess(**who)
            attempts.give_back_guess(**who)
        for _ in range(5):
            attempts.take_guess(**who)
        with pytest.raises(TooManyRequests):
            attempts.take_guess(**who)


class TestRegister:
    def test_twenty_a_minute_from_one_address_whatever_comes_of_them(self):
        def register(ip="203.0.113.7"):
            body = {"email": "x", "password": "y", "full_name": "z", "user_type": "CANDIDATE"}
            return post("/api/v1/auth/register/", body, ip=ip)

        answers = [register() for _ in range(21)]

        assert [answer.status_code for answer in answers] == [400] * 20 + [429]
        assert answers[-1]["Retry-After"] == "3"
        assert register(ip="203.0.113.8").status_code == 400


class TestPasswordChange:
    def test_five_attempts_an_hour_on_every_way(self, api, candidate, now):
        client = api(as_=candidate)
        body = {"old_password": "wrong", "new_password": "a-long-passphrase-7"}

        answers = [
            post("/api/v1/auth/password/change/", body, client=client).status_code for _ in range(6)
        ]

        assert answers == [400] * 5 + [429]
        with pytest.raises(TooManyRequests) as refused:
            passwords.change(
                actor=candidate,
                session_id=None,
                old_password=PASSWORD,
                new_password="a-long-passphrase-7",
                now=now,
            )
        assert refused.value.retry_after == 720


class TestPasswordReset:
    def ask(self, email, ip="203.0.113.7"):
        return post("/api/v1/auth/password/reset/", {"email": email}, ip=ip)

    def test_five_mails_an_hour_to_one_account_and_nobody_learns_whether_it_is_there(
        self, candidate, mailbox, time_machine
    ):
        told = {}
        for email in (candidate.email, "nobody@example.vn"):
            answers = []
            for second in range(6):
                time_machine.move_to(MOMENT + timedelta(seconds=second), tick=False)
                answers.append(self.ask(email))
            told[email] = [
                (answer.status_code, left(answer, "password_reset"), answer.get("Retry-After"))
                for answer in answers
            ]

        assert [status for status, *_ in told[candidate.email]] == [204] * 5 + [429]
        assert told[candidate.email] == told["nobody@example.vn"]
        assert len(mailbox(to=candidate.email)) == 5

    def test_twenty_a_minute_from_one_address_links_that_are_tried_included(self, candidate):
        for number in range(12):
            assert self.ask(f"person{number}@example.vn").status_code == 204
        body = {"uid": str(candidate.pk), "token": "guess", "new_password": "a-long-passphrase-7"}
        confirm = [post("/api/v1/auth/password/reset/confirm/", body) for _ in range(9)]

        assert [answer.status_code for answer in confirm] == [400] * 8 + [429]
        assert self.ask("another@example.vn").status_code == 429
        assert self.ask("another@example.vn", ip="203.0.113.8").status_code == 204


class TestStaffOpenAccounts:
    def form(self, number):
        return {
            "email": f"new{number}@example.vn",
            "full_name": "Người Mới",
            "user_type": "CANDIDATE",
            "phone_number": "",
            "language": "vi",
            "password": "a-long-passphrase-7",
        }

    def test_ten_an_hour_each_and_the_page_says_why_no_more(self, staff):
        browser = browser_of(staff)
        for number in range(10):
            assert browser.post(ADD, self.form(number)).status_code == 302
        before = User.objects.count()

        refused = browser.post(ADD, self.form(10), follow=True)

        assert messages(refused)[-1] == ("error", "Too many requests; please try again later")
        assert User.objects.count() == before
        assert browser_of(UserFactory(staff=True)).post(ADD, self.form(11)).status_code == 302

    def test_operators_at_the_shell_have_no_limit(self, now):
        for number in range(12):
            accounts.create_account(actor=None, **self.form(number), now=now)

        assert User.objects.count() == 12
