"""Every service that changes something leaves exactly one entry of its own, and none that tells too much."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from apps.core.models import Audit
from apps.users.tests.factories import PASSWORD
from onetop_backend.tests.house.deeds import DEEDS
from onetop_backend.tests.house.deeds.accounts import NEW_PASSWORD
from onetop_backend.tests.house.exceptions import UNAUDITED_SERVICES
from onetop_backend.tests.house.inventory import SERVICES


@cache
def calls_in(module: str) -> dict[str, set[str]]:
    """Return what each function of a module calls, as it is written there."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {
        function.name: {
            ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)
        }
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
    }


def writes_an_entry(service: str) -> bool:
    """Tell whether a service, or a private function of its module that it calls, writes to the trail."""
    module, _, name = service.rpartition(".")
    calls, reached, waiting = calls_in(module), set(), {name}
    while waiting:
        reached |= waiting
        called = set().union(*(calls[function] for function in waiting))
        if called & {"audit.record", "audit.security"}:
            return True
        waiting = {each for each in called if each.startswith("_") and each in calls} - reached
    return False


AUDITED = {service for service in SERVICES if writes_an_entry(service)}


def test_every_service_writes_an_entry_or_says_why_not():
    assert set(SERVICES) - AUDITED == set(UNAUDITED_SERVICES)


def test_every_audited_service_has_a_deed():
    assert set(DEEDS) == AUDITED


@pytest.mark.parametrize("service", DEEDS)
def test_a_deed_leaves_one_entry_of_its_own(world, service):
    deed = DEEDS[service]
    deed.before(world)
    last = Audit.objects.order_by("id").last()

    if deed.refused is None:
        deed.do(world)
    else:
        with pytest.raises(deed.refused):
            deed.do(world)

    entries = Audit.objects.filter(id__gt=last.id) if last else Audit.objects.all()
    assert sorted(entry.verb for entry in entries) == sorted([deed.verb, *deed.others])
    own = next(entry for entry in entries if entry.verb == deed.verb)
    assert own.subject_id is not None
    told = DjangoJSONEncoder().encode([entry.data for entry in entries])
    secrets = [PASSWORD, NEW_PASSWORD, "@", "eyJ", world.reset_token]
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.parametrize("service", [name for name in DEEDS if DEEDS[name].idle_again])
def test_a_deed_that_changes_nothing_leaves_none(world, service):
    deed = DEEDS[service]
    deed.before(world)
    deed.do(world)
    done = Audit.objects.count()

    deed.do(world)

    assert Audit.objects.count() == done
