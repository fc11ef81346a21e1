"""Findings: problems of business data as values, in English and Chinese."""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any, Literal

import attrs

from salesteam.core._say import say, shown
from salesteam.errors import InvalidValueError, NotFoundError

__all__ = ["ACTORS", "Entry", "Finding", "Place", "Severity", "catalogue", "find"]

Lang = Literal["en", "zh"]

ACTORS: Mapping[str, tuple[str, str]] = {
    "manager": ("sales manager", "销售主管"),
    "sales_ops": ("sales operations", "销售运营"),
    "finance": ("finance and compensation", "财务与薪酬"),
    "crm_admin": ("CRM administrator", "CRM 管理员"),
    "author": ("author of the playbook", "方案文件的作者"),
    "developer": ("developer or plugin author", "开发者或插件作者"),
}
"""Who can act on a finding: key, English and Chinese words."""


class Severity(enum.Enum):
    """How bad a finding is.

    An error means that a number is wrong or missing; a warning, that someone should look;
    a note, that it is good to know.

    Examples
    --------
    >>> Severity.ERROR.rank < Severity.NOTE.rank
    True
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Place in the order of badness, 0 the worst.

        Examples
        --------
        >>> [severity.rank for severity in Severity]
        [0, 1, 2]
        """
        return list(Severity).index(self)

    def text(self, lang: str = "en") -> str:
        """The word for a reader.

        Examples
        --------
        >>> Severity.ERROR.text("zh")
        '错误'
        """
        return {"error": say(lang, en="error", zh="错误"), "warning": say(lang, en="warning", zh="警告")}.get(
            self.value, say(lang, en="note", zh="提示")
        )


