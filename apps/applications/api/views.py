"""Applications over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import FileResponse
from django.utils import timezone, translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.applications import presenters, selectors
from apps.applications.api.filters import ApplicationFilters
from apps.applications.api.serializers import ApplySerializer, ExportSerializer, MoveSerializer
from apps.applications.errors import AlreadyApplied, ApplicationNotFound, CvNotShared
from apps.applications.services import exporting, pipeline, submitting
from apps.core.api.idempotent import idempotent
from apps.core.api.operations import OperationSerializer, accepted
from apps.core.api.parsers import UploadParser
from apps.core.api.permissions import IsAuthenticated
from apps.core.api.schema import documented
from apps.core.api.throttling import by_user, throttled
from apps.core.api.versions import VersionInput, named_version, tagged
from apps.core.api.views import ApiView, ApiViewSet, authed
from apps.core.errors import StaleVersion
from apps.core.files import file_response
from apps.core.state import TransitionRefused
from apps.jobs.errors import JobClosed, JobExpired, JobNotFound
from apps.users.errors import RoleNotAllowed

if TYPE_CHECKING:
    from apps.applications.models import Application
    from apps.users.models import User


class ApplicationsViewSet(ApiViewSet):
    """Lists applications and takes new ones."""

    permission_classes = [IsAuthenticated]
    parser_classes = [UploadParser]
    filters_class = ApplicationFilters

    @documented(
        summary="List applications",
        description="One's own as a candidate; as a recruiter those to one's companies.",
        responses={200: presenters.ApplicationSerializer(many=True)},
    )
    def list(self, request: Request) -> Response:
        """Return a page of the applications that the viewer may see."""
        viewer, now, asked = authed(request), timezone.now(), self.filters()
        applications = selectors.listed_applications(
            viewer=viewer,
            states=asked.get("status", ()),
            job_ids=asked.get("job", ()),
            oldest_first=asked["ordering"] == "applied_at",
        )
        return self.paginated(
            applications,
            lambda page: presenters.present_applications(
                page, viewer=viewer, request=request, now=now
            ),
        )

    @documented(
        summary="Apply to a posting",
        request=ApplySerializer,
        responses={201: presenters.ApplicationSerializer},
        raises=[RoleNotAllowed, JobNotFound, JobClosed, JobExpired, AlreadyApplied],
    )
    @idempotent
    @throttled("application_submission", by=by_user, only_accepted=True)
    def create(self, request: Request) -> Response:
        """Apply with a CV; a person applies to a posting once."""
        body = ApplySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        actor, now = authed(request), timezone.now()
        application = submitting.apply(
            actor=actor,
            job_id=body.validated_data["job"],
            cv_file=body.validated_data["cv_file"],
            cover_letter=body.validated_data["cover_letter"],
            now=now,
        )
        return _shown(
            application, viewer=actor, request=request, now=now, status=status.HTTP_201_CREATED
        )


class ApplicationViewSet(ApiViewSet):
    """Shows one application and what was decided about it."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Show an application",
        responses={200: presenters.ApplicationSerializer},
        raises=[ApplicationNotFound],
    )
    def retrieve(self, request: Request, id: UUID) -> Response:
        """Return one application."""
        viewer = authed(request)
        application = selectors.get_application_for(viewer=viewer, application_id=id)
        return _shown(application, viewer=viewer, request=request, now=timezone.now())

    @documented(
        summary="Move an application to another status",
        description="For the company; `allowed_statuses` says what is possible now.",
        request=MoveSerializer,
        responses={200: presenters.ApplicationSerializer},
        raises=[ApplicationNotFound, RoleNotAllowed, TransitionRefused, StaleVersion],
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, id: UUID) -> Response:
        """Decide about an application."""
        return self._move(request, id)

    @documented(
        summary="Move an application to another status, as older clients do",
        request=MoveSerializer,
        responses={200: presenters.ApplicationSerializer},
        raises=[ApplicationNotFound, RoleNotAllowed, TransitionRefused, StaleVersion],
        deprecated=True,
    )
    @action(detail=True, methods=["patch"])
    def update_status(self, request: Request, id: UUID) -> Response:
        """Decide about an application."""
        return self._move(request, id)

    @documented(
        summary="Withdraw an application",
        description="For its candidate; the company no longer sees the contact data and the CV.",
        request=VersionInput,
        responses={200: presenters.ApplicationSerializer},
        raises=[ApplicationNotFound, RoleNotAllowed, TransitionRefused, StaleVersion],
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Take an application back."""
        actor, now = authed(request), timezone.now()
        application = pipeline.withdraw_application(
            actor=actor, application_id=id, version=named_version(request), now=now
        )
        return _shown(application, viewer=actor, request=request, now=now)

    @documented(
        summary="Show an application's history",
        responses={200: presenters.TimelineStepSerializer(many=True)},
        raises=[ApplicationNotFound],
    )
    @action(detail=True, methods=["get"])
    def timeline(self, request: Request, id: UUID) -> Response:
        """Return every step of an application, oldest first."""
        viewer = authed(request)
        steps = selectors.timeline_of(viewer=viewer, application_id=id)
        return Response(presenters.present_timeline(steps, viewer=viewer))

    def _move(self, request: Request, id: UUID) -> Response:
        body = MoveSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        actor, now = authed(request), timezone.now()
        decision = {**body.validated_data, "version": named_version(request)}
        application = pipeline.move_application(actor=actor, application_id=id, now=now, **decision)
        return _shown(application, viewer=actor, request=request, now=now)


class ApplicationsExportView(ApiView):
    """Exports applications."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Export the applications to a posting",
        description=(
            "For its company, as CSV: name, e-mail and phone number (empty once withdrawn), time, status and "
            "posting, in the language of the request. The address in `Location` tells when it is ready; while "
            "an export of yours is under way, asking again answers that one."
        ),
        request=ExportSerializer,
        responses={202: OperationSerializer},
        raises=[JobNotFound],
    )
    @throttled("application_export", by=by_user, only_accepted=True)
    def post(self, request: Request) -> Response:
        """Start an export."""
        body = ExportSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        actor = authed(request)
        operation = exporting.request_export(
            actor=actor,
            job_id=body.validated_data["job"],
            language=translation.get_language() or settings.LANGUAGE_CODE,
        )
        return accepted(operation, viewer=actor, request=request)


