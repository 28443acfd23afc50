"""Companies and their members over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.companies import errors, selectors
from apps.companies.api.inputs import (
    CompanyChangesInput,
    CompanyFilters,
    CompanyInput,
    NewMemberInput,
    RoleInput,
)
from apps.companies.domain.naming import require_id
from apps.companies.enums import CompanyAction, MemberRole
from apps.companies.presenters import (
    CompanySerializer,
    MemberSerializer,
    present_companies,
    present_company,
    present_member,
    present_members,
)
from apps.companies.services import companies, members
from apps.core.api.permissions import AllowAny, IsAuthenticated
from apps.core.api.public import shown
from apps.core.api.schema import documented
from apps.core.api.versions import named_version, tagged
from apps.core.api.views import ApiViewSet, authed, viewer_of
from apps.core.errors import StaleVersion
from apps.users.errors import RoleNotAllowed


class CompanyViewSet(ApiViewSet):
    """Companies: everybody reads them, owners change them."""

    permission_classes = [IsAuthenticated]
    filters_class = CompanyFilters

    def get_permissions(self) -> Sequence[Any]:
        """Let everybody read."""
        return [AllowAny()] if self.action in {"list", "retrieve"} else super().get_permissions()

    @documented(summary="List companies, newest first", responses=CompanySerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the companies; `mine=true` keeps those that you belong to."""
        found = selectors.visible_companies(viewer=viewer_of(request), **self.filters())
        return self.paginated(found, present_companies)

    @documented(
        summary="Open a company",
        request=CompanyInput,
        responses={201: CompanySerializer},
        raises=[RoleNotAllowed],
    )
    def create(self, request: Request) -> Response:
        """Open a company; an approved recruiter becomes its owner."""
        data = CompanyInput(data=request.data)
        data.is_valid(raise_exception=True)
        company = companies.create_company(
            actor=authed(request), now=timezone.now(), **data.validated_data
        )
        answer = Response(present_company(company), status=status.HTTP_201_CREATED)
        return tagged(answer, version=company.version)

    @documented(
        summary="Get a company",
        responses=CompanySerializer,
        raises=[errors.CompanyNotFound],
    )
    def retrieve(self, request: Request, ref: str) -> Response:
        """Get a company by its id or its slug."""
        company = selectors.get_company_for(viewer=viewer_of(request), ref=ref)
        output = present_company(company)
        may_edit = CompanyAction.UPDATE in output["allowed_actions"]
        answer = tagged(Response(output), version=company.version if may_edit else None)
        return shown(answer, names=[f"company:{company.id}"])

    @documented(
        summary="Change a company",
        request=CompanyChangesInput,
        responses=CompanySerializer,
        raises=[errors.CompanyNotFound, errors.CompanyRoleNotAllowed, StaleVersion],
    )
    def partial_update(self, request: Request, ref: str) -> Response:
        """Change what is said about a company, named by its id; for owners."""
        data = CompanyChangesInput(data=request.data, partial=True)
        data.is_valid(raise_exception=True)
        changes = dict(data.validated_data)
        changes.pop("version", None)
        company = companies.update_company(
            actor=authed(request),
            company_id=require_id(ref),
            version=named_version(request),
            changes=cast("companies.CompanyChanges", changes),
            now=timezone.now(),
        )
        return tagged(Response(present_company(company)), version=company.version)

    @documented(
        summary="Delete a company",
        responses={204: None},
        raises=[errors.CompanyNotFound, errors.CompanyRoleNotAllowed, StaleVersion],
    )
    def destroy(self, request: Request, ref: str) -> Response:
        """Delete a company, named by its id; for owners. Its postings are no longer shown."""
        companies.delete_company(
            actor=authed(request),
            company_id=require_id(ref),
            version=named_version(request),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class MemberViewSet(ApiViewSet):
    """The members of a company: members see each other, owners manage them."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="List the members of a company",
        responses=MemberSerializer(many=True),
        raises=[errors.CompanyNotFound, errors.CompanyRoleNotAllowed],
    )
    def list(self, request: Request, company_id: UUID) -> Response:
        """List the members, earliest first; for members."""
        viewer = authed(request)
        found = selectors.members_of(viewer=viewer, company_id=company_id)
        return self.paginated(found, partial(present_members, viewer=viewer))

    @documented(
        summary="Add a member",
        request=NewMemberInput,
        responses={201: MemberSerializer},
        raises=[errors.CompanyNotFound, errors.CompanyRoleNotAllowed],
    )
    def create(self, request: Request, company_id: UUID) -> Response:
        """Make the holder of an approved recruiter account a member; for owners."""
        actor = authed(request)
        data = NewMemberInput(data=request.data)
        data.is_valid(raise_exception=True)
        member = members.add_member(
            actor=actor,
            company_id=company_id,
            email=data.validated_data["email"],
            role=MemberRole(data.validated_data["role"]),
            now=timezone.now(),
        )
        return Response(present_member(member, viewer=actor), status=status.HTTP_201_CREATED)

    @documented(
        summary="Give a member another role",
        request=RoleInput,
        responses=MemberSerializer,
        raises=[
            errors.CompanyNotFound,
            errors.CompanyRoleNotAllowed,
            errors.MemberNotFound,
            errors.LastOwner,
        ],
    )
    def partial_update(self, request: Request, company_id: UUID, membership_id: UUID) -> Response:
        """Give a member another role; for owners. The last owner stays owner."""
        actor = authed(request)
        data = RoleInput(data=request.data)
        data.is_valid(raise_exception=True)
        member = members.change_role(
            actor=actor,
            company_id=company_id,
            membership_id=membership_id,
            role=MemberRole(data.validated_data["role"]),
        )
        return Response(present_member(member, viewer=actor))

    @documented(
        summary="Remove a member",
        responses={204: None},
        raises=[
            errors.CompanyNotFound,
            errors.CompanyRoleNotAllowed,
            errors.MemberNotFound,
            errors.LastOwner,
        ],
    )
    def destroy(self, request: Request, company_id: UUID, membership_id: UUID) -> Response:
        """End a membership: owners anybody's, others their own. The last owner stays."""
        members.remove_member(
            actor=authed(request),
            company_id=company_id,
            membership_id=membership_id,
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
