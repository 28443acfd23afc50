"""In which language the admin speaks."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.core.admin.language import COOKIE

pytestmark = pytest.mark.django_db

INDEX, LOGIN, CHOOSE = "/admin/", "/admin/login/", "/admin/language/"


@pytest.fixture
def desk(staff):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(staff)
    return client


def heading(client, path=INDEX):
    html = client.get(path).content.decode()
    return html.partition("<h1>")[2].partition("</h1>")[0]


class TestLanguage:
    def test_is_that_of_the_browser_unless_another_was_chosen(self, desk):
        assert heading(desk) == "Overview"
        desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "vi"
        assert heading(desk) == "Tổng quan"

        desk.post(CHOOSE, {"language": "en", "next": "/admin/users/user/"})

        assert heading(desk) == "Overview"
        assert desk.get(INDEX).headers["Content-Language"] == "en"

    def test_holds_at_the_door(self):
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.post(CHOOSE, {"language": "vi"})

        assert "Mã của ứng dụng xác thực" in client.get(LOGIN).content.decode()
        assert client.get(LOGIN).headers["Content-Language"] == "vi"

    def test_is_for_the_admin_alone(self, desk):
        answer = desk.post(CHOOSE, {"language": "vi"})

        cookie = answer.cookies[COOKIE]
        assert (cookie.value, cookie["path"], cookie["samesite"]) == ("vi", "/admin/", "Lax")
        assert cookie["httponly"] is True
        assert desk.get("/api/v1/config/").headers["Content-Language"] == "en"

    def test_leads_back_and_never_elsewhere(self, desk):
        for back, target in {
            "/admin/users/user/?q=an": "/admin/users/user/?q=an",
            "https://elsewhere.example/": INDEX,
            "//elsewhere.example/": INDEX,
            "": INDEX,
        }.items():
            answer = desk.post(CHOOSE, {"language": "vi", "next": back})
            assert (answer.status_code, answer.headers["Location"]) == (302, target)

    def test_is_one_of_ours(self, desk):
        assert COOKIE not in desk.post(CHOOSE, {"language": "fr"}).cookies
        desk.cookies[COOKIE] = "fr"
        assert heading(desk) == "Overview"

    def test_is_chosen_by_a_post_of_the_admins_own_pages(self):
        client = Client(enforce_csrf_checks=True)

        assert client.get(CHOOSE).status_code == 405
        assert client.post(CHOOSE, {"language": "vi"}).status_code == 403
