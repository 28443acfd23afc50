"""The one site of the admin: its first page, its name and its language."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect

from apps.core.admin import dashboard, language, telling


class StaffSite(AdminSite):
    """Where staff work."""

    site_header = site_title = "OneTop"
    site_url = None
    index_title = _("Overview")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return Django's pages, and the choice of a language before those of which any address may be one."""
        choose = path("language/", csrf_protect(language.choose), name="language")
        return [choose, *super().get_urls()]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Return a page for staff alone, in the language that they chose."""
        return language.in_chosen_language(super().admin_view(view, cacheable))

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the door, in the language that was chosen."""
        return language.in_chosen_language(super().login)(request, extra_context)

    def page_of(self, kind: str) -> Any:
        """Return the page of a kind of rows, such as ``core.mail``; None where they have none."""
        pages = (page for model, page in self._registry.items() if model._meta.label_lower == kind)
        return next(pages, None)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show what waits, what went wrong and what staff and others did last."""
        context = {
            "blocks": dashboard.blocks(user=request.user, now=timezone.now()),
            "recent": telling.recent(request, site=self),
            **(extra_context or {}),
        }
        return super().index(request, context)
