from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission

from apps.companies.tests.factories import CompanyFactory
from apps.payments.models import CreditAccount, CreditEntry, CreditLot
from apps.payments.services import credits
from apps.payments.tests.factories import grant
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ACCOUNTS = "/admin/payments/creditaccount/"
ENTRIES = "/admin/payments/creditentry/"
LOTS = "/admin/payments/creditlot/"
GRANT = f"{ACCOUNTS}grant/"
DAY = timedelta(days=1)


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def clerk_with(*rights):
    clerk = UserFactory(staff=True, is_superuser=False)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return clerk


def shown(answer):
    return {str(account.company) for account in answer.context["cl"].result_list}


def form(to, **changes):
    return {
        "company": str(to.id),
        "amount": "20",
        "reason": "Welcome",
        "expires_at_0": "",
        "expires_at_1": "",
        "token": str(uuid4()),
        **changes,
    }


def messages(answer):
    return [str(message) for message in answer.context["messages"]]


class TestAccounts:
    def test_are_found_by_the_companys_name(self, desk, company, other_company):
        for each in (company, other_company):
            grant(each, 1)

        assert shown(desk.get(ACCOUNTS, {"q": "dai VIET"})) == {"Công ty Đại Việt"}

    def test_are_filtered_by_balance(self, desk, recruiter, now):
        companies = {name: CompanyFactory(name=name) for name in ("none", "some", "many")}
        for name, amount in (("none", 1), ("some", 4), ("many", 5)):
            grant(companies[name], amount)
        credits.spend_for_posting(
            actor=recruiter, company_id=companies["none"].id, source="job:1", now=now
        )

        assert shown(desk.get(ACCOUNTS)) == {"none", "some", "many"}
        assert shown(desk.get(ACCOUNTS, {"credits": "0"})) == {"none"}
        assert shown(desk.get(ACCOUNTS, {"credits": "1-4"})) == {"some"}
        assert shown(desk.get(ACCOUNTS, {"credits": "5+"})) == {"many"}

    def test_are_filtered_by_expiry(self, desk, recruiter, now):
        for name, days in (
            ("past", -1),
            ("week", 6),
            ("month", 29),
            ("later", 31),
            ("never", None),
        ):
            grant(
                CompanyFactory(name=name), 1, expires_at=None if days is None else now + days * DAY
            )
        used = CompanyFactory(name="used")
        grant(used, 1, expires_at=now + DAY)
        credits.spend_for_posting(actor=recruiter, company_id=used.id, source="job:1", now=now)

        assert shown(desk.get(ACCOUNTS, {"expiry": "7"})) == {"week"}
        assert shown(desk.get(ACCOUNTS, {"expiry": "30"})) == {"week", "month"}
        assert shown(desk.get(ACCOUNTS, {"expiry": "past"})) == {"past"}

    def test_show_their_lots_and_lead_to_their_entries(self, desk, company):
        grant(company, 20)

        answer = desk.get(f"{ACCOUNTS}{company.pk}/change/")

        text = answer.content.decode()
        assert answer.status_code == 200
        assert f"{ENTRIES}?account={company.pk}" in text
        assert f"{GRANT}?company={company.pk}" in text
        assert 'name="_save"' not in text
        entries = desk.get(ENTRIES, {"account": str(company.pk)})
        assert [entry.delta for entry in entries.context["cl"].result_list] == [20]

    @pytest.mark.parametrize("url", [ACCOUNTS, ENTRIES, LOTS])
    def test_cost_the_same_for_any_number(self, url, desk, django_assert_num_queries):
        """Session, account of the clerk, count, page: four queries."""
        desk.get(url)  # Django keeps what it learns about content types

        for number in (2, 48):
            for company in CompanyFactory.create_batch(number):
                grant(company, 3)
            with django_assert_num_queries(4):
                assert desk.get(url).status_code == 200


class TestNothingIsEdited:
    @pytest.mark.parametrize("url", [ACCOUNTS, ENTRIES, LOTS])
    def test_added_or_deleted(self, url, desk, company):
        lot = grant(company, 20)
        pk = {ACCOUNTS: company.pk, ENTRIES: lot.entry_id, LOTS: lot.pk}[url]

        assert desk.get(f"{url}{pk}/change/").status_code == 200
        assert desk.post(f"{url}{pk}/change/", {"balance": 1000, "delta": 1000}).status_code == 403
        assert desk.post(f"{url}{pk}/delete/", {"post": "yes"}).status_code == 403
        assert desk.post(f"{url}add/", {}).status_code == 403
        actions = desk.get(url).context["cl"].model_admin.get_actions(desk.get(url).wsgi_request)
        assert "delete_selected" not in actions
        assert CreditAccount.objects.get().balance == 20
        assert CreditEntry.objects.get().delta == 20

    def test_entries_show_what_they_took(self, desk, recruiter, company, now):
        lot = grant(company, 20)
        credits.spend_for_posting(actor=recruiter, company_id=company.id, source="job:1", now=now)
        entry = CreditEntry.objects.get(source="job:1")

        text = desk.get(f"{ENTRIES}{entry.id}/change/").content.decode()

        assert "job:1" in text
        assert str(lot.id) in text
        assert str(recruiter.id) in text


