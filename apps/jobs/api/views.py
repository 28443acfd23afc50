"""Postings and places over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.companies.errors import CompanyNotFound, CompanyRequired, CompanyRoleNotAllowed
from apps.core.api.filters import Filters
from apps.core.api.idempotent import idempotent
from apps.core.api.permissions import AllowAny, IsAuthenticated
from apps.core.api.public import shown
from apps.core.api.schema import documented
from apps.core.api.versions import VersionInput, named_version, tagged
from apps.core.api.views import ApiView, ApiViewSet, authed, viewer_of
from apps.core.errors import StaleVersion
from apps.core.state import TransitionRefused
from apps.jobs import presenters, selectors
from apps.jobs.api.filters import JobFilters, JobSearchFilters, PlaceFilters, job_criteria
from apps.jobs.api.serializers import JobChangesInput, JobInput, job_id_of
from apps.jobs.enums import JobStatusV1
from apps.jobs.errors import (
    DeadlinePassed,
    JobClosed,
    JobEditForbidden,
    JobExpired,
    JobNotFound,
    PlaceUnknown,
)
from apps.jobs.presenters import JobSerializer, PlaceSerializer
from apps.jobs.services import drafting, publishing
from apps.payments.errors import InsufficientCredits
from apps.users.errors import RoleNotAllowed


class JobViewSet(ApiViewSet):
    """Postings: the public reads them, recruiters write those of their companies."""

    permission_classes = [IsAuthenticated]
    filters_class: ClassVar[type[Filters]] = JobFilters

    def get_permissions(self) -> Sequence[Any]:
        """Let everybody read."""
        return [AllowAny()] if self.action in {"list", "retrieve"} else super().get_permissions()

    @documented(
        responses=JobSerializer(many=True),
        raises=[PlaceUnknown],
        summary="List live postings",
    )
    def list(self, request: Request) -> Response:
        """List live postings, or with `mine=true` those of the caller's companies in every state."""
        viewer, now = viewer_of(request), timezone.now()
        criteria = job_criteria(self.filters())
        cards = selectors.listed_cards(viewer=viewer, criteria=criteria, now=now)
        answer = self.paginated(
            cards, lambda page: presenters.present_cards(page, viewer=viewer, now=now)
        )
        within = criteria.posted_within
        return shown(answer, until=lambda: selectors.next_end(now=now, posted_within=within))

    @documented(
        request=JobInput,
        responses={201: JobSerializer},
        raises=[
            RoleNotAllowed,
            CompanyRoleNotAllowed,
            CompanyNotFound,
            CompanyRequired,
            InsufficientCredits,
            PlaceUnknown,
        ],
        summary="Write a posting",
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Write a posting; unless `status` is DRAFT it is published and spends one credit."""
        actor, now = authed(request), timezone.now()
        given = JobInput(data=request.data)
        given.is_valid(raise_exception=True)
        job = drafting.create_job(
            actor=actor,
            terms=given.terms(),
            company_id=given.validated_data["company"],
            status=JobStatusV1(given.validated_data["status"]),
            now=now,
        )
        shown = presenters.present_job(job, viewer=actor, now=now)
        return tagged(Response(shown, status=201), version=job.version)

    @documented(responses=JobSerializer, summary="Read a posting", raises=[JobNotFound])
    def retrieve(self, request: Request, ref: str) -> Response:
        """Read a posting by its id or slug; what is not live only members of its company see."""
        viewer, now = viewer_of(request), timezone.now()
        job = selectors.get_job_for(viewer=viewer, ref=ref, now=now)
        [output] = presenters.present_cards([job], viewer=viewer, now=now)
        answer = tagged(
            Response(output), version=job.version if output["allowed_actions"] else None
        )
        names = [f"job:{job.id}", f"company:{job.company_id}", "places"]
        return shown(answer, names=names, until=job.expires_at)

    @documented(
        request=JobChangesInput,
        responses=JobSerializer,
        raises=[
            JobNotFound,
            JobEditForbidden,
            StaleVersion,
            JobClosed,
            JobExpired,
            PlaceUnknown,
        ],
        summary="Change a posting",
    )
    def partial_update(self, request: Request, ref: str) -> Response:
        """Change a draft in everything, a live posting in its texts, pay and deadline; takes the id only."""
        actor, now = authed(request), timezone.now()
        given = JobChangesInput(data=request.data)
        given.is_valid(raise_exception=True)
        status = given.validated_data.get("status")
        job = drafting.update_job(
            actor=actor,
            job_id=job_id_of(ref),
            changes=given.changes(),
            company_id=given.validated_data.get("company"),
            status=JobStatusV1(status) if status else None,
            version=named_version(request),
            now=now,
        )
        shown = presenters.present_job(job, viewer=actor, now=now)
        return tagged(Response(shown), version=job.version)

    @documented(
        request=None,
        responses={204: None},
        raises=[JobNotFound, JobEditForbidden, StaleVersion],
        summary="Delete a posting",
    )
    def destroy(self, request: Request, ref: str) -> Response:
        """Delete a posting; its applications stay readable. Takes the id only."""
        publishing.delete_job(
            actor=authed(request),
            job_id=job_id_of(ref),
            version=named_version(request),
            now=timezone.now(),
        )
        return Response(status=204)

    @documented(
        request=VersionInput,
        responses={200: JobSerializer},
        raises=[
            JobNotFound,
            JobEditForbidden,
            StaleVersion,
            TransitionRefused,
            DeadlinePassed,
            InsufficientCredits,
        ],
        summary="Publish a draft",
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def publish(self, request: Request, job_id: UUID) -> Response:
        """Publish a draft, spending one credit of its company."""
        actor, now = authed(request), timezone.now()
        job = publishing.publish_job(
            actor=actor, job_id=job_id, version=named_version(request), now=now
        )
        shown = presenters.present_job(job, viewer=actor, now=now)
        return tagged(Response(shown), version=job.version)

    @documented(
        request=VersionInput,
        responses={200: JobSerializer},
        raises=[JobNotFound, JobEditForbidden, StaleVersion, TransitionRefused],
        summary="Close a posting",
    )
    @action(detail=True, methods=["post"])
    def close(self, request: Request, job_id: UUID) -> Response:
        """Close a public posting: it takes no more applications."""
        actor, now = authed(request), timezone.now()
        job = publishing.close_job(
            actor=actor, job_id=job_id, version=named_version(request), now=now
        )
        shown = presenters.present_job(job, viewer=actor, now=now)
        return tagged(Response(shown), version=job.version)


@extend_schema_view(list=extend_schema(summary="Search live postings"))
class JobSearchViewSet(JobViewSet):
    """The same list under the address and the parameter that clients search with."""

    filters_class = JobSearchFilters


class PlacesView(ApiView):
    """The places that postings can be in."""

    permission_classes = [AllowAny]
    filters_class = PlaceFilters

    @documented(responses=PlaceSerializer(many=True), summary="List places")
    def get(self, request: Request) -> Response:
        """List all places in the order of their codes, in one array; the country and remote work stand last."""
        places = selectors.known_places(search=self.filters().get("search", ""))
        return Response([presenters.present_place(place) for place in places])
