"""The kernel's one subscriber: it proves by being called that the relay runs."""

from __future__ import annotations

from apps.core.events import StackChecked, on


@on(StackChecked)
def answer_check(event: StackChecked) -> None:
    """Do nothing: the relay removes the row, and that is the answer."""
