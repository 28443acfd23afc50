"""Errors of the domain: a stable code, a title to translate, and nothing of HTTP or Django.

Interfaces give them a shape and the reader's language (``core.wording``): ``core.api.problems`` over HTTP
(RFC 9457), ``core.realtime`` over a socket, ``core.admin`` as a message. An error that is not one of these
is a defect and stays a 500.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

Text = object
"""A message: an English text of the catalogue, or a lazy translation of one."""


def mark(message: str) -> str:
    """Mark a message for the catalogue where Django may not be imported; ``core.wording`` translates it."""
    return message


_ = mark


class DomainError(Exception):
    """A refusal that its caller can act on.

    ``detail`` says what to do about this occurrence; ``context`` is shown beside it (``allowed=[…]``).
    ``members`` has an example of each value that ``context`` may hold, for the documents.
    """

    code: ClassVar[str] = "refused"
    title: ClassVar[Text] = _("The request was refused")
    members: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, detail: Text | None = None, **context: Any) -> None:
        super().__init__(detail, context)
        self.detail: Text = detail if detail is not None else self.title
        self.context = context

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"

    @classmethod
    def example(cls) -> Self:
        """Return such a refusal as it may occur."""
        return cls(**cls.members)


@dataclass(frozen=True)
class FieldError:
    """One refused value; ``pointer`` is the field's path, as in ``questions/0/text``."""

    pointer: str
    code: str
    detail: Text


class InvalidInput(DomainError):
    """The input is malformed or not allowed; nothing was changed."""

    code = "invalid_input"
    title = _("Some values were not accepted")

    def __init__(
        self, detail: Text | None = None, *, errors: tuple[FieldError, ...] = (), **context: Any
    ) -> None:
        super().__init__(detail, **context)
        self.errors = errors

    @classmethod
    def field(cls, pointer: str, code: str, detail: Text, **context: Any) -> Self:
        """Return the error of a single field."""
        return cls(detail, errors=(FieldError(pointer, code, detail),), **context)


class Unauthenticated(DomainError):
    """Nobody is signed in, or not any more."""

    code = "not_authenticated"
    title = _("Please sign in")


class PaymentRequired(DomainError):
    """The account lacks what this costs."""

    code = "payment_required"
    title = _("Payment is required")


class Forbidden(DomainError):
    """The actor is known and may see this, but not do it."""

    code = "permission_denied"
    title = _("You are not allowed to do this")


class NotFound(DomainError):
    """It is not there, or not for this viewer: the two are not told apart."""

    code = "not_found"
    title = _("Not found")


class Conflict(DomainError):
    """The state of things does not allow it, or it was done already."""

    code = "conflict"
    title = _("This is not possible in the present state")


class StaleVersion(DomainError):
    """Somebody else edited the row since the caller read it."""

    code = "stale_version"
    title = _("This was changed in the meantime; load it again")
    members = {"version": 4}


class FileTooLarge(DomainError):
    """The upload exceeds its limit."""

    code = "file_too_large"
    title = _("The file is too large")
    members = {"max_bytes": 5_242_880}


class UnsupportedFile(DomainError):
    """The upload is of a kind that is not accepted here."""

    code = "unsupported_file"
    title = _("This kind of file is not accepted")
    members = {
        "accepted": [
            "application/pdf",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ]
    }


class Unprocessable(DomainError):
    """Well-formed, but it cannot be worked on."""

    code = "unprocessable"
    title = _("This cannot be processed")


class TooManyRequests(DomainError):
    """A limit is used up; the same request may pass in ``retry_after`` seconds."""

    code = "throttled"
    title = _("Too many requests; please try again later")
    members = {"retry_after": 42}

    def __init__(self, detail: Text | None = None, *, retry_after: int, **context: Any) -> None:
        super().__init__(detail, retry_after=retry_after, **context)
        self.retry_after = retry_after


class ServiceUnavailable(DomainError):
    """A part of the platform is away; the same request may work in ``retry_after`` seconds."""

    code = "service_unavailable"
    title = _("This is not available right now; please try again")

    def __init__(self, detail: Text | None = None, *, retry_after: int = 5, **context: Any) -> None:
        super().__init__(detail, **context)
        self.retry_after = retry_after


_constraint_errors: dict[str, Callable[[], DomainError]] = {}


def register_constraint(name: str, error: Callable[[], DomainError]) -> None:
    """Say which domain error a violation of the named database constraint means."""
    if name in _constraint_errors:
        raise ValueError(f"constraint {name} is mapped twice")
    _constraint_errors[name] = error


def constraint_error(name: str | None) -> DomainError | None:
    """Return the domain error of a violated constraint, or None when nobody mapped it."""
    make = _constraint_errors.get(name or "")
    return make() if make else None


def constraint_of(error: Exception) -> str | None:
    """Return the name of the constraint that an ``IntegrityError`` of Django's is about, as PostgreSQL reports it."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None)


def mapped_constraints() -> frozenset[str]:
    """Return the names that have a domain error."""
    return frozenset(_constraint_errors)
