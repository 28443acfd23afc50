"""The lines of the authorisation matrix for allauth's paths, for its two clients.

Clients with tokens send the persona's access token; browsers send the persona's cookie. Of what asks for
more than being signed in (a second factor, a link, proving oneself again) only its refusal is here; that
it works is proved in ``apps/users/tests``. allauth answers 401 after signing out, and 404 for what one
could set up and has not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onetop_backend.tests.house.lines import PERSONAS, PUBLIC, SIGNED_IN, Line, always, answers

if TYPE_CHECKING:
    from onetop_backend.tests.house.world import World

PASSWORD = "correct-horse-battery"
NEW_PASSWORD = "a-long-passphrase-7"


def own_address(world: World, persona: str) -> dict[str, str]:
    return {"email": world.people[persona].email} if persona in world.people else {}


def lines_for(client: str) -> dict[str, Line]:
    """Return one client's lines; a dead token is refused everywhere, a dead cookie is no cookie."""
    anybody = PUBLIC if client == "app" else PERSONAS
    nobody_yet = tuple(persona for persona in anybody if persona not in SIGNED_IN)
    half_way = Line(may=answers(401, *SIGNED_IN), body=always(code="123456"))
    lines = {
        "GET config": Line(may=answers(200, *anybody)),
        "GET auth/session": Line(may=answers(200, *SIGNED_IN)),
        "DELETE auth/session": Line(may=answers(401, *anybody)),
        "POST auth/login": Line(
            may=answers(200, *nobody_yet) | answers(409, *SIGNED_IN),
            body=always(email="candidate@example.vn", password=PASSWORD),
        ),
        "POST auth/reauthenticate": Line(
            may=answers(200, *SIGNED_IN), body=always(password=PASSWORD)
        ),
        "POST auth/password/request": Line(
            may=answers(200, *anybody), body=always(email="candidate@example.vn")
        ),
        "GET auth/password/reset": Line(may=answers(400, *anybody)),
        "POST auth/password/reset": Line(
            # The candidate's own cookie has ended with it.
            may=answers(200, *SIGNED_IN)
            | answers(401, *nobody_yet, *(["candidate"] if client == "browser" else [])),
            body=lambda world, persona: {
                "key": f"{world.people['candidate'].pk.hex}-{world.reset_token}",
                "password": NEW_PASSWORD,
            },
        ),
        "GET auth/email/verify": Line(may=answers(400, *anybody)),
        "POST auth/email/verify": Line(may=answers(400, *anybody), body=always(key="forged")),
        "POST auth/2fa/authenticate": half_way,
        "POST auth/2fa/reauthenticate": Line(
            may=answers(400, *SIGNED_IN), body=always(code="123456")
        ),
        "GET auth/webauthn/authenticate": half_way,
        "POST auth/webauthn/authenticate": half_way,
        "GET auth/webauthn/reauthenticate": Line(may=answers(200, *SIGNED_IN)),
        "POST auth/webauthn/reauthenticate": Line(may=answers(400, *SIGNED_IN), body=always()),
        "GET auth/webauthn/login": Line(may=answers(200, *anybody)),
        "POST auth/webauthn/login": Line(may=answers(400, *anybody), body=always()),
        "GET auth/provider/signup": Line(may=answers(409, *anybody)),
        "POST auth/provider/signup": Line(may=answers(409, *anybody), body=always()),
        "POST auth/provider/token": Line(may=answers(400, *anybody), body=always()),
        "POST account/password/change": Line(
            may=answers(200, *SIGNED_IN),
            body=always(current_password=PASSWORD, new_password=NEW_PASSWORD),
        ),
        "GET account/email": Line(may=answers(200, *SIGNED_IN)),
        # Theirs are verified, so that there is nothing to send.
        "PUT account/email": Line(may=answers(403, *SIGNED_IN), body=own_address),
        "GET account/authenticators": Line(may=answers(200, *SIGNED_IN)),
        "GET account/authenticators/totp": Line(may=answers(404, *SIGNED_IN)),
        "POST account/authenticators/totp": Line(
            may=answers(400, *SIGNED_IN), body=always(code="123456")
        ),
        "DELETE account/authenticators/totp": Line(may=answers(200, *SIGNED_IN)),
        "GET account/authenticators/recovery-codes": Line(may=answers(404, *SIGNED_IN)),
        "POST account/authenticators/recovery-codes": Line(may=answers(400, *SIGNED_IN)),
        "GET account/authenticators/webauthn": Line(may=answers(401, *SIGNED_IN)),
        "POST account/authenticators/webauthn": Line(may=answers(400, *SIGNED_IN), body=always()),
        "PUT account/authenticators/webauthn": Line(may=answers(400, *SIGNED_IN), body=always()),
        "DELETE account/authenticators/webauthn": Line(may=answers(400, *SIGNED_IN), body=always()),
        "GET account/providers": Line(may=answers(200, *SIGNED_IN)),
        "DELETE account/providers": Line(may=answers(400, *SIGNED_IN), body=always()),
    }
    if client == "app":
        lines["POST tokens/refresh"] = Line(
            may=answers(200, *anybody),
            body=lambda world, persona: {"refresh_token": world.sessions["candidate"].refresh},
        )
    else:
        lines["POST auth/provider/redirect"] = Line(may=answers(302, *anybody), body=always())
    return {
        route.replace(" ", f" /api/v1/identity/{client}/v1/", 1): line
        for route, line in lines.items()
    }


IDENTITY: dict[str, Line] = {
    **lines_for("app"),
    **lines_for("browser"),
    # No provider is configured here.
    "GET /api/v1/identity/oidc/{provider_id}/login/callback/": Line(
        may=answers(404, *PERSONAS), ids=lambda world: {"provider_id": "google"}
    ),
}