class ApplicationStatsView(ApiView):
    """Counts applications."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Count applications",
        responses={200: presenters.ApplicationStatsSerializer},
    )
    def get(self, request: Request) -> Response:
        """Return how many applications the viewer sees, by where they stand now."""
        stats = selectors.application_stats(viewer=authed(request))
        return Response(presenters.present_stats(stats))


@extend_schema_view(list=extend_schema(deprecated=True), create=extend_schema(deprecated=True))
class ApplicationsAliasViewSet(ApplicationsViewSet):
    """The same at the address of older clients."""


@extend_schema_view(
    retrieve=extend_schema(deprecated=True),
    move=extend_schema(deprecated=True),
    withdraw=extend_schema(deprecated=True),
    timeline=extend_schema(deprecated=True),
)
class ApplicationAliasViewSet(ApplicationViewSet):
    """The same at the address of older clients."""


@extend_schema_view(get=extend_schema(deprecated=True))
class ApplicationStatsAliasView(ApplicationStatsView):
    """The same at the address of older clients."""


class ApplicationCvView(ApiView):
    """Gives out CVs."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Download the CV of an application",
        description="The first download by the company marks the application as seen.",
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (
                200,
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ): OpenApiTypes.BINARY,
        },
        raises=[ApplicationNotFound, CvNotShared],
    )
    def get(self, request: Request, id: UUID) -> FileResponse:
        """Return the CV's bytes under the name that the candidate gave it."""
        cv = pipeline.open_cv(actor=authed(request), application_id=id, now=timezone.now())
        return file_response(cv)


def _shown(
    application: Application,
    *,
    viewer: User,
    request: Request,
    now: datetime,
    status: int = status.HTTP_200_OK,
) -> Response:
    """Answer with an application. Whoever sees one may move it or withdraw it, so all are told its version."""
    body = presenters.present_application(application, viewer=viewer, request=request, now=now)
    return tagged(Response(body, status=status), version=application.version)
