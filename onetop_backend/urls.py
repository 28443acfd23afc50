"""Every HTTP path of the platform."""

from __future__ import annotations

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerView

from apps.applications.api import urls as applications
from apps.companies.api import urls as companies
from apps.core.api import urls as core
from apps.core.health.views import metrics
from apps.jobs.api import urls as jobs
from apps.notifications.api import urls as notifications
from apps.payments.api import urls as payments
from apps.users.api import urls as users
from onetop_backend.api import urls as platform
from onetop_backend.api.documents import DocumentView

v1: list[URLPattern | URLResolver] = [
    *platform.urlpatterns,
    *users.urlpatterns,
    *companies.urlpatterns,
    *jobs.urlpatterns,
    *applications.urlpatterns,
    *payments.urlpatterns,
    *notifications.urlpatterns,
    *core.urlpatterns,
]

# Its search runs in a worker that it makes from a text of its own.
redoc = csp_update({"worker-src": ["blob:"]})(
    SpectacularRedocView.as_view(url_name="schema", versioning_class=None)
)

urlpatterns = [
    # Outside the version's namespace: allauth looks its own names up, and the documents show what is ours.
    path("api/v1/identity/", include(users.identity_urlpatterns)),
    path("api/v1/", include((v1, "v1"), namespace="v1")),
    path(
        "api/schema/",
        DocumentView.as_view(api_version="v1", versioning_class=None),
        name="schema",
    ),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema", versioning_class=None)),
    path("api/redoc/", redoc),
    path("health/", include("apps.core.health.urls")),
    path("metrics", metrics, name="prometheus"),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]

if settings.VNPAY_SANDBOX:
    urlpatterns += payments.sandbox_urlpatterns

handler400 = "apps.core.api.problems.handler400"
handler403 = "apps.core.api.problems.handler403"
handler404 = "apps.core.api.problems.handler404"
handler500 = "apps.core.api.problems.handler500"
