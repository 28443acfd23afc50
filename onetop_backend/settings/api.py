"""The HTTP surface: DRF, its documents and its versions."""

from __future__ import annotations

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

SPECTACULAR_SETTINGS = {
    "TITLE": "OneTop",
    "DESCRIPTION": (
        "Hiring from posting to decision. Errors are problem details (RFC 9457).\n\n"
        "Passkeys, second factors, sign-in with other providers and cookies for browsers are below "
        "`/api/v1/identity/`, which speaks allauth's "
        "[headless protocol](https://docs.allauth.org/en/latest/headless/openapi-specification/)."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    # The documents are the same for everybody, so a dead token must not keep anybody from them.
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        "ApplicationState": "apps.applications.enums.ApplicationState",
        "ApplicationStatus": "apps.applications.enums.ApplicationStatusV1",
        "CreditKind": "apps.payments.enums.EntryKind",
        "JobStatus": "apps.jobs.enums.JobStatusV1",
        "JobType": "apps.jobs.enums.JobType",
        "MemberRole": "apps.companies.enums.MemberRole",
        "OperationAction": "apps.core.enums.OperationAction",
        "OperationState": "apps.core.enums.OperationState",
        "PlaceKind": "apps.jobs.enums.PlaceKind",
        "UserType": "apps.users.enums.UserType",
    },
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATION_PARAMETERS": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
