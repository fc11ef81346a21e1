"""The pipeline, one row at a time: transactions, credits, lines, bends, payouts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import date

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.core import _table as t
from salesteam.incentives._component import Component, paid_component
from salesteam.incentives._days import ONCE, spans
from salesteam.incentives._exact._above import divided, overrides, regrouped
from salesteam.incentives._exact._bend import Bends
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._byperiod import by_period
from salesteam.incentives._exact._byrow import by_row
from salesteam.incentives._exact._carried import Carried, State, Told
from salesteam.incentives._exact._credit import Credit
from salesteam.incentives._exact._credits import cut
from salesteam.incentives._exact._deals import deals_of, wanted
from salesteam.incentives._exact._gates import goes_by_rows, sees_rows
from salesteam.incentives._exact._guard import strayed
from salesteam.incentives._exact._line import Line, Made
from salesteam.incentives._exact._picks import pays_for, picks
from salesteam.incentives._exact._run import ExactRun
from salesteam.incentives._exact._shared import pools, ranked
from salesteam.incentives._exact._since import lacking, since
from salesteam.incentives._exact._stale import feeds_teams
from salesteam.incentives._exact._stay import Stays
from salesteam.incentives._exact._undo import Undone, taken_back, undone, without
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._parts import By, Fund
from salesteam.incentives._path import Path
from salesteam.incentives._people import people_of
from salesteam.incentives._posted import Posted, posted
from salesteam.incentives._reads import looked_at
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["rated", "run"]

_LARGEST = 2**63


def run(
    plan: Plan, facts: Facts, as_of: date | None, periods: Iterable[str] = (), resume: State | None = None
) -> ExactRun:
    """Pay a plan.

    Parameters
    ----------
    plan : Plan
        Checked, with its bundle filled in.
    facts : Facts
        What it is paid on.
    as_of : date or None
        Day of the knowledge.
    periods : iterable of str
        Pay periods to pay besides those that the facts touch.
    resume : State, optional
        Where an earlier run stood; the facts hold new transactions only.

    Returns
    -------
    ExactRun
        Lines, payouts, unpaid, and the numbers behind them.
    """
    carried = Carried() if resume is None else resume.carried.copied()
    older = carried.deals
    read, people, small = deals_of(plan, facts, carried), people_of(facts.people), posted(plan, facts)
    made = cut(plan, facts, read, people, as_of, carried)
    events = undone(plan, facts, read.deals, as_of, carried, older)
    without(made.credits, events.re_tier)
    stays = Stays.of(plan, people, facts)
    told = Told.of(people, stays.leaves, small)
    halts = [*read.halts, *made.halts, *events.halts]
    halts += strayed(plan, as_of, resume, told) if resume is not None else ()
    Report(halts).raise_for_errors()
    book = Book(
        plan=plan, people=people, stays=stays, posted=small, credits=tuple(sorted(made.paid, key=lambda c: c.order)),
        periods=_periods(plan, made.paid, small, (*carried.periods, *periods)), known_as_of=as_of, carried=carried,
        changed=resume is None or told != carried.told,
    )  # fmt: skip
    bends = Bends(book=book)
    whole = rated(book, bends, events)
    Report(book.halts).raise_for_errors()
    moved = tuple(since(book, whole.lines))
    Report(_too_large(carried)).raise_for_errors()
    back = [*read.unpaid, *made.unpaid, *whole.unpaid, *_unruled(book, whole)]
    carried.back += tuple(row for row in back if row.table == "transactions")
    unpaid = [*carried.back, *(row for row in back if row.table != "transactions")]
    unpaid += [*small.back, *events.unpaid, *_uncounted(book), *_memberless(book)]
    unpaid += itertools.chain.from_iterable(carried.lacking.values())
    reports = (read.report, people.report, small.report, made.report, stays.report, events.report)
    report = reports[0]
    for each in reports[1:]:
        report += each
    like = None if facts.transactions is None or t.kind_of(facts.transactions) == "rows" else facts.transactions
    return ExactRun(
        plan=plan, facts=facts, as_of=as_of, report=report, periods=book.periods, like=like,
        unpaid=tuple(sorted(unpaid, key=_place)), cut=tuple(made.credits), moved=moved,
        bends=bends, told=told, resumed=resume is not None,
    )  # fmt: skip


def rated(book: Book, bends: Bends, events: Undone) -> Made:
    """The lines of a plan, bent and rounded."""
    whole = _lines(book, bends, events)
    whole.lines = [line for name in book.plan.components for line in whole.lines if line.component == name]
    bends.limited(whole)
    lacking(book, "plan", whole)
    return whole


def _too_large(carried: Carried) -> Iterator[Finding]:
    """Pay that no whole number of 64 bits can hold, so that no frame could."""
    for (_, _, name), (_, pay, _) in carried.pays.items():
        if abs(pay) >= _LARGEST:
            place = Place(key=name)
            yield find("incentives.scale-overflow", place, part=name, size=str(pay), limit="2**63")


def _place(row: UnpaidRow) -> tuple[str, ...]:
    return row.table, row.row, row.code, row.payee or "", row.component or "", row.reason, row.period or ""


def _periods(plan: Plan, paid: Iterable[Credit], small: Posted, more: Iterable[str]) -> tuple[str, ...]:
    named = {period for (_, _, _, period) in small.moves}
    own = {credit.period for credit in paid} - (set() if plan.period == ONCE else {ONCE})
    return tuple(sorted({*own, *named, *more}, key=spans))


def _lines(book: Book, bends: Bends, events: Undone) -> Made:
    """The lines of all components, those that pay on the pay of others last."""
    whole = Made()
    by_name: dict[str, list[Line]] = {}
    for name in _order(book.plan):
        made, whole_periods = _paid(book, bends, name, by_name)
        if paid_component(book.plan.components[name]) is None:  # the pay below was taken back already
            made.lines += taken_back(book, name, made.lines, events.at_paid_rate)
        bends.rounded(name, made, whole_periods=whole_periods)
        regrouped(book, name)
        by_name[name] = divided(book, name, made.lines)
        whole.lines += by_name[name]
        whole.unpaid += made.unpaid
        lacking(book, name, made)
    return whole


def _order(plan: Plan) -> list[str]:
    """Components in an order in which each comes after those whose pay it is on."""
    found: list[str] = []

    def put(name: str, above: tuple[str, ...]) -> None:
        on = paid_component(plan.components[name])
        if on in plan.components and on not in found and on not in above:
            put(str(on), (*above, name))
        if name not in found:
            found.append(name)

    for name in plan.components:
        put(name, (name,))
    return found


def _paid(book: Book, bends: Bends, name: str, by_name: dict[str, list[Line]]) -> tuple[Made, bool]:
    """The raw lines of a component, and whether they are of whole periods."""
    c = book.plan.components[name]
    if c.method == "override":
        return overrides(book, bends, name, by_name), not goes_by_rows(book.plan, name)
    shared: dict[str, Callable[[Book, Bends, str], Made]] = {"pool": pools, "rank": ranked}
    if c.method in shared:
        return shared[c.method](book, bends, name), True
    if sees_rows(book.plan, name):
        return by_row(book, bends, name), False
    return by_period(book, bends, name), True


def _unruled(book: Book, whole: Made) -> list[UnpaidRow]:
    """Credits that nothing pays, and that neither fill nor divide a pool; those with nobody above whom they pay."""
    above = {name for name, c in book.plan.components.items() if c.method == "override"}
    moved = {line.credit.order for line in whole.lines if line.component in above and line.credit is not None}
    told = {(row.row, row.component) for row in whole.unpaid}
    asked = looked_at(book.plan) if any(credit.deal.lacks for credit in book.credits) else frozenset()
    found = []
    for credit in book.credits:
        uses = {name for name, c in book.plan.components.items() if _uses(book, name, c, credit)}
        about = {"transaction": credit.deal.id, "payee": credit.payee}
        if not uses:
            found += [] if wanted(book.plan, credit.deal, asked) else [unpaid_row("no-rule", **about)]
            continue
        alone = uses <= above and credit.kind != "rollup" and credit.order not in moved
        if alone and not any((credit.deal.id, name) in told for name in uses):
            found.append(unpaid_row("no-manager", **about, date=credit.deal.date))
    return found


def _uncounted(book: Book) -> Iterator[UnpaidRow]:
    """Ready values of a measure whose components all look at single deals."""
    for measure, kind, payee, period in book.posted.moves:
        own = [name for name, c in book.plan.components.items() if c.measure == measure]
        single = own and all(picks(book, name) is not None for name in own)
        if single and kind == "payee" and book.plan.measures[measure].value is not None:
            yield unpaid_row("value-without-rule", table="values", measure=measure, payee=payee, period=period)


def _memberless(book: Book) -> Iterator[UnpaidRow]:
    """What came ready of a team in which nobody is then, so that it pays nobody."""
    for measure, kind, who, period in (*book.posted.moves, *book.posted.longer):
        if kind == "team" and not book.members(who, period):
            made = unpaid_row("no-members", table="values", measure=measure, team=who, period=period)
            yield attrs.evolve(made, row=who)


def _uses(book: Book, name: str, c: Component, credit: Credit) -> bool:
    if sees_rows(book.plan, name):
        return pays_for(book, name, credit)
    only = picks(book, name) if c.measure is not None else None
    if only is not None and not only.about(credit):
        return False
    texts: list[str] = [] if c.measure is None else [c.measure]
    if c.method == "pool":
        if feeds_teams(book, c) and credit.team is None:
            return False
        texts = [c.fund.measure] if isinstance(c.fund, Fund) else []
        texts += [c.shares.of] if isinstance(c.shares, By) and c.shares.kind == "pro_rata" else []
    texts += [axis.measure for axis in (c.rows, c.columns) if axis is not None]
    texts += [each.measure for each in c.objectives] + [each.measure for each in c.tables]
    wanted = c.for_ if c.method not in {"pool", "override"} else {}
    if wanted and all(book.kind(text) == "payee" for text in texts) and not book.meant(credit, wanted):
        return False
    paths = [path for text in texts if (path := Path.parse(text)) is not None]
    return any(path.measure in credit.counts for path in paths)
