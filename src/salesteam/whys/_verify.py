"""Whether countermeasures were done, and whether the event became rarer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from salesteam.core import Explanation, Grid, Place, Report, Step, _table, find, rational_text, say
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.whys._kinds import Verdict
from salesteam.whys._linear_reading import Linear, tree_of
from salesteam.whys._model_evidence import filled
from salesteam.whys._model_measure import Countermeasure
from salesteam.whys._model_tree import Tree

__all__ = ["Fact", "Verified", "VerifiedMeasure", "verify"]

_VERDICTS = {
    "effective": ("effective", "有效"),
    "not_effective": ("not effective", "无效"),
    "too_early": ("too early to say", "为时尚早"),
    "not_done": ("not done", "未落实"),
    "unmeasured": ("unmeasured", "未测量"),
}
_TONES = {"effective": "good", "not_effective": "bad", "too_early": "muted", "not_done": "warn", "unmeasured": "muted"}


@frozen(kw_only=True)
class Fact:
    """What was counted about one countermeasure.

    Parameters
    ----------
    measure : str
        Id of the countermeasure.
    through, cases : int, optional
        Cases that went through the gate, of how many.
    events_before, exposure_before : int, optional
        Events before the measure, in how many chances, such as orders.
    events_after, exposure_after : int, optional
        The same after it.

    Examples
    --------
    >>> Fact(measure="gate", through=45, cases=50).done_share
    Fraction(9, 10)
    """

    measure: str = field(validator=filled)
    through: int | None = None
    cases: int | None = None
    events_before: int | None = None
    exposure_before: int | None = None
    events_after: int | None = None
    exposure_after: int | None = None

    def __attrs_post_init__(self) -> None:
        pairs = (
            (self.through, self.cases, True),
            (self.events_before, self.exposure_before, False),
            (self.events_after, self.exposure_after, False),
        )
        for part, whole, bounded in pairs:
            below = any(number is not None and number < 0 for number in (part, whole))
            if below or (bounded and part is not None and whole is not None and part > whole):
                raise InvalidValueError(f"{part} of {whole}", where=f"Fact {self.measure}", fix="count again")

    @property
    def done_share(self) -> Fraction | None:
        """Share of cases that went through, in 0..1; None if it was not counted.

        Examples
        --------
        >>> Fact(measure="gate").done_share is None
        True
        """
        return _share(self.through, self.cases)

    @property
    def rates(self) -> tuple[Fraction | None, Fraction | None]:
        """Events a chance before and after; None where they were not counted.

        Examples
        --------
        >>> Fact(measure="gate", events_before=6, exposure_before=120).rates
        (Fraction(1, 20), None)
        """
        return _share(self.events_before, self.exposure_before), _share(self.events_after, self.exposure_after)


def _share(part: int | None, whole: int | None) -> Fraction | None:
    return Fraction(part, whole) if part is not None and whole else None


@frozen(kw_only=True)
class VerifiedMeasure:
    """The verdict on one countermeasure.

    Parameters
    ----------
    measure, statement : str
        Which one.
    verdict : {'effective', 'not_effective', 'too_early', 'not_done', 'unmeasured'}
        What the facts show.
    missing : str
        What was not stated or not counted, for an unmeasured one.
    done_share, goal : Fraction or None
        Share of cases through it, and the share from which on it counts as done, in 0..1.
    rate_before, rate_after : Fraction or None
        Events a chance.
    judge_on : date or None
        First day on which the outcome can be judged.

    Examples
    --------
    >>> VerifiedMeasure(measure="m", statement="gate", verdict="unmeasured", missing="window").verdict
    'unmeasured'
    """

    measure: str = _table.column("id of the countermeasure")
    statement: str = _table.column("what was to be done")
    verdict: Verdict = _table.column("effective, not_effective, too_early, not_done or unmeasured")
    missing: str = _table.column("what was not stated or not counted", default="")
    done_share: Fraction | None = _table.column("share of cases through it", "0..1", default=None)
    goal: Fraction | None = _table.column("share from which on it counts as done", "0..1", default=None)
    rate_before: Fraction | None = _table.column("events before", "a chance", default=None)
    rate_after: Fraction | None = _table.column("events after", "a chance", default=None)
    judge_on: date | None = _table.column("first day on which the outcome can be judged", default=None)


@frozen(kw_only=True)
class Verified:
    """Verdicts on all live countermeasures of a tree.

    Parameters
    ----------
    tree_id : str
        Id of the tree.
    as_of : date
        The day of the verdict.
    rows : tuple of VerifiedMeasure
        By id.
    report : Report
        Facts that belong to no countermeasure.

    Examples
    --------
    >>> from salesteam.whys import Event
    >>> verify(Tree(id="t", event=Event(id="e", statement="s")), (), as_of=date(2026, 9, 30)).rows
    ()
    """

    tree_id: str
    as_of: date
    rows: tuple[VerifiedMeasure, ...]
    report: Report

    def of(self, measure: str) -> VerifiedMeasure:
        """The verdict on one countermeasure.

        Raises
        ------
        NotFoundError
            If there is none.

        Examples
        --------
        >>> row = VerifiedMeasure(measure="m", statement="gate", verdict="too_early")
        >>> Verified(tree_id="t", as_of=date(2026, 9, 30), rows=(row,), report=Report()).of("m").verdict
        'too_early'
        """
        for row in self.rows:
            if row.measure == measure:
                return row
        raise NotFoundError("live measure", measure, [row.measure for row in self.rows], where=f"tree {self.tree_id}")

    def to_frame(self, *, exact: bool = False) -> Any:
        """One row a countermeasure, with the fields of `VerifiedMeasure`.

        Examples
        --------
        >>> row = VerifiedMeasure(measure="m", statement="gate", verdict="too_early")
        >>> list(Verified(tree_id="t", as_of=date(2026, 9, 30), rows=(row,), report=Report()).to_frame()["verdict"])
        ['too_early']
        """
        return _table.write_rows(self.rows, VerifiedMeasure, exact=exact)

    def explain(self, key: str, lang: str = "en") -> Explanation:
        """How one verdict comes about.

        Parameters
        ----------
        key : str
            Id of a countermeasure.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Raises
        ------
        NotFoundError
            If there is no such live measure.

        Examples
        --------
        >>> row = VerifiedMeasure(measure="m", statement="gate", verdict="not_done", done_share=Fraction(1, 2),
        ...                       goal=Fraction(9, 10))
        >>> print(Verified(tree_id="t", as_of=date(2026, 9, 30), rows=(row,), report=Report()).explain("m"))
        gate: not done
          done: 0.5 < 0.9
        """
        row = self.of(key)
        steps = []
        if row.missing:
            steps.append(Step(label=say(lang, en="not stated or not counted", zh="未说明或未统计"), value=row.missing))
        if row.done_share is not None and row.goal is not None:
            sign = "≥" if row.done_share >= row.goal else "<"
            value = f"{rational_text(row.done_share)} {sign} {rational_text(row.goal)}"
            steps.append(Step(label=say(lang, en="done", zh="落实"), value=value))
        if row.judge_on is not None:
            value = f"{self.as_of} {'≥' if self.as_of >= row.judge_on else '<'} {row.judge_on}"
            steps.append(Step(label=say(lang, en="can be judged", zh="可判定"), value=value))
        if row.rate_before is not None and row.rate_after is not None:
            value = f"{rational_text(row.rate_before)} → {rational_text(row.rate_after)}"
            steps.append(Step(label=say(lang, en="events a chance", zh="事件率"), value=value))
        english, chinese = _VERDICTS[row.verdict]
        return Explanation(title=f"{row.statement}: {say(lang, en=english, zh=chinese)}", steps=tuple(steps))

    def grid(self, lang: str = "en") -> Grid:
        """The verdicts as a display table.

        Examples
        --------
        >>> row = VerifiedMeasure(measure="m", statement="gate", verdict="too_early")
        >>> len(Verified(tree_id="t", as_of=date(2026, 9, 30), rows=(row,), report=Report()).grid().rows)
        1
        """
        from salesteam.core import Cell

        rows = tuple(
            (
                row.measure,
                row.statement,
                Cell(say(lang, en=_VERDICTS[row.verdict][0], zh=_VERDICTS[row.verdict][1]), tone=_TONES[row.verdict]),  # type: ignore[arg-type]  # tones of this table
                row.missing,
            )
            for row in self.rows
        )
        heads = say(lang, en="Id|Countermeasure|Verdict|Missing", zh="编号|对策|结论|缺少").split("|")
        title = say(lang, en=f"Verification of {self.tree_id}", zh=f"{self.tree_id} 的验证")
        return Grid(title=title, columns=tuple(heads), rows=rows, note=str(self.as_of))

    def _repr_html_(self) -> str:
        return self.grid().html()


def verify(tree: Tree | Linear, facts: Iterable[Fact], *, as_of: date) -> Verified:
    """Judge every live countermeasure by whether it was done and whether the event became rarer.

    Doing is kept apart from the outcome: a gate that nobody passes through is not done, whatever happened to the event.
    The first that holds is the verdict: unmeasured if something is not stated or not counted; not done if the share
    through it is below its goal after the due date; too early before its window has passed; effective if events a
    chance are strictly fewer than before; else not effective.
    It does not say how long silence has to last before it proves anything.

    Parameters
    ----------
    tree : Tree
        Any tree.
    facts : iterable of Fact
        What was counted; one for each countermeasure, the last counts.
    as_of : date
        The day of the verdict.

    Returns
    -------
    Verified
        Verdicts by id, and findings for facts that belong nowhere.

    Examples
    --------
    >>> from salesteam.whys import Event
    >>> gate = Countermeasure(id="m", statement="gate", kind="blocking_gate", due=date(2026, 6, 30), window=60,
    ...                       process_goal="0.9")
    >>> fact = Fact(measure="m", through=95, cases=100, events_before=6, exposure_before=120, events_after=1,
    ...             exposure_after=130)
    >>> tree = Tree(id="t", event=Event(id="e", statement="s"), measures=(gate,))
    >>> verify(tree, [fact], as_of=date(2026, 9, 30)).of("m").verdict
    'effective'
    """
    whole = tree_of(tree)
    shown = whole.shown()
    known = {fact.measure: fact for fact in facts}
    pairs = zip(whole.measures, shown.measures, strict=True)
    live = sorted(((told, known.get(one.id)) for one, told in pairs if one.is_live), key=lambda pair: pair[0].id)
    ids = {one.id for one in whole.measures}
    stray = [
        find("whys.fact-unknown", Place(table=shown.id, key=name), measure=name) for name in known if name not in ids
    ]
    rows = tuple(_judged(one, fact or Fact(measure=one.id), as_of) for one, fact in live)
    return Verified(tree_id=shown.id, as_of=as_of, rows=rows, report=Report(stray))


def _judged(measure: Countermeasure, fact: Fact, as_of: date) -> VerifiedMeasure:
    before, after = fact.rates
    judge_on = None
    if measure.due is not None and measure.window is not None:
        judge_on = measure.due + timedelta(days=measure.window)
    needed = {
        "due": measure.due,
        "window": measure.window,
        "process_goal": measure.process_goal,
        "through/cases": fact.done_share,
    }
    missing = [name for name, value in needed.items() if value is None]
    verdict: Verdict = "unmeasured"
    if not missing:
        assert measure.due is not None
        assert judge_on is not None
        assert measure.process_goal is not None
        assert fact.done_share is not None
        if as_of > measure.due and fact.done_share < measure.process_goal:
            verdict = "not_done"
        elif as_of < judge_on:
            verdict = "too_early"
        elif before is None or after is None:
            missing = ["events/exposure"]
        else:
            verdict = "effective" if after < before else "not_effective"
    return VerifiedMeasure(
        measure=measure.id,
        statement=measure.statement,
        verdict=verdict,
        missing=", ".join(missing),
        done_share=fact.done_share,
        goal=measure.process_goal,
        rate_before=before,
        rate_after=after,
        judge_on=judge_on,
    )
