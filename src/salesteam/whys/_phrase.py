"""A phrase in both languages, to stand in the text of a finding."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from salesteam.core import say

__all__ = ["Words"]


@frozen
class Words:
    """A phrase in both languages, for the texts of findings."""

    en: str
    zh: str

    def text(self, lang: str) -> str:
        """The phrase in one language."""
        return say(lang, en=self.en, zh=self.zh)

    def through(self, change: Callable[[str], str]) -> Words:
        """The phrase after a change to both texts."""
        return Words(change(self.en), change(self.zh))
