"""A Redis that neither answers nor refuses: what people do is accepted meanwhile, and told when it is back."""

from __future__ import annotations

import os
import signal

import pytest

from onetop_backend.tests.faults.conftest import Platform
from onetop_backend.tests.faults.hiring import PASSWORD, person
from onetop_backend.tests.faults.reckoning import ARRIVAL

pytestmark = [pytest.mark.nightly, pytest.mark.enable_socket]


def test_keeps_nobody_from_registering(platform: Platform):
    pid = platform.children()["valkey"]["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        for number in range(2):
            body = {"email": f"hang{number}@example.vn", "password": PASSWORD}
            body |= {"full_name": "Trần An", "user_type": "CANDIDATE"}
            # The client gives up after 30 seconds.
            answer = person(platform.url).post("auth/register/", body)
            assert answer.status_code == 201, answer.text
    finally:
        os.kill(pid, signal.SIGCONT)
    platform.settle()
    mails = platform.ask(
        'SELECT "to", count(*) FROM core_mail'
        " WHERE \"to\" LIKE 'hang%%' AND state = 'sent' GROUP BY 1 ORDER BY 1"
    )
    assert mails == [(f"hang{number}@example.vn", len(ARRIVAL)) for number in range(2)]
