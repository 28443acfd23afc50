"""Limits: every route that changes something or costs much has one, or says why not; what is stated is true."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.db import transaction

from onetop_backend.tests.house.matrix import MATRIX
from onetop_backend.tests.house.routes import Route, api_routes
from onetop_backend.tests.house.throttles import (
    EXPENSIVE_READS,
    OTHER_DOORS,
    UNTHROTTLED,
)

BASE = "/api/v1/"
ROUTES = [route for route in api_routes() if route.path.startswith(BASE)]


def short(route: Route) -> str:
    return str(route).replace(f" {BASE}", " ", 1)


def stated(route: Route) -> frozenset[str]:
    """Return the scopes that the method of the route's view states."""
    name = getattr(route.view, "actions", {}).get(route.method.lower(), route.method.lower())
    if route.path.startswith(f"{BASE}identity/"):
        return frozenset(getattr(route.view.view_class, "limits", {}).get(name, ()))
    return frozenset(getattr(getattr(route.view.cls, name), "scopes", ()))


def needs_a_limit(route: Route) -> bool:
    return route.method != "GET" or short(route) in EXPENSIVE_READS


def test_every_route_that_changes_something_is_limited_or_says_why_not():
    unlimited = {short(route) for route in ROUTES if needs_a_limit(route) and not stated(route)}

    assert unlimited - set(UNTHROTTLED) == set()
    assert set(UNTHROTTLED) - unlimited == set()


def test_these_routes_have_these_limits():
    limited = {short(route): stated(route) for route in ROUTES if stated(route)}

    assert limited == {
        "POST auth/register/": {"register"},
        "POST auth/login/": {"login", "login_address"},
        "POST auth/login/mfa/": {"login", "login_address"},
        "POST auth/email/verify/resend/": {"email_verification"},
        "PUT identity/app/v1/account/email": {"email_verification"},
        "PUT identity/browser/v1/account/email": {"email_verification"},
        "POST auth/password/change/": {"password_change"},
        "POST auth/password/reset/": {"password_reset", "password_reset_address"},
        "POST auth/password/reset/confirm/": {"password_reset_address"},
        "GET metrics/": {"metrics_read"},
        "DELETE metrics/": {"metrics_reset"},
        **{
            f"POST identity/{client}/v1/{path}": scopes
            for client in ("app", "browser")
            for path, scopes in {
                "auth/login": {"login", "login_address"},
                "auth/reauthenticate": {"login", "login_address"},
                "auth/2fa/reauthenticate": {"login", "login_address"},
                "auth/password/request": {"password_reset", "password_reset_address"},
                "auth/password/reset": {"password_reset_address"},
                "account/password/change": {"password_change", "login", "login_address"},
            }.items()
        },
        "POST payments/create_payment/": {"payment_create"},
        "POST payments/transactions/create_payment/": {"payment_create"},
        "POST applications/": {"application_submission"},
        "POST applications/applications/": {"application_submission"},
        "POST applications/export/": {"application_export"},
    }


def test_every_rate_has_a_route_another_door_or_waits_for_its_part():
    on_routes = {scope for route in ROUTES for scope in stated(route)}

    assert on_routes | set(OTHER_DOORS) == set(settings.THROTTLE_RATES)
    assert on_routes & set(OTHER_DOORS) == set()


@pytest.mark.parametrize("limited", [True, False])
def test_a_route_takes_turns_of_the_scopes_that_it_states_and_of_no_other(world, limited):
    surprises = {}
    for route in ROUTES:
        if bool(stated(route)) is not limited:
            continue
        line = MATRIX[str(route)]
        persona = next(iter(line.may))
        send = getattr(world.client_for(route.path, persona), route.method.lower())
        path = route.path.format(**{name: str(value) for name, value in line.ids(world).items()})
        body = line.body(world, persona)
        with transaction.atomic():
            answer = send(path, body) if route.method == "GET" else send(path, body, line.format)
            transaction.set_rollback(True)
        taken = frozenset(re.findall(r'"(\w+)";q=', answer.headers.get("RateLimit-Policy", "")))
        if (taken, answer.status_code) != (stated(route), line.may[persona]):
            surprises[str(route)] = (taken, answer.status_code)

    assert surprises == {}
