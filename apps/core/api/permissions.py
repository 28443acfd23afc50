"""Who may call a view at all; what they may do there is decided by the services they reach.

Every view names one of these, so that a public one is a decision that a reader sees.
"""

from __future__ import annotations

from rest_framework.permissions import AllowAny, IsAuthenticated

__all__ = ["AllowAny", "IsAuthenticated"]
