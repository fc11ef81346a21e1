"""What `route` gives back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import attrs

from salesteam.core import Cell, Explanation, Grid, Money, Report, Step, say, shown
from salesteam.errors import NotFoundError
from salesteam.raci._climb import Status
from salesteam.raci._model_chart import Activity, Role
from salesteam.raci._profile import Profile
from salesteam.raci._words import DUTIES, Duty, Phrase

__all__ = ["Part", "Route", "RouteStep"]

Part = Literal[Duty, "escalation"]


@attrs.frozen(kw_only=True)
class RouteStep:
    """One person, or one role without a person, on a route.

    Parameters
    ----------
    part : str
        The duty, or ``escalation``.
    letters : str
        The letters of the role in the activity, empty if it has none there.
    role : Role or str
        The role; its id if the chart does not declare it, empty for a manager found by reporting line.
    person : str or None
        Id of the person; None if nobody is known to act.
    reason : Phrase
        Why this person.
    deputy : str
        Id of the person who stands in if this one cannot, empty if there is none.

    Examples
    --------
    >>> RouteStep(part="does", role="sales", person="li", reason=Phrase("holds the role", "担任该角色")).person
    'li'
    """

    part: Part
    letters: str = ""
    role: Role | str = ""
    person: str | None = None
    reason: Phrase
    deputy: str = ""


def _asks(part: Part, lang: str) -> str:
    if part == "escalation":
        return say(lang, en="Where does it go next?", zh="向谁升级？")
    return say(lang, en=DUTIES[part].asks_en, zh=DUTIES[part].asks_zh)


@attrs.frozen(kw_only=True)
class Route:
    r"""Who acts on an activity on a day, and where it goes if they cannot settle it.

    Parameters
    ----------
    activity : Activity
        What is routed.
    as_of : date
        The day.
    value : Money, Fraction or None
        The value to decide.
    status : {'clear', 'climbed', 'blocked', 'unknown'}
        Clear: the usual role decides; climbed: a higher one must; blocked: none may; unknown: no limit is known.
    steps : tuple of RouteStep
        In the order of the work: asked before, does, answers, decides, told after, with what else the profile has.
    climb : tuple of Phrase
        How the value climbed.
    escalation : tuple of RouteStep
        Where it goes next, nearest first.
    report : Report
        What is in the way.
    people : mapping of str to str
        Names of the people; empty if the chart does not say who holds its roles.
    profile : Profile
        How the letters were read.

    Examples
    --------
    >>> from salesteam import raci
    >>> chart = raci.parse("activity,sales,presales\nquote,R,A", format="matrix", profile="raci", a_approves=True)
    >>> [step.role.id for step in raci.route(chart, "quote", as_of=date(2026, 9, 30)).decides]
    ['presales']
    """

    activity: Activity
    as_of: date
    value: Money | Fraction | None
    status: Status
    steps: tuple[RouteStep, ...]
    climb: tuple[Phrase, ...]
    escalation: tuple[RouteStep, ...]
    report: Report
    people: Mapping[str, str] = attrs.field(hash=False)
    profile: Profile

    def part(self, part: Part) -> tuple[RouteStep, ...]:
        """The steps of one duty.

        Parameters
        ----------
        part : str
            A duty, or ``escalation``.

        Returns
        -------
        tuple of RouteStep
            Empty if nobody has it.

        Raises
        ------
        NotFoundError
            If there is no such duty.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
        >>> [step.role.id for step in found.part("decides")]
        ['boss']
        """
        if part != "escalation" and part not in DUTIES:
            raise NotFoundError("part", part, [*DUTIES, "escalation"], where="the route")
        return tuple(step for step in (*self.steps, *self.escalation) if step.part == part)

    @property
    def does(self) -> tuple[RouteStep, ...]:
        """Who does it; where the profile has no doer, who drives it.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
        >>> [step.role.id for step in found.does]
        ['sales']
        """
        return self.part(self.profile.doing)

    @property
    def decides(self) -> tuple[RouteStep, ...]:
        """Who decides, after the value has climbed; empty if blocked.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
        >>> [step.role.id for step in found.decides]
        ['boss']
        """
        return self.part("decides")

    @property
    def asked_before(self) -> tuple[RouteStep, ...]:
        """Who is asked before.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
        >>> found.asked_before
        ()
        """
        return self.part("asked_before")

    @property
    def told_after(self) -> tuple[RouteStep, ...]:
        """Who is told after.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
        >>> found.told_after
        ()
        """
        return self.part("told_after")

    def to_frame(self, like: object = None, *, lang: str = "en") -> Any:
        """The route as a table.

        Parameters
        ----------
        like : dataframe, optional
            Give the same kind of frame back; pandas if not given.
        lang : {'en', 'zh'}, default 'en'
            Language of names and reasons.

        Returns
        -------
        dataframe
            Columns activity, part, letters, role, person, reason, deputy; escalation last.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
        >>> list(found.to_frame()["part"])
        ['drives', 'decides']
        """
        from salesteam.raci._frame import route_frame

        return route_frame(self, like, lang)

    def explain(self, key: str = "", lang: str = "en") -> Explanation:
        """Why each of them.

        Parameters
        ----------
        key : str, optional
            A duty such as ``"decides"``, or ``"escalation"``; everything if not given.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a question, with the climb of the value under the decision.

        Raises
        ------
        NotFoundError
            If nobody on the route has such a part.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
        >>> "Who decides?" in str(found.explain("decides"))
        True
        """
        parts = tuple(dict.fromkeys(step.part for step in (*self.steps, *self.escalation)))
        if key and key not in parts:
            raise NotFoundError("part", key, parts, where="the route")
        steps = [self._step(part, lang) for part in parts if key in {"", part}]
        if self.status != "clear" and key in {"", "decides"} and "decides" not in parts:
            steps.append(self._step("decides", lang))
        title = self._title(lang)
        return Explanation(title=title, steps=tuple(steps), conventions=(self._reading(lang),))

    def _title(self, lang: str) -> str:
        name = shown(self.activity, lang)
        return say(lang, en=f"Route of {name} on {self.as_of}", zh=f"{name}（{self.as_of}）的流转路径")

    def _reading(self, lang: str) -> str:
        return f"{say(lang, en='profile', zh='字母体系')} {self.profile.name}: {self.profile.text(lang)}"

    def _who(self, step: RouteStep, lang: str) -> str:
        if step.person:
            return self.people.get(step.person, step.person)
        return say(lang, en="nobody", zh="无人") if self.people else say(lang, en="not given", zh="未提供")

    def _step(self, part: Part, lang: str) -> Step:
        below = [
            Step(
                label=shown(step.role, lang) or step.reason.text(lang),
                formula=self._why(step, lang),
                value=self._who(step, lang),
            )
            for step in self.part(part)
        ]
        if part == "decides":
            below += [Step(label=phrase.text(lang)) for phrase in self.climb]
        who = shown([self._who(step, lang) for step in self.part(part)], lang) or say(lang, en="nobody", zh="无人")
        return Step(label=_asks(part, lang), value=who, steps=tuple(below))

    def _why(self, step: RouteStep, lang: str) -> str:
        deputy = self.people.get(step.deputy, step.deputy)
        words = [step.letters, step.reason.text(lang)]
        if deputy:
            words.append(say(lang, en=f"deputy {deputy}", zh=f"代理人 {deputy}"))
        return say(lang, en=", ", zh="，").join(word for word in words if word)

    def grid(self, lang: str = "en") -> Grid:
        """The route as a display table.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row a step.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
        >>> found.grid("zh").columns
        ('问题', '角色', '人员', '原因')
        """
        rows = tuple(
            (
                _asks(step.part, lang),
                shown(step.role, lang),
                Cell(self._who(step, lang), tone="" if step.person else "bad"),
                self._why(step, lang),
            )
            for step in (*self.steps, *self.escalation)
        )
        heads = say(lang, en="Question|Role|Person|Why", zh="问题|角色|人员|原因").split("|")
        notes = [phrase.text(lang) for phrase in self.climb] + [finding.what(lang) for finding in self.report]
        return Grid(
            title=self._title(lang), columns=tuple(heads), rows=rows, note=" · ".join([*notes, self._reading(lang)])
        )

    def text(self, lang: str = "en", *, width: int = 80) -> str:
        """The route for a terminal.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.
        width : int, default 80
            Columns of the terminal.

        Returns
        -------
        str
            A table.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> found = raci.route(chart, "quote", as_of=date(2026, 9, 30))
        >>> "Who drives it?" in found.text()
        True
        """
        return self.grid(lang).text(width=width)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.grid().html()
