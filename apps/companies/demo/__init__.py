"""The companies of the demo world: the two that are named, and those of its blocks."""

from __future__ import annotations

from apps.companies.demo.employers import Employer, Member, Site, employers_of, write
from apps.companies.demo.first import load

__all__ = ["Employer", "Member", "Site", "employers_of", "load", "write"]
