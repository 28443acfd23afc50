"""Our own pages work under their content policy: a browser has nothing to complain of."""

from __future__ import annotations

import pytest

from apps.users.tests.factories import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


@pytest.fixture
def see(chromium):
    """Give ``see(url, *waits)``: what a page shows once it has drawn these, and what went wrong meanwhile."""

    def look(url, *waits, before=None):
        def act(page):
            complaints = []

            def hear(line):
                # Browsers ask for an icon of their own accord.
                if line.type == "error" and not line.location["url"].endswith("/favicon.ico"):
                    complaints.append(line.text)

            page.on("console", hear)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("requestfailed", lambda request: complaints.append(request.url))
            if before:
                before(page)
            page.goto(url)
            for selector in waits:
                page.wait_for_selector(selector, timeout=20_000)
            page.wait_for_load_state("networkidle")
            return page.inner_text("body"), complaints

        return chromium.visit(act)

    return look


@pytest.fixture
def as_staff(site, staff):
    """Give what signs a member of the staff in to the admin by its form."""

    def sign_in(page):
        page.goto(f"{site}/admin/login/")
        page.fill("input[name=username]", staff.email)
        page.fill("input[name=password]", PASSWORD)
        page.click("[type=submit]")
        page.wait_for_url(f"{site}/admin/")

    return sign_in


class TestDocuments:
    def test_swagger_draws_every_operation(self, see, site):
        text, complaints = see(f"{site}/api/docs/", "#operations-applications-applications_create")

        assert complaints == []
        assert "/api/v1/auth/login/" in text

    def test_redoc_draws_the_document(self, see, site):
        text, complaints = see(f"{site}/api/redoc/", "[data-section-id]", "[role=search] input")

        # The package would fetch its maker's logo from elsewhere, and hides it where it may not.
        assert [line for line in complaints if "https://cdn.redoc.ly/" not in line] == []
        assert "OneTop" in text


class TestAdmin:
    def test_its_door(self, see, site):
        _, complaints = see(f"{site}/admin/login/", "input[name=password]")

        assert complaints == []

    @pytest.mark.parametrize(
        "path", ["", "users/user/", "users/user/add/", "jobs/job/", "core/work/"]
    )
    def test_its_pages(self, see, site, as_staff, path):
        _, complaints = see(f"{site}/admin/{path}", "#content", before=as_staff)

        assert complaints == []

    def test_a_form_with_widgets(self, see, site, as_staff, staff, recruiter):
        _, complaints = see(
            f"{site}/admin/users/user/{recruiter.pk}/change/",
            ".selector-available",
            before=as_staff,
        )

        assert complaints == []

    def test_a_policy_that_is_violated_would_be_seen(self, see, site):
        def attack(page):
            page.add_init_script(
                "addEventListener('load', () => {"
                "const script = document.createElement('script');"
                "script.textContent = 'document.title = 1';"
                "document.body.append(script);})"
            )

        _, complaints = see(f"{site}/admin/login/", "input[name=password]", before=attack)

        assert any("script-src" in complaint for complaint in complaints)
