"""Case files: worked examples that anybody can write and replay.

`_read` reads files into a `_case`, leaning on `_book` (inheritance, references), `_edit` (`set`), `_facts` (defaults)
and `_expect` (what must come out, as claims made of figures).
`_verify` runs each, also under other readings of its plan; `_outcome` holds what became of it, `_compare` says in what
they differ, `_verdict` shows it and `_export` writes it for other programs.
"""

from __future__ import annotations

from salesteam.incentives._cases._case import Case, Cases
from salesteam.incentives._cases._mismatch import Mismatch
from salesteam.incentives._cases._read import read_cases
from salesteam.incentives._cases._verdict import Verdict, Verification
from salesteam.incentives._cases._verify import verify

__all__ = ["Case", "Cases", "Mismatch", "Verdict", "Verification", "read_cases", "verify"]
