"""Packages, paying for them, and what gateways send."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.companies.errors import CompanyNotFound, CompanyRequired, CompanyRoleNotAllowed
from apps.core.api.idempotent import idempotent
from apps.core.api.permissions import IsAuthenticated
from apps.core.api.schema import documented
from apps.core.api.throttling import by_user, throttled
from apps.core.api.views import ApiView, ApiViewSet, authed
from apps.core.clients import client_of
from apps.payments import presenters, selectors
from apps.payments.api.inputs import PaymentInput
from apps.payments.enums import GatewayCode
from apps.payments.errors import GatewayOff, PackageNotFound, TransactionNotFound
from apps.payments.presenters import (
    NoticeAnswerSerializer,
    PackageSerializer,
    PaymentSerializer,
    TransactionSerializer,
)
from apps.payments.services import orders, settling


class PackageViewSet(ApiViewSet):
    """The catalogue."""

    permission_classes = [AllowAny]

    @documented(summary="List packages", responses=PackageSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the packages on sale, in the order of the catalogue; prices are VND with VAT."""
        return self.paginated(selectors.packages_on_sale(), presenters.present_packages)

    @documented(summary="Get a package", responses=PackageSerializer, raises=[PackageNotFound])
    def retrieve(self, request: Request, id: UUID) -> Response:
        """Get a package that is on sale."""
        [package] = presenters.present_packages([selectors.get_package(package_id=id)])
        return Response(package)


class TransactionViewSet(ApiViewSet):
    """Payments of the companies whose finances one may see."""

    permission_classes = [IsAuthenticated]

    @documented(summary="List payments, newest first", responses=TransactionSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the payments of the companies whose owner or finance you are."""
        found = selectors.visible_transactions(viewer=authed(request))
        return self.paginated(found, presenters.present_transactions)

    @documented(
        summary="Get a payment", responses=TransactionSerializer, raises=[TransactionNotFound]
    )
    def retrieve(self, request: Request, id: UUID) -> Response:
        """Get one payment; `status` changes when the gateway itself has told us, not when its customer returns."""
        found = selectors.get_transaction_for(viewer=authed(request), transaction_id=id)
        [attempt] = presenters.present_transactions([found])
        return Response(attempt)


class CreatePaymentView(ApiView):
    """Begins a payment."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Order a package and pay it",
        request=PaymentInput,
        responses=PaymentSerializer,
        raises=[
            CompanyRequired, CompanyNotFound, CompanyRoleNotAllowed, PackageNotFound, GatewayOff,
        ],
    )  # fmt: skip
    @idempotent
    @throttled("payment_create", by=by_user, only_accepted=True)
    def post(self, request: Request) -> Response:
        """Order a package for your company at today's price and get the address where it is paid.

        Each call orders anew; send an `Idempotency-Key` to be safe from paying twice after a lost answer.
        """
        data = PaymentInput(data=request.data)
        data.is_valid(raise_exception=True)
        attempt = orders.create_payment(
            actor=authed(request),
            package_id=data.validated_data["package_id"],
            company_id=data.validated_data.get("company"),
            way=GatewayCode(data.validated_data["gateway"]),
            ip=client_of(request).ip,
            language=get_language() or "",
            now=timezone.now(),
        )
        return Response(presenters.present_payment(attempt))


class VNPayNoticeView(ApiView):
    """VNPay's server tells what became of a payment (IPN)."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @documented(summary="Be told by VNPay", responses=NoticeAnswerSerializer)
    def get(self, request: Request) -> Response:
        """Take a notice of VNPay. Always 200; `RspCode` says what was made of it, as VNPay's IPN expects."""
        verdict = settling.receive_notice(
            way=GatewayCode.VNPAY,
            query=request.META.get("QUERY_STRING", ""),
            ip=client_of(request).ip,
            now=timezone.now(),
        )
        return Response(presenters.present_answer(GatewayCode.VNPAY, verdict))


class VNPayReturnView(ApiView):
    """The customer's browser comes back from VNPay."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @documented(
        summary="Come back from VNPay",
        responses={302: OpenApiResponse(description="To the result page of the web client.")},
    )
    def get(self, request: Request) -> HttpResponseRedirect:
        """Lead the browser to the web client with what we know of the payment, and change nothing."""
        address = selectors.result_address_unscoped(
            way=GatewayCode.VNPAY, query=request.META.get("QUERY_STRING", "")
        )
        return HttpResponseRedirect(address)
