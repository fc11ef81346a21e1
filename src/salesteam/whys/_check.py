"""Check a why tree: what passes, what fails, what nobody can say yet, and how that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from salesteam.core import Cell, Explanation, Grid, Report, Step, _table, say
from salesteam.errors import NotFoundError
from salesteam.whys._check_evidence import check_evidence, check_numbers
from salesteam.whys._check_measures import check_measures
from salesteam.whys._check_structure import check_structure
from salesteam.whys._check_words import check_words
from salesteam.whys._ledger import Checked, HasDuty, Ledger, Scene
from salesteam.whys._linear_reading import Linear, tree_of
from salesteam.whys._model_profile import Profile
from salesteam.whys._model_tree import Tree

__all__ = ["CODES", "Checks", "check"]

CODES: Mapping[str, str] = {
    "whys.unclear": "WHY001",
    "whys.fact-not-shown": "WHY002",
    "whys.link-not-shown": "WHY003",
    "whys.not-enough-alone": "WHY004",
    "whys.one-way-only": "WHY005",
    "whys.wrong-order": "WHY006",
    "whys.side-effect-unchecked": "WHY007",
    "whys.same-again": "WHY008",
    "whys.chain-incomplete": "WHY011",
    "whys.vague-negative": "WHY012",
    "whys.human-error-bare": "WHY013",
    "whys.broken-rule-bare": "WHY014",
    "whys.no-duty": "WHY015",
    "whys.missing-solution": "WHY016",
    "whys.therefore-fails": "WHY020",
    "whys.stops-at-person": "WHY021",
    "whys.stops-outside": "WHY022",
    "whys.no-measure": "WHY024",
    "whys.symptom-only": "WHY025",
    "whys.grouping-undeclared": "WHY030",
    "whys.single-path": "WHY031",
    "whys.cycle": "WHY032",
    "whys.blame": "WHY040",
    "whys.disputed-link": "WHY041",
    "whys.weak-evidence": "WHY042",
    "whys.numbers-do-not-sum": "WHY045",
    "whys.measure-incomplete": "WHY050",
    "whys.weak-measures": "WHY051",
    "whys.measure-late": "WHY052",
    "whys.not-verified": "WHY060",
    "whys.dangling": "",
    "whys.unreached": "",
    "whys.two-numbers": "",
}
"""Every code that `check` uses, in the order of its result, with the number by which the field knows it."""

_ORDER = {code: place for place, code in enumerate(CODES)}
_MARKS = {"pass": ("pass", "通过"), "fail": ("fail", "未通过"), "unknown": ("unknown", "未知")}
_HOW = {
    "structure": ("from the structure", "依据结构"),
    "words": ("from the words", "依据用词"),
    "asking": ("from an answer", "依据回答"),
    "duty": ("from the duty chart", "依据职责矩阵"),
}


@frozen(kw_only=True)
class CheckedRow:
    """One check of one thing as a row."""

    code: str = _table.column("code of the check")
    number: str = _table.column("number by which the field knows the check", default="")
    about: str = _table.column("id of the node, link or measure")
    outcome: str = _table.column("pass, fail or unknown")
    how: str = _table.column("structure, words, asking or duty")
    hit: str = _table.column("word or name that was found", default="")
    severity: str | None = _table.column("error, warning or note; empty if it passed", default=None)
    what: str = _table.column("what is wrong or open", default="")
    question: str = _table.column("what to ask", default="")
    by: str = _table.column("who answered", default="")


@frozen(kw_only=True)
class Checks:
    """What the checks say about one tree.

    Parameters
    ----------
    tree_id : str
        Id of the tree.
    profile : str
        Name of the profile used, with its weakest grade.
    as_of : date
        The day it was checked for.
    passed : tuple of (code, how, ids)
        What passed.
    others : tuple of Checked
        What failed and what is open, in the order of `CODES`.
    read : Report, optional
        What was wrong with the rows that the tree was read from.

    Examples
    --------
    >>> from salesteam.whys import Event, Profile, Tree
    >>> checks = check(Tree(id="t", event=Event(id="e", statement="order lost")), profile=Profile(min_grade="C"),
    ...                as_of=date(2025, 6, 30))
    >>> checks.outcome("whys.cycle"), checks.outcome("whys.fact-not-shown")
    ('pass', 'fail')
    """

    tree_id: str
    profile: str
    as_of: date
    passed: tuple[tuple[str, str, tuple[str, ...]], ...]
    others: tuple[Checked, ...]
    read: Report = Report()

    @property
    def report(self) -> Report:
        """What was wrong with the rows read, then the failures, as findings.

        Examples
        --------
        >>> Checks(tree_id="t", profile="p", as_of=date(2025, 6, 30), passed=(), others=()).report.ok
        True
        """
        return self.read + Report(one.finding for one in self.others if one.outcome == "fail")

    @property
    def unknown(self) -> tuple[Checked, ...]:
        """What nobody can say yet; each holds its question.

        Examples
        --------
        >>> Checks(tree_id="t", profile="p", as_of=date(2025, 6, 30), passed=(), others=()).unknown
        ()
        """
        return tuple(one for one in self.others if one.outcome == "unknown")

    def outcome(self, code: str, about: str | None = None) -> str | None:
        """What one check says, of one thing or of the whole tree.

        Parameters
        ----------
        code : str
            A key of `CODES`.
        about : str, optional
            Id of a node, link or measure; without it the worst outcome counts: fail, then unknown, then pass.

        Returns
        -------
        {'pass', 'fail', 'unknown'} or None
            None if there was nothing to check.

        Raises
        ------
        NotFoundError
            If there is no such check.

        Examples
        --------
        >>> Checks(tree_id="t", profile="p", as_of=date(2025, 6, 30), passed=(), others=()).outcome("whys.cycle")
        """
        if code not in CODES:
            raise NotFoundError("check", code, CODES, where="whys.check")
        found: set[str] = {one.outcome for one in self.others if one.code == code and about in {None, one.about}}
        if any(name == code and (about is None or about in ids) for name, _, ids in self.passed):
            found.add("pass")
        return next((outcome for outcome in ("fail", "unknown", "pass") if outcome in found), None)

    def fails(self, code: str) -> tuple[str, ...]:
        """Ids of the things that fail one check, sorted.

        Examples
        --------
        >>> Checks(tree_id="t", profile="p", as_of=date(2025, 6, 30), passed=(), others=()).fails("whys.blame")
        ()
        """
        return tuple(one.about for one in self.others if one.code == code and one.outcome == "fail")

    def to_frame(self, lang: str = "en") -> Any:
        """One row for each check of each thing.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language of the texts.

        Returns
        -------
        pandas.DataFrame
            code, number, about, outcome, how, hit, severity, what, question, by.

        Examples
        --------
        >>> list(Checks(tree_id="t", profile="p", as_of=date(2025, 6, 30), passed=(), others=()).to_frame().columns)[:4]
        ['code', 'number', 'about', 'outcome']
        """
        rows = [
            CheckedRow(code=code, number=CODES[code], about=name, outcome="pass", how=how)
            for code, how, names in self.passed
            for name in names
        ]
        rows += [_row(one, lang) for one in self.others]
        rows.sort(key=lambda row: (_ORDER[row.code], row.about, row.outcome, row.what))
        return _table.write_rows(rows, CheckedRow)

    def explain(self, key: str, lang: str = "en") -> Explanation:
        """One check, or all checks of one thing: what it says and how it knows.

        Parameters
        ----------
        key : str
            A code, or the id of a node, link or measure.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        salesteam.core.Explanation
            One step for each outcome.

        Raises
        ------
        NotFoundError
            If the checks know neither.

        Examples
        --------
        >>> from salesteam.whys import Event, Profile, Tree
        >>> tree = Tree(id="t", event=Event(id="e", statement="order lost"))
        >>> checks = check(tree, profile=Profile(min_grade="C"), as_of=date(2025, 6, 30))
        >>> "whys.fact-not-shown" in checks.explain("e").text()
        True
        """
        steps = [
            Step(label=code, formula=_word(_HOW, how, lang), value=f"{_word(_MARKS, 'pass', lang)}: {name}")
            for code, how, names in self.passed
            for name in names
            if key in {code, name}
        ]
        for one in self.others:
            if key in {one.code, one.about}:
                text = one.finding.what(lang) if one.outcome == "fail" else one.finding.question(lang)
                how = _word(_HOW, one.how, lang)
                if one.answer:
                    how += f" ({one.answer.by or '?'}, {one.answer.on or '?'})"
                steps.append(Step(label=one.code, formula=how, value=f"{_word(_MARKS, one.outcome, lang)}: {text}"))
        if not steps and key not in CODES:
            known = {*CODES, *(one.about for one in self.others)}
            raise NotFoundError("check or id", key, known, where=f"checks of {self.tree_id}")
        title = say(lang, en=f"{key} in {self.tree_id}", zh=f"{self.tree_id} 中的 {key}")
        return Explanation(title=title, steps=tuple(steps), conventions=(self.profile,))

    def grid(self, lang: str = "en") -> Grid:
        """The outcomes by code, counted, with the first thing that fails.

        Examples
        --------
        >>> Checks(tree_id="t", profile="p", as_of=date(2025, 6, 30), passed=(), others=()).grid().rows
        ()
        """
        rows: list[tuple[Cell | str, ...]] = []
        for code in CODES:
            counts = {mark: sum(one.code == code and one.outcome == mark for one in self.others) for mark in _MARKS}
            counts["pass"] = sum(len(names) for name, _, names in self.passed if name == code)
            if not any(counts.values()):
                continue
            first = next((one.finding for one in self.others if one.code == code), None)
            outcome = self.outcome(code)
            tone = {"pass": "good", "fail": "bad", "unknown": "muted"}[outcome or "pass"]
            rows.append(
                (
                    Cell(_word(_MARKS, outcome or "pass", lang), tone=tone),  # type: ignore[arg-type]  # one of three tones
                    code,
                    *(str(counts[mark]) for mark in _MARKS),
                    first.question(lang) if first else "",
                )
            )
        heads = say(lang, en="Outcome|Code|Pass|Fail|Unknown|Question", zh="结论|代码|通过|未通过|未知|提问").split("|")
        title = say(lang, en=f"Checks of {self.tree_id}", zh=f"{self.tree_id} 的检查")
        return Grid(title=title, columns=tuple(heads), rows=tuple(rows), right=frozenset({2, 3, 4}), note=self.profile)

    def text(self, lang: str = "en") -> str:
        """The grid for a terminal.

        Examples
        --------
        >>> "Checks of t" in Checks(tree_id="t", profile="p", as_of=date(2025, 6, 30), passed=(), others=()).text()
        True
        """
        return self.grid(lang).text()

    def _repr_html_(self) -> str:
        return self.grid().html()


def _word(words: Mapping[str, tuple[str, str]], key: str, lang: str) -> str:
    english, chinese = words[key]
    return say(lang, en=english, zh=chinese)


def _row(one: Checked, lang: str) -> CheckedRow:
    finding = one.finding
    return CheckedRow(
        code=one.code,
        number=CODES[one.code],
        about=one.about,
        outcome=one.outcome,
        how=one.how,
        hit=one.hit,
        severity=finding.severity.value,
        what=finding.what(lang),
        question=finding.question(lang),
        by=one.answer.by if one.answer else "",
    )


def _sorted(others: Iterable[Checked]) -> tuple[Checked, ...]:
    def key(one: Checked) -> tuple[int, str, str, str, str]:
        more = str(sorted(one.values.items())) if one.code == "whys.weak-evidence" else ""
        return _ORDER[one.code], one.about, one.outcome, one.hit, more

    return tuple(sorted(others, key=key))


def check(tree: Tree | Linear, *, profile: Profile, as_of: date, has_duty: HasDuty | None = None) -> Checks:
    """Ask a tree every question that can be asked without guessing.

    Each check passes, fails or is unknown, and says how it knows: from the structure, from a word list (with the hit),
    from an answer that somebody gave, or from the duty chart.
    It never raises on account of the tree, and the order of rows changes nothing.
    A blameless tree is reported with pseudonyms, and no profile softens what it says about blame.

    Parameters
    ----------
    tree : Tree
        Any tree, however broken; or the rows of whys that `from_linear` read, whose findings join the report.
    profile : Profile
        What the house asks: weakest grade of evidence, severities, own words.
    as_of : date
        The day to judge lateness by.
    has_duty : callable, optional
        ``has_duty(subject, activity, on)`` gives yes, no or unknown; a RACI chart's method fits.
        Without it, duties are unknown.

    Returns
    -------
    Checks
        All outcomes; ``.report`` holds the failures as findings.

    References
    ----------
    Goldratt, categories of legitimate reservation; Card, "The problem with '5 whys'", BMJ Quality & Safety 2017;
    the five rules of causation of the VA National Center for Patient Safety.

    Examples
    --------
    >>> from salesteam.whys import Cause, Event, Link
    >>> tree = Tree(id="t", event=Event(id="e", statement="the order was lost"),
    ...             causes=(Cause(id="c", statement="the hand-off was careless", kind="condition"),),
    ...             links=(Link(effect="e", cause="c"),))
    >>> checks = check(tree, profile=Profile(min_grade="C"), as_of=date(2025, 6, 30))
    >>> checks.fails("whys.blame"), checks.outcome("whys.therefore-fails")
    (('c',), 'unknown')
    """
    read = tree.report if isinstance(tree, Linear) else Report()
    tree = tree_of(tree)
    scene = Scene(tree=tree, profile=profile, as_of=as_of, has_duty=has_duty)
    ledger = Ledger(scene)
    for part in (check_words, check_structure, check_evidence, check_numbers, check_measures):
        part(scene, ledger)
    passed = tuple(
        (code, how, tuple(sorted(names)))
        for (code, how), names in sorted(ledger.passed.items(), key=lambda item: (_ORDER[item[0][0]], item[0][1]))
    )
    return Checks(
        tree_id=tree.shown().id,
        profile=f"{profile.name}, min_grade={profile.min_grade}",
        as_of=as_of,
        passed=passed,
        others=_sorted(ledger.others),
        read=read,
    )
