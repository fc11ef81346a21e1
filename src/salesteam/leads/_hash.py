"""Hashes: the tie-break that favours nobody, and the fingerprint of a policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any

import attrs

from salesteam.core import rational_text
from salesteam.leads._model_policy import Policy

__all__ = ["policy_hash", "tie_hash"]


def tie_hash(salt: str, lead: str, seat: str) -> str:
    """The number by which equal seats are ordered, the smallest first.

    Parameters
    ----------
    salt, lead, seat : str
        Salt of the policy and the two ids.

    Returns
    -------
    str
        SHA-256 of the three, joined by the unit separator (U+001F), in hexadecimal.

    Examples
    --------
    >>> tie_hash("2026", "L-1", "li")[:12]
    '139c7cf4fa49'
    """
    return sha256(f"{salt}\x1f{lead}\x1f{seat}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if attrs.has(type(value)):
        fields = {field.name: _plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
        return {"noun": type(value).__name__, **fields}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, Fraction):
        return rational_text(value)
    return value.isoformat() if isinstance(value, date) else value


def policy_hash(policy: Policy) -> str:
    """The fingerprint of a policy, carried by every decision made under it.

    Equal policies have the same one; a change of any part changes it.

    Parameters
    ----------
    policy : Policy
        Any.

    Returns
    -------
    str
        First 16 hexadecimal digits of the SHA-256 of its canonical JSON.
    """
    text = json.dumps(_plain(policy), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:16]
