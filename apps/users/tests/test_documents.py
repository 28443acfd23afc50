"""What the documents say about signing in."""

from __future__ import annotations

from drf_spectacular.generators import SchemaGenerator

from apps.users.api import urls


class TestSecurity:
    def test_is_a_token_or_a_cookie_everywhere_but_at_the_doors(self):
        document = SchemaGenerator(patterns=urls.urlpatterns).get_schema(public=True)

        schemes = document["components"]["securitySchemes"]
        assert all(scheme.pop("description") for scheme in schemes.values())
        assert schemes == {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        }
        demands = {
            path.rstrip("/").rsplit("/", 1)[1]: operation.get("security")
            for path, operations in document["paths"].items()
            for operation in operations.values()
        }
        signed_in: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
        anybody: list[dict[str, list[str]]] = [{}]
        assert demands == {
            "register": anybody,
            "login": anybody,
            "mfa": anybody,
            "refresh": anybody,
            "reset": anybody,
            "verify": anybody,
            "resend": signed_in,
            "confirm": anybody,
            "logout": [*signed_in, *anybody],
            "sessions": signed_in,
            "{id}": signed_in,
            "change": signed_in,
        }
