"""Operations over HTTP: 202 and an address to look at, until there is a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.core import operations
from apps.core.api.permissions import IsAuthenticated
from apps.core.api.problems import TYPE
from apps.core.api.schema import documented
from apps.core.api.views import ApiView, ApiViewSet, authed
from apps.core.enums import OperationAction, OperationState
from apps.core.files import file_response
from apps.core.models import Operation
from apps.core.operations import CancelNotAllowed, OperationNotFound, ResultNotAvailable
from apps.core.state import TransitionRefused
from apps.core.wording import worded

if TYPE_CHECKING:
    from apps.users.models import User


class SubjectSerializer(serializers.Serializer[Any]):
    """What an operation is about."""

    type = serializers.CharField(help_text="Such as `job`.")
    id = serializers.UUIDField()


class ProgressSerializer(serializers.Serializer[Any]):
    """How far an operation is."""

    done = serializers.IntegerField(help_text="Such as rows of a table.")
    total = serializers.IntegerField(allow_null=True, help_text="Null until it is known.")
    percent = serializers.IntegerField(
        allow_null=True, min_value=0, max_value=100, help_text="Null until the total is known."
    )


class OperationErrorSerializer(serializers.Serializer[Any]):
    """Why an operation failed, or why its last attempt did."""

    type = serializers.CharField(help_text="Names the kind of problem; not an address.")
    code = serializers.CharField(help_text="Stable; for programs.")
    detail = serializers.CharField(help_text="In the reader's language; for people.")


class OperationSerializer(serializers.Serializer[Any]):
    """Work in the background. Ask again for as long as `state` is `queued` or `running`."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="Such as `applications.export`.")
    state = serializers.ChoiceField(choices=OperationState.choices)
    subject = SubjectSerializer()
    progress = ProgressSerializer()
    result = serializers.URLField(
        allow_null=True, help_text="Where to download the result, with the same authorisation."
    )
    error = OperationErrorSerializer(allow_null=True, help_text="null while nothing went wrong.")
    cancel_requested = serializers.BooleanField(
        help_text="It was asked to stop, and does so within moments."
    )
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True, help_text="Of the present attempt.")
    finished_at = serializers.DateTimeField(
        allow_null=True, help_text="null while it is queued or running."
    )
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When the operation and its result are removed."
    )
    allowed_actions = serializers.ListField(
        child=serializers.ChoiceField(choices=OperationAction.choices),
        help_text="What the viewer may do now.",
    )


def present_operation(operation: Operation, *, viewer: User, request: Request) -> dict[str, Any]:
    """Return an operation as the viewer may see it."""
    actions = operations.allowed_actions(viewer=viewer, operation=operation)
    return {
        "id": operation.pk,
        "kind": operation.kind,
        "state": operation.state,
        "subject": {"type": operation.subject_type, "id": operation.subject_id},
        "progress": {
            "done": operation.done,
            "total": operation.total,
            "percent": _percent(operation),
        },
        "result": (
            reverse("operation-result", kwargs={"id": operation.pk}, request=request)
            if OperationAction.DOWNLOAD in actions
            else None
        ),
        "error": _present_error(operation),
        "cancel_requested": operation.cancel_requested_at is not None,
        "created_at": operation.created_at,
        "started_at": operation.started_at,
        "finished_at": operation.finished_at,
        "expires_at": operation.expires_at,
        "allowed_actions": [action.value for action in actions],
    }


def accepted(operation: Operation, *, viewer: User, request: Request) -> Response:
    """Answer a request whose work goes on in the background: 202, with the address to look at."""
    return Response(
        present_operation(operation, viewer=viewer, request=request),
        status=status.HTTP_202_ACCEPTED,
        headers={
            "Location": reverse("operation-detail", kwargs={"id": operation.pk}, request=request)
        },
    )


class OperationsViewSet(ApiViewSet):
    """Work in the background, as its owner sees it."""

    permission_classes = [IsAuthenticated]

    @documented(summary="List my operations", responses={200: OperationSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """Return a page of your own operations, newest first; they are kept for a day after their end."""
        viewer = authed(request)
        return self.paginated(
            operations.operations_of(viewer=viewer, now=timezone.now()),
            lambda page: [
                present_operation(operation, viewer=viewer, request=request) for operation in page
            ],
        )

    @documented(
        summary="Show an operation",
        responses={200: OperationSerializer},
        raises=[OperationNotFound],
    )
    def retrieve(self, request: Request, id: UUID) -> Response:
        """Return one operation: its state, how far it is, and its result or why there is none."""
        viewer = authed(request)
        operation = operations.get_operation_for(viewer=viewer, operation_id=id, now=timezone.now())
        return Response(present_operation(operation, viewer=viewer, request=request))

    @documented(
        summary="Cancel an operation",
        description="One that runs ends a moment later: `cancel_requested` is true until then.",
        request=None,
        responses={200: OperationSerializer},
        raises=[OperationNotFound, CancelNotAllowed, TransitionRefused],
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: UUID) -> Response:
        """Ask an operation to stop; there will be no result."""
        actor = authed(request)
        operation = operations.cancel(actor=actor, operation_id=id, now=timezone.now())
        return Response(present_operation(operation, viewer=actor, request=request))


class OperationResultView(ApiView):
    """Gives out what operations made."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Download the result of an operation",
        description=(
            "What was made may be refused later: when you lost access to what it is about, or when it shows "
            "what you may no longer see."
        ),
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
        raises=[OperationNotFound, ResultNotAvailable],
    )
    def get(self, request: Request, id: UUID) -> FileResponse:
        """Return the file that an operation made."""
        result = operations.open_result(actor=authed(request), operation_id=id, now=timezone.now())
        return file_response(result)


def _percent(operation: Operation) -> int | None:
    if operation.state == OperationState.SUCCEEDED:
        return 100
    return min(100, 100 * operation.done // operation.total) if operation.total else None


def _present_error(operation: Operation) -> dict[str, str] | None:
    if not operation.error_code:
        return None
    return {
        "type": TYPE.format(code=operation.error_code),
        "code": operation.error_code,
        "detail": worded(operation.error_text),
    }
