"""What `verify` gives back: one verdict for each case, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import attrs

from salesteam.core import Cell, Explanation, Finding, Grid, Place, Report, Step, say
from salesteam.core import _table as t
from salesteam.errors import NotFoundError
from salesteam.incentives._cases._mismatch import Mismatch

__all__ = ["WORDS", "Verdict", "Verification"]

Status = Literal["pass", "differ", "unreadable", "skipped"]
WORDS = {
    "pass": ("pass", "通过"), "differ": ("differs", "不符"), "unreadable": ("unreadable", "无法读取"),
    "skipped": ("skipped", "跳过"),
}  # fmt: skip
_TONES: dict[str, Any] = {"pass": "good", "differ": "bad", "unreadable": "bad", "skipped": "muted"}


@attrs.frozen(kw_only=True)
class Verdict:
    """What became of one case.

    Parameters
    ----------
    id : str
        Of the case.
    status : {'pass', 'differ', 'unreadable', 'skipped'}
        How it ended.
    title, source, notes : str
        As the case says.
    place : Place
        Where it stands.
    claims : int
        How many figures, rows and findings it asks for.
    differences : tuple of Mismatch
        In what it differs.
    report : Report
        What kept it from being read, or its plan from running.
    reason : str
        Why it was skipped, or what broke.

    Examples
    --------
    >>> Verdict(id="c1", status="pass").ok
    True
    """

    id: str
    status: Status
    title: str = ""
    source: str = ""
    notes: str = ""
    place: Place = Place()
    claims: int = 0
    differences: tuple[Mismatch, ...] = ()
    report: Report = attrs.field(default=Report(), repr=False)
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether it passed, or was skipped.

        Examples
        --------
        >>> Verdict(id="c1", status="differ").ok
        False
        """
        return self.status in {"pass", "skipped"}

    def word(self, lang: str = "en") -> str:
        """Its status for a reader.

        Examples
        --------
        >>> Verdict(id="c1", status="pass").word("zh")
        '通过'
        """
        en, zh = WORDS[self.status]
        return say(lang, en=en, zh=zh)

    def explain(self, lang: str = "en") -> Explanation:
        """Everything in which it differs: expected, got, and which other reading gives what was expected.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a difference.

        Examples
        --------
        >>> print(Verdict(id="c1", status="pass").explain())
        c1: pass
        """
        title = f"{self.id}: {self.word(lang)}" + (f" ({self.reason})" if self.reason else "")
        told: set[str] = set()
        steps = [_step(each, lang, told) for each in self.differences]
        steps += [_told(finding, lang) for finding in (() if self.ok else self.report.errors)]
        return Explanation(title, steps, lang=lang)


def _told(finding: Finding, lang: str) -> Step:
    return Step(finding.code, value=f"{finding.place.text(lang)} {finding.what(lang)} {finding.fix(lang)}".strip())


def _step(each: Mismatch, lang: str, told: set[str]) -> Step:
    """One difference; how a number came about is told once, however many figures ask for it."""
    label = each.key + (f" {each.column}" if each.column else "")
    got = each.got_text(lang)
    value = say(lang, en=f"expected {each.expected}, got {got}", zh=f"预期 {each.expected}，得到 {got}")
    if not each.expected:
        value = got
    if each.difference:
        value += say(lang, en=f", difference {each.difference}", zh=f"，差额 {each.difference}")
    below = []
    if each.place.line is not None:
        below.append(Step(say(lang, en="written at", zh="写于"), value=each.place.text(lang)))
    label_of = say(lang, en="as expected if", zh="改为以下读法则相符")
    below += [Step(label_of, value=reading) for reading in each.readings]
    found = each.explanation.get(lang)
    if found is not None and found.text() not in told:
        told.add(found.text())
        below.append(Step(say(lang, en="came about", zh="计算过程"), value=found.title, steps=found.steps))
    return Step(label, value=value, steps=below)


@attrs.frozen(kw_only=True)
class _Row:
    """One row of a verification as a table."""

    case: str = t.column("id of the case")
    status: str = t.column("pass, differ, unreadable or skipped")
    key: str | None = t.column("what differs", default=None)
    column: str | None = t.column("its column", default=None)
    expected: str | None = t.column("what the case says", default=None)
    got: str | None = t.column("what came", default=None)
    difference: str | None = t.column("got minus expected", default=None)
    readings: str | None = t.column("other readings that give what was expected", default=None)
    file: str | None = t.column("file of the case", default=None)
    line: int | None = t.column("line of the expectation", default=None)


