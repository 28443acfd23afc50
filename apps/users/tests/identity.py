"""allauth's clients as React and a telephone would be: what they send, and what they read."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from apps.users.tests.factories import PASSWORD

APP = "/api/v1/identity/app/v1/"
BROWSER = "/api/v1/identity/browser/v1/"


class AppClient(APIClient):
    """A client with tokens; it keeps what the platform gives it, as allauth's own does."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(HTTP_ACCEPT_LANGUAGE="en", **defaults)
        self.meta: dict[str, Any] = {}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request with the token that is due."""
        headers = {}
        if "access_token" in self.meta:
            headers["Authorization"] = f"Bearer {self.meta['access_token']}"
        elif "session_token" in self.meta:
            headers["X-Session-Token"] = self.meta["session_token"]
        answer = getattr(self, method)(APP + path, body, format="json", headers=headers)
        self.meta |= answer.json().get("meta", {}) if answer.content else {}
        return answer

    def log_in(self, user: Any, password: str = PASSWORD) -> Any:
        """Sign in with a password."""
        return self.ask("post", "auth/login", {"email": user.email, "password": password})

    def reauthenticate(self, password: str = PASSWORD) -> Any:
        """Prove once more who one is."""
        return self.ask("post", "auth/reauthenticate", {"password": password})


def codes(answer: Any) -> list[str]:
    """Return the codes of an answer's errors."""
    return [error["code"] for error in answer.json()["errors"]]
