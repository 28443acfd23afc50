"""Buying credits over HTTP: the catalogue, the payment, VNPay's notice and the way back."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.companies.enums import MemberRole
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.payments.models import GatewayEvent, Order, PaymentAttempt
from apps.payments.tests.factories import VNPAY, begin_payment, make_package, notice_of, signed
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

BASE = "/api/v1/payments"
IPN = f"{BASE}/vnpay_ipn/"
BACK = f"{BASE}/vnpay_return/"


@pytest.fixture(autouse=True)
def terminal(settings):
    for name, value in VNPAY.items():
        setattr(settings, name, value)
    settings.FRONTEND_URL = "https://www.example.vn"


@pytest.fixture
def attempt(recruiter, company):
    return begin_payment(recruiter)


def codes(client, *queries):
    return [client.get(f"{IPN}?{query}").json()["RspCode"] for query in queries]


class TestPackages:
    def test_are_for_everybody_in_their_order_and_language(self, api):
        make_package(name_vi="Gói lớn", name_en="Large", position=2)
        small = make_package(position=1)
        make_package(is_active=False)

        vietnamese = api().get(f"{BASE}/packages/", HTTP_ACCEPT_LANGUAGE="vi").json()
        english = api().get(f"{BASE}/packages/{small.id}/").json()

        assert [row["name"] for row in vietnamese["results"]] == ["Gói 10 lượt đăng tin", "Gói lớn"]
        assert english == {
            "id": str(small.id),
            "name": "10 postings",
            "price": "500000.00",
            "currency": "VND",
            "package_type": "CREDIT",
            "job_posting_limit": 10,
            "duration_days": 90,
        }

    def test_that_are_not_on_sale_are_not_found(self, api, now):
        for gone in (make_package(is_active=False), make_package(deleted_at=now)):
            answer = api().get(f"{BASE}/packages/{gone.id}/")
            assert (answer.status_code, answer.json()["code"]) == (404, "package_not_found")


class TestBeginningAPayment:
    def test_answers_where_to_pay(self, api, recruiter, company):
        package = make_package()

        answer = api(as_=recruiter).post(
            f"{BASE}/transactions/create_payment/", {"package_id": str(package.id)}, format="json"
        )

        attempt = PaymentAttempt.objects.get()
        assert answer.status_code == 200
        assert answer.json() == {
            "payment_url": attempt.payment_url,
            "transaction_code": attempt.ref,
            "transaction_id": str(attempt.id),
            "gateway": "vnpay",
            "amount": "500000.00",
            "expires_at": answer.json()["expires_at"],
        }
        assert (attempt.order.company, attempt.order.buyer) == (company, recruiter)

    def test_is_done_once_under_one_key(self, api, recruiter, company):
        body, key = (
            {"package_id": str(make_package().id)},
            {"HTTP_IDEMPOTENCY_KEY": "pay-1", "format": "json"},
        )
        client = api(as_=recruiter)

        first, again = (client.post(f"{BASE}/create_payment/", body, **key) for _ in range(2))
        other = client.post(f"{BASE}/create_payment/", {"package_id": str(uuid4())}, **key)

        assert (first.status_code, again.content) == (200, first.content)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        assert Order.objects.count() == PaymentAttempt.objects.count() == 1

    @pytest.mark.parametrize(
        ("role", "status"), [(MemberRole.FINANCE, 200), (MemberRole.RECRUITER, 403)]
    )
    def test_is_for_owner_and_finance(self, api, company, role, status):
        person = UserFactory(recruiter=True)
        MembershipFactory(company=company, user=person, role=role)

        answer = api(as_=person).post(
            f"{BASE}/create_payment/", {"package_id": str(make_package().id)}, format="json"
        )

        assert answer.status_code == status
        assert Order.objects.count() == (status == 200)

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"package_id": str(uuid4())}, 404, "package_not_found"),
            ({"package_id": "10"}, 400, "invalid_input"),
            ({"gateway": "cash"}, 400, "invalid_input"),
            ({"company": str(uuid4())}, 404, "company_not_found"),
        ],
    )
    def test_is_refused_and_leaves_nothing(self, api, recruiter, company, change, status, code):
        body = {"package_id": str(make_package().id), **change}

        answer = api(as_=recruiter).post(f"{BASE}/create_payment/", body, format="json")

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Order.objects.exists()

    def test_needs_a_company(self, api, candidate):
        answer = api(as_=candidate).post(
            f"{BASE}/create_payment/", {"package_id": str(make_package().id)}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (409, "company_required")

    def test_says_when_the_way_is_switched_off(self, api, recruiter, company, settings):
        settings.VNPAY_HASH_SECRET = ""

        answer = api(as_=recruiter).post(
            f"{BASE}/create_payment/", {"package_id": str(make_package().id)}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (503, "gateway_off")
        assert not Order.objects.exists()


class TestTransactions:
    def test_show_what_became_of_them_to_owner_and_finance_only(self, api, recruiter, attempt):
        stranger = UserFactory(recruiter=True)
        CompanyFactory(owner=stranger)
        api().get(f"{IPN}?{signed(notice_of(attempt))}")

        [row] = api(as_=recruiter).get(f"{BASE}/transactions/").json()["results"]

        assert row == api(as_=recruiter).get(f"{BASE}/transactions/{attempt.id}/").json()
        assert (row["id"], row["transaction_code"]) == (str(attempt.id), attempt.ref)
        assert (row["status"], row["amount"]) == ("SUCCESS", "500000.00")
        assert (row["package_name"], row["user"]) == ("10 postings", str(recruiter.id))
        assert api(as_=stranger).get(f"{BASE}/transactions/").json()["results"] == []
        assert api(as_=stranger).get(f"{BASE}/transactions/{attempt.id}/").status_code == 404

    def test_cannot_be_written(self, api, recruiter, attempt):
        client = api(as_=recruiter)
        for method in (client.put, client.patch, client.delete):
            assert method(f"{BASE}/transactions/{attempt.id}/").status_code == 405
        assert client.post(f"{BASE}/transactions/").status_code == 405


FAILED = {"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02", "vnp_TransactionNo": "0"}


class TestNotices:
    def test_the_six_cases_of_vnpay_s_acceptance(self, api, recruiter, attempt, company):
        failing = begin_payment(recruiter)
        good = signed(notice_of(attempt))

        assert codes(
            api(),
            good.replace("vnp_SecureHash=", "vnp_SecureHash=0"),
            signed(notice_of(attempt, vnp_TxnRef="UNKNOWN")),
            signed(notice_of(attempt, vnp_Amount="100")),
            signed(notice_of(failing, **FAILED)),
            good,
            good,
        ) == ["97", "01", "04", "00", "00", "02"]
        credits = api(as_=recruiter).get(f"{BASE}/credits/").json()
        assert (credits["balance"], credits["lots"][0]["granted"]) == (10, 10)

    def test_99_is_said_when_it_could_not_be_worked_on(self, api, recruiter, attempt):
        api().get(f"{IPN}?{signed(notice_of(begin_payment(recruiter), vnp_TransactionNo='7'))}")

        assert codes(api(), signed(notice_of(attempt, vnp_TransactionNo="7"))) == ["99"]
        assert codes(api(), signed(notice_of(attempt, vnp_OrderInfo="a\x00b"))) == ["99"]

    def test_a_bad_token_does_not_matter(self, api, attempt):
        answer = api().get(
            f"{IPN}?{signed(notice_of(attempt))}", HTTP_AUTHORIZATION="Bearer nonsense"
        )

        assert answer.json() == {"RspCode": "00", "Message": "Confirm Success"}

    @hypothesis_settings(
        max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(query=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
    def test_nonsense_is_always_answered_in_json(self, api, attempt, query):
        answer = api().generic("GET", IPN, QUERY_STRING=query)

        assert (answer.status_code, answer.json()["RspCode"]) == (200, "97")

    @pytest.mark.parametrize(
        "missing", ["vnp_Amount", "vnp_TxnRef", "vnp_TransactionNo", "vnp_TransactionStatus"]
    )
    def test_what_is_missing_is_no_success(self, api, recruiter, attempt, missing):
        parameters = notice_of(attempt)
        del parameters[missing]

        answer = api().get(f"{IPN}?{signed(parameters)}")

        assert answer.status_code == 200
        assert answer.json()["RspCode"] == {"vnp_Amount": "04", "vnp_TxnRef": "01"}.get(
            missing, "00"
        )
        paid = missing == "vnp_TransactionNo"
        assert api(as_=recruiter).get(f"{BASE}/credits/").json()["balance"] == 10 * paid


class TestComingBack:
    def result(self, api, query):
        answer = api().get(f"{BACK}?{query}")
        assert answer.status_code == 302
        return answer.headers["Location"].removeprefix("https://www.example.vn/payments/result?")

    def test_shows_what_we_know_and_changes_nothing(self, api, recruiter, attempt):
        paid, failed = signed(notice_of(attempt)), signed(notice_of(attempt, **FAILED))

        results = [self.result(api, query) for query in (paid, failed)]
        assert not GatewayEvent.objects.exists()
        assert PaymentAttempt.objects.get().state == "PENDING"
        api().get(f"{IPN}?{paid}")
        results += [self.result(api, query) for query in (paid, failed)]

        assert results == [
            f"result={word}&transaction_code={attempt.ref}"
            for word in ("pending", "failed", "success", "success")
        ]

    def test_does_not_believe_a_stranger(self, api, attempt):
        forged = signed(notice_of(attempt)).replace("vnp_SecureHash=", "vnp_SecureHash=0")

        assert self.result(api, "") == self.result(api, forged) == "result=invalid"
        unknown = signed(notice_of(attempt, vnp_TxnRef="UNKNOWN"))
        assert self.result(api, unknown) == "result=invalid"
