"""Where a request comes from: proxies of ours are believed, everybody else is not."""

from __future__ import annotations

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.core.clients import client_of, network_of


def ip_of(peer, forwarded=None):
    extra = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_of(Request(APIRequestFactory().get("/", REMOTE_ADDR=peer, **extra))).ip


class TestAddress:
    @pytest.mark.parametrize(
        ("proxies", "peer", "forwarded", "ip"),
        [
            (0, "203.0.113.7", None, "203.0.113.7"),
            (0, "203.0.113.7", "198.51.100.1", "203.0.113.7"),
            (0, "10.0.0.5", "8.8.8.8", "10.0.0.5"),
            (0, "", None, None),
            (0, "unix:", None, None),
            (0, "fe80::1%eth0", None, "fe80::1"),
            (0, "2001:db8::1", None, "2001:db8::1"),
            (1, "10.0.0.5", "203.0.113.7", "203.0.113.7"),
            (1, "10.0.0.5", "8.8.8.8, 203.0.113.7", "203.0.113.7"),
            (1, "10.0.0.5", "8.8.8.8, 192.168.1.20", "192.168.1.20"),
            (1, "10.0.0.5", None, "10.0.0.5"),
            (1, "10.0.0.5", "nonsense", "10.0.0.5"),
            (2, "10.0.0.5", "8.8.8.8, 203.0.113.7, 10.0.0.6", "203.0.113.7"),
            (2, "10.0.0.5", "203.0.113.7, 10.0.0.6", "203.0.113.7"),
            (2, "10.0.0.5", "10.0.0.6", "10.0.0.5"),
        ],
    )
    def test_is_the_one_before_our_proxies(self, proxies, peer, forwarded, ip, settings):
        settings.TRUSTED_PROXY_COUNT = proxies

        assert ip_of(peer, forwarded) == ip


class TestUserAgent:
    def test_is_what_the_client_says_without_what_cannot_be_stored(self):
        request = APIRequestFactory().get("/", HTTP_USER_AGENT="a\x00b")

        assert client_of(Request(request)).user_agent == "ab"

    def test_may_be_missing(self):
        assert client_of(Request(APIRequestFactory().get("/"))).user_agent == ""


class TestNetwork:
    @pytest.mark.parametrize(
        ("ip", "network"),
        [
            (None, "unknown"),
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ],
    )
    def test_is_what_one_customer_holds(self, ip, network):
        assert network_of(ip) == network
