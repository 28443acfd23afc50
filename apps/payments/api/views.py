"""Credits over HTTP."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.companies.errors import CompanyNotFound, CompanyRequired, CompanyRoleNotAllowed
from apps.core.api.permissions import IsAuthenticated
from apps.core.api.schema import documented
from apps.core.api.views import ApiViewSet, authed
from apps.payments import selectors
from apps.payments.api.inputs import CreditFilters, LedgerParameters
from apps.payments.presenters import CreditsSerializer, present_entries, present_standing


class CreditViewSet(ApiViewSet):
    """A company's credits, for its owners and its finance people."""

    permission_classes = [IsAuthenticated]
    filters_class = CreditFilters

    @documented(
        summary="Show a company's credits",
        parameters=[LedgerParameters],
        responses=CreditsSerializer,
        raises=[CompanyNotFound, CompanyRequired, CompanyRoleNotAllowed],
    )
    def list(self, request: Request) -> Response:
        """Show what can be spent, from which lots, and the ledger, newest entry first."""
        credits = selectors.credits_for(
            viewer=authed(request), company_id=self.filters().get("company"), now=timezone.now()
        )
        page = self.paginated(credits.entries, present_entries)
        return Response({**present_standing(credits), **page.data})
