"""What there is to check: the apps' functions, tasks, events, errors and tables, found by importing them."""

from __future__ import annotations

import importlib.util
import inspect
import pkgutil
import types
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps as registry
from django.db import models

from apps.core.errors import DomainError
from apps.core.events import Event
from apps.core.work.specs import TaskSpec, declared_tasks
from onetop_backend.tests.house import contracts

APPS = contracts.existing_apps(contracts.ROOT)


def room(app: str, name: str) -> Iterator[types.ModuleType]:
    """Yield the modules of one room, imported."""
    path = f"apps.{app}.{name}"
    if importlib.util.find_spec(path) is None:
        return
    module = importlib.import_module(path)
    yield module
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), f"{path}."):
        yield importlib.import_module(found.name)


def public_functions(name: str) -> dict[str, Callable[..., Any]]:
    """Return the public functions of a room of every app, by their full names."""
    return {
        f"{module.__name__}.{attribute}": value
        for app in APPS
        for module in room(app, name)
        for attribute, value in vars(module).items()
        if not attribute.startswith("_")
        and not any(part.startswith("_") for part in module.__name__.split("."))
        and inspect.isfunction(value)
        and value.__module__ == module.__name__
    }


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(function).parameters.values())


def is_annotated(function: Callable[..., Any]) -> bool:
    signature = inspect.signature(function)
    return signature.return_annotation is not signature.empty and all(
        parameter.annotation is not parameter.empty for parameter in signature.parameters.values()
    )


def is_keyword_only(function: Callable[..., Any]) -> bool:
    return all(
        parameter.kind in {parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD}
        for parameter in parameters(function)
    )


def all_subclasses(cls: type[Any]) -> set[type[Any]]:
    return {
        found
        for child in cls.__subclasses__()
        for found in (child, *all_subclasses(child))
        if found.__module__.startswith(("apps.", "onetop_backend."))
        and ".tests" not in found.__module__
    }


SERVICES = public_functions("services")
SELECTORS = public_functions("selectors")
MODELS: list[type[models.Model]] = [
    model for model in registry.get_models() if model.__module__.startswith("apps.")
]
for _app in APPS:
    for _room in ("errors", "events", "tasks", "handlers"):
        list(room(_app, _room))
TASKS: dict[str, TaskSpec] = {
    name: spec for name, spec in declared_tasks().items() if ".tests." not in name
}
EVENTS = sorted(all_subclasses(Event), key=lambda event: event.__name__)
ERRORS = sorted(all_subclasses(DomainError), key=lambda error: error.__qualname__)
TABLES: dict[str, Any] = {model._meta.label: model for model in MODELS}
