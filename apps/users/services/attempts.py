"""Guesses at who somebody is: wrong passwords and wrong codes of all ways in fill the same two counters.

A turn is taken before anything is compared and given back unless the guess was wrong, so that parallel guesses
cannot slip past, and a full counter answers before it could tell whether the guess was right.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from apps.core import throttle
from apps.core.clients import network_of
from apps.core.errors import TooManyRequests
from apps.users.domain import identity
from apps.users.errors import InvalidCredentials

SCOPES = ("login", "login_address")


@contextmanager
def guess(
    *, email: str, ip: str | None, wrong: type[Exception] = InvalidCredentials
) -> Iterator[None]:
    """Let the block compare one password or code for the account with this address, which need not exist.

    The turn counts when the block raises ``wrong``; it does not when the block succeeds or fails otherwise.

    :raises TooManyRequests: too many guesses were wrong, for this account or from this address; nothing was compared
    """
    take_guess(email=email, ip=ip)
    try:
        yield
    except wrong:
        raise
    except BaseException:
        give_back_guess(email=email, ip=ip)
        raise
    give_back_guess(email=email, ip=ip)


def take_guess(*, email: str, ip: str | None) -> None:
    """Count a guess before it is looked at; whoever proves right calls ``give_back_guess``.

    :raises TooManyRequests: as for ``guess``
    """
    account, network = _keys(email, ip)
    throttle.take("login_address", network)
    try:
        throttle.take("login", account)
    except TooManyRequests:
        # Nothing was guessed, and others behind the same address are not to pay for it.
        throttle.give_back("login_address", network)
        raise


def give_back_guess(*, email: str, ip: str | None) -> None:
    """Uncount a guess that was right, or that came to no comparison."""
    account, network = _keys(email, ip)
    throttle.give_back("login_address", network)
    throttle.give_back("login", account)


def _keys(email: str, ip: str | None) -> tuple[str, str]:
    return identity.normalise_email(email), network_of(ip)
