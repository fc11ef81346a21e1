"""Days, people, quotas, targets, rates and events of the oracle: what surrounds the sums that it pays on."""

from __future__ import annotations

import operator
from datetime import date, timedelta
from fractions import Fraction

from tests.incentives.oracle_shapes import ONE, ZERO, Unpayable

from salesteam.core import Period
from salesteam.incentives._number import Ref
from salesteam.incentives._parts import Fund

LAST = date(9999, 12, 31)
TABLES = ("transactions", "credits", "values", "quotas", "targets", "people", "leaves", "events", "fx")


class Terms:
    """What a plan and its facts say around pay."""

    def __init__(self, plan, known, facts):
        self.plan, self.known = plan, known
        self.facts = {name: list(facts.get(name) or ()) for name in TABLES}

    # days

    def name(self, day):
        return "once" if self.plan.period == "once" else Period.containing(day, self.plan.period).name

    def span(self, name):
        if name in ("once", "plan", None):
            return date.min, LAST
        p = Period.parse(name)
        return p.start, p.end

    def last_day(self, day):
        return day if self.plan.period == "once" else Period.containing(day, self.plan.period).last

    def interval(self, day, accumulate):
        if accumulate in (None, "period", "transaction"):
            return self.name(day)
        return "plan" if accumulate == "plan" else Period.containing(day, accumulate).name

    def interval_of(self, period, accumulate):
        return period if period == "once" else self.interval(self.span(period)[0], accumulate)

    def day(self, day):
        """Day whose numbers a row uses."""
        if self.plan.parameters_at in (None, "transaction_date") or self.plan.period == "once":
            return day
        p = Period.containing(day, self.plan.period)
        return p.start if self.plan.parameters_at == "period_start" else p.last

    def day_in(self, period):
        """Day whose numbers a whole period uses."""
        low, high = self.span(period)
        return high - timedelta(days=1) if self.plan.parameters_at == "period_end" and high != LAST else low

    def num(self, on):
        def look(n):
            if not isinstance(n, Ref):
                return n
            early = date.min
            known = [
                v
                for v in self.plan.parameters[n.name].values
                if self.known is None or (v.known_from or early) <= self.known
            ]
            held = [v for v in known if (v.from_ or early) <= on]
            held = held or sorted(known, key=lambda v: v.from_ or early)[:1]
            return max(held, key=lambda v: (v.from_ or early, v.known_from or early)).value

        return look

    # people

    def rows_of(self, payee):
        return [p for p in self.facts["people"] if p["payee"] == payee]

    def person(self, payee, day):
        for p in self.rows_of(payee):
            if (p.get("start") or date.min) <= day < (p.get("end") or LAST):
                return p
        return None

    def in_period(self, payee, name):
        low, high = self.span(name)
        found = [p for p in self.rows_of(payee) if (p.get("start") or date.min) < high and (p.get("end") or LAST) > low]
        return max(found, key=lambda p: p.get("start") or date.min) if found else None

    def suits(self, wanted, payee, day):
        if not wanted:
            return True
        p = self.person(payee, day)
        return p is not None and all(p.get(k) in v for k, v in wanted.items())

    def team_on(self, payee, day):
        return (self.person(payee, day) or {}).get("team")

    def team_in(self, payee, name):
        return (self.in_period(payee, name) or {}).get("team")

    def members(self, team, name):
        everybody = sorted({p["payee"] for p in self.facts["people"]})
        return [p for p in everybody if self.team_in(p, name) == team]

    def above(self, payee, day):
        """Managers from the nearest up; a circle ends where it closes."""
        found = []
        p = self.person(payee, day)
        while p and p.get("manager") and p["manager"] not in (payee, *found):
            found.append(p["manager"])
            p = self.person(p["manager"], day)
        return found

    def tenure(self, payee, day):
        starts = [p["start"] for p in self.rows_of(payee) if p.get("start")]
        if not starts:
            raise Unpayable("no-tenure")
        first = min(starts)
        return Fraction((day.year - first.year) * 12 + day.month - first.month + 1)

    def crews(self, c, period):
        """Members of a pool with the part of the period that they were there."""
        low, high = self.span(period)
        crews = {}
        for p in self.facts["people"]:
            start, end = max(p.get("start") or date.min, low), min(p.get("end") or LAST, high)
            if start >= end or not all(p.get(k) in v for k, v in c.for_.items()):
                continue
            if c.leavers == "out" and end < high:
                continue
            part = Fraction((end - start).days, (high - low).days) if c.leavers == "prorated" else ONE
            teams = not c.for_ or (isinstance(c.fund, Fund) and c.fund.measure.startswith("team."))
            crew = crews.setdefault(p.get("team") if teams else "all", {})
            before = crew.get(p["payee"], (ZERO, p))
            crew[p["payee"]] = (min(ONE, before[0] + part), p)
        return [crews[k] for k in sorted(crews, key=str)]

    # quotas, targets

    def of_facts(self, table, column, payee, name, measure=None):
        mine = [r for r in self.facts[table] if r["payee"] == payee and (measure is None or r["measure"] == measure)]
        for r in mine:
            if r.get("period") == name:
                return Fraction(r[column], 100)
        low, high = self.span(name)
        inside = [
            r
            for r in mine
            if r.get("period") and low <= self.span(r["period"])[0] and self.span(r["period"])[1] <= high
        ]
        if inside:
            return sum((Fraction(r[column], 100) for r in inside), ZERO)
        undated = [r for r in mine if r.get("period") is None]
        return Fraction(undated[0][column], 100) if undated else None

    def spread(self, table, column, payee, name, measure, what):
        """What the facts ask for a span: its own row, else those inside it, each for the days that count."""
        mine = [r for r in self.facts[table] if r["payee"] == payee and (measure is None or r["measure"] == measure)]
        own = [r for r in mine if r.get("period") == name]
        low, high = self.span(name)
        inside = [r for r in mine if low <= self.span(r["period"])[0] and self.span(r["period"])[1] <= high]
        rows = own[:1] or inside
        return (
            sum((Fraction(r[column], 100) * self.part(what, payee, r["period"]) for r in rows), ZERO) if rows else None
        )

    def quota_or_none(self, payee, name, measure):
        given = self.spread("quotas", "quota_minor", payee, name, measure, "quota")
        if given is not None:
            return given
        for q in self.plan.quotas:
            if q.measure == measure and self.suits_in(q.for_, payee, name):
                return self.planned(q, payee, name)
        return None

    def suits_in(self, wanted, payee, name):
        p = self.in_period(payee, name)
        return not wanted or (p is not None and all(p.get(k) in v for k, v in wanted.items()))

    def quota(self, payee, name, measure):
        q = self.quota_or_none(payee, name, measure)
        if not q or q <= 0:
            raise Unpayable("no-quota")
        return q

    def planned(self, q, payee, name):
        """The quota of the plan for a span: the sum over its months, each with season, ramp, relief and presence."""
        num = self.num(self.day_in(name))
        whole = q.period or self.plan.period
        low, high = self.span(name)
        if "once" in (whole, name) or name == "plan":
            return num(q.amount) * self.part("quota", payee, name)
        parts, at = [], Period.containing(low, whole)
        while at.start < high:
            if q.weights:
                size = 12 // len(q.weights) if whole == "year" else 3 // len(q.weights)
                every = months(at.start, at.end)
                cuts = [(every[i].start, every[i + size - 1].end) for i in range(0, len(every), size)]
                parts += [(a, b, num(w)) for (a, b), w in zip(cuts, q.weights, strict=True)]
            else:
                parts.append((at.start, at.end, ONE))
            at = Period.containing(at.end, whole)
        found = None
        for a, b, share in parts:
            if low <= a and b <= high:
                size = num(q.amount) * share * self.ramped(q, payee, a, b, num) * self.relieved(q, payee, a, b, num)
                found = (found or ZERO) + size * self.part_of("quota", payee, a, b)
        return found

    def ramped(self, q, payee, low, high, num):
        """The mean over the months of what is asked of someone new."""
        starts = [p["start"] for p in self.rows_of(payee) if p.get("start")]
        if not starts or not q.ramp:
            return ONE
        factors = []
        for m in months(low, high):
            n = (m.start.year - min(starts).year) * 12 + m.start.month - min(starts).month + 1
            factors.append(next((num(r.factor) for r in q.ramp if r.months[0] <= n <= r.months[1]), ONE))
        return sum(factors) / len(factors)

    def relieved(self, q, payee, low, high, num):
        """What relief leaves, by its days."""
        left = ONE
        for r in q.relief:
            if r.payee in (None, payee):
                a, b = max(r.from_ or date.min, low), min(r.until or LAST, high)
                left *= 1 - (1 - num(r.factor)) * Fraction(max((b - a).days, 0), (high - low).days)
        return left

    def target(self, c, payee, name):
        if c is not None and c.target is not None:
            t = self.num(self.day_in(name))(c.target) * self.part("target", payee, name)
        else:
            t = self.spread("targets", "target_minor", payee, name, None, "target")
        if t is None:
            raise Unpayable("no-target")
        weight = self.num(self.day_in(name))(c.weight) if c is not None and c.weight is not None else ONE
        return t * weight

    def base(self, payee, name):
        b = self.of_facts("targets", "base_minor", payee, name)
        if b is None:
            raise Unpayable("no-base")
        return b

    def part(self, what, payee, name):
        """How much of a period somebody was there, for what is prorated."""
        p = self.plan.proration
        if p is None or what not in p.applies_to or name in ("once", "plan") or not self.facts["people"]:
            return ONE
        return self.part_of(what, payee, *self.span(name))

    def part_of(self, what, payee, low, high):
        """How much of some days somebody was there."""
        p = self.plan.proration
        if p is None or what not in p.applies_to or not self.rows_of(payee):
            return ONE
        if p.basis == "30_360":
            return self.there(payee, low, high, thirty) / thirty(low, high)
        if p.basis == "whole_months":
            every = months(low, high)
            return sum((self.month(p, payee, m) for m in every), ZERO) / len(every)
        count = operator.sub if p.basis == "days" else self.worked
        size = (lambda a, b: (b - a).days) if p.basis == "days" else count
        return self.there(payee, low, high, size) / size(low, high)

    def worked(self, low, high):
        calendar, n, day = self.plan.calendar, 0, low
        while day < high:
            off = day.weekday() >= 5
            if calendar is not None:
                off = (off or day in calendar.holidays) and day not in calendar.workdays
            n += not off
            day += timedelta(days=1)
        return n

    def there(self, payee, low, high, size):
        total = ZERO
        for p in self.rows_of(payee):
            start, end = max(p.get("start") or date.min, low), min(p.get("end") or LAST, high)
            if start >= end:
                continue
            part = Fraction(p["participation"]) if p.get("participation") is not None else ONE
            days = Fraction(size(start, end))
            for leave in self.facts["leaves"]:
                a, b = max(leave["start"], start), min(leave["end"], end)
                if leave["payee"] == payee and a < b:
                    days -= size(a, b)
            total += part * days
        return total

    def month(self, p, payee, m):
        days = {"first_day": [m.start], "day_15": [m.start + timedelta(days=14)]}
        for day in days.get(p.counted_if, [m.start + timedelta(days=i) for i in range((m.end - m.start).days)]):
            row = self.person(payee, day)
            away = any(v["payee"] == payee and v["start"] <= day < v["end"] for v in self.facts["leaves"])
            if row and not away:
                return Fraction(row["participation"]) if row.get("participation") is not None else ONE
        return ZERO

    # rates and events

    def rate(self, row):
        fx = self.plan.fx
        if fx is None:
            return None
        every = [r for r in self.facts["fx"] if r["from"] == row["currency"] and r["to"] == self.plan.currency]
        if fx.rate_on == "plan_rate":
            return next((Fraction(r["rate"]) for r in every if r.get("date") is None), None)
        day = row["on"] if fx.rate_on == "transaction_date" else self.last_day(row["on"])
        held = [r for r in every if (r.get("date") or date.min) <= day]
        return Fraction(max(held, key=lambda r: r.get("date") or date.min)["rate"]) if held else None

    def undone(self, transaction):
        """How much of a deal its events undo, and by which method."""
        total, method = ZERO, None
        row = next((r for r in self.facts["transactions"] if r["transaction"] == transaction), None)
        for e in self.facts["events"]:
            for c in self.plan.clawback:
                if row is None or e["transaction"] != transaction or e["kind"] != c.on:
                    continue
                total += self.unearned(c, e, row)
                method = c.method
        return min(total, ONE), method

    def unearned(self, c, e, row):
        num = self.num(row["date"])
        gone = (e["date"] - row["date"]).days if c.unit == "days" else between(row["date"], e["date"])
        if c.term is not None and gone > c.term:
            return ZERO
        if c.unearned == "all":
            return ONE
        if c.unearned == "event":
            return Fraction(e["share"]) if e.get("share") is not None else ONE
        if c.unearned not in ("straight_line", "steps"):
            return num(c.unearned)
        if c.unearned == "straight_line":
            return max(ZERO, 1 - Fraction(gone, c.term))
        return next((num(s.share) for s in sorted(c.steps, key=lambda s: s.until) if gone <= s.until), ZERO)


def months(low, high):
    """The months from one day to another."""
    found = [Period.containing(low, "month")]
    while found[-1].end < high:
        found.append(Period.containing(found[-1].end, "month"))
    return found


def thirty(low, high):
    """Days between two days where every month has thirty."""
    return (high.year - low.year) * 360 + (high.month - low.month) * 30 + min(high.day, 30) - min(low.day, 30)


def between(low, high):
    """Whole months between two days."""
    return (high.year - low.year) * 12 + high.month - low.month - (high.day < low.day)
