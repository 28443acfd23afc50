"""What browsers are told: which origins may read an answer of the API, and what a page of ours may load.

Both packages do their work for every request; these let those pass at once that the work is not for.
"""

from __future__ import annotations

from typing import Any

from corsheaders.middleware import CorsMiddleware
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest

from apps.core.api.vary import vary

NO_PAGE = "default-src 'none'; frame-ancestors 'none'"


class ApiCorsMiddleware(CorsMiddleware):
    """django-cors-headers for the API, whose answers alone other origins may read."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answer the request, with what its origin may know."""
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        if "HTTP_ORIGIN" in request.META or request.method == "OPTIONS":
            return super().__call__(request)
        # No page of another origin asks. Caches still have to know that its answer would be another one.
        response: Any = self.get_response(request)
        vary(response, "origin")
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp for pages; one constant for everything else, which a browser should never show as a page."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answer the request, with the policy of its kind."""
        self.process_request(request)
        response: Any = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            return self.process_response(request, response)
        response.headers.setdefault(HEADER, NO_PAGE)
        return response
