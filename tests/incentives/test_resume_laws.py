"""Law 9 over the whole language of plans: what is paid day by day, each day going on from the last, is paid at once."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.incentives.language import worlds
from tests.incentives.plans import sound

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives import _exact
from salesteam.incentives._filled import filled

quick = settings(deadline=None, suppress_health_check=list(HealthCheck))
KINDS = ("tiered", "curve", "flat", "lookup", "matrix", "mbo", "rank", "pool", "spiff", "override")
FEATURES = [
    ("reversals",),
    ("bent", "reversals"),
    ("bent", "sums", "reversals"),
    ("dated", "bent", "crediting"),
    ("quotas", "bent"),
    ("proration", "bent"),
    ("fx", "reversals", "crediting"),
    ("rounded", "bent"),
    ("locks", "bent"),
    ("grouped", "reversals", "for"),
    ("split", "reversals", "bent"),
    ("deal", "reversals", "bent"),
    ("rollup", "reversals"),
    ("windfall", "reversals"),
    ("clawback", "reversals"),
    ("carry", "reversals"),
]
REFUSALS = {f"incentives.resume-{why}" for why in ("unfit", "late", "changed")}


CHANGING = ("quotas", "targets", "people", "values", "events")


def outcome(run):
    """What each payee gets and what bent it, what they reached, and what came back."""
    paid = [(p.payee, p.period, p.component, p.raw, p.gate, p.modifier, p.cap_minor, p.pay_minor) for p in run.payouts]
    return paid, run.attainment, run.unpaid


def moved(*runs):
    """What each row moved, and what the lines of every payee, period and component sum to."""
    rows = [
        (n.component, n.payee, n.transaction, n.before, n.after) for run in runs for n in run.lines if n.transaction
    ]
    sums = Counter()
    for line in (line for run in runs for line in run.lines):
        sums[line.payee, line.period, line.component] += line.pay_minor
    return Counter(rows), {key: pay for key, pay in sums.items() if pay}


def at_once(plan, facts, as_of=None):
    """The run of all rows, by the engine that state comes from."""
    try:
        return _exact.run(filled(plan), facts, as_of)
    except (ReportError, InvalidValueError) as refused:
        if "incentives.resume-" in str(refused):  # it goes on from nothing
            raise
        assume(False)


def day_by_day(plan, days, known=None, *, kept=lambda state: state):
    """A run for each day that goes on from the one before, as it was `kept`; None where one is refused."""
    known = known or [None] * len(days)
    runs = [at_once(plan, days[0], known[0])]
    try:
        for facts, as_of in zip(days[1:], known[1:], strict=True):
            runs.append(inc.pay(plan, facts, as_of=as_of, resume=kept(runs[-1].state)))
    except ReportError as refused:
        if {finding.code for finding in refused.report} <= REFUSALS:
            return None
        raise
    return runs


@st.composite
def days_of(draw, rows):
    """Rows in days, mostly in their order, sometimes as they come."""
    if draw(st.integers(0, 2)):
        rows = sorted(rows, key=lambda row: (row["date"], row["seq"], row["transaction"]))
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    return [rows[low:high] for low, high in itertools.pairwise([0, *cuts, len(rows)])]


@quick
@given(data=st.data())
def test_days_that_go_on_pay_what_one_run_pays(data):
    """Whatever is not refused is paid to the cent, and what comes back is told, as if all rows had come at once."""
    plan, given = data.draw(worlds(only=KINDS, features=data.draw(st.sampled_from(FEATURES))))
    assume(sound(plan))
    days = data.draw(days_of(given["transactions"]))
    whole = at_once(plan, inc.Facts(**given))
    runs = day_by_day(plan, [inc.Facts(**{**given, "transactions": day}) for day in days])
    if runs is not None:
        assert outcome(whole) == outcome(runs[-1])
        assert moved(whole) == moved(*runs)


@quick
@given(data=st.data())
def test_tables_that_change_are_followed_or_refused(data):
    """Quotas, targets, people and values may be others than on the days before: all is paid by them, or nothing is."""
    plan, given = data.draw(worlds(only=KINDS, features=data.draw(st.sampled_from(FEATURES))))
    assume(sound(plan))
    days = [{**given, "transactions": day} for day in data.draw(days_of(given["transactions"]))]
    for day in days[:-1]:
        name = data.draw(st.sampled_from([name for name in CHANGING if name in given]))
        gone = data.draw(st.sets(st.integers(0, len(given[name])), max_size=2))
        day[name] = [row for place, row in enumerate(given[name]) if place not in gone]
    whole = at_once(plan, inc.Facts(**given))
    runs = day_by_day(plan, [inc.Facts(**day) for day in days])
    if runs is not None:
        assert outcome(whole) == outcome(runs[-1])


@quick
@given(data=st.data())
def test_what_becomes_known_is_followed_or_refused(data):
    """A value of a parameter that is known later holds for days that were not paid yet, or asks for a full run."""
    plan, given = data.draw(worlds(only=KINDS, features=("dated", "bent")))
    assume(sound(plan))
    parts = data.draw(days_of(given["transactions"]))
    known = sorted(
        data.draw(st.lists(st.dates(date(2026, 1, 5), date(2026, 3, 5)), min_size=len(parts), max_size=len(parts)))
    )
    whole = at_once(plan, inc.Facts(**given), known[-1])
    runs = day_by_day(plan, [inc.Facts(**{**given, "transactions": day}) for day in parts], known)
    if runs is not None:
        assert outcome(whole) == outcome(runs[-1])


@quick
@given(data=st.data())
def test_copies_and_strays_come_back_as_in_one_run(data):
    """A row may come again, changed or not, and a reversal before its deal: no pay hangs on the day they came."""
    plan, given = data.draw(worlds(only=KINDS, features=("reversals", "crediting")))
    assume(sound(plan))
    rows = list(given["transactions"])
    again = data.draw(st.lists(st.sampled_from(rows), max_size=2))
    rows += [data.draw(st.sampled_from([row, {**row, "amount_minor": 77}])) for row in again]
    rows = data.draw(st.permutations(rows))
    whole = at_once(plan, inc.Facts(**{**given, "transactions": rows}))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    days = [rows[low:high] for low, high in itertools.pairwise([0, *cuts, len(rows)])]
    runs = day_by_day(plan, [inc.Facts(**{**given, "transactions": day}) for day in days])
    if runs is not None:
        assert outcome(whole)[:2] == outcome(runs[-1])[:2]
        assert Counter(row.row for row in whole.unpaid) == Counter(row.row for row in runs[-1].unpaid)
