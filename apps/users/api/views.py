"""Accounts over HTTP: registering, signing in and out, passwords and sessions."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone, translation
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.permissions import AllowAny, IsAuthenticated
from apps.core.api.schema import documented
from apps.core.api.throttling import by_address, throttled
from apps.core.api.views import ApiView, authed
from apps.core.clients import client_of
from apps.users import presenters, selectors
from apps.users.api import serializers
from apps.users.enums import UserType
from apps.users.errors import (
    AccountInactive,
    AccountPendingApproval,
    AccountRejected,
    InvalidCredentials,
    InvalidToken,
    MfaRequired,
    SessionNotFound,
    WrongCode,
)
from apps.users.services import accounts, attempts, emails, passwords, sessions

_SHUT_OUT = (AccountPendingApproval, AccountRejected, AccountInactive)


class PublicView(ApiView):
    """A view that reads no token, so that a dead one in the header keeps nobody from getting a new one."""

    authentication_classes = []
    permission_classes = [AllowAny]


class RegisterView(PublicView):
    """Opens accounts."""

    @documented(
        summary="Register",
        request=serializers.RegistrationSerializer,
        responses={201: presenters.RegisteredSerializer},
    )
    @throttled("register", by=by_address)
    def post(self, request: Request) -> Response:
        """Open an account; signing in is another call."""
        body = serializers.RegistrationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        entered = dict(body.validated_data)
        user = accounts.register(
            user_type=UserType(entered.pop("user_type")),
            **entered,
            language=translation.get_language(),
            now=timezone.now(),
        )
        return Response(presenters.present_registered(user), status=status.HTTP_201_CREATED)


class LoginView(PublicView):
    """Opens sessions."""

    @documented(
        summary="Sign in",
        request=serializers.LoginSerializer,
        responses={200: presenters.SignedInSerializer},
        raises=(InvalidCredentials, MfaRequired, *_SHUT_OUT),
        scopes=attempts.SCOPES,
    )
    def post(self, request: Request) -> Response:
        """Open a session. Sets no cookie."""
        body = serializers.LoginSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        client = client_of(request)
        signed_in = sessions.log_in(
            **body.validated_data, ip=client.ip, user_agent=client.user_agent, now=timezone.now()
        )
        return Response(presenters.present_signed_in(signed_in))


class LoginMfaView(PublicView):
    """Opens sessions of accounts with a second factor."""

    @documented(
        summary="Sign in: the second step",
        request=serializers.LoginMfaSerializer,
        responses={200: presenters.SignedInSerializer},
        raises=(WrongCode, InvalidToken, *_SHUT_OUT),
        scopes=attempts.SCOPES,
    )
    def post(self, request: Request) -> Response:
        """Open a session with a code. The token of the first step is good for five minutes. Sets no cookie."""
        body = serializers.LoginMfaSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        client = client_of(request)
        signed_in = sessions.log_in_with_code(
            **body.validated_data, ip=client.ip, user_agent=client.user_agent, now=timezone.now()
        )
        return Response(presenters.present_signed_in(signed_in))


class RefreshView(PublicView):
    """Exchanges refresh tokens."""

    @documented(
        summary="Get the next pair of tokens",
        request=serializers.RefreshSerializer,
        responses={200: presenters.TokenPairSerializer},
        raises=(InvalidToken, *_SHUT_OUT),
    )
    def post(self, request: Request) -> Response:
        """Spend a refresh token. Using it again within 10 seconds answers the same pair; later it ends the session."""
        body = serializers.RefreshSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        pair = sessions.refresh(token=body.validated_data["refresh"], now=timezone.now())
        return Response(presenters.present_token_pair(pair))


class LogoutView(ApiView):
    """Ends the session that asks, or that of a refresh token."""

    permission_classes = [AllowAny]

    @documented(
        summary="Sign out",
        request=serializers.LogoutSerializer,
        responses={204: None},
        raises=(InvalidToken,),
    )
    def post(self, request: Request) -> Response:
        """End the session at once: its tokens stop working."""
        body = serializers.LogoutSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sessions.log_out(
            session_id=request.auth.pk if request.auth else None,
            refresh=body.validated_data.get("refresh"),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionsView(ApiView):
    """The places where one is signed in."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="List my sessions", responses={200: presenters.SessionSerializer(many=True)}
    )
    def get(self, request: Request) -> Response:
        """List the sessions that can still be used, the one seen last first."""
        rows = selectors.sessions_of(viewer=authed(request), now=timezone.now())
        return Response(presenters.present_sessions(rows, current_id=request.auth.pk))


class SessionView(ApiView):
    """One of them."""

    permission_classes = [IsAuthenticated]

    @documented(summary="End one of my sessions", responses={204: None}, raises=(SessionNotFound,))
    def delete(self, request: Request, id: UUID) -> Response:
        """End a session at once."""
        sessions.end_session(actor=authed(request), session_id=id, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class EmailVerificationView(PublicView):
    """Takes links that prove that somebody reads an address."""

    @documented(
        summary="Verify an address by a mailed link",
        request=serializers.EmailVerificationSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Note that you read your address. The link works once, for three days."""
        body = serializers.EmailVerificationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        emails.verify(key=body.validated_data["key"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class EmailVerificationMailView(ApiView):
    """Mails another such link."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Ask for another link to verify my address",
        request=None,
        responses={204: None},
        scopes=("email_verification",),
    )
    def post(self, request: Request) -> Response:
        """Mail another link, unless your address is verified."""
        emails.ask_again(actor=authed(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordChangeView(ApiView):
    """Replaces one's own password."""

    permission_classes = [IsAuthenticated]

    @documented(
        summary="Change my password",
        request=serializers.PasswordChangeSerializer,
        responses={204: None},
        scopes=("password_change",),
    )
    def post(self, request: Request) -> Response:
        """Set a new password. Every other session ends; this one stays."""
        body = serializers.PasswordChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        passwords.change(
            actor=authed(request),
            session_id=request.auth.pk,
            **body.validated_data,
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordResetView(PublicView):
    """Mails links for a new password."""

    @documented(
        summary="Ask for a new password",
        request=serializers.PasswordResetSerializer,
        responses={204: None},
        scopes=("password_reset", "password_reset_address"),
    )
    def post(self, request: Request) -> Response:
        """Mail a link to the account with this address. The answer is the same when there is none."""
        body = serializers.PasswordResetSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        passwords.request_reset(
            email=body.validated_data["email"], ip=client_of(request).ip, now=timezone.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordResetConfirmView(PublicView):
    """Sets a password by a mailed link."""

    @documented(
        summary="Set a new password by a mailed link",
        request=serializers.PasswordResetConfirmSerializer,
        responses={204: None},
        scopes=("password_reset_address",),
    )
    def post(self, request: Request) -> Response:
        """Set a new password; the link works once, and every session of the account ends."""
        body = serializers.PasswordResetConfirmSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        passwords.confirm_reset(
            user_id=body.validated_data["uid"],
            token=body.validated_data["token"],
            new_password=body.validated_data["new_password"],
            ip=client_of(request).ip,
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
