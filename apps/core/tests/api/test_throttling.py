"""A limited route over HTTP: its headers, its refusal, its documents."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

MOMENT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _two_a_minute(settings, time_machine):
    settings.THROTTLE_RATES = {"lamp_touch": (2, 60), "lamp_light": (2, 60)}
    time_machine.move_to(MOMENT, tick=False)


def told(response):
    return response.get("RateLimit"), response.get("RateLimit-Policy"), response.get("Retry-After")


class TestThrottled:
    def test_tells_what_is_left_and_then_refuses(self, signed_in):
        answers = [signed_in.post("/api/v1/touch/") for _ in range(3)]

        policy = '"lamp_touch";q=2;w=60'
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [told(answer) for answer in answers] == [
            ('"lamp_touch";r=1;t=30', policy, None),
            ('"lamp_touch";r=0;t=30', policy, None),
            ('"lamp_touch";r=0;t=30', policy, "30"),
        ]
        problem = answers[2].json()
        assert answers[2]["Content-Type"] == "application/problem+json"
        assert (problem["code"], problem["retry_after"]) == ("throttled", 30)
        assert problem["title"] == "Too many requests; please try again later"

    def test_counts_refused_requests_too(self, signed_in):
        statuses = [signed_in.post("/api/v1/touch/?fail").status_code for _ in range(3)]

        assert statuses == [409, 409, 429]

    def test_counts_accepted_ones_only_where_that_is_stated(self, signed_in):
        refused = [signed_in.put("/api/v1/touch/?fail") for _ in range(5)]
        accepted = [signed_in.put("/api/v1/touch/").status_code for _ in range(3)]

        assert {answer.status_code for answer in refused} == {409}
        assert {told(answer)[0] for answer in refused} == {'"lamp_light";r=2;t=0'}
        assert accepted == [200, 200, 429]

    def test_says_nothing_where_nothing_is_limited(self, signed_in):
        answer = signed_in.get("/api/v1/touch/")

        assert answer.status_code == 200
        assert told(answer) == (None, None, None)

    def test_lets_nobody_use_turns_who_may_not_enter(self, client, signed_in):
        assert {client.post("/api/v1/touch/").status_code for _ in range(3)} == {401}
        assert signed_in.post("/api/v1/touch/").status_code == 200

    def test_documents_its_refusal(self, client):
        paths = client.get("/api/schema/", {"format": "json"}).json()["paths"]

        touch = paths["/api/v1/touch/"]
        assert "throttled" in touch["post"]["responses"]["429"]["description"]
        assert "429" not in touch["get"]["responses"]


class TestAddresses:
    """Only what our own proxies appended to X-Forwarded-For is believed."""

    @pytest.mark.parametrize("proxies", [0, 1, 2])
    def test_a_forged_header_does_not_evade(self, client, settings, proxies):
        settings.TRUSTED_PROXY_COUNT = proxies
        appended = ["203.0.113.7", "10.0.0.6"][:proxies]
        peer = "10.0.0.5" if proxies else "203.0.113.7"

        statuses = [
            client.patch(
                "/api/v1/touch/",
                REMOTE_ADDR=peer,
                HTTP_X_FORWARDED_FOR=", ".join([f"198.51.100.{forged}", *appended]),
            ).status_code
            for forged in range(3)
        ]

        assert statuses == [200, 200, 429]

    def test_others_behind_the_same_proxy_are_others(self, client, settings):
        settings.TRUSTED_PROXY_COUNT = 1

        statuses = [
            client.patch(
                "/api/v1/touch/", REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR=f"203.0.113.{host}"
            ).status_code
            for host in (1, 1, 1, 2)
        ]

        assert statuses == [200, 200, 429, 200]

    def test_a_network_of_ipv6_is_one_customer(self, client):
        statuses = [
            client.patch("/api/v1/touch/", REMOTE_ADDR=address).status_code
            for address in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8::3", "2001:db8:0:1::1")
        ]

        assert statuses == [200, 200, 429, 200]
