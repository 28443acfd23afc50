"""Sentences with a choice inside: "bán hàng [ca sáng|ca tối]" is one of two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from random import Random

_CHOICE = re.compile(r"\[([^\]]*\|[^\]]*)\]")


class Phrases:
    """A list of sentences of which each has one or more wordings."""

    def __init__(self, sentences: Iterable[str]) -> None:
        """Spell every wording out."""
        self._wordings: Sequence[Sequence[str]] = [
            list(_spelled_out(sentence)) for sentence in sentences
        ]

    def __len__(self) -> int:
        """Return how many sentences there are, whatever their wordings."""
        return len(self._wordings)

    def one(self, dice: Random) -> str:
        """Return one sentence."""
        return dice.choice(dice.choice(self._wordings))

    def some(self, dice: Random, count: int) -> list[str]:
        """Return different sentences, or all when there are not as many."""
        chosen = dice.sample(self._wordings, min(count, len(self._wordings)))
        return [dice.choice(wordings) for wordings in chosen]


def _spelled_out(sentence: str) -> Iterable[str]:
    parts = _CHOICE.split(sentence)
    choices = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    return ("".join(chosen) for chosen in product(*choices))
