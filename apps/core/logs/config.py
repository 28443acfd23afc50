"""One JSON line an entry, for our own loggers and for everything that uses the standard library's."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from apps.core.logs.lines import Line

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure() -> None:
    """Make structlog hand its entries to the standard library, whose handlers write all lines alike."""
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def dict_config(
    *, level: str = "INFO", exception_messages: bool = False, folder: str = ""
) -> dict[str, Any]:
    """Return Django's ``LOGGING``: JSON lines on the standard error stream, and in a folder's files if one is named.

    ``exception_messages`` is for a developer's own machine. Elsewhere an exception is logged as its type
    and where it happened, because messages quote data: PostgreSQL names the offending row
    (``Key (email)=(…)``), parsers the input.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": LineFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    ExceptionDescriber(messages=exception_messages),
                    drop_foreign_objects,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(serializer=_one_line),
                ],
            }
        },
        "filters": {"exceptions": {"()": OnlyExceptions}},
        "handlers": {
            "stream": {"class": "logging.StreamHandler", "formatter": "json"},
            **(
                {"django": _file(folder, "django"), "audit": _file(folder, "audit")}
                if folder
                else {}
            ),
        },
        "root": {"handlers": ["stream", *(["django"] if folder else [])], "level": level},
        "loggers": {
            # Django's own handlers would write a second line, and mail the request to the admins.
            "django": {"handlers": [], "level": level, "propagate": True},
            # One line a request is ours; the development server's access lines carry query strings.
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # "Not Found: /path" and its like repeat our line, and add what the path gives away.
            "django.request": {"handlers": [], "filters": ["exceptions"], "propagate": True},
            # Our line tells how a task ended; these quote its exception.
            "celery.worker.strategy": {"handlers": [], "level": "WARNING", "propagate": True},
            "celery.app.trace": {"handlers": [], "filters": ["exceptions"], "propagate": True},
            **({"onetop.audit": {"handlers": ["audit"], "propagate": False}} if folder else {}),
        },
    }


class LineFormatter(structlog.stdlib.ProcessorFormatter):
    """Writes a ``Line`` as it is, and everything else after its processors."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry's one line."""
        if isinstance(record.msg, Line):
            return orjson.dumps(record.msg, default=str, option=orjson.OPT_UTC_Z).decode()
        return super().format(record)


def _file(folder: str, name: str) -> dict[str, Any]:
    return {
        "class": "apps.core.logs.files.SharedFileHandler",
        "filename": str(Path(folder) / f"{name}.log"),
        "formatter": "json",
        "delay": True,
    }


class OnlyExceptions(logging.Filter):
    """Lets through what tells of an exception, without its words: they quote a path, or the exception's message."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the entry carries an exception, and put it into our words."""
        if record.exc_info:
            record.msg, record.args = "unhandled", None
        return bool(record.exc_info)


class ExceptionDescriber:
    """Replaces ``exc_info`` by the chain of exceptions, the last raised first."""

    def __init__(self, *, messages: bool) -> None:
        self._messages = messages

    def __call__(self, _logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
        """Describe the exception of an entry, if it has one."""
        raised = entry.pop("exc_info", None)
        if raised is True:
            raised = sys.exc_info()
        error = raised[1] if isinstance(raised, tuple) else raised
        if isinstance(error, BaseException):
            entry["exception"] = [self._describe(link) for link in _chain(error)]
        return entry

    def _describe(self, error: BaseException) -> dict[str, Any]:
        return {
            "type": f"{type(error).__module__}.{type(error).__qualname__}",
            **({"message": str(error)} if self._messages else {}),
            "frames": [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ],
        }


def drop_foreign_objects(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Drop what libraries attach besides the message, such as whole requests, and messages that quote a request."""
    entry.pop("request", None)
    if str(entry.get("logger", "")).startswith("django.security"):
        # "Forbidden (…): /path", "Invalid HTTP_HOST header: …": our line of the request tells where it was refused.
        entry["event"] = "refused"
    return entry


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links


def _one_line(entry: dict[str, Any], **_options: Any) -> str:
    return orjson.dumps(entry, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
