"""The HTTP surface: DRF, its documents and its versions."""

from __future__ import annotations

from pathlib import Path

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.users.api.authentication.BearerAuthentication",
        "apps.users.api.cookies.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["apps.core.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.pages.V1Pagination",
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.schema.ApiSchema",
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.NamespaceVersioning",
    "DEFAULT_VERSION": "v1",
    "ALLOWED_VERSIONS": ["v1"],
    "EXCEPTION_HANDLER": "apps.core.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
}

_CONVENTIONS = Path(__file__).parents[1] / "api" / "conventions.md"
OLDER_ADDRESSES = "older-addresses"
# In the order in which the documents are read.
_GROUPS = {
    "auth": "Accounts, signing in and out, sessions and passwords.",
    "jobs": "Postings: the public searches and reads them, recruiters write and publish them.",
    "applications": "Applying with a CV, and what becomes of it.",
    "companies": "Companies, and the people who recruit for them.",
    "payments": "Packages, paying for them, and the credits that a company gets: publishing a posting spends one.",
    "notifications": "What has happened, for the one whom it concerns.",
    "operations": "Work in the background that was answered with 202.",
    "sockets": "The way into a WebSocket.",
    "vocabulary": "Values that forms and filters take, with labels.",
    "staff": "For the platform's own staff.",
    OLDER_ADDRESSES: "The same operations where earlier clients look for them. New clients do not need them.",
}
GROUP_OF = {
    "config": "vocabulary",
    "media": "applications",
    "metrics": "staff",
    "places": "vocabulary",
    "ws-ticket": "sockets",
}
"""Groups of paths whose first segment is not the name of one."""

SPECTACULAR_SETTINGS = {
    "TITLE": "OneTop",
    "DESCRIPTION": _CONVENTIONS.read_text(encoding="utf-8"),
    "CONTACT": {"name": "OneTop"},
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "The server that you read this on"}],
    "TAGS": [{"name": name, "description": text} for name, text in _GROUPS.items()],
    "VERSION": None,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    # The documents are the same for everybody, so a dead token must not keep anybody from them.
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        "ApplicationAction": "apps.applications.enums.ApplicationAction",
        "ApplicationState": "apps.applications.enums.ApplicationState",
        "ApplicationStatus": "apps.applications.enums.ApplicationStatusV1",
        "Approval": "apps.users.enums.Approval",
        "CompanyAction": "apps.companies.enums.CompanyAction",
        "GatewayCode": "apps.payments.enums.GatewayCode",
        "TransactionStatus": "apps.payments.enums.TransactionStatusV1",
        "CreditKind": "apps.payments.enums.EntryKind",
        "JobAction": "apps.jobs.enums.JobAction",
        "JobStatus": "apps.jobs.enums.JobStatusV1",
        "JobType": "apps.jobs.enums.JobType",
        "Language": "apps.users.enums.Language",
        "MemberAction": "apps.companies.enums.MemberAction",
        "MemberRole": "apps.companies.enums.MemberRole",
        "NotificationKind": "apps.notifications.enums.NotificationKind",
        "OperationAction": "apps.core.enums.OperationAction",
        "OperationState": "apps.core.enums.OperationState",
        "PlaceKind": "apps.jobs.enums.PlaceKind",
        "TargetType": "apps.notifications.enums.TargetType",
        "TimelineStepKind": "apps.applications.enums.StepKind",
        "UserType": "apps.users.enums.UserType",
    },
    "ENUM_SUFFIX": "",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "onetop_backend.api.documents.complete",
    ],
    "SORT_OPERATION_PARAMETERS": False,
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "none",
        "filter": True,
        "displayRequestDuration": True,
        "defaultModelsExpandDepth": 0,
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
