"""Words of both languages, as a value inside a finding."""

from __future__ import annotations

import attrs

from salesteam.core import say

__all__ = ["Words"]


@attrs.frozen
class Words:
    """A text in both languages; whoever shows a finding picks one."""

    en: str
    zh: str

    def text(self, lang: str = "en") -> str:
        """The text for a reader."""
        return say(lang, en=self.en, zh=self.zh)
