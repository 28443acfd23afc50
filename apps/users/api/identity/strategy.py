"""The first of our two doors of allauth: what its app client calls tokens are those of our one token service."""

from __future__ import annotations

from typing import Any, cast

from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.base import AbstractTokenStrategy
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from apps.core.errors import Unauthenticated
from apps.users.api.cookies import SESSION_ID, session_id_of
from apps.users.models import Session
from apps.users.services import sessions


class TokenStrategy(AbstractTokenStrategy):  # type: ignore[misc]
    """Nobody who is signed in learns Django's session key: it changes with the password, and opens more."""

    def get_session_token(self, request: HttpRequest) -> str | None:
        """Return what names the client's session: an access token, or a key while a sign-in is under way."""
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        return request.headers.get("X-Session-Token") or (
            bearer.strip() if scheme.lower() == "bearer" else None
        )

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """Return Django's session of an access token or of a sign-in under way; None answers 410."""
        if "." not in session_token:
            store = sessionkit.lookup_session(session_token)
            return None if store is None or SESSION_KEY in store else store
        try:
            session = sessions.authenticate(access=session_token, now=timezone.now())
        except Unauthenticated:
            return None
        return self._store_of(session)

    def create_session_token(self, request: HttpRequest) -> str:
        """Return the key under which a sign-in goes on; once somebody is signed in, nothing."""
        if not request.session.session_key:
            request.session.save()
        key = request.session.session_key or ""
        session_id = session_id_of(request)
        if session_id is None:
            return key
        sessions.keep_store_key(session_id=session_id, store_key=key)
        return ""

    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any] | None:
        """Return the pair of the session that this request opened; asked twice, the same."""
        signed_in = cast(Any, request).signed_in
        return {
            "access_token": signed_in.access,
            "refresh_token": signed_in.refresh,
            "expires_in": int(settings.JWT_ACCESS_LIFETIME.total_seconds()),
        }

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Return the next pair; None answers 400."""
        try:
            pair = sessions.refresh(token=refresh_token, now=timezone.now())
        except Unauthenticated:
            return None
        return pair.access, pair.refresh

    def _store_of(self, session: Session) -> SessionBase:
        """Return what allauth remembers about a session, or start remembering."""
        if session.store_key:
            known: SessionBase = sessionkit.session_store(session.store_key)
            if known.get(SESSION_ID) == str(session.pk):
                return known
        store: SessionBase = sessionkit.new_session()
        store[SESSION_KEY] = str(session.user_id)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = session.user.get_session_auth_hash()
        store[SESSION_ID] = str(session.pk)
        store.create()
        sessions.keep_store_key(session_id=session.pk, store_key=store.session_key or "")
        return store
