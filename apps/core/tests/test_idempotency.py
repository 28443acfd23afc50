"""Which answers are kept, and that a key is never left half-claimed."""

from __future__ import annotations

from uuid import UUID

import pytest

from apps.core import idempotency
from apps.core.idempotency import Answer, Claim
from apps.core.models import IdempotencyKey

SOMEONE = UUID("0192f0c1-2345-7abc-8def-0123456789ab")


def claim(fingerprint: bytes = b"\x00" * 32) -> Claim:
    return Claim(actor_id=SOMEONE, route="POST lamps/", key="k", fingerprint=fingerprint)


def answer(status: int) -> Answer:
    return Answer(status=status, headers={"ETag": '"v1"'}, body=b"\xff lamp")


@pytest.mark.django_db
class TestOnce:
    @pytest.mark.parametrize("status", [200, 201, 204, 402, 404, 409, 422])
    def test_keeps_what_is_final(self, status):
        assert idempotency.once(claim(), lambda: answer(status)) is None

        assert idempotency.once(claim(), pytest.fail) == answer(status)

    @pytest.mark.parametrize("status", [301, 400, 401, 403, 412, 413, 415, 428, 429, 500, 503])
    def test_forgets_what_is_not_and_undoes_it(self, status):
        assert idempotency.once(claim(), lambda: answer(status)) is None

        assert IdempotencyKey.objects.count() == 0

    def test_forgets_what_broke(self):
        def run() -> Answer:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            idempotency.once(claim(), run)

        assert IdempotencyKey.objects.count() == 0

    def test_refuses_another_request_under_the_key(self):
        idempotency.once(claim(), lambda: answer(200))

        with pytest.raises(idempotency.KeyReused):
            idempotency.once(claim(b"\x01" * 32), pytest.fail)