@attrs.frozen(kw_only=True)
class Verification:
    """What became of a file or folder of cases.

    Parameters
    ----------
    path : str
        What was verified.
    verdicts : tuple of Verdict
        One a case, in the order of the files.
    report : Report
        Problems of the files themselves.

    Examples
    --------
    >>> Verification(path="cases", verdicts=(Verdict(id="c1", status="pass"),)).exit_code
    0
    """

    path: str
    verdicts: tuple[Verdict, ...]
    report: Report = Report()

    @property
    def ok(self) -> bool:
        """Whether everything could be read and every case passed.

        Examples
        --------
        >>> Verification(path="cases", verdicts=()).ok
        True
        """
        return self.exit_code == 0

    @property
    def exit_code(self) -> int:
        """0 if all pass, 1 if one differs, 2 if one cannot be read.

        Examples
        --------
        >>> Verification(path="cases", verdicts=(Verdict(id="c1", status="differ"),)).exit_code
        1
        """
        if not self.report.ok or any(verdict.status == "unreadable" for verdict in self.verdicts):
            return 2
        return int(not all(verdict.ok for verdict in self.verdicts))

    def count(self, status: str) -> int:
        """How many cases ended so.

        Examples
        --------
        >>> Verification(path="cases", verdicts=()).count("pass")
        0
        """
        return sum(verdict.status == status for verdict in self.verdicts)

    def explain(self, case: str, *, lang: str = "en") -> Explanation:
        """Why one case ended as it did.

        Parameters
        ----------
        case : str
            Its id.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a difference.

        Raises
        ------
        NotFoundError
            If there is no such case.

        Examples
        --------
        >>> print(Verification(path="cases", verdicts=(Verdict(id="c1", status="pass"),)).explain("c1"))
        c1: pass
        """
        for verdict in self.verdicts:
            if verdict.id == case:
                return verdict.explain(lang)
        raise NotFoundError("case", case, [verdict.id for verdict in self.verdicts], where=self.path)

    def to_frame(self) -> Any:
        """One row a difference, and one for each case without any.

        Returns
        -------
        pandas.DataFrame
            Columns case, status, key, column, expected, got, difference, readings, file, line.

        Examples
        --------
        >>> list(Verification(path="cases", verdicts=()).to_frame().columns)[:2]
        ['case', 'status']
        """
        return t.write_rows(self._rows(), _Row)

    def _rows(self) -> Iterator[_Row]:
        for verdict in self.verdicts:
            if not verdict.differences:
                yield _Row(case=verdict.id, status=verdict.status, file=verdict.place.file, line=verdict.place.line)
            for each in verdict.differences:
                yield _Row(
                    case=verdict.id, status=verdict.status, key=each.key, column=each.column or None,
                    expected=each.expected, got=each.got, difference=each.difference or None,
                    readings="; ".join(each.readings) or None, file=each.place.file, line=each.place.line,
                )  # fmt: skip

    def grid(self, lang: str = "en") -> Grid:
        """The cases as a display grid: what ended how.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row a case.

        Examples
        --------
        >>> Verification(path="cases", verdicts=()).grid().title
        'Cases of cases'
        """
        heads = say(lang, en="Case|Result|Claims|About", zh="案例|结果|预期项|说明").split("|")
        rows = [
            (v.id, Cell(v.word(lang), tone=_TONES[v.status]), str(v.claims), v.reason or v.title) for v in self.verdicts
        ]
        title = say(lang, en=f"Cases of {self.path}", zh=f"{self.path} 的案例")
        return Grid(title=title, columns=heads, rows=rows, right=frozenset({2}), note=self.summary(lang))

    def summary(self, lang: str = "en") -> str:
        """How many ended how, on one line.

        Examples
        --------
        >>> Verification(path="cases", verdicts=(Verdict(id="c1", status="pass"),)).summary()
        '1 case: 1 pass'
        """
        parts = [(status, self.count(status)) for status in WORDS]
        told = [f"{count} {say(lang, en=WORDS[s][0], zh=WORDS[s][1])}" for s, count in parts if count]
        number = len(self.verdicts)
        noun = "case" if number == 1 else "cases"
        head = say(lang, en=f"{number} {noun}", zh=f"{number} 个案例")
        return say(lang, en=f"{head}: ", zh=f"{head}：") + (say(lang, en=", ", zh="，").join(told) or "-")

    def text(self, lang: str = "en", width: int = 80) -> str:
        """For a terminal: what cannot be read, what differs and why, and the count.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.
        width : int, default 80
            Columns.

        Returns
        -------
        str
            Lines without a newline at the end.

        Examples
        --------
        >>> Verification(path="cases", verdicts=(Verdict(id="c1", status="pass"),)).text()
        '1 case: 1 pass'
        """
        parts = []
        if self.report.findings:
            parts.append(Explanation(self.path, [_told(finding, lang) for finding in self.report]).text(width))
        parts += [v.explain(lang).text(width) for v in self.verdicts if v.status != "pass"]
        return "\n".join([*parts, self.summary(lang)])

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.grid().html()

    def to_json(self, lang: str = "en") -> str:
        """For another program.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language of the texts.

        Returns
        -------
        str
            JSON: path, exit code, counts, cases with their differences, findings of the files.

        Examples
        --------
        >>> '"exit_code": 0' in Verification(path="cases", verdicts=()).to_json()
        True
        """
        from salesteam.incentives._cases._export import as_json

        return as_json(self, lang)

    def junit(self, lang: str = "en") -> str:
        """For a build server.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language of the texts.

        Returns
        -------
        str
            XML as JUnit writes it: a difference is a failure, what cannot be read is an error.

        Examples
        --------
        >>> Verification(path="cases", verdicts=(Verdict(id="c1", status="pass"),)).junit().splitlines()[2]
        '  <testcase name="c1" classname="cases"/>'
        """
        from salesteam.incentives._cases._export import as_junit

        return as_junit(self, lang)
