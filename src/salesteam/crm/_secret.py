"""Secrets: settings hold where one is, never what it is; what is shown or stored is redacted."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import attrs

from salesteam.core import Finding, Place
from salesteam.errors import InvalidValueError

__all__ = ["Redactor", "Secret", "redactor_of"]

_FORMS = ("env:", "file:")
_MASK = "***"
_SHORTEST = 4
_WORDS = frozenset({"en", "zh"})
"""The fields of a phrase in both languages."""
_LINE = 16
"""A line of a secret of several lines that is so long is secret by itself; shorter ones are words."""
_NAME = r"""
    (?<! [\w-] )
    (?= [\w-]*? (?: password | passwd | passphrase | pwd | secret | token | (?: api | access | private ) [_-]? key
        | assertion | authorization | cookie | session[_-]?id ) )
    [\w-]++
"""
_QUOTED = r""" "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' """
_WORD = r""" [^\s,;&}"']+ """
_PART = rf""" (?: [\w-]+ = "[^"]*" | {_WORD} ) """
_BEHIND = tuple(
    re.compile(pattern, re.IGNORECASE | re.VERBOSE)
    for pattern in (
        # the login of an address
        r""" (?P<name> :// ) (?P<value> [^\s/@"'<>]++ ) (?= @ ) """,
        # a line of a header, whatever its scheme, with all its parts
        rf""" (?P<name> (?<! [\w-] ) (?= [\w-]*? (?: authorization | cookie ) \s* [:=] ) [\w-]++ \s* [:=] \s* )
              (?! \*\*\* )
              (?P<value> {_PART} (?: [ ]+ {_PART} )? (?: [,;] \s* [\w-]+ = (?: "[^"]*" | {_WORD} )? )* ) """,
        # headers as Python lists them
        rf""" (?P<name> \( b? ["'] {_NAME} ["'] , \s* b? ) (?P<value> {_QUOTED} ) """,
        # a field of a body or an address; of a body within a body too, where quotes are escaped
        rf""" (?P<name> {_NAME} (?: \\* ["'] )? \s* [:=] \s* (?: (?: bearer | basic | session ) \s+ )? )
              (?P<value> {_QUOTED} | (?P<end> \\+ ["'] ) (?: (?! (?<! \\ ) (?P=end) ) . )* (?P=end)
                | \{{ [^{{}}]* \}} | \[ [^\[\]]* \] | {_WORD} ) """,
    )
)
"""A value that stands behind the name of a secret, in a header, an address or a body."""


@attrs.frozen(repr=False)
class Secret:
    """Where a secret is: in a variable of the environment or in a file; read when it is needed, and not kept.

    Parameters
    ----------
    reference : str
        ``env:NAME`` or ``file:path``. The secret itself is refused: it would stand in a file that is shared.

    Raises
    ------
    InvalidValueError
        For anything else; the message does not repeat it.

    Examples
    --------
    >>> token = Secret("env:HUBSPOT_TOKEN")
    >>> token, token.reveal({"HUBSPOT_TOKEN": "abc"})
    (<secret env:HUBSPOT_TOKEN>, 'abc')
    """

    reference: str = attrs.field()

    @reference.validator
    def _known(self, _: attrs.Attribute[str], value: str) -> None:
        if not isinstance(value, str) or not any(value.startswith(form) and value != form for form in _FORMS):
            raise InvalidValueError(
                "a secret does not stand in settings", where="Secret", fix="write env:NAME or file:path instead"
            )

    def reveal(self, environment: Mapping[str, str] | None = None) -> str:
        """Read the secret; call it where it is sent, and keep it nowhere.

        Parameters
        ----------
        environment : mapping of str to str, optional
            The process environment if not given.

        Returns
        -------
        str
            Without blanks around it.

        Raises
        ------
        InvalidValueError
            If it is not there, or blank.

        Examples
        --------
        >>> Secret("env:NO_SUCH_TOKEN").reveal({})
        Traceback (most recent call last):
        salesteam.errors.InvalidValueError: there is nothing at env:NO_SUCH_TOKEN (Secret): set it, then run again
        """
        form, _, name = self.reference.partition(":")
        try:
            found = (
                (os.environ if environment is None else environment).get(name, "")
                if form == "env"
                else Path(name).read_text(encoding="utf-8")
            )
        except (OSError, UnicodeDecodeError):
            found = ""
        if not found.strip():
            raise InvalidValueError(
                f"there is nothing at {self.reference}", where="Secret", fix="set it, then run again"
            )
        return found.strip()

    def __repr__(self) -> str:
        return f"<secret {self.reference}>"