class TestGranting:
    def test_goes_through_the_service(self, desk, staff, company):
        page = desk.get(GRANT, {"company": str(company.id)})
        assert page.status_code == 200
        assert "Công ty Đại Việt" in page.content.decode()

        answer = desk.post(GRANT, form(company), follow=True)

        assert answer.redirect_chain == [(ACCOUNTS, 302)]
        assert messages(answer) == ["The credits were granted."]
        entry = CreditEntry.objects.get()
        assert (entry.account_id, entry.delta, entry.kind) == (company.id, 20, "GRANT")
        assert (entry.reason, entry.actor_id) == ("Welcome", staff.id)
        assert CreditLot.objects.get().expires_at is None

    def test_takes_an_expiry(self, desk, company):
        desk.post(GRANT, form(company, expires_at_0="2100-01-01", expires_at_1="00:00:00"))

        assert CreditLot.objects.get().expires_at == datetime(2099, 12, 31, 17, tzinfo=UTC)

    def test_sent_twice_grants_once(self, desk, company):
        data = form(company)

        for _ in range(2):
            assert desk.post(GRANT, data).status_code == 302

        assert CreditAccount.objects.get().balance == 20
        assert CreditEntry.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"amount": "0"}, "amount"),
            ({"amount": "1.5"}, "amount"),
            ({"amount": ""}, "amount"),
            ({"reason": " "}, "reason"),
            ({"company": ""}, "company"),
            ({"company": str(uuid4())}, "company"),
            ({"expires_at_0": "soon"}, "expires_at"),
        ],
    )
    def test_says_what_does_not_fit(self, change, field, desk, company):
        answer = desk.post(GRANT, form(company, **change))

        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == [field]
        assert not CreditEntry.objects.exists()

    def test_says_what_the_service_refuses(self, desk):
        company = CompanyFactory(name="Nam Á")

        answer = desk.post(GRANT, form(company, expires_at_0="2001-01-01", expires_at_1="00:00:00"))

        assert answer.status_code == 200
        assert messages(answer) == ["Nam Á: Credits must expire in the future"]
        assert not CreditEntry.objects.exists()

    def test_is_offered_to_those_who_may(self, client, company):
        grant(company, 1)
        page = f"{ACCOUNTS}{company.pk}/change/"

        client.force_login(clerk_with("view_creditaccount"))
        for url in (ACCOUNTS, page):
            assert GRANT not in client.get(url).content.decode()
        assert client.get(GRANT).status_code == 403
        assert client.post(GRANT, form(company)).status_code == 403
        assert CreditEntry.objects.count() == 1

        client.force_login(clerk_with("view_creditaccount", "grant_credits"))
        for url in (ACCOUNTS, page):
            assert GRANT in client.get(url).content.decode()
        assert client.post(GRANT, form(company)).status_code == 302
        assert CreditEntry.objects.count() == 2

    @pytest.mark.parametrize("who", ["recruiter", "candidate"])
    def test_is_not_for_customers(self, who, client, company, request):
        client.force_login(request.getfixturevalue(who))

        assert client.post(GRANT, form(company)).status_code == 302
        assert not CreditEntry.objects.exists()


class TestGrantingToSeveral:
    def body(self, *companies, **entered):
        chosen = [str(company.pk) for company in companies]
        return {"action": "grant_to_each", "_selected_action": chosen, **entered}

    def test_asks_how_many_and_why_and_grants_each_once(self, desk, company, other_company):
        for each in (company, other_company):
            grant(each, 1)

        page = desk.post(ACCOUNTS, self.body(company, other_company))
        assert "Công ty Đại Việt · balance 1" in page.content.decode()
        token = page.context["form"]["token"].value()
        entered = {"confirmed": "yes", "token": str(token), "amount": "4", "reason": "Tặng"}
        missing = desk.post(ACCOUNTS, self.body(company, confirmed="yes", token=str(token)))
        assert set(missing.context["form"].errors) == {"amount", "reason"}
        body = self.body(company, other_company, **entered)
        answers = [desk.post(ACCOUNTS, body, follow=True) for _ in range(2)]  # a double click

        told = ["Companies that got credits: 2"]
        assert [messages(answer) for answer in answers] == [told, told]
        balances = CreditAccount.objects.values_list("company__name", "balance")
        assert dict(balances) == {"Công ty Đại Việt": 5, "Công ty Nam Á": 5}

    def test_refuses_a_deleted_company_and_grants_the_others(self, desk, company, other_company):
        for each in (company, other_company):
            grant(each, 1)
        other_company.deleted_at = datetime(2026, 11, 22, tzinfo=UTC)
        other_company.save()

        answer = desk.post(
            ACCOUNTS,
            self.body(
                company,
                other_company,
                confirmed="yes",
                token=str(uuid4()),
                amount="4",
                reason="Tặng",
            ),
            follow=True,
        )

        assert sorted(messages(answer)) == [
            "Companies that got credits: 1",
            "Công ty Nam Á: Company not found",
        ]

    def test_needs_the_right(self, client, company):
        grant(company, 1)
        client.force_login(clerk_with("view_creditaccount"))

        client.post(
            ACCOUNTS,
            self.body(company, confirmed="yes", token=str(uuid4()), amount="4", reason="x"),
        )

        assert CreditAccount.objects.get().balance == 1


class TestLotsByExpiry:
    def test_are_filtered(self, desk, company, other_company, now):
        grant(company, 1)
        grant(company, 2, expires_at=now + 6 * DAY)
        grant(company, 3, expires_at=now + 20 * DAY)
        credits.spend_for_posting(
            actor=company.memberships.get().user,
            company_id=company.pk,
            source="job:1",
            now=now,
        )
        grant(other_company, 1)
        credits.spend_for_posting(
            actor=other_company.memberships.get().user,
            company_id=other_company.pk,
            source="job:2",
            now=now,
        )

        def found(name):
            rows = desk.get(LOTS, {"expiry": name}).context["cl"].result_list
            return {row.granted for row in rows}

        assert (found("never"), found("7"), found("30")) == ({1}, {2}, {2, 3})
        assert found("used") == {1}
