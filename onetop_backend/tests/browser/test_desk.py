"""Staff at work: the admin as they use it, in a browser that complains of whatever goes wrong."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from apps.companies.tests.factories import CompanyFactory
from apps.jobs.tests.factories import JobFactory
from apps.users.enums import Approval
from apps.users.tests.factories import UserFactory
from onetop_backend.tests.house import growth
from onetop_backend.tests.house.conftest import world

__all__ = ["world"]

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

PHONE = {"width": 390, "height": 844}
WIDER_THAN_THE_SCREEN = (
    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
)


class Desk:
    """A member of the staff with the admin open."""

    def __init__(self, page, site):
        self.page = page
        self.site = site
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._weigh)

    def _hear(self, line):
        if line.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {line.text}")

    def _weigh(self, answer):
        if not answer.url.startswith(self.site):
            self.complaints.append(f"{self.page.url} asked elsewhere: {answer.url}")
        elif answer.status >= 400:
            self.complaints.append(f"{answer.status} {answer.url}")

    def open(self, path):
        self.page.goto(f"{self.site}{path}")

    def act(self, action, *names):
        """Select rows by what they are called, choose an action and go."""
        for name in names:
            self.page.get_by_role("row").filter(has_text=name).get_by_role("checkbox").check()
        self.page.select_option("select[name=action]", action)
        self.go("button[name=index]")

    def confirm(self):
        self.go(".confirmation [type=submit]")

    def go(self, selector):
        """Click on what leads to another page, and be there."""
        with self.page.expect_navigation():
            self.page.click(selector)

    @property
    def told(self):
        return self.page.locator(".messagelist li").all_inner_texts()

    @property
    def heading(self):
        return self.page.inner_text("h1")

    def count(self, label):
        line = self.page.locator(".lines li").filter(has_text=label)
        return int(line.locator(".count").inner_text())


@pytest.fixture
def at_desk(chromium, site, as_staff):
    """Give ``at_desk(act)``: what ``act(desk)`` returns for somebody who signed in, and the complaints."""

    def run(act):
        def visit(page):
            as_staff(page)
            desk = Desk(page, site)
            return act(desk), desk.complaints

        return chromium.visit(visit)

    return run


def addresses():
    """Return every list, every page of a new row, and the page of the newest row of each table."""
    found = ["/admin/", "/admin/password_change/", "/admin/payments/creditaccount/grant/"]
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("-pk").first()
        found.append(reverse(f"{name}_changelist"))
        if row is not None:
            found.append(reverse(f"{name}_change", args=[row.pk]))
        if type(page).has_add_permission is admin.ModelAdmin.has_add_permission:
            found.append(reverse(f"{name}_add"))
    return found


def test_every_page_works_and_fits_a_phone(at_desk, world):
    for grow in {growth.more_mails, growth.more_work, growth.more_answered_requests}:
        grow(world, 1)
    paths = addresses()

    def walk(desk):
        desk.page.set_viewport_size(PHONE)
        wide = []
        for path in paths:
            desk.open(path)
            desk.page.wait_for_selector("#content")
            if desk.page.evaluate(WIDER_THAN_THE_SCREEN):
                wide.append(path)
        return wide

    wide, complaints = at_desk(walk)

    assert len(paths) > 35
    assert complaints == []
    assert wide == []


def test_recruiters_are_approved_from_the_first_page(at_desk, site):
    lan, minh = (UserFactory(pending=True, email=f"{name}@example.vn") for name in ("lan", "minh"))
    UserFactory(recruiter=True, email="hoa@example.vn")

    def approve(desk):
        desk.open("/admin/")
        seen = [desk.count("Recruiters awaiting approval")]
        desk.go("text=Recruiters awaiting approval")
        rows = desk.page.locator("#result_list tbody tr").count()
        desk.act("approve_recruiters", "lan@example.vn")
        asked = desk.heading, desk.page.locator(".confirmation li").all_inner_texts()
        desk.confirm()
        told = desk.told
        desk.open("/admin/users/user/?q=hoa")
        desk.act("approve_recruiters", "hoa@example.vn")
        desk.confirm()
        refused = desk.told
        desk.open("/admin/")
        seen.append(desk.count("Recruiters awaiting approval"))
        recent = desk.page.locator(".recent tbody tr").first.inner_text()
        return seen, rows, asked, told, refused, recent

    (seen, rows, asked, told, refused, recent), complaints = at_desk(approve)

    assert (seen, rows) == ([2, 1], 2)
    assert asked[0].startswith("Approve these recruiters?")
    assert len(asked[1]) == 1
    assert "lan@example.vn" in asked[1][0]
    assert told == ["Recruiters approved: 1"]
    assert refused == ["Hoa@example.vn: This step is not possible from the present state"]
    assert "approved · user lan@example.vn" in recent
    assert complaints == []
    for person in (lan, minh):
        person.refresh_from_db()
    assert (lan.approval, minh.approval) == (Approval.APPROVED, Approval.PENDING)


def test_deleted_rows_come_back_unless_something_stands_in_the_way(at_desk, now):
    gone = CompanyFactory(name="Đại Việt", deleted_at=now)
    CompanyFactory(name="Dai Viet")
    free = CompanyFactory(name="Sao Biển", deleted_at=now)
    job = JobFactory(title="Thợ lặn", company=gone, deleted_at=now)

    def restore(desk):
        desk.open("/admin/companies/company/?deleted=yes")
        desk.act("restore", "Đại Việt", "Sao Biển")
        desk.confirm()
        companies = desk.told
        desk.open("/admin/jobs/job/?deleted=yes")
        desk.act("restore_postings", "Thợ lặn")
        desk.confirm()
        return companies, desk.told

    (companies, jobs), complaints = at_desk(restore)

    assert companies == [
        "Đại Việt: Another company has this name by now; one of the two needs another name first",
        "Restored: 1",
    ]
    assert jobs == ["Thợ lặn: The company of this posting is deleted; restore it first"]
    assert complaints == []
    for row in (gone, free, job):
        row.refresh_from_db()
    assert (gone.deleted_at, free.deleted_at, job.deleted_at) == (now, None, now)


def test_the_language_is_switched_in_the_header_and_stays(at_desk):
    def switch(desk):
        headings = [desk.heading]
        desk.go(".languages button[value=vi]")
        headings.append(desk.heading)
        desk.open("/admin/jobs/job/")
        headings.append(desk.heading)
        desk.go("#logout-form button")
        desk.open("/admin/login/")
        return headings, desk.page.get_attribute("html", "lang")

    (headings, at_the_door), complaints = at_desk(switch)

    assert headings == ["Overview", "Tổng quan", "Chọn tin tuyển dụng để xem"]
    assert at_the_door == "vi"
    assert complaints == []


def test_hands_stay_on_the_keyboard(at_desk, recruiter):
    """The search is a key away, typing goes there, and Enter asks; a slash in a field is a slash."""

    def find(desk):
        desk.open("/admin/users/user/")
        desk.page.keyboard.press("/")
        desk.page.keyboard.type("pham thu/")
        typed = desk.page.input_value("#searchbar")
        desk.page.keyboard.press("Backspace")
        with desk.page.expect_navigation():
            desk.page.keyboard.press("Enter")
        return typed, desk.page.locator("#result_list tbody th").all_inner_texts()

    (typed, found), complaints = at_desk(find)

    assert typed == "pham thu/"
    assert found == [recruiter.email]
    assert complaints == []
