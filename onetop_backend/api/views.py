"""Views over several apps at once."""

from __future__ import annotations

from dataclasses import asdict

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.permissions import AllowAny, IsAuthenticated
from apps.core.api.schema import documented
from apps.core.api.throttling import by_user, throttled
from apps.core.api.views import ApiView, authed
from apps.core.errors import Forbidden
from apps.core.health.measurements import MetricsUnavailable, measurements, reset_measurements
from apps.core.tickets import TicketsUnavailable
from apps.users.errors import RoleNotAllowed
from apps.users.services import accounts
from onetop_backend.api import joined
from onetop_backend.api.serializers import (
    CompanyStatsSerializer,
    ConfigSerializer,
    MeasurementsSerializer,
    MeChangesInput,
    MeSerializer,
    TicketSerializer,
)


class MeView(ApiView):
    """One's own account."""

    permission_classes = [IsAuthenticated]

    @documented(summary="Get my account", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Get your account, with the credits of your company."""
        return Response(joined.me(viewer=authed(request)))

    @documented(summary="Change my account", request=MeChangesInput, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Change what you say about yourself. What the platform decides (the type, credits) is not read."""
        data = MeChangesInput(data=request.data)
        data.is_valid(raise_exception=True)
        changed = accounts.update_profile(
            actor=authed(request), now=timezone.now(), **data.validated_data
        )
        return Response(joined.me(viewer=changed))


class ConfigView(ApiView):
    """The vocabulary of forms and filters, for everybody."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @documented(summary="Get the vocabulary of forms and filters", responses=ConfigSerializer)
    def get(self, request: Request) -> Response:
        """Get the values that the API takes, with labels in the request's language."""
        return Response(joined.config())


class CompanyStatsView(ApiView):
    """A recruiter's dashboard."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Get the numbers of my companies",
        responses=CompanyStatsSerializer,
        raises=[RoleNotAllowed],
    )
    def get(self, request: Request) -> Response:
        """Count the postings and applications of your companies; for approved recruiters."""
        return Response(joined.company_stats(viewer=authed(request), now=timezone.now()))


class MetricsView(ApiView):
    """What all processes have counted; for staff."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Get the metrics",
        responses=MeasurementsSerializer,
        raises=[Forbidden, MetricsUnavailable],
    )
    @throttled("metrics_read", by=by_user)
    def get(self, request: Request) -> Response:
        """Get how often each route was asked and how it answered, refusals by code, and the latest slow requests."""
        return Response(asdict(measurements(viewer=authed(request))))

    @documented(
        summary="Reset the metrics",
        responses={204: None},
        raises=[Forbidden, MetricsUnavailable],
    )
    @throttled("metrics_reset", by=by_user)
    def delete(self, request: Request) -> Response:
        """Begin counting from 0, for Prometheus too."""
        reset_measurements(actor=authed(request), now=timezone.now())
        return Response(status=204)


class TicketView(ApiView):
    """The way into a socket."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Get a ticket for a socket",
        request=None,
        responses=TicketSerializer,
        raises=[TicketsUnavailable],
    )
    def post(self, request: Request) -> Response:
        """Get a ticket for `/ws/?ticket=`: it opens one socket, once, within seconds.

        Once your session is over, the socket is closed (4401) instead of its next frame.
        """
        return Response(joined.socket_ticket(session_id=request.auth.pk))
