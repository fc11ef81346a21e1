"""What other readings of a plan would pay: the nouns, and how they show themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from salesteam.core import Cell, Explanation, Grid, Money, Step, say
from salesteam.core import _table as t
from salesteam.errors import NotFoundError
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._whatif._movers import signed
from salesteam.incentives._whatif._read_as import FIRST, back, bare, by_path, read_as, short, why

__all__ = ["Reading", "Readings"]


@attrs.frozen(kw_only=True)
class Reading:
    """A plan with one choice taken another way.

    Parameters
    ----------
    path : str
        Dotted path of the choice, such as ``components.c.method``; empty for the plan as it is written.
    choice : str
        Key of `OPTIONS`.
    option : str
        What is taken.
    also : tuple of (str, str)
        Choices that the option asks for, each with what was taken.
    pay : mapping of str to int
        What each payee would earn, in minor units.
    refused : tuple of (str, str, str)
        Code and reason in English and Chinese, if the plan cannot be read so; else empty.
    settled : bool
        Whether the money is what is paid after draws, guarantees and negative totals, rather than what is earned.
    back : tuple of UnpaidRow
        Rows that come back unpaid under this reading, though not as the plan is written.

    Examples
    --------
    >>> Reading(path="components.c.method", choice="method", option="slab", pay={"ana": 15000}).total_minor
    15000
    """

    path: str
    choice: str
    option: str
    also: tuple[tuple[str, str], ...] = ()
    pay: Mapping[str, int] = attrs.field(factory=dict)
    refused: tuple[str, str, str] | tuple[()] = ()
    settled: bool = False
    back: tuple[UnpaidRow, ...] = ()

    @property
    def total_minor(self) -> int | None:
        """What everyone would earn together; None if refused."""
        return None if self.refused else sum(self.pay.values())

    @property
    def words(self) -> str:
        """The choice and what was taken, as a plan file would say it."""
        if not self.path:
            return ""
        return ", ".join([f"{self.path}: {self.option}", *(f"{path.rpartition('.')[2]}: {o}" for path, o in self.also)])


@attrs.frozen(kw_only=True)
class _Row:
    """One row of the table of readings."""

    path: str = t.column("dotted path of the choice; empty for the plan as written")
    option: str = t.column("what is taken")
    also: str = t.column("further choices that it asks for")
    payee: str | None = t.column("who; empty for all together", default=None)
    pay_minor: int | None = t.column("what is earned; empty if refused", "minor units", default=None)
    delta_minor: int | None = t.column("difference from the plan as written", "minor units", default=None)
    refused: str | None = t.column("code of the reason", default=None)
    reason: str | None = t.column("why it cannot be read so", default=None)


@attrs.frozen(kw_only=True)
class Readings:
    """What each other reading of a plan would pay; the plan as written comes first.

    Parameters
    ----------
    plan : str
        Name and version.
    currency : str
        Of all money.
    readings : tuple of Reading
        The plan as written, then the others in the order of the plan.
    paid : mapping of str to int
        What the plan as written pays each payee in the end; what settled readings are compared with.

    Examples
    --------
    >>> written = Reading(path="", choice="", option="", pay={"ana": 5})
    >>> Readings(plan="ae 1", currency="CNY", readings=(written,)).between
    Money(minor=0, currency='CNY')
    """

    plan: str
    currency: str
    readings: tuple[Reading, ...]
    paid: Mapping[str, int] = attrs.field(factory=dict, repr=False)

    def __iter__(self) -> Iterator[Reading]:
        return iter(self.readings)

    def __len__(self) -> int:
        return len(self.readings)

    @property
    def written(self) -> Reading:
        """The plan as it is written."""
        return self.readings[0]

    @property
    def others(self) -> tuple[Reading, ...]:
        """Readings that can be paid, besides the one that is written."""
        return tuple(each for each in self.readings[1:] if not each.refused)

    @property
    def refused(self) -> tuple[Reading, ...]:
        """Readings that the plan does not allow."""
        return tuple(each for each in self.readings if each.refused)

    @property
    def between(self) -> Money:
        """The money between the reading that pays most and the one that pays least."""
        moved = [0, *(self._delta(each) for each in self.others)]
        return Money(max(moved) - min(moved), self.currency)

    def giving(self, amount: object, payee: str | None = None) -> tuple[Reading, ...]:
        """The readings that give an amount, to find out which one somebody has in mind.

        Parameters
        ----------
        amount : number or str
            Money in major units.
        payee : str, optional
            Whose pay; the total if left out.

        Returns
        -------
        tuple of Reading
            In the order of the plan; empty if no reading gives it.
        """
        wanted = Money.of(amount, self.currency).minor
        return tuple(
            each
            for each in (self.written, *self.others)
            if (each.total_minor if payee is None else each.pay.get(payee, 0)) == wanted
        )

    def _as_written(self, reading: Reading) -> Mapping[str, int]:
        """What the plan as written gives at the same stage."""
        return self.paid if reading.settled else self.written.pay

    def _delta(self, reading: Reading, payee: str | None = None) -> int:
        before = self._as_written(reading)
        if payee is not None:
            return reading.pay.get(payee, 0) - before.get(payee, 0)
        return (reading.total_minor or 0) - sum(before.values())

    def to_frame(self, *, like: Any = None, lang: str = "en") -> Any:
        """The readings as a frame: one row for all together, then one for each payee.

        Parameters
        ----------
        like : native frame or list, optional
            The result is of the same kind; pandas without it.
        lang : {'en', 'zh'}, default 'en'
            Language of the column ``reason``.

        Returns
        -------
        native frame
            Columns path, option, also, payee, pay_minor, delta_minor, refused, reason.
        """
        return t.write_rows([row for each in self.readings for row in self._rows(each, lang)], _Row, like)

    def _rows(self, reading: Reading, lang: str) -> Iterator[_Row]:
        also = ", ".join(f"{path}: {option}" for path, option in reading.also)
        about: dict[str, Any] = {"path": reading.path, "option": reading.option, "also": also}
        if reading.refused:
            code, en, zh = reading.refused
            yield _Row(**about, refused=code, reason=say(lang, en=en, zh=zh))
            return
        yield _Row(**about, pay_minor=reading.total_minor, delta_minor=self._delta(reading))
        for payee in sorted(reading.pay.keys() | self._as_written(reading).keys()):
            pay, delta = reading.pay.get(payee, 0), self._delta(reading, payee)
            yield _Row(**about, payee=payee, pay_minor=pay, delta_minor=delta)

    def grid(self, lang: str = "en") -> Grid:
        """The readings for display: those that move money first by how much, then what moves none, then the refused.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row a reading.
        """
        heads = say(lang, en="Choice|Read as|Total|Difference|Who moves", zh="选择|读法|合计|差额|受影响的人").split(
            "|"
        )
        as_written = Cell(say(lang, en="as written", zh="按原文"), tone="strong")
        rows: list[tuple[str | Cell, ...]] = [("", as_written, self._plain(self.written.total_minor, lang), "", "")]
        ordered = sorted(self.others, key=lambda r: -abs(self._delta(r)))
        alike: dict[tuple[object, ...], list[Reading]] = {}
        for each in ordered:
            key = (each.path, each.option, *sorted(each.pay.items()))
            alike.setdefault(key, []).append(each)
        rows += [self._line(group, lang) for group in alike.values() if self._moves(group[0])]
        title = say(
            lang, en=f"Readings of {self.plan} ({self.currency})", zh=f"{self.plan} 的不同读法（{self.currency}）"
        )
        return Grid(title=title, columns=heads, rows=rows, right={2, 3}, note=self._note(lang))

    def _note(self, lang: str) -> str:
        """The money between, what moves none, and what the plan cannot be read as."""
        between = self.between.text(lang)
        note = say(lang, en=f"Between the readings lie {between}.", zh=f"各读法之间相差 {between}。")
        moving = {(each.path, each.option) for each in self.others if self._moves(each)}
        if still := by_path([r for r in self.others if (r.path, r.option) not in moving], lang):
            note += say(lang, en=f" No money moves by {still}.", zh=f"不影响金额：{still}。")
        if self.refused:
            first = short(self.refused[0].path)
            counts = Counter(short(path) for path, _ in dict.fromkeys((r.path, r.option) for r in self.refused))
            refused = say(lang, en=", ", zh="、").join(f"{path} × {count}" for path, count in counts.items())
            note += say(
                lang, en=f" Options that the plan refuses, see explain({first!r}): {refused}.",
                zh=f"方案不允许的选项（原因见 explain({first!r})）：{refused}。",
            )  # fmt: skip
        return note

    def _against(self, reading: Reading, payee: str, lang: str) -> str:
        """What a payee gets, and how much more or less than as written."""
        gets, delta = self._money(reading.pay.get(payee, 0), lang), self._delta(reading, payee)
        if not reading.path:
            return gets
        same = say(lang, en="as written", zh="与原文相同")
        return say(lang, en="{} ({})", zh="{}（{}）").format(
            gets, signed(delta, self.currency, lang) if delta else same
        )

    def _moves(self, reading: Reading) -> bool:
        return reading.pay != self._as_written(reading)

    def _money(self, minor: int | None, lang: str) -> str:
        return "—" if minor is None else Money(minor, self.currency).text(lang)

    def _plain(self, minor: int | None, lang: str) -> str:
        return "—" if minor is None else Money(minor, self.currency).text(lang, unit=False)

    def _line(self, alike: list[Reading], lang: str) -> tuple[str | Cell, ...]:
        """One row for readings that take one option and pay the same."""
        reading = alike[0]
        delta = self._delta(reading)
        moved = {payee: self._delta(reading, payee) for payee in reading.pay.keys() | self._as_written(reading).keys()}
        most = sorted((p for p, d in moved.items() if d), key=lambda p: (-abs(moved[p]), p))
        who = [f"{p} {bare(moved[p], self.currency, lang)}" for p in most[:FIRST]]
        if len(most) > FIRST:
            who.append(say(lang, en=f"and {len(most) - FIRST} more", zh=f"等 {len(most)} 人"))
        settled = say(lang, en=" (as paid)", zh="（按实付）") if reading.settled else ""
        tone: Any = "good" if delta > 0 else "bad" if delta < 0 else ""
        return (
            short(reading.path), read_as(alike, lang, brief=True) + settled, self._plain(reading.total_minor, lang),
            Cell(bare(delta, self.currency, lang), tone=tone), "\n".join([*who, *back(reading, lang)]),
        )  # fmt: skip

    def explain(self, path: str, *, lang: str = "en") -> Explanation:
        """Which option of a choice gives what, to whom.

        Parameters
        ----------
        path : str
            Dotted path of a choice; ``components.`` may be left out.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step an option, with a step for each payee.

        Raises
        ------
        NotFoundError
            If the plan does not make that choice.
        """
        mine = [each for each in self.readings if each.path and path in {each.path, short(each.path)}]
        if not mine:
            raise NotFoundError("choice", path, sorted({r.path for r in self.readings if r.path}), where=self.plan)
        steps = []
        for each in (self.written, *mine):
            label = read_as([each], lang) if each.path else say(lang, en="as written", zh="按原文")
            if each.refused:
                _, en, zh = each.refused
                steps.append(Step(label, value=say(lang, en=en, zh=zh)))
                continue
            below = [
                Step(payee, value=self._against(each, payee, lang))
                for payee in sorted(each.pay.keys() | self._as_written(each).keys())
            ]
            below += [
                Step(say(lang, en=f"not paid: {row.row}", zh=f"未付退回：{row.row}"), row.code, why(row, lang))
                for row in each.back
            ]
            steps.append(Step(label, value=self._money(each.total_minor, lang), steps=below))
        return Explanation(path, steps, lang=lang)

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The readings for a terminal.

        Parameters
        ----------
        width : int, default 80
            Columns of the terminal.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            A table.
        """
        return self.grid(lang).text(width)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.grid().html()
