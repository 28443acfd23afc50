"""Where a request comes from, as far as we can know it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from django.conf import settings
from ipware import get_client_ip

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)
"""The request being answered in this context; None in tasks, sockets and commands."""


@dataclass(frozen=True, kw_only=True)
class Client:
    """The address and the software of a request's sender; the latter is what it says of itself."""

    ip: str | None
    user_agent: str


def client_of(request: HttpRequest | Request) -> Client:
    """Return who sent a request.

    Of ``X-Forwarded-For`` only the entries that our own proxies appended are believed: each adds its peer,
    so the client stands as many entries from the end as there are proxies, and what stands before was
    sent along by the client.
    """
    proxies: int = settings.TRUSTED_PROXY_COUNT
    address = None
    if proxies:
        address, _ = get_client_ip(
            request,
            proxy_count=proxies - 1,
            request_header_order=["HTTP_X_FORWARDED_FOR"],
            strict=False,
        )
    if address is None:
        address, _ = get_client_ip(request, proxy_count=0, request_header_order=["REMOTE_ADDR"])
    return Client(
        # A zone ("fe80::1%eth0") means something to one host only, and PostgreSQL does not store it.
        ip=address.partition("%")[0] if address else None,
        user_agent=request.headers.get("User-Agent", "").replace("\x00", ""),
    )


def network_of(ip: str | None) -> str:
    """Return the part of an address that one customer holds, to count by: all of IPv4, the /64 of IPv6 (RFC 6177)."""
    if ip is None:
        return "unknown"
    address = ip_address(ip)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, 64), strict=False)) if address.version == 6 else str(address)
