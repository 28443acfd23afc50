"""The envelope of a socket: every frame is an object with a ``type``; ``@frame`` says who answers which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from django.utils.encoding import force_bytes

from apps.core import json

Frame: TypeAlias = dict[str, Any]

LARGEST = 16 * 1024
_LONGEST_REF = 64

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class BadFrame(Exception):
    """A client's frame that no handler gets to see; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def frame(kind: str) -> Callable[[_Handler], _Handler]:
    """Make a method of a consumer the one that answers client frames of this type.

    The method takes the frame and may return a frame or several to send back. A plain method may use the
    database, a coroutine may not.
    """

    def register(handler: _Handler) -> _Handler:
        handler.frame_kind = kind  # type: ignore[attr-defined]
        return handler

    return register


def decode(text: str | None) -> Frame:
    """Return a client's frame, its texts in NFC.

    :raises BadFrame: it is too long, not text, or not a JSON object
    """
    if text is None:
        raise BadFrame("malformed")
    body = force_bytes(text)
    if len(body) > LARGEST:
        raise BadFrame("frame_too_large")
    try:
        decoded = json.loads(body)
    except json.NotJson as error:
        raise BadFrame("malformed") from error
    if not isinstance(decoded, dict):
        raise BadFrame("malformed")
    return decoded


def encode(content: Frame) -> str:
    """Return a frame as text to send."""
    return json.dumps(content).decode()


def reference(client_frame: Frame) -> str | int | None:
    """Return what the client will recognise its frame by: its ``ref``, else its ``client_id``."""
    ref = client_frame.get("ref", client_frame.get("client_id"))
    if isinstance(ref, str) and len(ref) <= _LONGEST_REF:
        return ref
    return ref if isinstance(ref, int) and not isinstance(ref, bool) else None


def error_frame(code: str, ref: str | int | None = None) -> Frame:
    """Return the frame that tells a client why its own was not followed."""
    return {"type": "error", "code": code, "ref": ref}
