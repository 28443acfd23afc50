from __future__ import annotations

import logging
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from apps.core import logs, metrics
from apps.core.logs.middleware import RequestLogMiddleware

ROUTE = SimpleNamespace(route="api/v1/lamps/<uuid:id>/")


@pytest.fixture
def handle(caplog):
    """Give a request's answer and its line."""
    caplog.set_level(logging.INFO)

    def run(
        view=lambda request: HttpResponse(), *, path="/api/v1/lamps/1/?q=an@example.vn", **headers
    ):
        caplog.clear()
        request = RequestFactory().get(path, **headers)
        response = RequestLogMiddleware(view)(request)
        (line,) = [record for record in caplog.records if record.name == "onetop.request"]
        return response, line.msg, line.levelname

    return run


def routed(request):
    request.resolver_match = ROUTE
    return HttpResponse(status=201)


class TestRequestId:
    def test_a_sane_one_is_kept_and_answered(self, handle):
        response, line, _ = handle(HTTP_X_REQUEST_ID="req-12345678")
        assert response["X-Request-ID"] == line["request_id"] == "req-12345678"

    def test_any_other_is_replaced(self, handle):
        response, line, _ = handle(HTTP_X_REQUEST_ID="a b")
        assert UUID(response["X-Request-ID"]).version == 7
        assert line["request_id"] == response["X-Request-ID"]

    def test_is_bound_while_the_view_runs_and_not_longer(self, handle):
        bound = []

        def view(request):
            bound.append(logs.bound_context())
            return HttpResponse()

        logs.bind(actor_id="of the request before")
        handle(view, HTTP_X_REQUEST_ID="req-12345678")
        assert bound == [{"request_id": "req-12345678"}]
        assert logs.bound_context() == {}

    def test_is_let_go_even_when_all_fails(self):
        def view(request):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            RequestLogMiddleware(view)(RequestFactory().get("/"))
        assert logs.bound_context() == {}


class TestLine:
    def test_tells_method_route_status_and_time(self, handle):
        _, line, level = handle(routed)
        assert {name: line[name] for name in ("event", "method", "route", "status")} == {
            "event": "request",
            "method": "GET",
            "route": "api/v1/lamps/<uuid:id>/",
            "status": 201,
        }
        assert 0 <= line["ms"] < 5000
        assert level == "INFO"
        assert "actor_id" not in line

    def test_never_tells_path_or_query(self, handle):
        _, line, _ = handle()
        assert line["route"] is None
        assert "example" not in str(line)
        assert "lamps" not in str(line)

    def test_a_defect_is_an_error(self, handle):
        assert handle(lambda request: HttpResponse(status=500))[2] == "ERROR"
        assert handle(lambda request: HttpResponse(status=404))[2] == "INFO"

    def test_a_slow_one_is_marked(self, handle, monkeypatch):
        monkeypatch.setattr(metrics, "SLOW_SECONDS", -1)
        _, line, level = handle()
        assert (line["slow"], level) == (True, "WARNING")


class TestActor:
    def test_is_the_one_that_the_view_bound(self, handle):
        def view(request):
            logs.bind(actor_id="a-1")
            return HttpResponse()

        assert handle(view)[1]["actor_id"] == "a-1"

    def test_is_the_user_of_a_session_when_the_page_looked(self, handle):
        person = SimpleNamespace(pk=uuid4(), is_authenticated=True)

        def view(request):
            request.user = SimpleLazyObject(lambda: person)
            assert request.user.pk
            return HttpResponse()

        assert handle(view)[1]["actor_id"] == str(person.pk)

    def test_nobody_is_looked_up_for_the_log(self, handle):
        def view(request):
            request.user = SimpleLazyObject(lambda: pytest.fail("queried for the log"))
            return HttpResponse()

        assert "actor_id" not in handle(view)[1]

    def test_nobody_is_nobody(self, handle):
        def view(request):
            request.user = SimpleNamespace(pk=None, is_authenticated=False)
            return HttpResponse()

        assert "actor_id" not in handle(view)[1]