@attrs.frozen(kw_only=True)
class Place:
    """Where a finding sits: in a file, in a table, at a key.

    Parameters
    ----------
    file : str, optional
        Name of a file as the user wrote it.
    line, column : int, optional
        Position in the file, both from 1.
    table : str, optional
        Name of a table, such as ``"transactions"``.
    row : int, optional
        Row of the table, from 0, in the order it was given.
    field : str, optional
        Column or field.
    key : str, optional
        Dotted path or id of the thing, such as ``"components.c.tiers[0]"``.

    Examples
    --------
    >>> Place(file="goals.yaml", line=3, column=5, key="cycle.start").text()
    'goals.yaml:3:5 cycle.start'
    >>> Place(table="deals", row=4, field="amount").text()
    'deals row 4 amount'
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    table: str | None = None
    row: int | None = None
    field: str | None = None
    key: str | None = None

    def text(self, lang: str = "en") -> str:
        """The place in one phrase; empty if nothing is known of it.

        Examples
        --------
        >>> Place(table="deals", row=4).text("zh")
        'deals 第 4 行'
        """
        words: list[str] = []
        if self.file is not None:
            words.append(":".join(str(part) for part in (self.file, self.line, self.column) if part is not None))
        if self.table is not None:
            words.append(self.table)
        if self.row is not None:
            words.append(say(lang, en=f"row {self.row}", zh=f"第 {self.row} 行"))
        words.extend(word for word in (self.key, self.field) if word)
        return " ".join(words)


@attrs.frozen(kw_only=True)
class Entry:
    """One code of the catalogue, with its texts in both languages.

    Parameters
    ----------
    code : str
        ``subject.kebab-name``; stable once released, never reused.
    severity : Severity
        How bad it is unless a profile says otherwise.
    acts : str
        Who can act on it, a key of `ACTORS`.
    texts : mapping
        Language, then ``what``, ``question`` and ``fix``, with named placeholders.

    Examples
    --------
    >>> catalogue()["core.missing-file"].severity
    <Severity.ERROR: 'error'>
    """

    code: str
    severity: Severity
    acts: str
    texts: Mapping[str, Mapping[str, str]]

    @property
    def names(self) -> frozenset[str]:
        """The placeholders of all its texts.

        Examples
        --------
        >>> sorted(catalogue()["core.missing-file"].names)
        ['path']
        """
        return _names(self.code)


_WORDS = "words"
"""The table of a catalogue that is no code: language, placeholders, and the word for each value that has one."""


@cache
def _texts(subject: str) -> Mapping[str, dict[str, Any]]:
    file = resources.files("salesteam.core") / "catalogue" / f"{subject}.toml"
    if not subject.isidentifier() or not file.is_file():
        return {}
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _word(code: str, lang: str, name: str, value: object) -> object:
    """The word of a language for what a program calls by one of its own names, such as a kind of record."""
    if isinstance(value, tuple):
        return tuple(_word(code, lang, name, each) for each in value)
    if not isinstance(value, str):
        return value
    words = _texts(code.partition(".")[0]).get(_WORDS, {}).get(lang, {})
    return next((of[value] for names, of in words.items() if name in names.split() and value in of), value)


@cache
def _subject(subject: str) -> Mapping[str, Entry]:
    return {
        f"{subject}.{name}": Entry(
            code=f"{subject}.{name}",
            severity=Severity(entry["severity"]),
            acts=entry["acts"],
            texts={"en": entry["en"], "zh": entry["zh"]},
        )
        for name, entry in _texts(subject).items()
        if name != _WORDS
    }


def catalogue() -> Mapping[str, Entry]:
    """Every code of the library with its texts, sorted by code.

    Returns
    -------
    mapping of str to Entry
        Code to entry.

    Examples
    --------
    >>> "core.unknown-key" in catalogue()
    True
    """
    folder = resources.files("salesteam.core") / "catalogue"
    subjects = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    return {code: entry for subject in subjects for code, entry in sorted(_subject(subject).items())}


def _entry(code: str) -> Entry:
    found = _subject(code.partition(".")[0]).get(code)
    if found is None:
        raise NotFoundError("finding code", code, catalogue(), where="the catalogue")
    return found


@cache
def _names(code: str) -> frozenset[str]:
    texts = (text for lang in _entry(code).texts.values() for text in lang.values())
    return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)


@attrs.frozen(kw_only=True)
class Finding:
    """One problem: what, where, what to ask, what to do.

    Make it with `find`, which looks the severity up and checks that every placeholder is given.

    Parameters
    ----------
    code : str
        A code of the catalogue.
    severity : Severity
        How bad it is here.
    place : Place
        Where it sits.
    values : tuple of (str, object)
        The values of the placeholders, sorted by name.

    Examples
    --------
    >>> finding = find("core.missing-file", path="goals.yaml")
    >>> finding.severity.value, dict(finding.values)
    ('error', {'path': 'goals.yaml'})
    """

    code: str
    severity: Severity
    place: Place = Place()
    values: tuple[tuple[str, object], ...] = ()

    def _text(self, part: str, lang: str) -> str:
        texts = _entry(self.code).texts
        if lang not in texts:
            raise InvalidValueError(f"{lang!r} is no language of the findings", fix="use 'en' or 'zh'")
        values = {name: shown(_word(self.code, lang, name, value), lang) for name, value in self.values}
        return texts[lang][part].format_map(values)

    def what(self, lang: str = "en") -> str:
        """What is wrong, in one sentence.

        Examples
        --------
        >>> "goals.yaml" in find("core.missing-file", path="goals.yaml").what("zh")
        True
        """
        return self._text("what", lang)

    def question(self, lang: str = "en") -> str:
        """The question that a manager would ask.

        Examples
        --------
        >>> find("core.missing-file", path="goals.yaml").question().endswith("?")
        True
        """
        return self._text("question", lang)

    def fix(self, lang: str = "en") -> str:
        """What to do about it.

        Examples
        --------
        >>> bool(find("core.missing-file", path="goals.yaml").fix())
        True
        """
        return self._text("fix", lang)

    @property
    def acts(self) -> str:
        """Who can act on it, a key of `ACTORS`.

        Examples
        --------
        >>> find("core.missing-file", path="goals.yaml").acts
        'author'
        """
        return _entry(self.code).acts

    def text(self, lang: str = "en") -> str:
        """The whole finding on two lines: severity, code, place and what; then what to do.

        Examples
        --------
        >>> print(find("core.missing-file", path="goals.yaml").text())
        error core.missing-file: ...
          -> ...
        """
        place = self.place.text(lang)
        head = f"{self.severity.text(lang)} {self.code}" + (f" [{place}]" if place else "")
        return f"{head}: {self.what(lang)}\n  -> {self.fix(lang)}"

    def __str__(self) -> str:
        return self.text()


def find(code: str, place: Place | None = None, /, *, severity: Severity | None = None, **values: object) -> Finding:
    """Make a finding from its code.

    Parameters
    ----------
    code : str
        A code of the catalogue.
    place : Place, optional
        Where it sits.
    severity : Severity, optional
        Where a profile overrides the severity of the catalogue.
    **values : object
        The values of all placeholders in the texts.

    Returns
    -------
    Finding
        Ready for a report.

    Raises
    ------
    NotFoundError
        If the catalogue has no such code.
    InvalidValueError
        If a placeholder has no value.

    Examples
    --------
    >>> find("core.missing-file", Place(key="team"), path="team.yaml").code
    'core.missing-file'
    """
    entry = _entry(code)
    missing = sorted(entry.names - set(values))
    if missing:
        raise InvalidValueError(f"{code} needs a value for {', '.join(missing)}", where="find", fix="pass it by name")
    kept = tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in sorted(values.items()))
    return Finding(code=code, severity=severity or entry.severity, place=place or Place(), values=kept)
