"""Our own pages work under their content policy: a browser has nothing to complain of."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


@pytest.fixture
def see(chromium, site):
    """Give ``see(url, *waits)``: what a page shows once it has drawn these, and what went wrong meanwhile."""

    def look(url, *waits, before=None, after=None):
        def act(page):
            complaints = []

            def follow(request):
                if not request.url.startswith((site, "data:", "blob:")):
                    complaints.append(f"asks another host: {request.url}")

            def hear(line):
                # Browsers ask for an icon of their own accord.
                if line.type == "error" and not line.location["url"].endswith("/favicon.ico"):
                    complaints.append(line.text)

            page.on("request", follow)
            page.on("console", hear)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("requestfailed", lambda request: complaints.append(request.url))
            if before:
                before(page)
            page.goto(url)
            for selector in waits:
                page.wait_for_selector(selector, timeout=20_000)
            if after:
                after(page)
            page.wait_for_load_state("networkidle")
            return page.inner_text("body"), complaints

        return chromium.visit(act)

    return look


class TestDocuments:
    def test_swagger_shows_groups_that_open(self, see, site):
        def open_group(page):
            page.click("#operations-tag-applications")
            page.wait_for_selector("#operations-applications-applications_create")

        text, complaints = see(f"{site}/api/docs/", "#operations-tag-auth", after=open_group)

        assert complaints == []
        assert "Applying with a CV" in text
        assert "/api/v1/applications/export/" in text
        assert "/api/v1/auth/sessions/" not in text

    def test_swagger_tries_out_what_a_pasted_token_may(self, see, site, api, recruiter):
        token = api(as_=recruiter)._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
        operation = "#operations-auth-auth_me_get"

        def paste_and_try(page):
            page.click("button.authorize")
            page.fill("[aria-label=auth-bearer-value]", token)
            page.click(".auth-btn-wrapper [type=submit]")
            page.click(".auth-btn-wrapper .btn-done")
            page.click(f"{operation} .try-out__btn")
            page.click(f"{operation} .execute")
            page.wait_for_selector(f"{operation} .live-responses-table .response")

        text, complaints = see(
            f"{site}/api/docs/#/auth/auth_me_get", operation, after=paste_and_try
        )

        # Swagger warns of spaces in links wherever a name has an underscore.
        assert [line for line in complaints if "deep link whitespace" not in line] == []
        assert '"email": "recruiter@example.vn"' in text

    def test_redoc_draws_the_document(self, see, site):
        text, complaints = see(
            f"{site}/api/redoc/#tag/jobs/operation/jobs_publish",
            "[data-section-id='tag/jobs/operation/jobs_publish']",
            "[role=search] input",
        )

        assert complaints == []
        assert "Publish a draft" in text
        assert "insufficient_credits" in text


class TestAdmin:
    def test_its_door(self, see, site):
        _, complaints = see(f"{site}/admin/login/", "input[name=password]")

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