def _given(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(texts)


@lru_cache(maxsize=1024)
def _written(text: str) -> frozenset[str]:
    """A secret as it is, within JSON, within an address, and line by line where it has several, as keys have.

    A server that repeats a request as the text of an error has JSON within JSON. Remembered, because each new login
    makes a redactor that knows all the earlier ones.
    """
    forms = {text}
    for ascii_ in (True, False):
        once = json.dumps(text, ensure_ascii=ascii_)[1:-1]
        forms |= {once, json.dumps(once, ensure_ascii=ascii_)[1:-1]}
    forms |= {how(text, safe=safe, errors="replace") for how in (quote, quote_plus) for safe in ("", "/")}
    lines = text.splitlines()
    if len(lines) > 1:
        forms |= {line for line in lines if len(line) >= _LINE and not line.startswith("-----")}
    return frozenset(form for form in forms if len(form) >= _SHORTEST)


@attrs.frozen(repr=False)
class Redactor:
    """Blots out secrets: their own texts wherever they stand, and whatever stands behind the name of one.

    Parameters
    ----------
    texts : iterable of str
        The secrets; shorter ones than 4 characters are left, because they would blot out half the text.
        They are known within JSON and within addresses too, and a key of several lines by each of its lines.

    Examples
    --------
    >>> redact = Redactor(["s3cr3t-token"])
    >>> redact("GET /deals?key=s3cr3t-token"), redact('{"access_token": "x1", "name": "Acme"}')
    ('GET /deals?key=***', '{"access_token": "***", "name": "Acme"}')
    """

    texts: frozenset[str] = attrs.field(default=frozenset(), converter=_given)
    _forms: tuple[str, ...] = attrs.field(init=False, eq=False)

    @_forms.default
    def _all_forms(self) -> tuple[str, ...]:
        """The longest first, so that no part of one is left."""
        return tuple(sorted(frozenset().union(*map(_written, self.texts)), key=len, reverse=True))

    def __call__(self, text: str) -> str:
        for secret in self._forms:
            text = text.replace(secret, _MASK)
        for behind in _BEHIND:
            text = behind.sub(_blot, text)
        return text

    def __repr__(self) -> str:
        return f"<Redactor of {len(self.texts)}>"

    def finding(self, finding: Finding) -> Finding:
        """The same finding without secrets in its values and its place.

        Examples
        --------
        >>> from salesteam.core import find
        >>> Redactor(["s3cr3t-token"]).finding(find("core.missing-file", path="s3cr3t-token.yaml")).values
        (('path', '***.yaml'),)
        """
        values = tuple((name, self._value(value)) for name, value in finding.values)
        place = {name: self._value(value) for name, value in attrs.asdict(finding.place).items()}
        return attrs.evolve(finding, values=values, place=Place(**place))

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self(value)
        if isinstance(value, (tuple, list)):
            return tuple(self._value(each) for each in value)
        if attrs.has(type(value)) and {field.name for field in attrs.fields(type(value))} == _WORDS:
            return attrs.evolve(value, en=self(value.en), zh=self(value.zh))
        return value


def _blot(found: re.Match[str]) -> str:
    value = found["value"]
    quote = value[: len(value) - len(value.lstrip("\\")) + 1]
    quote = quote if quote[-1] in "\"'" else ""
    return f"{found['name']}{quote}{_MASK}{quote}"


def redactor_of(config: object) -> Redactor:
    """The redactor of the secrets that the settings of an adapter name."""
    return Redactor(text for secret in _secrets(config) if (text := _revealed(secret)))


def _revealed(secret: Secret) -> str:
    try:
        return secret.reveal()
    except InvalidValueError:
        return ""


def _secrets(value: object) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _secrets(each)
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _secrets(each)
    elif attrs.has(kind := type(value)):
        for field in attrs.fields(kind):
            yield from _secrets(getattr(value, field.name))
